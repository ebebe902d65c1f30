"""The whole of Rapport on one machine, from one command: which parts there are, and in which order they come and go.

PostgreSQL and Valkey come from wheels and the mails stay in a folder, unless DATABASE_URL, REDIS_URL or EMAIL_URL name
others. It decides nothing about the product; `children` runs the parts and `servers` knows the two servers.
"""

import fcntl
import http.client
import json
import os
import socket
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from django.conf import settings

from apps.local import servers
from apps.local.children import Child, Family, Stopped, Trouble
from apps.local.people import DEMO_PEOPLE

HOST = servers.HOST
ENDS_WITHIN_S = 5
BUSY = "Rapport is already running on {folder}. Stop that one first, or choose another folder: RAPPORT_DATA=… make run."


NO_DEMO = "The demo world could not be built; the reason is above."


class Busy(Trouble):
    """Another stack runs on the same folder."""


@dataclass
class Place:
    """Where one local stack lives: a port, and a folder that is ours alone."""

    port: int
    folder: Path

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    @property
    def addresses(self) -> Path:
        """The file that tells where the parts of the running stack are, passwords included."""
        return self.folder / "addresses"


def _place(environ: Mapping[str, str]) -> Place:
    return Place(_port(environ.get("PORT") or "8000"), _folder(environ.get("RAPPORT_DATA") or ".local"))


def run(environ: Mapping[str, str], *, empty: bool = False) -> None:
    """Run everything until somebody asks to stop; `empty` leaves out the demo world. Raises Trouble where it cannot."""
    place = _place(environ)
    with _alone(place.folder):
        _must_be_free(place.port)
        with Family(settings.BASE_DIR) as family:
            try:
                _start(family, place, environ, empty)
                while True:
                    family.tick()
            except Stopped:
                family.say("rapport", "stopping")
    sys.stdout.flush()


def demo(environ: Mapping[str, str]) -> None:
    """Build the demo world anew: in the stack that is running on the folder, else in its database alone."""
    place = _place(environ)
    afresh = Child("demo", _manage("demo", "--fresh"), has_an_end=True)
    with Family(settings.BASE_DIR) as family, suppress(Stopped):
        try:
            with _alone(place.folder):
                afresh.env = _environment(family, place, environ)
                _prepare(family, afresh.env, "--empty")
                afresh.env = _as_owner(afresh.env)
                family.finish(afresh, awaited="the demo world", trouble=NO_DEMO)
        except Busy:
            afresh.env = _as_owner(json.loads(place.addresses.read_text()))
            family.finish(afresh, awaited="the demo world", trouble=NO_DEMO)


def _start(family: Family, place: Place, environ: Mapping[str, str], empty: bool) -> None:
    env = _environment(family, place, environ)
    place.addresses.touch(mode=0o600)
    place.addresses.write_text(json.dumps(env))
    _prepare(family, env, *(["--empty"] if empty else []))
    parts = _parts(place, env)
    for child in parts:
        family.start(child)
    family.wait_until(lambda: _is_up(place), awaited="the web server to answer")
    for child in parts:  # what has come up once comes back; what never did would fall for ever
        child.comes_back = True
    for line in _welcome(place, env):
        family.say("rapport", line)


def _prepare(family: Family, env: dict[str, str], *options: str) -> None:
    child = Child("prepare", _manage("local", "--prepare", *options), _as_owner(env), has_an_end=True)
    family.finish(
        child,
        awaited="the database to be prepared",
        trouble="The database could not be prepared; the reason is above. Everything is stopped.",
    )


def _as_owner(env: dict[str, str]) -> dict[str, str]:
    """Return what a part needs that migrates, or builds the demo world anew: it connects as the owner of the tables."""
    return env | {"DATABASE_URL": env["OWNER_DATABASE_URL"], "APP_DATABASE_URL": env["DATABASE_URL"]}


def _environment(family: Family, place: Place, environ: Mapping[str, str]) -> dict[str, str]:
    """Start the servers that nobody named, and return what the other parts need to know."""
    env = {
        "RAPPORT_LOCAL": "1",
        "RAPPORT_DATA": str(place.folder),
        "SITE_URL": place.url,
        "STATIC_ROOT": str(place.folder / "static"),
        "PYTHONUNBUFFERED": "1",
        "PYTHONWARNINGS": "ignore:You're running the worker with superuser privileges",  # words: ok
        **_database(family, place, environ),
        "REDIS_URL": environ.get("REDIS_URL") or _valkey(family, place),
    }
    if environ.get("EMAIL_URL"):
        return env | {"EMAIL_URL": environ["EMAIL_URL"], "RAPPORT_MAIL": ""}
    return env | _sink(family, place)


def _database(family: Family, place: Place, environ: Mapping[str, str]) -> dict[str, str]:
    """Return where the database is: for Rapport, and for the owner of its tables, who may be the same."""
    named = environ.get("DATABASE_URL")
    if named:
        return {"DATABASE_URL": named, "OWNER_DATABASE_URL": named}
    owner = _postgres(family, place)
    return {"DATABASE_URL": servers.as_app(owner), "OWNER_DATABASE_URL": owner}


def _postgres(family: Family, place: Place) -> str:
    child, url = servers.postgres(place.folder)
    family.start(child)
    family.wait_until(
        lambda: servers.has_started(place.folder) and servers.answers(url), awaited="PostgreSQL to answer"
    )
    return url


def _valkey(family: Family, place: Place) -> str:
    child, url = servers.valkey(place.folder)
    family.start(child)
    family.wait_until(lambda: servers.pongs(url), awaited="Valkey to answer")
    return url


def _sink(family: Family, place: Place) -> dict[str, str]:
    port = servers.free_port()
    mails = place.folder / "mail"
    mails.mkdir(exist_ok=True)
    family.start(Child("mail", _python("-m", "apps.local.sink", str(port), str(mails)), stops_last=True))
    return {"EMAIL_URL": f"smtp://{HOST}:{port}", "RAPPORT_MAIL": str(mails)}


def _parts(place: Place, env: dict[str, str]) -> list[Child]:
    """Return the parts that are Rapport itself."""
    celery = _python("-m", "celery", "--quiet", "-A", "config")
    alone = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    gunicorn = ["--workers", "2", "--threads", "4", "--graceful-timeout", "3", "--no-control-socket"]
    gunicorn += ["--timeout", "0"]  # one that takes long to begin, on a busy machine, is not one that hangs
    web = [*_python("-m", "gunicorn", "config.wsgi"), "--bind", f"{HOST}:{place.port}", *gunicorn]
    return [
        Child("web", [*web, "--log-level", "warning"], env),
        Child("worker", [*celery, "worker", "--concurrency", "2", "--loglevel", "WARNING", *alone], env),
        Child("beat", [*celery, "beat", "--schedule", str(place.folder / "beat"), "--pidfile="], env),
        Child("loop", _manage("deliver", "--loop"), env),
    ]


def _python(*arguments: str) -> list[str]:
    return [sys.executable, *arguments]


def _manage(*arguments: str) -> list[str]:
    return _python("manage.py", *arguments)


def _is_up(place: Place) -> bool:
    connection = http.client.HTTPConnection(HOST, place.port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def _server(url: str) -> str:
    """Return the host and port of an address, without its password."""
    return urlsplit(url).netloc.rpartition("@")[2]


def _welcome(place: Place, env: Mapping[str, str]) -> list[str]:
    people = ", ".join(_enter_as(env)) or "no one yet: `make demo` builds a world with people in it"
    mails = f"{place.url}/local/mail/" if env["RAPPORT_MAIL"] else f"they go to {_server(env['EMAIL_URL'])}"
    return [
        "",
        f"Rapport is ready: {place.url}/",
        f"  Enter as        {people}",
        f"  Sent emails     {mails}",
        f"  Data            {place.folder}",
        "Ctrl-C stops everything.",
        "",
    ]


def _enter_as(env: Mapping[str, str]) -> list[str]:
    """Name the demo people who are in the database, as the front page does."""
    with psycopg.connect(env["DATABASE_URL"]) as database:
        rows = database.execute(
            "SELECT email FROM accounts_user WHERE email = ANY(%s)", [[p.email for p in DEMO_PEOPLE.values()]]
        )
        here = {email for (email,) in rows}
    return [person.title for person in DEMO_PEOPLE.values() if person.email in here]


# --- may we? ----------------------------------------------------------------------------------------------------------


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise Trouble(f"PORT is “{text}”; it must be a number between 1 and 65535.")
    return int(text)


def _folder(text: str) -> Path:
    """Return the data folder as an absolute path, made if need be, known to be writable."""
    folder = (settings.BASE_DIR / Path(text).expanduser()).resolve()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / f"probe-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise Trouble(
            f"Rapport can’t write to {folder} ({error.strerror}). Choose another folder: RAPPORT_DATA=… make run."
        ) from None
    return folder


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the folder for ourselves; the lock goes with the process, however it ends."""
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Busy(BUSY.format(folder=folder)) from None
        yield


def _must_be_free(port: int) -> None:
    """Wait a moment for a web server of ours whose parent was killed; raise Trouble where another program stays."""
    ends_at = time.monotonic() + ENDS_WITHIN_S
    while not _is_free(port):
        if time.monotonic() >= ends_at:
            raise Trouble(f"Port {port} is used by another program. Choose another: PORT=8001 make run.")
        time.sleep(0.2)


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except PermissionError:
            raise Trouble(f"Rapport isn’t allowed to use port {port}. Choose another: PORT=8001 make run.") from None
        except OSError:
            return False
    return True
