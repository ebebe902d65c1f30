"""A real browser against a real server: Chromium, one per run, a fresh context per test."""

import os
import threading
from contextlib import suppress

import pytest
from playwright.sync_api import Error, expect, sync_playwright

from tests import chromium


@pytest.fixture(scope="session")
def browser():
    # Playwright keeps an event loop in this thread, which Django would mistake for async code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    expect.set_options(timeout=15_000)  # a machine with a whole stack on it may be slow; nobody waits if it is not
    where = chromium.find()
    with sync_playwright() as playwright:
        quiet = ["--no-sandbox", "--disable-background-networking", "--no-first-run"]
        browser = playwright.chromium.launch(executable_path=where, args=quiet)
        yield browser
        browser.close()


class Answering:
    """The server's application, with a count of what it is still answering."""

    def __init__(self, application):
        self.application, self.count, self.changed = application, 0, threading.Condition()

    def __call__(self, environ, start_response):
        self._add(1)
        try:
            return self.application(environ, start_response)
        finally:
            self._add(-1)

    def _add(self, one):
        with self.changed:
            self.count += one
            self.changed.notify_all()

    def done(self):
        """Wait for the last answer: the emptying of the database would lock itself against it."""
        with self.changed:
            assert self.changed.wait_for(lambda: not self.count, timeout=60)


@pytest.fixture(scope="session")
def answering(live_server):
    server = live_server.thread.httpd
    server.set_app(Answering(server.get_app()))
    return server.get_app()


@pytest.fixture
def open_as(browser, live_server, answering, as_):
    """Return a function that opens a page as somebody (None: a visitor). Script errors and CSP breaches fail it."""
    contexts, trouble = [], []

    def open_page(person, path="/", **options):
        context = browser.new_context(base_url=live_server.url, **{"timezone_id": "America/Chicago"} | options)
        contexts.append(context)
        cookie = as_(person).cookies.get("session")
        if cookie:
            context.add_cookies([{"name": "session", "value": cookie.value, "url": live_server.url}])
        page = context.new_page()
        page.on("pageerror", lambda error: trouble.append(str(error)))
        page.on("console", lambda said: trouble.append(said.text) if _is_breach(said) else None)
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    answering.done()
    assert trouble == []


@pytest.fixture
def until():
    """Return a function that waits until an expression is true in the page, and needs no eval there."""

    def wait(page, expression, seconds=30):
        for _ in range(seconds * 20):
            with suppress(Error):  # the page loads itself again in this moment
                if page.evaluate(expression):
                    return
            page.wait_for_timeout(50)
        pytest.fail(f"Never true: {expression}")

    return wait


def _is_breach(said):
    return said.type == "error" and "Content Security Policy" in said.text
