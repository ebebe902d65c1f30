"""Without a connection: the plan and the live page open, keep what is written, and are of who is signed in alone."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from apps.interviews.debriefing.models import LiveNote
from apps.interviews.preparing.models import QuestionPlan
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
    expect(page.locator("[data-digits]")).to_contain_text("13:")
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
