"""Our calendar files, read by a second parser: ical.js, in the browser (reliability.md 5)."""

import base64
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from icalendar import Calendar

from apps.interviews.answering import actions as answering
from apps.interviews.scheduling import actions as scheduling
from apps.interviews.scheduling import calendar, slots
from apps.mail.models import OutboundMessage
from tests.interviews import steps

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SOURCE = base64.b64encode((Path(__file__).parent.parent / "vendor" / "ical.min.js").read_bytes()).decode()
READ = """
async ([source, file]) => {
  const ICAL = (await import("data:text/javascript;base64," + source)).default;
  const calendar = new ICAL.Component(ICAL.parse(file));
  return calendar.getAllSubcomponents("vevent").map(part => {
    const event = new ICAL.Event(part);
    return {
      method: calendar.getFirstPropertyValue("method"), uid: event.uid, sequence: event.sequence,
      start: event.startDate.toUnixTime(), end: event.endDate.toUnixTime(), summary: event.summary,
      description: event.description, location: event.location, status: part.getFirstPropertyValue("status"),
      attendees: event.attendees.map(one => one.getFirstValue()),
    };
  });
}
"""


def by_icalendar(content):
    """Return what the first parser reads, in the same words."""
    whole = Calendar.from_ical(content)
    return [
        {
            "method": str(whole["method"]),
            "uid": str(event["uid"]),
            "sequence": event["sequence"],
            "start": event.decoded("dtstart").timestamp(),
            "end": event.decoded("dtend").timestamp(),
            "summary": str(event["summary"]),
            "description": str(event["description"]) if "description" in event else None,
            "location": str(event["location"]) if "location" in event else None,
            "status": str(event["status"]) if "status" in event else None,
            "attendees": [str(event["attendee"])] if "attendee" in event else [],
        }
        for event in whole.walk()
        if event.name == "VEVENT"
    ]


def files_of_a_story(student, alum, at):
    """Return the files of create, move, cancel and of the feed, with every letter that is hard to write."""
    asked = steps.sent(student, alum, at, formats=["in_person"], goals="Ä, ö; \\n “ü”\nand a second line " * 4)
    talk = answering.accept(asked, slot=steps.slot(asked, at), format="in_person", by=alum, now=at)
    scheduling.set_place(talk, place="Café Bewley; 78/79 Grafton Street, Dublin \\ 2nd floor 東京", by=student, now=at)
    start = at.replace(minute=0, second=0, microsecond=0) + timedelta(days=20)
    window = [(start, start + timedelta(hours=1), "America/Chicago")]
    scheduling.propose(talk, windows=window, note="An exam", actor="student", by=student, now=at)
    scheduling.reschedule(talk, slot=slots.Slot(start, start).value, actor="alum", by=alum, now=at)
    talk.refresh_from_db()
    feed = calendar.feed([talk], reader=student, now=at).decode()
    scheduling.cancel(talk, actor="alum", by=alum, now=at)
    mails = OutboundMessage.objects.exclude(ics="").order_by("created_at", "pk")
    return [*mails.values_list("ics", flat=True), feed]


def test_two_parsers_read_the_same(browser, student, alum):
    files = files_of_a_story(student, alum, timezone.now())
    page = browser.new_page()
    read = [page.evaluate(READ, [SOURCE, file]) for file in files]
    page.close()
    assert read == [by_icalendar(file) for file in files]
    assert [len(events) for events in read] == [1] * 8 + [3]
    assert [events[0]["sequence"] for events in read[:8:2]] == [0, 1, 2, 3]
    assert [events[0]["method"] for events in read] == ["REQUEST"] * 6 + ["CANCEL"] * 2 + ["PUBLISH"]
    assert read[2][0]["location"] == "Café Bewley; 78/79 Grafton Street, Dublin \\ 2nd floor 東京"
    assert datetime.fromtimestamp(read[-1][0]["start"], UTC).minute == 0
