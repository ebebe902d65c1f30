"""The sweep: ask every rule what is due, remember it once, hand it to the outbox, and drop what no longer applies.

It may run twice, on two machines, or a day late: the keys make the rows the same, and a notice is locked while it is
handed over. It works in batches, however much is due. It moves nothing but what the clock moves
(`interviews.actions.clock`: expiry, the one nudge, reviews that lapsed; `checks`: the yearly question to alumni).
"""

import json
import logging
import time
from datetime import UTC, datetime, timedelta
from itertools import batched

from django.db import IntegrityError, connection, transaction
from django.db.models import Exists, OuterRef

from apps.interviews import actions as interviews
from apps.prepared import among
from apps.reminders import checks, letters, preferences
from apps.reminders.models import Notice, QuietTime, Sweep
from apps.reminders.rules import RULES, fields_for

log = logging.getLogger(__name__)

BATCH = 2000
PEOPLE = 200  # looked at together; each is mailed in a transaction of their own
MAIL_S = 60  # then the next sweep goes on: what comes due meanwhile is not kept waiting
KEEP = timedelta(days=90)


def run(now):
    """Do one whole sweep. Returns the number of notices it inserted."""
    sweep = Sweep.objects.create(started_at=now)
    interviews.clock(now)
    checks.run(now)
    inserted = sum(notice(rule, now) for rule in RULES)
    close_gone(now)
    mail(now)
    forget(now)
    Sweep.objects.filter(pk=sweep.pk).update(finished_at=datetime.now(UTC), inserted=inserted)
    return inserted


def notice(rule, now):
    """Insert the notices of one rule that are not there yet, batch by batch. Returns how many.

    What is missing is asked once, by number alone: to ask for each batch anew costs a look at all of it every time.
    """
    known = Notice.objects.filter(key=OuterRef("notice_key"))
    missing = rule.rows(now).exclude(Exists(known)).order_by("pk").values_list("pk", flat=True)
    return sum(_insert_some(rule, some, now) for some in batched(missing, BATCH))


def _insert_some(rule, pks, now):
    """Insert the notices of some rows; asked again, those of a person who was deleted in between are not among them."""
    try:
        return _insert(_notices(rule, pks, now))
    except IntegrityError:
        return _insert(_notices(rule, pks, now))


def _notices(rule, pks, now):
    """Return the fields of the notices for some rows of a rule, in the same order in every sweep."""
    return [fields_for(rule, row) for row in rule.rows(now).filter(among(list(pks))).order_by("pk")]


def _insert(notices):
    """Insert notices, those that another sweep was faster with left out. Returns how many; one statement for all."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(INSERT, [json.dumps(notices, default=str)])
        return cursor.rowcount


INSERT = """
    INSERT INTO reminders_notice (key, rule, thing, person_id, subject_id, title, text, url,
                                  due_at, deadline_at, expires_at, closed_as, created_at)
    SELECT key, rule, thing, person_id, subject_id, title, text, url, due_at, deadline_at, expires_at, '', now()
    FROM json_to_recordset(%s::json) AS new(
        key text, rule text, thing text, person_id bigint, subject_id bigint, title text, text text, url text,
        due_at timestamptz, deadline_at timestamptz, expires_at timestamptz)
    ON CONFLICT (key) DO NOTHING
"""


def close_gone(now):
    """Close open notices whose reason has gone: thanked meanwhile, cancelled, moved, done."""
    for rule in RULES:
        holding = rule.rows(now).filter(pk=OuterRef("subject_id"), notice_key=OuterRef("key"))
        gone = Notice.objects.filter(rule=rule.name, closed_at=None).exclude(Exists(holding))
        gone.update(closed_at=now, closed_as=Notice.Closed.GONE)


# --- mail -------------------------------------------------------------------------------------------------------------


def mail(now):
    """Hand to the outbox what each person wants to have mailed now, what is most pressing first."""
    until = time.monotonic() + MAIL_S
    for ready in (preferences.pressing(now), preferences.ready(now)):
        for person_id in _people(ready):
            if time.monotonic() > until:
                return
            _mail_person(person_id, now)


def _people(ready):
    """Yield the people who have something ready, a batch at a time."""
    last = 0
    some = ready.order_by("person_id").values_list("person_id", flat=True).distinct()
    while people := list(some.filter(person_id__gt=last)[:PEOPLE]):
        yield from people
        last = people[-1]


def _mail_person(person_id, now):
    """Mail what is ready for one person; what cannot be written for them holds up nobody else."""
    try:
        with transaction.atomic():
            _mail_ready(person_id, now)
    except Exception:
        if not connection.is_usable():
            raise
        log.exception("The reminders of person %s cannot be written", person_id)


def _mail_ready(person_id, now):
    rows = (
        preferences.unmailed(now)
        .filter(person_id=person_id)
        .select_related("person")
        .order_by("expires_at", "pk")
        .select_for_update(no_key=True, of=("self",), skip_locked=True)
    )
    quiet = QuietTime.objects.filter(person_id=person_id).first()
    wanted = [one for one in rows if preferences.verdict(one, quiet, now).is_mailed]
    for notices in _by_mail(wanted):
        letters.send(notices, now)


def _by_mail(notices):
    """Return the notices as mails: one for all that come together, where the person and the rules let them."""
    together = [one for one in notices if letters.may_join(one)]
    alone = [[one] for one in notices if not letters.may_join(one)]
    return [*alone, together] if together else alone


def forget(now):
    """Forget closed notices after 90 days, and old sweeps after one."""
    Notice.objects.filter(closed_at__lt=now - KEEP).delete()
    Sweep.objects.filter(started_at__lt=now - timedelta(days=1)).delete()
