"""What a student said of the things on their list: done, not needed or for later. Today leaves those out."""

from datetime import datetime

from django.db.models import Q, QuerySet

from apps.database.prepared import prepared
from apps.reminders import actions
from apps.reminders.models import Notice
from apps.today.agenda import TheList


@prepared
def said(student: int, now: datetime) -> QuerySet[Notice, tuple[str, str, datetime | None, str]]:
    """Return the things by name, with their title, when it was said (None as long as it sleeps), and as what.

    That a next step is done stands in the step, which may have been undone.
    """
    done_elsewhere = Q(closed_as=Notice.Closed.DONE, thing__startswith="action-step:")
    closed = Q(closed_as__in=[Notice.Closed.DONE, Notice.Closed.DISMISSED]) & ~done_elsewhere
    rows = Notice.objects.filter(closed | Q(closed_at=None, snoozed_until__gt=now), person=student)
    return rows.order_by("closed_at", "pk").values_list("thing", "title", "closed_at", "closed_as")


THE_LIST = TheList(said=said, unseen=actions.unseen)
