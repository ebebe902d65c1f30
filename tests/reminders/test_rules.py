"""What is due, to the second, and for how long (R221, R222)."""

from datetime import UTC, datetime, timedelta

import pytest

from apps.interviews.models import Debrief, Interview, Review, ThankYou
from apps.network.models import ActionStep, Cadence, Outcome
from apps.reminders.rules import BY_NAME, RULES
from tests import world

pytestmark = pytest.mark.django_db
H = timedelta(hours=1)
S = timedelta(seconds=1)


def due(name, now):
    return [BY_NAME[name].key(row) for row in BY_NAME[name].rows(now)]


@pytest.fixture
def talk(student):
    """A conversation that ended at NOW."""
    return world.interview(student, world.contact(student), starts_at=world.NOW - timedelta(minutes=20))


def key(name, talk, version=0):
    return [f"{name}:interview:{talk.pk}:v{version}"]


@pytest.mark.parametrize(
    ("name", "begins", "ends"),
    [
        ("write-down", 0 * H, None),
        ("thank-you-first", 20 * H, 40 * H),
        ("thank-you-second", 40 * H, 72 * H),
        ("thank-you-late", 48 * H, 60 * 24 * H),
    ],
)
def test_after_a_talk_each_rule_holds_from_its_second_to_its_last(talk, now, name, begins, ends):
    assert due(name, now + begins - S) == []
    assert due(name, now + begins) == key(name, talk)
    if ends:
        assert due(name, now + ends - S) == key(name, talk)
        assert due(name, now + ends) == []


@pytest.mark.parametrize(
    ("name", "begins", "ends"), [("interview-tomorrow", -24 * H, -1 * H), ("interview-hour", -1 * H, 0 * H)]
)
def test_before_a_talk_each_rule_holds_from_its_second_to_its_last(student, now, name, begins, ends):
    talk = world.interview(student, world.contact(student), starts_at=now)
    assert due(name, now + begins - S) == []
    assert due(name, now + begins) == key(name, talk)
    assert due(name, now + ends - S) == key(name, talk)
    assert due(name, now + ends) == []


@pytest.mark.parametrize("name", ["thank-you-first", "thank-you-second", "thank-you-late"])
def test_nothing_reminds_of_a_thank_you_that_was_sent(talk, now, name):
    ThankYou.objects.create(interview=talk, sent_at=now + H)
    assert [due(name, now + hours * H) for hours in (20, 40, 50)] == [[], [], []]


@pytest.mark.parametrize("status", ["cancelled", "no_show"])
def test_nothing_reminds_of_a_talk_that_did_not_happen(talk, now, status):
    Interview.objects.filter(pk=talk.pk).update(status=status)
    names = ["write-down", "thank-you-first", "thank-you-second", "thank-you-late", "interview-hour"]
    assert [due(name, now + 41 * H) for name in names] == [[]] * 5


def test_nothing_asks_to_write_down_what_is_written_down(talk, now):
    Debrief.objects.create(interview=talk, finished_at=now)
    assert due("write-down", now + H) == []


def test_the_clock_runs_from_when_they_really_stopped(talk, now):
    Interview.objects.filter(pk=talk.pk).update(status="completed", talked_until=now + H)
    assert due("thank-you-first", now + 20 * H) == []
    assert due("thank-you-first", now + 21 * H) == key("thank-you-first", talk)


def test_a_moved_talk_asks_anew(student, now):
    talk = world.interview(student, world.contact(student), starts_at=now + H)
    Interview.objects.filter(pk=talk.pk).update(
        sequence=1, starts_at=now + 30 * H, ends_at=now + 30 * H + timedelta(minutes=20)
    )
    assert due("interview-tomorrow", now) == []
    assert due("interview-tomorrow", now + 6 * H) == key("interview-tomorrow", talk, version=1)


@pytest.mark.parametrize(
    "ended",
    [
        datetime(2026, 10, 31, 18, 0, tzinfo=UTC),  # the clocks of Chicago go back on 1 November 2026
        datetime(2027, 3, 13, 18, 0, tzinfo=UTC),  # and forward on 14 March 2027
    ],
)
def test_48_hours_are_48_hours_over_both_changes_of_the_clock(student, ended):
    talk = world.interview(student, world.contact(student), starts_at=ended - timedelta(minutes=20))
    assert talk.thank_by - ended == 48 * H
    assert due("thank-you-second", ended + 40 * H - S) == []
    assert due("thank-you-second", ended + 40 * H) == key("thank-you-second", talk)


def test_other_times_wait_a_day_before_they_are_due(student, alum, now):
    contact = world.contact(student, alum=alum.alumni_profile)
    request = world.sent_request(student, contact, status="countered", turn="student", answered_at=now)
    assert due("replied", now + 24 * H - S) == []
    assert due("replied", now + 24 * H) == [f"replied:request:{request.pk}:20261112164000"]


def test_a_review_is_due_to_the_coach_at_once(student, coach, now):
    request = world.interview_request(student, world.contact(student), status="in_review")
    review = Review.objects.create(request=request, coach=coach, asked_at=now, due_at=now + 24 * H)
    [row] = BY_NAME["review-waiting"].rows(now)
    assert (row, BY_NAME["review-waiting"].says(row).person) == (review, coach)


def test_a_loop_is_due_a_day_after_the_talk_with_the_one_who_was_named(student, now):
    varga, marcus = world.contact(student), world.contact(student, "Marcus Adeyemi")
    referral = world.referral(varga, marcus)
    assert due("close-loop", now + 100 * H) == []
    world.interview(student, marcus, starts_at=now - timedelta(minutes=20), status="completed")
    assert due("close-loop", now + 24 * H - S) == []
    assert due("close-loop", now + 24 * H) == [f"close-loop:referral:{referral.pk}"]


@pytest.mark.parametrize(
    ("zone", "utc_hour"), [("America/Chicago", 14), ("Pacific/Kiritimati", -6), ("Pacific/Niue", 19)]
)
def test_a_day_begins_at_eight_where_the_person_is(student, zone, utc_hour):
    type(student).objects.filter(pk=student.pk).update(time_zone=zone)
    day = datetime(2026, 11, 20, tzinfo=UTC)
    contact = world.contact(student)
    Cadence.objects.create(student=student, contact=contact, months=3, due_on=day.date(), chosen_at=day)
    ActionStep.objects.create(student=student, text="Sign up for the course", due_on=day.date())
    Outcome.objects.create(student=student, contact=contact, kind="applied", happened_on=day.date())
    for name in ("cadence", "action-step", "second-thanks"):
        assert due(name, day + utc_hour * H - S) == [], name
        assert len(due(name, day + utc_hour * H)) == 1, name


def test_every_rule_has_a_name_of_its_own_and_a_label():
    assert len({rule.name for rule in RULES}) == len({rule.label for rule in RULES}) == len(RULES)
