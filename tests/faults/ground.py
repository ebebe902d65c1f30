"""The ground that faults happen on: a PostgreSQL that keeps its promises, a Valkey, and processes that can be ended.

`Ground` is one for all tests of a run; `clear()` empties what the last test left. The test's own Django speaks with the
same database (`used_here`), so a test promises mail, and looks at it, with the product's own functions.
"""

import os
import random
import signal
import sys
import time
import uuid
from collections import Counter
from contextlib import contextmanager, suppress
from datetime import timedelta

import environ
import psycopg
import redis
from django.conf import settings
from django.db import connection, connections
from django.db.models import F

from apps.local import servers
from apps.local.children import Child
from apps.mail import delivery, outbox
from apps.mail.kinds import BUSINESS
from apps.mail.models import OutboundMessage, State
from tests.faults.worker import Loop, start_server
from tests.stack import copy_ready, until

TIMEOUT_S = 2.0  # MAIL_TIMEOUT of everything here: leases end after twelve seconds, not after ninety
LEASE = timedelta(seconds=13)
SCALE = float(os.environ.get("FAULT_SCALE", "1"))
SEED = int(os.environ.get("FAULT_SEED", "0")) or random.randrange(1, 10**6)
OPEN = (State.PENDING, State.LEASED, State.SENDING)
IMMEDIATELY = signal.SIGQUIT  # how PostgreSQL is told to drop everything


def scaled(number):
    return max(1, round(number * SCALE))


class Ground:
    def __init__(self, folder, post):
        self.folder, self.post = folder, post
        for part in ("postgres", "secret"):
            copy_ready(folder, part, "--empty")
        self.postgres, database = servers.postgres(folder)
        self.postgres.command += ["-c", "fsync=off"]  # it is its processes that die here, never the machine
        self.valkey, broker = servers.valkey(folder)
        self.env = os.environ | {
            "DATABASE_URL": database,
            "REDIS_URL": broker,
            "EMAIL_URL": post.url,
            "RAPPORT_LOCAL": "1",
            "SITE_URL": "http://127.0.0.1:8000",
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "MAIL_TIMEOUT": str(TIMEOUT_S),
            "SWEEP_EVERY": "2",
            "LOG_LEVEL": "WARNING",
        }
        self.programs, self.loops = [], []

    def prepare(self):
        self.start_postgres()
        self.start_valkey()
        self.belong_to_nobody()
        start_server(self.env)

    def close(self):
        self.end_all()
        self.postgres.kill()
        self.valkey.kill()

    def belong_to_nobody(self):
        """Forget where the tables were first made: whoever uses a database first that nobody adopted, it is theirs."""
        with psycopg.connect(self.env["DATABASE_URL"]) as database:
            database.execute("DELETE FROM installation_installation")

    # --- the servers --------------------------------------------------------------------------------------------------

    def start_postgres(self):
        self._start(self.postgres)
        until(lambda: servers.answers(self.env["DATABASE_URL"]), or_say=lambda: self.said("postgres"))

    def start_valkey(self):
        self._start(self.valkey)
        until(lambda: servers.pongs(self.env["REDIS_URL"]), or_say="Valkey does not answer.")

    def drop_postgres(self):
        self.postgres.process.send_signal(IMMEDIATELY)
        self.postgres.process.wait(30)

    def broker(self):
        return redis.Redis.from_url(self.env["REDIS_URL"])

    # --- processes ----------------------------------------------------------------------------------------------------

    def loop(self, label="loop", **how):
        """Start one delivery loop."""
        one = Loop(self.folder / f"{label}.log", **how)
        self.loops.append(one)
        return one

    def program(self, label, *command, **env):
        """Start any program beside the product's own servers."""
        one = Child(label, list(command), self.env | env)
        self.programs.append(one)
        self._start(one)
        return one

    def celery(self, label, *words, **env):
        return self.program(label, sys.executable, "-m", "celery", "--quiet", "-A", "config", *words, **env)

    def worker(self, **env):
        return self.celery("worker", "worker", "--concurrency", "2", "--loglevel", "WARNING", "--without-mingle", **env)

    def beat(self, n=0, **env):
        schedule = self.folder / f"beat{n}"
        return self.celery(f"beat{n}", "beat", "--schedule", str(schedule), "--pidfile=", **env)

    def _start(self, child):
        with (self.folder / f"{child.label}.log").open("ab") as said_to:
            child.start(settings.BASE_DIR, said_to=said_to)

    def said(self, label):
        path = self.folder / f"{label}.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def end_all(self):
        for one in self.loops:
            with suppress(ProcessLookupError):
                one.send(signal.SIGCONT)
            one.kill()
            one.join(10)
        for one in self.programs:
            one.kill()
        self.loops.clear()
        self.programs.clear()

    # --- the rows -----------------------------------------------------------------------------------------------------

    @contextmanager
    def used_here(self):
        """Let the Django of this process, in all its threads, speak with this database."""
        before = dict(connection.settings_dict)
        connection.close()
        connection.settings_dict.update(environ.Env.db_url_config(self.env["DATABASE_URL"]))
        try:
            yield
        finally:
            connections.close_all()
            connection.settings_dict.clear()
            connection.settings_dict.update(before)

    def clear(self):
        self.end_all()
        self.post.reset()
        with connection.cursor() as cursor:
            cursor.execute(
                "TRUNCATE accounts_user, mail_outboundmessage, mail_suppression, mail_unsubscribe, mail_deliverycycle,"
                " mail_halt, mail_trouble, reminders_sweep, alumni_alumniprofile CASCADE"
            )
        for log in self.folder.glob("*.log"):
            log.write_bytes(b"")


def promise(count, *, key="m", due_at=None, expires_at=None, rank=BUSINESS):
    """Promise `count` mails to as many addresses, all with the same words. Returns the rows."""
    said = {"what": "A passkey was added.", "timestamp": database_now(), "ip": "192.0.2.7"}
    occasion = outbox.Occasion(f"{key}0", due_at=due_at)
    first = outbox.queue("security_notice", to=f"{key}0@there.example", occasion=occasion, context=said)
    expires_at = expires_at or F("due_at") + timedelta(days=1)
    OutboundMessage.objects.filter(pk=first.pk).update(expires_at=expires_at, rank=rank)
    first.refresh_from_db()
    rows = [_like(first, f"{key}{n}") for n in range(1, count)]
    OutboundMessage.objects.bulk_create(rows, batch_size=1000)
    return [first, *rows]


def _like(first, key):
    fields = {field.attname: getattr(first, field.attname) for field in first._meta.concrete_fields}
    pk = uuid.uuid4()
    own = {"id": pk, "key": key, "recipient": f"{key}@there.example", "message_id": f"<{pk.hex}@here.example>"}
    return OutboundMessage(**fields | own)


def later(**gone):
    """Let time pass: move every moment in every mail back."""
    gone = timedelta(**gone)
    OutboundMessage.objects.update(
        due_at=F("due_at") - gone,
        next_at=F("next_at") - gone,
        lease_until=F("lease_until") - gone,
        expires_at=F("expires_at") - gone,
    )


def states():
    """Return state -> number of mails, those to the office left out."""
    return Counter(ours().values_list("state", flat=True))


def ours():
    return OutboundMessage.objects.exclude(kind="office_alert")


def settled(seconds=120):
    """Wait until nothing moves by itself any more: all sent, dropped, or before a human."""
    moves = ours().filter(state__in=OPEN) | ours().filter(state=State.UNCERTAIN, resends=0)
    until(lambda: not moves.exists(), seconds, or_say=lambda: f"Not settled: {states()}")


# --- the figures ------------------------------------------------------------------------------------------------------


class Figures:
    """What one fault test found, read off the server and the rows. `line` is what is printed of it."""

    def __init__(self, name, post):
        counts = post.count()
        rows = list(ours().values_list("message_id", "state", "due_at", "resends"))
        self.name, self.rows = name, rows
        self.copies = {message_id: counts[message_id] for message_id, *_ in rows}
        self.lost = [row for row in rows if _is_lost(row, counts)]
        self.extra = sum(max(0, count - 1) for count in self.copies.values())
        self.max_copies = max(self.copies.values(), default=0)
        self.late_s = _lateness(post, {message_id: due_at for message_id, _, due_at, _ in rows})

    def line(self, **more):
        """Return the figures as text: lost, extra, most copies, whatever the test adds, the seed and the lateness."""
        more = "".join(f" {name}={value}" for name, value in more.items())
        p99 = f" p99={self.late_s[int(len(self.late_s) * 0.99)]:.1f}s" if self.late_s else ""
        return (
            f"fault: {self.name} lost={len(self.lost)} extra={self.extra} max_copies={self.max_copies}"
            f"{more} seed={SEED}{p99}"
        )


def _is_lost(row, counts):
    """Whether a promise was broken in silence: called sent and never arrived, or left lying."""
    message_id, state, _, resends = row
    if state == State.SENT:
        return not counts[message_id]
    return state in OPEN or (state == State.UNCERTAIN and not resends)


def _lateness(post, due_at):
    first = {}
    for copy in post.copies:
        first.setdefault(copy.message_id, copy.at)
    return sorted(at - due_at[key].timestamp() for key, at in first.items() if key in due_at)


def database_now():
    return delivery.database_now()


def wait(seconds):
    """Let real processes live for a while: there is nothing to wait for but the next fault."""
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        time.sleep(min(left, 0.05))
