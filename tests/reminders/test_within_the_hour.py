"""Before a talk nobody gets two mails about it within the hour, whatever they chose and however late it is set."""

from datetime import timedelta

import pytest

from apps.interviews.lifecycle.models import Interview
from apps.mail.models import OutboundMessage, Unsubscribe
from apps.reminders import sweep
from apps.reminders.explain import explain
from apps.reminders.models import How, Notice, Preference
from tests import world
from tests.reminders.test_rules import _practice

pytestmark = pytest.mark.django_db
H = timedelta(hours=1)
M = timedelta(minutes=1)


@pytest.fixture
def talk_in(student, now):
    def made(minutes, **fields):
        talk = world.interview(student, world.contact(student, "Teresa"), starts_at=now + minutes * M, **fields)
        return Interview.objects.get(pk=talk.pk)

    return made


def mailed():
    return [
        sorted(one.notices.values_list("rule", flat=True))
        for one in OutboundMessage.objects.order_by("created_at", "pk")
    ]


def sweeps(now, *minutes):
    for minute in minutes:
        sweep.run(now + minute * M)


def test_the_hour_before_speaks_for_the_quarter(talk_in, now):
    talk_in(60, format="video")
    sweeps(now, 0, 44, 45, 46, 59)
    assert mailed() == [["interview-hour"]]
    assert "test the link, with sound and video" in OutboundMessage.objects.get().text
    assert Notice.objects.filter(rule="interview-quarter", closed_at=None).exists()  # on the list it stands


def test_who_turned_the_hour_off_gets_the_quarter(talk_in, student, now):
    Preference.objects.create(person=student, rule="interview-hour", how=How.NEVER)
    talk_in(60, format="phone")
    sweeps(now, 0, 45, 59)
    assert mailed() == [["interview-quarter"]]


@pytest.mark.parametrize("is_alone", [False, True], ids=["together", "each mail alone"])
def test_a_talk_set_at_the_last_minute_is_told_of_once(talk_in, student, now, is_alone):
    if is_alone:
        Unsubscribe.objects.create(person=student, topic="digest")
    talk_in(10, format="video")
    sweeps(now, 0, 1, 9)
    assert mailed() == [["interview-quarter"]]


def test_a_day_before_that_came_late_and_the_hour_lie_an_hour_apart(talk_in, now):
    talk_in(90, format="in_person")
    sweeps(now, 0, 30, 31, 59)
    assert mailed() == [["interview-tomorrow"]]
    sweeps(now, 61)
    assert mailed() == [["interview-tomorrow"], ["interview-hour"]]


def test_another_talk_is_told_of_all_the_same(talk_in, student, now):
    talk_in(60, format="video")
    world.interview(student, world.contact(student, "Ingrid"), starts_at=now + 60 * M, format="phone")
    sweeps(now, 0)
    assert mailed() == [["interview-hour", "interview-hour"]]


def test_practice_rests_as_well(student, now):
    _practice(student, now + 90 * M)
    sweeps(now, 0, 30, 31)
    assert [rules for rules in mailed() if "practice-hour" in rules] == []
    sweeps(now, 61)
    assert mailed()[-1] == ["practice-hour"]


def test_why_is_told(talk_in, student, now):
    talk_in(60, format="video")
    sweeps(now, 0, 45)
    said = "\n".join(str(line) for line in explain(student, now + 45 * M))
    assert "held by the word about it before" in said
