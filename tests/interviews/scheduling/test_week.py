"""The week of half hours: which there are on two clocks, and how they become times (issue 13.2, R66, R67)."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from apps.clock import regions
from apps.interviews.scheduling import usual, week
from apps.interviews.scheduling.week import Block, Sides, Span
from tests import world

CHICAGO, DUBLIN = "America/Chicago", "Europe/Dublin"


def sides(zone=CHICAGO, other_zone=DUBLIN, **fields):
    return Sides(zone=zone, other_zone=other_zone, other="Ingrid", usual_words="one of her usual times", **fields)


def drawn(first, between=None, **options):
    """Draw a week long before it, so that nothing has gone by."""
    early = datetime(2026, 1, 1, tzinfo=UTC)
    return week.week_of(first, between or sides(), **{"chosen": (), "now": early} | options)


def column(shown, number):
    return [cell for row in shown.rows for cell in row.cells if cell.column == number and cell.value]


def span(start, hours):
    return Span(start, start + timedelta(hours=hours))


def at(zone, *moment):
    return datetime(*moment, tzinfo=ZoneInfo(zone))


# --- half hours and times ---------------------------------------------------------------------------------------------


def test_neighbors_become_one_time_and_others_stay_apart():
    names = ["20261201T1400Z", "20261201T1500Z", "20261201T1430Z", "20261201T1600Z", "nonsense", "99999999T9999Z"]
    found = week.joined(week.half_hours(names))
    assert [each.value for each in found] == ["20261201T1400Z/20261201T1530Z", "20261201T1600Z/20261201T1630Z"]


@pytest.mark.parametrize(
    "name",
    ["", "/", "20261201T1400Z", "20261201T1500Z/20261201T1400Z", "20261201T1400Z/20261203T1400Z", "00010101T0000Z/"],
)
def test_a_made_up_time_is_left_out(name):
    assert list(week.typed_spans([name])) == []


def test_a_half_hour_is_named_on_both_clocks_with_all_that_lies_on_it():
    hours = usual.hours_of("weekday afternoons")
    busy = Block(span(at(CHICAGO, 2026, 12, 1, 9), 1), "busy", "Busy", "Noor is busy")
    shown = drawn(date(2026, 11, 29), sides(usual_hours=hours), blocks=[busy])
    names = {cell.name for row in shown.rows for cell in row.cells}
    assert "Tuesday, December 1, 8:00\xa0am; 2:00\xa0pm for Ingrid; one of her usual times" in names
    assert "Tuesday, December 1, 9:30\xa0am; 3:30\xa0pm for Ingrid; one of her usual times; Noor is busy" in names
    assert "Saturday, December 5, 8:00\xa0am; 2:00\xa0pm for Ingrid" in names


def test_where_both_clocks_show_the_same_the_time_is_said_once():
    shown = drawn(date(2026, 11, 29), sides(other_zone="America/Menominee"))
    assert "Tuesday, December 1, 8:00\xa0am" in {cell.name for row in shown.rows for cell in row.cells}


def test_on_a_talk_there_is_no_box_and_what_is_busy_or_held_can_be_chosen():
    tuesday = at(CHICAGO, 2026, 12, 1, 9)
    for kind, boxes in (("talk", 0), ("typed", 0), ("busy", 2), ("held", 2)):
        shown = drawn(date(2026, 11, 29), blocks=[Block(span(tuesday, 1), kind, "Marcus", "x")])
        lies = [cell for row in shown.rows for cell in row.cells if cell.kind == kind]
        assert (len(lies), sum(bool(cell.value) for cell in lies)) == (2, boxes)
        assert [(cell.is_first, cell.is_last) for cell in lies] == [(True, False), (False, True)]


def test_half_hours_that_are_chosen_elsewhere_are_kept_unseen():
    near, far = span(at(CHICAGO, 2026, 12, 1, 9), 1), span(at(CHICAGO, 2026, 12, 9, 9), 0.5)
    night, odd = span(at(CHICAGO, 2026, 12, 2, 3), 0.5), span(at(CHICAGO, 2026, 12, 3, 9, 10), 1)
    shown = drawn(date(2026, 11, 29), chosen=[near, night, odd, far])
    assert sum(cell.is_chosen for cell in column(shown, 3)) == 2
    assert set(shown.unseen) == {week.name_of(night.starts_at), week.name_of(far.starts_at)}
    assert shown.whole_spans == [odd.value]
    assert [day.count for day in shown.days] == [0, 0, 1, 1, 1, 0, 0]


# --- the clocks -------------------------------------------------------------------------------------------------------


def test_in_spring_a_day_has_its_23_hours():
    shown = drawn(date(2026, 3, 8), is_whole=True)
    assert [len(column(shown, number)) for number in range(1, 8)] == [46, *[48] * 6]
    heads = [row.here for row in shown.rows if row.here]
    assert "2\xa0am" in heads  # on the other days
    assert not any(", 2:00\xa0am" in cell.name or ", 2:30\xa0am" in cell.name for cell in column(shown, 1))


def test_in_autumn_the_hour_that_comes_twice_is_two():
    shown = drawn(date(2026, 11, 1), is_whole=True)
    assert [len(column(shown, number)) for number in range(1, 8)] == [50, *[48] * 6]
    assert [row.here for row in shown.rows if row.here][:4] == ["midnight", "1\xa0am", "1\xa0am again", "2\xa0am"]
    twice = [cell for cell in column(shown, 1) if ", 1:00\xa0am" in cell.name]
    assert [cell.value for cell in twice] == ["20261101T0600Z", "20261101T0700Z"]
    assert [cell.name for cell in twice] == [
        "Sunday, November 1, 1:00\xa0am; 6:00\xa0am for Ingrid",
        "Sunday, November 1, 1:00\xa0am, after the clocks go back; 7:00\xa0am for Ingrid",
    ]
    boxes = [cell.value for cell in column(shown, 1)]
    assert boxes == sorted(boxes)
    assert len(week.joined(week.half_hours(boxes))) == 1


@pytest.mark.parametrize("zone", ["Australia/Lord_Howe", "America/Havana", "Africa/Cairo", "Atlantic/Azores"])
def test_wherever_the_clocks_change_each_half_hour_of_the_year_is_there_once(zone):
    found = []
    for number in range(53):
        shown = drawn(date(2026, 1, 4) + timedelta(weeks=number), sides(zone), is_whole=True)
        for day in range(1, 8):
            found += [cell.value for cell in column(shown, day)]
    first, last = (at(zone, *day).astimezone(UTC) for day in ((2026, 1, 4), (2027, 1, 10)))
    assert found == [week.name_of(first + timedelta(minutes=30) * n) for n in range(len(found))]
    assert week.moment_of(found[-1]) + week.STEP == last


def test_where_only_one_of_the_two_changes_the_page_says_from_when():
    shown = drawn(date(2026, 3, 8))  # America changes on the Sunday itself, Europe three weeks later
    assert shown.change == ""
    with regions.using("en-GB"):
        shown = drawn(date(2026, 3, 2))
    assert shown.change == (
        "The clocks change this week. Until Saturday 7 March, your noon is 6:00pm for Ingrid. "
        "From Sunday 8 March, it’s 5:00pm."
    )
    eight = next(row for row in shown.rows if row.here == "8am")
    assert eight.there == "2pm"  # as on most days
    assert [cell.name.split("; ")[1] for cell in eight.cells][-2:] == ["2:00pm for Ingrid", "1:00pm for Ingrid"]


@pytest.mark.parametrize(
    ("zone", "other", "there"),
    [
        ("America/Chicago", "Asia/Kathmandu", "6:45\xa0pm"),
        ("Asia/Kathmandu", "Asia/Kolkata", "6:45\xa0am"),
        ("Asia/Kolkata", "Asia/Kathmandu", "7:15\xa0am"),
        ("America/St_Johns", "Asia/Kolkata", "4\xa0pm"),
    ],
)
def test_zones_with_halves_and_quarters_of_an_hour(zone, other, there):
    shown = drawn(date(2026, 12, 6), sides(zone, other), is_whole=True)
    row = next(row for row in shown.rows if row.here == "7\xa0am")
    assert row.there == there
    assert all(len(column(shown, number)) == 48 for number in range(1, 8))
    assert row.cells[0].value == week.name_of(at(zone, 2026, 12, 6, 7))


def test_hours_in_which_either_would_sleep_are_left_out_and_can_be_asked_for():
    shown = drawn(date(2026, 12, 6))
    assert (next(row.here for row in shown.rows if row.here), shown.rows[-1].begins) == ("7\xa0am", "2:30")
    assert shown.hides
    assert not drawn(date(2026, 12, 6), is_whole=True).hides
    far = drawn(date(2026, 12, 6), sides(other_zone="Asia/Bangkok"))
    assert [row.here for row in far.rows if row.here] == ["7\xa0am", "6\xa0pm", "7\xa0pm", "8\xa0pm"]
    assert [row.here for row in far.rows if row.is_after_break] == ["6\xa0pm"]


# --- which week -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("today", "opens", "shows"),
    [
        (date(2026, 11, 30), date(2026, 11, 29), date(2026, 12, 2)),  # Monday: Wednesday to Friday
        (date(2026, 12, 1), date(2026, 11, 29), date(2026, 12, 3)),  # Tuesday: Thursday, Friday, Monday
        (date(2026, 12, 2), date(2026, 12, 6), date(2026, 12, 7)),  # Wednesday: Friday, Monday, Tuesday
        (date(2026, 12, 5), date(2026, 12, 6), date(2026, 12, 8)),  # Saturday: Tuesday to Thursday
    ],
)
def test_the_week_that_opens_has_the_days_two_to_four_working_days_ahead(today, opens, shows):
    now = at(CHICAGO, today.year, today.month, today.day, 10)
    assert week.shown_week("", now, CHICAGO) == opens
    shown = week.week_of(opens, sides(), chosen=(), now=now)
    assert [day.date for day in shown.days if day.is_shown] == [shows]


THANKSGIVING = frozenset({date(2026, 11, 26), date(2026, 11, 27)})
CHRISTMAS = frozenset(date(2026, 12, 24) + timedelta(days=number) for number in range(9))


@pytest.mark.parametrize(
    ("today", "off", "near", "opens"),
    [
        (date(2026, 11, 23), (), [(11, 25), (11, 26), (11, 27)], date(2026, 11, 22)),
        (date(2026, 11, 23), THANKSGIVING, [(11, 25), (11, 30), (12, 1)], date(2026, 11, 29)),
        (date(2026, 11, 25), THANKSGIVING, [(12, 1), (12, 2), (12, 3)], date(2026, 11, 29)),
        (date(2026, 11, 28), THANKSGIVING, [(12, 1), (12, 2), (12, 3)], date(2026, 11, 29)),
        (date(2026, 12, 22), CHRISTMAS, [(1, 4), (1, 5), (1, 6)], date(2027, 1, 3)),
    ],
)
def test_holidays_are_no_working_days(today, off, near, opens):
    days = week.near_days(today, off)
    assert [(day.month, day.day) for day in days] == near
    assert not [day for day in days if day.weekday() > 4 or day in off]
    now = at(CHICAGO, today.year, today.month, today.day, 10)
    assert week.shown_week("", now, CHICAGO, off) == opens
    shown = week.week_of(opens, sides(), chosen=(), off=off, now=now)
    assert [day.date in days for day in shown.days if day.is_shown] == [True]


@pytest.mark.parametrize("zone", ["Pacific/Honolulu", "Europe/Dublin", "Pacific/Auckland"])
@pytest.mark.parametrize("region", ["en-US", "en-GB"])
def test_in_each_zone_the_day_shown_first_is_two_to_four_working_days_from_the_reader_s_today(zone, region):
    """Also on the days on which clocks change, in the spring and autumn of either half of the world."""
    with regions.using(region):
        for number in range(0, 366 * 24, 101):
            now = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=number)
            first = week.shown_week("", now, zone, THANKSGIVING)
            shown = week.week_of(first, sides(zone, zone), chosen=(), off=THANKSGIVING, now=now)
            [day] = [day for day in shown.days if day.is_shown]
            today = now.astimezone(ZoneInfo(zone)).date()
            span = [today + timedelta(days=ahead) for ahead in range(1, (day.date - today).days + 1)]
            assert sum(each.weekday() < 5 and each not in THANKSGIVING for each in span) in (2, 3, 4)


def test_no_week_before_this_one_and_none_beyond_half_a_year():
    now = world.NOW
    assert week.shown_week("2020-01-01", now, CHICAGO) == date(2026, 11, 8)
    assert week.shown_week("2099-01-01", now, CHICAGO) == date(2027, 5, 9)
    assert week.shown_week("soon", now, CHICAGO) == week.opening(date(2026, 11, 12))
    this, last = (week.week_of(day, sides(), chosen=(), now=now) for day in (date(2026, 11, 8), date(2027, 5, 9)))
    assert (this.before, last.after) == (None, None)


def test_a_week_begins_as_the_region_has_it():
    assert week.first_day(date(2026, 12, 3)) == date(2026, 11, 29)
    with regions.using("en-GB"):
        assert week.first_day(date(2026, 12, 3)) == date(2026, 11, 30)


def test_what_has_gone_by_has_no_box():
    now = at(CHICAGO, 2026, 12, 1, 10, 10)
    shown = week.week_of(date(2026, 11, 29), sides(), chosen=(), now=now)
    assert [len(column(shown, number)) for number in range(1, 4)] == [0, 0, 7]  # Tuesday from 11:30 to 3:00


# --- usual times ------------------------------------------------------------------------------------------------------

MORNING, AFTERNOON, EVENING = (time(8), time(12)), (time(12), time(17)), (time(17), time(21))
WORK = frozenset(range(5))


@pytest.mark.parametrize(
    ("words", "hours"),
    [
        ("Weekday afternoons", [(WORK, *AFTERNOON)]),
        ("Mornings", [(WORK, *MORNING)]),
        ("Weekday afternoons, and on Tuesday and Thursday evenings.", [(WORK, *AFTERNOON), ({1, 3}, *EVENING)]),
        ("evenings on Mondays", [({0}, *EVENING)]),
        ("Mon-Wed mornings or lunchtime", [({0, 1, 2}, *MORNING), ({0, 1, 2}, time(12), time(13, 30))]),
        ("Friday to Monday evenings", [({4, 5, 6, 0}, *EVENING)]),
        ("Not on Mondays; mornings", []),
        ("After 4\xa0pm", []),
        ("Whenever", []),
        ("Tuesdays", []),
        ("from to morning", []),
        ("", []),
    ],
)
def test_usual_times_are_read_only_where_every_word_is_known(words, hours):
    assert usual.hours_of(words) == [(frozenset(days), first, last) for days, first, last in hours]
