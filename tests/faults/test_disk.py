"""A disk that is full ends nothing that a freed disk does not bring back."""

import os
import resource
import signal
import smtplib
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from django.conf import settings
from django.db import Error, connection

from apps.local import servers
from tests import world
from tests.faults.ground import Ground, promise, scaled, settled, states, wait
from tests.faults.test_parts_away import web
from tests.installation.test_drill import _listens
from tests.races.together import Tab
from tests.stack import until

SIZE = "400m"


@pytest.fixture
def small_disk():
    """A disk of a few hundred megabytes."""
    with TemporaryDirectory(prefix="rapport-disk-", ignore_cleanup_errors=True) as folder:
        mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", folder], capture_output=True, check=False
        )
        if mounted.returncode:
            pytest.skip("Nobody may mount a small disk here.")
        try:
            yield Path(folder)
        finally:
            subprocess.run(["umount", "--lazy", folder], check=False)


def fill(folder):
    """Write until nothing more has room. Returns the file that takes it."""
    path = folder / "filler"
    with path.open("wb", buffering=0) as filler:
        for size in (2**20, 4096, 1):
            try:
                while True:
                    filler.write(b"x" * size)
            except OSError:
                continue
    return path


def test_a_full_disk_under_the_database(small_disk, whole_ground, django_db_blocker, post, found):
    ground = Ground(small_disk, whole_ground.post)
    ground.start_postgres()
    ground.start_valkey()
    ground.belong_to_nobody()
    with closing(ground), django_db_blocker.unblock(), ground.used_here():
        ground.clear()
        port = web(ground)
        count = scaled(20)
        promise(count)
        people = [world.person(f"Amira N{n}") for n in range(5)]
        filler = fill(small_disk)
        loop = ground.program("loop", sys.executable, "manage.py", "deliver", "--loop")
        _spends_the_disk()
        full = [_pressed(port, person) for person in people[:4]]
        wait(4)
        filler.unlink()
        if not ground.postgres.is_running:  # as its service manager does
            ground.start_postgres()
        connection.close()
        until(lambda: servers.answers(ground.env["DATABASE_URL"]), or_say=lambda: ground.said("postgres"))
        until(lambda: _pressed(port, people[4]) == 302, or_say=lambda: ground.said("web"))
        assert loop.is_running
        settled()
        figures = found("disk", full=",".join(map(str, sorted(set(full)))))
        assert set(full) <= {302, 503}  # never “Too many attempts”
        assert (figures.lost, figures.extra) == ([], 0)
        assert set(states()) == {"sent"}


def _pressed(port, person):
    """Press the button that mails a code, each from a machine of its own. Returns the status."""
    return Tab(port, machine=f"10.0.0.{person.pk % 250}").press("/accounts/login/code/", email=person.email)()[0]


def _spends_the_disk():
    """Write until the database itself has no room, or until it has reserved enough that it needs none."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("CREATE TABLE spent AS SELECT repeat('x', 5000) FROM generate_series(1, 20000)")
            cursor.execute("DROP TABLE spent")
    except Error:
        connection.close()


def test_a_caught_mail_for_which_there_is_no_room_is_refused_for_now_and_leaves_no_half(tmp_path):
    port = servers.free_port()

    def small():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))

    sink = subprocess.Popen(
        [sys.executable, "-m", "apps.local.sink", str(port), str(tmp_path)],
        cwd=settings.BASE_DIR,
        preexec_fn=small,
        env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"},
    )
    try:
        until(lambda: _listens(port))
        with smtplib.SMTP("127.0.0.1", port, timeout=10) as line:
            with pytest.raises(smtplib.SMTPDataError) as refused:
                line.sendmail("a@x.example", ["b@x.example"], b"Subject: long\r\n\r\n" + b"x\r\n" * 2000)
            assert refused.value.smtp_code == 452
            line.sendmail("a@x.example", ["b@x.example"], b"Subject: short\r\n\r\nx")
        assert [path.suffix for path in tmp_path.iterdir()] == [".eml"]
    finally:
        sink.terminate()
        sink.wait(10)
