"""The alum answers by a plain reply, and a talk that was called off is set again: nobody is stuck (R207, R215)."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.interviews import deadlines
from apps.interviews.answering import actions as answering
from apps.interviews.lifecycle.models import Interview, InterviewRequest, TimeWindow
from apps.interviews.scheduling import actions as scheduling
from apps.mail.models import OutboundMessage
from apps.web.answers import Refused
from tests import world
from tests.interviews import steps

DAY = timedelta(days=1)


@pytest.fixture
def at():
    return timezone.now()


@pytest.fixture
def asked(student, alum, at):
    """A letter that left an hour ago."""
    return steps.sent(student, alum, at - timedelta(hours=1))


def agreed_at(student, at, days=9):
    day = (at + days * DAY).astimezone(student.zone).date().isoformat()
    return {"day": day, "at": "15:00", "format": "phone", "place": "+353 1 555 0199"}


def note(client, asked, data):
    return client.post(reverse("request_arrange", args=[asked.pk]), data, follow=True)


def test_a_yes_by_reply_is_set_for_both_with_a_link_to_change_it(as_, student, alum, asked, at):
    page = as_(student).get(asked.get_absolute_url()).content.decode()
    assert "Did Ingrid reply to you by email? Record it here" in page
    answer = note(as_(student), asked, agreed_at(student, at))
    assert "Your conversation is scheduled. You’ll both get a calendar invitation." in answer.content.decode()
    talk = Interview.objects.get(request=asked)
    assert (talk.format, talk.place, talk.starts_at.astimezone(student.zone).hour) == ("phone", "+353 1 555 0199", 15)
    assert talk.taken_times.count() == 2
    mails = OutboundMessage.objects.filter(kind="interview_scheduled")
    assert {mail.recipient for mail in mails} == {student.email, alum.email}
    assert all("METHOD:REQUEST" in mail.ics for mail in mails)
    theirs = Client()
    theirs.get(steps.link_in(mails.get(recipient=alum.email)))
    theirs.post(reverse("answer_act", args=[asked.pk, "cancel"]))
    assert Interview.objects.get().status == "cancelled"


@pytest.mark.parametrize("answer", [{"no": "1"}, {}])
def test_who_answered_by_reply_is_not_reminded(as_, student, asked, at, answer):
    TimeWindow.objects.update(starts_at=at + 12 * DAY, ends_at=at + 12 * DAY + timedelta(hours=2))
    InterviewRequest.objects.update(deadline_at=at + 12 * DAY)
    assert deadlines.due_for_nudge(at + 7 * DAY).exists()
    note(as_(student), asked, answer or agreed_at(student, at))
    assert not deadlines.due_for_nudge(at + 7 * DAY).exists()


def test_a_no_by_reply_is_noted_without_a_mail(as_, student, asked):
    before = OutboundMessage.objects.count()
    note(as_(student), asked, {"no": "1"})
    asked.refresh_from_db()
    assert (asked.status, OutboundMessage.objects.count()) == ("declined", before)


def test_a_late_yes_counts_after_the_request_has_closed(as_, student, alum, asked, at):
    deadlines.expire(at + 20 * DAY)
    asked.refresh_from_db()
    assert asked.status == "expired"
    note(as_(student), asked, agreed_at(student, at))
    asked.refresh_from_db()
    assert (asked.status, asked.interview.status) == ("accepted", "scheduled")


def test_a_refused_time_keeps_what_was_typed(as_, student, asked, at):
    answer = note(as_(student), asked, agreed_at(student, at, days=-2))
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "+353 1 555 0199" in page
    assert "Choose a future time." in page
    answer = note(as_(student), asked, agreed_at(student, at) | {"at": ""})
    assert (answer.status_code, "+353 1 555 0199" in answer.content.decode()) == (422, True)


def test_nobody_can_have_answered_a_letter_that_has_not_left(student, alum, at):
    asked = steps.sent(student, alum, at)
    with pytest.raises(Refused, match="hasn’t been sent yet"):
        answering.arrange(asked, starts_at=at + 3 * DAY, format="video", by=student, now=at)
    with pytest.raises(Refused, match="hasn’t been sent yet"):
        answering.turned_down(asked, by=student, now=at)


def test_a_new_request_takes_the_answer_of_an_old_one(student, alum, asked, at):
    deadlines.expire(at + 20 * DAY)
    world.interview_request(student, asked.contact)
    with pytest.raises(Refused, match="Record the reply there"):
        answering.arrange(asked, starts_at=at + 30 * DAY, format="video", by=student, now=at + 21 * DAY)


# --- called off, and set again ----------------------------------------------------------------------------------------


@pytest.fixture
def off(student, alum, at):
    """A talk that the alum called off, in a fortnight's illness."""
    talk = steps.agreed(student, alum, at - timedelta(hours=1))
    return scheduling.cancel(talk, actor="alum", by=alum, now=at)


def times(person, at, days=9):
    day = (at + days * DAY).astimezone(person.zone).date().isoformat()
    return {"w0-day": day, "w0-starts": "10:00", "w0-ends": "12:00", "note": "I would still be glad"}


def first_slot(talk, actor, at):
    return scheduling.move_slots(talk, actor=actor, now=at)[0].value


def test_the_student_offers_other_times_and_the_alum_takes_one(as_, student, alum, off, at):
    shown = as_(student).get(off.get_absolute_url()).content.decode()
    assert "Suggest new times</a>" in shown
    as_(student).post(reverse("interview_move", args=[off.pk]), times(student, at))
    mail = steps.mail("interview_move_offered")
    assert (mail.recipient, "that didn’t happen" in mail.text) == (alum.email, True)
    assert "stays scheduled" not in mail.text
    theirs = Client()
    theirs.get(steps.link_in(mail))
    assert "Amira would still like to talk" in theirs.get(reverse("answer", args=[off.request_id])).content.decode()
    theirs.post(reverse("answer_act", args=[off.request_id, "move"]), {"slot": first_slot(off, "alum", at)})
    again = Interview.objects.get()
    assert (again.status, again.uid, again.sequence) == ("scheduled", off.uid, off.sequence + 1)
    assert again.taken_times.count() == 2
    invitations = OutboundMessage.objects.filter(kind="interview_scheduled", recipient=student.email)
    to_student = invitations.latest("created_at")
    assert "METHOD:REQUEST" in to_student.ics
    assert "said yes" in to_student.text


def test_the_alum_changes_their_mind_and_the_student_takes_a_time(as_, student, alum, off, at):
    page = as_(alum).get(reverse("alum_request", args=[off.request_id])).content.decode()
    assert "I changed my mind" in page
    as_(alum).post(reverse("alum_act", args=[off.request_id, "move"]), times(alum, at))
    assert "Ingrid Solheim would still like to talk" in steps.mail("interview_move_offered").subject
    assert "Ingrid suggested new times" in as_(student).get(off.get_absolute_url()).content.decode()
    assert "See the times" in as_(student).get(reverse("conversations")).content.decode()
    move = reverse("interview_move", args=[off.pk])
    answer = as_(student).post(move, {"slot": first_slot(off, "student", at)}, follow=True)
    assert "Rescheduled." in answer.content.decode()
    assert Interview.objects.get().status == "scheduled"
    assert "said yes" not in OutboundMessage.objects.filter(recipient=student.email).latest("created_at").text


def test_what_was_offered_with_the_letter_sets_nothing_again(student, alum, off, at):
    with pytest.raises(Refused, match="no longer available"):
        scheduling.reschedule(off, slot=steps.slot(off.request, at, 1), actor="alum", by=alum, now=at)


def test_with_somebody_outside_the_directory_a_letter_comes_first(as_, student, at):
    helen = world.contact(student, "Helen Varga")
    talk = world.interview(student, helen, starts_at=at + DAY)
    scheduling.cancel(talk, actor="student", by=student, now=at)
    page = as_(student).get(talk.get_absolute_url()).content.decode()
    assert f"{reverse('contact_write', args=[helen.pk])}?reason=again" in page
    letter = as_(student).get(reverse("contact_write", args=[helen.pk])).content.decode()
    assert "Your conversation didn’t happen" in letter
    day = (at + 9 * DAY).astimezone(student.zone).date().isoformat()
    as_(student).post(reverse("interview_move", args=[talk.pk]), {"day": day, "at": "15:00"})
    assert Interview.objects.get().status == "scheduled"
