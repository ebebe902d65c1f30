"""The Celery entry point; `manage.py deliver --loop` calls the same function without a broker."""

from datetime import UTC, datetime

from celery import shared_task

from apps.reminders import sweep as sweeping


@shared_task
def sweep():
    sweeping.run(datetime.now(UTC))
