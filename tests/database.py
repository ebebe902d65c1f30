"""The database of every test: a copy of one that the migrations have made, and what they left there after each test.

The one that is copied is kept, under a name that tells all migrations; whoever needs it first makes it. A database
belongs to one process: it holds a connection to it while it lives, so what nobody is connected to is a dead run's.
All that makes or drops a database holds one lock of the server, so any number of runs may share a server.
"""

import hashlib
import uuid
from contextlib import contextmanager
from pathlib import Path

import django
import psycopg
from django.apps import apps
from django.conf import settings
from django.db import connection
from psycopg import sql

from apps.policy.models import Policy

MADE, OWN = "rapport_made_", "rapport_test_"
KEPT = 4  # of the made ones: another branch may have other migrations
LOCK = 811_071_311
DOMAIN = "tamarack.example"
LEFT = "kept"  # the schema with what the migrations left in the tables


class Database:
    """The database of one process. `close` drops it; a process that is killed leaves that to the next run."""

    def __init__(self):
        self.url = _settings()
        self.name = f"{OWN}{uuid.uuid4().hex[:12]}"
        with _server(self.url) as server:
            made = MADE + _migrations()
            if not _exists(server, made):
                _make(server, made)
            _forget(server)
            _sql(server, "CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy", self.name, made)
            self.held = psycopg.connect(**self.url | {"dbname": self.name}, autocommit=True)
        _use(self.name)
        self.restore = _restoring(self.held)

    def close(self):
        connection.close()
        self.held.close()
        with _server(self.url) as server:
            _sql(server, "DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name)

    def restored(self):
        """Empty every table, and put back what the migrations left. Waits, as TRUNCATE does, for whoever still writes.

        Django's own way empties seventy tables that are empty and makes all permissions anew: half a minute of a run.
        """
        with self.held.transaction():
            self.held.execute(self.restore, prepare=False)


def _settings():
    given = connection.settings_dict
    named = {"host": given["HOST"], "port": given["PORT"], "user": given["USER"], "password": given["PASSWORD"]}
    return {name: value for name, value in named.items() if value}


@contextmanager
def _server(url):
    """Connect to the server, alone among all who make or drop a database."""
    with psycopg.connect(**url | {"dbname": "postgres"}, autocommit=True) as server:
        server.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        yield server


def _sql(server, text, *names):
    return server.execute(sql.SQL(text).format(*map(sql.Identifier, names)))


def _use(name):
    connection.close()
    connection.settings_dict["NAME"] = settings.DATABASES["default"]["NAME"] = name


# --- the one that is copied -------------------------------------------------------------------------------------------


def _migrations():
    """Return a short name for all that a migration reads: the files beside it, and what carries it out."""
    told = hashlib.sha256(repr((django.VERSION, Path(__file__).read_bytes())).encode())
    for app in sorted(apps.get_app_configs(), key=lambda app: app.label):
        folders = [Path(app.path) / name for name in ("migrations", "data")]
        for path in sorted(path for folder in folders for path in folder.glob("*.*") if path.is_file()):
            told.update(f"{app.label} {path.name}".encode() + path.read_bytes())
    return told.hexdigest()[:16]


def _exists(server, name):
    return server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()


def _make(server, name):
    """Migrate a new database, and give it its name when it is whole."""
    begun = f"{OWN}{uuid.uuid4().hex[:12]}"
    connection.settings_dict["TEST"]["NAME"] = begun
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    Policy.objects.create(university="Tamarack University", short_name="Tamarack", office_email=f"career@{DOMAIN}")
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE SCHEMA {LEFT}")
        for table, _ in _tables(cursor):
            cursor.execute(f'CREATE TABLE {LEFT}."{table}" AS TABLE public."{table}"')
            cursor.execute(f'SELECT count(*) FROM {LEFT}."{table}"')
            if not cursor.fetchone()[0]:
                cursor.execute(f'DROP TABLE {LEFT}."{table}"')
    connection.close()
    _sql(server, "ALTER DATABASE {} RENAME TO {}", begun, name)


def _forget(server):
    """Drop the databases of dead runs, and all but the newest made ones."""
    made = server.execute(
        "SELECT datname FROM pg_database WHERE starts_with(datname, %s) ORDER BY oid DESC OFFSET %s", [MADE, KEPT]
    )
    dead = server.execute(
        "SELECT datname FROM pg_database d WHERE starts_with(datname, %s)"
        " AND NOT EXISTS (SELECT FROM pg_stat_activity a WHERE a.datid = d.oid)",
        [OWN],
    )
    for (name,) in [*made.fetchall(), *dead.fetchall()]:
        _sql(server, "DROP DATABASE IF EXISTS {}", name)


# --- after a test -----------------------------------------------------------------------------------------------------


def _tables(cursor, schema="public"):
    """Return (name, its columns that can be written) of every table."""
    return cursor.execute(
        "SELECT table_name, string_agg(quote_ident(column_name), ', ' ORDER BY ordinal_position)"
        " FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)"
        " WHERE table_schema = %s AND table_type = 'BASE TABLE' AND is_generated = 'NEVER' GROUP BY 1 ORDER BY 1",
        [schema],
    ).fetchall()


def _restoring(server):
    """Return the statements that bring every table back to what the migrations left, whatever guards it."""
    tables, left = dict(_tables(server)), dict(_tables(server, LEFT))
    lock = f"LOCK TABLE {', '.join(f'"{name}"' for name in tables)} IN ACCESS EXCLUSIVE MODE"
    alone = ["SET LOCAL lock_timeout = '10s'", lock, "SET LOCAL session_replication_role = replica"]
    empty = [f'DELETE FROM "{name}"' for name in tables]
    fill = [
        f'INSERT INTO "{name}" ({columns}) OVERRIDING SYSTEM VALUE SELECT {columns} FROM {LEFT}."{name}"'
        for name, columns in tables.items()
        if name in left
    ]
    return ";\n".join([*alone, *empty, *fill])
