"""Timing for benchmarks: a floor and ours in alternating slices of one run, so that a slow machine slows both.

`python -m tests.bench` runs the `main()` of every bench_*.py in a database of its own. No test asserts a time.
"""

import gzip
import time
from statistics import median

from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

SLICES = 7
NEW_PROJECT = (
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
)
HOST = {"HTTP_HOST": "127.0.0.1"}


def say(name, value, unit):
    """Print one line of the table."""
    shown = f"{value:.2f}" if isinstance(value, float) else value
    print(f"bench: {name} {shown} {unit}", flush=True)  # noqa: T201


def alternating(floor, ours, *, times=30, slices=SLICES):
    """Call both in turn, `times` each per slice. Returns (floor seconds, all of ours), each a list of single calls."""
    floors, own = [], []
    for part in range(slices + 1):
        for call, into in ((floor, floors), (ours, own)):
            took = [_timed(call) for _ in range(times)]
            if part:  # the first slice only warms up
                into.append(took)
    return floors, own


def _timed(call):
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def p(values, share):
    """Return the percentile of a list of slices, over all their calls."""
    calls = sorted(call for part in values for call in part)
    return calls[min(int(len(calls) * share), len(calls) - 1)]


def ratio(ours, floor):
    """Return the median of the slices' medians, ours over the floor."""
    return median(median(part) for part in ours) / median(median(part) for part in floor)


def bare():
    """Return a call that gets a bare Django page: one template, the middleware of a new project, no database."""
    with override_settings(MIDDLEWARE=NEW_PROJECT):
        client = Client(**HOST)
        assert client.get("/bare/").status_code == 200  # loads the handler with this middleware
    return lambda: client.get("/bare/")


def signed_in(person):
    """Return a client of ours, signed in, as a browser on this machine."""
    client = Client(**HOST)
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def queries_and_bytes(client, path):
    """Return how many statements a page takes and how large it is, compressed."""
    with CaptureQueriesContext(connection) as queries:
        response = client.get(path)
    assert response.status_code == 200, (path, response.status_code)
    return len(queries), len(gzip.compress(response.content, 6))
