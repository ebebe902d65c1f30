"""What a person does with a notice: done, not needed, later, and back again."""

from apps.prepared import prepared
from apps.reminders.models import Notice
from apps.reminders.mornings import morning
from apps.web import Refused


def close(notice, *, as_, now):
    """Take a thing off the list, as done or as not needed. Doing it twice changes nothing."""
    Notice.objects.about_the_same(notice).update(closed_at=now, closed_as=as_)


def snooze(notice, *, until, now):
    """Put a thing away until the morning of a day; its mail comes again then. Raises Refused for a day gone by."""
    wakes_at = morning(until, notice.person.zone)
    if wakes_at <= now:
        raise Refused("Choose a day that is still to come.")
    Notice.objects.about_the_same(notice).update(snoozed_until=wakes_at, mailed_at=None, message=None)


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
    return len(_unseen(person.pk, now))


@prepared
def _unseen(person, now):
    return Notice.objects.filter(person=person, seen_at=None).waiting(now).latest().values_list("pk")
