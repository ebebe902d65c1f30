"""They offered more time: the header, both calendars by the outbox, and no calendar of a talk that is over."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from icalendar import Calendar

from apps.interviews.lifecycle.models import LifecycleEvent, ParticipantTime
from apps.mail.models import OutboundMessage
from tests import world

MINUTE = timedelta(minutes=1)


@pytest.fixture
def at(now):
    with time_machine.travel(now + 18 * MINUTE, tick=False) as clock:
        yield clock


@pytest.fixture
def talk(student, alum, now, at):
    contact = world.contact(student, "Ingrid Berg", alum=alum.alumni_profile)
    made = world.interview(student, contact, starts_at=now, started_at=now, alum=alum.alumni_profile)
    for person in (student, alum):
        ParticipantTime.objects.get_or_create(
            person=person, interview=made, defaults={"during": (made.starts_at, made.ends_at)}
        )
    return made


@pytest.fixture
def more(as_, student, talk):
    client = as_(student)

    def press():
        return client.post(reverse("live_act", args=[talk.pk, "more"]))

    return press


def mails():
    return {mail.recipient: mail for mail in OutboundMessage.objects.filter(kind="interview_moved").order_by("pk")}


def event_of(mail):
    return Calendar.from_ical(mail.ics).walk("VEVENT")[0]


def test_both_calendars_hear_of_it(talk, student, alum, more, now, as_):
    more()
    talk.refresh_from_db()
    assert (talk.extra_minutes, talk.ends_at, talk.sequence) == (10, now + 30 * MINUTE, 1)
    assert set(mails()) == {student.email, alum.email}
    for mail in mails().values():
        event = event_of(mail)
        assert (event.decoded("dtend"), event["sequence"]) == (now + 30 * MINUTE, 1)
        assert str(event["summary"]).endswith("30 minutes")
        assert "more time" in mail.text
    assert {time.during.upper for time in ParticipantTime.objects.filter(interview=talk)} == {now + 30 * MINUTE}
    assert LifecycleEvent.objects.filter(interview=talk, event="longer").count() == 1
    page = as_(student).get(reverse("live", args=[talk.pk])).text
    assert "20 minutes agreed<span data-extra>, 10 more offered" in page
    assert "You have more time" in as_(student).get(reverse("conversation", args=[talk.pk])).text


def test_the_newest_end_is_what_leaves(talk, alum, more, now):
    more()
    more()
    waiting = OutboundMessage.objects.filter(kind="interview_moved", recipient=alum.email, state="pending")
    assert [event_of(mail).decoded("dtend") for mail in waiting] == [now + 40 * MINUTE]


def test_it_ends_where_either_has_something_else(talk, student, more, now):
    world.interview(student, world.contact(student, "Next One"), starts_at=now + 25 * MINUTE)
    following = student.interviews.exclude(pk=talk.pk).get()
    ParticipantTime.objects.get_or_create(
        person=student, interview=following, defaults={"during": (following.starts_at, following.ends_at)}
    )
    more()
    talk.refresh_from_db()
    assert (talk.extra_minutes, talk.ends_at) == (10, now + 25 * MINUTE)
    more()
    talk.refresh_from_db()
    assert (talk.extra_minutes, talk.ends_at, talk.sequence) == (20, now + 25 * MINUTE, 1)


def test_what_arrives_when_it_is_over_changes_no_calendar(talk, more, at, now):
    """The phone had no network: the ten minutes are over as well."""
    at.move_to(now + 31 * MINUTE)
    more()
    talk.refresh_from_db()
    assert (talk.extra_minutes, talk.ends_at, mails()) == (10, now + 20 * MINUTE, {})


@pytest.fixture
def less(as_, student, talk):
    client = as_(student)

    def press():
        return client.post(reverse("live_act", args=[talk.pk, "less"]))

    return press


def test_more_time_is_undone_in_the_clock_and_in_both_calendars(talk, student, alum, more, less, now, as_):
    assert b"Undo the last 10 minutes" not in _shown(as_(student), talk)
    more()
    assert b"Undo the last 10 minutes" in _shown(as_(student), talk)
    less()
    talk.refresh_from_db()
    assert (talk.extra_minutes, talk.ends_at, talk.sequence) == (0, now + 20 * MINUTE, 2)
    assert {time.during.upper for time in ParticipantTime.objects.filter(interview=talk)} == {now + 20 * MINUTE}
    waiting = OutboundMessage.objects.filter(kind="interview_moved", recipient=alum.email, state="pending")
    assert [event_of(mail).decoded("dtend") for mail in waiting] == [now + 20 * MINUTE]
    assert b"Undo the last 10 minutes" not in _shown(as_(student), talk)
    assert "You took the extra time back" in as_(student).get(reverse("conversation", args=[talk.pk])).text


def _shown(client, talk):
    page = client.get(reverse("live", args=[talk.pk])).content
    return page if b"data-less hidden" not in page else page.replace(b"Undo the last 10 minutes", b"")


def test_undo_takes_back_the_last_ten_minutes_alone_and_never_what_was_agreed(talk, more, less, now):
    more()
    more()
    less()
    talk.refresh_from_db()
    assert (talk.extra_minutes, talk.ends_at) == (10, now + 30 * MINUTE)
    less()
    less()
    talk.refresh_from_db()
    assert (talk.extra_minutes, talk.ends_at, talk.sequence) == (0, now + 20 * MINUTE, 4)


def test_undo_after_something_else_began_sooner_leaves_the_calendar_as_it_is(talk, student, more, less, now):
    """The second ten minutes had no room: to take them back changes the clock alone."""
    world.interview(student, world.contact(student, "Next One"), starts_at=now + 25 * MINUTE)
    following = student.interviews.exclude(pk=talk.pk).get()
    ParticipantTime.objects.get_or_create(
        person=student, interview=following, defaults={"during": (following.starts_at, following.ends_at)}
    )
    more()
    more()
    less()
    talk.refresh_from_db()
    assert (talk.extra_minutes, talk.ends_at, talk.sequence) == (10, now + 25 * MINUTE, 1)
