"""Run every bench_*.py of this folder, or those named, each in a database of its own: python -m tests.bench [directory]

What takes longest runs only by its name (ONLY_BY_NAME).
None waits for ever: one that takes longer than BENCH_MINUTES (20) is given up, and the others go on.
"""

import importlib
import os
import signal
import sys
from contextlib import contextmanager
from pathlib import Path

import django

MINUTES = float(os.environ.get("BENCH_MINUTES", "20"))


ONLY_BY_NAME = {"directory_million", "fair"}


class GivenUp(BaseException):
    """A benchmark took longer than it may. A sweep survives any mere Exception, and must not survive this."""


@contextmanager
def at_most(minutes):
    def give_up(number, frame):
        raise GivenUp(f"after {minutes:g} minutes")

    before = signal.signal(signal.SIGALRM, give_up)
    signal.setitimer(signal.ITIMER_REAL, minutes * 60)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def main(names):
    """Return how many were given up."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ.setdefault("RAPPORT_LOCAL", "1")
    django.setup()
    # Only now: these need the apps.
    database, say = importlib.import_module("tests.bench.database"), importlib.import_module("tests.bench").say
    found = sorted(path.stem.removeprefix("bench_") for path in Path(__file__).parent.glob("bench_*.py"))
    given_up = 0
    with database.made():
        for name in [name for name in found if name in names or not (names or name in ONLY_BY_NAME)]:
            try:
                with database.world(name), at_most(MINUTES):
                    importlib.import_module(f"tests.bench.bench_{name}").main()
            except GivenUp as error:
                given_up += 1
                say(f"{name}_given_up", str(error), "")
    return given_up


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
