"""Every page of every role in the demo world: found by following the links, as a person would, one of each kind."""

import re
import shutil
from collections import deque
from urllib.parse import urlsplit

import pytest
from django.urls import resolve
from django.urls.exceptions import Resolver404

from tests.browser import axe, keyboard, phone
from tests.browser.evidence import evidence
from tests.browser.person import DESK, OPEN_FOLDS, PHONE, SHUT_FOLDS, Person
from tests.stack import Lived, ready_folder

# One stack with its demo world for all of them: they stay on one worker (tests/conftest.py, LONG).
pytestmark = pytest.mark.browser

STARTS = {
    "visitor": ["/", "/accounts/login/", "/accounts/password/reset/", "/no/such/page/", "/a/no-such-token/"],
    "student": ["/today/", "/me/", "/me/goal/", "/me/looks/", "/me/calendar/", "/me/reminders/", "/people/?q=zebra"],
    "alum": ["/alum/", "/alum/profile/", "/me/", "/me/reminders/"],
    "coach": ["/coach/", "/coach/?view=all", "/coach/reviews/", "/me/"],
    "office": [f"/office/{page}" for page in ("", "people/", "import/", "outbox/", "questions/", "policy/")],
}
AT_LEAST = {  # names of addresses that must be among what was found
    "visitor": {"home", "account_login", "account_reset_password", "answer_enter"},
    "student": {
        *("what_we_keep", "accessibility", "source", "account", "mfa_index", "usersessions_list"),
        *("today", "people", "alum", "request", "request_research", "network", "contact", "contact_add", "map_people"),
        *("goal", "looks", "contact_import"),
        *("conversations", "conversation", "prepare", "prepare_list", "debrief", "thank_you", "calendar", "notices"),
    },
    "alum": {"alum_home", "alum_request", "alum_profile_edit", "account"},
    "coach": {"caseload", "caseload_student", "reviews", "review", "account"},
    "office": {
        *("office_people", "office_person", "office_outbox", "office_message", "office_questions", "office_question"),
        *("office_students_import", "office_questions_import"),
        *("office", "office_policy", "office_import", "office_coming", "office_suppressed", "account"),
    },
}
LINKS = """() => [...document.querySelectorAll('a[href]')]
    .map((one) => new URL(one.getAttribute('href'), document.baseURI).href)"""  # a link in a drawing has no plain one
SHARED = re.compile(r"^/(accounts/(mfa|sessions|email|password)|what-we-keep|accessibility|source)/")  # seen as student
NARROWEST = {"width": 320, "height": 640}  # 1280 at a zoom of 400 %: WCAG 2.2, 1.4.10
NO_PAGES = re.compile(r"\.(ics|csv|vcf)$|^/local/")


@pytest.fixture(scope="module")
def stack():
    folder = ready_folder()
    running = Lived(folder)
    yield running
    running.close()
    shutil.rmtree(folder)


@pytest.mark.parametrize("role", STARTS)
def test_every_page_keeps_nobody_out(stack, browser, role):
    person = Person(browser, stack.url, name=role)
    with evidence(f"pages-{role}", stack, {role: person}):
        _enters(person, role)
        found = _walks(person, role, stack.url)
    person.close()
    assert found >= AT_LEAST[role], AT_LEAST[role] - found


def _enters(person, role):
    if role != "visitor":
        person.opens("/accounts/login/")
        person.page.locator(f"form[action$='/local/enter/{role}/'] button").click()
        person.page.wait_for_load_state()


def _walks(person, role, site):
    """Open one page of each kind that can be reached, look at it, go through it by keyboard. Returns their names."""
    waiting, kinds, names = deque(STARTS[role]), set(), set()
    while waiting:
        path = waiting.popleft()
        if (kind := _kind(path)) in kinds:
            continue
        kinds.add(kind)
        person.page.goto(path)
        arrived = urlsplit(person.page.url).path
        names |= {_name(urlsplit(path).path), _name(arrived)}
        if arrived != urlsplit(path).path and _kind(arrived) in kinds:
            continue
        kinds.add(_kind(arrived))
        _goes_through(person)
        addresses = [urlsplit(link) for link in person.page.evaluate(LINKS) if link.startswith(site)]
        waiting += [_again(one) for one in addresses if _is_worth(one.path, role)]
    return names


def _is_worth(path, role):
    """Files are no pages, and what is the same for everybody is looked at once."""
    return not NO_PAGES.search(path) and (role == "student" or not SHARED.search(path))


def _kind(path):
    """Pages of one address differ by their numbers only; of a query, only that there is one counts."""
    parts = urlsplit(path)
    return re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d+", "N", parts.path), bool(parts.query)


def _again(parts):
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _name(path):
    try:
        return resolve(path).url_name
    except Resolver404:
        return None


def _goes_through(person):
    page = person.page
    person.looks()
    for problem in [*_at_every_width(person, page), *keyboard.problems(page)]:
        person.notes(problem)
    if not keyboard.skips(page):
        person.notes("the first Tab does not offer to skip to the page")


def _at_every_width(person, page):
    """Sizes, bars, buttons and sideways scrolling on phone, desk and the narrowest screen: alike in both schemes."""
    found = []
    page.evaluate(OPEN_FOLDS)
    for size in (DESK, PHONE, NARROWEST):
        axe.resize(page, size)
        broken = [] if size is NARROWEST else phone.broken(page)
        found += [f"{size['width']} wide, {problem}" for problem in phone.problems(page) + broken]
    page.evaluate(SHUT_FOLDS)
    axe.resize(page, person.size)
    return found
