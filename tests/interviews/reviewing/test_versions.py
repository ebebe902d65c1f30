"""The versions of a request: kept each time it is handed to the coach, compared word by word."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.interviews.asking import reviews
from apps.interviews.lifecycle.models import InterviewRequest
from tests import world

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(student, alum):
    contact = world.contact(student, "Ingrid Solheim", alum=alum.alumni_profile)
    request = world.interview_request(student, contact)
    request.windows.all().delete()
    for days in (7, 8, 9):
        world.window(request, starts_at=timezone.now() + timedelta(days=days))
    return request


def _read(asked, student, coach, **words):
    """Hand it to the coach, who gives it back; then change it."""
    reviews.submit(asked, by=student, now=timezone.now())
    reviews.return_(asked, by=coach, now=timezone.now(), note="Shorter?")
    InterviewRequest.objects.filter(pk=asked.pk).update(**words)
    asked.refresh_from_db()


def test_a_request_that_was_never_handed_over_has_one_version(asked, student, as_):
    page = as_(student).get(reverse("request_versions", args=[asked.pk])).content.decode()
    assert "There’s one version so far." in page


def test_the_student_sees_what_changed_since_the_coach_had_it(asked, student, coach, as_):
    _read(asked, student, coach, part_why="You take devices through approval.")
    client = as_(student)
    assert reverse("request_versions", args=[asked.pk]) in client.get(asked.get_absolute_url()).content.decode()
    page = client.get(reverse("request_versions", args=[asked.pk]))
    changes = page.context["changes"]
    assert ([part.label for part in changes.changed], changes.same) == (["Why you’re asking them"], 4)
    assert "<del>" in page.content.decode()


def test_the_coach_compares_two_drafts_and_reads_nothing_that_was_not_handed_over(asked, student, coach, as_):
    _read(asked, student, coach, part_why="The second draft.")
    reviews.submit(asked, by=student, now=timezone.now())
    client = as_(coach)
    page = client.get(reverse("review", args=[asked.pk]))
    assert [part.label for part in page.context["changes"].changed] == ["Why you’re asking them"]
    reviews.return_(asked, by=coach, now=timezone.now())
    InterviewRequest.objects.filter(pk=asked.pk).update(part_why="zq not handed over")
    for query in ("", "?after=now", "?before=now"):
        assert "zq not" not in client.get(reverse("review", args=[asked.pk]) + query).content.decode()
