"""The one act that closes an account, and the one that opens it again (R244). Nothing of the person's is deleted.

What hangs on an account belongs to the room that keeps it, and a room tells it here as Rapport starts: `concerns`.
The database keeps somebody at the office (migration 0008), whoever writes.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from apps.accounts.models import AccountEvent, MailLink, User
from apps.accounts.sessions import end_all
from apps.web.answers import Refused

LAST = "This is the last person who runs the office. Give someone else the office role first."


def _nobody(person: User, now: datetime) -> set[int]:
    return set()


def _nothing(person: User) -> None:
    return None


@dataclass(frozen=True)
class Concern:
    """What one room does when an account closes: what it will say before, whom else it locks, what it does."""

    foresee: Callable[[User, datetime], list[str]]
    end: Callable[[User, User, datetime], None]  # the person, who closes the account, the moment
    resume: Callable[[User], None] = _nothing
    others: Callable[[User, datetime], set[int]] = _nobody


_concerns: list[Concern] = []


def concerns(concern: Concern) -> None:
    """Have a room heard whenever an account closes or opens again. Ending or resuming twice must change nothing."""
    if concern not in _concerns:
        _concerns.append(concern)


def foreseen(person: User, now: datetime) -> list[str]:
    """Return what closing somebody's account will do, in sentences, for whoever is about to do it."""
    return [sentence for concern in _concerns for sentence in concern.foresee(person, now)]


def close(person: User, *, by: User, now: datetime) -> None:
    """Let somebody in no more, by sign-in or mailed link, and call off what others wait for. Twice is once.

    Raises Refused for one's own account, and for the last one that runs the office.
    """
    if person == by:
        raise Refused("You can’t close your own account. Ask a colleague to do it.")
    with transaction.atomic():
        _end(_locked(person, by, now), AccountEvent.Way.OFFICE, by, now)


def leave(person: User, *, now: datetime) -> None:
    """Close the account of somebody who has it deleted: the same act, in their own name. Twice is once.

    Raises Refused for the last one that runs the office.
    """
    with transaction.atomic():
        row = _all_locked(person, person, now)[person.pk]
        _end(row, AccountEvent.Way.SELF, row, now)


def _end(row: User, way: AccountEvent.Way, by: User, now: datetime) -> None:
    if not row.is_active:
        return
    _set(row, is_active=False)
    for concern in _concerns:
        concern.end(row, by, now)
    MailLink.objects.filter(person=row, revoked_at=None).update(revoked_at=now)  # also what was made just now
    end_all(row)
    _record(row, AccountEvent.What.CLOSED, way, by, now)


def reopen(person: User, *, by: User, now: datetime) -> None:
    """Let somebody sign in again. What was ended stays so: no sign-in and no mailed link comes back."""
    with transaction.atomic():
        row = _locked(person, by, now)
        if row.is_active:
            return
        _set(row, is_active=True)
        MailLink.objects.filter(person=row, revoked_at=None).update(revoked_at=now)
        end_all(row)
        for concern in _concerns:
            concern.resume(row)
        _record(row, AccountEvent.What.REOPENED, AccountEvent.Way.OFFICE, by, now)


def _locked(person: User, by: User, now: datetime) -> User:
    """Lock everybody whom this concerns, and return the person as they are now. Raises Refused for who may not."""
    people = _all_locked(person, by, now)
    if not people[by.pk].is_office:
        raise Refused("You no longer run the office, so nothing was changed.")
    return people[person.pk]


def _all_locked(person: User, by: User, now: datetime) -> dict[int, User]:
    """Lock everybody whom this concerns, in the order of their ids."""
    ids = {person.pk, by.pk}.union(*(concern.others(person, now) for concern in _concerns))
    rows = User.objects.select_for_update(no_key=True, of=("self",)).filter(pk__in=ids).order_by("pk")
    return {row.pk: row for row in rows}


def _set(person: User, *, is_active: bool) -> None:
    person.is_active = is_active
    try:
        with transaction.atomic():
            User.objects.filter(pk=person.pk).update(is_active=is_active)
    except IntegrityError as error:
        if "runs the office" not in str(error):
            raise
        raise Refused(LAST) from error


def _record(person: User, what: AccountEvent.What, way: AccountEvent.Way, by: User, now: datetime) -> None:
    AccountEvent.objects.create(person=person, what=what, way=way, by=by, at=now)
