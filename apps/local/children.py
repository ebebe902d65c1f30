"""Child processes of the local stack: start them, label what they say, notice when one ends, stop them all.

It knows nothing of what the children do. One thread only: a forked child may then prepare itself before it becomes its
program. Each child leads a session of its own, so Ctrl-C reaches only the parent, which stops them in their order; and
on Linux the kernel stops a child whose parent was killed.
"""

import ctypes
import io
import os
import pwd
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType, TracebackType
from typing import IO, Self, TextIO, TypedDict

PR_SET_PDEATHSIG = 1
TICK_S = 0.1
STANDS_AFTER_S = 60  # a part that ran so long and then ended did not fall over its own feet
LONGEST_PAUSE_S = 30
SAYS_EVERY_S = 5  # that it still waits, and for what
UNPRIVILEGED = "nobody"  # PostgreSQL refuses to run as root


class Trouble(Exception):
    """What stands in the way, in a sentence that says what to do."""


class Stopped(Exception):
    """Somebody asked us to stop: Ctrl-C, SIGTERM, or a closed terminal."""


@dataclass(eq=False)
class Child:
    """A program with a label. `stops_last` is for those that the others need until their end."""

    label: str
    command: list[str]
    env: dict[str, str] = field(default_factory=dict)
    stop_with: int = signal.SIGTERM
    stops_last: bool = False
    has_an_end: bool = False
    as_unprivileged: bool = False
    comes_back: bool = False  # it is started again when it ends by itself
    falls: int = 0  # how often it ended, one soon after the other
    started_at: float = 0.0  # by the monotonic clock
    again_at: float | None = None
    process: subprocess.Popen[bytes] | None = None
    begun: bytes = b""  # the line it has not ended yet

    def start(self, cwd: Path, *, said_to: int | IO[bytes] = subprocess.PIPE, keeps_open: Collection[int] = ()) -> None:
        self.process = subprocess.Popen(
            self.command,
            cwd=cwd,
            env=os.environ | self.env,
            stdin=subprocess.DEVNULL,
            stdout=said_to,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            pass_fds=keeps_open,
            preexec_fn=_dies_with_parent(self.stop_with),
            **unprivileged(self.as_unprivileged),
        )
        self.started_at, self.again_at = time.monotonic(), None

    @property
    def started(self) -> subprocess.Popen[bytes]:
        """Its process; there is none before `start`."""
        if self.process is None:
            raise RuntimeError(f"The part called “{self.label}” has not been started.")
        return self.process

    @property
    def says(self) -> IO[bytes]:
        """What it writes, if it was started to say it to us."""
        if self.started.stdout is None:
            raise RuntimeError(f"The part called “{self.label}” writes to somebody else.")
        return self.started.stdout

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def ask_to_stop(self) -> None:
        if self.is_running:
            self.started.send_signal(self.stop_with)

    def kill(self) -> None:
        """Kill it and all that it started, whether it has ended itself or not."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.started.pid, signal.SIGKILL)
        self.started.wait()


class Rights(TypedDict, total=False):
    """Arguments of `Popen`: as whom a program runs."""

    user: int
    group: int
    extra_groups: list[str | int]


def unprivileged(wanted: bool = True) -> Rights:
    """Return the arguments of `Popen` that take root's rights away; none for an ordinary user."""
    if not wanted or os.geteuid() != 0:
        return {}
    person = pwd.getpwnam(UNPRIVILEGED)
    return {"user": person.pw_uid, "group": person.pw_gid, "extra_groups": []}


def _dies_with_parent(stop_with: int) -> Callable[[], None] | None:
    """Return what a forked child does first: ask the kernel for a signal when its parent dies. Linux only."""
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    parent = os.getpid()

    def ask() -> None:
        prctl(PR_SET_PDEATHSIG, stop_with)
        if os.getppid() != parent:
            os._exit(1)

    return ask


class Family:
    """The children that run together. `with` stops them all, whatever happens."""

    def __init__(self, cwd: Path, *, out: TextIO | None = None) -> None:
        self.cwd = cwd
        self.out = out or sys.stdout
        self.children: list[Child] = []
        self.selector = selectors.DefaultSelector()
        self.stop_signals = 0  # how often somebody asked us to stop

    def __enter__(self) -> Self:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._hear)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _hear(self, number: int, frame: FrameType | None) -> None:
        self.stop_signals += 1

    def say(self, label: str, text: str) -> None:
        """Print one line under a label. A reader who went away (`make run | head`) is a wish to stop."""
        try:
            self.out.write(f"{label:<8}| {text}\n")
            self.out.flush()
        except OSError:
            self.stop_signals += 1
            self.out = io.StringIO()

    def start(self, child: Child) -> None:
        child.start(self.cwd)
        self.children.append(child)
        self.selector.register(child.says, selectors.EVENT_READ, child)

    def finish(self, child: Child, *, awaited: str, trouble: str) -> None:
        """Start a child that has an end, and wait for it, however long it takes."""
        self.start(child)
        self.wait_until(lambda: not child.is_running, awaited=awaited)
        self._drain()
        self.children.remove(child)
        if child.started.returncode != 0:
            raise Trouble(trouble)

    def wait_until(self, is_so: Callable[[], bool], *, awaited: str) -> None:
        """Keep the children going until something is so, or one of them ends; say now and then what is awaited.

        A busy machine has all the time that it needs.
        """
        begun = said_at = time.monotonic()
        while not is_so():
            self.tick()
            if time.monotonic() - said_at >= SAYS_EVERY_S:
                said_at = time.monotonic()
                self.say("rapport", f"waiting for {awaited}, {said_at - begun:.0f} s so far")

    def tick(self) -> None:
        """Pass on what was said, and start again what comes back.

        Raises Stopped when asked to stop, and Trouble when a child ended by itself that the others need.
        """
        self._listen(TICK_S)
        if self.stop_signals:
            raise Stopped
        for child in self.children:
            if child.has_an_end or child.is_running:
                continue
            self._drain()
            if not child.comes_back:
                raise Trouble(
                    f"The part called “{child.label}” stopped ({_how(child.started.returncode)}); "
                    "its last words are above. Everything else is stopped."
                )
            self._come_back(child)

    def _come_back(self, child: Child) -> None:
        """Start it again, after a pause that grows as long as it falls soon after each start."""
        now = time.monotonic()
        if child.again_at is None:
            child.falls = 1 if now - child.started_at >= STANDS_AFTER_S else child.falls + 1
            pause = min(2 ** (child.falls - 1), LONGEST_PAUSE_S)
            child.again_at = now + pause
            how = _how(child.started.returncode)
            self.say("rapport", f"{child.label} stopped ({how}); it starts again in {pause} s")
        elif now >= child.again_at:
            child.kill()  # whatever it left behind
            if child.says in {key.fileobj for key in self.selector.get_map().values()}:
                self.selector.unregister(child.says)
            child.says.close()
            child.begun = b""
            child.start(self.cwd)
            self.selector.register(child.says, selectors.EVENT_READ, child)

    def _drain(self) -> None:
        while self._listen(0):
            pass

    def _listen(self, seconds: float) -> bool:
        """Pass on what the children have said. Returns whether there was anything."""
        ready = self.selector.select(seconds)
        for key, _ in ready:
            self._pass_on(key.data)
        return bool(ready)

    def _pass_on(self, child: Child) -> None:
        """Print the whole lines that a child has written; keep the begun one for later."""
        output = os.read(child.says.fileno(), 65536)
        if not output:
            self.selector.unregister(child.says)
            output = b"\n" if child.begun else b""
        *lines, child.begun = (child.begun + output).split(b"\n")
        for line in lines:
            self.say(child.label, line.decode(errors="replace").rstrip())

    def stop(self) -> None:
        """Stop them all within 8 seconds: those that work first, then those they work on. A second Ctrl-C hurries."""
        self.stop_signals = 0
        self._stop([child for child in self.children if not child.stops_last], seconds=5)
        self._stop([child for child in self.children if child.stops_last], seconds=3)
        self._drain()

    def _stop(self, children: Iterable[Child], *, seconds: float) -> None:
        end = time.monotonic() + seconds
        for child in children:
            child.ask_to_stop()
        while any(child.is_running for child in children) and time.monotonic() < end and not self.stop_signals:
            self._listen(TICK_S)
        for child in children:
            child.kill()


def _how(status: int) -> str:
    return f"killed by signal {-status}" if status < 0 else f"exit status {status}"
