"""The alum says yes to one of the times (R207, R211)."""

import re
from datetime import timedelta

import pytest
from django.db.models import F
from django.urls import reverse
from django.utils.html import strip_tags

from apps.clock import times
from apps.interviews.answering import actions as answering
from apps.interviews.lifecycle.models import Interview, InterviewRequest
from tests.interviews import steps
from tests.interviews.answering.pages import _to_somebody_else, act, page


def test_a_time_is_picked_in_their_zone_and_both_are_invited(visitor, asked, student, alum, at):
    assert "Shown in Dublin time" in page(visitor, asked)
    first = steps.slot(asked, at)
    answer = act(visitor, asked, "accept", {"slot": first, "format": "phone"})
    interview = Interview.objects.get()
    assert "Thank you, Ingrid. Your conversation is scheduled." in answer.content.decode()
    assert (interview.format, interview.alum_zone, interview.zone) == ("phone", "Europe/Dublin", "Europe/Dublin")
    assert sorted(t.person_id for t in interview.taken_times.all()) == sorted([student.pk, alum.pk])
    for person in (student, alum):
        mail = steps.mail("interview_scheduled", recipient=person.email)
        assert mail.ics_method == "REQUEST"


def heading(html):
    return " ".join(strip_tags(re.search(r"<h1>(.*?)</h1>", html, re.DOTALL)[1]).split())


def test_opened_later_the_page_says_what_is_so(visitor, asked, at):
    thanks = act(visitor, asked, "accept", {"slot": steps.slot(asked, at), "format": "video"}).content.decode()
    assert (heading(thanks), "rp-done-art" in thanks) == ("Thank you, Ingrid. Your conversation is scheduled.", True)
    url, talk = reverse("answer", args=[asked.pk]), Interview.objects.get()
    later = visitor.get(url).content.decode()
    assert heading(later) == f"You talk with Amira on {times.day(talk.starts_at, 'Europe/Dublin')}"
    assert ("Thank you" in later, "rp-done-art" in later, "We’ve told Amira" in later) == (False, False, False)
    Interview.objects.update(starts_at=at - timedelta(hours=50), ends_at=at - timedelta(hours=49))
    over = heading(visitor.get(url).content.decode())
    assert over.startswith("You planned to talk with Amira on ")


def test_another_zone_can_be_chosen_and_stays(visitor, asked, at):
    shown = visitor.get(reverse("answer", args=[asked.pk]) + "?zone=Asia/Tokyo").content.decode()
    assert "Shown in Tokyo time" in shown
    act(visitor, asked, "accept", {"slot": steps.slot(asked, at), "format": "video", "zone": "Asia/Tokyo"})
    assert Interview.objects.get().alum_zone == "Asia/Tokyo"


@pytest.mark.parametrize(("format", "place"), [("phone", "+353 1 555 0100"), ("video", "")])
def test_a_number_is_kept_for_a_call_and_only_for_a_call(visitor, asked, at, student, format, place):
    data = {"slot": steps.slot(asked, at), "format": format, "number": " +353 1\n555 0100 "}
    act(visitor, asked, "accept", data)
    assert Interview.objects.get().place == place
    assert ("+353 1 555 0100" in steps.mail("interview_scheduled", recipient=student.email).text) is (format == "phone")


def test_an_unknown_zone_is_the_alums_own(visitor, asked):
    shown = visitor.get(reverse("answer", args=[asked.pk]) + "?zone=../etc/passwd").content.decode()
    assert "Shown in Dublin time" in shown


def test_accepting_twice_is_one_conversation_and_the_same_page(visitor, asked, at):
    data = {"slot": steps.slot(asked, at), "format": "video"}
    act(visitor, asked, "accept", data)
    again = act(visitor, asked, "accept", data)
    assert Interview.objects.count() == 1
    assert "Your conversation is scheduled" in again.content.decode()


def test_a_time_that_is_not_offered_is_refused_with_fresh_ones(visitor, asked, at):
    asked.windows.order_by("starts_at").first().delete()
    answer = act(visitor, asked, "accept", {"slot": "20200101T1000Z", "format": "video"})
    assert answer.status_code == 409
    assert "no longer available" in answer.content.decode()
    assert "Pick a time" in answer.content.decode()
    assert not Interview.objects.exists()


def test_a_time_taken_meanwhile_is_refused_with_fresh_ones(visitor, asked, alum, other_student, at):
    taken = steps.slot(asked, at)
    world_alum = InterviewRequest.objects.get(pk=asked.pk)
    other = steps.sent(other_student, alum, at)
    answering.accept(other, slot=taken, format="video", by=alum, now=at)
    answer = act(visitor, world_alum, "accept", {"slot": taken, "format": "video"})
    shown = answer.content.decode()
    assert answer.status_code == 409
    assert "That time was just booked" in shown
    free = [f'value="{slot.value}"' in shown for slot in answering.open_slots(asked, by="student", now=at)]
    assert (f'value="{taken}"' in shown, all(free), any(free)) == (False, True, True)
    assert Interview.objects.count() == 1


@pytest.mark.parametrize("whose", ["student", "alum"])
def test_what_another_talk_takes_is_not_on_offer(visitor, asked, student, alum, other_student, at, whose):
    """A talk of 20 minutes on the half hour takes that start and leaves the next."""
    first, second = answering.open_slots(asked, by="student", now=at)[:2]
    other = steps.sent(other_student, alum, at) if whose == "alum" else _to_somebody_else(student, at)
    answering.accept(other, slot=first.value, format="video", by=alum, now=at)
    shown = page(visitor, asked)
    assert [f'value="{slot.value}"' in shown for slot in (first, second)] == [False, True]


def test_times_that_are_all_taken_are_not_said_to_be_open(visitor, asked, student, at):
    asked.windows.exclude(pk=asked.windows.order_by("starts_at").first().pk).delete()
    asked.windows.update(ends_at=F("starts_at") + timedelta(minutes=20))
    other = _to_somebody_else(student, at)
    answering.accept(other, slot=steps.slot(other, at), format="video", by=other.alum.user, now=at)
    shown = page(visitor, asked)
    assert "Amira can no longer make any of these times." in shown
    assert "Pick a time" not in shown


def test_a_move_does_not_offer_what_another_talk_takes(visitor, asked, student, at):
    act(visitor, asked, "accept", {"slot": steps.slot(asked, at), "format": "video"})
    other = _to_somebody_else(student, at)
    taken, free = steps.slot(other, at, 1), steps.slot(other, at, 2)
    answering.accept(other, slot=taken, format="video", by=other.alum.user, now=at)
    shown = page(visitor, asked)
    assert [f'value="{value}"' in shown for value in (taken, free)] == [False, True]
