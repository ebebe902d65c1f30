"""Once it is set: moved, called off, in the calendar, and not held."""

from datetime import timedelta

from django.urls import reverse

from apps.interviews.asking import actions as asking
from apps.interviews.debriefing import actions as debriefing
from apps.interviews.lifecycle.models import Interview
from tests.interviews import steps
from tests.interviews.answering.pages import act, page


def test_change_my_mind_moves_and_cancels_by_the_same_link(visitor, asked, at):
    act(visitor, asked, "accept", {"slot": steps.slot(asked, at), "format": "video"})
    last = steps.slot(asked, at, -1)
    moved = act(visitor, asked, "move", {"slot": last})
    assert "It is set." in moved.content.decode()
    assert Interview.objects.get().sequence == 1
    cancelled = act(visitor, asked, "cancel", {"note": "I am ill."})
    assert "It is called off" in cancelled.content.decode()
    again = act(visitor, asked, "cancel")
    assert "It is called off" in again.content.decode()
    assert Interview.objects.get().sequence == 2


def test_the_calendar_file_of_the_page(visitor, asked, at):
    url = reverse("answer_ics", args=[asked.pk])
    assert visitor.get(url).status_code == 404
    act(visitor, asked, "accept", {"slot": steps.slot(asked, at), "format": "video"})
    answer = visitor.get(url)
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert asked.student.email not in answer.content.decode()


def test_a_withdrawn_request_says_so(visitor, asked, student, at):
    asking.withdraw(asked, by=student, now=at)
    assert "has withdrawn the request" in page(visitor, asked)
    answer = act(visitor, asked, "accept", {"slot": "x", "format": "video"})
    assert answer.status_code == 409


def test_after_the_time_the_alum_can_say_that_they_did_not_talk(visitor, asked, alum, student, as_, at):
    act(visitor, asked, "accept", {"slot": steps.slot(asked, at), "format": "video"})
    assert "We did not talk" not in page(visitor, asked)
    assert act(visitor, asked, "missed").status_code == 409
    talk = Interview.objects.get()
    Interview.objects.update(starts_at=at - timedelta(hours=2), ends_at=at - timedelta(hours=1))
    assert "We did not talk" in page(visitor, asked)
    for _ in range(2):
        assert "You did not talk" in act(visitor, asked, "missed").content.decode()
    told = talk.events.order_by("pk").last()
    assert (told.event, told.actor, told.by, talk.events.filter(event="no_show").count()) == (
        "no_show",
        "alum",
        alum,
        1,
    )
    shown = as_(student).get(talk.get_absolute_url()).content.decode()
    assert "Ingrid said that it did not happen" in shown
    debriefing.took_place(talk, by=student, now=at)
    assert "You talked on" in page(visitor, asked)
    assert act(visitor, asked, "missed").status_code == 409
