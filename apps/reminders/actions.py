"""What a person does with a notice: done, not needed, later, and back again."""

from datetime import timedelta

from apps.accounts import times
from apps.reminders.models import Notice
from apps.reminders.mornings import morning
from apps.reminders.rules import LOOKBACK, expiry
from apps.web import Refused


def close(notice, *, as_, now):
    """Take a thing off the list, as done or as not needed. Doing it twice changes nothing."""
    Notice.objects.about_the_same(notice).update(closed_at=now, closed_as=as_)


def snooze(notice, *, until, now):
    """Put a thing away until the morning of a day; its mail comes again then, where it is of use then.

    Raises Refused for a day gone by, and for one on which the thing would long have left the list by itself.
    """
    wakes_at = morning(until, notice.person.zone)
    if wakes_at <= now:
        raise Refused("Choose a day that is still to come.")
    if until > last_day(notice):
        raise Refused(f"By then it has left your list by itself. Choose a day up to {times.day(last_day(notice))}.")
    for one in Notice.objects.about_the_same(notice):
        one.snoozed_until, one.mailed_at, one.message = wakes_at, None, None
        one.expires_at = expiry(one, wakes_at)
        one.save(update_fields=["snoozed_until", "mailed_at", "message", "expires_at"])


def last_day(notice):
    """Return the last day until which a notice can be put away: the rules look no further back."""
    return (notice.due_at + LOOKBACK).astimezone(notice.person.zone).date() - timedelta(days=1)


def reopen(notice):
    """Take back a done, a not-needed or a later, for everything that went off the list with it."""
    same = Notice.objects.filter(person=notice.person_id, thing=notice.thing)
    closed = same.filter(closed_at=notice.closed_at) if notice.closed_at else same.filter(closed_at=None)
    closed.exclude(closed_as=Notice.Closed.GONE).update(closed_at=None, closed_as="", snoozed_until=None)


def see(person, now):
    """Remember that the list was looked at: nothing on it is new any more."""
    Notice.objects.visible_to(person).filter(closed_at=None, seen_at=None).update(seen_at=now)


def unread(person, now):
    """Return how many things came since the list was last looked at."""
    return len(Notice.objects.filter(person=person, seen_at=None).waiting(now).latest().values_list("pk"))
