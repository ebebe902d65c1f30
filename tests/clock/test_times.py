"""What a moment is called: in words, in somebody's zone, across the hours that clocks skip and repeat."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from apps.clock import regions, times

CHICAGO, OSLO, TOKYO = ZoneInfo("America/Chicago"), ZoneInfo("Europe/Oslo"), ZoneInfo("Asia/Tokyo")
NOW = datetime(2026, 11, 12, 16, 40, tzinfo=UTC)  # Thursday, 10:40 am in Chicago


def utc(*parts):
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "zone", "said"),
    [
        (NOW, CHICAGO, "Thursday, November 12, 10:40\xa0am"),
        (NOW, "Europe/Oslo", "Thursday, November 12, 5:40\xa0pm"),
        (NOW, TOKYO, "Friday, November 13, 1:40\xa0am"),
        (utc(2026, 11, 12, 6, 0), CHICAGO, "Thursday, November 12, midnight"),
        (utc(2026, 11, 12, 18, 5), CHICAGO, "Thursday, November 12, 12:05\xa0pm"),
        # Clocks go forward in Chicago on March 8, 2026 at 2:00: 2:00 to 2:59 does not happen.
        (utc(2026, 3, 8, 7, 59), CHICAGO, "Sunday, March 8, 1:59\xa0am"),
        (utc(2026, 3, 8, 8, 0), CHICAGO, "Sunday, March 8, 3:00\xa0am"),
        # They go back on November 1, 2026 at 2:00: 1:30 happens twice.
        (utc(2026, 11, 1, 6, 30), CHICAGO, "Sunday, November 1, 1:30\xa0am"),
        (utc(2026, 11, 1, 7, 30), CHICAGO, "Sunday, November 1, 1:30\xa0am"),
    ],
)
def test_day_and_clock_in_a_zone(moment, zone, said):
    assert f"{times.day(moment, zone)}, {times.clock(moment, zone)}" == said


def test_without_a_zone_it_is_the_readers():
    with timezone.override(OSLO):
        assert times.clock(NOW) == "5:40\xa0pm"


def test_a_moment_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="without a zone"):
        times.clock(datetime(2026, 11, 12, 16, 40))


@pytest.mark.parametrize(
    ("start", "minutes", "said"),
    [
        (utc(2026, 11, 13, 18, 30), 20, "12:30 to 12:50\xa0pm"),
        (utc(2026, 11, 13, 17, 50), 20, "11:50\xa0am to 12:10\xa0pm"),
        (utc(2026, 11, 13, 15, 0), 60, "9:00 to 10:00\xa0am"),
        (utc(2026, 11, 14, 5, 50), 20, "11:50\xa0pm to 12:10\xa0am"),
        (utc(2026, 3, 8, 7, 50), 20, "1:50\xa0am to 3:10\xa0am, after the clocks change"),
        (utc(2026, 11, 1, 6, 50), 20, "1:50\xa0am to 1:10\xa0am, after the clocks change"),
    ],
)
def test_span(start, minutes, said):
    assert times.span(start, start + timedelta(minutes=minutes), CHICAGO) == said


def test_when_names_the_city_only_if_a_zone_is_given():
    start, end = utc(2026, 11, 13, 18, 30), utc(2026, 11, 13, 18, 50)
    with timezone.override(CHICAGO):
        assert times.when(start, end) == "Friday, November 13, 12:30 to 12:50\xa0pm"
        assert times.when(start, end, now=NOW) == "tomorrow, 12:30 to 12:50\xa0pm"
        assert times.when(start) == "Friday, November 13, 12:30\xa0pm"
    assert times.when(start, end, CHICAGO) == "Friday, November 13, 12:30 to 12:50\xa0pm Central Time"
    assert times.when(start, end, TOKYO) == "Saturday, November 14, 3:30 to 3:50\xa0am Tokyo time"


@pytest.mark.parametrize(
    ("zone", "said"),
    [
        ("America/Chicago", "Chicago"),
        ("America/New_York", "New York"),
        ("America/Argentina/Buenos_Aires", "Buenos Aires"),
        ("America/Indiana/Knox", "Knox, Indiana"),
        ("America/St_Johns", "St. John’s"),
        (ZoneInfo("Europe/Dublin"), "Dublin"),
        (UTC, "Universal"),
    ],
)
def test_city(zone, said):
    assert times.city(zone) == said


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (NOW, "today"),
        (utc(2026, 11, 13, 5, 59), "today"),  # 11:59 pm in Chicago, already Friday in UTC
        (utc(2026, 11, 13, 6, 0), "tomorrow"),
        (utc(2026, 11, 12, 5, 59), "yesterday"),
        (utc(2026, 11, 20, 18, 0), "Friday, November 20"),
        (utc(2027, 1, 5, 18, 0), "Tuesday, January 5, 2027"),
        (date(2026, 11, 13), "tomorrow"),
    ],
)
def test_day_name(moment, said):
    assert times.day_name(moment, NOW, CHICAGO) == said


@pytest.mark.parametrize(
    ("length", "said"),
    [
        (timedelta(seconds=20), "less than a minute"),
        (timedelta(minutes=1), "1 minute"),
        (timedelta(minutes=59, seconds=59), "59 minutes"),
        (timedelta(hours=1, minutes=20), "1 hour"),
        (timedelta(hours=18, minutes=48), "19 hours"),
        (timedelta(hours=47, minutes=50), "48 hours"),
        (timedelta(days=2), "2 days"),
        (timedelta(days=13), "13 days"),
        (timedelta(days=77), "11 weeks"),
        (timedelta(days=200), "6 months"),
        (timedelta(days=800), "2 years"),
        (-timedelta(hours=6), "6 hours"),
    ],
)
def test_duration(length, said):
    assert times.duration(length) == said


def test_the_hours_since_and_the_hours_left_make_the_whole():
    talked = utc(2026, 11, 11, 21, 52)
    deadline = talked + timedelta(hours=48)
    with timezone.override(CHICAGO):
        assert times.since(talked, NOW) == "19 hours"
        assert times.left(deadline, NOW) == "29 hours left. Due tomorrow at 3:52\xa0pm"
        assert times.left(deadline, deadline + timedelta(hours=6)) == "6 hours late"
        assert times.left(deadline, deadline) == "less than a minute late"


def test_left_counts_real_hours_when_the_clocks_change():
    """From Saturday noon to Sunday noon it is 25 hours when an hour comes twice."""
    saturday, sunday = datetime(2026, 10, 31, 12, tzinfo=CHICAGO), datetime(2026, 11, 1, 12, tzinfo=CHICAGO)
    assert times.left(sunday, saturday.astimezone(UTC), CHICAGO) == "25 hours left. Due tomorrow at noon"


def test_until_names_the_date_when_the_weekday_would_mislead():
    assert times.until(utc(2026, 11, 18, 21, 52), NOW, CHICAGO) == "Wednesday at 3:52\xa0pm"
    assert times.until(utc(2026, 11, 19, 21, 52), NOW, CHICAGO) == "November 19 at 3:52\xa0pm"


def test_since_a_date_counts_days():
    with timezone.override(CHICAGO):
        assert [times.since(NOW.date() - timedelta(days=n), NOW) for n in (0, 1, 6, 77)] == [
            "today",
            "1 day",
            "6 days",
            "11 weeks",
        ]


def test_ago():
    with timezone.override(CHICAGO):
        assert times.ago(NOW - timedelta(seconds=5), NOW) == "just now"
        assert times.ago(NOW - timedelta(days=6), NOW) == "6 days ago"
        assert times.ago(NOW.date(), NOW) == "today"


@pytest.mark.parametrize("minutes", [0, 29, 59, 60, 89, 91, 20 * 60 + 31, 21 * 60 + 29, 47 * 60])
def test_a_number_of_hours_is_the_one_that_is_said(minutes):
    said, count = times.duration(timedelta(minutes=minutes)), times.hours(NOW, NOW + timedelta(minutes=minutes))
    assert said.startswith(f"{count} hour") if minutes >= 60 else count == 0


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (
            "en-US",
            ["Thursday, December 3", "Thursday, December 3, 2026", "Dec 3", "10:00 to 10:20\xa0am", "Central Time"],
        ),
        ("en-GB", ["Thursday 3 December", "Thursday 3 December 2026", "3 Dec", "10:00 to 10:20am", "Chicago time"]),
        (
            "en-CA",
            ["Thursday, December 3", "Thursday, December 3, 2026", "Dec 3", "10:00 to 10:20\xa0a.m.", "Central Time"],
        ),
    ],
)
def test_each_region_in_its_own_way(code, said):
    start, end = utc(2026, 12, 3, 16, 0), utc(2026, 12, 3, 16, 20)
    with regions.using(code), timezone.override(CHICAGO):
        words = [times.day(start), times.long_day(start), times.brief_day(start), times.span(start, end)]
        assert [*words, times.zone_name(CHICAGO)] == said


def test_a_word_is_spelled_as_the_region_does():
    with regions.using("en-GB"):
        assert [regions.spelled(word) for word in ("Canceled", "organizations", "business days", "network")] == [
            *("Cancelled", "organisations", "working days", "network")
        ]
    assert regions.spelled("Canceled") == "Canceled"


@pytest.mark.parametrize(
    ("zone", "long", "short"),
    [
        ("America/New_York", "Eastern Time", "ET"),
        ("America/Indiana/Knox", "Central Time", "CT"),
        ("America/Phoenix", "Arizona time", "Arizona time"),
        ("US/Hawaii", "Hawaii Time", "HT"),
        ("Europe/Kiev", "Kyiv time", "Kyiv time"),
        ("America/Halifax", "Halifax time", "Halifax time"),
    ],
)
def test_a_zone_as_people_name_it(zone, long, short):
    assert (times.zone_name(zone), times.zone_short(zone)) == (long, short)


def test_atlantic_time_is_known_in_canada():
    with regions.using("en-CA"):
        assert (times.zone_name("America/Halifax"), times.zone_short("America/St_Johns")) == ("Atlantic Time", "NT")


@pytest.mark.parametrize(
    ("hours", "said"),
    [(0, "just now"), (3, "3 hours ago"), (30, "yesterday"), (24 * 6, "6 days ago"), (24 * 20, "on October 23")],
)
def test_how_long_ago(hours, said):
    with timezone.override(CHICAGO):
        assert times.ago(NOW - timedelta(hours=hours), NOW) == said


def test_a_moment_of_another_year_says_which():
    """“By January 1” of which year, on November 12?"""
    new_year = datetime(2027, 1, 1, 21, 0, tzinfo=UTC)
    assert times.until(new_year, world_now(), "America/Chicago") == "January 1, 2027 at 3:00\xa0pm"
    assert (
        times.until(datetime(2026, 12, 1, 21, 0, tzinfo=UTC), world_now(), "America/Chicago")
        == "December 1 at 3:00\xa0pm"
    )


def world_now():
    return datetime(2026, 11, 12, 16, 40, tzinfo=UTC)


# --- an hour and its half hold together -------------------------------------------------------------------------------


@pytest.mark.parametrize(("region", "half"), [("en-US", "\xa0pm"), ("en-GB", "pm"), ("en-CA", "\xa0p.m.")])
def test_no_line_ends_between_an_hour_and_its_half(region, half):
    start, end = utc(2026, 11, 13, 18, 30), utc(2026, 11, 13, 19, 0)
    with regions.using(region):
        said = [
            times.clock(start, CHICAGO),
            times.brief_clock(end, CHICAGO),
            times.hour("15:52"),
            times.span(start, end, CHICAGO),
            times.until(start, NOW, CHICAGO),
            times.left(end, NOW, CHICAGO),
        ]
    assert [words[-len(half) :] for words in said] == [half] * len(said)
    assert not [words for words in said if " pm" in words or " p.m." in words]


def test_plain_words_have_the_blanks_of_a_keyboard_and_keep_what_people_typed():
    assert times.plain("12:30 to 12:50\xa0pm, 9\xa0a.m. and 10\xa0am.") == "12:30 to 12:50 pm, 9 a.m. and 10 am."
    assert times.plain("10\xa0000 km, 3\xa0amber lights, I\xa0am") == "10\xa0000 km, 3\xa0amber lights, I\xa0am"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("We start at 10:40\xa0a.m.. It said", "We start at 10:40\xa0a.m. It said"),
        ("It is sent at 3:52 p.m..", "It is sent at 3:52 p.m."),
        ("by 9 a.m., then", "by 9 a.m., then"),
        ("at 9 a.m...", "at 9 a.m..."),
        ("program..", "program.."),
    ],
)
def test_a_sentence_that_ends_with_an_hour_ends_once(words, said):
    assert times.one_stop(words) == said
