"""Mails that are due, through the outbox to a mail server on this machine: goal 0.6 of the floor, 3 ms of CPU each.

The floor is the same reminders rendered, composed and sent over one connection, with nothing written down. Ours are
rendered already, when they were promised; so a second floor only composes and sends. Floors and one worker take turns
in slices of one run; then 1, 2 and 4 workers (`manage.py deliver`, one process each) empty a full outbox together.
CPU is that of the worker; what PostgreSQL spends on it is told apart. At last one worker has very many due at once:
BENCH_DUE says how many.
"""

import os
import re
import subprocess
import sys
import time
from contextlib import contextmanager
from datetime import timedelta
from statistics import median
from uuid import uuid4

from django.conf import settings
from django.core.mail import mailers
from django.db import connection
from django.db.models.functions import Now
from django.utils import timezone

from apps.accounts.models import User
from apps.mail import delivery
from apps.mail.letter import letter
from apps.mail.models import OutboundMessage
from apps.mail.rendering import render
from apps.policy.models import Policy
from apps.reminders import letters, preferences, sweep
from apps.reminders.models import Notice
from apps.reminders.rules import BY_NAME
from tests import bench, world
from tests.mail.samples import SAMPLES

SLICES, TIMES = 5, 100
FULL = 1_000
DUE = int(os.environ.get("BENCH_DUE", "20000"))
STUDENTS = 100


def main():
    with sink() as url:
        host, port = re.fullmatch(r"smtp://(.+):(\d+)", url).groups()
        settings.MAILERS["default"]["OPTIONS"] |= {"host": host, "port": int(port)}
        _in_turns()
        for workers in (1, 2, 4):
            _together(url, workers)
        _many(url)


@contextmanager
def sink():
    """Run a mail server that takes everything, in a process of its own. Yields its address."""
    server = subprocess.Popen([sys.executable, "-m", "tests.faults.post"], stdout=subprocess.PIPE, text=True)
    try:
        yield f"smtp://127.0.0.1:{server.stdout.readline().strip()}"
    finally:
        server.kill()
        server.wait()
        server.stdout.close()


# --- one worker beside the floor --------------------------------------------------------------------------------------


def _in_turns():
    floors, bare, ours, served = [], [], [], []
    for part in range(SLICES + 1):
        rows = promised(TIMES)
        took = _spent(lambda rows=rows: _rendered_and_sent(rows)), _spent(lambda rows=rows: _sent(rows))
        before = bench.cpu_of_database()
        own = _spent(lambda: delivery.deliver_due(engine="bench"))
        if part:  # the first only warms up
            for figures, into in zip((*took, own), (floors, bare, ours), strict=True):
                into.append(figures)
            served.append(bench.cpu_of_database() - before)
    for name, slices in (("floor", floors), ("compose_and_send", bare), ("dispatch", ours)):
        bench.say(f"{name}_cpu_a_mail", 1000 * median(cpu for _, cpu in slices) / TIMES, "ms")
    bench.say("dispatch_database_cpu_a_mail", 1000 * median(served) / TIMES, "ms")
    for nth, unit in enumerate(("vs_floor", "cpu_vs_floor")):
        floor, plain, own = (median(slice[nth] for slice in slices) for slices in (floors, bare, ours))
        bench.say(f"dispatch_{unit}_1w", floor / own, "ratio")
        bench.say(f"dispatch_{unit.replace('floor', 'compose_and_send')}_1w", plain / own, "ratio")


def promised(count):
    """Make `count` students whose words to thank are due, let a sweep promise them, and return the mails."""
    now = timezone.now()
    for _ in range(count):
        student = world.student(f"Amira N{uuid4().hex[:12]}")
        talked_at = now - timedelta(hours=20, minutes=40)
        world.interview(student, world.contact(student), starts_at=talked_at, status="completed")
    sweep.run(now)
    while left := Notice.objects.filter(message=None).count():  # a sweep writes mails for a minute, the next goes on
        sweep.mail(now)
        if Notice.objects.filter(message=None).count() >= left:
            raise RuntimeError(f"{left} notices get no mail: nothing would ever be promised for them.")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # as autovacuum does where rows come one by one
    return list(OutboundMessage.objects.filter(state="pending"))


def _spent(work):
    """Return (seconds, seconds of CPU)."""
    cpu, begun = time.process_time(), time.perf_counter()
    work()
    return time.perf_counter() - begun, time.process_time() - cpu


def _rendered_and_sent(rows):
    context = {"site": settings.SITE_URL, "policy": Policy.now(), "unsubscribe_url": f"{settings.SITE_URL}/u/x/"}
    with mailers.create_connection("default") as mailer:
        for row in rows:
            render(row.kind, context | {"person": row.person} | SAMPLES[row.kind]())
            mailer.send_messages([letter(row)])


def _sent(rows):
    with mailers.create_connection("default") as mailer:
        for row in rows:
            mailer.send_messages([letter(row)])


# --- several workers --------------------------------------------------------------------------------------------------


def _together(url, workers):
    """Let `workers` processes empty a full outbox that falls due as they start: a mail is late from that moment on.

    Neither CPU nor mails a second count what a process needs before its first mail.
    """
    idle, _ = _worked(url, workers)
    flood(FULL)
    OutboundMessage.objects.update(due_at=Now(), next_at=Now())
    cpu, memory = _worked(url, workers)
    sent = OutboundMessage.objects.filter(kind="reminder", state="sent").order_by("sent_at")
    moments = list(sent.values_list("sent_at", "due_at"))
    if len(moments) != FULL:
        raise RuntimeError(f"{len(moments)} of {FULL} were sent")
    took = (moments[-1][0] - moments[0][0]).total_seconds()
    waited = sorted((sent_at - due_at).total_seconds() for sent_at, due_at in moments)
    name = f"dispatch_{workers}w"
    bench.say(f"{name}_mails_a_second", FULL / took, "mails/s")
    bench.say(f"{name}_cpu_a_mail", 1000 * (cpu - idle) / FULL, "ms")
    bench.say(f"{name}_lateness_p99", waited[int(FULL * 0.99)], "s")
    bench.say(f"{name}_memory", memory, "MB")


def _many(url):
    """Let one worker have very many due at once: what it holds must not grow with them."""
    flood(50)
    _, few = _worked(url, 1)
    flood(DUE)
    begun = time.perf_counter()
    _, many = _worked(url, 1)
    took, sent = time.perf_counter() - begun, OutboundMessage.objects.filter(state="sent").count()
    bench.say("dispatch_many_due", DUE, "mails")
    bench.say("dispatch_many_left", sent / took, "mails/s")
    bench.say("dispatch_many_memory_grows", many - few, "MB")


def flood(count):
    """Let `count` reminders be due at once, each of its own occasion: steps of 100 students, with one text."""
    now = timezone.now()
    OutboundMessage.objects.all().delete()
    User.objects.filter(email__endswith="@flood.example").delete()
    for n in range(STUDENTS):
        world.person(f"Amira N{n}", "student", email=f"s{n}@flood.example")
    with connection.cursor() as cursor:
        cursor.execute(STEPS, [count])
        sweep.notice(BY_NAME["action-step"], now)
        letters.send([preferences.unmailed(now).filter(rule="action-step").first()], now)
        own = {"id": "md5(n.key)::uuid", "key": "'notice:' || n.key", "message_id": "n.key || '@flood.example'"}
        own |= {"person_id": "n.person_id", "recipient": "p.email"}
        names = [field.column for field in OutboundMessage._meta.concrete_fields]
        values = ", ".join(own.get(name, f"m.{name}") for name in names)
        cursor.execute(LIKE_ONE.format(names=", ".join(names), values=values))
        cursor.execute(BIND)
        cursor.execute("ANALYZE")


STEPS = """
    INSERT INTO network_actionstep (student_id, text, due_on, created_at)
    SELECT id, 'Sign up for course ' || n, current_date - 2, now()
    FROM generate_series(1, %s) n JOIN (
        SELECT id, row_number() OVER () AS nth, count(*) OVER () AS many FROM accounts_user
        WHERE email LIKE '%%@flood.example'
    ) student ON nth = n %% many + 1
"""
BIND = "UPDATE reminders_notice SET message_id = md5(key)::uuid WHERE rule = 'action-step' AND message_id IS NULL"
LIKE_ONE = """
    INSERT INTO mail_outboundmessage ({names})
    SELECT {values} FROM mail_outboundmessage m, reminders_notice n JOIN accounts_user p ON p.id = n.person_id
    WHERE n.rule = 'action-step' AND n.message_id IS NULL
"""


def _worked(url, workers):
    """Let `workers` processes of `manage.py deliver` empty the outbox. Returns (seconds of CPU, MB of the largest)."""
    env = os.environ | {"DATABASE_URL": bench.database_url(), "EMAIL_URL": url, "LOG_LEVEL": "WARNING"}
    env |= {"DJANGO_SETTINGS_MODULE": "config.settings"}
    command = [sys.executable, "manage.py", "deliver"]
    running = [subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL) for _ in range(workers)]
    peak = _peak(running)
    ends = [_spent_by(process) for process in running]
    return sum(end.ru_utime + end.ru_stime for end in ends), peak


def _peak(running):
    """Look at the processes until all have ended, and return the most memory that one of them held, in MB."""
    peak = 0
    while found := [held for process in running if (held := bench.peak_mb(process.pid))]:
        peak = max(peak, *found)
        time.sleep(0.05)
    return peak


def _spent_by(process):
    """Return what a process took that has ended."""
    _, status, spent = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if status:
        raise RuntimeError(f"A worker ended with {process.returncode}")
    return spent
