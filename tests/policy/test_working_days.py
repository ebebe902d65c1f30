"""One working day: hours of the office, but for weekends and its holidays."""

from datetime import date, datetime

import pytest
import time_machine

from apps.interviews.asking import reviews
from apps.policy.models import Holiday, Policy
from apps.policy.working_days import one_working_day
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
