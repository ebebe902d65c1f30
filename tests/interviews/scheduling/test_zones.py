"""Every zone of the world at its hard hours: page, mail, calendar and database agree (C1, C3, C5, C7)."""

import zoneinfo
from datetime import UTC, date, datetime, time, timedelta
from importlib import resources

import pytest
import time_machine
from django.core import checks as django_checks
from django.db import connection
from django.test import Client
from icalendar import Calendar

from apps.accounts import checks
from apps.clock import times
from apps.clock.local_times import Ambiguous, resolve, wall_clock_of
from apps.interviews.answering import actions as answering
from apps.interviews.lifecycle.models import Interview
from apps.interviews.preparing.page import their_time
from apps.interviews.scheduling import calendar
from apps.network.models import Contact
from tests import world
from tests.interviews import steps

ZONES = sorted(zoneinfo.available_timezones() - {"localtime"})
H, DAY = timedelta(hours=1), timedelta(days=1)
START = datetime(2026, 1, 1, tzinfo=UTC)
FIXED = [datetime(2026, 12, 31, 23, 45, tzinfo=UTC), datetime(2028, 2, 29, 12, 0, tzinfo=UTC)]


def changes(zone):
    """Return the moments of two years at which the clocks of a zone change, to the minute."""
    found, at = [], START
    for n in range(1, 25):  # no zone changes twice within a month but Morocco, whose months are looked at in days
        later = START + n * 30 * DAY
        if at.astimezone(zone).utcoffset() != later.astimezone(zone).utcoffset() or "Africa" in zone.key:
            found += [_when(zone, at + k * DAY, at + (k + 1) * DAY) for k in range(30) if _differs(zone, at + k * DAY)]
        at = later
    return found


def _differs(zone, at):
    return at.astimezone(zone).utcoffset() != (at + DAY).astimezone(zone).utcoffset()


def _when(zone, low, high):
    first = low.astimezone(zone).utcoffset()
    while high - low > timedelta(minutes=1):
        middle = low + (high - low) / 2
        low, high = (middle, high) if middle.astimezone(zone).utcoffset() == first else (low, middle)
    return high.replace(second=0, microsecond=0)


def hard_hours(zone):
    """Return the moments around every change of the clocks, at the end of a year and on February 29."""
    around = [at + shift for at in changes(zone) for shift in (-H, -H / 2, timedelta(0), H / 2, H)]
    return [*around, *FIXED]


def said_plainly(at, zone):
    """Say a moment by the standard library alone."""
    local = at.astimezone(zone)
    hour = f"{local.hour % 12 or 12}:{local:%M}\xa0{'am' if local.hour < 12 else 'pm'}"
    hour = {"12:00\xa0am": "midnight", "12:00\xa0pm": "noon"}.get(hour, hour)
    return f"{local:%A}, {local:%B} {local.day}, {hour}"


def test_every_zone_of_the_world_reads_and_says_its_hard_hours():
    seen, wrong = 0, []
    for name in ZONES:
        zone = zoneinfo.ZoneInfo(name)
        for at in hard_hours(zone):
            seen += 1
            said = f"{times.day(at, name)}, {times.clock(at, name)}"
            if said != said_plainly(at, zone) or meant(wall_clock_of(at, name), name, at) != at:
                wrong.append((name, at, said))
    assert wrong == []
    assert seen > 3000


def meant(read, zone, at):
    """Return what a reading means; where it is unclear, the choice that was meant."""
    moment = datetime.fromisoformat(read)
    try:
        return resolve(moment.date(), moment.time(), zone)
    except Ambiguous as unclear:
        choices = [choice.at for choice in unclear.choices]
    return at if at in choices and resolve(moment.date(), moment.time(), zone, at) == at else None


@pytest.mark.django_db
def test_the_calendar_file_holds_the_moment_of_the_database_in_every_zone():
    """Two zones at a time, so that all of them are the student's once and the alum's once."""
    student, alum = world.User(pk=1, name="Amira Haddad"), Contact(pk=2, name="Ingrid Solheim")
    for name, other in zip(ZONES, [*ZONES[1:], ZONES[0]], strict=True):
        at = hard_hours(zoneinfo.ZoneInfo(name))[0]
        talk = Interview(student=student, contact=alum, starts_at=at, ends_at=at + H / 3, minutes=20, format="phone")
        talk.student_zone, talk.alum_zone = name, other
        content = calendar.download(talk, reader=student, now=START).decode().replace("\r\n ", "").replace("\\,", ",")
        event = content.split("BEGIN:VEVENT")[1]
        assert f"DTSTART:{at:%Y%m%dT%H%M%SZ}\r\nDTEND:{at + H / 3:%Y%m%dT%H%M%SZ}\r\n" in event
        assert f": {times.plain(times.when(at, at + H / 3, other))}" in event


@pytest.mark.django_db
def test_the_database_keeps_every_hard_hour_to_the_second():
    hours = sorted({at for name in ZONES[::7] for at in hard_hours(zoneinfo.ZoneInfo(name))})
    with connection.cursor() as cursor:
        cursor.execute("SELECT array_agg(at ORDER BY at) FROM unnest(%s::timestamptz[]) AS at", [hours])
        assert cursor.fetchone()[0] == hours


HARD = [  # the zone of the alum, and a moment that its clocks make hard
    ("Europe/Dublin", datetime(2027, 3, 28, 1, 0, tzinfo=UTC)),
    ("Europe/Dublin", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2027, 4, 3, 15, 15, tzinfo=UTC)),
    ("Asia/Kathmandu", datetime(2026, 12, 31, 18, 15, tzinfo=UTC)),
    ("Pacific/Kiritimati", datetime(2028, 2, 29, 10, 30, tzinfo=UTC)),
    ("Pacific/Pago_Pago", datetime(2028, 3, 1, 10, 30, tzinfo=UTC)),
]


@pytest.mark.parametrize(("zone", "starts_at"), HARD)
def test_page_mail_and_calendar_say_the_same_hard_hour(as_, student, alum, zone, starts_at):
    now, ends_at = starts_at - 5 * DAY, starts_at + H / 3
    alum.alumni_profile.time_zone = zone
    alum.alumni_profile.save()
    asked = steps.sent(student, alum, now)
    asked.windows.all().delete()
    steps.offer(asked, starts_at, hours=1 / 3)
    slot = steps.slot(asked, now)
    talk = answering.accept(asked, slot=slot, format="video", by=alum, now=now, zone=zone)
    theirs, mine = times.when(starts_at, ends_at, zone), times.when(starts_at, ends_at, "America/Chicago")
    assert talk.agreed_wall_clock == wall_clock_of(starts_at, zone)
    to_alum = steps.mail("interview_scheduled", recipient=alum.email)
    to_student = steps.mail("interview_scheduled", recipient=student.email)
    assert f"We’re scheduled for {times.plain(theirs)}. For me that is {times.plain(mine)}." in " ".join(
        to_alum.text.split()
    )
    assert f"said yes: {times.plain(mine)}. For Ingrid that is {times.plain(theirs)}." in " ".join(
        to_student.text.split()
    )
    with time_machine.travel(now, tick=False):
        visitor = Client()
        visitor.get(steps.link_in(to_alum))
        assert theirs in visitor.get(f"/answer/{asked.pk}/").content.decode()
        page = as_(student).get(talk.get_absolute_url()).content.decode()
    assert their_time(talk) in page
    assert mine.removesuffix(" Central Time") in page
    for message in (to_alum, to_student):
        (event,) = [part for part in Calendar.from_ical(message.ics).walk() if part.name == "VEVENT"]
        assert (event.decoded("dtstart"), event.decoded("dtend")) == (starts_at, ends_at)


def test_two_days_apart_at_the_same_moment():
    """Kiritimati is 25 hours ahead of Pago Pago: each reads their own day (C7)."""
    at = datetime(2026, 11, 30, 10, 30, tzinfo=UTC)
    assert times.when(at, None, "Pacific/Kiritimati") == "Tuesday, December 1, 12:30\xa0am Kiritimati time"
    assert times.when(at, None, "Pacific/Pago_Pago") == "Sunday, November 29, 11:30\xa0pm Pago Pago time"


# --- 48 hours are 48 hours (C3) ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "left", "reads"),
    [(date(2027, 3, 13), 48, "1:00\xa0pm"), (date(2027, 11, 6), 48, "11:00\xa0am"), (date(2027, 6, 1), 48, "noon")],
)
def test_the_thank_you_clock_runs_by_elapsed_time_over_both_changes(day, left, reads):
    over = resolve(day, time(12), "America/Chicago")
    talk = Interview(starts_at=over - H / 3, ends_at=over)
    assert talk.thank_by - over == left * H
    assert times.clock(talk.thank_by, "America/Chicago") == reads


# --- zone data that is too old (C5) -----------------------------------------------------------------------------------


@pytest.fixture
def zone_data(tmp_path):
    """Let Python read zone data from a folder, as an old machine would, and bring the pinned data back."""

    def use(**files):
        for name in zoneinfo.available_timezones():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(_data_of(files.get(name.replace("/", "_"), name)))
        zoneinfo.reset_tzpath(to=[str(tmp_path)])
        zoneinfo.ZoneInfo.clear_cache()

    yield use
    zoneinfo.reset_tzpath(to=[])
    zoneinfo.ZoneInfo.clear_cache()


def _data_of(name):
    return resources.files("tzdata").joinpath("zoneinfo", *name.split("/")).read_bytes()


def test_new_zone_data_lets_rapport_start():
    assert checks.zone_data_is_new() == []
    assert checks.zone_data_is_new in django_checks.registry.registry.registered_checks


def test_old_zone_data_does_not(zone_data):
    zone_data(America_Vancouver="America/Los_Angeles")  # whose clocks still go back in November
    (error,) = checks.zone_data_is_new()
    assert (error.id, error.is_serious()) == ("rapport.E001", True)
    assert "America/Vancouver" in error.msg


@pytest.mark.django_db
def test_the_database_is_asked_whether_it_means_the_same_hour(zone_data):
    assert checks.database_means_the_same_hour(databases=["default"]) == []
    zone_data(Asia_Kolkata="Asia/Kathmandu")
    (warning,) = checks.database_means_the_same_hour(databases=["default"])
    assert (warning.id, "Asia/Kolkata" in warning.msg) == ("rapport.W001", True)
