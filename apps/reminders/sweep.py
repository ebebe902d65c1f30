"""The sweep: ask every rule what is due, remember it once, hand it to the outbox, and drop what no longer applies.

It may run twice, on two machines, or a day late: the keys make the rows the same. It moves nothing in the lifecycle
but what the clock moves (`interviews.actions.clock`: expiry, the one nudge, reviews that lapsed).
"""

from datetime import UTC, datetime, timedelta

from django.db import transaction

from apps.interviews import actions as interviews
from apps.mail import outbox
from apps.reminders.models import How, Notice, Preference, QuietTime, Sweep
from apps.reminders.rules import BY_NAME, RULES, notice_for

BATCH = 1000
KEEP = timedelta(days=90)


def run(now):
    """Do one whole sweep. Returns the number of notices it inserted."""
    sweep = Sweep.objects.create(started_at=now)
    interviews.clock(now)
    inserted = sum(notice(rule, now) for rule in RULES)
    close_gone(now)
    mail(now)
    forget(now)
    Sweep.objects.filter(pk=sweep.pk).update(finished_at=datetime.now(UTC), inserted=inserted)
    return inserted


def notice(rule, now):
    """Insert the notices of one rule that are not there yet. Returns how many."""
    rows = {rule.key(row): row for row in rule.rows(now)}
    known = set(Notice.objects.filter(key__in=rows).values_list("key", flat=True))
    fresh = [notice_for(rule, row) for key, row in rows.items() if key not in known]
    Notice.objects.bulk_create(fresh, batch_size=BATCH, ignore_conflicts=True)
    return len(fresh)


def close_gone(now):
    """Close open notices whose reason has gone: thanked meanwhile, cancelled, moved, done."""
    for rule in RULES:
        open_notices = Notice.objects.filter(rule=rule.name, closed_at=None)
        holding = [rule.key(row) for row in rule.rows(now)]
        open_notices.exclude(key__in=holding).update(closed_at=now, closed_as=Notice.Closed.GONE)


def mail(now):
    """Hand to the outbox what each person wants to have mailed now: one by one, or gathered."""
    waiting = list(
        Notice.objects.waiting(now)
        .filter(mailed_at=None, expires_at__gt=now, person__is_active=True)
        .select_related("person")
        .order_by("person_id", "due_at", "pk")
    )
    wishes = Wishes({n.person_id for n in waiting})
    for one in waiting:
        if wishes.at_once(one, now):
            _mail_one(one, now)
    for person_id, notices in _gathered(waiting, wishes, now).items():
        _mail_digest(person_id, notices, now)


class Wishes:
    """How a set of people wants to hear of what is due, read in two queries."""

    def __init__(self, people):
        chosen = Preference.objects.filter(person_id__in=people)
        self.chosen = {(p.person_id, p.rule): p.how for p in chosen}
        self.quiet = {q.person_id: q for q in QuietTime.objects.filter(person_id__in=people)}

    def how(self, one):
        return self.chosen.get((one.person_id, one.rule), BY_NAME[one.rule].how)

    def at_once(self, one, now):
        return self.how(one) == How.AT_ONCE and not self.is_quiet(one, now)

    def is_quiet(self, one, now):
        """Whether the person's quiet hours or pause hold `one` back; never past its deadline."""
        quiet = self.quiet.get(one.person_id)
        if quiet is None or one.expires_at - now <= timedelta(hours=1):
            return False
        local = now.astimezone(one.person.zone)
        if quiet.paused_until and local.date() < quiet.paused_until:
            return True
        return _within(local.time(), quiet.quiet_from, quiet.quiet_to)


def _within(moment, start, end):
    """Whether a wall-clock time lies between two others, over midnight if need be."""
    if start is None or end is None or start == end:
        return False
    return start <= moment < end if start < end else moment >= start or moment < end


def _mail_one(one, now):
    with transaction.atomic():
        taken = Notice.objects.filter(pk=one.pk, mailed_at=None).update(mailed_at=now)
        if taken:
            outbox.queue(
                "reminder",
                to=one.person,
                key=f"notice:{one.key}",
                context={"notices": [one], "person": one.person},
                rule=one.rule,
                expires_at=one.expires_at,
            )


def _gathered(waiting, wishes, now):
    """Return person id -> notices for those whose daily or weekly hour has come."""
    due = {}
    for one in waiting:
        local = now.astimezone(one.person.zone)
        how = wishes.how(one)
        is_hour = local.hour >= 8 and (how == How.DAILY or (how == How.WEEKLY and local.weekday() == 0))
        if is_hour and how in (How.DAILY, How.WEEKLY) and not wishes.is_quiet(one, now):
            due.setdefault(one.person_id, []).append(one)
    return due


def _mail_digest(person_id, notices, now):
    person = notices[0].person
    day = now.astimezone(person.zone).date()
    with transaction.atomic():
        queued = outbox.queue(
            "digest",
            to=person,
            key=f"digest:person:{person_id}:{day}",
            context={"notices": notices, "person": person},
            rule="digest",
            expires_at=now + timedelta(hours=20),
        )
        if queued:  # what comes due later the same day waits for tomorrow's
            Notice.objects.filter(pk__in=[n.pk for n in notices], mailed_at=None).update(mailed_at=now)


def forget(now):
    """Forget closed notices after 90 days, and old sweeps after one."""
    Notice.objects.filter(closed_at__lt=now - KEEP).delete()
    Sweep.objects.filter(started_at__lt=now - timedelta(days=1)).delete()
