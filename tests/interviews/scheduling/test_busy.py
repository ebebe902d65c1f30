"""When a student is busy every week: marked once, laid on every week, shown to alumni only if the student says so."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.clock import regions, times
from apps.interviews.lifecycle.models import ParticipantTime
from apps.interviews.scheduling import busy, week
from apps.interviews.scheduling.models import BusyWeek, ChosenTimes
from apps.interviews.scheduling.week import Pattern
from tests import world
from tests.interviews import steps

HOME, DUBLIN = ZoneInfo("America/Chicago"), ZoneInfo("Europe/Dublin")
URL = "/me/busy-times/"
SCRIPT = {"X-Autosave": "1"}
NINE = 18  # the half hour of a day that begins at nine


@pytest.fixture
def at():
    return timezone.now()


def text(answer):
    return answer.content.decode()


def chosen(answer):
    return re.findall(r'<input class="rp-slot"[^>]*value="(\w+)"[^>]* checked>', text(answer))


def name_of(day, half_hour):
    """Name a half hour of the week that stands for every week; 0 is Monday."""
    return week.name_of(datetime(2001, 1, 1, tzinfo=UTC) + timedelta(days=day, minutes=30 * half_hour))


# --- marking ----------------------------------------------------------------------------------------------------------


def test_a_student_marks_the_week_without_a_script(as_, student):
    client = as_(student)
    assert "Nothing marked yet." in text(client.get(URL))
    names = ["", name_of(0, NINE), name_of(0, NINE + 1), name_of(3, 28)]
    answer = client.post(URL, {"version": "0", "slot": names, "shows_free": "", "save": "1", "back": "/network/"})
    assert answer.url == "/network/"
    row = BusyWeek.objects.get(student=student)
    assert (row.half_hours, row.shows_free) == ([18, 19, 3 * 48 + 28], False)
    shown = client.get(URL)
    assert chosen(shown) == sorted(names[1:], key=lambda name: name[9:])
    assert re.findall(r"<strong>(\w+)</strong>([^<]+)<", text(shown)) == [
        ("Monday", "9:00 to 10:00\xa0am"),
        ("Thursday", "2:00 to 2:30\xa0pm"),
    ]


def test_all_of_it_can_be_taken_back(as_, student):
    busy.save(student, version=0, half_hours=[18, 19], shows_free=True)
    client = as_(student)
    data = {"version": "1", "slot": ["", name_of(0, 18), name_of(0, 19)], "shows_free": ["", "1"]}
    span = f"{name_of(0, 18)}/{name_of(0, 20)}"
    assert chosen(client.post(URL, data | {"remove": span})) == []
    client.post(URL, {"version": "2", "slot": "", "shows_free": "", "save": "1"})
    row = BusyWeek.objects.get()
    assert (row.half_hours, row.shows_free) == ([], False)


def test_it_is_saved_as_it_is_drawn_and_a_second_window_is_told(as_, student):
    client = as_(student)
    first = client.post(URL, {"version": "0", "slot": ["", name_of(1, 20)]}, headers=SCRIPT)
    assert first.json() == {"version": 1}
    assert client.post(URL, {"version": "1", "shows_free": ["", "1"]}, headers=SCRIPT).json() == {"version": 2}
    late = client.post(URL, {"version": "0", "slot": ["", name_of(2, 20)]}, headers=SCRIPT)
    assert (late.status_code, "Tuesday" in text(late), "Wednesday" in text(late)) == (409, True, True)
    row = BusyWeek.objects.get()
    assert (row.half_hours, row.shows_free) == ([48 + 20], True)


@pytest.mark.parametrize("region", ["en-US", "en-GB", "en-CA"])
def test_sunday_is_sunday_wherever_the_week_begins(region):
    with regions.using(region):
        shown = busy.drawn([6 * 48 + NINE], is_whole=False, day=None)
        cells = [cell for row in shown.rows for cell in row.cells if cell.is_chosen]
        assert [cell.column for cell in cells] == [1 if region != "en-GB" else 7]
        assert cells[0].name.startswith("Sunday, 9:00")
        assert busy.half_hours_of([cells[0].value]) == [6 * 48 + NINE]
        assert [day.date.weekday() for day in shown.days if day.is_shown] == [0]


def test_nonsense_harms_nothing(as_, student):
    data = {"slot": ["x", "99999999T9999Z", "20261201T1400Z"], "version": "0", "day": "9", "remove": "/"}
    assert as_(student).post(URL, data | {"save": "1", "back": "//evil.example/"}).url == reverse("conversations")
    assert BusyWeek.objects.get().half_hours == []


def test_the_week_of_a_request_leads_here_and_back_with_what_was_chosen(as_, student, alum, at):
    asked = steps.draft(student, alum, at)
    url = reverse("request_times_week", args=[asked.pk])
    client, day = as_(student), times.local_date(at, HOME) + timedelta(days=8)
    name = week.name_of(times.midnight(day, HOME) + timedelta(hours=9))
    answer = client.post(url, {"version": "0", "slot": ["", name], "busy": "1"})
    assert answer.url == f"{URL}?back={url.replace('/', '%2F')}"
    assert f'href="{url}"' in text(client.get(answer.url))
    assert chosen(client.get(f"{url}?week={day}")) == [name]


# --- on a real week ---------------------------------------------------------------------------------------------------


def pattern(*half_hours, zone="America/Chicago"):
    return Pattern(frozenset(half_hours), zone, "Busy", "you’re busy")


def test_it_follows_the_clock_over_a_change_of_it():
    sundays = pattern(6 * 48 + 3)  # Sunday from 1:30 to 2:00 am
    for day, hours in (((2026, 11, 1), ("0630", "0730")), ((2026, 11, 8), ("0730",)), ((2026, 3, 8), ("0730",))):
        start = datetime(*day, tzinfo=UTC) + timedelta(hours=4)
        found = [start + week.STEP * n for n in range(12) if sundays.covers(start + week.STEP * n)]
        assert [f"{moment:%H%M}" for moment in found] == list(hours)
    monday = pattern(NINE)
    before, after = (datetime(2026, month, day, 9, tzinfo=HOME) for month, day in ((10, 26), (11, 2)))
    assert (monday.covers(before), monday.covers(after)) == (True, True)
    assert not monday.covers(before + week.STEP)


def test_where_clocks_are_a_quarter_apart_both_halves_are_busy():
    nine = datetime(2026, 12, 7, 9, tzinfo=HOME)
    quarter_before, quarter_after = nine - timedelta(minutes=15), nine + timedelta(minutes=15)
    assert [pattern(NINE).covers(at) for at in (quarter_before, quarter_after)] == [True, True]
    assert not pattern(NINE).covers(nine + timedelta(minutes=30))


def test_the_student_sees_it_on_every_week_and_can_offer_it_all_the_same(as_, student, alum, at):
    asked = steps.draft(student, alum, at)
    busy.save(student, version=0, half_hours=range(7 * 48), shows_free=None)
    day = times.local_date(at, HOME) + timedelta(days=8)
    shown = text(as_(student).get(f"{reverse('request_times_week', args=[asked.pk])}?week={day}"))
    names = re.findall(r'class="rp-slot"[^>]*aria-label="([^"]*)"', shown)
    assert names
    assert all(name.endswith("you’re busy") for name in names)
    assert "Change your busy times" in shown


# --- who sees it ------------------------------------------------------------------------------------------------------


@pytest.fixture
def asked(student, alum, at):
    return steps.sent(student, alum, at)


@pytest.fixture
def talk(student, at):
    """A conversation with somebody else, eight days ahead at nine; they are busy every day at eleven."""
    contact = world.contact(student, "Leila Secret")
    day = times.local_date(at, HOME) + timedelta(days=8)
    talk = world.interview(student, contact, starts_at=times.midnight(day, HOME) + timedelta(hours=9))
    ParticipantTime.objects.create(person=student, interview=talk, during=(talk.starts_at, talk.ends_at))
    return talk


@pytest.fixture
def visitor(asked):
    client = Client()
    client.get(steps.link_in(steps.mail("request_sent_to_alum")))
    return client


def pages(client, asked, talk):
    """Return the alum's week, all of it, and what a script gets of it."""
    url = reverse("answer_times", args=[asked.pk])
    week_of_talk = {"week": times.local_date(talk.starts_at, DUBLIN).isoformat(), "all": "1"}
    name = week.name_of(talk.starts_at)
    shown = [client.get(url, week_of_talk), client.post(url, {"slot": name, "version": "0"} | week_of_talk)]
    shown.append(client.post(url, {"slot": name}, headers={"HX-Request": "true"}))
    ChosenTimes.objects.all().delete()
    return [re.sub(r"\b\w{64}\b", "a token", text(answer)) for answer in shown]


def test_an_alum_reads_nothing_of_when_the_student_is_busy(visitor, student, asked, talk):
    """Whatever the student's week holds, page, list and tries are the same to the letter."""
    busy.save(student, version=0, half_hours=[day * 48 + 22 for day in range(7)], shows_free=None)
    full = pages(visitor, asked, talk)
    BusyWeek.objects.update(half_hours=[])
    ParticipantTime.objects.filter(interview=talk).delete()
    again = pages(visitor, asked, talk)
    assert "Busy" not in full[0]
    assert full[0].count("rp-slot") > 300
    assert again == full


def test_times_offered_at_a_busy_hour_are_taken_without_a_word(visitor, student, asked, talk):
    busy.save(student, version=0, half_hours=range(7 * 48), shows_free=None)
    url = reverse("answer_times", args=[asked.pk])
    answer = visitor.post(url, {"slot": week.name_of(talk.starts_at), "version": "0", "offer": "1"})
    assert answer.url == reverse("answer", args=[asked.pk])
    assert asked.windows.filter(offered_by="alum").count() == 1


def test_where_the_student_wishes_it_the_alum_sees_which_hours_are_free(visitor, student, asked, talk):
    busy.save(student, version=0, half_hours=[day * 48 + 22 for day in range(7)], shows_free=True)
    shown = pages(visitor, asked, talk)[0]
    marked = re.findall(r'class="rp-slot"[^>]*value="(\w+)" aria-label="[^"]*Amira is busy"', shown)
    day = times.local_date(talk.starts_at, HOME)
    eleven = times.midnight(day, HOME) + timedelta(hours=11)
    assert week.name_of(eleven) in marked
    assert week.name_of(talk.starts_at) in marked
    assert "Amira’s busy times are marked." in shown
    assert "Leila" not in shown
    assert len(marked) == 8


def test_what_the_student_offered_is_marked_for_the_alum(visitor, asked):
    shown = text(visitor.get(reverse("answer_times", args=[asked.pk]), {"all": "1"}))
    first = asked.windows.order_by("starts_at").first()
    day = times.local_date(first.starts_at, DUBLIN)
    shown += text(visitor.get(reverse("answer_times", args=[asked.pk]), {"all": "1", "week": day.isoformat()}))
    assert re.search(r"Amira offered this", shown)
