"""One working day: hours of the office, but for weekends and its holidays."""

from datetime import date, datetime

import pytest
import time_machine

from apps.interviews.asking import reviews
from apps.policy.models import Holiday, Policy
from apps.policy.working_days import office_hours, one_working_day
from tests.interviews import steps

pytestmark = pytest.mark.django_db

CHICAGO = "2026-11-{:02}T{}-06:00"


@pytest.mark.parametrize(
    ("day", "clock", "due_day", "due"),
    [
        (15, "06:17", 17, "09:00"),  # Sunday: seen on Monday
        (14, "23:59", 17, "09:00"),
        (16, "06:17", 17, "09:00"),
        (16, "09:00", 17, "09:00"),
        (16, "14:30", 17, "14:30"),
        (16, "17:00", 18, "09:00"),
        (16, "22:00", 18, "09:00"),
        (13, "16:45", 16, "16:45"),  # Friday
        (13, "17:01", 17, "09:00"),
    ],
)
def test_one_working_day_is_one_day_of_office_hours(day, clock, due_day, due):
    asked = datetime.fromisoformat(CHICAGO.format(day, clock))
    assert one_working_day(asked) == datetime.fromisoformat(CHICAGO.format(due_day, due))


def test_one_working_day_over_the_end_of_summer_time_keeps_its_hour():
    friday = datetime.fromisoformat("2026-10-30T10:00-05:00")
    assert one_working_day(friday) == datetime.fromisoformat("2026-11-02T10:00-06:00")


@pytest.fixture
def thanksgiving():
    """Thursday and Friday, 26 and 27 November 2026."""
    for day in (26, 27):
        Holiday.objects.create(on=date(2026, 11, day), name="Thanksgiving")


@pytest.mark.parametrize(
    ("day", "clock", "due"),
    [
        (25, "14:30", "2026-11-30T14:30"),  # Wednesday: over four days
        (25, "18:00", "2026-12-01T09:00"),
        (26, "11:00", "2026-12-01T09:00"),  # on the holiday itself: seen on Monday
        (28, "11:00", "2026-12-01T09:00"),
        (24, "10:00", "2026-11-25T10:00"),
    ],
)
def test_a_holiday_is_no_working_day(thanksgiving, day, clock, due):
    asked = datetime.fromisoformat(CHICAGO.format(day, clock))
    assert one_working_day(asked) == datetime.fromisoformat(f"{due}-06:00")


def test_a_holiday_is_one_in_the_zone_of_the_office(thanksgiving):
    Policy.objects.update_or_create(pk=1, defaults={"time_zone": "Pacific/Auckland"})
    asked = datetime.fromisoformat("2026-11-25T12:00-06:00")  # Thursday in Auckland, 7:00 am: closed until Monday
    assert one_working_day(asked) == datetime.fromisoformat("2026-12-01T09:00+13:00")


def test_a_holiday_on_a_weekend_changes_nothing():
    Holiday.objects.create(on=date(2026, 11, 14), name="Founders’ Day")
    friday = datetime.fromisoformat("2026-11-13T10:00-06:00")
    assert one_working_day(friday) == datetime.fromisoformat("2026-11-16T10:00-06:00")


def test_a_draft_waits_for_its_coach_over_the_holidays(student, alum, thanksgiving):
    wednesday = datetime.fromisoformat(CHICAGO.format(25, "14:30"))
    asked = steps.draft(student, alum, wednesday)
    with time_machine.travel(wednesday, tick=False):
        reviews.submit(asked, by=student, now=wednesday)
    assert asked.reviews.get().due_at == datetime.fromisoformat("2026-11-30T14:30-06:00")


# --- opening hours that the office set --------------------------------------------------------------------------------

SHORT_WEEK = [
    ["10:00", "16:00"],
    ["09:00", "12:00"],
    [],
    ["13:00", "20:00"],
    ["09:00", "17:00"],
    ["10:00", "13:00"],
    [],
]


@pytest.fixture
def short_week():
    """Monday 10 to 4, Tuesday 9 to noon, Thursday 1 to 8, Friday 9 to 5, Saturday 10 to 1."""
    Policy.objects.update_or_create(pk=1, defaults={"opening_hours": SHORT_WEEK})


@pytest.mark.parametrize(
    ("day", "clock", "due_day", "due"),
    [
        (16, "11:00", 17, "11:00"),  # Monday, open on both days
        (16, "15:30", 17, "12:00"),  # Tuesday closes before that hour
        (16, "08:00", 17, "10:00"),
        (17, "09:30", 19, "13:00"),  # Wednesday is closed, Thursday opens later
        (18, "11:00", 20, "13:00"),  # on a closed day: seen on Thursday at one
        (19, "19:00", 20, "17:00"),
        (20, "11:00", 21, "11:00"),  # Saturday counts
        (21, "13:00", 24, "10:00"),  # closed just then: seen on Monday
    ],
)
def test_a_working_day_is_a_day_of_the_opening_hours(short_week, day, clock, due_day, due):
    asked = datetime.fromisoformat(CHICAGO.format(day, clock))
    assert one_working_day(asked) == datetime.fromisoformat(CHICAGO.format(due_day, due))


def test_an_office_that_is_never_open_keeps_the_usual_hours():
    Policy.objects.update_or_create(pk=1, defaults={"opening_hours": [[]] * 7})
    asked = datetime.fromisoformat(CHICAGO.format(16, "14:30"))
    assert one_working_day(asked) == datetime.fromisoformat(CHICAGO.format(17, "14:30"))


@pytest.mark.parametrize(
    ("since", "until", "age"),
    [
        ((16, "16:00"), (16, "16:59"), "less than one business hour"),
        ((16, "16:00"), (17, "09:30"), "1 business hour"),
        ((13, "15:00"), (16, "11:00"), "4 business hours"),  # over a weekend
        ((14, "08:00"), (15, "20:00"), "less than one business hour"),
        ((24, "16:00"), (30, "10:00"), "10 business hours"),  # over Thanksgiving
        ((16, "08:00"), (16, "08:30"), "less than one business hour"),
        ((17, "10:00"), (16, "10:00"), "less than one business hour"),  # a clock that was set back
    ],
)
def test_the_age_of_a_draft_counts_the_hours_in_which_the_office_is_open(thanksgiving, since, until, age):
    begin, end = (datetime.fromisoformat(CHICAGO.format(*moment)) for moment in (since, until))
    assert office_hours(begin).age(begin, end) == age


def test_hours_are_counted_over_the_end_of_summer_time():
    Policy.objects.update_or_create(pk=1, defaults={"opening_hours": [["00:00", "23:00"]] * 7})
    begin, end = datetime.fromisoformat("2026-11-01T00:00-05:00"), datetime.fromisoformat("2026-11-01T04:00-06:00")
    assert office_hours(begin).age(begin, end) == "5 business hours"


def test_of_what_waited_for_years_no_more_than_sixty_days_are_counted():
    begin, end = datetime.fromisoformat("2020-01-01T00:00-06:00"), datetime.fromisoformat("2026-11-16T00:00-06:00")
    assert office_hours(end).between(begin, end).days < 60
