"""The drill: a dump, restored beside the original, and adopted, with the real programs (J1, `make drill`)."""

import os
import subprocess
import sys
import time
from contextlib import closing, contextmanager

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from apps.installation import belonging
from apps.installation.models import Installation
from apps.local import servers
from apps.mail import outbox
from apps.mail.models import OutboundMessage
from tests.stack import until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.whole]
MAILS = int(os.environ.get("DRILL_MAILS", "50"))
SENT_AT_LEAST = min(MAILS, 20)


def url(name):
    given = connection.settings_dict
    return f"postgresql://{given['USER']}:{given['PASSWORD']}@{given['HOST']}:{given['PORT']}/{name}"


def program(name, *arguments):
    done = subprocess.run([servers._program(name), *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@contextmanager
def restored(dump, name):
    """The dump in a database of its own on the same server, as somebody restores it who has all the settings."""
    with closing(psycopg.connect(url("postgres"), autocommit=True)) as server:
        server.execute(f"DROP DATABASE IF EXISTS {name}")
        server.execute(f"CREATE DATABASE {name}")
        try:
            program("pg_restore", "--no-owner", f"--dbname={url(name)}", str(dump))
            yield url(name)
        finally:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def promised(count):
    """Promise `count` mails that are due."""
    said = {"what": "A passkey was added.", "timestamp": timezone.now(), "ip": "192.0.2.7"}
    first = outbox.queue("security_notice", to="p0@x.example", occasion=outbox.Occasion("drill0"), context=said)
    rows = [like(first, number) for number in range(1, count)]
    OutboundMessage.objects.bulk_create(rows, batch_size=2000)


def like(first, number):
    names = [field.attname for field in OutboundMessage._meta.concrete_fields if field.attname != "id"]
    told = {name: getattr(first, name) for name in names}
    told |= {"key": f"drill{number}", "recipient": f"p{number}@x.example", "message_id": f"<{number}@x.example>"}
    return OutboundMessage(**told)


@pytest.fixture
def sink(tmp_path):
    """A mail server that keeps what it is given; returns its address and how many it has."""
    port = servers.free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "apps.local.sink", str(port), str(tmp_path)], cwd=settings.BASE_DIR
    )
    until(lambda: _listens(port))
    yield f"smtp://127.0.0.1:{port}", lambda: len(list(tmp_path.glob("*.eml")))
    process.terminate()
    process.wait(10)


def _listens(port):
    try:
        with closing(servers.socket.create_connection(("127.0.0.1", port), timeout=1)):
            return True
    except OSError:
        return False


def manage(database, mail, *arguments):
    env = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    env |= {"RAPPORT_LOCAL": "1", "DATABASE_URL": database, "EMAIL_URL": mail, "RAPPORT_MAIL": ""}
    env |= {"SITE_URL": settings.SITE_URL}
    command = [sys.executable, "manage.py", *arguments]
    done = subprocess.run(command, cwd=settings.BASE_DIR, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_restored_copy_sends_nothing_until_it_is_adopted(sink, tmp_path):
    mail, received = sink
    belonging.adopt()
    promised(MAILS)
    begun = time.monotonic()
    program("pg_dump", "--format=custom", f"--file={tmp_path / 'drill.dump'}", url(connection.settings_dict["NAME"]))
    dumped = time.monotonic()
    with restored(tmp_path / "drill.dump", "rapport_drill") as copy:
        came_back = time.monotonic()
        sys.stdout.write(f"{MAILS} mails: dump {dumped - begun:.1f} s, restore {came_back - dumped:.1f} s\n")
        assert manage(copy, mail, "deliver").strip() == "0 sent"
        assert f"office to decide about: {MAILS}." in manage(copy, mail, "adopt")
        assert manage(copy, mail, "deliver").strip() == "0 sent"
        assert received() == 0
    with restored(tmp_path / "drill.dump", "rapport_drill") as copy:
        manage(copy, mail, "adopt", "--send-due")
        manage(copy, mail, "deliver")
        assert received() >= SENT_AT_LEAST
    assert not belonging.is_copy()  # the original is as it was
    assert OutboundMessage.objects.filter(state="pending").count() == MAILS
    Installation.objects.all().delete()
