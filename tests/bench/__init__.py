"""Timing for benchmarks: a floor and ours in alternating slices of one run, so that a slow machine slows both.

`python -m tests.bench` runs the `main()` of every bench_*.py in a database of its own. Pages come from gunicorn, one
worker for the floor (a bare Django page) and one for ours, and fetched over HTTP. No test asserts a time.
"""

import gzip
import http.client
import os
import re
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

SLICES = 15
STARTS_WITHIN_S = 60


def say(name, value, unit):
    """Print one line of the table."""
    shown = f"{value:.2f}" if isinstance(value, float) else value
    print(f"bench: {name} {shown} {unit}", flush=True)  # noqa: T201


# --- time -------------------------------------------------------------------------------------------------------------


def alternating(floor, ours, *, times=30, slices=SLICES):
    """Call both in turn: `times` of ours a slice, and the floor for as long as those took.

    Returns (floor, ours): for each slice the seconds of every call.
    """
    floors, own = [], []
    for part in range(slices + 1):
        took = [_timed(ours) for _ in range(times)]
        beside = _called_for(floor, sum(took))
        if part:  # the first slice only warms up
            own.append(took)
            floors.append(beside)
    return floors, own


def _called_for(call, seconds):
    took = [_timed(call)]
    for _ in range(int(seconds / took[0])):
        took.append(_timed(call))
    return took


def _timed(call):
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def p(slices, share):
    """Return the percentile over the calls of all slices, in seconds."""
    calls = sorted(call for part in slices for call in part)
    return calls[min(int(len(calls) * share), len(calls) - 1)]


def ratio(ours, floor):
    """Return how many times the floor ours takes: the median over the slices of their medians, each beside its own."""
    return median(median(own) / median(beside) for own, beside in zip(ours, floor, strict=True))


def cpu_of_database():
    """Return the seconds of CPU that the server has spent on our own connection."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        spent = Path(f"/proc/{cursor.fetchone()[0]}/stat").read_text().rpartition(")")[2].split()
    return (int(spent[11]) + int(spent[12])) / os.sysconf("SC_CLK_TCK")


# --- memory -----------------------------------------------------------------------------------------------------------


def peak_mb(process="self"):
    """Return the most memory that a process held since it began, or since `forget_peak`; None once it has ended."""
    held = re.search(r"VmHWM:\s*(\d+) kB", Path(f"/proc/{process}/status").read_text())
    return int(held[1]) / 1024 if held else None


def forget_peak():
    """Let the peak of this process begin anew."""
    Path("/proc/self/clear_refs").write_text("5")


# --- pages ------------------------------------------------------------------------------------------------------------


def client(person):
    """Return a test client that is signed in as `person`."""
    signed_in = Client(HTTP_HOST="127.0.0.1")
    signed_in.force_login(person, backend="apps.accounts.backends.Backend")
    return signed_in


@contextmanager
def served(person, workers=1):
    """Serve the floor and ours. Yields (floor, get): a call for the bare page, and get(path) as `person`."""
    mine, several = cookie(person), {"WEB_CONCURRENCY": str(workers)}
    with _gunicorn("tests.bench.bare:application") as bare, _gunicorn("config.wsgi:application", **several) as own:
        yield lambda: _get(bare, "/bare/", ""), lambda path: _get(own, path, mine)


def cookie(person):
    """Return the session cookie of `person`, as name=value."""
    return f"{settings.SESSION_COOKIE_NAME}={client(person).cookies[settings.SESSION_COOKIE_NAME].value}"


@contextmanager
def installed(folder):
    """Serve the site as an installation does, its static files collected into `folder`. Yields its address."""
    env = {"SECRET_KEY": settings.SECRET_KEY, "ALLOWED_HOSTS": "127.0.0.1", "MAIL_FROM": "rapport@bench.example"}
    env |= {"RAPPORT_LOCAL": "0", "DJANGO_SETTINGS_MODULE": "config.settings", "STATIC_ROOT": folder}
    collect = [sys.executable, "manage.py", "collectstatic", "--noinput", "-v", "0"]
    subprocess.run(collect, env=os.environ | env, check=True)
    with _gunicorn("config.wsgi:application", **env) as port:
        yield f"http://127.0.0.1:{port}"


@contextmanager
def _gunicorn(application, **env):
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "--bind",
        f"127.0.0.1:{port}",
        "--log-level",
        "error",
        "--graceful-timeout",
        "3",
        application,
    ]
    server = subprocess.Popen(command, env=os.environ | {"DATABASE_URL": database_url()} | env)
    try:
        _wait_for(port, server)
        yield port
    finally:
        server.terminate()
        server.wait(20)


def _wait_for(port, server):
    until = time.monotonic() + STARTS_WITHIN_S
    while time.monotonic() < until and server.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("The server did not start.")


def database_url():
    """The address of the benchmark's own database, for the server."""
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()


def _get(port, path, cookie):
    fetched = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    fetched.request("GET", path, headers={"Cookie": cookie} if cookie else {})
    response = fetched.getresponse()
    body = response.read()
    fetched.close()
    if response.status != 200:
        raise RuntimeError(f"{path} answered {response.status}")
    return body


def queries_and_bytes(signed_in, path):
    """Return how many statements a page takes the second time, and how large it is, compressed."""
    signed_in.get(path)
    with CaptureQueriesContext(connection) as queries:
        response = signed_in.get(path)
    if response.status_code != 200:
        raise RuntimeError(f"{path} answered {response.status_code}")
    return len(queries), len(gzip.compress(response.content, 6))
