"""The Celery entry point; `manage.py deliver --loop` calls the same function without a broker."""

from celery import shared_task

from apps.mail.delivery import database_now
from apps.reminders import sweep as sweeping


@shared_task
def sweep() -> None:
    sweeping.run(database_now())  # a worker's own clock may be wrong
