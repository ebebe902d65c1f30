"""What is so of a conversation is the same whether one row is looked at, many are asked for, or the network asks."""

from datetime import timedelta

import pytest

from apps.interviews.debriefing.models import Debrief
from apps.interviews.lifecycle.models import Interview
from apps.interviews.lifecycle.moves import InterviewStatus
from apps.interviews.preparing.models import PlannedQuestion, QuestionPlan
from apps.interviews.thanking.models import ThankYou
from apps.network.models import Contact
from apps.network.relationship import with_standing
from tests import world

pytestmark = pytest.mark.django_db

OVER = {
    ("scheduled", True): True,  # nobody said that it did not take place
    ("scheduled", False): False,
    ("completed", True): True,
    ("cancelled", True): False,
    ("no_show", True): False,
}


@pytest.mark.parametrize(("status", "has_ended"), OVER)
@pytest.mark.parametrize("thanked", [None, "draft", "sent"])
def test_who_awaits_thanks_is_whom_they_talked_with_and_have_not_thanked(student, now, status, has_ended, thanked):
    starts_at = now - timedelta(hours=1) if has_ended else now - timedelta(minutes=5)
    talk = world.interview(student, world.contact(student), starts_at=starts_at, status=status)
    if thanked:
        ThankYou.objects.create(interview=talk, sent_at=now if thanked == "sent" else None)
    is_over = OVER[status, has_ended]
    assert (talk.is_over(now), Interview.objects.over(now).exists()) == (is_over, is_over)
    waits = is_over and thanked != "sent"
    assert (is_over and not Interview.objects.get().thanked_at, Interview.objects.awaiting_thanks(now).exists()) == (
        waits,
        waits,
    )
    assert with_standing(Contact.objects.all(), now).get().unthanked == (talk.pk if waits else None)


@pytest.mark.parametrize("finished", [None, "begun", "finished"])
def test_a_conversation_is_written_down_once_its_debrief_is_finished(student, now, finished):
    talk = world.interview(student, world.contact(student), starts_at=now - timedelta(days=1), status="completed")
    if finished:
        Debrief.objects.create(interview=talk, finished_at=now if finished == "finished" else None)
    is_written = finished == "finished"
    assert Interview.objects.get().is_written == is_written
    assert Interview.objects.awaiting_debrief(now).exists() != is_written


@pytest.mark.parametrize(("minutes", "enough"), [(20, 8), (30, 12), (45, 18), (60, 24)])
def test_a_question_takes_two_and_a_half_minutes(student, now, minutes, enough):
    talk = world.interview(student, world.contact(student), starts_at=now, minutes=minutes)
    assert Interview.objects.with_planned().get().questions_lacking == talk.enough_questions == enough
    plan = QuestionPlan.objects.create(interview=talk)
    PlannedQuestion.objects.create(plan=plan, text="What does a good day look like?", position=1)
    assert Interview.objects.with_planned().get().questions_lacking == enough - 1


def test_every_state_of_a_conversation_is_over_or_not():
    assert {status for status, _ in OVER} == set(InterviewStatus)


def test_a_conversation_ended_when_somebody_said_so_else_as_agreed(student, now):
    agreed = world.interview(student, world.contact(student), starts_at=now - timedelta(hours=2), minutes=60)
    hour_ago = (now - timedelta(hours=1, minutes=1), now - timedelta(hours=1))
    assert agreed.over_at == hour_ago[1]
    assert Interview.objects.ended_between(*hour_ago).exists()
    Interview.objects.update(talked_until=now - timedelta(minutes=30))
    assert not Interview.objects.ended_between(*hour_ago).exists()
    assert Interview.objects.ended_between(hour_ago[1], now - timedelta(minutes=30)).exists()
