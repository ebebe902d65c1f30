"""Without a connection: the plan and the live page open, keep what is written, and are of who is signed in alone."""

import os
import random
import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from apps.interviews.debriefing.models import Debrief, LiveNote, NamedPerson
from apps.interviews.preparing.models import QuestionPlan
from apps.interviews.talking.models import LiveAct
from tests import world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"viewport": {"width": 390, "height": 844}}
KEPT = """async () => {
    const found = [];
    for (const name of await caches.keys()) {
        for (const request of await (await caches.open(name)).keys()) found.push([name, new URL(request.url).pathname]);
    }
    return found;
}"""


@pytest.fixture
def talk(student):
    """Return a function that makes a conversation of 20 minutes that began six minutes ago, with three questions."""

    def make(person=student, name="Helen Varga", gone=6, **fields):
        starts_at = timezone.now() - timedelta(minutes=gone)
        made = world.interview(
            person, world.contact(person, name), starts_at=starts_at, **{"started_at": starts_at} | fields
        )
        plan = QuestionPlan.objects.create(interview=made)
        for place, text in enumerate(["How did you begin?", "What is hard?", "What surprised you?"], 1):
            plan.questions.create(text=text, position=place)
        return made

    return make


def is_kept(page):
    expect(page.locator("[data-offline]")).to_have_attribute("data-state", "kept")


def offline(page, is_off=True):
    page.context.set_offline(is_off)


def kept_pages(page):
    return sorted({(name, path) for name, path in page.evaluate(KEPT) if path.startswith("/conversations/")})


def note(page, text, kind="Note"):
    page.get_by_role("textbox", name="Notes on this question").fill(text)
    page.get_by_role("button", name=kind, exact=True).click()


def saved(page):
    expect(page.locator("[data-saved]")).to_have_text("Saved")


def test_a_reload_without_a_connection_keeps_questions_clock_and_notes(open_as, student, talk):
    made = talk()
    page = open_as(student, f"/conversations/{made.pk}/live/", **PHONE)
    is_kept(page)
    note(page, "Before the tunnel")
    page.get_by_role("button", name="Asked. Next").click()
    saved(page)
    offline(page)
    note(page, "In the tunnel")
    page.get_by_role("textbox", name="Notes on this question").fill("half a thou")
    page.reload()
    expect(page.locator("[data-offline]")).to_contain_text(
        "You’re offline. This page is the copy saved on this device."
    )
    expect(page.locator("[data-question]")).to_have_text("What is hard?")
    expect(page.locator("[data-notes] li")).to_have_count(2)
    expect(page.locator("[data-notes]")).to_contain_text("Before the tunnel")
    expect(page.locator("[data-saved]")).to_contain_text("1 change is saved in this browser")
    assert [row.inner_text().count("Only on this device so far") for row in page.locator("[data-notes] li").all()] == [
        1,
        0,
    ]
    expect(page.locator("[data-digits]")).to_contain_text(re.compile(r"1[0-3]:"))
    expect(page.get_by_role("textbox", name="Notes on this question")).to_have_value("half a thou")
    offline(page, False)
    saved(page)
    assert sorted(LiveNote.objects.values_list("text", flat=True)) == ["Before the tunnel", "In the tunnel"]


def test_a_closed_tab_opens_again_without_a_connection(open_as, student, talk):
    """From the plan: the live page was never opened before."""
    made = talk(gone=-30, started_at=None)
    page = open_as(student, f"/conversations/{made.pk}/prepare/", **PHONE)
    is_kept(page)
    context = page.context
    page.close()
    context.set_offline(True)
    again = context.new_page()
    again.goto(f"/conversations/{made.pk}/prepare/")
    expect(again.get_by_text("This page is the copy saved on this device.")).to_be_visible()
    expect(again.get_by_text("What is hard?").first).to_be_visible()
    again.goto(f"/conversations/{made.pk}/live/")
    again.get_by_role("button", name="Start the 20 minutes").click()
    expect(again.locator("[data-question]")).to_have_text("How did you begin?")
    expect(again.locator("[data-digits]")).to_contain_text(":")
    context.set_offline(False)
    saved(again)
    made.refresh_from_db()
    assert made.started_at is not None


def test_what_is_written_on_the_plan_without_a_connection_arrives_later(open_as, student, talk):
    made = talk(gone=-30, started_at=None)
    page = open_as(student, f"/conversations/{made.pk}/prepare/", **PHONE)
    is_kept(page)
    box = page.get_by_label("What you most want to learn")
    offline(page)
    box.fill("A day before a chart")
    page.reload()
    expect(box).to_have_value("A day before a chart")
    offline(page, False)
    expect(page.get_by_role("link", name="Reload the page")).to_be_visible()
    expect(page.locator("form [data-saved]").first).to_have_text("Saved")
    assert QuestionPlan.objects.get().goals == "A day before a chart"


def test_only_the_plan_and_the_live_page_of_coming_talks_are_kept(open_as, student, talk):
    made, past = talk(), talk(name="Long Ago", gone=60 * 24 * 3, status="completed")
    page = open_as(student, f"/conversations/{made.pk}/live/")
    is_kept(page)
    for address in ["/today/", "/network/", f"/conversations/{past.pk}/prepare/", f"/conversations/{made.pk}/"]:
        page.goto(address)
    page.goto(f"/conversations/{made.pk}/prepare/")
    is_kept(page)
    mine = f"rapport-offline-{student.pk}"
    assert {path for name, path in kept_pages(page) if name == mine} - {f"/conversations/{made.pk}/live/state/"} == {
        f"/conversations/{made.pk}/live/",
        f"/conversations/{made.pk}/prepare/",
    }
    made.status = "cancelled"
    made.save()
    page.goto(f"/conversations/{made.pk}/live/")
    page.goto("/today/")
    assert f"/conversations/{made.pk}/live/" not in {path for _, path in kept_pages(page)}


def test_signing_out_empties_what_was_kept(open_as, student, talk, until):
    made = talk()
    page = open_as(student, f"/conversations/{made.pk}/live/")
    is_kept(page)
    assert kept_pages(page)
    page.goto("/today/")
    page.locator("details[data-menu] summary").first.click()
    page.get_by_role("button", name="Sign out").first.click()
    page.wait_for_url(lambda address: "/today/" not in address)
    until(page, "caches.keys().then((names) => !names.length)")
    offline(page)
    with pytest.raises(Exception, match=r"ERR_(INTERNET_DISCONNECTED|FAILED)"):
        page.goto(f"/conversations/{made.pk}/live/")


def test_a_session_that_ended_elsewhere_empties_it_at_the_next_page(open_as, student, talk, until):
    made = talk()
    page = open_as(student, f"/conversations/{made.pk}/live/")
    is_kept(page)
    page.context.clear_cookies(name="session")
    page.goto(f"/conversations/{made.pk}/live/")
    until(page, "caches.keys().then((names) => !names.length)")


def test_another_person_finds_nothing_of_the_first(open_as, as_, student, other_student, talk, until):
    made, theirs = talk(), talk(other_student, "Ines Faro")
    page = open_as(student, f"/conversations/{made.pk}/live/")
    is_kept(page)
    cookie = as_(other_student).cookies["session"].value
    mine = next(one for one in page.context.cookies() if one["name"] == "session")
    page.context.add_cookies([mine | {"value": cookie}])
    page.goto(f"/conversations/{theirs.pk}/live/")
    is_kept(page)
    until(page, "caches.keys().then((names) => names.length === 1)")
    assert {name for name, _ in kept_pages(page)} == {f"rapport-offline-{other_student.pk}"}
    assert not any(path.startswith(f"/conversations/{made.pk}/") for _, path in kept_pages(page))


PAGES_EMPTY_NOTHING = "CacheStorage.prototype.delete = async () => false"  # of a page; the worker has its own


def test_the_worker_alone_empties_what_was_kept_of_another_person(open_as, as_, student, other_student, talk, until):
    """The pages empty it as well (base.js): here they cannot, as where a script was blocked or an old one is kept."""
    made, theirs = talk(), talk(other_student, "Ines Faro")
    page = open_as(student, f"/conversations/{made.pk}/live/")
    is_kept(page)
    page.context.add_init_script(PAGES_EMPTY_NOTHING)
    cookie = as_(other_student).cookies["session"].value
    mine = next(one for one in page.context.cookies() if one["name"] == "session")
    page.context.add_cookies([mine | {"value": cookie}])
    page.goto(f"/conversations/{theirs.pk}/live/")
    assert page.evaluate(f"caches.delete('rapport-offline-{student.pk}')") is False
    is_kept(page)
    until(page, "caches.keys().then((names) => names.length === 1)")
    assert {name for name, _ in kept_pages(page)} == {f"rapport-offline-{other_student.pk}"}


# --- two devices ------------------------------------------------------------------------------------------------------


def test_what_two_devices_wrote_is_shown_on_both_and_kept(open_as, student, talk):
    made = talk(gone=17)
    phone = open_as(student, f"/conversations/{made.pk}/live/", **PHONE)
    laptop = open_as(student, f"/conversations/{made.pk}/live/")
    takeaway = "Thank Helen, and say what you’ll take away"
    offline(phone)
    phone.get_by_label(takeaway).fill("From the phone.")
    phone.get_by_label("Name", exact=True).fill("Anneke Visser")
    phone.get_by_label("Role and workplace").fill("water lab")
    phone.locator(".rp-live-person").get_by_role("button", name="Add").click()
    laptop.get_by_label("Name", exact=True).fill("anneke visser")
    laptop.get_by_label("Role and workplace").fill("teaches in Ghent")
    laptop.get_by_label(takeaway).fill("From the laptop.")
    laptop.locator(".rp-live-person").get_by_role("button", name="Add").click()
    saved(laptop)
    offline(phone, False)
    saved(phone)
    laptop.evaluate("() => document.dispatchEvent(new Event('visibilitychange'))")
    for page in (phone, laptop):
        told = page.get_by_role("status", name="Written on two devices")
        expect(told).to_contain_text("anneke visser was described on two devices. Both texts are kept.")
        expect(told).to_contain_text("From the laptop.")
        expect(told).to_contain_text("From the phone.")
    assert Debrief.objects.get().summary == "From the laptop.\nFrom the phone."
    assert NamedPerson.objects.get().about == "teaches in Ghent; water lab"
    for _ in range(2):
        phone.get_by_role("button", name="Got it").first.click()
    expect(phone.locator("[data-both] form")).to_have_count(0)
    saved(phone)
    assert not LiveAct.objects.exclude(both=[]).exists()


# --- many cuts --------------------------------------------------------------------------------------------------------

CUTS, SEED = int(os.environ.get("RAPPORT_CUTS", "20")), int(os.environ.get("RAPPORT_CUTS_SEED", "16"))
LETTERS = "abcdefghij KLMNOP äöüßéø “”’… €½ 漢字 😀 <b>&amp; % + ; , 0123456789"


class Walk:
    """Somebody who writes through a bad network, in one browser; a new tab wherever the old one was closed."""

    def __init__(self, page, address, dice):
        self.page, self.context, self.address, self.dice = page, page.context, address, dice
        self.written, self.number = [], 0

    def words(self):
        self.number += 1
        drawn = "".join(self.dice.choice(LETTERS) for _ in range(self.dice.randrange(1, 160)))
        return f"{self.number}: {drawn}.".replace("  ", " ")

    def writes(self):
        self.written.append(self.words())
        note(self.page, self.written[-1], self.dice.choice(["Note", "Their words", "To do"]))

    def some(self):
        for _ in range(self.dice.randrange(1, 4)):
            self.writes()

    def tunnel(self):
        self.context.set_offline(True)
        self.some()
        self.context.set_offline(False)

    def reloaded(self):
        self.context.set_offline(True)
        self.some()
        self.page.reload()
        self.writes()
        self.context.set_offline(False)

    def closed(self):
        self.context.set_offline(True)
        self.some()
        self.page.close()
        self.page = self.context.new_page()
        self.page.goto(self.address)
        self.writes()
        self.context.set_offline(False)

    def half_written(self):
        self.context.set_offline(True)
        half = self.words()
        box = self.page.get_by_role("textbox", name="Notes on this question")
        box.fill(half)
        self.page.reload()
        expect(box).to_have_value(half)
        self.context.set_offline(False)
        self.page.reload()
        expect(box).to_have_value(half)
        self.page.get_by_role("button", name="Note", exact=True).click()
        self.written.append(half)

    def lost_on_the_way_there(self):
        self.page.route("**/live/note/", lambda route: route.abort(), times=1)
        self.some()

    def lost_on_the_way_back(self):
        def lose(route):
            route.fetch()
            route.abort()

        self.page.route("**/live/note/", lose, times=1)
        self.some()

    def in_between(self):
        """The page goes while something is on its way."""
        self.writes()
        self.page.reload()


def test_whatever_cuts_the_network_nothing_is_lost_and_nothing_comes_twice(open_as, student, talk, until):
    """RAPPORT_CUTS says how many; `make cuts` makes a hundred. RAPPORT_CUTS_SEED draws others."""
    made, dice = talk(), random.Random(SEED)
    address = f"/conversations/{made.pk}/live/"
    page = open_as(student, address, **PHONE)
    is_kept(page)
    walk = Walk(page, address, dice)
    kinds = [
        *(walk.tunnel, walk.reloaded, walk.closed, walk.half_written),
        *(walk.lost_on_the_way_there, walk.lost_on_the_way_back, walk.in_between),
    ]
    for n in range(CUTS):
        (kinds[n] if n < len(kinds) else dice.choice(kinds))()
    walk.page.reload()
    until(walk.page, "localStorage.length === 0", seconds=60)
    assert sorted(LiveNote.objects.values_list("text", flat=True)) == sorted(walk.written), f"seed {SEED}"
    assert LiveAct.objects.filter(name="note").count() == len(walk.written)
    expect(walk.page.locator("[data-notes] li")).to_have_count(len(walk.written))
