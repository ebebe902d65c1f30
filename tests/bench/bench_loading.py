"""What a browser fetches for Today, the first time and again: goal 150 KB in 6 requests, then 15 KB.

Served as an installation serves it, files collected and compressed. Bytes are those on the wire, headers included.
"""

import tempfile

from playwright.sync_api import sync_playwright

from tests import bench, chromium
from tests.bench.bench_today import noor


def main():
    reader = noor()
    with tempfile.TemporaryDirectory() as files, bench.installed(files) as site:
        for when, requests, size in _loads(site, bench.cookie(reader)):
            bench.say(f"today_{when}_load_requests", requests, "requests")
            bench.say(f"today_{when}_load_bytes", size, "bytes")


def _loads(site, cookie):
    name, value = cookie.split("=")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=["--no-sandbox"])
        context = browser.new_context(viewport={"width": 390, "height": 844})
        context.add_cookies([{"name": name, "value": value, "url": site}])
        for when in ("first", "repeat"):
            page = context.new_page()
            fetched = []
            page.on("requestfinished", lambda request, fetched=fetched: fetched.append(request))
            page.goto(f"{site}/today/", wait_until="networkidle")
            sizes = [request.sizes() for request in fetched if not _was_kept(request)]
            yield when, len(sizes), sum(size["responseBodySize"] + size["responseHeadersSize"] for size in sizes)
            page.close()
        browser.close()


def _was_kept(request):
    """Whether the browser had it already."""
    return request.sizes()["responseBodySize"] <= 0 and request.response().status != 304
