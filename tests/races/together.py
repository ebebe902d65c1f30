"""What the races share: many threads that start at once, a real web server, and clients that press one button.

RACE_SCALE in the environment repeats them: 10 play more than the whole catalogue (reliability.md 7, B1, B3, B6).
"""

import contextlib
import http.client
import os
import socket
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from urllib.parse import urlencode

from django.conf import settings
from django.db import connection, connections
from django.test import Client

from apps.web.answers import Refused

SCALE = int(os.environ.get("RACE_SCALE", "1"))


def at_once(*acts, connects=True):
    """Run all acts at the same moment, each on a connection of its own. Returns what each gave, or raised."""
    barrier = Barrier(len(acts))

    def run(act):
        try:
            if connects:
                connection.ensure_connection()
            barrier.wait(30)
            return act()
        except Exception as error:  # what a loser of a race meets is what the test looks at
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def all_press(*presses):
    """Press all buttons at the same moment. Returns (status, page) of each."""
    return at_once(*presses, connects=False)


def tally(results):
    """Count the results of acts: those that worked, those refused kindly, and everything else by its name."""
    return Counter(
        "refused" if isinstance(one, Refused) else type(one).__name__ if isinstance(one, Exception) else "done"
        for one in results
    )


def deadlocks():
    """Return how many deadlocks the database has broken so far."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_stat_force_next_flush(), deadlocks FROM pg_stat_database WHERE datname = current_database()"
        )
        return cursor.fetchone()[1]


# --- over HTTP --------------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def web_server(log):
    """Serve the test database as production does: gunicorn, two processes, many threads. Yields its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{port}"]
    command += ["--workers", "2", "--threads", "16", "--log-level", "warning"]
    with log.open("wb") as said:
        server = subprocess.Popen(command, env=_environment(port), stdout=said, stderr=said, cwd=settings.BASE_DIR)
    try:
        _wait(server, port, log)
        yield port
    finally:
        server.terminate()
        server.wait(20)


def _environment(port):
    database = connection.settings_dict
    url = f"postgresql://{database['USER']}:{database['PASSWORD']}@{database['HOST']}:{database['PORT']}/{database['NAME']}"
    mine = {"DATABASE_URL": url, "RAPPORT_LOCAL": "1", "SITE_URL": f"http://127.0.0.1:{port}", "LOG_LEVEL": "WARNING"}
    return os.environ | mine | {"DJANGO_SETTINGS_MODULE": "config.settings"}


def _wait(server, port, log):
    end = time.monotonic() + 180
    while server.poll() is None and time.monotonic() < end:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
    raise AssertionError(f"The web server does not answer: {log.read_text()}")


SECRET = "r" * 32  # of the token that every form carries: cookie and form agree


class Tab:
    """One browser: signed in, or come in by mailed links. Any number of its buttons can be pressed at once.

    `machine` is the address that a proxy before the server names as the browser's.
    """

    def __init__(self, port, person=None, links=(), machine="127.0.0.1"):
        browser = Client(headers={"host": "127.0.0.1"})
        if person is not None:
            browser.force_login(person, backend="apps.accounts.backends.Backend")
        for link in links:
            browser.get(f"/a/{link}/")
        cookies = {name: morsel.value for name, morsel in browser.cookies.items()}
        cookies[settings.CSRF_COOKIE_NAME] = SECRET
        self.port, self.machine, self.cookies = (
            port,
            machine,
            "; ".join(f"{name}={value}" for name, value in cookies.items()),
        )

    def press(self, url, **data):
        """Return a button: what it does when the moment has come is one POST. It gives (status, page)."""

        def pressed():
            body = urlencode(data | {"csrfmiddlewaretoken": SECRET})
            headers = {"Cookie": self.cookies, "Content-Type": "application/x-www-form-urlencoded", "Host": "127.0.0.1"}
            headers["X-Forwarded-For"] = self.machine
            with contextlib.closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)) as line:
                line.request("POST", url, body, headers)
                answer = line.getresponse()
                return answer.status, answer.read().decode()

        return pressed
