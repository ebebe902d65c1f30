"""What a page costs: bytes and requests the first time and again, and key presses from a list to a sent request.

On the stack of `make run` with its demo world. Bytes are those on the wire, headers included, as Chromium counts them.
"""

import re
import shutil

import pytest
from playwright.sync_api import expect

from tests.browser.evidence import evidence
from tests.browser.hands import Keyboard
from tests.browser.person import PHONE, Person
from tests.stack import Lived, ready_folder

pytestmark = pytest.mark.browser

FIRST_BYTES, FIRST_REQUESTS, REPEAT_BYTES = 150_000, 6, 15_000
DRAFT = "SELECT id FROM interviews_interviewrequest WHERE status = 'draft' ORDER BY id LIMIT 1"
WAITS = """SELECT r.id FROM interviews_interviewrequest r JOIN alumni_alumniprofile a ON a.id = r.alum_id
    JOIN accounts_user u ON u.id = a.user_id
    WHERE u.name = 'Ingrid Solheim' AND r.status = 'sent' AND r.turn = 'alum' ORDER BY r.id LIMIT 1"""
PAGES = {
    "Today": ("student", "/today/", None),
    "Find people": ("student", "/people/", None),
    "the composer": ("student", "/requests/{}/", DRAFT),
    "the answer page": ("alum", "/alum/requests/{}/", WAITS),
    "the front page": (None, "/", None),
}
MOST_PRESSES = 60
WHY = "I’m a junior in biology, and your path from the lab to a health department is one I’d like to understand."


@pytest.fixture(scope="module")
def stack():
    folder = ready_folder()
    running = Lived(folder)
    yield running
    running.close()
    shutil.rmtree(folder)


class Wire:
    """What one page takes from the network; what the browser had already does not count."""

    def __init__(self, context):
        self.page, self.fetched = context.new_page(), {}
        heard = context.new_cdp_session(self.page)
        heard.send("Network.enable")
        heard.on("Network.requestWillBeSent", lambda e: self._note(e, url=e["request"]["url"]))
        heard.on("Network.requestServedFromCache", lambda e: self._note(e, had=True))
        heard.on("Network.responseReceived", lambda e: self._note(e, had=e["response"].get("fromDiskCache", False)))
        heard.on("Network.loadingFinished", lambda e: self._note(e, size=e["encodedDataLength"]))

    def _note(self, event, **what):
        self.fetched.setdefault(event["requestId"], {}).update(what)

    def opens(self, address):
        """Return {url: bytes} of what came."""
        self.page.goto(address, wait_until="networkidle")
        came = [one for one in self.fetched.values() if not one["url"].startswith("data:") and not one.get("had")]
        self.page.close()
        return {one["url"]: one["size"] for one in came}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_small_the_first_time_and_smaller_again(stack, browser, name):
    role, path, query = PAGES[name]
    address = path.format(*stack.rows(query)[0]) if query else path
    person = Person(browser, stack.url, size=PHONE)
    _enters(person, role)
    fresh = browser.new_context(base_url=stack.url, viewport=PHONE, timezone_id="America/Chicago")
    fresh.add_cookies(person.context.cookies())
    person.close()
    first, again = Wire(fresh).opens(address), Wire(fresh).opens(address)
    fresh.close()
    assert any("literata" in url for url in first), first
    assert len(first) <= FIRST_REQUESTS, first
    assert sum(first.values()) <= FIRST_BYTES, first
    assert sum(again.values()) <= REPEAT_BYTES, again


def test_a_phone_can_put_it_on_its_home_screen(stack, browser):
    person = Person(browser, stack.url, size=PHONE)
    person.opens("/")
    said = person.context.new_cdp_session(person.page).send("Page.getAppManifest")
    icons = person.page.evaluate(
        """async (address) => {
        const told = await (await fetch(address)).json();
        const sizes = {};
        for (const icon of told.icons) {
            const drawn = await createImageBitmap(await (await fetch(icon.src)).blob());
            sizes[`${icon.sizes} ${icon.purpose}`] = `${drawn.width}x${drawn.height}`;
        }
        return sizes;
    }""",
        said["url"],
    )
    assert said["errors"] == []
    assert said["manifest"]["display"] == "kStandalone"
    assert said["manifest"]["startUrl"] == f"{stack.url}/"
    assert icons == {"192x192 any": "192x192", "512x512 any": "512x512", "512x512 maskable": "512x512"}
    assert person.troubles == []
    person.close()


class Counting(Keyboard):
    """Hands that count each key but the letters of a text; an empty field needs no key to clear it."""

    held = 1

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.count, press = 0, self.page.keyboard.press

        def counted(key):
            self.count += 1
            press(key)

        self.page.keyboard.press = counted

    def _enter(self, field, text):
        self._reach(field)
        self.page.keyboard.insert_text(text)

    def tabs_to(self, what, most):
        for _ in range(most):
            if what.evaluate("(sought) => document.activeElement === sought"):
                return
            self.page.keyboard.press("Tab")
        expect(what).to_be_focused()


def test_a_request_is_sent_with_few_keys(stack, browser):
    """From Find people: the first person, their page, a subject, three paragraphs, three times, Send."""
    person = Counting(browser, stack.url, name="Noor")
    with evidence("few-keys", stack, {"Noor": person}):
        _enters(person, "student")
        person.opens("/people/")
        person.count = 0
        ask(person)
    person.close()
    assert person.count <= MOST_PRESSES


def ask(person):
    page = person.page
    for name, most in (("Skip to the page", 1), ("Skip the filters", 4)):
        person.tabs_to(page.get_by_role("link", name=name), most)
        page.keyboard.press("Enter")
    person.tabs_to(page.locator("main h3 a[href^='/people/']").first, 6)
    page.keyboard.press("Enter")
    person.press(page.get_by_role("button", name=re.compile("for a conversation$")))
    page.wait_for_url(re.compile(r"/requests/\d+/$"))
    research(person)
    for field in page.locator("#compose-form [id^=part-] textarea:visible").all():
        if not field.input_value():
            person.write(field, WHY)
    person.presses(re.compile("Choose times on a week"))
    chooses_three_times(person)
    person.tabs_to(page.locator("#compose-form .btn-primary"), 30)
    page.keyboard.press("Enter")
    expect(page.locator("#compose-form")).to_have_count(0)


def research(person):
    for field in person.page.locator("main form input.form-control:visible").all():
        person.write(field, "She went from a lab to a health department.")
    person.page.keyboard.press("Enter")
    expect(person.page.locator("#compose-form")).to_be_visible()


def chooses_three_times(person):
    page = person.page
    page.wait_for_url(re.compile("week"))
    page.wait_for_load_state()
    for key in ("Tab", "Enter"):  # skip to the page
        page.keyboard.press(key)
    person.tabs_to(page.locator(".rp-slot[tabindex='0']"), 8)
    for count, key in enumerate(("Space", "Shift+ArrowRight", "Shift+ArrowRight"), 1):
        page.keyboard.press(key)
        expect(page.locator("#picked li")).to_have_count(count)  # or its question to the server is broken off
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("#times$"))


def _enters(person, role):
    if role:
        person.opens("/accounts/login/")
        person.page.locator(f"form[action$='/local/enter/{role}/'] button").click()
        person.page.wait_for_load_state()
