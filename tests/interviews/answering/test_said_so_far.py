"""What both have said so far stands on the alum’s page."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from apps.alumni import limits
from apps.clock import times
from apps.interviews.answering import actions as answering
from apps.interviews.lifecycle.models import Interview, InterviewRequest
from apps.interviews.scheduling import actions as scheduling
from apps.network.models import Referral
from apps.policy.models import Policy
from tests import world
from tests.interviews import steps
from tests.interviews.answering.pages import _fold, _window, act, page


def test_a_browser_lets_one_time_of_three_be_enough(visitor, asked, at):
    assert " required" not in _fold(page(visitor, asked), "counter")


def test_the_alum_sees_their_own_other_times_and_words(visitor, asked, at):
    act(visitor, asked, "counter", {**_window(at), "note": "Any Friday after four."})
    day = times.day((at + timedelta(days=10)).date())
    shown = page(visitor, asked)
    assert f"{day}, 4:00 to 5:00\xa0pm" in shown
    assert "You wrote: “Any Friday after four.”" in shown


@pytest.mark.parametrize("with_times", [False, True])
def test_the_reply_to_a_question_stands_on_the_page_until_the_next_answer(visitor, asked, student, at, with_times):
    act(visitor, asked, "question", {"note": "What do you know of audits?"})
    assert "You wrote: “What do you know of audits?”" in page(visitor, asked)
    hour = at.replace(minute=0, second=0, microsecond=0) + timedelta(days=9)
    windows = [(hour, hour + timedelta(hours=1), "America/Chicago")] if with_times else []
    answering.reply(asked, note="Very <little>.", by=student, now=at, windows=windows)
    shown = page(visitor, asked)
    assert "You wrote: “What do you know of audits?”" in shown
    assert "Amira answered:</strong> “Very &lt;little&gt;.”" in shown
    act(visitor, asked, "counter", _window(at))
    assert "Amira answered:" not in page(visitor, asked)


@pytest.mark.parametrize("declines", ["", "on"])
def test_a_suggestion_is_acknowledged(visitor, asked, declines):
    shown = act(visitor, asked, "suggest", {"name": "Leila Brandt", "declines": declines}).content.decode()
    assert "Thank you for suggesting Leila Brandt." in shown
    if not declines:
        shown = act(visitor, asked, "suggest", {"name": "Nadia Noor"}).content.decode()
        assert "Thank you for suggesting Leila Brandt and Nadia Noor." in shown


def test_a_wish_whose_times_have_passed_is_no_question_any_more(visitor, asked, student, at):
    act(visitor, asked, "accept", {"slot": steps.slot(asked, at, -1), "format": "video"})
    talk, soon = Interview.objects.get(), at + timedelta(hours=3)
    wish = [(soon, soon + timedelta(hours=1), "America/Chicago")]
    scheduling.propose(talk, windows=wish, note="An exam", actor="student", by=student, now=at)
    assert "Amira asked to reschedule." in page(visitor, asked)
    talk.proposals.update(starts_at=at - timedelta(minutes=30), ends_at=at + timedelta(minutes=30))
    assert "Amira asked to reschedule." not in page(visitor, asked)
    talk.proposals.update(offered_by="alum")
    assert "has the times you suggested" not in page(visitor, asked)


def test_the_alum_keeps_the_agreed_time(visitor, asked, student, at):
    act(visitor, asked, "accept", {"slot": steps.slot(asked, at, -1), "format": "video"})
    talk, day = Interview.objects.get(), at + timedelta(days=9)
    assert "/keep/" not in page(visitor, asked)
    wish = [(day, day + timedelta(hours=1), "America/Chicago")]
    scheduling.propose(talk, windows=wish, note="An exam", actor="student", by=student, now=at)
    assert "/keep/" in page(visitor, asked)
    for _ in range(2):
        act(visitor, asked, "keep")
    assert (Interview.objects.get().starts_at, talk.proposals.count()) == (talk.starts_at, 0)
    mail = steps.mail("interview_kept")
    assert (mail.recipient, mail.subject.startswith("No change: ")) == (student.email, True)


@pytest.mark.parametrize(("letter", "named"), [("Yuki\nTanabe suggested that I write.", True), ("I found you.", False)])
def test_the_page_names_nobody_whom_the_letter_does_not(visitor, asked, student, at, letter, named):
    yuki = world.contact(student, "Yuki Tanabe")
    referral = Referral.objects.create(
        student=student, referrer=yuki, contact=asked.contact, name_permission="yes", named_at=at
    )
    InterviewRequest.objects.update(referral=referral, sent_text=letter)
    assert ("Yuki Tanabe suggested you." in page(visitor, asked)) is named


def test_not_now_says_how_long_the_peace_lasts(visitor, asked, at):
    until = times.long_day(limits.today(asked.sent_at + timedelta(days=180), Policy.now()))
    assert f"can’t ask you again before {until}" in page(visitor, asked)
    assert f"can’t ask you again before {until}" in act(visitor, asked, "decline").content.decode()
    Policy.objects.update(cooling_off_days=0)
    assert "ask again" not in page(visitor, asked)


def test_every_zone_can_be_chosen_and_a_time_says_whose_it_is(visitor, asked, at):
    asked.windows.all().delete()
    steps.offer(asked, (at + timedelta(days=3)).replace(hour=20, minute=0, second=0, microsecond=0))
    shown = visitor.get(reverse("answer", args=[asked.pk]) + "?zone=Asia/Kathmandu").content.decode()
    groups = re.findall(r'<optgroup label="([^"]+)">', shown)
    assert groups[:3] == ["Common time zones", "The Americas", "Europe"]
    assert shown.count('<option value="Asia/Kathmandu" selected>') == 1
    assert '<option value="America/Boise">Boise</option>' in shown
    assert '<span class="visually-hidden"> Kathmandu time</span>' in shown
    moment = asked.windows.get().starts_at
    there = f"{times.clock(moment, 'America/Chicago')} {times.weekday(moment, 'America/Chicago')}"
    assert f"<small>Amira, {there}</small>" in shown
