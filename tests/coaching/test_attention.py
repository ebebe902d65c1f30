"""Who needs their coach, in one statement: on a world of chance it says what `plain` says student by student."""

import random
from datetime import timedelta

import pytest
from django.utils import timezone

from apps.accounts.models import User
from apps.coaching.attention import WELL, Clock, find
from apps.coaching.filters import VIEWS, Wanted
from apps.interviews.asking.models import Review
from apps.interviews.thanking.models import ThankYou
from apps.network.models import Contact, Touch
from apps.students.models import Cohort, StudentProfile
from tests import world
from tests.coaching import plain

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
HELD = ("completed", "completed", "scheduled", "scheduled", "cancelled", "no_show")


def scattered(coach, chance, now):
    """Make forty students of whom each thing may be true, or not."""
    cohorts = [Cohort.objects.create(name=f"Cohort {number}") for number in range(3)]
    for number in range(40):
        name = f"{chance.choice(['Ann', 'Bea'])} {chr(ord('A') + number // 2)}chance{'xy'[number % 2]}"
        student = world.student(name, coach=coach, goal_conversations=chance.randint(0, 3))
        StudentProfile.objects.filter(user=student).update(
            cohort=chance.choice([*cohorts, None]),
            program=chance.choice(["Biology", "History", ""]),
            stage=chance.choice(["exploring", "searching"]),
            shares_network=chance.random() < 0.8,
        )
        joined = now - DAY * chance.choice([1, 1, 40])  # several since the same moment: their names decide
        User.objects.filter(pk=student.pk).update(joined_at=joined, is_active=chance.random() < 0.9)
        for _ in range(chance.choice([0, 1, 1, 3])):
            known(student, coach, chance, now)


def known(student, coach, chance, now):
    """Make somebody a student knows, perhaps in private, and what may have happened with them."""
    contact = world.contact(student)
    Contact.objects.filter(pk=contact.pk).update(is_private=chance.random() < 0.25)
    if chance.random() < 0.5:
        at = now - chance.choice([2, 20, 22, 50]) * DAY
        Touch.objects.create(student=student, contact=contact, kind=chance.choice(["wrote", "note"]), at=at)
    if chance.random() < 0.6:
        asked(student, contact, coach, chance, now)
    if chance.random() < 0.7:
        talked(student, contact, chance, now)


def asked(student, contact, coach, chance, now):
    created = now - chance.choice([1, 9, 11, 30]) * DAY
    if chance.random() < 0.4:
        world.sent_request(student, contact, at=created)
        return
    status = chance.choice(["draft", "draft", "in_review"])
    request = world.interview_request(student, contact, status=status)
    type(request).objects.filter(pk=request.pk).update(created_at=created)
    if status == "in_review":
        Review.objects.create(request=request, coach=coach, asked_at=now - chance.randint(1, 40) * HOUR, due_at=now)


def talked(student, contact, chance, now):
    hours = chance.choice([-1400, -800, -100, -60, -30, -3, 3, 30, 60]) + chance.random()
    status = chance.choice(HELD) if hours < 0 else "scheduled"
    talk = world.interview(student, contact, starts_at=now + hours * HOUR, status=status)
    if hours < 0 and chance.random() < 0.5:
        sent = talk.ends_at + chance.choice([5, 47, 49, 90]) * HOUR
        is_sent = sent <= now and chance.random() < 0.7
        waits = not is_sent and chance.random() < 0.5
        ThankYou.objects.create(
            interview=talk, sent_at=sent if is_sent else None, send_at=now + HOUR if waits else None
        )


@pytest.fixture(params=range(4))
def chance(request, coach, db):
    return random.Random(request.param)


@pytest.fixture(params=[True, False], ids=["prepared", "plain"])
def clock(request, chance, coach, settings):
    settings.PREPARED_QUERIES = request.param
    now = timezone.now()
    scattered(coach, chance, now)
    return Clock(now, now - 30 * DAY)


def test_order_rows_and_figures_are_those_of_the_plain_words(coach, clock):
    shown, everyone = plain.caseload(coach, clock)
    for view in VIEWS:
        found = find(coach.pk, Wanted(view=view), clock, most=None)
        assert [tuple(each) for each in found.students] == [each.row for each in shown if each.is_in(view)], view
        assert found.count == len(found.students)
    assert {view: found.figures[view] for view in VIEWS} == {
        view: sum(each.is_in(view) for each in shown) for view in VIEWS
    }
    assert found.figures["only_unstarted"] == sum(each.reason == "unstarted" for each in shown)
    assert found.everybody == len(shown) < len(everyone)
    well = [each for each in shown if each.is_well and not each.reason]
    assert [tuple(each) for each in found.well] == [each.row for each in well[:WELL]]
    held, in_time = (sum(len(list_of(each)) for each in everyone) for list_of in (_term, _in_time))
    assert (found.totals.held, found.totals.in_time) == (held, round(100 * in_time / held))
    profiles = [each.student.student_profile for each in shown]
    assert found.programs == sorted({profile.program for profile in profiles} - {""})
    assert sorted(found.cohorts) == sorted({profile.cohort_id for profile in profiles} - {None})


def test_pages_and_filters_cut_the_same_order(coach, clock):
    shown, _ = plain.caseload(coach, clock)
    cohort = Cohort.objects.get(name="Cohort 1").pk
    choices = {
        Wanted(view="all", program="Biology"): lambda each: each.student.student_profile.program == "Biology",
        Wanted(view="all", cohort=cohort): lambda each: each.student.student_profile.cohort_id == cohort,
        Wanted(view="today", q="ann"): lambda each: "Ann" in each.student.name and each.reason,
        Wanted(view="all", stage="searching"): lambda each: each.student.student_profile.stage == "searching",
        **{Wanted(view="all", stage=stage): lambda each, of=stage: each.stage == of for stage in ("find", "thank")},
    }
    for wanted, fits in choices.items():
        rows = [each.row for each in shown if fits(each)]
        assert [tuple(each) for each in find(coach.pk, wanted, clock, most=None).students] == rows, wanted
    pages = [find(coach.pk, Wanted(view="all"), clock, offset=at, most=7).students for at in range(0, 42, 7)]
    assert [tuple(each) for page in pages for each in page] == [each.row for each in shown]


def _term(each):
    return each.term


def _in_time(each):
    return each.in_time
