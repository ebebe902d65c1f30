"""No more of these: one click for a mail program, a form for a person, nothing for a scanner (D7, RFC 8058)."""

import re

import pytest
from django.test import Client

from apps.accounts.models import MailLink
from apps.mail import outbox
from apps.mail.models import Unsubscribe
from apps.reminders.rules import BY_NAME
from tests.mail.test_outbox import remind

pytestmark = pytest.mark.django_db


@pytest.fixture
def url(student, settings):
    message = remind(student, rule="thank-you-first")
    return re.match(r"<(.*)>", message.headers["List-Unsubscribe"])[1].removeprefix(settings.SITE_URL)


@pytest.fixture
def stranger():
    """A mail program: no session, no cookie, no CSRF token, and the checks of one switched on."""
    return Client(enforce_csrf_checks=True)


def test_looking_changes_nothing(stranger, url):
    for method in (stranger.get, stranger.head, stranger.get):
        response = method(url)
        assert response.status_code == 200
        assert (response["Referrer-Policy"], response["X-Robots-Tag"]) == ("no-referrer", "noindex")
        assert "no-store" in response["Cache-Control"]
        assert not response.cookies
    assert b'method="post"' in stranger.get(url).content
    assert not Unsubscribe.objects.exists()


def test_one_click_does_it_once_and_again(stranger, url, student):
    for _ in range(20):
        response = stranger.post(url, "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded")
        assert (response.status_code, dict(response.cookies)) == (200, {})
        assert "You’ve unsubscribed" in response.text
    row = Unsubscribe.objects.get()
    assert (row.person, row.topic) == (student, "thank-you-first")


def test_it_can_be_taken_back(stranger, url, student):
    stranger.post(url)
    outbox.resubscribe(student, "thank-you-first")
    assert not Unsubscribe.objects.exists()


def test_the_page_says_what_the_mails_are_called_and_takes_it_back(stranger, url):
    asked = stranger.get(url).text
    assert ("“Thank them”" in asked, "20 hours after you talked" in asked) == (True, True)
    assert "thank-you-first" not in asked
    stranger.post(url)
    assert "Resubscribe" in stranger.get(url).text
    again = stranger.post(url, {"again": "1"})
    assert ("Stop these emails?" in again.text, Unsubscribe.objects.count()) == (True, 0)


def test_every_sort_of_reminder_has_a_name():
    names = {topic: outbox.topic_of(topic)[0] for topic in (*BY_NAME, "digest")}
    assert "Reminders" not in names.values()


def test_every_link_that_does_not_work_gives_the_same_page(stranger, student, url):
    other = MailLink.make(purpose="respond", object_id=1, person=student)
    pages = [stranger.post(f"/unsubscribe/{token}/") for token in ("nonsense", "x" * 43, other)]
    MailLink.objects.update(revoked_at="2026-01-01T00:00Z")
    pages.append(stranger.post(url))
    assert [page.status_code for page in pages] == [410] * 4
    assert len({re.sub(r"csrf\S+", "", page.text) for page in pages}) == 1
    assert not Unsubscribe.objects.exists()


def test_the_token_is_not_kept(url):
    token = url.split("/")[2]
    assert len(token) == 43
    assert not MailLink.objects.filter(token_hash__contains=token).exists()
