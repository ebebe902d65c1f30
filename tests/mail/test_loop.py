"""The loop that delivers with PostgreSQL alone."""

import threading

import pytest
from celery import shared_task

from apps.mail import outbox
from apps.mail.management.commands import deliver

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_sweep_that_breaks_holds_up_no_mail(smtp, settings, monkeypatch):
    loop, looks = deliver.Command(), []
    loop.stopping = threading.Event()

    @shared_task(name="tests.breaks")
    def breaks():
        looks.append(len(looks))
        if looks == [0, 1]:
            loop.stopping.set()
        raise ValueError("What is due cannot be said.")

    settings.CELERY_BEAT_SCHEDULE = {"sweep": {"task": breaks.name, "schedule": 0}}
    monkeypatch.setattr(deliver, "LOOK_S", 0)
    message = outbox.queue("no_account", to="ingrid@corvane.example", occasion=outbox.Occasion("k"))
    loop._loop(None)
    message.refresh_from_db()
    assert (message.state, looks) == ("sent", [0, 1])
