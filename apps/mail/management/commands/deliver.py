"""Deliver with PostgreSQL alone: the same functions that Celery calls, for when there is no broker, or beside it."""

import logging
import signal
import threading
import time
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path

from celery import current_app
from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import Error, close_old_connections, connection

from apps.mail import delivery

log = logging.getLogger(__name__)

LOOK_S = 2.0  # how often the loop looks for mail
OWN = "apps.mail.tasks.deliver"


class Command(BaseCommand):
    help = "Send everything that is due. With --loop, keep running, and do the work of beat, too."  # words: ok
    requires_system_checks = ()  # they ask the database, which may be away when a loop begins

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--loop", action="store_true", help="check every 2 seconds until stopped")
        parser.add_argument("--pulse", type=Path, help="a file to touch after each check, for those that watch")

    def handle(self, *, loop: bool, pulse: Path | None, **options: object) -> None:
        if not loop:
            sent = delivery.deliver_due(engine="command")
            self.stdout.write(f"{sent} sent")
            return
        self.stopping = threading.Event()
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: self.stopping.set())
        self._loop(pulse)

    def _loop(self, pulse: Path | None) -> None:
        due = dict.fromkeys(self._schedule(), 0.0)
        while not self.stopping.is_set():
            close_old_connections()
            for name in [name for name, at in due.items() if at <= time.monotonic()]:
                due[name] = time.monotonic() + settings.CELERY_BEAT_SCHEDULE[name]["schedule"]
                self._do(current_app.tasks[settings.CELERY_BEAT_SCHEDULE[name]["task"]])
            self._do(lambda: delivery.deliver_due(engine="loop", stop=self.stopping.is_set))
            if pulse:
                pulse.touch()
            self.stopping.wait(LOOK_S)

    def _schedule(self) -> list[str]:
        """Return the names of what beat does, besides delivering."""
        current_app.loader.import_default_modules()
        return [name for name, entry in settings.CELERY_BEAT_SCHEDULE.items() if entry["task"] != OWN]

    def _do(self, work: Callable[[], object]) -> None:
        try:
            work()
        except Error as error:  # the database is away: it comes back, and so do we
            log.warning("Not now, the next look tries again: %s", error)
            connection.close()
        except Exception:  # a sweep that breaks holds up no mail, nor the other way round
            log.exception("This look broke off; the next one tries again")
