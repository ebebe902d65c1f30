"""Where the browser of the tests is. `python -m tests.chromium` finds one, or gets one, or says how.

Looked for in this order: $CHROMIUM, what the machine has installed, what Playwright has downloaded.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"]
HELP = (
    "The tests need Chromium, and it could not be had here. Install it (Debian: apt install chromium; Ubuntu, macOS: "
    "Google Chrome), or name one: CHROMIUM=/path/to/chromium make test. `make fast` does without."
)


def find():
    """Return the path of a Chromium that starts, or None."""
    return next(filter(_starts, _places()), None)


def _places():
    yield os.environ.get("CHROMIUM")
    yield from map(shutil.which, NAMES)
    with sync_playwright() as playwright:
        yield playwright.chromium.executable_path


def _starts(path):
    return path and Path(path).exists() and subprocess.run([path, "--version"], capture_output=True).returncode == 0


def obtain():
    """Get a Chromium: as root the machine's own package, else, or where that does not start, Playwright's."""
    for command in _ways():
        if shutil.which(command[0]):
            print("chromium |", *command, flush=True)  # noqa: T201
            subprocess.run(command, stdin=subprocess.DEVNULL, check=False)
        if found := find():
            return found
    return None


def _ways():
    playwright = [sys.executable, "-m", "playwright", "install"]
    if os.geteuid() != 0:
        return [[*playwright, "chromium"]]
    return [
        ["apt-get", "update", "-q"],
        ["apt-get", "install", "-qy", "--no-install-recommends", "chromium"],
        [*playwright, "--with-deps", "chromium"],
    ]


if __name__ == "__main__":
    if not (find() or obtain()):
        sys.exit(HELP)
