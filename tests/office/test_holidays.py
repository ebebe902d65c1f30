"""The office's holidays: added by hand, chosen from a calendar file, taken out and put back."""

import re
from datetime import date

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from apps.policy.models import Holiday
from tests import world

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_today")]


@pytest.fixture
def _today():
    with time_machine.travel(world.NOW, tick=False):
        yield


@pytest.fixture
def client(office, as_):
    return as_(office)


def calendar(*events):
    """Return a calendar file; each event is its lines."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Northfield//Holidays//EN"]
    for n, event in enumerate(events):
        lines += ["BEGIN:VEVENT", f"UID:{n}@northfield.example", *event, "END:VEVENT"]
    return "\r\n".join([*lines, "END:VCALENDAR", ""]).encode()


def uploaded(client, content):
    return client.post(reverse("office_holidays_read"), {"file": SimpleUploadedFile("days.ics", content)})


def found(client, *events, content=None):
    answer = uploaded(client, content or calendar(*events))
    return [(f"{day:%Y-%m-%d}", name) for day, name, _ in answer.context["found"]]


def test_the_policy_page_leads_to_an_empty_page_that_says_what_to_do(client):
    assert reverse("office_holidays") in client.get(reverse("office_policy")).content.decode()
    page = client.get(reverse("office_holidays")).content.decode()
    assert "counts as a business day" in page


def test_a_day_is_added_removed_and_put_back(client):
    url = reverse("office_holidays")
    added = client.post(url, {"on": "2026-11-26", "name": "Thanksgiving"}, follow=True).content.decode()
    assert "Holiday added: Thanksgiving, Thursday, November 26, 2026." in added
    remove = reverse("office_holiday_remove", args=[Holiday.objects.get().pk])
    removed = client.post(remove, follow=True)
    assert removed.context["taken_out"] == (date(2026, 11, 26), date(2026, 11, 26), "Thanksgiving")
    assert not Holiday.objects.exists()
    client.post(url, {"on": "2026-11-26", "name": "Thanksgiving"})
    assert Holiday.objects.get().name == "Thanksgiving"
    assert client.get(url).context["taken_out"] is None


@pytest.mark.parametrize("on", ["2026-11-11", "2126-11-26", "0001-01-01", "26 November", ""])
def test_a_day_that_cannot_be_meant_is_refused_and_kept_on_the_page(client, on):
    answer = client.post(reverse("office_holidays"), {"on": on, "name": "Thanksgiving"})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["on"])
    assert "Thanksgiving" in answer.content.decode()


def test_a_day_is_a_holiday_once(client):
    Holiday.objects.create(on=date(2026, 11, 26), name="Thanksgiving")
    answer = client.post(reverse("office_holidays"), {"on": "2026-11-26", "name": "Turkey"})
    assert "This day is already a holiday." in answer.content.decode()


def test_a_calendar_is_read_day_by_day(client):
    thanksgiving = ["DTSTART;VALUE=DATE:20261126", "DTEND;VALUE=DATE:20261128", "SUMMARY:Thanksgiving"]
    without_end = ["DTSTART;VALUE=DATE:20261224", "SUMMARY:Christmas\\, Eve"]
    began = ["DTSTART;VALUE=DATE:20261111", "DTEND;VALUE=DATE:20261114", "SUMMARY:Break"]
    over = ["DTSTART;VALUE=DATE:20251225", "SUMMARY:Last year"]
    meeting = ["DTSTART:20261123T150000Z", "DTEND:20261123T160000Z", "SUMMARY:Staff meeting"]
    off = ["DTSTART;VALUE=DATE:20261130", "STATUS:CANCELLED", "SUMMARY:Not after all"]
    answer = uploaded(client, calendar(thanksgiving, without_end, began, over, meeting, off))
    assert [(f"{day:%m-%d}", name) for day, name, _ in answer.context["found"]] == [
        ("11-12", "Break"),
        ("11-13", "Break"),
        ("11-26", "Thanksgiving"),
        ("11-27", "Thanksgiving"),
        ("12-24", "Christmas, Eve"),
    ]
    assert "We skipped 1 event with a start time." in answer.content.decode()
    assert not Holiday.objects.exists()


@pytest.mark.parametrize(
    ("lines", "days"),
    [
        (["DTSTART;VALUE=DATE:20200704", "RRULE:FREQ=YEARLY", "SUMMARY:X"], ["2027-07-04", "2028-07-04"]),
        (
            ["DTSTART;VALUE=DATE:20201126", "RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4TH", "SUMMARY:X"],
            ["2026-11-26", "2027-11-25"],
        ),
        (
            ["DTSTART;VALUE=DATE:20200704", "RRULE:FREQ=YEARLY", "EXDATE;VALUE=DATE:20270704", "SUMMARY:X"],
            ["2028-07-04"],
        ),
        (["DTSTART;VALUE=DATE:20261126", "DURATION:P2D", "SUMMARY:X"], ["2026-11-26", "2026-11-27"]),
    ],
)
def test_a_day_that_comes_back_is_each_years(client, lines, days):
    assert found(client, lines) == [(day, "X") for day in days]


def test_two_calendars_and_a_byte_order_mark_are_read(client):
    one = calendar(["DTSTART;VALUE=DATE:20261126", "SUMMARY:A"])
    two = calendar(["DTSTART;VALUE=DATE:20261127", "SUMMARY:B"]).replace(b"UID:0", b"UID:other")
    assert found(client, content=b"\xef\xbb\xbf" + one + two) == [("2026-11-26", "A"), ("2026-11-27", "B")]


EVERY_SECOND = ";".join(
    f"{name}={','.join(map(str, range(most)))}" for name, most in (("BYHOUR", 24), ("BYMINUTE", 60), ("BYSECOND", 60))
)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"day,name\r\n2026-11-26,Thanksgiving\r\n", "We can’t read this calendar file"),
        (b"\xff\xfe\x00", "We can’t read this calendar file"),
        (b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART;VALUE=DATE:2026", "We can’t read this calendar file"),
        (calendar(), "no whole-day events from today on"),
        (calendar(["DTSTART:20261123T150000Z", "SUMMARY:Meeting"]), "Events with a start time don’t count"),
        (b"BEGIN:VCALENDAR\r\n" + b"X" * 1_100_000, "larger than 1 MB"),
        (calendar(["DTSTART;VALUE=DATE:20200101", "RRULE:FREQ=SECONDLY", "SUMMARY:X"]), "no whole-day events"),
        (
            calendar(["DTSTART;VALUE=DATE:20200101", f"RRULE:FREQ=YEARLY;{EVERY_SECOND}", "SUMMARY:X"]),
            "no whole-day events",
        ),
    ],
)
def test_a_file_without_holidays_says_so(client, content, why):
    answer = uploaded(client, content)
    assert (answer.status_code, why in answer.content.decode()) == (422, True)


def test_no_file_says_so(client):
    assert client.post(reverse("office_holidays_read")).status_code == 422


def test_the_chosen_days_are_added_once(client):
    Holiday.objects.create(on=date(2026, 11, 26), name="Thanksgiving")
    chosen = {"day": ["2026-11-26 Turkey", "2026-12-25 Christmas Day", "2126-01-01 Far", "nonsense"]}
    page = client.post(reverse("office_holidays_take"), chosen, follow=True).content.decode()
    assert "1 holiday added." in page
    assert [(str(day.on), day.name) for day in Holiday.objects.order_by("on")] == [
        ("2026-11-26", "Thanksgiving"),
        ("2026-12-25", "Christmas Day"),
    ]


def test_none_chosen_adds_none(client):
    page = client.post(reverse("office_holidays_take"), follow=True).content.decode()
    assert "No day was chosen. Choose at least one." in page


# --- several days in a row --------------------------------------------------------------------------------------------

BREAK = {"on": "2026-12-20", "last": "2027-01-03", "name": "Winter break"}


def days():
    return [(f"{holiday.on:%Y-%m-%d}", holiday.name) for holiday in Holiday.objects.order_by("on")]


def test_a_winter_break_is_added_shown_removed_and_put_back_as_one(client):
    url = reverse("office_holidays")
    added = client.post(url, BREAK, follow=True)
    words = "Sunday, December 20, 2026 to Sunday, January 3, 2027"
    assert f"Holiday added: Winter break, {words}." in added.content.decode()
    assert [(span.words, span.count, span.name) for span in added.context["holidays"]] == [(words, 15, "Winter break")]
    kept = days()
    assert (kept[0][0], kept[-1][0], len(kept)) == ("2026-12-20", "2027-01-03", 15)
    removed = client.post(reverse("office_holiday_remove", args=[Holiday.objects.order_by("on")[0].pk]), follow=True)
    assert not Holiday.objects.exists()
    undo = dict(re.findall(r'<input type="hidden" name="(on|last|name)" value="([^"]*)"', removed.content.decode()))
    assert undo == BREAK
    client.post(url, undo)
    assert days() == kept


def test_what_is_a_holiday_already_keeps_its_name_and_parts_the_break(client):
    Holiday.objects.create(on=date(2026, 12, 25), name="Christmas Day")
    page = client.post(reverse("office_holidays"), BREAK, follow=True)
    assert "1 of these days was already a holiday." in page.content.decode()
    named = [(span.first.day, span.last.day, span.name) for span in page.context["holidays"]]
    assert named == [(20, 24, "Winter break"), (25, 25, "Christmas Day"), (26, 3, "Winter break")]
    client.post(reverse("office_holiday_remove", args=[page.context["holidays"][0].pk]))
    assert [day for day, _ in days()][:2] == ["2026-12-25", "2026-12-26"]


@pytest.mark.parametrize(
    ("on", "last", "field"),
    [
        ("2026-12-20", "2026-12-19", "last"),
        ("2026-12-20", "2027-12-20", "last"),
        ("2026-12-20", "January", "last"),
        ("2026-12-20", "2126-01-03", "last"),
        ("2026-11-11", "2026-11-13", "on"),
        ("", "2026-12-20", "on"),
    ],
)
def test_days_that_cannot_be_meant_are_refused(client, on, last, field):
    answer = client.post(reverse("office_holidays"), {"on": on, "last": last, "name": "Break"})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert not Holiday.objects.exists()


def test_days_that_are_all_known_are_refused(client):
    client.post(reverse("office_holidays"), BREAK)
    answer = client.post(reverse("office_holidays"), BREAK | {"on": "2026-12-21", "name": "Again"})
    assert "All of these days are holidays already." in answer.content.decode()
