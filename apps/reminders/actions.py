"""What a person does with a notice: done, not needed, later, and back again."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from apps.accounts.models import User
from apps.clock import times
from apps.clock.mornings import morning
from apps.database.prepared import prepared
from apps.network.models import ActionStep
from apps.reminders.models import STAND_IN, Notice
from apps.reminders.rule import LOOKBACK
from apps.reminders.rules import expiry
from apps.today import agenda
from apps.web.answers import Refused


@transaction.atomic
def notice_of(person: User, thing: str, now: datetime) -> Notice:
    """Return the notice that speaks of a thing to somebody; of one that only Today shows, a new one that stands in.

    Raises Refused where it is not, or not any more, among what they have to do.
    """
    notice = Notice.objects.filter(person=person, thing=thing).waiting(now).order_by("-due_at", "-pk").first()
    return notice or _stand_in(person, thing, now)


def _stand_in(person: User, thing: str, now: datetime) -> Notice:
    """Return a notice that only remembers what was said of a task of Today; nobody is ever mailed about it."""
    tasks = agenda.everything(person, now) if person.is_student else []
    task = next((task for task in tasks if thing and task.thing == thing), None)
    if task is None:
        raise Refused("This is no longer in To do.")
    fields = {"title": task.title[:200], "text": task.text, "url": task.url, "due_at": now, "seen_at": now}
    fields |= {"mailed_at": now, "expires_at": now, "closed_at": None, "closed_as": "", "snoozed_until": None}
    notice, _ = Notice.objects.update_or_create(
        key=f"{STAND_IN}:{thing}:{task.since.timestamp():.0f}",
        person=person,
        defaults={"rule": STAND_IN, "thing": thing, "subject_id": int(thing.rpartition(":")[2]), **fields},
    )
    return notice


@transaction.atomic
def close(notice: Notice, *, as_: Notice.Closed, now: datetime) -> None:
    """Take a thing off the list, as done or as not needed. Doing it twice changes nothing.

    A next step that is done is done on the page of its person as well.
    """
    Notice.objects.about_the_same(notice).update(closed_at=now, closed_as=as_)
    if as_ == Notice.Closed.DONE:
        _steps_of(notice).filter(done_at=None).update(done_at=now)


def _steps_of(notice: Notice) -> QuerySet[ActionStep]:
    """Return the next step that a notice speaks of, if it speaks of one."""
    kind, _, pk = notice.thing.partition(":")
    return (
        ActionStep.objects.filter(student=notice.person_id, pk=int(pk))
        if kind == "action-step"
        else ActionStep.objects.none()
    )


# --- undo -------------------------------------------------------------------------------------------------------------

KEPT = ("closed_at", "closed_as", "snoozed_until", "mailed_at", "message_id", "expires_at")


@dataclass(frozen=True)
class Before:
    """How a thing was on the list before somebody said something of it."""

    notice: int
    rows: Mapping[str, Mapping[str, Any]]  # by the number of each notice about it
    is_step_open: bool

    def kept(self) -> dict[str, Any]:
        """Return it as a session can keep it."""
        return json.loads(json.dumps(asdict(self), default=str))

    @classmethod
    def of(cls, kept: Any, notice: Notice) -> "Before | None":
        """Return what a session kept of this notice, or None where the last word was of another."""
        return cls(**kept) if kept and kept["notice"] == notice.pk else None


def before(notice: Notice) -> Before:
    """Look how a thing is on the list, for an undo."""
    rows = Notice.objects.about_the_same(notice).values("pk", *KEPT)
    return Before(
        notice=notice.pk,
        rows={str(row.pop("pk")): row for row in rows},
        is_step_open=_steps_of(notice).filter(done_at=None).exists(),
    )


@transaction.atomic
def put_back(notice: Notice, before: Before | None) -> None:
    """Make it as it was `before`; where that is not known any more, at least put it back on the list."""
    if before is None or notice.rule == STAND_IN:
        reopen(notice)
    else:
        for pk, fields in before.rows.items():
            Notice.objects.filter(pk=pk, person=notice.person_id).update(**fields)
    if before is not None and before.is_step_open:
        _steps_of(notice).update(done_at=None)


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
        same.snoozed_until, same.mailed_at, same.message = wakes_at, None, None  # of a stand-in nobody is mailed at all
        same.expires_at = expiry(same, wakes_at)
        same.save(update_fields=["snoozed_until", "mailed_at", "message", "expires_at"])


def last_day(notice: Notice) -> date:
    """Return the last day until which a notice can be put away: the rules look no further back."""
    return (notice.due_at + LOOKBACK).astimezone(notice.person.zone).date() - timedelta(days=1)


def reopen(notice: Notice) -> None:
    """Take back a done, a not-needed or a later, for everything that went off the list with it."""
    if notice.rule == STAND_IN:
        notice.delete()  # Today shows the thing again by itself
        return
    same = Notice.objects.filter(person=notice.person_id, thing=notice.thing)
    closed = same.filter(closed_at=notice.closed_at) if notice.closed_at else same.filter(closed_at=None)
    closed.exclude(closed_as=Notice.Closed.GONE).update(closed_at=None, closed_as="", snoozed_until=None)


def see(person: User, now: datetime) -> None:
    """Remember that the list was looked at: nothing on it is new any more."""
    Notice.objects.visible_to(person).filter(closed_at=None, seen_at=None).update(seen_at=now)


def unread(person: User, now: datetime) -> int:
    """Return how many things came since the list was last looked at."""
    return len(unseen(person.pk, now))


@prepared
def unseen(person: int, now: datetime) -> QuerySet[Notice, tuple[int]]:
    """Every page asks this of its reader: the number beside their name."""
    return Notice.objects.filter(person=person, seen_at=None).waiting(now).newest_of_each().values_list("pk")
