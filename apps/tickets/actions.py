"""Acts on a question to the office: ask, take, answer with people, keep looking, close."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from apps.accounts.models import User
from apps.alumni import limits
from apps.alumni.models import AlumniProfile
from apps.network import adding
from apps.network.adding import Added
from apps.network.models import Contact, Relation
from apps.network.pasted import Named
from apps.policy.models import Policy
from apps.tickets import mails
from apps.tickets.models import State, SuggestedAlum, SuggestedPerson, Ticket, TicketMessage
from apps.web.answers import Refused

MOST_OPEN = 5
MOST_PEOPLE = 8


def _locked(ticket: Ticket) -> Ticket:
    """Lock it. Who has it is read after: what is joined to a row that one waited for is as it was before."""
    return Ticket.objects.select_for_update(no_key=True, of=("self",)).get(pk=ticket.pk)


def _coach(student: User) -> User | None:
    profile = getattr(student, "student_profile", None)
    return profile.coach if profile else None


@transaction.atomic
def ask(ticket: Ticket, *, now: datetime) -> Ticket:
    """Send a question to the office, and to the coach where there is one. Raises Refused where too many are open."""
    User.objects.select_for_update(no_key=True, of=("self",)).get(pk=ticket.student_id)
    if Ticket.objects.filter(student=ticket.student, state=State.OPEN).count() >= MOST_OPEN:
        raise Refused(f"You already have {MOST_OPEN} open questions. Wait for an answer, or close one first.")
    ticket.asked_at = now
    ticket.save()
    if coach := _coach(ticket.student):
        mails.asked(ticket, coach)
    mails.asked(ticket, None)
    return ticket


@transaction.atomic
def take(ticket: Ticket, *, by: User) -> Ticket:
    """Say that one sees to it. Raises Refused where somebody else does, or it is closed."""
    fresh = _locked(ticket)
    _not_someone_elses(fresh, by)
    fresh.taken_by = by
    fresh.save(update_fields=["taken_by"])
    return fresh


def _not_someone_elses(ticket: Ticket, by: User) -> None:
    if ticket.state == State.CLOSED:
        raise Refused(f"{ticket.student.first_name} closed this question while you had it open.")
    if ticket.taken_by is not None and ticket.taken_by != by:
        raise Refused(f"{ticket.taken_by.called} has this one. Nothing was changed.")


@transaction.atomic
def give_back(ticket: Ticket, *, by: User) -> Ticket:
    """Let somebody else see to it."""
    fresh = _locked(ticket)
    _not_someone_elses(fresh, by)
    fresh.taken_by = None
    fresh.save(update_fields=["taken_by"])
    return fresh


@transaction.atomic
def answer(
    ticket: Ticket,
    *,
    by: User,
    text: str,
    people: dict[AlumniProfile, str],
    others: Iterable[tuple[str, str]] = (),
    now: datetime,
) -> TicketMessage:
    """Answer with words, people of the directory, `others` who are not in it (name, what they do), or all of it.

    The student is told by mail. Whoever answers has it from then on. Raises Refused where somebody else has it, it is
    closed, or one of the people cannot be asked.
    """
    fresh = _locked(ticket)
    _not_someone_elses(fresh, by)
    _all_can_be_asked(list(people), fresh.student_id, now)
    message = TicketMessage.objects.create(ticket=fresh, author=by, text=text, at=now)
    rows = [SuggestedAlum(message=message, alum=alum, why=why) for alum, why in people.items()]
    SuggestedAlum.objects.bulk_create(rows)
    outside = [SuggestedPerson(message=message, name=name, about=about) for name, about in others]
    SuggestedPerson.objects.bulk_create(outside)
    fresh.taken_by, fresh.state, fresh.answered_at = by, State.ANSWERED, fresh.answered_at or now
    fresh.save(update_fields=["taken_by", "state", "answered_at"])
    mails.answered(message, by, rows, outside)
    return message


@transaction.atomic
def take_up(person: SuggestedPerson, *, student: User) -> Added:
    """Put somebody whom an answer suggested on the student’s map, with who suggested them; once."""
    added = adding.add_names(student, [Named(person.name)], relation=Relation.REFERRED)
    (contact,) = (*added.people, *added.there)[:1] or (None,)
    if contact is not None:
        office = Policy.now().office_name
        made = Contact.objects.filter(pk__in=[one.pk for one in added.made], source="")
        made.update(source=f"Suggested by the {office}"[:200], title=person.about[:160])
        SuggestedPerson.objects.filter(pk=person.pk).update(contact=contact)
    return added


def _all_can_be_asked(people: list[AlumniProfile], student: int, now: datetime) -> None:
    policy = Policy.now()
    records = limits.records(people, now, policy, student=student)
    for alum in people:
        if not limits.availability(alum, records.get(alum.pk, limits.Record()), now, policy).can_be_asked:
            raise Refused(f"{alum.called} can’t be asked right now. Choose someone else.")


@transaction.atomic
def keep_looking(ticket: Ticket, *, text: str, now: datetime) -> TicketMessage:
    """The student needs something else, says what, and the question is open again."""
    fresh = _locked(ticket)
    message = TicketMessage.objects.create(ticket=fresh, author=fresh.student, text=text, at=now)
    fresh.state, fresh.closed_at = State.OPEN, None
    fresh.save(update_fields=["state", "closed_at"])
    mails.asked(fresh, fresh.taken_by or _coach(fresh.student), again=message)
    return message


@transaction.atomic
def close(ticket: Ticket, *, now: datetime) -> None:
    fresh = _locked(ticket)
    fresh.state, fresh.closed_at = State.CLOSED, fresh.closed_at or now
    fresh.save(update_fields=["state", "closed_at"])


@transaction.atomic
def reopen(ticket: Ticket) -> None:
    """Take back that it was closed."""
    fresh = _locked(ticket)
    if fresh.state == State.CLOSED:
        fresh.state, fresh.closed_at = State.ANSWERED if fresh.answered_at else State.OPEN, None
        fresh.save(update_fields=["state", "closed_at"])
