"""The deletion of an account, from the wish to the end: seven days to change one's mind (R254).

It decides when; what goes and what stays is erasing.py's.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.urls import reverse

from apps.accounts import closing
from apps.accounts.models import User
from apps.clock import times
from apps.clock.regions import spelled
from apps.database.apart import Apart
from apps.interviews.lifecycle.acts import act
from apps.interviews.lifecycle.models import Interview, InterviewRequest
from apps.mail import outbox
from apps.mail.models import OutboundMessage, State
from apps.mail.outbox import Occasion
from apps.privacy import erasing, erasing_mail, words
from apps.privacy.models import Erasure, Hold
from apps.web.answers import Refused

WAITS = timedelta(days=7)
NEAR = timedelta(days=1)  # before the end we write once more
LETS_MAIL_GO = timedelta(hours=1)  # between calling off and deleting: what tells the others leaves first, with the name
By = Erasure.By
type Step = Callable[[Erasure, datetime], bool]


def hold_on(person: User) -> Hold | None:
    return Hold.objects.in_force().filter(person=person).first()


def waiting(person: User) -> Erasure | None:
    """Return the deletion that somebody may still change their mind about."""
    return Erasure.objects.waiting().filter(number=person.pk).first()


def way_back(person: User) -> str:
    """Return the name of the page that offers to keep the account, while that is still possible."""
    return "erasure" if waiting(person) else ""


def foreseen(person: User, now: datetime) -> list[str]:
    """Return what the deletion will call off, in sentences to its own person; closing.py does it."""
    both = Q(student=person) | Q(alum__user=person)
    open_, canceled = InterviewRequest.objects.open(), spelled("canceled")
    counted = (
        (
            Interview.objects.coming(now).filter(both, starts_at__gt=now),
            f"upcoming conversation is {canceled}",
            f"upcoming conversations are {canceled}",
        ),
        (open_.filter(student=person), "open request is withdrawn", "open requests are withdrawn"),
        (
            open_.filter(alum__user=person),
            "open request from a student is closed",
            "open requests from students are closed",
        ),
    )
    numbers = [(rows.count(), one, many) for rows, one, many in counted]
    return [f"{n} {one if n == 1 else many}. We tell the other person." for n, one, many in numbers if n]


# --- the wish ---------------------------------------------------------------------------------------------------------


@act
def ask(person: User, *, by: By, now: datetime) -> Erasure:
    """Have an account deleted in seven days, and say so by mail. Asking twice is asking once.

    Raises Refused where a hold stops it, and for the last person who runs the office.
    """
    erasing.refuse_if_held(person)
    erasing.refuse_if_last(person)
    found = waiting(person)
    if found is not None:
        return found
    try:
        with transaction.atomic():
            erasure = Erasure.objects.create(number=person.pk, by=by, asked_at=now, due_at=now + WAITS)
    except IntegrityError as error:
        raise Refused("This account is being deleted right now.") from error
    _mail("erasure_asked", person, erasure)
    return erasure


@act
def keep(person: User, *, now: datetime) -> None:
    """Let the account stay after all. Raises Refused where it is too late."""
    rows = Erasure.objects.waiting().filter(number=person.pk)
    if not rows.update(state=Erasure.State.KEPT, ended_at=now):
        raise Refused("There’s no deletion to stop. Your account stays as it is.")


def _mail(kind: str, person: User, erasure: Erasure) -> None:
    outbox.queue(
        kind,
        to=person,
        occasion=Occasion(f"erasure:{erasure.pk}:{kind}"),
        context={
            "due": times.when(erasure.due_at, None, person.time_zone),
            "url": settings.SITE_URL + reverse("erasure"),
            "by_office": erasure.by == By.OFFICE,
        },
    )


# --- the clock --------------------------------------------------------------------------------------------------------


def look(now: datetime) -> int:
    """Write to those whose end is near, call off what others wait for, and delete what is due. Returns how many."""
    for erasure in Erasure.objects.waiting().filter(due_at__lte=now + NEAR, due_at__gt=now, told_at=None):
        _go_on(_tell, erasure, now)
    for erasure in Erasure.objects.waiting().filter(due_at__lte=now).order_by("due_at", "pk"):
        _go_on(_call_off, erasure, now)
    running = Erasure.objects.filter(state=Erasure.State.RUNNING).order_by("due_at", "pk")
    return sum(_go_on(_end, erasure, now) for erasure in running)


def _go_on(step: Step, erasure: Erasure, now: datetime) -> bool:
    """Do one step; what is refused, or cannot be done, holds up no other and is tried again at the next look."""
    return bool(Apart("The clock").do(f"deletion {erasure.pk}", _unless_refused, step, erasure, now))


def _unless_refused(step: Step, erasure: Erasure, now: datetime) -> bool:
    with suppress(Refused):
        return step(erasure, now)
    return False


@act
def _tell(erasure: Erasure, now: datetime) -> bool:
    person = User.objects.get(pk=erasure.number)
    if hold_on(person) is None and Erasure.objects.filter(pk=erasure.pk, told_at=None).update(told_at=now):
        _mail("erasure_soon", person, erasure)
    return True


@act
def _call_off(erasure: Erasure, now: datetime) -> bool:
    """Let nobody in any more, and tell those who wait. A hold that came meanwhile leaves all as it is."""
    person = User.objects.get(pk=erasure.number)
    erasing.refuse_if_held(person)
    erasing.refuse_if_last(person)
    closing.leave(person, now=now)
    moved = Erasure.objects.waiting().filter(pk=erasure.pk).update(state=Erasure.State.RUNNING)
    return bool(moved)


def _end(erasure: Erasure, now: datetime) -> bool:
    person = User.objects.filter(pk=erasure.number).first()
    if person is None:
        Erasure.objects.filter(pk=erasure.pk).update(state=Erasure.State.DONE, ended_at=now)
        return True
    if now < erasure.due_at + LETS_MAIL_GO and _has_mail_to_go(person):
        return False
    erasing.erase(erasure, now=now)
    return True


def _has_mail_to_go(person: User) -> bool:
    """Whether somebody is still to be told by a mail that names this person."""
    mails = erasing_mail.about(person, words.of(person))
    going = OutboundMessage.objects.filter(pk__in=mails.about, state__in=(State.PENDING, State.LEASED, State.SENDING))
    return going.exists()


def at_once(person: User, *, now: datetime) -> None:
    """Delete somebody without waiting, as the command does. Raises Refused where a hold stops it."""
    erasing.refuse_if_held(person)
    erasing.refuse_if_last(person)
    _leave(person, now=now)
    open_ = Erasure.objects.filter(number=person.pk, state__in=[Erasure.State.WAITING, Erasure.State.RUNNING])
    open_.update(due_at=now)
    erasure = open_.first() or Erasure.objects.create(number=person.pk, by=By.COMMAND, asked_at=now, due_at=now)
    erasing.erase(erasure, now=now)


@act
def _leave(person: User, *, now: datetime) -> None:
    closing.leave(person, now=now)
