"""Mails that are due, through the outbox to a mail server on this machine: goal 0.6 of the floor, 3 ms of CPU each.

The floor is the same reminders rendered, composed and sent over one connection, with nothing written down. Ours are
rendered already, when they were promised; so a second floor only composes and sends. Floors and one worker take turns
in slices of one run; then 1, 2 and 4 workers (`manage.py deliver`, one process each) empty a full outbox together.
"""

import os
import re
import resource
import subprocess
import sys
import time
from contextlib import contextmanager
from datetime import timedelta
from statistics import median
from uuid import uuid4

from django.conf import settings
from django.core.mail import mailers
from django.utils import timezone

from apps.mail import delivery
from apps.mail.letter import letter
from apps.mail.models import OutboundMessage
from apps.mail.wording import words
from apps.policy.models import Policy
from apps.reminders import sweep
from apps.reminders.models import Notice
from tests import bench, world
from tests.mail.samples import SAMPLES

SLICES, TIMES = 5, 40
FULL = 300


def main():
    with sink() as url:
        host, port = re.fullmatch(r"smtp://(.+):(\d+)", url).groups()
        settings.MAILERS["default"]["OPTIONS"] |= {"host": host, "port": int(port)}
        _in_turns()
        for workers in (1, 2, 4):
            _together(url, workers)


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
    floors, bare, ours = [], [], []
    for part in range(SLICES + 1):
        rows = promised(TIMES)
        took = _spent(lambda rows=rows: _rendered_and_sent(rows)), _spent(lambda rows=rows: _sent(rows))
        own = _spent(lambda: delivery.deliver_due(engine="bench"))
        if part:  # the first only warms up
            for figures, into in zip((*took, own), (floors, bare, ours), strict=True):
                into.append(figures)
    for name, slices in (("floor", floors), ("compose_and_send", bare), ("dispatch", ours)):
        bench.say(f"{name}_cpu_a_mail", 1000 * median(cpu for _, cpu in slices) / TIMES, "ms")
    wall = [median(wall for wall, _ in slices) for slices in (floors, bare, ours)]
    bench.say("dispatch_vs_floor_1w", wall[0] / wall[2], "ratio")
    bench.say("dispatch_vs_compose_and_send_1w", wall[1] / wall[2], "ratio")


def promised(count):
    """Make `count` students whose words to thank are due, let a sweep promise them, and return the mails."""
    now = timezone.now()
    for _ in range(count):
        student = world.student(f"Amira N{uuid4().hex[:12]}")
        talked_at = now - timedelta(hours=20, minutes=40)
        world.interview(student, world.contact(student), starts_at=talked_at, status="completed")
    sweep.run(now)
    while Notice.objects.filter(message=None).exists():  # a sweep writes mails for a minute, the next goes on
        sweep.mail(now)
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
            words(row.kind, context | {"person": row.person} | SAMPLES[row.kind]())
            mailer.send_messages([letter(row)])


def _sent(rows):
    with mailers.create_connection("default") as mailer:
        for row in rows:
            mailer.send_messages([letter(row)])


# --- several workers --------------------------------------------------------------------------------------------------


def _together(url, workers):
    """Let `workers` processes empty a full outbox. What a process costs before its first mail is not counted."""
    idle = _cpu_of(url, workers)
    rows = [row.pk for row in promised(FULL)]
    cpu = _cpu_of(url, workers) - idle
    mails = OutboundMessage.objects.filter(pk__in=rows, sent_at__isnull=False)
    moments = sorted(mails.values_list("sent_at", flat=True))
    if len(moments) != FULL:
        raise RuntimeError(f"{len(moments)} of {FULL} were sent")
    waited = [(moment - moments[0]).total_seconds() for moment in moments]
    name = f"dispatch_{workers}w"
    bench.say(f"{name}_mails_a_second", FULL / waited[-1], "mails/s")
    bench.say(f"{name}_cpu_a_mail", 1000 * cpu / FULL, "ms")
    bench.say(f"{name}_lateness_p99", waited[int(FULL * 0.99)], "s")
    bench.say(f"{name}_memory", resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024, "MB")


def _cpu_of(url, workers):
    """Return the seconds of CPU that so many processes of `manage.py deliver` take until nothing is due."""
    env = os.environ | {"DATABASE_URL": bench.database_url(), "EMAIL_URL": url, "LOG_LEVEL": "WARNING"}
    env |= {"DJANGO_SETTINGS_MODULE": "config.settings"}
    command = [sys.executable, "manage.py", "deliver"]
    before = _cpu_of_children()
    running = [subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL) for _ in range(workers)]
    ends = [process.wait() for process in running]
    if any(ends):
        raise RuntimeError(f"A worker ended badly: {ends}")
    return _cpu_of_children() - before


def _cpu_of_children():
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime
