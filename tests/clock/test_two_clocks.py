"""How far one clock is from another, in words: whose clock is meant is said, and no difference where there is none."""

from datetime import UTC, datetime

import pytest

from apps.clock.two_clocks import apart

WINTER, SUMMER = datetime(2026, 11, 30, 18, tzinfo=UTC), datetime(2026, 7, 1, 18, tzinfo=UTC)


@pytest.mark.parametrize(
    ("own", "other", "at", "says"),
    [
        ("America/Chicago", "Europe/Dublin", WINTER, "You’re on Central Time. Dublin is 6 hours ahead."),
        ("Europe/Dublin", "America/Chicago", WINTER, "You’re on Dublin time. Chicago is 6 hours behind."),
        ("America/Chicago", "America/Chicago", WINTER, "You’re on Central Time. It’s the same time in Chicago."),
        ("America/Chicago", "America/Menominee", WINTER, "You’re on Central Time. It’s the same time in Menominee."),
        ("America/Phoenix", "America/Denver", WINTER, "You’re on Arizona time. It’s the same time in Denver."),
        ("America/Phoenix", "America/Denver", SUMMER, "You’re on Arizona time. Denver is 1 hour ahead."),
        (
            "Asia/Kolkata",
            "America/Chicago",
            WINTER,
            "You’re on Kolkata time. Chicago is 11 hours and 30 minutes behind.",
        ),
    ],
)
def test_whose_clock_is_meant_is_said_and_no_difference_of_nothing(own, other, at, says):
    assert apart(own, other, at) == says
