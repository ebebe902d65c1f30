"""A delivery loop as a process that can be had in a moment: forked from a server that has loaded Django already.

It is `manage.py deliver --loop` in every other respect, and it is killed like any other process. It may be told to die
at one exact point, and to live under a clock that is wrong.
"""

import ctypes
import multiprocessing
import os
import signal
import sys
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from multiprocessing import forkserver

import django
import time_machine
from django.core.management import execute_from_command_line

PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None)
if os.environ.get("FAULTS_SERVER"):  # the process that all loops are forked from goes with the tests
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)

django.setup()

# Only now: these need the apps.
from apps.mail import delivery  # noqa: E402
from apps.mail.smtp import PhasedSMTP  # noqa: E402

HERE = multiprocessing.get_context("forkserver")


def start_server(env):
    """Start the process that every loop is forked from, under its own environment."""
    before = dict(os.environ)
    os.environ.update(env, FAULTS_SERVER="1")
    try:
        HERE.set_forkserver_preload([__name__])
        forkserver.ensure_running()
    finally:
        os.environ.clear()
        os.environ.update(before)


class Loop(HERE.Process):
    """One delivery loop. `dies` names the point at which it kills itself, `clock` how far its clock is wrong."""

    def __init__(self, log, *, dies="", clock=timedelta(0)):
        super().__init__(target=_run, args=(str(log), dies, clock.total_seconds()), daemon=True)
        self.start()

    def send(self, number):
        os.kill(self.pid, number)

    def stop(self, seconds=20):
        """Ask it to end, as a service manager does, and return its exit status."""
        if self.is_alive():
            self.terminate()
        self.join(seconds)
        return self.exitcode


def _run(log, dies, clock_s):
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    said = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(said, 1)
    os.dup2(said, 2)
    if dies:
        POINTS[dies]()
    with time_machine.travel(datetime.now(UTC) + timedelta(seconds=clock_s), tick=True) if clock_s else nullcontext():
        execute_from_command_line(["manage.py", "deliver", "--loop"])
    sys.exit(0)


# --- the points at which it may die -----------------------------------------------------------------------------------


def _after(owner, name, *, when=bool):
    """Kill this process as soon as a function has done its work and said yes to it."""
    work = getattr(owner, name)

    def works_and_dies(*args, **kwargs):
        done = work(*args, **kwargs)
        if when(done):
            os.kill(os.getpid(), signal.SIGKILL)
        return done

    setattr(owner, name, works_and_dies)


def _before(owner, name):
    def dies(*args, **kwargs):
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(owner, name, dies)


def _after_dot():
    send = PhasedSMTP.send

    def sends_and_dies(self, text):
        send(self, text)
        if text == b".\r\n":
            os.kill(os.getpid(), signal.SIGKILL)

    PhasedSMTP.send = sends_and_dies


POINTS = {
    "claim": lambda: _after(delivery, "claim"),
    "fence": lambda: _after(delivery, "fence"),
    "before dot": lambda: _before(delivery, "promise_dot"),
    "dot promised": lambda: _after(delivery, "promise_dot", when=lambda done: True),
    "after dot": _after_dot,
    "after 250": lambda: _before(delivery, "finish"),
}
