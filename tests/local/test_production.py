"""Rapport as an installation runs it: static files collected, gunicorn, https at a proxy; no local stack around it."""

import http.client
import json
import os
import re
import subprocess
import sys
import time
from contextlib import closing
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection

from apps.local import servers

pytestmark = pytest.mark.whole

HOST = "rapport.example.edu"
HASHED = re.compile(r"\.[0-9a-f]{12}\.\w+$")
LINKED = re.compile(r'(?:href|src)="(/static/[^"#]+)')


def environment(folder):
    """Return what an installation sets, on the database and the broker of this test run."""
    ours = {"RAPPORT_LOCAL", "DJANGO_SETTINGS_MODULE", "PYTEST_CURRENT_TEST"}
    database = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    return {name: value for name, value in os.environ.items() if name not in ours} | {
        "SECRET_KEY": "x" * 60,
        "SITE_URL": f"https://{HOST}",
        "ALLOWED_HOSTS": HOST,
        "MAIL_FROM": f"rapport@{HOST}",
        "PROXIES": "1",
        "DATABASE_URL": database,
        "STATIC_ROOT": str(folder),
    }


def run(env, *arguments):
    return subprocess.run(
        [sys.executable, *arguments], cwd=settings.BASE_DIR, env=env, capture_output=True, text=True, check=False
    )


class Site:
    """A gunicorn with the settings of an installation, and what a proxy in front of it would ask."""

    def __init__(self, env):
        self.port = servers.free_port()
        command = ["-m", "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{self.port}", "--log-level", "warning"]
        self.process = subprocess.Popen([sys.executable, *command], cwd=settings.BASE_DIR, env=env)
        end = time.monotonic() + 60
        while not self._listens():
            assert self.process.poll() is None, "gunicorn ended by itself"
            assert time.monotonic() < end, "gunicorn does not listen"

    def _listens(self):
        try:
            return self.get("/healthz")[0] == 200
        except ConnectionRefusedError:
            return False

    def get(self, path, **headers):
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)) as fetched:
            fetched.request("GET", path, headers={"Host": HOST} | headers)
            answer = fetched.getresponse()
            return answer.status, answer.headers, answer.read()

    def page(self, path):
        """Ask as a proxy does that took the question over https."""
        return self.get(path, **{"X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.7"})

    def close(self):
        self.process.terminate()
        self.process.wait(10)


@pytest.fixture
def site(transactional_db, tmp_path):
    env = environment(tmp_path)
    collected = run(env, "manage.py", "collectstatic", "--noinput", "-v", "0")
    assert (collected.returncode, collected.stderr) == (0, "")
    running = Site(env)
    yield running
    running.close()


def test_an_installation_serves_hashed_files_behind_https(site):
    status, headers, body = site.page("/accounts/login/")
    assert status == 200
    assert headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    assert all(cookie.startswith("__Host-") and "Secure" in cookie for cookie in headers.get_all("Set-Cookie"))
    linked = set(LINKED.findall(body.decode()))
    assert len(linked) > 3
    assert [path for path in linked if not HASHED.search(path)] == []
    for path in linked:
        status, headers, _ = site.page(path)
        assert (status, headers["Cache-Control"]) == (200, "max-age=315360000, public, immutable"), path

    assert site.get("/accounts/login/")[0] == 301  # not over https: only health may be asked so
    assert site.page("/nothing/here/")[0] == 404
    assert site.page("/local/mail/")[0] == 404
    assert b"Enter as" not in body


def test_without_a_database_it_lives_and_says_what_is_away(db, tmp_path):
    nowhere = f"postgresql://rapport:rapport@127.0.0.1:{servers.free_port()}/rapport"
    with closing(Site(environment(tmp_path) | {"DATABASE_URL": nowhere})) as site:
        assert site.get("/healthz")[0] == 200
        status, _, body = site.get("/readyz")
    said = json.loads(body)
    assert (status, said["ready"], said["database"], said["broker"]) == (503, False, "does not answer", "ok")


@pytest.mark.parametrize("name", ["SECRET_KEY", "MAIL_FROM"])
def test_what_an_installation_must_set_is_asked_for_by_name(name):
    env = {"PATH": os.environ["PATH"], "SECRET_KEY": "x" * 60, "MAIL_FROM": "rapport@example.edu"}
    answer = run(env | {name: ""}, "-c", "import config.settings")
    assert answer.returncode == 1
    assert f"ImproperlyConfigured: Set {name} to" in answer.stderr


def found(pattern, *path):
    return set(re.findall(pattern, settings.BASE_DIR.joinpath(*path).read_text(), re.MULTILINE))


def test_the_example_names_every_variable_that_is_read():
    read = found(r'\benv\.\w+\(\s*"([A-Z_]+)"', "config", "settings.py")
    read |= found(r'environ(?:\.get\(|\[)"([A-Z_]+)"', "apps", "local", "stack.py")
    read |= found(r"\$\{([A-Z_]+)", "docker-compose.yml")
    told = found(r"^(?:# )?([A-Z_]+)=", ".env.example")
    assert len(read) > 15
    assert read - told == set()


@pytest.mark.parametrize(("set_to", "preloads"), [({}, False), ({"HSTS_PRELOAD": "true"}, True)])
def test_the_list_that_browsers_ship_is_joined_only_when_asked(set_to, preloads, tmp_path):
    read = "from django.conf import settings as s; print(s.SECURE_HSTS_SECONDS > 0, s.SECURE_HSTS_PRELOAD)"
    env = environment(tmp_path) | {"DJANGO_SETTINGS_MODULE": "config.settings"} | set_to
    assert run(env, "-c", read).stdout.split() == ["True", str(preloads)]
