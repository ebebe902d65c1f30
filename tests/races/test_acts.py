"""Acts that meet: one winner with a legal history, no deadlock in any order, and the database as the last word."""

import time
from datetime import timedelta
from itertools import pairwise
from threading import Event

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from apps.accounts.models import Role
from apps.interviews import deadlines
from apps.interviews.answering import actions as answering
from apps.interviews.asking import actions as asking
from apps.interviews.lifecycle.models import Interview, InterviewRequest, ParticipantTime
from apps.interviews.lifecycle.moves import INTERVIEW_MOVES, REQUEST_MOVES
from apps.interviews.scheduling import actions as scheduling
from apps.mail import delivery
from apps.mail.models import OutboundMessage
from apps.network.models import ActionStep
from apps.policy.models import Policy
from apps.reminders import sweep
from apps.reminders.models import Notice
from apps.students.models import StudentProfile
from tests import world
from tests.interviews import steps
from tests.races.together import SCALE, at_once, tally

pytestmark = pytest.mark.whole

H = timedelta(hours=1)


@pytest.fixture
def at(transactional_db):
    steps.no_review()
    Policy.objects.update(alum_monthly_cap=500, student_open_cap=500)
    return timezone.now()


# --- one winner (B6) --------------------------------------------------------------------------------------------------


def test_every_end_of_a_request_at_once_has_one_winner(student, at):
    winners = set()
    for n in range(20 * SCALE):
        alum = world.alum(f"Ingrid N{n:02}")
        asked = steps.sent(student, alum, at + n * timedelta(days=7))
        InterviewRequest.objects.filter(pk=asked.pk).update(deadline_at=at)
        slot = steps.slot(asked, at)
        results = at_once(
            lambda a=asked, s=slot, p=alum: answering.accept(a, slot=s, format="video", by=p, now=at),
            lambda a=asked, p=alum: answering.decline(a, by=p, now=at),
            lambda a=asked: asking.withdraw(a, by=student, now=at),
            lambda: deadlines.expire(at),
            lambda a=asked: asking.take_back(a, by=student, now=at),
            lambda a=asked, p=alum: answering.question(a, note="One question first", by=p, now=at),
        )
        assert set(tally(results)) <= {"done", "refused"}, results
        asked.refresh_from_db()
        assert steps.is_legal(asked, REQUEST_MOVES, "draft"), list(asked.events.values_list("event", "was", "became"))
        assert Interview.objects.filter(request=asked).count() == (asked.status == "accepted")
        winners.add(asked.status)
    assert len(winners) > 1  # else nothing raced


def test_moving_and_calling_off_at_once_keeps_calendar_and_story_whole(student, at):
    for n in range(20 * SCALE):
        alum = world.alum(f"Ingrid N{n:02}")
        talk = steps.agreed(student, alum, at + n * timedelta(days=7))
        new = scheduling.move_slots(talk, actor="alum", now=at)[-1].value
        results = at_once(
            lambda t=talk, s=new, p=alum: scheduling.reschedule(t, slot=s, actor="alum", by=p, now=at),
            lambda t=talk, p=alum: scheduling.cancel(t, actor="alum", by=p, now=at),
            lambda t=talk: scheduling.cancel(t, actor="student", by=student, now=at),
            lambda t=talk: scheduling.set_place(t, place="https://meet.example/x", by=student, now=at),
        )
        assert set(tally(results)) <= {"done", "refused"}, results
        talk.refresh_from_db()
        assert (talk.status, ParticipantTime.objects.filter(interview=talk).count()) == ("cancelled", 0)
        assert steps.is_legal(talk, INTERVIEW_MOVES, "scheduled")
        told = OutboundMessage.objects.filter(subject_key=f"interview:{talk.pk}", recipient=alum.email)
        numbers = sorted(told.values_list("subject_no", flat=True))
        assert all(after == before + 1 for before, after in pairwise(numbers))
        assert told.filter(kind="interview_cancelled").count() == 1


# --- no deadlock (B3; the fixture of the folder counts them) ----------------------------------------------------------


def both(name, n, coach):
    """Make a graduate student who is an alumna: one person with both roles."""
    person = world.alum(f"{name} N{n:02}")
    person.roles = [Role.STUDENT, Role.ALUM]
    person.save()
    StudentProfile.objects.create(user=person, coach=coach, program="Public Health", class_year=2028)
    return person


def test_two_people_who_ask_each_other_never_wait_for_each_other(coach, at):
    """Each is the student of one request and the alum of the other: the locks would be taken crosswise."""
    pairs = [(both("Ada", n, coach), both("Bea", n, coach)) for n in range(6)]
    acts = []
    for n, (ada, bea) in enumerate(pairs):
        there, back = steps.sent(ada, bea, at), steps.sent(bea, ada, at + timedelta(days=30))
        for asked, person, k in ((there, bea, n % 3), (back, ada, -1)):
            slot = steps.slot(asked, at, k)
            acts.append(lambda a=asked, s=slot, p=person: answering.accept(a, slot=s, format="video", by=p, now=at))
            acts.append(lambda a=asked, p=person: answering.question(a, note="First", by=p, now=at))
            acts.append(lambda a=asked: asking.withdraw(a, by=a.student, now=at))
    for _ in range(6 * SCALE):  # 36 acts each
        assert set(tally(at_once(*acts))) <= {"done", "refused"}


# --- the database by itself (B8; every pair of states: tests/interviews/lifecycle/test_lifecycle.py) ------------------


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE interviews_interviewrequest SET status = 'draft' WHERE id = %(asked)s",
        "UPDATE interviews_interviewrequest SET status = 'nonsense' WHERE id = %(asked)s",
        "UPDATE interviews_interview SET status = 'completed' WHERE id = %(talk)s",
        "UPDATE interviews_interview SET ends_at = starts_at WHERE id = %(talk)s",
        "INSERT INTO interviews_participanttime (person_id, interview_id, during, is_blocking)"
        " SELECT person_id, %(second)s, during, true FROM interviews_participanttime WHERE interview_id = %(talk)s",
        "INSERT INTO interviews_timewindow (offered_by, starts_at, ends_at, zone)"
        " VALUES ('student', now(), now() + interval '1 hour', 'UTC')",
    ],
)
def test_sql_cannot_do_what_the_acts_do_not(student, alum, other_alum, at, statement):
    talk, second = steps.agreed(student, alum, at), steps.agreed(student, other_alum, at, n=-1)
    names = {"asked": talk.request_id, "talk": talk.pk, "second": second.pk}
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, names)
    assert Interview.objects.filter(status="scheduled").count() == 2


# --- two sweeps, two deliveries (A12 in small) ------------------------------------------------------------------------


def due_people(coach, at, count=12):
    """Make students who talked yesterday and have not thanked: two reminders are due for each, in one mail."""
    for n in range(count):
        student = world.student(f"Amira N{n:02}", coach=coach)
        world.interview(
            student, world.contact(student), starts_at=at - 20 * H - timedelta(minutes=20), status="completed"
        )


@pytest.mark.parametrize("round_", range(2))
def test_two_sweeps_at_once_promise_each_mail_once(coach, at, round_):
    due_people(coach, at)
    results = at_once(*(lambda: sweep.run(at) for _ in range(4)))
    assert set(tally(results)) == {"done"}, results
    keys = list(OutboundMessage.objects.values_list("key", flat=True))
    assert (len(keys), len(set(keys)), Notice.objects.count()) == (12, 12, 24)
    assert not Notice.objects.filter(message=None).exists()


def test_sweeps_and_deliveries_at_once_send_each_mail_once(coach, at, smtp):
    due_people(coach, at)
    sweeps = [lambda: sweep.run(at) for _ in range(3)]
    engines = [lambda n=n: delivery.deliver_due(engine=f"engine {n}") for n in range(3)]
    results = at_once(*sweeps, *engines)
    assert set(tally(results)) == {"done"}, results
    at_once(*engines)  # what was promised after the first look
    assert sorted(smtp.copies.values()) == [1] * 12
    assert set(OutboundMessage.objects.values_list("state", flat=True)) == {"sent"}


def test_who_is_deleted_while_a_sweep_asks_takes_nobody_along(coach, at):
    """The sweep was told of somebody and finds them gone when it writes; the others of its batch are reminded."""
    due_people(coach, at)
    leaving = world.student("Zoe Leaving", coach=coach)
    ActionStep.objects.create(student=leaving, text="Read the report", due_on=(at - timedelta(days=1)).date())
    deleted = Event()

    def delete():
        with transaction.atomic():
            leaving.delete()
            deleted.set()
            assert wait_until_somebody_waits()

    def look():
        assert deleted.wait(30)
        return sweep.run(at)

    results = at_once(delete, look)
    assert set(tally(results)) == {"done"}, results
    assert Notice.objects.count() == 24


def wait_until_somebody_waits():
    """Wait until another connection waits for a lock of ours. Returns whether one did within a minute."""
    for _ in range(1200):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
            )
            if cursor.fetchone():
                return True
        time.sleep(0.05)
    return False


def test_expiry_and_nudge_by_two_clocks_are_told_once(student, alum, other_alum, at):
    late, waits = steps.sent(student, alum, at), steps.sent(student, other_alum, at)
    InterviewRequest.objects.filter(pk=late.pk).update(deadline_at=at)
    InterviewRequest.objects.filter(pk=waits.pk).update(sent_at=at - 10 * 24 * H)
    results = at_once(*(lambda: deadlines.clock(at) for _ in range(6)))
    assert set(tally(results)) == {"done"}, results
    assert OutboundMessage.objects.filter(kind="request_expired").count() == 1
    assert OutboundMessage.objects.filter(kind="request_nudge").count() == 1
    assert waits.events.filter(event="nudge").count() == 1
