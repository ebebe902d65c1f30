"""Other times, a question first, not now: to and fro until it is set (R207)."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from apps.interviews import deadlines
from apps.interviews.answering import actions as answering
from apps.interviews.answering.in_words import only_asks
from apps.interviews.asking import actions as asking
from apps.interviews.lifecycle.models import Interview, InterviewRequest, TimeWindow
from apps.mail.models import OutboundMessage
from tests.interviews import steps
from tests.interviews.answering.pages import act


def test_other_times_go_to_the_student_who_takes_one(visitor, asked, as_, student, alum, at):
    day = (at + timedelta(days=10)).date().isoformat()
    data = {"w0-day": day, "w0-starts": "16:00", "w0-ends": "17:00", "note": "Any Friday after four."}
    act(visitor, asked, "counter", data)
    asked.refresh_from_db()
    assert (asked.status, asked.turn, asked.answer_note) == ("countered", "student", "Any Friday after four.")
    assert steps.mail("request_countered").recipient == student.email
    client = as_(student)
    shown = client.get(asked.get_absolute_url()).content.decode()
    assert "Any Friday after four." in shown
    offered = answering.open_slots(asked, by="alum", now=at)
    assert [slot.starts_at.astimezone(alum.zone).hour for slot in offered] == [16, 16]
    client.post(reverse("request_answer", args=[asked.pk]), {"slot": offered[0].value, "format": "video"})
    assert Interview.objects.get().starts_at == offered[0].starts_at


@pytest.mark.parametrize(
    ("act_name", "ends", "note", "status", "said"),
    [
        ("counter", "10:10", "Or later that day?", 409, "Make it at least 20 minutes long"),
        ("question", "10:10", "Very little, so far.", 409, "Make it at least 20 minutes long"),
        ("question", "", "Very little, so far.", 422, "Fill this in."),
        ("question", "11:00", "so " * 300, 422, "600 characters is the limit"),
    ],
)
def test_what_the_student_answered_stays_when_it_is_refused(
    visitor, asked, as_, student, at, act_name, ends, note, status, said
):
    day = (at + timedelta(days=8)).date().isoformat()
    offered = {"w0-day": day, "w0-starts": "16:00", "w0-ends": "17:00"}
    act(visitor, asked, act_name, {"note": "What do you know?"} if act_name == "question" else offered)
    data = {"w0-day": day, "w0-starts": "10:00", "w0-ends": ends, "note": note}
    answer = as_(student).post(reverse("request_answer", args=[asked.pk]), data)
    shown = answer.content.decode()
    assert (answer.status_code, said in shown) == (status, True)
    assert (f">{note}</textarea>" in shown, f'value="{day}"' in shown) == (True, True)
    asked.refresh_from_db()
    assert asked.turn == "student"


def test_the_student_sees_what_was_said_and_what_is_on_offer_now(visitor, asked, as_, student, at):
    day = (at + timedelta(days=10)).date().isoformat()
    act(visitor, asked, "counter", {"w0-day": day, "w0-starts": "16:00", "w0-ends": "17:00", "note": "Any Friday."})
    client = as_(student)
    data = {"w0-day": day, "w0-starts": "10:00", "w0-ends": "11:00", "note": "I have a lab at four."}
    client.post(reverse("request_answer", args=[asked.pk]), data)
    shown = client.get(asked.get_absolute_url()).content.decode()
    assert "Times Ingrid can choose" in shown
    assert "10:00 to 11:00\xa0am" in shown
    assert "4:00 to 5:00\xa0pm for her" in shown or "4:00 to 5:00\xa0pm for them" in shown
    assert "“Any Friday.”" in shown
    assert "“I have a lab at four.”" in shown


def test_an_answer_to_what_has_ended_is_shown_to_copy(visitor, asked, as_, student, at):
    act(visitor, asked, "question", {"note": "What do you know?"})
    asking.withdraw(asked, by=student, now=at)
    answer = as_(student).post(reverse("request_answer", args=[asked.pk]), {"note": "Very little, so far."})
    assert answer.status_code == 409
    assert "What you wrote was not sent." in answer.content.decode()
    assert "Very little, so far." in answer.content.decode()


@pytest.mark.parametrize("act_name", ["question", "counter"])  # a question that names no time asks something, too
def test_a_question_first_is_answered_and_the_same_request_is_open_again(visitor, asked, as_, student, at, act_name):
    answer = act(visitor, asked, act_name, {"note": "What do you know of audits?"})
    assert "Amira has your question." in answer.content.decode()
    asked.refresh_from_db()
    assert (asked.status, asked.turn, asked.has_question) == ("countered", "student", True)
    question = steps.mail("request_question")
    assert (question.recipient, "> What do you know of audits?" in question.text) == (student.email, True)
    shown = as_(student).get(asked.get_absolute_url()).content.decode()
    assert "Answer the question" in shown
    day = (at + timedelta(days=8)).date().isoformat()
    data = {"w0-day": day, "w0-starts": "10:00", "w0-ends": "12:00", "note": "Very little."}
    as_(student).post(reverse("request_answer", args=[asked.pk]), data)
    asked.refresh_from_db()
    assert (asked.status, asked.turn, asked.has_question) == ("sent", "alum", False)
    assert TimeWindow.objects.count() == 1
    mail = steps.mail("request_question", recipient=asked.alum.user.email)
    assert "> Very little." in mail.text
    client = Client()
    client.get(steps.link_in(mail))
    act(client, asked, "accept", {"slot": steps.slot(asked, at), "format": "video"})
    assert Interview.objects.count() == 1


@pytest.mark.parametrize("note", ["Any Tuesday after 5 pm", "Would next week be better?", "I’m back on the 12th."])
def test_other_times_in_words_alone_read_as_a_suggestion(visitor, asked, as_, student, at, note):
    answer = act(visitor, asked, "counter", {"note": note}).content.decode()
    assert (f"You suggested: “{note}”" in answer, "has your question" in answer) == (True, False)
    assert "Amira has your suggestion" in answer
    assert "Please reply by" not in answer
    again = act(visitor, asked, "counter", {"note": note})
    assert again.status_code == 200
    mail = steps.mail("request_countered")
    assert (mail.recipient, mail.subject.endswith("suggests other times")) == (student.email, True)
    assert (f"> {note}" in mail.text, "question" in mail.text) == (True, False)
    client = as_(student)
    shown = client.get(asked.get_absolute_url()).content.decode()
    assert ("Ingrid suggests other times" in shown, "Offer times that fit" in shown) == (True, True)
    assert "question" not in shown.split('id="letter-h"')[0].split("<h1>")[1]
    day = (at + timedelta(days=8)).date().isoformat()
    client.post(reverse("request_answer", args=[asked.pk]), {"w0-day": day, "w0-starts": "10:00", "w0-ends": "12:00"})
    asked.refresh_from_db()
    assert (asked.status, asked.turn) == ("countered", "alum")
    assert OutboundMessage.objects.filter(kind="request_countered", recipient=student.email).count() == 1


def test_an_empty_counter_says_what_to_do(visitor, asked):
    answer = act(visitor, asked, "counter")
    assert "Suggest at least 1 time." in answer.content.decode()
    assert InterviewRequest.objects.get().status == "sent"


def test_not_now_needs_no_reason_and_is_told_kindly_once(visitor, asked, student):
    act(visitor, asked, "decline")
    again = act(visitor, asked, "decline")
    assert InterviewRequest.objects.get().status == "declined"
    assert "Thank you for letting us know" in again.content.decode()
    assert "It isn’t about you" in steps.mail("request_declined").text


def test_an_answer_without_new_times_keeps_the_old_ones(visitor, asked, as_, student, at):
    before = [slot.value for slot in answering.open_slots(asked, by="student", now=at)]
    act(visitor, asked, "question", {"note": "What do you know of audits?"})
    as_(student).post(reverse("request_answer", args=[asked.pk]), {"note": "Very little."})
    asked.refresh_from_db()
    assert asked.deadline_at == max(w.ends_at for w in asked.windows.all()) - timedelta(minutes=20)
    assert [slot.value for slot in answering.open_slots(asked, by="student", now=at)] == before
    assert "These times work for me" in steps.mail("request_question", recipient=asked.alum.user.email).text


@pytest.mark.parametrize("note", ["", "   "])
def test_a_question_needs_words_and_an_answer_too(visitor, asked, as_, student, at, note):
    assert act(visitor, asked, "question", {"note": note}).status_code == 409
    assert InterviewRequest.objects.get().status == "sent"
    act(visitor, asked, "question", {"note": "What do you know of audits?"})
    as_(student).post(reverse("request_answer", args=[asked.pk]), {"note": note})
    assert InterviewRequest.objects.get().status == "countered"
    assert not OutboundMessage.objects.filter(kind="request_question", recipient=asked.alum.user.email).exists()


def test_who_asked_something_first_is_not_nudged(visitor, asked, student, at):
    InterviewRequest.objects.update(deadline_at=at + timedelta(days=14), sent_at=at - timedelta(days=7))
    act(visitor, asked, "question", {"note": "What do you know of audits?"})
    answering.reply(asked, note="Very little.", by=student, now=at)
    assert deadlines.nudge_unanswered(at) == 0


def test_times_go_to_and_fro_and_each_side_sees_the_newest(visitor, asked, student, alum, at):
    """Three rounds: what stands on offer of each side is what they said last, and the deadline follows it."""
    hour = at.replace(minute=0, second=0, microsecond=0)
    for n in (1, 2, 3):
        theirs = [(hour + timedelta(days=10 + n), hour + timedelta(days=10 + n, hours=1), "Europe/Dublin")]
        asked = answering.counter(asked, windows=theirs, note=f"Round {n}", by=alum, now=at)
        assert answering.open_slots(asked, by="alum", now=at)[0].starts_at == theirs[0][0]
        mine = [(hour + timedelta(days=20 + n), hour + timedelta(days=20 + n, hours=1), "America/Chicago")]
        asked = answering.offer_again(asked, windows=mine, note="", by=student, now=at + timedelta(seconds=n))
        assert answering.open_slots(asked, by="student", now=at)[0].starts_at == mine[0][0]
        assert (asked.status, asked.turn, asked.deadline_at) == (
            "countered",
            "alum",
            at + timedelta(days=14, seconds=n),
        )
    assert asked.windows.count() == 2
    talk = answering.accept(asked, slot=steps.slot(asked, at), format="video", by=alum, now=at)
    assert talk.starts_at == mine[0][0]


@pytest.mark.parametrize(
    ("words", "is_question"),
    [
        ("May I ask what you study?", True),
        ("What do you know of audits?", True),
        ("Could we do Fridays?", False),
        ("Would some evening suit you?", False),
        ("How about 5 o'clock?", False),
        ("I travel a lot. Write me in spring.", False),
        ("", False),
    ],
)
def test_only_a_question_that_names_no_time_is_one(words, is_question):
    assert only_asks(words) == is_question
