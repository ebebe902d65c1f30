"""The alum comes in by the link of a mail (R207, reliability.md 4)."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import MailLink
from apps.interviews.answering import views as views_answer
from apps.interviews.asking import actions as asking
from apps.interviews.lifecycle.models import InterviewRequest
from tests import world
from tests.interviews import steps
from tests.interviews.answering.pages import _window, act, rows


def test_the_link_leads_to_an_address_without_its_token(asked):
    client = Client()
    answer = client.get(steps.link_in(steps.mail("request_sent_to_alum")))
    assert (answer.status_code, answer.url) == (302, reverse("answer", args=[asked.pk]))
    assert answer["Referrer-Policy"] == "no-referrer"
    shown = client.get(answer.url)
    assert shown["Cache-Control"] == "private, no-store"
    assert shown["Referrer-Policy"] == "same-origin"  # with less, browsers post from this page as from nowhere
    assert "Amira would like 20 minutes of your time" in shown.content.decode()
    assert "She is a junior in public health." in shown.content.decode()


def test_looking_changes_nothing_however_often(asked, at):
    token = steps.link_in(steps.mail("request_sent_to_alum"))
    client, before = Client(), rows()
    for method in (client.get, client.head):
        for url in (token, reverse("answer", args=[asked.pk]), reverse("answer", args=[asked.pk]) + "?zone=Asia/Tokyo"):
            method(url)
    assert rows() == before


def test_an_act_by_get_is_refused(visitor, asked):
    for name in views_answer.ACTS:
        assert visitor.get(reverse("answer_act", args=[asked.pk, name])).status_code == 405
    assert InterviewRequest.objects.get().status == "sent"


@pytest.mark.parametrize("kind", ["forged", "expired", "revoked", "other purpose"])
def test_links_that_do_not_work_all_look_the_same(asked, at, kind):
    token = steps.link_in(steps.mail("request_sent_to_alum"))
    if kind == "forged":
        token = token[:-5] + "AAAA/"
    MailLink.objects.update(
        **{
            "forged": {},
            "expired": {"expires_at": at - timedelta(minutes=1)},
            "revoked": {"revoked_at": at},
            "other purpose": {"purpose": "unsubscribe:reminder"},
        }[kind]
    )
    client = Client()
    answer = client.get(token)
    assert answer.status_code == 410
    assert client.get(reverse("answer", args=[asked.pk])).status_code == 410
    assert client.post(reverse("answer_act", args=[asked.pk, "decline"])).status_code == 410
    assert InterviewRequest.objects.get().status == "sent"


def test_a_link_opens_one_request_only(visitor, asked, other_student, at):
    entry = world.alum("Leila Brandt")
    other = steps.sent(other_student, entry, at)
    assert visitor.get(reverse("answer", args=[other.pk])).status_code == 410
    assert visitor.post(reverse("answer_act", args=[other.pk, "decline"])).status_code == 410


@pytest.mark.parametrize("waited", [timedelta(minutes=31), timedelta(hours=9), timedelta(days=20)])
def test_the_page_can_be_filled_in_for_as_long_as_its_link_lives(visitor, asked, at, waited):
    MailLink.objects.update(expires_at=timezone.now() + timedelta(days=21))
    visitor.get(reverse("answer", args=[asked.pk]))
    with time_machine.travel(timezone.now() + waited, tick=False):
        InterviewRequest.objects.update(deadline_at=timezone.now() + timedelta(days=2))
        answer = act(visitor, asked, "counter", {"note": "Only <after> March?"} | _window(timezone.now()))
        assert answer.status_code == 200
    assert InterviewRequest.objects.get().status == "countered"


def test_beyond_the_link_what_was_typed_is_shown_to_copy(visitor, asked, at):
    MailLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert visitor.get(reverse("answer", args=[asked.pk])).status_code == 410
    answer = act(visitor, asked, "decline", {"note": "Only <after> March."})
    assert answer.status_code == 410
    assert "Open the link in your email again" in answer.content.decode()
    assert "Only &lt;after&gt; March." in answer.content.decode()


def test_a_link_lengthens_no_sign_in(as_, asked):
    client = as_(asked.alum.user)
    before = client.session.get_expiry_age()
    client.get(steps.link_in(steps.mail("request_sent_to_alum")))
    assert client.session.get_expiry_age() <= before


def test_a_revoked_link_closes_a_page_that_is_open(visitor, student, asked, at):
    asking.take_back(asked, by=student, now=at)
    assert visitor.get(reverse("answer", args=[asked.pk])).status_code == 410
