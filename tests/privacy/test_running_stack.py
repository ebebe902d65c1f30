"""Somebody is deleted in a running stack: no word of theirs is left in a table, a file or a log of it (K5).

What must stay is named: the mails that were delivered lie in the recipients' own mailbox, which here is a folder, and
PostgreSQL's own files hold what a statement removed until they are written over (as backups do, docs/operations.md).
"""

import http.client
import json
import shutil
from pathlib import Path

import psycopg
import pytest

from tests.stack import Lived, ready_folder, until

pytestmark = pytest.mark.whole
DELIVERED = "mail"  # the folder of the mailbox: others' property, once a mail has arrived
DATABASE = "postgres"  # looked at as tables

PLANT = """
import json
from apps.accounts.models import User
from tests import world
from tests.access.stage import Stage
from tests.privacy import canaries
from tests.privacy.test_erasing import furnish
student = world.student("Amira Haddad", coach=world.coach("Ruth Amsel"))
cast = (student, world.alum("Ingrid Solheim"), student.student_profile.coach, world.office("Olive Marsh"))
stage = Stage(*cast)
furnish(stage)
planted = {}
for person in cast[:3]:
    planted[person.pk] = list(canaries.plant(User.objects.get(pk=person.pk)))
print(json.dumps(planted))
"""
LET_IN = """
from django.test import Client
from apps.accounts.models import User
person = User.objects.get(pk={pk})
client = Client(HTTP_HOST="127.0.0.1")
client.force_login(person, backend="apps.accounts.backends.Backend")
print(client.cookies["session"].value)
"""
ERASE = """
from django.utils import timezone
from apps.accounts.models import User
from apps.privacy import erasures
erasures.at_once(User.objects.get(pk={pk}), now=timezone.now())
"""
PAGES = ("/me/", "/me/data/", "/today/", "/network/", "/conversations/", "/alum/", "/coach/", "/people/?q={mark}")


@pytest.fixture(scope="module")
def stack():
    folder = ready_folder("--empty")
    running = Lived(folder, "--empty")
    yield running
    running.close()
    shutil.rmtree(folder, ignore_errors=True)


def as_owner(stack, code):
    """Run some lines as the role that owns the tables: what is planted passes every guard of the database."""
    before = stack.addresses
    stack.addresses = before | {"DATABASE_URL": before["OWNER_DATABASE_URL"]}
    try:
        return stack.run(code)
    finally:
        stack.addresses = before


def tables_with(stack, marks):
    """Return (table, column) for every column of the stack's database in which one of the words stands."""
    owner = psycopg.connect(stack.addresses["OWNER_DATABASE_URL"], autocommit=True)
    columns = owner.execute(
        "SELECT c.relname, a.attname, t.typname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid"
        " JOIN pg_type t ON t.oid = a.atttypid WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'"
        " AND a.attnum > 0 AND NOT a.attisdropped"
    ).fetchall()
    found = set()
    for table, column, kind in columns:
        said = f"encode(\"{column}\", 'escape')" if kind == "bytea" else f'"{column}"::text'
        query = f'SELECT EXISTS (SELECT FROM "{table}" WHERE {said} ILIKE ANY(%s))'
        if owner.execute(query, [[f"%{mark}%" for mark in marks]]).fetchone()[0]:
            found.add((table, column))
    owner.close()
    return found


def files_with(folder, marks):
    """Return the files of the stack that hold one of the words: its logs, what it exported, what it keeps."""
    needles, found = [mark.encode() for mark in marks], []
    for path in folder.rglob("*"):
        inside = path.relative_to(folder).parts
        if path.is_file() and inside[0] not in (DELIVERED, DATABASE, "static"):
            content = path.read_bytes()
            found += [str(path)] if any(needle in content for needle in needles) else []
    return found


def test_no_word_of_theirs_is_left_in_tables_files_and_logs(stack):
    folder = Path(stack.addresses["RAPPORT_DATA"])
    planted = {int(pk): marks for pk, marks in json.loads(as_owner(stack, PLANT).splitlines()[-1]).items()}
    marks = [mark for some in planted.values() for mark in some]
    assert len(marks) > 60
    assert tables_with(stack, marks)
    for pk, some in planted.items():
        cookie = stack.run(LET_IN.format(pk=pk))
        for path in PAGES:  # so that the site has had them in its hands
            _get(stack, path.format(mark=some[0]), cookie)
        stack.change("UPDATE mail_outboundmessage SET next_at = now() WHERE person_id = %s AND state = 'pending'", pk)
    stack.sweeps()
    assert files_with(folder / DELIVERED, marks)  # so there was something to find
    for pk in planted:
        stack.run(ERASE.format(pk=pk))
    stack.sweeps()
    _get(stack, "/nothing/here/", "")
    until(lambda: "Not Found: /nothing/here/" in "".join(stack.said))  # the logs are the ones that are looked at
    said = "".join(stack.said)
    left = (tables_with(stack, marks), files_with(folder, marks), [mark for mark in marks if mark in said])
    assert left == (set(), [], [])


def _get(stack, path, cookie):
    line = http.client.HTTPConnection("127.0.0.1", int(stack.env["PORT"]), timeout=20)
    line.request("GET", path, headers={"Cookie": f"session={cookie}"})
    status = line.getresponse().status
    line.close()
    assert status < 500, path
