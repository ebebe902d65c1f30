"""Celery's entries to what is done about people's data: at most an id in, one call."""

from celery import shared_task
from django.utils import timezone

from apps.installation import belonging
from apps.mail.delivery import database_now
from apps.privacy import cleaning, copies, erasures

AN_HOUR = 3600  # a large account on a slow machine takes minutes


@shared_task(time_limit=AN_HOUR)
def make_copy(pk: int) -> None:
    copies.run(pk, now=timezone.now())


@shared_task(time_limit=AN_HOUR)
def look() -> None:
    """Do what is due. A restored copy of the database makes and deletes nothing."""
    if belonging.is_copy():
        return
    now = database_now()  # a worker's own clock may be wrong
    copies.take_up(now=now)
    erasures.look(now)
    if cleaning.is_due(now):
        cleaning.run(now)
