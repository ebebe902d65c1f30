"""The real PostgreSQL and Valkey of a test run, one of each for all xdist workers.

Whoever loads tests/settings.py first starts what DATABASE_URL and REDIS_URL do not name; workers inherit the addresses.
Their folder is kept, so that the next run finds the cluster and the migrated database there (tests/database.py); each
run that lives has one of its own, and on Linux the kernel stops its servers if the run is killed. All of it may be
deleted at any time. `python -m tests.services COMMAND ...` runs a command with the same two servers (make check:
Django's own checks ask a database what it can do).
"""

import atexit
import fcntl
import os
import shutil
import subprocess
import sys
import time
from itertools import count
from pathlib import Path

import psycopg

from apps.local import servers
from apps.local.children import Trouble

PLACES = Path(__file__).parents[1] / ".local" / "tests"
SAYS_EVERY_S = 5


def ensure(environ):
    """Start the servers that `environ` does not name, and name them there."""
    environ["RAPPORT_LOCAL"] = "1"
    # The tests start Python a hundred times: whoever never keeps its byte code compiles Django a hundred times.
    environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False
    missing = {"DATABASE_URL", "REDIS_URL"} - environ.keys()
    if not missing:
        return
    folder, lock = _own_place()
    if "DATABASE_URL" in missing:
        environ["DATABASE_URL"] = _database(folder, lock)
    if "REDIS_URL" in missing:
        environ["REDIS_URL"] = _start(*servers.valkey(folder), servers.pongs, folder, lock)


def _own_place():
    """Return the first folder that no living run has, and the lock that says it is ours.

    The servers hold the lock as well: where a run was killed, its folder is free when they are gone.
    """
    for n in count(1):
        folder = PLACES / str(n)
        folder.mkdir(parents=True, exist_ok=True)
        lock = os.open(folder / "lock", os.O_RDWR | os.O_CREAT)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
        else:
            return folder, lock
    return None


def _database(folder, lock):
    data = folder / "postgres"
    if (data / "postmaster.pid").exists():  # it was not stopped in good order, and it never waits for the disk
        shutil.rmtree(data)
    try:
        url = _start_postgres(folder, lock)
    except Trouble:  # of another version of PostgreSQL, or broken
        shutil.rmtree(data)
        url = _start_postgres(folder, lock)
    _empty(url)
    return url


def _start_postgres(folder, lock):
    child, url = servers.postgres(folder, quick=True)
    return _start(child, url, lambda url: servers.has_started(folder) and servers.answers(url), folder, lock)


def _empty(url):
    """Make the named database anew where the last run left something in it: a test has the whole product run on it."""
    with psycopg.connect(url) as here:
        if not here.execute("SELECT 1 FROM pg_tables WHERE schemaname = 'public' LIMIT 1").fetchone():
            return
    server, _, name = url.rpartition("/")
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
    servers.answers(url)  # which makes it


def _start(child, url, answers, folder, lock):
    """Start a server and wait until it answers, as long as it lives."""
    log = folder / f"{child.label}.log"
    with log.open("wb") as said_to:
        child.start(folder, said_to=said_to, keeps_open=(lock,))
    atexit.register(_stop, child)
    begun = said_at = time.monotonic()
    while not answers(url):
        if not child.is_running:
            raise Trouble(f"{child.label} does not answer: {log.read_text()}")
        if time.monotonic() - said_at > SAYS_EVERY_S:
            said_at = time.monotonic()
            sys.stderr.write(f"waiting for {child.label} for {said_at - begun:.0f} s\n")
        time.sleep(0.01)
    return url


def _stop(child):
    child.ask_to_stop()
    try:
        child.process.wait(10)
    except subprocess.TimeoutExpired:
        child.kill()


if __name__ == "__main__":
    ensure(os.environ)
    sys.exit(subprocess.call(sys.argv[1:]))
