"""A not-now is taken back; somebody else is suggested; pause and remove (R206, R208)."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from apps.alumni import limits
from apps.alumni.models import AlumniProfile
from apps.clock import times
from apps.interviews.answering import actions as answering
from apps.interviews.asking import actions as asking
from apps.interviews.asking import mails as asking_mails
from apps.interviews.lifecycle.models import InterviewRequest
from apps.interviews.scheduling import actions as scheduling
from apps.mail.models import OutboundMessage
from apps.network.models import Referral
from apps.policy.models import Policy
from tests import world
from tests.interviews import steps
from tests.interviews.answering.pages import _fold, act, page


def test_a_not_now_is_taken_back_before_anybody_heard(visitor, asked, student):
    shown = act(visitor, asked, "decline", {"note": "A full month."}).content.decode()
    assert "I changed my mind" in shown
    answer = act(visitor, asked, "reconsider")
    assert "Pick a time" in answer.content.decode()
    asked.refresh_from_db()
    assert (asked.status, asked.turn, asked.answer_note) == ("sent", "alum", "")
    assert steps.mail("request_declined").state == "cancelled"
    assert not OutboundMessage.objects.filter(kind="request_reopened").exists()


def test_a_not_now_that_was_told_is_taken_back_with_a_mail_and_can_be_said_again(visitor, asked, student, at):
    act(visitor, asked, "decline")
    OutboundMessage.objects.filter(kind="request_declined").update(state="sent", sent_at=at)
    act(visitor, asked, "reconsider")
    act(visitor, asked, "reconsider")
    mail = steps.mail("request_reopened")
    assert (mail.recipient, "reconsidered" in mail.subject) == (student.email, True)
    act(visitor, asked, "decline")
    assert OutboundMessage.objects.filter(kind="request_declined").count() == 2
    story = list(asked.events.order_by("pk").values_list("event", flat=True))
    assert story == ["send", "decline", "reconsider", "decline"]


def test_after_the_deadline_there_is_no_second_thought(visitor, asked, at):
    act(visitor, asked, "decline")
    InterviewRequest.objects.update(deadline_at=at - timedelta(seconds=1))
    assert "I changed my mind" not in page(visitor, asked)
    answer = act(visitor, asked, "reconsider")
    assert (answer.status_code, "The deadline has passed" in answer.content.decode()) == (409, True)
    assert InterviewRequest.objects.get().status == "declined"


def test_a_newer_request_to_the_same_person_stands_in_the_way(visitor, asked, student):
    act(visitor, asked, "decline")
    world.interview_request(student, asked.contact)
    answer = act(visitor, asked, "reconsider")
    assert (answer.status_code, "Amira has started a new request" in answer.content.decode()) == (409, True)


@pytest.mark.parametrize(("declines", "status"), [("", "sent"), ("on", "declined")])
def test_somebody_else_is_suggested_with_or_without_leave(visitor, asked, student, declines, status):
    data = {"name": "Leila Brandt", "about": "Auditor", "may_use_name": "on", "declines": declines}
    act(visitor, asked, "suggest", data)
    referral = Referral.objects.get()
    assert (referral.contact.name, referral.name_permission) == ("Leila Brandt", "yes")
    assert referral.referrer == asked.contact
    assert InterviewRequest.objects.get().status == status
    assert "Leila Brandt" in steps.mail("request_declined").text


def test_pause_and_remove_work_at_once(visitor, asked, alum):
    act(visitor, asked, "pause", {"until": ""})
    alum.alumni_profile.refresh_from_db()
    assert alum.alumni_profile.is_paused
    act(visitor, asked, "remove")
    alum.alumni_profile.refresh_from_db()
    assert alum.alumni_profile.listing == "removed"
    assert "You’ve left the directory" in page(visitor, asked)


def test_a_pause_can_end_on_a_day_of_their_own(visitor, asked, alum, at):
    day = limits.today(at, Policy.now()) + timedelta(days=40)
    refused = act(visitor, asked, "pause", {"until": "other", "day": "2001-01-15"})
    fold = _fold(refused.content.decode(), "pause")
    assert (refused.status_code, "Choose a future day" in fold, 'value="2001-01-15"' in fold) == (422, True, True)
    shown = act(visitor, asked, "pause", {"until": "other", "day": day.isoformat()}).content.decode()
    alum.alumni_profile.refresh_from_db()
    assert (alum.alumni_profile.paused_until, alum.alumni_profile.is_paused) == (day, False)
    assert f"Requests are paused until {times.long_day(day)}." in shown


@pytest.mark.parametrize("kind", ["request_nudge", "interview_moved", "interview_cancelled", "request_withdrawn"])
def test_every_letter_to_an_alum_leads_to_pause_and_stop(asked, student, alum, at, kind):
    if kind == "request_nudge":
        asking_mails.nudge(asked)
    elif kind == "request_withdrawn":
        OutboundMessage.objects.update(state="sent", sent_at=at)
        asking.withdraw(asked, by=student, now=at)
    else:
        talk = answering.accept(asked, slot=steps.slot(asked, at), format="video", by=alum, now=at)
        if kind == "interview_moved":
            scheduling.set_place(talk, place="https://rooms.test/9", by=student, now=at)
        else:
            scheduling.cancel(talk, actor="student", by=student, now=at)
    mail = steps.mail(kind, recipient=alum.email)
    address = re.search(
        r"Get fewer requests, pause, or leave the directory: (https?://[^/\s]+)(/a/[\w-]+/)#pause$", mail.text
    )
    assert f'href="{address[1]}{address[2]}#pause"' in mail.html
    client = Client()
    assert 'id="pause"' in client.get(address[2], follow=True).content.decode()
    assert AlumniProfile.objects.get(user=alum).listing == "listed"
    act(client, asked, "remove")
    assert AlumniProfile.objects.get(user=alum).listing == "removed"


def test_pausing_and_leaving_are_undone_on_the_same_page(visitor, asked, alum):
    act(visitor, asked, "pause", {"until": ""})
    assert "Resume requests" in page(visitor, asked)
    act(visitor, asked, "resume")
    act(visitor, asked, "remove")
    assert "You’re back in the directory." in act(visitor, asked, "rejoin").content.decode()
    alum.alumni_profile.refresh_from_db()
    assert (alum.alumni_profile.is_paused, alum.alumni_profile.listing) == (False, "listed")


def test_an_unknown_act_is_not_found(visitor, asked):
    assert act(visitor, asked, "explode").status_code == 404
