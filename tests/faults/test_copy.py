"""A restored copy stays silent while a worker, a clock and a loop run on it, until somebody adopts it (J1)."""

import sys

import pytest
from django.db import connection

from apps.installation.models import Installation
from apps.mail.models import DeliveryCycle
from apps.reminders.models import Sweep
from tests import world
from tests.faults.ground import ours, promise, scaled, settled, states
from tests.stack import until

LOOKS = 4


@pytest.fixture
def restored(ground):
    """The database as it is after a dump of another server was brought in: it belongs elsewhere."""
    manage(ground, "adopt")
    Installation.objects.update(cluster="another server")
    yield ground
    Installation.objects.all().delete()


def manage(ground, *words):
    program = ground.program(words[0], sys.executable, "manage.py", *words)
    assert program.process.wait(60) == 0, ground.said(words[0])


def ticks(ground):
    return ground.said("beat0").count("Sending due task deliver")


def test_a_copy_that_is_worked_on_sends_nothing_and_moves_nothing(restored, post, found):
    ground, count = restored, scaled(30)
    student = world.student("Amira Haddad", coach=world.coach("Ruth Amsel"))
    asked = world.sent_request(student, world.contact(student))
    before = rows(asked)
    promise(count)
    ground.celery("worker", "worker", "--concurrency", "2", "--loglevel", "INFO", "--without-mingle")
    ground.celery("beat0", "beat", "--schedule", str(ground.folder / "beat0"), "--pidfile=", "--loglevel", "INFO")
    ground.loop()
    until(lambda: ticks(ground) >= LOOKS, or_say=lambda: ground.said("beat0"))
    until(lambda: ground.said("worker").count("succeeded") >= LOOKS, or_say=lambda: ground.said("worker"))
    silent = (len(post.copies), post.connections, dict(states()))
    assert silent == (0, 0, {"pending": count})
    assert not DeliveryCycle.objects.exists()
    assert not Sweep.objects.exists()
    assert rows(asked) == before
    manage(ground, "adopt", "--send-due")
    settled()
    figures = found("J1", ticks=ticks(ground), sent_as_a_copy=silent[0])
    assert (figures.lost, figures.extra) == ([], 0)
    assert ours().filter(key__startswith="m", state="sent").count() == count


def rows(asked):
    """Return every row of the request as the database has it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT r::text FROM interviews_interviewrequest r WHERE id = %s", [asked.pk])
        return cursor.fetchall()
