"""The alum’s own page: everything that was asked of them (R208)."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from apps.clock import times
from apps.interviews.answering import actions as answering
from apps.interviews.asking import actions as asking
from apps.interviews.lifecycle.models import Interview, InterviewRequest
from apps.interviews.thanking.models import ThankYou
from apps.mail.models import OutboundMessage
from tests import world
from tests.interviews import steps
from tests.interviews.answering.pages import act


def test_the_alums_own_page_lists_and_answers(as_, asked, alum, other_alum, student, at):
    InterviewRequest.objects.update(leaves_at=at - timedelta(minutes=1))
    client = as_(alum)
    assert asked.subject in client.get(reverse("alum_home")).content.decode()
    act(client, asked, "accept", {"slot": steps.slot(asked, at), "format": "video"}, door="alum")
    assert Interview.objects.count() == 1
    assert "Upcoming" in client.get(reverse("alum_home")).content.decode()
    assert as_(other_alum).get(reverse("alum_request", args=[asked.pk])).status_code == 404
    assert as_(student).get(reverse("alum_request", args=[asked.pk])).status_code == 403


def test_a_letter_that_has_not_left_is_not_on_the_alums_page(as_, asked, alum):
    assert asked.subject not in as_(alum).get(reverse("alum_home")).content.decode()


@pytest.mark.parametrize("count", [1, 30])
def test_the_alums_page_asks_the_same_number_of_questions(as_, alum, coach, at, count, django_assert_num_queries):
    for n in range(count):
        student = world.student(f"Student N{n}", coach=coach)
        contact = world.contact(student, "Ingrid Solheim", alum=alum.alumni_profile)
        world.sent_request(student, contact, at=at - timedelta(hours=1))
        world.interview(student, contact, starts_at=at + timedelta(days=n + 1))
    client = as_(alum)
    client.get(reverse("alum_home"))
    with django_assert_num_queries(11):
        client.get(reverse("alum_home"))


def test_the_alums_page_pauses_keeps_letters_and_leads_back_to_a_not_now(as_, asked, alum, student, at):
    InterviewRequest.objects.update(leaves_at=at - timedelta(minutes=1))
    answering.decline(asked, by=alum, now=at)
    for n, fields in enumerate(({"channel": "rapport", "sent_at": at}, {"channel": "phone", "sent_at": at}, {})):
        talk = world.interview(student, asked.contact, starts_at=at - timedelta(days=n + 2), status="completed")
        ThankYou.objects.create(interview=talk, body=f"Dear Ingrid, letter {n}", **fields)
    client = as_(alum)
    shown = client.get(reverse("alum_home")).content.decode()
    assert ["letter 0" in shown, "letter 1" in shown, "letter 2" in shown] == [True, False, False]
    assert "You can change your mind until" in shown
    assert reverse("alum_request", args=[asked.pk]) in shown
    client.post(reverse("alum_pause"), {"until": ""})
    assert "Resume requests" in client.get(reverse("alum_home")).content.decode()


@pytest.mark.parametrize(
    ("status", "heading", "said"),
    [
        ("scheduled", "Past conversations", "Amira Haddad"),
        ("completed", "Past conversations", "Amira Haddad"),
        ("cancelled", "Conversations that didn’t happen", "Canceled"),
        ("no_show", "Conversations that didn’t happen", "Didn’t happen"),
    ],
)
def test_every_talk_that_is_over_stands_in_the_alums_history(as_, student, alum, at, status, heading, said):
    contact = world.contact(student, alum.name, alum=alum.alumni_profile)
    talk = world.interview(student, contact, starts_at=at - timedelta(days=2), status=status)
    shown = as_(alum).get(reverse("alum_home")).content.decode()
    section = re.search(rf"<h2[^>]*>{heading}</h2>.*?</section>", shown, re.DOTALL).group()
    assert said in section
    assert times.long_day(talk.starts_at, alum.zone) in section


def test_a_withdrawn_request_stands_in_the_alums_history_if_it_had_arrived(as_, asked, alum, student, at):
    InterviewRequest.objects.update(leaves_at=at - timedelta(minutes=1))
    OutboundMessage.objects.update(state="sent", sent_at=at)
    asking.withdraw(asked, by=student, now=at)
    home = as_(alum).get(reverse("alum_home")).content.decode()
    assert "Withdrawn" in home
    InterviewRequest.objects.update(leaves_at=None)
    assert "Withdrawn" not in as_(alum).get(reverse("alum_home")).content.decode()
