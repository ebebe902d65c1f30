"""What a calendar program is told: one UID, a rising SEQUENCE, and the way there (R71, R72, R213)."""

import email
import email.policy
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from apps.alumni.models import AlumniProfile
from apps.clock import times
from apps.interviews.answering import actions as answering
from apps.interviews.lifecycle.models import InterviewRequest
from apps.interviews.preparing import checklist
from apps.interviews.scheduling import actions as scheduling
from apps.interviews.scheduling import calendar, slots
from apps.mail import letter
from apps.mail.models import OutboundMessage
from apps.policy.models import Policy
from apps.web.answers import Refused
from tests.interviews import steps

KINDS = ["interview_scheduled", "interview_moved", "interview_moved", "interview_cancelled"]


@pytest.fixture
def at():
    return timezone.now()


@pytest.fixture
def talk(student, alum, at):
    return steps.agreed(student, alum, at)


@pytest.fixture
def meeting(student, alum, at):
    """A talk in person, in a café of the student's town."""
    asked = steps.sent(student, alum, at, formats=["in_person"])
    return answering.accept(asked, slot=steps.slot(asked, at), format="in_person", by=alum, now=at)


def events(content):
    return [part for part in Calendar.from_ical(content).walk() if part.name == "VEVENT"]


def wish(start, note="An exam was moved."):
    return {"windows": [(start, start + timedelta(hours=1), "America/Chicago")], "note": note}


def hour(at, days):
    return at.replace(minute=0, second=0, microsecond=0) + timedelta(days=days)


# --- create, move, move, cancel (B13, B14) ----------------------------------------------------------------------------


def move(talk, start, *, student, alum, at):
    scheduling.propose(talk, **wish(start), actor="student", by=student, now=at)
    return scheduling.reschedule(talk, slot=slots.Slot(start, start).value, actor="alum", by=alum, now=at)


def test_create_move_move_cancel_is_one_event_that_changes(talk, student, alum, at):
    first, second = hour(at, 20), hour(at, 21)
    move(talk, first, student=student, alum=alum, at=at)
    move(talk, second, student=student, alum=alum, at=at)
    scheduling.cancel(talk, actor="student", by=student, now=at)
    for person in (student, alum):
        mails = OutboundMessage.objects.filter(recipient=person.email, kind__startswith="interview_").exclude(ics="")
        mails = list(mails.order_by("subject_no"))
        files = [Calendar.from_ical(mail.ics) for mail in mails]
        inside = [events(mail.ics) for mail in mails]
        assert [mail.kind for mail in mails] == KINDS
        assert {len(found) for found in inside} == {1}
        told = [found[0] for found in inside]
        assert {str(event["uid"]) for event in told} == {f"{talk.uid}@rapport"}
        assert [event["sequence"] for event in told] == [0, 1, 2, 3]
        assert [str(file["method"]) for file in files] == ["REQUEST"] * 3 + ["CANCEL"]
        assert [mail.ics_method for mail in mails] == ["REQUEST"] * 3 + ["CANCEL"]
        assert [event.decoded("dtstart") for event in told] == [talk.starts_at, first, second, second]
        assert [str(event["status"]) for event in told] == ["CONFIRMED"] * 3 + ["CANCELLED"]
        assert {str(event["attendee"]) for event in told} == {f"mailto:{person.email}"}


def test_outlook_finds_the_invitation_in_both_of_its_places(talk, student):
    message = OutboundMessage.objects.get(kind="interview_scheduled", recipient=student.email)
    whole = email.message_from_bytes(letter.letter(message).message().as_bytes(), policy=email.policy.default)
    parts = {part.get_content_type(): part for part in whole.walk()}
    assert whole.get_content_type() == "multipart/mixed"
    inline, attached = parts["text/calendar"], parts["application/ics"]
    assert inline["Content-Type"].params["method"] == attached["Content-Type"].params["method"] == "REQUEST"
    assert inline.get_content_disposition() is None
    assert (attached.get_content_disposition(), attached.get_filename()) == ("attachment", "invite.ics")
    assert inline.get_content() == attached.get_content().decode() == message.ics
    lines = message.ics.encode().split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert b"\n" not in b"".join(lines)


# --- moves have an end (R215) -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("most", [0, 1, 2])
def test_each_side_asks_for_another_time_as_often_as_the_office_says(talk, student, alum, at, most):
    Policy.objects.update(moves_each=most)
    for n in range(most):
        for actor, by in (("student", student), ("alum", alum)):
            scheduling.propose(talk, **wish(hour(at, 20 + n)), actor=actor, by=by, now=at)
    for actor, by, other in (("student", student, "Ingrid"), ("alum", alum, "Amira")):
        with pytest.raises(Refused, match=f"limit for rescheduling.*email {other}"):
            scheduling.propose(talk, **wish(hour(at, 30)), actor=actor, by=by, now=at)
    other_first_time = steps.slot(talk.request, at, -1)
    # once the student has asked for something else, the times of the letter are on offer no more
    with pytest.raises(Refused, match="no longer available" if most else "limit for rescheduling"):
        scheduling.reschedule(talk, slot=other_first_time, actor="alum", by=alum, now=at)
    assert talk.events.filter(event="propose").count() == 2 * most


def test_to_say_yes_to_the_others_wish_counts_for_nobody_else(talk, student, alum, at):
    Policy.objects.update(moves_each=1)
    scheduling.propose(talk, **wish(hour(at, 20)), actor="student", by=student, now=at)
    scheduling.propose(talk, **wish(hour(at, 21), ""), actor="alum", by=alum, now=at)
    moved = scheduling.reschedule(
        talk, slot=slots.Slot(hour(at, 20), at).value, actor="alum", by=alum, now=at, note="With pleasure."
    )
    assert (moved.starts_at, moved.change_note) == (hour(at, 20), "With pleasure.")
    assert [scheduling.moves_left(talk, actor=actor) for actor in ("student", "alum")] == [0, 0]


def test_a_student_says_why_where_the_office_wants_it(talk, student, at):
    with pytest.raises(Refused, match="Add a short reason"):
        scheduling.propose(talk, **wish(hour(at, 20), " "), actor="student", by=student, now=at)
    Policy.objects.update(move_reason=False)
    scheduling.propose(talk, **wish(hour(at, 20), " "), actor="student", by=student, now=at)
    assert talk.proposals.count() == 1


def test_the_same_wish_twice_is_one_wish_and_one_mail(talk, student, at):
    for _ in range(2):
        scheduling.propose(talk, **wish(hour(at, 20)), actor="student", by=student, now=at)
    assert talk.events.filter(event="propose").count() == 1
    assert OutboundMessage.objects.filter(kind="interview_move_offered").count() == 1


def test_both_pages_say_that_the_moves_are_used_up(talk, as_, student, alum, at):
    Policy.objects.update(moves_each=0)
    assert "limit for rescheduling" in as_(student).get(f"/conversations/{talk.pk}/move/").content.decode()
    InterviewRequest.objects.update(leaves_at=at - timedelta(minutes=1))
    page = as_(alum).get(f"/alum/requests/{talk.request_id}/").content.decode()
    assert ("limit for rescheduling" in page, "Ask to reschedule" in page) == (True, False)


def test_a_time_at_which_the_student_talks_with_somebody_is_shown_as_such(talk, as_, student, alum, other_alum, at):
    other = steps.agreed(student, other_alum, at, n=-1)
    scheduling.propose(talk, **wish(other.starts_at), actor="alum", by=alum, now=at)
    page = as_(student).get(f"/conversations/{talk.pk}/move/").content.decode()
    assert "You have a conversation with Marcus Adeyemi then" in page
    asked = answering.counter(
        steps.sent(student, steps.world.alum("Leila Brandt"), at),
        windows=[(talk.starts_at, talk.ends_at, "Europe/Dublin")],
        note="",
        by=alum,
        now=at,
    )
    page = as_(student).get(asked.get_absolute_url()).content.decode()
    assert "You have a conversation with Ingrid Solheim then" in page


# --- in person: the way there, and room to run over -------------------------------------------------------------------


def test_the_students_own_calendar_holds_the_way_there_and_room_to_run_over(meeting, as_, student, alum):
    as_(student).post(f"/conversations/{meeting.pk}/place/", {"place": "Café Bewley, Dublin", "travel_minutes": 45})
    meeting.refresh_from_db()
    content = as_(student).get(f"/conversations/{meeting.pk}/calendar.ics").content
    talk, way, after = events(content)
    m = timedelta(minutes=1)
    assert (way.decoded("dtstart"), way.decoded("dtend")) == (meeting.starts_at - 55 * m, meeting.starts_at)
    assert (after.decoded("dtstart"), after.decoded("dtend")) == (meeting.ends_at, meeting.ends_at + 15 * m)
    assert [str(one["transp"]) for one in (talk, way, after)] == ["OPAQUE", "OPAQUE", "TRANSPARENT"]
    assert (str(after["status"]), str(way["location"])) == ("TENTATIVE", "Café Bewley, Dublin")
    assert len({str(one["uid"]) for one in (talk, way, after)}) == 3
    assert len(events(calendar.download(meeting, reader=alum, now=meeting.created_at))) == 1
    assert len(events(calendar.feed([meeting], reader=alum, now=meeting.created_at))) == 1


def test_be_there_ten_minutes_before_is_said_to_the_student_alone(meeting, as_, student, alum):
    early = meeting.starts_at - timedelta(minutes=10)
    is_same_day = times.local_date(early, "Europe/Dublin") == times.local_date(meeting.starts_at, "Europe/Dublin")
    day = "" if is_same_day else f"{times.weekday(early, 'Europe/Dublin')}, "
    by = f"{day}{times.clock(early, 'Europe/Dublin')} Dublin time"
    mine, theirs = (steps.mail("interview_scheduled", recipient=p.email) for p in (student, alum))
    assert f"Be there by {times.plain(by)}." in " ".join(mine.text.split())  # a line may break there
    assert "Be there by" not in theirs.text + theirs.html + theirs.ics
    assert f"Be there by {by}." in as_(student).get(meeting.get_absolute_url()).content.decode()


def test_a_meeting_in_person_is_told_on_the_clocks_of_its_place(as_, student, alum, at):
    AlumniProfile.objects.filter(user=alum).update(time_zone="America/Los_Angeles")
    alum.refresh_from_db()
    asked = steps.sent(student, alum, at, formats=["in_person"])
    day = (at + timedelta(days=6)).astimezone(ZoneInfo("America/Los_Angeles"))
    ten = day.replace(hour=10, minute=0, second=0, microsecond=0)
    windows = [(ten, ten + timedelta(hours=1), "America/Los_Angeles")]
    asked = answering.counter(asked, windows=windows, note="", by=alum, now=at)
    chosen = answering.open_slots(asked, by="alum", now=at)[0].value
    talk = answering.accept_offer(asked, slot=chosen, format="in_person", by=student, now=at)
    mine = steps.mail("interview_scheduled", recipient=student.email)
    assert "Be there by 9:50 am Pacific Time." in mine.text
    assert "10:00 to 10:20 am Pacific Time" in " ".join(mine.text.split())
    assert "Chicago" not in mine.text + mine.subject
    assert "For Ingrid" not in mine.text + mine.html
    page = as_(student).get(talk.get_absolute_url()).content.decode()
    assert "Be there by 9:50\xa0am Pacific Time." in page
    assert "11:50\xa0am" not in page
    for name in ("prepare", "prepare_list", "today", "live"):
        shown = as_(student).get(reverse(name, args=[] if name == "today" else [talk.pk])).content.decode()
        assert "Pacific Time" in shown, name
        assert "noon to" not in shown, name  # “Good afternoon” and the clock of the page may say it
        assert "at noon" not in shown, name
        assert "12:00 to" not in shown, name
    lines = [check.text for check in checklist.checks(talk, student.zone)]
    assert "Arrive at 9:50\xa0am Pacific Time, 10 minutes early" in lines
    way = next(one for one in events(calendar.download(talk, reader=student, now=at)) if "way" in str(one["uid"]))
    assert str(way["description"]) == "Be there by 9:50 am Pacific Time."


@pytest.mark.parametrize("form", ["video", "phone"])
def test_who_stays_at_home_needs_no_way(student, alum, at, form):
    asked = steps.sent(student, alum, at)
    talk = answering.accept(asked, slot=steps.slot(asked, at), format=form, by=alum, now=at)
    names = [str(one["summary"]) for one in events(calendar.download(talk, reader=student, now=at))]
    assert names == ["Ingrid Solheim, 20 minutes", "Extra time with Ingrid Solheim, if needed"]
    scheduling.cancel(talk, actor="student", by=student, now=at)
    talk.refresh_from_db()
    assert len(events(calendar.download(talk, reader=alum, now=at))) == 1


def test_a_file_opened_after_a_cancellation_takes_the_way_out_too(meeting, as_, student, alum, at):
    before = events(calendar.download(meeting, reader=student, now=at))
    scheduling.cancel(meeting, actor="alum", by=alum, now=at)
    assert "Remove it from your calendar" in as_(student).get(meeting.get_absolute_url()).content.decode()
    after = events(as_(student).get(f"/conversations/{meeting.pk}/calendar.ics").content)
    assert [str(one["uid"]) for one in after] == [str(one["uid"]) for one in before]
    assert [str(one["status"]) for one in after] == ["CANCELLED"] * 3


def test_what_is_published_says_who_publishes_it_and_is_found_wherever_the_site_moves(meeting, student, at, settings):
    settings.SITE_URL = "https://moved.example"
    for content in (
        calendar.download(meeting, reader=student, now=at),
        calendar.feed([meeting], reader=student, now=at),
    ):
        assert {str(one["organizer"]) for one in events(content)} == {"mailto:career@tamarack.example"}
        assert str(events(content)[0]["uid"]) == f"{meeting.uid}@rapport"
    invitation, _ = calendar.invitation(meeting, reader=student, policy=Policy.now(), now=at)
    assert len(events(invitation)) == 1


def test_no_time_for_the_way_is_said_on_the_page_of_both_talks(meeting, as_, student, other_alum, at):
    marcus = steps.world.contact(student, "Marcus Adeyemi")
    before = steps.world.interview(student, marcus, starts_at=meeting.starts_at - timedelta(minutes=20))
    words = "You won’t have time to travel between this and your conversation with"
    assert f"{words} Marcus Adeyemi" in as_(student).get(meeting.get_absolute_url()).content.decode()
    assert f"{words} Ingrid Solheim" in as_(student).get(before.get_absolute_url()).content.decode()
    earlier = meeting.starts_at - timedelta(minutes=60)
    type(before).objects.filter(pk=before.pk).update(starts_at=earlier, ends_at=earlier + timedelta(minutes=20))
    assert words not in as_(student).get(meeting.get_absolute_url()).content.decode()


# --- the private address ----------------------------------------------------------------------------------------------


def test_the_private_address_lives_until_it_is_closed_or_made_anew(talk, as_, client, student):
    page = as_(student)
    first = page.post(reverse("calendar")).context["made"]
    assert len(events(client.get(first).content)) == 2  # the talk, and room to run over
    second = page.post(reverse("calendar")).context["made"]
    assert (client.get(first).status_code, client.get(second).status_code) == (410, 200)
    page.post(reverse("calendar"), {"close": "1"})
    assert client.get(second).status_code == 410


def test_google_and_outlook_are_told_the_same_time(talk, student):
    stamp = talk.starts_at.strftime("%Y%m%dT%H%M%SZ")
    assert stamp in calendar.google_url(talk, student)
    assert calendar.outlook_url(talk, student, host="outlook.live.com").startswith("https://outlook.live.com/calendar/")
    assert talk.starts_at.strftime("%Y-%m-%dT%H%%3A%M%%3A%SZ") in calendar.outlook_url(talk, student)
