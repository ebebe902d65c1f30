"""Celery's entries to the import: at most an id in, one call."""

from celery import shared_task
from django.utils import timezone

from apps.alumni import import_runs

AN_HOUR = 3600  # a large file on a slow machine takes minutes


@shared_task(time_limit=AN_HOUR)
def import_alumni(pk: int) -> None:
    import_runs.run(pk, now=timezone.now())


@shared_task(time_limit=AN_HOUR)
def take_up() -> None:
    import_runs.take_up(now=timezone.now())
