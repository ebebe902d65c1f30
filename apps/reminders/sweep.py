"""The sweep: ask every rule what is due, remember it once, hand it to the outbox, and drop what no longer applies.

It may run twice, on two machines, or a day late: the keys make the rows the same, and a notice is locked while it is
handed over. It works in batches, however much is due. It moves nothing but what the clock moves
(`interviews.deadlines.clock`: expiry, the one nudge, reviews that lapsed; `checks`: the yearly question to alumni).
Every part stands by itself: what cannot be done holds up nothing else, and is counted for the office to see.
"""

import json
import logging
import time
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import batched

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Now

from apps.alumni import invitations
from apps.clock import regions
from apps.database.apart import Apart
from apps.database.prepared import among
from apps.directory import saved, suggestions
from apps.installation import belonging
from apps.interviews import deadlines
from apps.policy.models import Policy
from apps.reminders import checks, letters, preferences
from apps.reminders.models import STAND_IN, Notice, QuietTime, Sweep
from apps.reminders.preferences import Unmailed
from apps.reminders.rule import Rule
from apps.reminders.rules import BY_NAME, ONE_TASK, RULES, fields_for
from apps.suggestions import answering as suggesting

log = logging.getLogger(__name__)
SWEEP = "The sweep"

BATCH = 2000
PEOPLE = 200  # looked at together; each is mailed in a transaction of their own
MAIL_S = 60  # then the next sweep goes on: what comes due meanwhile is not kept waiting
LOOK_S = 5  # at saved searches: what is due waits for them
STOPPED = timedelta(minutes=10)  # a sweep comes every half minute


def run(now: datetime) -> int:
    """Do one whole sweep, in the words of the office's region. Returns how many notices it inserted; 0 in a copy."""
    if belonging.is_copy():
        return 0
    with regions.using(Policy.locale_now()):
        return _run(now)


def _run(now: datetime) -> int:
    sweep, apart = Sweep.objects.create(started_at=now), Apart(SWEEP)
    apart.do("what the clock moves", deadlines.clock, now)
    apart.do("the yearly question", checks.run, now)
    apart.do("suggestions without an answer", suggesting.expire, now)
    apart.do("invitations", invitations.run, now)
    _look_for_new(now, apart)
    inserted = sum(notice(rule, now, apart) for rule in RULES)
    for rule in RULES:
        apart.do(f"what is over of {rule.name}", close_gone, rule, now)
    close_unknown(now)
    mail(now, apart)
    forget(now)
    Sweep.objects.filter(pk=sweep.pk).update(finished_at=Now(), inserted=inserted, failed=apart.failed)
    return inserted


def _look_for_new(now: datetime, apart: Apart) -> None:
    """Look who is new in the saved searches whose turn it is, for a few seconds: the next sweep goes on."""
    apart.do("deleted searches", saved.forget, now)
    apart.do("old suggestions", suggestions.forget, now)
    until = time.monotonic() + LOOK_S
    for one in apart.do("saved searches", saved.to_look_at, now, Policy.now()) or []:
        if time.monotonic() > until:
            return
        apart.do(f"the saved search {one.pk}", saved.look, one, now)


def trouble(now: datetime) -> int:
    """Return how many things the last sweep could not do; 1 where the sweeps themselves have stopped."""
    last = Sweep.objects.exclude(finished_at=None).order_by("-finished_at", "-pk").first()
    if last is None or last.finished_at is None:
        return 0
    return last.failed or int(now - last.finished_at > STOPPED)


def notice(rule: Rule, now: datetime, apart: Apart | None = None) -> int:
    """Insert the notices of one rule that are not there yet, batch by batch. Returns how many.

    What is missing is asked once, by number alone: to ask for each batch anew costs a look at all of it every time. A
    batch that cannot be inserted goes in row by row: somebody was deleted since, or one row cannot be put into words.
    """
    apart, inserted = apart or Apart(SWEEP), 0
    for some in batched(apart.do(f"what is due of {rule.name}", _missing, rule, now) or [], BATCH):
        try:
            inserted += _insert(rule, some, now)
        except Exception:
            log.info("A batch of %s goes row by row", rule.name, exc_info=True)
            inserted += sum(apart.do(f"{rule.name} of row {pk}", _insert, rule, [pk], now) or 0 for pk in some)
    return inserted


def _missing(rule: Rule, now: datetime) -> list[int]:
    known = Notice.objects.filter(key=OuterRef("notice_key"))
    return list(rule.rows(now).exclude(Exists(known)).order_by("pk").values_list("pk", flat=True))


def _insert(rule: Rule, pks: Sequence[int], now: datetime) -> int:
    """Insert the notices of some rows, those that another sweep was faster with left out. Returns how many."""
    rows = rule.rows(now).filter(among(list(pks))).order_by("pk")  # in the same order in every sweep
    notices = json.dumps([fields_for(rule, row) for row in rows], default=str)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(INSERT, {"notices": notices, "one_task": ONE_TASK, "stand_in": STAND_IN, "now": now})
        return cursor.rowcount


INSERT = """
    INSERT INTO reminders_notice (key, rule, thing, person_id, subject_id, title, text, url, due_at, deadline_at,
                                  expires_at, closed_at, closed_as, snoozed_until, created_at)
    SELECT key, rule, thing, person_id, subject_id, title, text, url, due_at, deadline_at,
           expires_at, answered.closed_at, coalesce(answered.closed_as, ''), answered.snoozed_until, now()
    FROM json_to_recordset(%(notices)s::json) AS new(
        key text, rule text, thing text, person_id bigint, subject_id bigint, title text, text text, url text,
        due_at timestamptz, deadline_at timestamptz, expires_at timestamptz)
    LEFT JOIN LATERAL (
        SELECT earlier.closed_at, earlier.closed_as, earlier.snoozed_until FROM reminders_notice earlier
        WHERE (new.rule = ANY(%(one_task)s)
               OR earlier.rule = %(stand_in)s AND earlier.due_at >= new.due_at - interval '24 hours')
              AND earlier.person_id = new.person_id AND earlier.thing = new.thing
              AND (earlier.closed_as IN ('done', 'dismissed')
                   OR earlier.closed_at IS NULL AND earlier.snoozed_until > %(now)s)
        ORDER BY earlier.id DESC LIMIT 1
    ) answered ON true
    ON CONFLICT (key) DO NOTHING
"""


def close_gone(rule: Rule, now: datetime) -> None:
    """Close the open notices of a rule whose reason has gone: thanked meanwhile, cancelled, moved, done."""
    holding = rule.rows(now).filter(pk=OuterRef("subject_id"), notice_key=OuterRef("key"))
    gone = Notice.objects.filter(rule=rule.name, closed_at=None).exclude(Exists(holding))
    gone.update(closed_at=now, closed_as=Notice.Closed.GONE)


def close_unknown(now: datetime) -> None:
    """Close the open notices of rules that there are no more, and those that stood in for a task, once they wake."""
    unknown = Notice.objects.filter(closed_at=None).exclude(rule__in=BY_NAME)
    unknown = unknown.exclude(rule=STAND_IN, snoozed_until__gt=now)
    unknown.update(closed_at=now, closed_as=Notice.Closed.GONE)


# --- mail -------------------------------------------------------------------------------------------------------------


def mail(now: datetime, apart: Apart | None = None) -> None:
    """Hand to the outbox what each person wants to have mailed now, what is most pressing first."""
    apart, until = apart or Apart(SWEEP), time.monotonic() + MAIL_S
    for ready in (preferences.pressing(now), preferences.ready(now)):
        for person_id in _people(ready):
            if time.monotonic() > until:
                return
            apart.do(f"the mail of person {person_id}", _mail_ready, person_id, now)  # words: ok, for the log


def _people(ready: QuerySet[Unmailed]) -> Iterator[int]:
    """Yield the people who have something ready, a batch at a time."""
    last = 0
    some = ready.order_by("person_id").values_list("person_id", flat=True).distinct()
    while people := list(some.filter(person_id__gt=last)[:PEOPLE]):
        yield from people
        last = people[-1]


@transaction.atomic
def _mail_ready(person_id: int, now: datetime) -> None:
    rows = (
        preferences.unmailed(now)
        .filter(person_id=person_id)
        .select_related("person")
        .order_by("expires_at", "pk")
        .select_for_update(no_key=True, of=("self",), skip_locked=True)
    )
    quiet = QuietTime.objects.filter(person_id=person_id).first()
    wanted = [notice for notice in rows if preferences.verdict(notice, quiet, now).is_mailed]
    for notices in _by_mail(_one_of_each(wanted)):
        letters.send(notices, now)


def _one_of_each(notices: Sequence[Unmailed]) -> list[Unmailed]:
    """Of several that come together about one talk to come, take the latest: the others say the same, only earlier."""
    latest = {
        notice.thing: notice.pk for notice in sorted(notices, key=lambda one: one.due_at) if BY_NAME[notice.rule].rests
    }
    return [notice for notice in notices if latest.get(notice.thing, notice.pk) == notice.pk]


def _by_mail(notices: Sequence[Unmailed]) -> list[list[Unmailed]]:
    """Return the notices as mails: one for all that come together, where the person and the rules let them."""
    together = [notice for notice in notices if letters.may_join(notice)]
    alone = [[notice] for notice in notices if not letters.may_join(notice)]
    return [*alone, together] if together else alone


def forget(now: datetime) -> None:
    """Forget old sweeps after a day."""
    Sweep.objects.filter(started_at__lt=now - timedelta(days=1)).delete()


def old(before: datetime) -> QuerySet[Notice]:
    """Return the notices that were closed before then. How long they are kept is the office's to say."""
    return Notice.objects.filter(closed_at__lt=before)
