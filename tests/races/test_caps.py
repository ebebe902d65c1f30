"""The caps hold in the database by themselves, and for statements that meet (R204, reliability.md 3, B8)."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from apps.alumni.models import BlockedStudent
from apps.interviews.answering import actions as answering
from apps.interviews.lifecycle.models import InterviewRequest
from apps.policy.models import Policy
from tests import world
from tests.interviews import steps
from tests.races.together import at_once, tally

pytestmark = pytest.mark.whole

DAY = timedelta(days=1)


@pytest.fixture
def at(transactional_db):
    steps.no_review()
    return timezone.now()


def put_out(asked, sent_at):
    """Send a draft by one statement, as somebody at a console would."""
    times = {"sent_at": sent_at, "leaves_at": sent_at, "deadline_at": sent_at + 9 * DAY}
    with transaction.atomic():
        InterviewRequest.objects.filter(pk=asked.pk).update(status="sent", turn="alum", **times)


def is_out(asked, sent_at):
    try:
        put_out(asked, sent_at)
    except IntegrityError:
        return False
    return True


def students(count):
    return [world.student(f"Amira N{n:02}") for n in range(count)]


@pytest.mark.parametrize(("own", "offices", "most"), [(None, 2, 2), (1, 2, 1), (5, 2, 2), (0, 2, 0)])
def test_no_statement_gives_an_alum_more_than_their_month_bears(at, own, offices, most):
    Policy.objects.update(alum_monthly_cap=offices)
    alum = world.alum("Ingrid Solheim", monthly_cap=own)
    assert [is_out(steps.draft(one, alum, at), at) for one in students(3)] == [n < most for n in range(3)]


def test_the_month_is_the_offices_own(at):
    Policy.objects.update(alum_monthly_cap=1, time_zone="America/Chicago")
    alum = world.alum("Ingrid Solheim")
    november = datetime(2026, 12, 1, 5, 59, tzinfo=UTC)
    first, second, third = [steps.draft(one, alum, at) for one in students(3)]
    assert is_out(first, november)
    assert not is_out(second, november)
    assert is_out(third, november + timedelta(minutes=1))


def test_no_statement_gives_a_student_more_open_requests_than_one_can_follow_up(student, at):
    Policy.objects.update(student_open_cap=2)
    asked = [steps.draft(student, world.alum(f"Ingrid N{n:02}"), at) for n in range(3)]
    assert [is_out(one, at) for one in asked] == [True, True, False]
    InterviewRequest.objects.filter(pk=asked[0].pk).update(status="declined")
    assert is_out(asked[2], at)


def test_two_statements_for_the_last_place_wait_for_each_other(alum, at):
    Policy.objects.update(alum_monthly_cap=1)
    for n in range(4):
        InterviewRequest.objects.all().delete()
        two = [steps.draft(world.student(f"Amira M{n}{k}"), alum, at) for k in range(2)]
        results = at_once(*(lambda one=one: put_out(one, at) for one in two))
        assert tally(results) == {"done": 1, "IntegrityError": 1}, results


def test_two_statements_for_a_students_last_request_wait_for_each_other(student, at):
    Policy.objects.update(student_open_cap=1)
    for n in range(4):
        InterviewRequest.objects.all().delete()
        two = [steps.draft(student, world.alum(f"Ingrid M{n}{k}"), at) for k in range(2)]
        results = at_once(*(lambda one=one: put_out(one, at) for one in two))
        assert tally(results) == {"done": 1, "IntegrityError": 1}, results


def test_a_statement_and_a_block_wait_for_each_other(student, alum, at):
    """Whichever comes first, none is out and open in the end: it was refused, or got a “not now”."""
    for _ in range(4):
        InterviewRequest.objects.all().delete()
        BlockedStudent.objects.all().delete()
        asked = steps.draft(student, alum, at)
        results = at_once(
            lambda asked=asked: put_out(asked, at),
            lambda: answering.block(alum.alumni_profile, student, by=alum, now=at + timedelta(minutes=1)),
        )
        asked.refresh_from_db()
        refused = tally(results).get("IntegrityError", 0)
        assert asked.status == ("draft" if refused else "declined"), results


def test_no_statement_sends_the_request_of_a_blocked_student(student, other_student, alum, at):
    answering.block(alum.alumni_profile, student, by=alum, now=at)
    assert [is_out(steps.draft(one, alum, at), at) for one in (student, other_student)] == [False, True]
