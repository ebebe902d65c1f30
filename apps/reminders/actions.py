"""What a person does with a notice: done, not needed, later, and back again."""

from datetime import date, datetime, timedelta

from django.db.models import QuerySet

from apps.accounts.models import User
from apps.clock import times
from apps.clock.mornings import morning
from apps.database.prepared import prepared
from apps.reminders.models import Notice
from apps.reminders.rules import LOOKBACK, expiry
from apps.web.answers import Refused


def close(notice: Notice, *, as_: Notice.Closed, now: datetime) -> None:
    """Take a thing off the list, as done or as not needed. Doing it twice changes nothing."""
    Notice.objects.about_the_same(notice).update(closed_at=now, closed_as=as_)


def snooze(notice: Notice, *, until: date, now: datetime) -> None:
    """Put a thing away until the morning of a day; its mail comes again then, where it is of use then.

    Raises Refused for a day gone by, and for one on which the thing would long have left the list by itself.
    """
    wakes_at = morning(until, notice.person.zone)
    if wakes_at <= now:
        raise Refused("Choose a future day.")
    if until > last_day(notice):
        raise Refused(f"It will no longer apply by then. Choose a day up to {times.day(last_day(notice))}.")
    for same in Notice.objects.about_the_same(notice):
        same.snoozed_until, same.mailed_at, same.message = wakes_at, None, None
        same.expires_at = expiry(same, wakes_at)
        same.save(update_fields=["snoozed_until", "mailed_at", "message", "expires_at"])


def last_day(notice: Notice) -> date:
    """Return the last day until which a notice can be put away: the rules look no further back."""
    return (notice.due_at + LOOKBACK).astimezone(notice.person.zone).date() - timedelta(days=1)


def reopen(notice: Notice) -> None:
    """Take back a done, a not-needed or a later, for everything that went off the list with it."""
    same = Notice.objects.filter(person=notice.person_id, thing=notice.thing)
    closed = same.filter(closed_at=notice.closed_at) if notice.closed_at else same.filter(closed_at=None)
    closed.exclude(closed_as=Notice.Closed.GONE).update(closed_at=None, closed_as="", snoozed_until=None)


def see(person: User, now: datetime) -> None:
    """Remember that the list was looked at: nothing on it is new any more."""
    Notice.objects.visible_to(person).filter(closed_at=None, seen_at=None).update(seen_at=now)


def unread(person: User, now: datetime) -> int:
    """Return how many things came since the list was last looked at."""
    return len(_unseen(person.pk, now))


@prepared
def _unseen(person: int, now: datetime) -> QuerySet[Notice, tuple[int]]:
    """Every page asks this of its reader: the number beside their name."""
    return Notice.objects.filter(person=person, seen_at=None).waiting(now).newest_of_each().values_list("pk")
