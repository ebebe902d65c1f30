"""The local stack as a process, for tests that want everything real: PostgreSQL, Valkey, web, worker, beat, mail.

The first start of a run, from nothing, makes the folder that the others begin with (`ready_folder`): they spare
themselves the migrations. What a first start does is tested where starts are (tests/local, tests/faults).
"""

import fcntl
import http.client
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Thread

import psutil
import psycopg
import pytest
from celery import Celery
from django.conf import settings
from psycopg import sql

from apps.local import servers
from apps.local.mailbox import Mail

STOPS_WITHIN_S = 30  # two, on a machine that does nothing else
COMES_WITHIN_S = 90  # two sweeps and a busy machine
# What changes although nobody does anything.
BREATHES = {"django_session", "cache", "reminders_sweep", "mail_deliverycycle"}


def until(true, seconds=COMES_WITHIN_S, or_say="It did not come true."):
    """Return what `true` returns as soon as that is something."""
    end = time.monotonic() + seconds
    while not (found := true()):
        assert time.monotonic() < end, or_say() if callable(or_say) else or_say
        time.sleep(0.1)
    return found


def fresh_folder():
    """Make a folder for a stack. Not one of pytest's: a second run shuts those to the user that PostgreSQL runs as."""
    return Path(tempfile.mkdtemp(prefix="rapport-test-"))


def ready_folder(*options):
    """Make a folder in which a stack with these options has run already, and was stopped in good order."""
    folder = fresh_folder()
    copy_ready(folder, ".", *options)
    return folder


def copy_ready(folder, name, *options):
    """Copy what a stack has left, or a part of it, with owners and modes: PostgreSQL takes no data others may read."""
    made = _ready() / ("-".join(options).strip("-") or "demo")
    made.parent.mkdir(mode=0o711, exist_ok=True)
    with (made.parent / f"{made.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # another process of this run may be making it
        if not made.exists():
            _make(made, options)
    subprocess.run(["cp", "-a", f"{made}/{name}", f"{folder}/"], check=True)


def _ready():
    """The folder of this run, all its processes together (tests/conftest.py names it and takes it away)."""
    return Path(tempfile.gettempdir()) / f"rapport-test-ready-{os.environ['RAPPORT_TESTS_RUN']}"


def _make(made, options):
    """Start a stack and stop it; one that builds the demo world begins with the tables of one that has none.

    It takes its name when it is whole.
    """
    begun = fresh_folder() if "--empty" in options else ready_folder("--empty")
    stack = Stack(begun, *options)
    stack.process.send_signal(signal.SIGTERM)
    said = stack.process.communicate(timeout=STOPS_WITHIN_S)[1]
    assert (stack.process.returncode, stack.left()) == (0, []), said
    begun.rename(made)


def forget_ready_folders():
    shutil.rmtree(_ready(), ignore_errors=True)


def environment(folder, **more):
    """Return an environment in which everything is embedded, as for somebody who has just cloned the project."""
    ours = {"DATABASE_URL", "REDIS_URL", "EMAIL_URL", "SITE_URL", "DJANGO_SETTINGS_MODULE", "PYTEST_CURRENT_TEST"}
    rest = {name: value for name, value in os.environ.items() if name not in ours}
    return rest | {"RAPPORT_LOCAL": "1", "RAPPORT_DATA": str(folder), "PORT": str(servers.free_port())} | more


def start(env, *options):
    return subprocess.Popen(
        [sys.executable, "manage.py", "local", *options],
        cwd=settings.BASE_DIR,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


NAMED = """
from apps.policy.models import Policy
names = {"university": "Tamarack University", "short_name": "Tamarack", "office_email": "career@tamarack.example"}
Policy.objects.update_or_create(pk=1, defaults=names)
"""


class Stack:
    """A running local stack, with all its processes."""

    def __init__(self, folder, *options, **more):
        self.env = environment(folder, **more)
        self.process = start(self.env, *options)
        self.said = []
        for line in self.process.stdout:
            self.said.append(line)
            if "Ctrl-C stops everything" in line:
                break
        else:
            pytest.fail("".join(self.said) + self.process.communicate()[1])
        self.family = psutil.Process(self.process.pid).children(recursive=True)
        self.url = f"http://{servers.HOST}:{self.env['PORT']}"

    def get(self, path):
        with closing(http.client.HTTPConnection("127.0.0.1", int(self.env["PORT"]), timeout=10)) as connection:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()

    def part(self, word):
        return next(p for p in self.family if word in p.cmdline())

    def left(self):
        """Return the processes that are still there when they should be gone."""
        _, alive = psutil.wait_procs(self.family, timeout=STOPS_WITHIN_S)
        return [p.cmdline() for p in alive]

    def close(self):
        self.process.kill()
        self.process.communicate()
        psutil.wait_procs(self.family, timeout=STOPS_WITHIN_S)


class Lived(Stack):
    """A stack that somebody lives in for a while: its mail is read, its rows are asked, its worker is called."""

    def __init__(self, folder, *options):
        super().__init__(folder, *options)
        self.reader = Thread(target=self.said.extend, args=(self.process.stdout,), daemon=True)
        self.reader.start()  # a pipe that nobody reads stops whoever writes to it
        self.addresses = json.loads((Path(folder) / "addresses").read_text())
        self.database = psycopg.connect(self.addresses["DATABASE_URL"], autocommit=True)
        self.celery = Celery(broker=self.addresses["REDIS_URL"], set_as_current=False)
        if "--empty" in options:
            self.run(NAMED)

    def close(self):
        self.celery.close()
        self.database.close()
        self.process.terminate()
        self.process.wait(2 * STOPS_WITHIN_S)
        self.reader.join(STOPS_WITHIN_S)
        super().close()

    # --- the mails that left ------------------------------------------------------------------------------------------

    def mails(self, to="", subject=""):
        """Return the mails to an address whose subject holds some words, oldest first."""
        kept = [Mail(path) for path in sorted(Path(self.addresses["RAPPORT_MAIL"]).glob("*.eml"))]
        return [mail for mail in kept if to in mail.to and subject in mail.subject]

    def mail(self, to, subject, number=1):
        """Wait for the `number`th mail of a subject to somebody, and return it; there must be no more of them."""
        missing = f"No mail {number} to {to} about “{subject}”."
        found = until(lambda: (mails := self.mails(to, subject)) and len(mails) >= number and mails, or_say=missing)
        assert len(found) == number, [mail.subject for mail in found]
        return found[-1]

    # --- its rows -----------------------------------------------------------------------------------------------------

    def rows(self, query, *values):
        return self.database.execute(query, values).fetchall()

    def change(self, query, *values):
        """Carry out one statement, and say how many rows it changed."""
        return self.database.execute(query, values).rowcount

    def contents(self):
        """Return {table: all its rows, as text}, but for the tables that breathe."""
        tables = self.rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        query = sql.SQL("SELECT t::text FROM {} t ORDER BY 1")
        names = [name for (name,) in tables if name not in BREATHES]
        return {name: self.database.execute(query.format(sql.Identifier(name))).fetchall() for name in names}

    # --- its worker ---------------------------------------------------------------------------------------------------

    def sweeps(self):
        """Have the worker sweep once, now, through the broker; and return when it has, and nothing waits to be sent."""
        last = self.rows("SELECT coalesce(max(id), 0) FROM reminders_sweep")[0][0]
        self.celery.send_task("apps.reminders.tasks.sweep")
        finished = "SELECT 1 FROM reminders_sweep WHERE id > %s AND finished_at IS NOT NULL"
        until(lambda: self.rows(finished, last), or_say="No sweep came to its end.")
        self.is_quiet()

    def is_quiet(self):
        """Wait until nothing that is due waits to be sent."""
        waits = """
            SELECT kind, state FROM mail_outboundmessage
            WHERE state IN ('leased', 'sending') OR (state = 'pending' AND next_at <= now())
        """
        until(lambda: not self.rows(waits), or_say=lambda: str(self.rows(waits)))

    @contextmanager
    def at_rest(self):
        """Hold worker, beat and loop still, between two transactions: whatever changes then, a page has changed."""
        until(self._holds_still, or_say="Worker and beat were never between two transactions.")
        try:
            yield
        finally:
            self._lets_go()

    def _holds_still(self):
        self.is_quiet()
        for process in self._background():
            process.suspend()
        if not self.rows("SELECT 1 FROM pg_stat_activity WHERE xact_start < now() AND backend_type = 'client backend'"):
            return True
        self._lets_go()
        return False

    def _lets_go(self):
        for process in self._background():
            process.resume()

    def _background(self):
        """Worker, the worker's pool, beat, and the loop beside them."""
        everything = psutil.Process(self.process.pid).children(recursive=True)
        return [part for part in everything if {"celery", "deliver"} & {*part.cmdline()}]

    def run(self, code):
        """Run a few lines in the product's own shell, and return what they print."""
        command = [sys.executable, "manage.py", "shell", "--verbosity", "0", "-c", code]
        env = self.env | self.addresses
        done = subprocess.run(command, cwd=settings.BASE_DIR, env=env, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()
