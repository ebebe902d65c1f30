"""Who is told by mail about a question: coach and office that it was asked or is open again, the student the answer."""

from django.conf import settings
from django.urls import reverse

from apps.accounts.models import User
from apps.mail import outbox
from apps.mail.outbox import Occasion, sender_of
from apps.policy.models import Policy
from apps.tickets.models import SuggestedAlum, SuggestedPerson, Ticket, TicketMessage
from apps.wording.text import clean, one_line


def asked(ticket: Ticket, reader: User | None, *, again: TicketMessage | None = None) -> None:
    """Promise a question to who may answer it: a coach, somebody of the office, or the office’s own address (None)."""
    whom = reader or Policy.now().office_email
    if not whom:
        return
    outbox.queue(
        "help_request_asked",
        to=whom,
        occasion=Occasion(f"ticket:{ticket.pk}:asked:{again.pk if again else 0}{'' if reader else ':office'}"),
        context={
            "student": one_line(ticket.student.called),
            "wanted": one_line(ticket.wanted),
            "words": clean(again.text if again else ticket.goal),
            "needed_by": ticket.needed_by,
            "url": f"{settings.SITE_URL}{reverse('help_request', args=[ticket.pk])}",
        },
    )


def answered(message: TicketMessage, author: User, people: list[SuggestedAlum], others: list[SuggestedPerson]) -> None:
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
            "people": [
                *({"name": one_line(one.alum.called), "why": one_line(one.why)} for one in people),
                *({"name": one_line(one.name), "why": one_line(one.about)} for one in others),
            ],
            "author": one_line(author.called),
            "url": f"{settings.SITE_URL}{reverse('ask_office')}#question-{ticket.pk}",
        },
    )
