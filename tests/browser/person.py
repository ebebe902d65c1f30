"""Somebody at a browser of their own. Whatever goes wrong in it is written down, and every page is looked at.

It decides what no page may do: leave a heading out, scroll sideways, keep anybody out (axe), break the CSP, say
anything in the console, answer 5xx. What a page must say is the tests'.
"""

import re

from playwright.sync_api import expect

from tests.browser import axe
from tests.browser.axe import DESK, PHONE

__all__ = ["DESK", "OPEN_FOLDS", "PHONE", "SHUT_FOLDS", "Person"]
WARN_OF_BREACHES = """document.addEventListener("securitypolicyviolation", (breach) =>
    console.error(`CSP: ${breach.effectiveDirective} refused ${breach.blockedURI} ${breach.sample}`))"""
OPEN_FOLDS = """() => {
    const shut = [...document.querySelectorAll("details:not([open])")];
    for (const fold of shut) { fold.open = true; fold.dataset.testShut = "1"; }
}"""
SHUT_FOLDS = """() => {
    for (const fold of document.querySelectorAll("[data-test-shut]")) {
        fold.open = false;
        delete fold.dataset.testShut;
    }
}"""
PLAIN = """() => ({
    sideways: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    headings: document.querySelectorAll("h1").length,
    filled: [...document.querySelectorAll("main .btn-primary")].filter((one) => one.checkVisibility()).length,
    title: document.title,
    language: document.documentElement.lang,
})"""


class Person:
    """A browser context with one page, and the habit of looking at it."""

    def __init__(self, browser, url, *, name="", size=DESK, zone="America/Chicago", scripts=True, touch=False):
        self.name, self.size, self.scripts, self.troubles, self.seen = name, size, scripts, [], []
        self.documents = set()  # whole pages; one that says no with its status is no trouble
        self.context = browser.new_context(
            base_url=url,
            viewport=size,
            timezone_id=zone,
            locale="en-US",
            java_script_enabled=scripts,
            has_touch=touch,
            is_mobile=touch,
            reduced_motion="reduce",
            accept_downloads=True,
        )
        self.context.set_default_timeout(30_000)
        self.context.add_init_script(WARN_OF_BREACHES)
        self.context.on("console", self._hear)
        self.context.on("weberror", lambda error: self.notes(f"script: {error.error}"))
        self.context.on("response", self._answer)
        self.page = self.context.new_page()

    def notes(self, what):
        self.troubles.append(f"{self.name} on {self.page.url}: {what}")

    def _hear(self, said):
        is_the_page_itself = said.location["url"] in self.documents and "status of 4" in said.text
        if said.type in ("error", "warning") and not is_the_page_itself:
            self.notes(f"console: {said.text}")

    def _answer(self, response):
        if response.request.is_navigation_request():
            self.documents.add(response.url)
        if response.status >= 500:
            self.notes(f"{response.status} from {response.request.method} {response.url}")

    # --- what one does ------------------------------------------------------------------------------------------------

    def opens(self, path):
        return self.page.goto(path)

    def presses(self, name, *, within=None, exact=True):
        (within or self.page).get_by_role("button", name=name, exact=exact).click()

    def follows(self, name, *, within=None, exact=True):
        (within or self.page).get_by_role("link", name=name, exact=exact).click()

    def writes(self, label, text, *, within=None):
        (within or self.page).get_by_label(label, exact=True).fill(text)

    def chooses(self, label, *, within=None):
        (within or self.page).get_by_label(label).check()

    def unfolds(self, words, *, within=None):
        """Open the fold whose summary says `words`, and return it."""
        fold = (within or self.page).locator("details").filter(has=self.page.locator("summary", has_text=words)).last
        if fold.get_attribute("open") is None:
            fold.locator("summary").first.click()
        return fold

    # --- what one sees ------------------------------------------------------------------------------------------------

    def is_at(self, heading):
        """The page's one heading."""
        expect(self.page.get_by_role("heading", level=1)).to_have_text(heading)

    def waits_for(self, heading):
        """The page's one heading, once a worker has done what was asked of it: its first task loads a good deal."""
        expect(self.page.get_by_role("heading", level=1)).to_have_text(heading, timeout=60_000)
        self.looks()

    def sees(self, heading):
        """The page's one heading; and the page holds what every page must hold."""
        self.is_at(heading)
        self.looks()

    def hears(self, words):
        """What a note on the page says after an act."""
        expect(self.page.get_by_role("status").filter(has_text=words).first).to_be_visible()

    def looks(self):
        """Look at the page as it stands in every size and scheme, with all folds open. Axe needs scripts."""
        if not self.scripts:
            return self._look("without scripts", [])
        self.page.evaluate(OPEN_FOLDS)
        for look, violations in axe.looks(self.page):
            self._look(look, violations)
        self.page.evaluate(SHUT_FOLDS)
        axe.resize(self.page, self.size)
        return None

    def _look(self, look, violations):
        found = self.page.evaluate(PLAIN)
        for violation in violations:
            self.notes(f"axe, {look}: {violation}")
        if found["sideways"] > 0:
            self.notes(f"{look}: {found['sideways']} px to scroll sideways")
        if found["headings"] != 1:
            self.notes(f"{look}: {found['headings']} first headings")
        if found["filled"] > 1:
            self.notes(f"{look}: {found['filled']} filled buttons")
        if found["language"] != "en-US" or not re.fullmatch(r".+ – Rapport", found["title"]):
            self.notes(f"{look}: title “{found['title']}”, language “{found['language']}”")
        self.seen.append((self.page.url, look))

    def close(self):
        self.context.close()
