"""What the mails and pages say is what happened: who closed it, who read it, who knows of it (R214, R215, R233)."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.alumni.models import AlumniProfile
from apps.interviews import deadlines
from apps.interviews.answering import actions as answering
from apps.interviews.answering import sent_page
from apps.interviews.asking import actions as asking
from apps.interviews.lifecycle.models import Interview, InterviewRequest
from apps.mail.models import OutboundMessage
from tests import world
from tests.interviews import steps

DAY = timedelta(days=1)


@pytest.fixture
def at():
    return timezone.now()


def window(at, days=9):
    start = at.replace(minute=0, second=0, microsecond=0) + days * DAY
    return [(start, start + timedelta(hours=1), "America/Chicago")]


# --- somebody outside the directory is called off ---------------------------------------------------------------------


@pytest.fixture
def with_yuki(student, at):
    yuki = world.contact(student, "Yuki Tanabe", email="yuki@lab.example")
    return world.interview(student, yuki, starts_at=at + DAY)


def test_the_student_tells_somebody_outside_the_directory_themselves(as_, student, with_yuki):
    client = as_(student)
    page = client.get(reverse("interview_cancel", args=[with_yuki.pk])).content.decode()
    assert "right away" not in page
    assert "mailto:yuki@lab.example?body=Dear%20Yuki" in page
    answer = client.post(reverse("interview_cancel", args=[with_yuki.pk]), {"who": "me"}, follow=True)
    assert "Tell Yuki yourself" in answer.content.decode()
    mail = steps.mail("interview_cancelled")
    text = " ".join(mail.text.split())
    assert ("tell Yuki yourself" in text, "told Yuki" in text) == (True, False)


def test_that_they_called_it_off_is_kept_as_it_was(as_, student, with_yuki):
    answer = as_(student).post(reverse("interview_cancel", args=[with_yuki.pk]), {"who": "them"}, follow=True)
    text = answer.content.decode()
    assert "Canceled by Yuki." in text
    assert "Yuki canceled" in text
    assert Interview.objects.get().changed_by == "alum"


def test_nobody_of_the_directory_is_said_to_have_called_it_off_by_the_student(as_, student, alum, at):
    talk = steps.agreed(student, alum, at)
    as_(student).post(reverse("interview_cancel", args=[talk.pk]), {"who": "them"})
    assert Interview.objects.get().changed_by == "student"


# --- who let it close -------------------------------------------------------------------------------------------------


def test_an_offer_that_the_student_let_lie_is_no_silence_of_the_alum(as_, student, alum, at):
    asked = steps.sent(student, alum, at)
    answering.counter(asked, windows=window(at, 5), note="", by=alum, now=at)
    deadlines.clock(at + 20 * DAY)
    mail = steps.mail("request_expired")
    assert "replied, but the request closed before you answered" in mail.text
    assert "didn’t reply" not in mail.text
    kind = steps.mail("request_withdrawn")
    assert (kind.recipient, "who didn’t answer in time" in kind.text) == (alum.email, True)
    assert "No reply this time" not in as_(student).get(asked.get_absolute_url()).content.decode()


def test_a_silence_of_the_alum_is_told_to_the_student_alone(student, alum, at):
    steps.sent(student, alum, at)
    deadlines.clock(at + 20 * DAY)
    assert "didn’t reply" in steps.mail("request_expired").text
    assert not OutboundMessage.objects.filter(kind="request_withdrawn").exists()


# --- who said yes -----------------------------------------------------------------------------------------------------


def test_who_takes_the_alums_time_is_not_told_that_the_alum_said_yes(student, alum, at):
    asked = steps.sent(student, alum, at)
    answering.counter(asked, windows=window(at), note="", by=alum, now=at)
    slot = answering.open_slots(asked, by="alum", now=at)[0].value
    answering.accept_offer(asked, slot=slot, format="video", by=student, now=at)
    assert "said yes" not in steps.mail("interview_scheduled", recipient=student.email).text


def test_who_was_taken_at_their_word_reads_that_the_alum_said_yes(student, alum, at):
    steps.agreed(student, alum, at)
    assert "Ingrid Solheim said yes" in steps.mail("interview_scheduled", recipient=student.email).text


# --- who read it ------------------------------------------------------------------------------------------------------


def test_a_letter_that_the_clock_could_not_send_was_read_by_nobody(as_, student, alum, coach, at):
    asked = steps.draft(student, alum, at, wants_review=True)
    asking.press_send(asked, by=student, now=at)
    AlumniProfile.objects.update(is_paused=True)
    due = asked.reviews.get().due_at
    for one in asked.windows.all():
        one.starts_at, one.ends_at = due + 3 * DAY, due + 3 * DAY + timedelta(hours=2)
        one.save()
    deadlines.clock(due)
    assert InterviewRequest.objects.get().status == "draft"
    mail = steps.mail("review_done")
    assert "didn’t get to your request" in mail.text
    assert "has read" not in mail.text
    assert "isn’t taking requests" in mail.text
    story = sent_page.context(InterviewRequest.objects.get(), at).story
    assert [line.sentence for line in story] == ["You asked Ruth to review it", "It was returned without a review"]
