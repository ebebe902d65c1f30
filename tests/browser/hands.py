"""Three ways of using a page: by the keyboard alone, by thumb on a phone, and without JavaScript.

A journey says what somebody does (`presses`, `writes`, `chooses`); the hands decide how, and note what makes it hard:
a focus that is lost or cannot be seen, a thing too small to touch, a page that scrolls sideways.
"""

import re

from playwright.sync_api import expect

from tests.browser import keyboard
from tests.browser.person import PHONE, Person

MOST_TABS = 60  # from the skip link, or from where the focus was; who needs more has lost the way
SMALLEST = 24  # px: WCAG 2.5.8, but for links in running text
# Whether the focus is lost since the last act, not yet anywhere on a fresh page, or past the thing looked for.
AHEAD = """(sought) => {
    const at = document.activeElement;
    const isLost = document.documentElement.dataset.testUsed === "1" && (!at || at === document.body);
    document.documentElement.dataset.testUsed = "1";
    return { isLost, isFresh: !at || at === document.body,
        isBehind: Boolean(at && at.compareDocumentPosition(sought) & Node.DOCUMENT_POSITION_PRECEDING) };
}"""
IS_AT = """(sought) => {
    const at = document.activeElement;
    return at === sought || (sought.type === "radio" && at.type === "radio" && at.name === sought.name
        && at.form === sought.form);
}"""
# From now on the Tab key does nothing more where it has led to what is looked for: who holds it down lets go there.
LETS_GO = f"""(sought) => {{
    const isAt = {IS_AT};
    if (!document.testSought) {{
        addEventListener("keydown", (pressed) => {{
            if (pressed.key === "Tab" && document.testSought.some(isAt)) pressed.preventDefault();
        }}, {{ capture: true }});
    }}
    document.testSought = [sought];
}}"""
GOES_ON = "() => { document.testSought = []; }"
SIZE = """(one) => {
    const boxes = [one, one.closest("label"), ...(one.type === "checkbox" || one.type === "radio" ? one.labels : [])]
        .filter(Boolean).map((each) => each.getBoundingClientRect());
    const most = (side) => Math.max(...boxes.map((box) => box[side]));
    return { height: most("height"), width: most("width"), inText: one.matches("p a, li a, td a, th a, dd a, h3 a") };
}"""


class Hands(Person):
    """A person whose every act goes through `press`, `write` and `choose`."""

    def opens(self, path):
        return self.page.goto(path, wait_until="domcontentloaded")

    def presses(self, name, *, within=None, exact=True):
        self.press((within or self.page).get_by_role("button", name=name, exact=exact).first)

    def follows(self, name, *, within=None, exact=True):
        self.press((within or self.page).get_by_role("link", name=name, exact=exact).first)

    def writes(self, label, text, *, within=None):
        """Write into the field whose label begins with these words ("(optional)" may follow)."""
        field = (within or self.page).get_by_label(_begins(label)).first
        self.write(field, text)

    def chooses(self, role, label, *, within=None):
        box = (within or self.page).get_by_role(role, name=_begins(label)).first
        self.choose(box)
        expect(box).to_be_checked()

    def selects(self, label, words, *, within=None):
        """Choose from the list whose label begins with these words."""
        field = (within or self.page).get_by_label(_begins(label)).first
        self.select(field, words)
        expect(field.locator("option:checked")).to_have_text(words)

    def unfolds(self, words, *, within=None):
        fold = (within or self.page).locator("details").filter(has=self.page.locator("summary", has_text=words)).last
        if fold.get_attribute("open") is None:
            self.press(fold.locator("summary").first)
        expect(fold).to_have_attribute("open", "")
        return fold

    def press(self, what):
        what.click()

    def write(self, field, text):
        self._enter(field, text)
        expect(field).to_have_value(text)

    def _enter(self, field, text):
        field.fill(text)

    def choose(self, box):
        box.check()

    def select(self, field, words):
        field.select_option(label=words)

    def looks(self):
        """Look at the page as it stands; sizes and schemes are those of tests/browser/test_pages.py."""
        self._look(type(self).__name__, [])


class Keyboard(Hands):
    """Tab, Enter, Space, arrows and letters; never the mouse."""

    held = 6  # presses of Tab at a time

    def press(self, what):
        self._reach(what)
        tag = what.evaluate("(one) => one.tagName")
        self.page.keyboard.press("Space" if tag == "SUMMARY" else "Enter")

    def _enter(self, field, text):
        self._reach(field)
        kind = field.get_attribute("type")
        if kind == "date":
            year, month, day = text.split("-")
            self.page.keyboard.type(month + day + year)
        elif kind == "time":
            hour, minute = map(int, text.split(":"))
            self.page.keyboard.type(f"{hour % 12 or 12:02}{minute:02}{'AM' if hour < 12 else 'PM'}")
        else:
            self.page.keyboard.press("ControlOrMeta+a")
            self.page.keyboard.insert_text(text)

    def choose(self, box):
        self._reach(box)
        if box.get_attribute("type") == "checkbox":
            if not box.is_checked():
                self.page.keyboard.press("Space")
            return
        for _ in range(MOST_TABS):
            if box.is_checked():
                return
            is_here = box.evaluate("(one) => one === document.activeElement")
            self.page.keyboard.press("Space" if is_here else "ArrowDown")

    def select(self, field, words):
        """As one does with a list that is shut: its first letters lead to a line of it."""
        self._reach(field)
        self.page.keyboard.type(words)

    def _reach(self, what):
        expect(what).to_be_visible()
        where = what.evaluate(AHEAD)
        if where["isLost"]:
            self.notes(f"the focus is lost, on the way to {_name(what)}")
        key = "Shift+Tab" if where["isBehind"] and not where["isFresh"] else "Tab"
        if where["isFresh"]:
            self._skip(what)
        what.evaluate(LETS_GO)
        for _ in range(0, MOST_TABS, self.held):
            if what.evaluate(IS_AT):
                break
            self.page.keyboard.press("+".join([key, *["Tab"] * (self.held - 1)]))
        else:
            self.notes(f"{MOST_TABS} times {key} do not lead to {_name(what)}")
            what.focus()
        self.page.evaluate(GOES_ON)
        at = self.page.evaluate(keyboard.WHERE)
        if not (at and at["isSeen"] and at["isThere"]):
            self.notes(f"no focus is seen on {_name(what)}")

    def _skip(self, what):
        """Past the masthead, by the link that is there for it."""
        if not what.evaluate("(one) => Boolean(one.closest('main')) && Boolean(document.querySelector('.rp-skip'))"):
            return
        self.page.keyboard.press("Tab")
        self.page.keyboard.press("Enter")


class Phone(Hands):
    """One thumb, 390 x 844."""

    def press(self, what):
        self._is_big(what)
        what.tap()

    def _enter(self, field, text):
        self._is_big(field)
        field.tap()
        field.fill(text)

    def choose(self, box):
        self._is_big(box)
        if not box.is_checked():
            box.tap()

    def select(self, field, words):
        """The list itself is the telephone's own."""
        self._is_big(field)
        field.select_option(label=words)

    def _is_big(self, what):
        expect(what).to_be_visible()
        size = what.evaluate(SIZE)
        if not size["inText"] and min(size["height"], size["width"]) < SMALLEST:
            self.notes(f"{size['width']:.0f} x {size['height']:.0f} px is too small to touch: {_name(what)}")


class Plain(Hands):
    """Forms and links, and no script runs."""


def _begins(words):
    return re.compile(f"^{re.escape(words)}") if isinstance(words, str) else words


def _name(what):
    return what.evaluate("(one) => one.outerHTML.slice(0, 160)")


HANDS = {
    "keyboard": (Keyboard, {}),
    "phone": (Phone, {"size": PHONE, "touch": True}),
    "no_scripts": (Plain, {"scripts": False}),
}
