"""Who was suggested to a student, on their first page until they have answered."""

import textwrap
from datetime import datetime

from django.db.models import QuerySet
from django.db.models.fetch_modes import FETCH_RAISE
from django.urls import reverse

from apps.accounts.models import User
from apps.database.prepared import prepared
from apps.suggestions.models import Suggestion
from apps.today.agenda import Source, Task
from apps.wording.named import name_columns

RANK = 3  # with what a coach wrote


@prepared
def _live(student: int) -> QuerySet[Suggestion]:
    rows = Suggestion.objects.filter(student=student).live().select_related("author", "alum")
    rows = rows.only("name", "why", "made_at", "expires_at", *name_columns("author"), *name_columns("alum"))
    return rows.fetch_mode(FETCH_RAISE).order_by("made_at", "pk")[:10]


def _task(suggestion: Suggestion, student: User, now: datetime) -> Task | None:
    if suggestion.expires_at <= now:
        return None
    why = textwrap.shorten(suggestion.why, 160, placeholder="…")
    return Task(
        rank=(RANK, suggestion.made_at),
        title=f"{suggestion.by} suggests {suggestion.called}",
        text=f"“{why}”",
        url=address_of(suggestion.pk),
        action="See the suggestion",
        thing=f"suggestion:{suggestion.pk}",
        since=suggestion.made_at,
        minutes=5,
    )


def address_of(suggestion: int) -> str:
    return f"{reverse('suggestions')}#suggestion-{suggestion}"


SOURCE = Source(rows=_live, task=_task)
