"""Notes that were kept in one table before: what a student read is theirs still, and nothing else became so."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from apps.coaching.models import CoachNote, SharedNote
from tests import world

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.whole]
BEFORE, AFTER = [("coaching", "0003_words")], [("coaching", "0004_notes_apart_letters_views")]


def migrate(to):
    executor = MigrationExecutor(connection)
    executor.loader.build_graph()
    executor.migrate(to)
    return executor.loader.project_state(to).apps


def test_each_note_goes_where_it_was_read(student, coach):
    try:
        old = migrate(BEFORE).get_model("coaching", "CoachNote")
        own = {"student_id": student.pk, "author_id": coach.pk}
        old.objects.create(text="Shy on the phone", **own)
        old.objects.create(text="Well done", is_shared=True, shared_at=world.NOW, read_at=world.NOW, **own)
        old.objects.create(text="How are you?", kind="hello", is_shared=True, shared_at=world.NOW, **own)
        old.objects.update(created_at=world.NOW)
    finally:
        migrate(AFTER)
    assert list(CoachNote.objects.values_list("text", flat=True)) == ["Shy on the phone"]
    told = SharedNote.objects.order_by("pk").values_list("text", "kind", "guard", "read_at", "created_at")
    assert list(told) == [
        ("Well done", "note", "", world.NOW, world.NOW),
        ("How are you?", "hello", "nudge", None, world.NOW),
    ]
    week = SharedNote.objects.get(kind="hello").week
    assert (week.lower, week.upper) == (world.NOW, world.NOW + timedelta(days=7))
    assert SharedNote.objects.create(student=student, text="New").pk > SharedNote.objects.get(kind="hello").pk
