"""Celery's entry to the import: an id in, one call."""

from celery import shared_task
from django.utils import timezone

from apps.alumni import import_runs


@shared_task
def import_alumni(pk: int) -> None:
    import_runs.run(pk, now=timezone.now())
