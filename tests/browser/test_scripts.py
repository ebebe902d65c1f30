"""What static/js does in a real browser, under the strict CSP: it saves while one writes and says failures plainly."""

from pathlib import Path

import pytest
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from playwright.sync_api import expect

from apps.accounts.access import public

pytestmark = [pytest.mark.browser, pytest.mark.urls(__name__)]


class Desk:
    """The little server behind the page: one text with a version, and how it answers just now."""

    def __init__(self):
        self.texts, self.version = {"a": "old a", "b": "old b"}, 1
        self.answer, self.posts, self.zone, self.since = 200, [], None, timezone.now()


desk = Desk()


@public
def write(request):
    if request.method == "POST":
        desk.texts |= {name: request.POST[name] for name in ("a", "b")}
        desk.version += 1
        return HttpResponse("Thank you")
    return render(request, "writing.html", {"desk": desk})


@public
def save(request):
    sent = {name: value for name, value in request.POST.items() if name != "version"}
    desk.posts.append(sent | {"version": request.POST["version"]})
    if desk.answer != 200:
        return HttpResponse(status=desk.answer)
    if request.POST["version"] != str(desk.version):
        return HttpResponse(f"<p>There is a newer text: {desk.texts['a']}</p>", status=409)
    desk.texts |= sent
    desk.version += 1
    return JsonResponse({"version": desk.version})


@public
def fail(request):
    return HttpResponse(status=int(request.GET["status"]))


@public
def zone(request):
    desk.zone = request.POST["zone"]
    return HttpResponse(status=204)


@public
def drawn(request):
    if "anew" not in request.GET:
        return render(request, "drawing.html", {"desk": desk})
    desk.version += 1
    return render(request, "drawing.html#drawn", {"desk": desk})


urlpatterns = [
    path("drawn/", drawn, name="drawn"),
    path("", write, name="home"),
    path("write/", write, name="write"),
    path("save/", save, name="save"),
    path("fail/", fail, name="fail"),
    path("zone/", zone, name="detect_zone"),
    path("out/", fail, name="account_logout"),
    *(
        path(f"{name}/", fail, name=name)
        for name in ("help", "what_we_keep", "accessibility", "source", "account", "manifest")
    ),
    *(
        path(f"{name}/", fail, name=name)
        for name in ("today", "people", "conversations", "network", "notices", "introduction", "goal")
    ),
]


@pytest.fixture(autouse=True)
def _fresh_desk(settings):
    desk.__init__()
    ours = settings.TEMPLATES[0]
    settings.TEMPLATES = [ours | {"DIRS": [*ours["DIRS"], Path(__file__).parent / "templates"]}]


def saying(page):
    return page.locator("[data-saved]")


def test_only_what_changed_is_saved_after_a_pause(open_as):
    page = open_as(None, "/write/")
    page.fill("[name=a]", "new a")
    expect(saying(page)).to_have_text("Saved")
    assert desk.posts == [{"a": "new a", "version": "1"}]
    page.fill("[name=b]", "new b")
    expect(page.locator("form[data-autosave]")).to_have_attribute("data-version", "3")
    assert desk.posts[1:] == [{"b": "new b", "version": "2"}]
    assert desk.texts == {"a": "new a", "b": "new b"}


def test_a_box_that_is_unticked_is_saved_too(open_as):
    page = open_as(None, "/write/")
    page.uncheck("[name=box]")
    expect(saying(page)).to_have_text("Saved")
    assert desk.posts == [{"box": "", "version": "1"}]


def test_without_a_connection_the_text_is_kept_and_sent_when_it_is_back(open_as):
    page = open_as(None, "/write/")
    page.context.set_offline(True)
    page.fill("[name=a]", "on the train")
    expect(saying(page)).to_contain_text("Not saved. Your text is kept in this browser")
    assert desk.posts == []
    page.context.set_offline(False)
    expect(saying(page)).to_have_text("Saved")
    assert desk.texts["a"] == "on the train"


def test_a_text_the_server_could_not_take_is_there_when_the_page_is_opened_again(open_as, until):
    page = open_as(None, "/write/")
    desk.answer = 500
    page.fill("[name=a]", "almost lost")
    expect(saying(page)).to_contain_text("Not saved. Your text is kept in this browser")
    desk.answer = 200
    page.goto("/write/")
    expect(page.locator("[name=a]")).to_have_value("almost lost")
    until(page, "localStorage.length === 0")
    expect(page.locator("[name=a]")).to_have_value("almost lost")
    expect(page.get_by_role("alert")).to_have_count(0)
    assert desk.texts["a"] == "almost lost"


def test_what_was_kept_is_put_back_when_the_browser_comes_back(open_as):
    page = open_as(None, "/write/")
    desk.answer = 500
    page.fill("[name=a]", "from last night")
    expect(saying(page)).to_contain_text("Not saved. Your text is kept in this browser")
    tried = len(desk.posts)
    page.goto("about:blank")
    for _ in range(100):  # the page posts once more when it goes away; that fails too
        if len(desk.posts) == tried:
            page.wait_for_timeout(50)
    desk.answer = 200
    page.go_back()
    expect(page.locator("[name=a]")).to_have_value("from last night")
    expect(saying(page)).to_have_text("Saved")
    assert desk.texts["a"] == "from last night"


def test_leaving_within_the_second_saves_all_the_same(open_as, until):
    page = open_as(None, "/write/")
    page.fill("[name=a]", "in a hurry")
    page.goto("/fail/?status=200")
    page.goto("/write/")
    expect(page.locator("[name=a]")).to_have_value("in a hurry")
    until(page, "localStorage.length === 0")
    assert desk.texts["a"] == "in a hurry"


def test_a_newer_text_is_shown_and_never_overwritten(open_as, until):
    page = open_as(None, "/write/")
    desk.texts["a"], desk.version = "written elsewhere", 2
    page.fill("[name=a]", "mine")
    expect(page.get_by_role("alert")).to_have_text("There is a newer text: written elsewhere")
    expect(page.locator("[name=a]")).to_have_value("mine")
    page.fill("[name=a]", "mine, and more")
    until(page, "Object.values(localStorage).some((kept) => kept.includes('mine, and more'))")
    assert desk.texts["a"] == "written elsewhere"
    assert len(desk.posts) == 1


def test_a_sent_form_leaves_nothing_behind(open_as):
    page = open_as(None, "/write/")
    page.fill("[name=a]", "sent at once")
    page.click("text=Send it")
    expect(page.locator("body")).to_have_text("Thank you")
    page.goto("/write/")
    expect(page.locator("[name=a]")).to_have_value("sent at once")
    assert page.evaluate("Object.keys(localStorage)") == []


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (403, "You don’t have access, or the page timed out"),
        (409, "Someone else changed this"),
        (410, "has expired"),
        (500, "Something went wrong on our side"),
    ],
)
def test_a_failed_request_is_said_plainly(open_as, status, said):
    page = open_as(None, f"/write/?status={status}")
    page.click("text=Try it")
    expect(page.locator("#page-status")).to_contain_text(said)
    page.click("#page-status button")
    expect(page.locator("#page-status")).to_be_empty()


def test_a_request_without_a_connection_is_said_plainly(open_as):
    page = open_as(None, "/write/?status=500")
    page.context.set_offline(True)
    page.click("text=Try it")
    expect(page.locator("#page-status")).to_contain_text("You’re offline")


def test_one_press_is_enough(open_as):
    page = open_as(None, "/write/")
    went = page.evaluate(
        """() => {
            const form = document.querySelector("#plain");
            let went = [];
            form.addEventListener("submit", (e) => setTimeout(() => went.push(1)));
            document.addEventListener("submit", (e) => { went.push(!e.defaultPrevented); e.preventDefault(); });
            const press = () => form.dispatchEvent(new SubmitEvent("submit", { bubbles: true, cancelable: true }));
            press(); press();
            return went;
        }"""
    )
    assert went == [True, False]


def test_copying(open_as):
    page = open_as(None, "/write/", permissions=["clipboard-read", "clipboard-write"])
    page.click("text=Copy it")
    expect(page.locator("[data-copy]")).to_contain_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == "old a"


def test_the_ruler_follows_the_clock(open_as, until):
    page = open_as(None, "/write/")
    page.clock.install()
    page.goto("/write/")
    page.clock.fast_forward("02:00:00")
    expect(page.locator("progress")).to_have_attribute("data-unit", "hours")
    until(page, "document.querySelector('progress').value >= 2")


def test_the_zone_is_told_once(open_as, student, until):
    page = open_as(student, "/write/", timezone_id="Europe/Oslo")
    until(page, "sessionStorage.getItem('zone-told') === 'Europe/Oslo'")
    page.wait_for_load_state("networkidle")
    assert desk.zone == "Europe/Oslo"
    desk.zone = None
    page.reload()
    page.wait_for_load_state("networkidle")
    assert desk.zone is None


def test_a_text_changed_by_hand_and_an_open_fold_outlive_a_redraw(open_as):
    page = open_as(None, "/drawn/")
    page.click("#fold summary")
    mine, undo = page.locator("#mine"), page.get_by_role("button", name="As drawn")
    mine.fill("By hand")
    expect(undo).to_be_visible()
    page.get_by_role("button", name="Draw anew").click()
    expect(mine).to_have_text("Drawn 2")
    expect(mine).to_have_value("By hand")
    undo.click()
    expect(mine).to_have_value("Drawn 2")
    expect(undo).to_be_hidden()


def test_fields_that_belong_together_are_saved_together(open_as):
    page = open_as(None, "/drawn/")
    with page.expect_response("**/save/"):
        page.get_by_label("Hour").fill("10")
    assert desk.posts == [{"day": "1", "hour": "10", "version": "1"}]


def test_the_menu_shuts_on_escape(open_as, student):
    page = open_as(student, "/write/")
    page.click("summary.rp-me")
    expect(page.get_by_text("Sign out")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_text("Sign out")).to_be_hidden()
    expect(page.locator("summary.rp-me")).to_be_focused()
