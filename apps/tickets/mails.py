"""Who is told by mail about a question: the coach that it was asked or is open again, the student what was answered."""

from django.conf import settings
from django.urls import reverse

from apps.accounts.models import User
from apps.mail import outbox
from apps.mail.outbox import Occasion, sender_of
from apps.tickets.models import SuggestedAlum, Ticket, TicketMessage
from apps.wording.text import clean, one_line


def asked(ticket: Ticket, coach: User, *, again: TicketMessage | None = None) -> None:
    """Promise the coach that their student has a question; the office has its queue."""
    outbox.queue(
        "help_request_asked",
        to=coach,
        occasion=Occasion(f"ticket:{ticket.pk}:asked:{again.pk if again else 0}"),
        context={
            "student": one_line(ticket.student.called),
            "wanted": one_line(ticket.wanted),
            "words": clean(again.text if again else ticket.goal),
            "needed_by": ticket.needed_by,
            "url": f"{settings.SITE_URL}{reverse('help_request', args=[ticket.pk])}",
        },
    )


def answered(message: TicketMessage, author: User, people: list[SuggestedAlum]) -> None:
    """Promise the student the words and the people, in the name of who answered."""
    ticket = message.ticket
    outbox.queue(
        "help_request_answered",
        to=ticket.student,
        occasion=Occasion(f"ticket:{ticket.pk}:answered:{message.pk}"),
        sender=sender_of(author),
        context={
            "first": ticket.student.first_name,
            "wanted": one_line(ticket.wanted),
            "words": clean(message.text),
            "people": [{"name": one_line(one.alum.called), "why": one_line(one.why)} for one in people],
            "author": one_line(author.called),
            "url": f"{settings.SITE_URL}{reverse('ask_office')}#question-{ticket.pk}",
        },
    )
