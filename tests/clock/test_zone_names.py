"""What people, Windows and CRMs call a time zone is understood; what is not a place is not taken for one."""

import zoneinfo
from datetime import UTC, datetime

import pytest

from apps.clock import regions, times, zone_names, zones
from apps.clock.local_times import hours_between
from apps.clock.two_clocks import spoken_hours


@pytest.mark.parametrize(
    ("old", "city"),
    [
        ("Asia/Calcutta", "Kolkata"),
        ("Europe/Kiev", "Kyiv"),
        ("Asia/Saigon", "Ho Chi Minh"),
        ("Asia/Katmandu", "Kathmandu"),
        ("America/Buenos_Aires", "Buenos Aires"),
        ("Asia/Rangoon", "Yangon"),
        ("America/Godthab", "Nuuk"),
        ("US/Pacific", "Los Angeles"),
        ("Africa/Asmera", "Asmara"),
        ("Iceland", "Reykjavik"),
        ("Europe/Oslo", "Oslo"),
        ("America/Chicago", "Chicago"),
    ],
)
def test_a_city_has_its_name_of_today(old, city):
    assert times.city(old) == city
    named = {"Los Angeles": "Pacific Time", "Chicago": "Central Time"}
    assert times.zone_name(zoneinfo.ZoneInfo(old)) == named.get(city, f"{city} time")


def test_no_old_name_leads_to_other_clocks():
    for name in zoneinfo.available_timezones() - {"localtime", "Factory"}:
        now = zone_names.current(name)
        for month in (1, 7):
            at = datetime(2026, month, 1, tzinfo=UTC)
            assert (
                at.astimezone(zoneinfo.ZoneInfo(now)).utcoffset() == at.astimezone(zoneinfo.ZoneInfo(name)).utcoffset()
            )


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("Central Standard Time", "America/Chicago"),
        ("W. Europe Standard Time", "Europe/Berlin"),
        ("US Mountain Standard Time", "America/Phoenix"),
        ("India Standard Time", "Asia/Kolkata"),
        ("(GMT-06:00) Central Time (US & Canada)", "America/Chicago"),
        ("(UTC-05:00) Eastern Time (US & Canada)", "America/New_York"),
        ("(UTC-05:00) Indiana (East)", "America/Indiana/Indianapolis"),
        ("(GMT+05:30) Chennai, Kolkata, Mumbai, New Delhi", "Asia/Kolkata"),
        ("(GMT-05:00) Eastern Standard Time (America/New_York)", "America/New_York"),
        ("(GMT+10:00) Canberra, Melbourne, Sydney", "Australia/Sydney"),
        ("Eastern", "America/New_York"),
        ("EST5EDT", "America/New_York"),
        ("US Eastern", "America/New_York"),
        ("Pacific time zone", "America/Los_Angeles"),
        ("asia/calcutta", "Asia/Kolkata"),
        ("America/New York", "America/New_York"),
        ("Kolkata", "Asia/Kolkata"),
        ("EST/EDT", "America/New_York"),
        ("ET - Eastern", "America/New_York"),
        ("US-Eastern", "America/New_York"),
        ("Mountain Time - Arizona", "America/Phoenix"),
        ("GMT-5 Eastern Time", "America/New_York"),
        ("UTC-06:00 Central Time", "America/Chicago"),
        ("(UTC-06:00) Central America", "America/Guatemala"),
        ("Japan Standard Time", "Asia/Tokyo"),
        ("Central European Summer Time", "Europe/Paris"),
        ("Alaska Standard Time", "America/Anchorage"),
    ],
)
def test_a_zone_is_understood_however_it_is_called(text, zone):
    assert zone_names.understood(text).zone == zone


@pytest.mark.parametrize("text", ["Mars/Olympus", "local", "soon", "0", "Factory", "localtime", "GMT+99", "(x)", ""])
def test_what_is_no_zone_is_none(text):
    assert zone_names.understood(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "UTC",
        "GMT",
        "UTC-6",
        "GMT+05:30",
        "-0600",
        "UTC−05:00",
        "GMT +5.5",
        "Greenwich Mean Time",
        "Etc/GMT+6",
        "Etc/UTC",
        "IST",
    ],
)
def test_an_offset_is_no_place(text):
    assert zone_names.understood(text).zone == ""


def test_every_name_of_windows_and_of_the_iana_is_understood():
    names = zoneinfo.available_timezones() - {"localtime", "Factory"} | set(zone_names.win_tz)
    assert [name for name in sorted(names) if zone_names.understood(name) is None] == []


@pytest.mark.parametrize(
    ("hours", "said"),
    [
        (11.75, "11 hours and 45 minutes"),
        (6, "6 hours"),
        (1, "1 hour"),
        (0.5, "30 minutes"),
        (1.5, "1 hour and 30 minutes"),
        (25, "25 hours"),
    ],
)
def test_a_distance_is_said_in_hours_and_minutes(hours, said):
    assert spoken_hours(hours) == said


def test_the_distance_is_that_of_its_day():
    winter, summer = datetime(2026, 12, 1, tzinfo=UTC), datetime(2026, 7, 1, tzinfo=UTC)
    assert spoken_hours(hours_between("America/Chicago", "Asia/Kathmandu", winter)) == "11 hours and 45 minutes"
    assert spoken_hours(hours_between("America/Chicago", "Asia/Kathmandu", summer)) == "10 hours and 45 minutes"


# --- what can be chosen -----------------------------------------------------------------------------------------------


def flat(options):
    """Return every value of a select's options, with those in groups."""
    return [name for value, of in options for name in ([value] if isinstance(of, str) else [name for name, _ in of])]


@pytest.mark.parametrize(
    ("region", "first"),
    [
        ("en-US", ("America/New_York", "Eastern Time, New York, 11:40\xa0am")),
        ("en-GB", ("Europe/London", "London, 4:40pm")),
        ("en-CA", ("America/St_Johns", "Newfoundland Time, St. John’s, 1:10\xa0p.m.")),
    ],
)
def test_the_zones_of_the_offices_region_come_first_and_each_stands_once(region, first):
    now = datetime(2026, 11, 12, 16, 40, tzinfo=UTC)
    with regions.using(region):
        mine = zones.choices("America/Chicago", now)
        others = zones.places("America/Chicago")
        office = zones.choices_of_office("America/Chicago", "America/Chicago", now)
    assert mine[0][1].startswith("As my device says")
    assert mine[1][1][0] == first
    assert office[0] == mine[1]
    for options in (mine, others, office):
        assert len(set(flat(options))) == len(flat(options))
        assert {"Europe/Dublin", "Asia/Tokyo", "America/Chicago", "Pacific/Auckland"} <= set(flat(options))


def test_the_office_is_offered_the_zone_of_the_readers_browser_first_and_keeps_an_old_name():
    now = datetime(2026, 11, 12, 16, 40, tzinfo=UTC)
    options = zones.choices_of_office("US/Central", "Europe/Dublin", now)
    assert options[:2] == [
        ("Europe/Dublin", "Where you are: Dublin, 4:40\xa0pm"),
        ("US/Central", "Chicago, 10:40\xa0am"),
    ]
