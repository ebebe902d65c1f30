"""The one act that changes the address somebody signs in with (R251): theirs, the office's, a file's.

The database sees to what must be true whoever writes (migration 0008): a confirmed address of allauth's is the address
of its person, and goes with it. What hangs on an address belongs to the room that keeps it, and a room tells it here
as Rapport starts: `followed_by`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction

from apps.accounts.models import AccountEvent, User
from apps.accounts.sessions import end_all
from apps.web.addresses import folded
from apps.web.answers import Refused

Way = AccountEvent.Way
TAKEN = "Someone else uses this email address. Choose another."


@dataclass(frozen=True)
class Change:
    """An address that was changed a moment ago, in the same transaction."""

    person: User
    was: str
    became: str
    way: AccountEvent.Way
    by: User | None
    at: datetime
    ip: str = ""  # from where somebody changed their own


type Follow = Callable[[Change], None]

_follow: list[Follow] = []


def followed_by(act: Follow) -> None:
    """Have `act` done whenever an address was changed."""
    if act not in _follow:
        _follow.append(act)


def change(person: User, to: str, *, way: AccountEvent.Way, by: User | None, now: datetime, ip: str = "") -> bool:
    """Let somebody sign in with another address from now on, and with no other. Returns whether anything changed.

    Everybody who is signed in as them is signed out; who changes their own address is let in again by the caller.
    Raises Refused where the address is somebody else's.
    """
    became = folded(to)
    try:
        with transaction.atomic():
            row = User.objects.select_for_update(no_key=False, of=("self",)).get(pk=person.pk)
            if row.email == became:
                return False
            was, row.email = row.email, became
            row.save(update_fields=["email"])
            EmailAddress.objects.create(user=row, email=became, verified=True, primary=True)
            end_all(row)
            AccountEvent.objects.create(
                person=row, what=AccountEvent.What.ADDRESS, was=was, became=became, way=way, by=by, at=now
            )
            for act in _follow:
                act(Change(row, was, became, way, by, now, ip))
    except IntegrityError as error:
        if not User.objects.filter(email=became).exclude(pk=person.pk).exists():
            raise
        raise Refused(TAKEN) from error
    person.email, person.epoch = row.email, row.epoch
    return True
