"""One of the two codes: lines that run inside its checkout, and its pages over HTTP."""

import http.client
import os
import re
import subprocess
from dataclasses import dataclass
from http.cookies import SimpleCookie
from pathlib import Path

SITE = "127.0.0.1:8000"  # what both believe to be called, whatever port they listen on
RANDOM = [  # what is drawn by lot
    (re.compile(r'(name="(?:once|client_id)" value=")[^"]*'), r"\1…"),  # of one form
    (re.compile(r"\b[A-Za-z0-9]{64}\b"), "…"),  # against forged forms
    (re.compile(r"(://[^\s\"<>]*/)[\w-]{40,}"), r"\1…"),  # of a mailed link
]
IDLE_HEADERS = {"date", "server", "content-length", "set-cookie"}

READY = "import django; django.setup()\n"
PATTERNS = """
import json
from django.urls import URLPattern, get_resolver
def every(patterns, before=""):
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield pattern.name, route
        else:
            yield from every(pattern.url_patterns, route)
print(json.dumps([*every(get_resolver().url_patterns)]))
"""
SESSIONS = """
import json, sys
from django.conf import settings
from django.contrib.auth import get_user_model
from django.test import Client
keys = {}
for person in get_user_model().objects.filter(pk__in=json.loads(sys.argv[1])):
    client = Client()
    client.force_login(person)
    keys[person.pk] = client.cookies[settings.SESSION_COOKIE_NAME].value
print(json.dumps(keys))
"""
SERVE = """
import datetime, logging, os, sys, threading, time_machine
from wsgiref.simple_server import WSGIRequestHandler, make_server
from config.wsgi import application
class Quiet(WSGIRequestHandler):
    def log_message(self, *args): pass
    def address_string(self): return self.client_address[0]
logging.disable(logging.WARNING)  # refusals are what half of the answers are meant to be
def end_with_parent():
    sys.stdin.read()
    os._exit(0)
threading.Thread(target=end_with_parent, daemon=True).start()
server = make_server("127.0.0.1", 0, application, handler_class=Quiet)
print(server.server_port, flush=True)
time_machine.travel(datetime.datetime.fromisoformat(sys.argv[1]), tick=False).start()
server.serve_forever()
"""
SWEEP = """
from django.conf import settings
from django.utils.module_loading import import_string
import_string(settings.CELERY_BEAT_SCHEDULE["sweep"]["task"])()
"""


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: str

    def __str__(self) -> str:
        head = "".join(f"{name}: {value}\n" for name, value in sorted(self.headers.items()))
        return f"{self.status}\n{head}\n{masked(self.body)}"


class Code:
    """One checkout, and the database that is its own."""

    def __init__(self, folder: Path, database: str) -> None:
        self.folder, self.database, self.port = folder, database, 0
        ours = {"DJANGO_SETTINGS_MODULE": "config.settings", "SITE_URL": f"http://{SITE}", "LOG_LEVEL": "ERROR"}
        self.env = os.environ | ours | {"DATABASE_URL": database, "RAPPORT_DATA": "", "RAPPORT_MAIL": ""}

    def command(self, code: str, *more: str) -> list[str]:
        return [str(self.folder / ".venv/bin/python"), "-c", code, *more]

    def run(self, code: str, *more: str) -> str:
        """Run a few lines with the checkout's own Python, and return what they print."""
        command = self.command(READY + code, *more)
        return subprocess.run(
            command, cwd=self.folder, env=self.env, stdout=subprocess.PIPE, text=True, check=True
        ).stdout

    def serve(self, moment: str) -> subprocess.Popen[str]:
        """Start to serve the pages, as of a moment; it ends with us."""
        command = self.command(SERVE, moment)
        pipe = subprocess.PIPE
        server = subprocess.Popen(command, cwd=self.folder, env=self.env, stdin=pipe, stdout=pipe, text=True)
        assert server.stdout
        self.port = int(server.stdout.readline())
        return server

    def get(self, path: str, cookies: dict[str, str], *, htmx: bool) -> Answer:
        """GET an address; `cookies` are the reader's, and are kept up to date."""
        headers = {"Host": SITE, "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request("GET", path, headers=headers | ({"HX-Request": "true"} if htmx else {}))
        answer = connection.getresponse()
        body = answer.read().decode(errors="replace")
        connection.close()
        for morsel in (m for line in answer.headers.get_all("Set-Cookie", []) for m in SimpleCookie(line).values()):
            cookies[morsel.key] = morsel.value
        return Answer(answer.status, {n: v for n, v in answer.headers.items() if n.lower() not in IDLE_HEADERS}, body)


def masked(body: str) -> str:
    for pattern, kept in RANDOM:
        body = pattern.sub(kept, body)
    return body
