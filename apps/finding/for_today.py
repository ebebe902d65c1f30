"""Who did you meet? Asked on Today from the morning after an event, until it is said or three weeks old."""

from datetime import datetime, timedelta

from django.db.models import QuerySet

from apps.accounts.models import User
from apps.clock.mornings import begun_day, morning
from apps.database.prepared import prepared
from apps.finding.models import Event
from apps.today.agenda import Source, Task

RANK = 2.6  # after what cannot wait: names fade within days
FOR_DAYS = timedelta(days=21)


@prepared
def _unanswered(student: int) -> QuerySet[Event]:
    return Event.objects.filter(student=student, answered_at__isnull=True).order_by("-held_on", "-pk")[:20]


def _task(event: Event, student: User, now: datetime) -> Task | None:
    today = begun_day(now, student.zone)
    if not today - FOR_DAYS <= event.asks_on <= today:
        return None
    return Task(
        rank=(RANK, morning(event.asks_on, student.zone)),
        title=f"Who did you meet at {event.name}?",
        text="Write down the names while you remember them. One name on each line is enough.",
        url=event.get_absolute_url(),
        action="Add names",
        thing=f"event-met:{event.pk}",
        minutes=2,
    )


SOURCE = Source(rows=_unanswered, task=_task)
