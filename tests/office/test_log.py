"""The audit log, as the office reads it: words where people have words, and no student named beside another’s line."""

from datetime import UTC, datetime

import pytest

from apps.audit.models import AuditEntry
from apps.office import log
from apps.office.forms import PolicyForm
from apps.policy.models import Policy
from apps.privacy.models import Hold, Retention
from apps.shelf.models import Resource
from apps.students.models import StudentProfile
from tests import world

pytestmark = pytest.mark.django_db


def told(subject):
    """Return what the newest line about a table says stands there now, by the name of the column."""
    entry = AuditEntry.objects.filter(subject=subject).order_by("-pk")[0]
    return {change.name: change.after for change in log.lines([entry])[0].changes}


def test_a_choice_is_told_by_its_name():
    Resource.objects.create(title="Guide", text="Read it.", topic="after")
    assert told("shelf_resource")["where it fits"] == "After the conversation"


def test_days_and_moments_are_told_as_people_say_them(student, office):
    Retention.now()
    assert told("privacy_retention")["audit log"] == "1,825 days"
    Hold.objects.create(person=student, reason="Court", set_by=office, set_at=datetime(2025, 11, 30, 18, tzinfo=UTC))
    said = told("privacy_hold")
    assert said["set at"].startswith("November 30, 2025, ")
    assert "person" not in said  # the line is headed by the name


def test_a_setting_is_called_as_its_form_calls_it():
    Policy.objects.update(undo_minutes=7)
    assert told("policy_policy") == {"minutes to undo a sent request": "7"}


def test_every_setting_is_called_as_its_form_calls_it():
    """A setting of the page that the log would call by its column."""
    form = PolicyForm(instance=Policy.now())
    Policy.objects.update(alum_monthly_cap=4, nudge_days=3, moves_each=1, cooling_off_days=9, video_room="")
    assert {"monthly requests per alum", "times each person can reschedule"} <= set(told("policy_policy"))
    for name, field in form.fields.items():
        assert log._called("policy_policy", name).lower() == str(field.label or form[name].label).lower(), name


def test_who_works_here_is_named_and_a_student_is_a_number(student, coach):
    mine = StudentProfile.objects.filter(user=student)
    for whose in (None, coach):
        mine.update(coach=whose)
    assert told("students_studentprofile")["coach"] == coach.called
    someone = world.student("Ada Else")
    mine.update(coach=someone)
    assert told("students_studentprofile")["coach"] == f"Account {someone.pk}"
