"""A web process that is killed in the middle of an act leaves nothing of it behind (B10)."""

import os
import signal
import sys
import threading
import time
from pathlib import Path

import pytest
from django.db import connection, connections, transaction
from django.utils import timezone

from apps.accounts.models import MailLink
from apps.interviews.lifecycle.models import Interview, LifecycleEvent, ParticipantTime
from apps.mail.models import OutboundMessage
from apps.policy.models import Policy
from tests import world
from tests.interviews import steps
from tests.races.together import Tab, web_server

pytestmark = pytest.mark.fault
ACTS = ["accept", "decline"]


def workers(port):
    """Return the ids of the processes that serve `port`: the children of the one that we started."""
    ours = [int(pid) for pid in Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()]
    (master,) = [pid for pid in ours if f"127.0.0.1:{port}".encode() in Path(f"/proc/{pid}/cmdline").read_bytes()]
    return [int(pid) for pid in Path(f"/proc/{master}/task/{master}/children").read_text().split()]


def wait_until(is_true, seconds=90):
    end = time.monotonic() + seconds
    while not is_true():
        assert time.monotonic() < end, "It never came to that."
        time.sleep(0.01)


def somebody_waits_for_the_outbox():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'mail_outboundmessage'::regclass"
        )
        return cursor.fetchone()[0] > 0


def state():
    counts = (Interview, LifecycleEvent, ParticipantTime, OutboundMessage)
    return [model.objects.count() for model in counts]


def form(act, asked, at):
    return {
        "accept": {"slot": steps.slot(asked, at), "format": "video"},
        "decline": {"note": "A full month."},
    }[act]


def test_a_worker_killed_between_the_move_and_its_mail_leaves_all_or_nothing(student, tmp_path, transactional_db):
    at, killed = timezone.now(), 0
    people = [world.alum(f"Ingrid {name}") for name in ("One", "Two")]
    steps.no_review()
    Policy.objects.update(student_open_cap=9)
    with web_server(tmp_path / "log") as port:
        for act, alum in zip(ACTS, people, strict=True):
            asked = steps.sent(student, alum, at)
            tab = Tab(port, links=[MailLink.make(purpose="answer", object_id=asked.pk, person=alum)])
            data, before, answers = form(act, asked, at), state(), []
            press = threading.Thread(target=_press, args=(tab, act, data, asked, answers))
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("LOCK TABLE mail_outboundmessage IN SHARE ROW EXCLUSIVE MODE")
                press.start()  # the status is moved, the time is taken, and the mail cannot be promised
                wait_until(somebody_waits_for_the_outbox)
                for pid in workers(port):
                    os.kill(pid, signal.SIGKILL)
                    killed += 1
                press.join(60)
            wait_until(lambda: not somebody_waits_for_the_outbox())
            asked.refresh_from_db()
            assert (asked.status, state(), answers) == ("sent", before, [])
            status, _ = tab.press(f"/answer/{asked.pk}/{act}/", **data)()
            asked.refresh_from_db()
            assert (status, asked.status != "sent") == (302, True)
    sys.stdout.write(f"fault: B10 half_done=0 acts={len(ACTS)} kills={killed}\n")


def _press(tab, act, data, asked, answers):
    try:
        answers.append(tab.press(f"/answer/{asked.pk}/{act}/", **data)()[0])
    except OSError:
        pass  # the line went dead, as it does for the person
    finally:
        connections.close_all()
