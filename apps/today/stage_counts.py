"""How many of a student's people stand at each stage of the method: for Today, and for their coach."""

from datetime import datetime
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, Count, F, Func, Q, QuerySet, Value

from apps.database.prepared import prepared
from apps.interviews.lifecycle.moves import InterviewStatus
from apps.network.models import Contact

HELD = [InterviewStatus.SCHEDULED, InterviewStatus.COMPLETED]


def of_people(people: QuerySet[Contact]) -> dict[str, int]:
    """Return how many of these people stand at each stage of the method; those who were removed do not count."""
    return people.filter(archived_at=None).aggregate(**_counted(Q()))


def _counted(here: Q) -> dict[str, Count]:
    return {
        "on_map": Count("pk", distinct=True, filter=here),
        "written_to": Count("pk", distinct=True, filter=here & Q(requests__sent_at__isnull=False)),
        "said_yes": Count("pk", distinct=True, filter=here & Q(interviews__status__in=HELD)),
        "talked": Count("pk", distinct=True, filter=here & Q(interviews__status=InterviewStatus.COMPLETED)),
        "thanked": Count("pk", distinct=True, filter=here & Q(interviews__thank_you__sent_at__isnull=False)),
        "kept": Count("pk", distinct=True, filter=here & Q(cadence__isnull=False)),
    }


NONE = dict.fromkeys(_counted(Q()), 0)


@prepared
def of_student(student: int, now: datetime) -> QuerySet[Contact, Any]:
    """Return one row with the stages of the student's people, and when the conversations are that they hold or held."""
    held = Q(interviews__status=InterviewStatus.COMPLETED)
    booked = Q(interviews__status=InterviewStatus.SCHEDULED, interviews__ends_at__gt=now)
    return (
        Contact.objects.filter(student=student)
        .order_by()
        .values("student")
        .annotate(
            **_counted(Q(archived_at=None)),
            held=_each_start(held),
            booked=_each_start(booked),
        )
    )


def _each_start(which: Q) -> ArrayAgg:
    """Return [second, number] of each conversation once: when it begins, for PostgreSQL knows no terms and no zones."""
    second = Func(F("interviews__starts_at"), template="EXTRACT(EPOCH FROM %(expressions)s)::bigint")
    pair = Func(second, F("interviews__pk"), template="ARRAY[%(expressions)s]", output_field=PAIR)
    return ArrayAgg(pair, filter=which, distinct=True, default=Value([], ArrayField(PAIR)))


PAIR = ArrayField(BigIntegerField())
