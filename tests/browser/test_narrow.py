"""On a phone: nothing is wider than the screen, whatever it is called, and the focus is never under the bar."""

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.interviews.answering import actions as answering
from tests import world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"viewport": {"width": 390, "height": 844}}
LONG = "Abcdefghijklmnopqrstuvwxyz" * 5  # 130 letters, and a first name before it
WIDE = """() => [...document.querySelectorAll('main, main *')].filter((one) => one.getBoundingClientRect().right > 391)
  .slice(0, 5).map((one) => one.tagName + '.' + one.className)"""

CLEAR = """(bar) => { const one = document.activeElement, box = one.getBoundingClientRect();
  return !one.closest('main') || box.height > 400 || (box.bottom <= bar && box.top >= 0); }"""


@pytest.fixture
def asked(student, alum):
    contact = world.contact(student, "Ingrid Solheim", alum=alum.alumni_profile)
    now = timezone.now()
    made = world.sent_request(student, contact, at=now - timedelta(hours=1))
    answering.suggest(made, name=f"Zoe {LONG}", about=LONG, may_use_name=True, declines=False, by=alum, now=now)
    return made


def _fits(page):
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 390, page.evaluate(WIDE)


def test_a_colleague_with_a_very_long_name_is_no_wider_than_the_phone(open_as, asked, student, alum):
    named = student.contacts.get(name__startswith="Zoe")
    _fits(open_as(alum, f"/alum/requests/{asked.pk}/", **PHONE))
    for address in (asked.get_absolute_url(), named.get_absolute_url(), "/network/", "/network/?view=list", "/today/"):
        _fits(open_as(student, address, **PHONE))


def test_the_pages_of_a_talk_with_a_very_long_name_fit(open_as, student):
    contact = world.contact(student, f"Zoe {LONG}"[:150], title=LONG)
    ahead = world.interview(student, contact, starts_at=timezone.now() + timedelta(days=1))
    past = world.interview(student, contact, starts_at=timezone.now() - timedelta(days=1), status="completed")
    pages = [f"/conversations/{ahead.pk}/", f"/conversations/{ahead.pk}/prepare/", f"/conversations/{past.pk}/debrief/"]
    for address in (*pages, f"/conversations/{past.pk}/thank-you/", "/conversations/", "/today/"):
        _fits(open_as(student, address, **PHONE))


def test_the_focus_is_never_under_the_bar_at_the_foot(open_as, student):
    """By the Tab key itself, here; on every page by phone.py."""
    page = open_as(student, "/network/add/", **PHONE)
    bar = page.locator(".rp-nav").bounding_box()["y"]
    for _ in range(30):
        page.keyboard.press("Tab")
        page.wait_for_function(CLEAR, arg=bar)  # the page glides to the focus
