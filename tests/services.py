"""The real PostgreSQL and Valkey of a test run, one of each for all xdist workers.

Whoever loads tests/settings.py first starts what DATABASE_URL and REDIS_URL do not name; workers inherit the addresses.
The servers keep nothing: their folder goes with the run, and on Linux the kernel stops them if the run is killed.
`python -m tests.services COMMAND ...` runs a command with the same two servers (make check: Django's own checks ask a
database what it can do).
"""

import atexit
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from apps.local import servers
from apps.local.children import Trouble


def ensure(environ):
    """Start the servers that `environ` does not name, and name them there."""
    environ["RAPPORT_LOCAL"] = "1"
    missing = {"DATABASE_URL", "REDIS_URL"} - environ.keys()
    if not missing:
        return
    folder = Path(tempfile.mkdtemp(prefix="rapport-test-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    if "DATABASE_URL" in missing:
        environ["DATABASE_URL"] = _start(*servers.postgres(folder, quick=True), servers.answers, folder)
    if "REDIS_URL" in missing:
        environ["REDIS_URL"] = _start(*servers.valkey(folder), servers.pongs, folder)


def _start(child, url, answers, folder):
    log = folder / f"{child.label}.log"
    with log.open("wb") as said_to:
        child.start(folder, said_to=said_to)
    atexit.register(child.kill)
    end = time.monotonic() + 60
    while not answers(url):
        if time.monotonic() > end or not child.is_running:
            raise Trouble(f"{child.label} does not answer: {log.read_text()}")
    return url


if __name__ == "__main__":
    ensure(os.environ)
    sys.exit(subprocess.call(sys.argv[1:]))
