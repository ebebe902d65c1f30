"""The alum comes in by the link of a mail (R207, reliability.md 4)."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import MailLink
from apps.interviews.answering import views as views_answer
from apps.interviews.asking import actions as asking
from apps.interviews.lifecycle.models import InterviewRequest
from tests import world
from tests.interviews import steps
from tests.interviews.answering.pages import act, rows


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


def test_the_entry_ends_after_half_an_hour_and_the_same_link_opens_another(visitor, asked):
    session = visitor.session
    links = session["links"]
    links[f"answer:{asked.pk}"]["at"] -= 31 * 60
    session["links"] = links
    session.save()
    assert visitor.get(reverse("answer", args=[asked.pk])).status_code == 410
    answer = act(visitor, asked, "decline", {"note": "Only <after> March."})
    assert answer.status_code == 410
    assert "open the link in your letter once more" in answer.content.decode()
    assert "Only &lt;after&gt; March." in answer.content.decode()
    visitor.get(steps.link_in(steps.mail("request_sent_to_alum")))
    assert visitor.get(reverse("answer", args=[asked.pk])).status_code == 200


def test_a_revoked_link_closes_a_page_that_is_open(visitor, student, asked, at):
    asking.take_back(asked, by=student, now=at)
    assert visitor.get(reverse("answer", args=[asked.pk])).status_code == 410
