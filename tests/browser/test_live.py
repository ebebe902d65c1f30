"""Live mode in a browser: the clock runs, nothing is lost without a connection, and it works without scripts."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from apps.interviews.debriefing.models import Debrief, LiveNote, NamedPerson
from apps.interviews.lifecycle.models import Interview
from apps.interviews.preparing.models import PlannedQuestion, QuestionPlan
from apps.interviews.talking.models import LiveAct
from apps.students.models import Introduction
from tests import world
from tests.browser import axe

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"viewport": {"width": 390, "height": 844}}
WAIT = 15_000  # as long as `expect` waits: a machine with a whole stack on it may be slow


@pytest.fixture
def talk(student):
    """Return a function that makes a conversation of 20 minutes that began some minutes ago, with three questions."""
    contact = world.contact(student, "Helen Varga", pronouns="she/her")
    Introduction.objects.create(student=student, who="I’m Amira.", skills="I count things.", hopes="To learn how.")

    def make(gone=6, **fields):
        starts_at = timezone.now() - timedelta(minutes=gone)
        made = world.interview(student, contact, starts_at=starts_at, **{"started_at": starts_at} | fields)
        plan = QuestionPlan.objects.create(interview=made, tailored_line="I came by way of statistics.")
        for place, text in enumerate(["How did you begin?", "What is hard?", "What surprised you?"], 1):
            plan.questions.create(text=text, position=place, is_must=place < 3, because="she said so once")
        return made

    return make


@pytest.fixture
def open_talk(open_as, student, talk):
    """Return a function that opens live mode on a phone. Returns the page and the conversation."""

    def open_it(gone=6, query="", made=None, fields=None, **options):
        made = made or talk(gone, **fields or {})
        page = open_as(student, f"/conversations/{made.pk}/live/{query}", **PHONE | options)
        page.set_default_timeout(WAIT)
        return page, made

    return open_it


def saved(page):
    expect(page.locator("[data-saved]")).to_have_text("Saved")


def notes(page):
    return page.get_by_role("textbox", name="Notes on this question")


def note(page, text, kind="Note"):
    notes(page).fill(text)
    page.get_by_role("button", name=kind, exact=True).click()


def question(page):
    return page.locator("[data-question]")


def test_asked_next_takes_no_page_load_and_keeps_the_note(open_talk):
    page, _ = open_talk()
    page.evaluate("() => { document.body.dataset.same = '1'; }")
    notes(page).fill("By chance")
    page.get_by_role("button", name="Asked. Next").click()
    expect(question(page)).to_have_text("What is hard?")
    expect(page.locator("body")).to_have_attribute("data-same", "1")
    saved(page)
    first = PlannedQuestion.objects.get(text="How did you begin?")
    assert first.asked_at is not None
    assert list(LiveNote.objects.values_list("text", "kind", "question")) == [("By chance", "note", first.pk)]


def test_without_a_connection_nothing_is_lost_and_nothing_comes_twice(open_talk, open_as, student, until):
    """Two notes and a tick in a tunnel, the tab closed; later the page is opened again and delivers each once."""
    page, made = open_talk()
    context = page.context
    context.set_offline(True)
    note(page, "From the tunnel", "Their words")
    note(page, "Read her paper", "To do")
    page.get_by_role("button", name="Asked. Next").click()
    expect(page.locator("[data-saved]")).to_contain_text("3 changes are saved in this browser")
    expect(page.locator("[data-notes]")).to_contain_text("From the tunnel")
    expect(question(page)).to_have_text("What is hard?")
    assert (LiveNote.objects.count(), LiveAct.objects.count()) == (0, 0)
    page.close()
    context.set_offline(False)
    again = context.new_page()
    again.goto(f"/conversations/{made.pk}/live/")
    until(again, "localStorage.length === 0")
    expect(again.locator("[data-notes] li")).to_have_count(2)
    again.reload()
    expect(again.locator("[data-notes] li")).to_have_count(2)
    kept = list(LiveNote.objects.order_by("at").values_list("text", "kind", "question__text"))
    assert kept == [
        ("From the tunnel", "quote", "How did you begin?"),
        ("Read her paper", "action", "How did you begin?"),
    ]
    assert list(LiveAct.objects.order_by("pk").values_list("name", flat=True)) == ["note", "note", "tick"]
    assert PlannedQuestion.objects.get(text="How did you begin?").asked_at is not None


def test_it_goes_out_by_itself_when_the_connection_is_back(open_talk):
    page, _ = open_talk()
    page.context.set_offline(True)
    note(page, "In the lift")
    expect(page.locator("[data-saved]")).to_contain_text("1 change is saved in this browser")
    page.context.set_offline(False)
    saved(page)
    assert LiveNote.objects.get().text == "In the lift"


def test_a_question_added_without_a_connection_carries_its_note(open_talk):
    page, _ = open_talk()
    page.context.set_offline(True)
    page.locator("summary", has_text="Your questions").click()
    page.get_by_label("A question that came to mind").fill("Who trains you?")
    page.get_by_role("button", name="Add", exact=True).first.click()
    expect(question(page)).to_have_text("Who trains you?")
    note(page, "Nobody")
    page.get_by_role("button", name="Asked. Next").click()
    page.context.set_offline(False)
    saved(page)
    assert LiveNote.objects.get().question.text == "Who trains you?"
    assert PlannedQuestion.objects.get(text="Who trains you?").asked_at is not None


def test_an_answer_that_got_lost_on_the_way_is_no_second_note(open_talk):
    """The server has it, the browser does not know: the same act is sent again."""
    page, _ = open_talk()
    lost = []

    def lose(route):
        lost.append(route.fetch().status)
        route.abort()

    page.route("**/live/note/", lose, times=1)
    note(page, "Once only")
    expect(page.locator("[data-saved]")).to_contain_text("saved in this browser")
    assert lost == [200]
    page.evaluate("() => window.dispatchEvent(new Event('online'))")
    saved(page)
    assert LiveNote.objects.count() == 1


def test_signed_out_the_notes_wait_for_the_sign_in(open_talk, as_, student):
    page, _ = open_talk()
    mine = page.context.cookies()
    page.context.clear_cookies(name="session")
    note(page, "Before the lights went out")
    expect(page.locator("[data-saved]")).to_contain_text("You were signed out. 1 change is saved in this browser")
    assert not LiveNote.objects.exists()
    fresh = as_(student).cookies["session"].value
    page.context.add_cookies([cookie | {"value": fresh} for cookie in mine if cookie["name"] == "session"])
    page.evaluate("() => window.dispatchEvent(new Event('focus'))")
    saved(page)
    assert LiveNote.objects.get().text == "Before the lights went out"


def test_an_old_token_is_renewed(open_talk):
    page, _ = open_talk()
    page.context.clear_cookies(name="csrftoken")
    note(page, "All the same")
    saved(page)
    assert LiveNote.objects.get().text == "All the same"


def test_what_is_half_written_is_there_after_a_reload(open_talk):
    page, _ = open_talk()
    notes(page).fill("half a thou")
    page.reload()
    expect(notes(page)).to_have_value("half a thou")


def test_a_second_device_sees_what_the_first_did(open_talk, open_as, student):
    page, made = open_talk()
    other = open_as(student, f"/conversations/{made.pk}/live/")
    other.get_by_role("button", name="Asked. Next").click()
    saved(other)
    page.evaluate("() => document.dispatchEvent(new Event('visibilitychange'))")
    expect(question(page)).to_have_text("What is hard?")


def test_the_clock_runs_and_the_close_takes_the_page_once(open_talk):
    page, made = open_talk(gone=14)
    page.route("**/live/state/", lambda route: route.abort())  # the server's clock is not moved: do not listen to it
    began = stands_still(page, made, gone=14)
    page.clock.set_fixed_time(began + timedelta(seconds=90))
    expect(page.locator("[data-digits]")).to_contain_text("4:")
    expect(page.get_by_text("2 must-ask questions are left.")).to_be_visible()
    page.clock.set_fixed_time(began + timedelta(seconds=135))
    expect(page.get_by_role("heading", name="Before you say goodbye")).to_be_visible()
    expect(page.get_by_text("Less than 4 minutes left. Start wrapping up.")).to_be_visible()
    page.get_by_role("link", name="Questions").click()
    expect(question(page)).to_be_visible()
    page.clock.set_fixed_time(began + timedelta(seconds=150))
    expect(page.locator("[data-digits]")).to_contain_text("3:")
    expect(question(page)).to_be_visible()
    page.clock.set_fixed_time(began + timedelta(seconds=390))
    page.get_by_role("link", name="Go to closing").click()
    expect(page.get_by_text("minutes are up. Say so, and let Helen decide whether to go on.")).to_be_visible()
    page.get_by_role("button", name="Add 10 minutes").click()
    expect(page.locator("[data-left]")).to_have_text("left")
    expect(page.get_by_text("20 minutes agreed, 10 more offered")).to_be_visible()
    expect(question(page)).to_be_visible()


def stands_still(page, made, gone):
    """Open the page anew, `gone` minutes into the conversation, with a clock that only the test moves.

    However slow the machine is: the conversation begins again when the page is asked for. Returns what the clock says.
    """
    now = timezone.now()
    starts_at = now - timedelta(minutes=gone)
    ends_at = starts_at + timedelta(minutes=made.minutes)
    Interview.objects.filter(pk=made.pk).update(starts_at=starts_at, started_at=starts_at, ends_at=ends_at)
    page.clock.set_fixed_time(now)
    page.goto(f"/conversations/{made.pk}/live/")
    return now


BUZZED = """() => { window.buzzed = []; navigator.vibrate = (pattern) => window.buzzed.push(pattern.length); }"""


@pytest.mark.parametrize(
    ("motion", "pressed", "buzzed"),
    [("no-preference", False, [1, 3]), ("no-preference", True, []), ("reduce", False, []), ("reduce", True, [1, 3])],
)
def test_the_phone_moves_a_little_at_five_minutes_and_at_the_end(open_talk, motion, pressed, buzzed):
    page, made = open_talk(gone=14, has_touch=True, is_mobile=True, reduced_motion=motion)
    page.clock.install()
    page.add_init_script(f"({BUZZED})()")
    page.route("**/live/state/", lambda route: route.abort())  # the server's clock is not moved: do not listen to it
    page.goto(f"/conversations/{made.pk}/live/")
    page.locator("summary", has_text="Your questions").tap()
    box = page.get_by_label("Vibrate at 5 minutes and when time is up")
    expect(box).to_be_checked(checked=motion != "reduce")
    if pressed:
        box.click()
        page.reload()
    page.clock.fast_forward("01:30")
    page.clock.fast_forward("05:00")
    expect(page.locator("[data-left]")).to_have_text("over")
    assert page.evaluate("window.buzzed") == buzzed


def test_the_whole_introduction_is_one_press_away_while_the_clock_runs(open_talk):
    for gone in (6, 17, 25):
        page, _ = open_talk(gone=gone)
        page.locator("summary:visible", has_text="Introduction").click()
        for words in ("I came by way of statistics.", "I’m Amira.", "I count things.", "To learn how."):
            expect(page.locator("[data-intro][open]").get_by_text(words)).to_be_visible()


def test_the_screen_stays_awake_where_the_browser_can(open_talk):
    page, made = open_talk()
    page.add_init_script(
        """() => {
        window.asked = [];
        const wakeLock = { request: async (kind) => { window.asked.push(kind); return new EventTarget(); } };
        Object.defineProperty(navigator, "wakeLock", { value: wakeLock });
    }""".join(["(", ")()"])
    )
    page.goto(f"/conversations/{made.pk}/live/")
    expect(page.locator("[data-digits]")).to_contain_text(":")
    assert page.evaluate("window.asked") == ["screen"]


def test_from_start_to_goodbye_with_one_hand(open_talk):
    page, made = open_talk(gone=0, fields={"started_at": None})
    expect(page.get_by_text("I came by way of statistics.").first).to_be_visible()
    page.get_by_role("button", name="Start the 20 minutes").click()
    page.get_by_role("button", name="Asked. Next").click()
    page.get_by_role("link", name="Wrap up", exact=True).click()
    page.get_by_label("Thank Helen, and say what you’ll take away").fill("I will learn R.")
    page.get_by_label("Yes", exact=True).check()
    page.get_by_label("Gladly").check()
    page.get_by_label("Name", exact=True).fill("Anneke Visser")
    page.get_by_label("Use Helen’s name?", exact=True).select_option("yes")
    page.get_by_role("button", name="End conversation").click()
    page.wait_for_url(f"**/conversations/{made.pk}/debrief/")
    debrief = Debrief.objects.get()
    assert (debrief.summary, debrief.may_connect, debrief.may_stay_in_touch) == ("I will learn R.", True, True)
    assert list(NamedPerson.objects.values_list("name", "name_permission")) == [("Anneke Visser", "yes")]
    ended = Interview.objects.get()
    assert ended.status == "completed"
    assert ended.started_at < ended.talked_until


def test_goodbye_without_a_connection_counts_from_when_it_was_said(open_talk):
    page, made = open_talk(gone=17)
    before = timezone.now()
    page.context.set_offline(True)
    page.get_by_role("button", name="End conversation").click()
    expect(page.get_by_role("heading", name="You ended at")).to_be_visible()
    after = timezone.now()
    page.context.set_offline(False)
    page.wait_for_url(f"**/conversations/{made.pk}/debrief/")
    a_little = timedelta(seconds=2)  # the page counts from when it was asked for, and in seconds
    assert before - a_little <= Interview.objects.get().talked_until <= after + a_little


def test_the_permission_to_use_a_name_is_changed_in_place(open_talk):
    page, _ = open_talk(gone=17)
    page.get_by_label("Name", exact=True).fill("Anneke Visser")
    page.locator(".rp-live-person").get_by_role("button", name="Add").click()
    row = page.get_by_label("May you use Helen’s name with Anneke Visser?")
    row.select_option("intro_first")
    saved(page)
    assert NamedPerson.objects.get().name_permission == "intro_first"
    page.get_by_role("button", name="Remove").click()
    saved(page)
    assert not NamedPerson.objects.exists()


def test_it_works_without_scripts(open_talk):
    page, made = open_talk(gone=3, fields={"started_at": None}, java_script_enabled=False)
    page.get_by_role("button", name="We started at").click()
    expect(page.get_by_text("Refresh")).to_be_visible()
    notes(page).fill("By chance")
    page.get_by_role("button", name="Asked. Next").click()
    expect(question(page)).to_have_text("What is hard?")
    expect(page.locator("[data-notes]")).to_contain_text("By chance")
    page.get_by_role("button", name="Skip").click()
    page.get_by_role("link", name="Wrap up", exact=True).click()
    page.get_by_label("Thank Helen, and say what you’ll take away").fill("I will learn R.")
    page.get_by_label("Name", exact=True).fill("Anneke Visser")
    page.locator(".rp-live-person").get_by_role("button", name="Add").click()
    expect(page.locator("[data-people]")).to_contain_text("Anneke Visser")
    expect(page.get_by_label("Thank Helen, and say what you’ll take away")).to_have_value("I will learn R.")
    page.get_by_role("button", name="End conversation").click()
    page.wait_for_url(f"**/conversations/{made.pk}/debrief/")
    assert Interview.objects.get().status == "completed"


SMALL = """() => [...document.querySelectorAll("button, main a, header a, summary")]
    .filter((e) => e.checkVisibility() && !e.closest("p.rp-say, noscript, label") && !e.matches(".rp-skip"))
    .filter((e) => e.getBoundingClientRect().height < 44)
    .map((e) => e.outerHTML.slice(0, 90))"""


def test_nothing_keeps_anybody_out(open_as, student, talk):
    made = talk(6)
    made.notes.create(text="Phoning families", kind="quote", at=timezone.now())
    Debrief.objects.create(interview=made).named_people.create(name="Anneke Visser", about="water lab")
    page = open_as(student, "/today/")
    for gone, query in [(None, ""), (6, ""), (15.5, ""), (17, ""), (25, ""), (25, "?show=talk")]:
        began_at = gone and timezone.now() - timedelta(minutes=gone)
        Interview.objects.filter(pk=made.pk).update(started_at=began_at)
        page.goto(f"/conversations/{made.pk}/live/{query}")
        assert axe.problems(page) == [], (gone, query)
        small = []
        for size in (axe.PHONE, axe.DESK):
            page.set_viewport_size(size)
            small += page.evaluate(SMALL)
        assert small == [], (gone, query)


# Whole on the screen, and nothing lies over it.
IN_SIGHT = """(names) => names.filter((name) => {
    const one = document.querySelector(name), box = one.getBoundingClientRect();
    const over = document.elementFromPoint(box.x + box.width / 2, box.bottom - 6);
    return box.top >= 0 && box.bottom <= innerHeight && one.contains(over);
})"""


@pytest.mark.parametrize("height", [420, 430])
def test_the_clock_and_the_question_stay_in_sight_above_the_keyboard(open_talk, height):
    """What a keyboard leaves of a phone is 390 by 420."""
    page, _ = open_talk(viewport={"width": 390, "height": height}, has_touch=True, is_mobile=True)
    page.evaluate("() => window.scrollTo(0, 300)")
    notes(page).tap()
    wanted = [".rp-live-time", "[data-question]", "#notes", ".rp-quick li:first-child .btn", "[data-show=closing]"]
    assert page.evaluate(IN_SIGHT, wanted) == wanted
    page.evaluate("() => window.scrollTo(0, 9999)")
    assert page.evaluate(IN_SIGHT, wanted[:2]) == wanted[:2]
    page.goto(f"{page.url.partition('?')[0]}?show=closing")
    for name in ("#summary", "#who"):
        page.locator(name).tap()
        assert page.evaluate(IN_SIGHT, [".rp-live-time", name]) == [".rp-live-time", name]


def test_more_time_is_undone_on_the_page_and_takes_no_room_above_the_keyboard(open_talk):
    page, made = open_talk(gone=17, viewport={"width": 390, "height": 430}, has_touch=True, is_mobile=True)
    page.get_by_role("button", name="Add 10 minutes").tap()
    undo, more = page.get_by_role("button", name="Undo the last 10 minutes"), page.locator("[data-extra]")
    expect(undo).to_be_visible()
    expect(more).to_have_text(", 10 more offered")
    notes(page).tap()
    expect(undo).to_be_hidden()
    notes(page).blur()
    undo.tap()
    expect(more).to_be_hidden()
    expect(undo).to_be_hidden()
    saved(page)
    made.refresh_from_db()
    assert made.extra_minutes == 0


# A keyboard that lies over the page: what is seen is 420 high and begins 300 further down than the page believes.
COVERED = """([top, scale]) => {
    for (const [name, value] of Object.entries({ height: 420, offsetTop: top, scale }))
        Object.defineProperty(visualViewport, name, { value, configurable: true });
    visualViewport.dispatchEvent(new Event("scroll"));
    return [".rp-live-time", "[data-question]"].map((name) => document.querySelector(name).getBoundingClientRect())
        .every((box) => box.top >= top && box.bottom <= top + 420);
}"""


@pytest.mark.parametrize("scrolled", [0, 150, 9999])
def test_the_clock_follows_what_is_seen_where_a_keyboard_lies_over_the_page(open_talk, scrolled):
    page, _ = open_talk(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    notes(page).tap()
    page.evaluate("(far) => window.scrollTo(0, far)", scrolled)
    assert [page.evaluate(COVERED, [top, 1]) for top in (0, 100, 300)] == [True, True, True]
    page.evaluate(COVERED, [300, 2])  # looked at closely: nothing runs along
    assert page.evaluate("() => getComputedStyle(document.body).getPropertyValue('--rp-seen')") == "0px"


def test_a_keyboard_makes_the_live_page_smaller_where_the_browser_can(open_talk):
    page, _ = open_talk()
    assert "interactive-widget=resizes-content" in page.locator("meta[name=viewport]").get_attribute("content")
