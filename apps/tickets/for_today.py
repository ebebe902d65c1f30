"""A student's questions to the office on their first page: an answer that came, and what is being looked for."""

import textwrap
from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse

from apps.accounts.models import User
from apps.clock import times
from apps.database.prepared import prepared
from apps.policy.models import LONG_AGO
from apps.tickets.models import State, Ticket
from apps.today.agenda import Source, Task

RANK = 3  # with what a coach wrote


@prepared
def _live(student: int) -> QuerySet[Ticket]:
    rows = Ticket.objects.filter(student=student, state__in=[State.OPEN, State.ANSWERED])
    return rows.order_by("needed_by", "pk")[:10]


def _task(ticket: Ticket, student: User, now: datetime) -> Task:
    wanted = textwrap.shorten(ticket.wanted, 80, placeholder="…")
    is_answered = ticket.state == State.ANSWERED
    answered_at = ticket.answered_at or ticket.asked_at
    return Task(
        rank=(RANK, answered_at),
        title=f"Read the answer to your question: {wanted}" if is_answered else wanted,
        text="Choose who to ask, write back, or close your question."
        if is_answered
        else f"You asked for an answer by {times.day(ticket.needed_by)}.",
        url=f"{reverse('ask_office')}#question-{ticket.pk}",
        action="Read it",
        thing=f"ticket:{ticket.pk}",
        since=answered_at if is_answered else LONG_AGO,
        minutes=5,
        is_waiting=not is_answered,
    )


SOURCE = Source(rows=_live, task=_task)
