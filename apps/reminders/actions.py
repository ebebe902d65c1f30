"""What a person does with a notice: done, not needed, later; and how they want to hear of things."""

from datetime import timedelta

from apps.reminders.models import Notice, Preference
from apps.reminders.rules import RULES
from apps.web import Refused

SNOOZES = {"day": timedelta(days=1), "week": timedelta(weeks=1)}


def close(notice, *, as_, now):
    """Take a notice off the list, as done or as not needed. Doing it twice changes nothing."""
    Notice.objects.filter(pk=notice.pk, closed_at=None).update(closed_at=now, closed_as=as_)


def snooze(notice, *, span, now):
    """Put a notice away for a day or a week. Raises Refused for any other span."""
    if span not in SNOOZES:
        raise Refused("Choose a day or a week.")
    Notice.objects.filter(pk=notice.pk, closed_at=None).update(snoozed_until=now + SNOOZES[span])


def reopen(notice):
    """Take back a done, a not-needed or a later."""
    Notice.objects.filter(pk=notice.pk).update(closed_at=None, closed_as="", snoozed_until=None)


def open_notices(person, now):
    """Return the person's waiting notices, newest first, one for each thing to do: the latest word about it counts."""
    latest = {}
    for one in Notice.objects.visible_to(person).waiting(now).filter(due_at__lte=now).order_by("due_at", "pk"):
        latest[one.url] = one
    return sorted(latest.values(), key=lambda one: one.due_at, reverse=True)


def choose(person, wishes):
    """Store how `person` wants to hear of each rule. `wishes` maps rule names to `How` values."""
    Preference.objects.bulk_create(
        [Preference(person=person, rule=rule, how=how) for rule, how in wishes.items()],
        update_conflicts=True,
        unique_fields=["person", "rule"],
        update_fields=["how"],
    )


def wishes_of(person):
    """Return rule -> how, the person's choice or the rule's own."""
    chosen = dict(Preference.objects.filter(person=person).values_list("rule", "how"))
    return {rule: chosen.get(rule.name, rule.how) for rule in RULES if rule.choosable and rule.role in person.roles}
