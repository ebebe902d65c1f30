"""What is due to one person at a moment, what becomes of it, and what comes next: for support and for tests.

It asks the same rules and the same preferences as the sweep, and writes nothing. About a moment ahead it can only say
what follows if nothing else happens.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple, cast
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from apps.accounts.models import User
from apps.clock import times
from apps.database.promised import promised
from apps.interviews.lifecycle.models import Interview
from apps.mail.models import Suppression, Unsubscribe
from apps.reminders import preferences
from apps.reminders.checks import next_at
from apps.reminders.models import Notice, Preference, QuietTime
from apps.reminders.rule import Rule
from apps.reminders.rules import RULES, notice_for

AHEAD = timedelta(days=7)
STEP = timedelta(hours=18)  # no rules but those of the hour before a talk hold for less
WHOSE = {"student": "student", "coach": "coach", "alum": "alum__user"}


@dataclass(frozen=True)
class Line:
    """One occasion: whether it is due yet, why, and what becomes of its mail."""

    rule: str
    key: str
    due_at: datetime
    title: str
    why: str
    mail: str
    is_due: bool = True


def explain(person: User, now: datetime) -> list[Line]:
    """Return a Line for everything that is due to `person` at `now`, the oldest first."""
    due = [_line(rule, row, person, now) for rule in _rules(person) for row in _rows(rule, person, now)]
    return sorted(due, key=_when)


def coming(person: User, now: datetime) -> list[Line]:
    """Return a Line for what comes next to `person`, the soonest first."""
    return sorted({line.key: line for line in _coming(person, now)}.values(), key=_when)


def _when(line: Line) -> tuple[datetime, str]:
    return (line.due_at, line.key)


def _rules(person: User) -> list[Rule]:
    return [rule for rule in RULES if rule.role in person.roles]


def _rows(rule: Rule, person: User, now: datetime) -> QuerySet[Any]:
    return rule.rows(now).filter(**{WHOSE[rule.role]: person.pk}).order_by("pk")


def _line(rule: Rule, subject: Any, person: User, now: datetime) -> Line:
    new = notice_for(rule, subject)
    notice = Notice.objects.select_related("message").filter(key=new.key).first() or new
    return Line(rule.name, new.key, new.due_at, new.title, rule.why, _mail(notice, rule, person, now))


def _mail(notice: Notice, rule: Rule, person: User, now: datetime) -> str:
    """Say in words what becomes of the mail about a notice."""
    zone = person.zone
    if notice.closed_at:
        return f"none: {notice.get_closed_as_display().lower()} on {times.when(promised(notice.closed_at), zone=zone)}"
    if notice.snoozed_until and notice.snoozed_until > now:
        return f"snoozed until {times.when(notice.snoozed_until, zone=zone)}"
    if notice.mailed_at:
        state = f", {notice.message.get_state_display().lower()}" if notice.message else ""
        return f"noticed already, handed over on {times.when(notice.mailed_at, zone=zone)}{state}"
    quiet = QuietTime.objects.filter(person=person).first()
    useful_until = preferences.useful_until(notice, quiet)
    if useful_until <= now:
        return f"none: too late since {times.when(useful_until, zone=zone)}; it appears in To do"
    return _verdict(_wished(notice, rule, person, now), quiet, now)


def _wished(notice: Notice, rule: Rule, person: User, now: datetime) -> preferences.Wished:
    """Give one notice, which may not be kept yet, what `preferences.with_wishes` gives many."""
    refused = set(Unsubscribe.objects.filter(person=person).values_list("topic", flat=True))
    chosen = Preference.objects.filter(person=person, rule=rule.name).values_list("how", flat=True).first()
    wished = cast("preferences.Wished", notice)
    wished.person, wished.how = person, chosen or rule.how
    wished.is_refused, wished.is_alone = rule.name in refused, preferences.TOGETHER in refused
    wished.is_second = preferences.is_second(notice, now)
    wished.is_told = preferences.is_told(notice, now)
    wished.since = max(moment for moment in (notice.due_at, notice.snoozed_until) if moment)
    return wished


def _verdict(notice: preferences.Wished, quiet: QuietTime | None, now: datetime) -> str:
    verdict = preferences.verdict(notice, quiet, now)
    if verdict.answer == "held":
        return f"held {verdict.why} until {times.when(promised(verdict.until), zone=notice.person.zone)}"
    return {"now": "at once", "digest": "in the digest that leaves now"}.get(verdict.answer) or f"none: {verdict.why}"


# --- why not ----------------------------------------------------------------------------------------------------------


def in_the_way(person: User) -> list[str]:
    """Return what keeps every mail from a person, in words."""
    closed = [] if person.is_active else ["The account is closed: nothing is mailed to it."]
    row = Suppression.objects.in_force().of(person.email).first()
    return closed + ([f"Nothing is mailed to {person.email}: {row.get_cause_display().lower()}."] if row else [])


class Over(NamedTuple):
    """What is not due any more, and why."""

    title: str
    key: str
    why: str


def over(person: User, now: datetime) -> list[Over]:
    """Return what was due lately and is not any more, the newest first."""
    lately = Notice.objects.filter(person=person, closed_at__range=(now - AHEAD, now)).order_by("-closed_at", "-pk")
    return [Over(notice.title, notice.key, _closing(notice, person.zone)) for notice in lately]


def _closing(notice: Notice, zone: ZoneInfo) -> str:
    return f"{notice.get_closed_as_display().lower()} since {times.when(promised(notice.closed_at), zone=zone)}"


def silent(person: User, now: datetime) -> list[Rule]:
    """Return the rules that a person could hear of, and that give nothing at `now`."""
    return [rule for rule in _rules(person) if not _rows(rule, person, now).exists()]


# --- what comes next --------------------------------------------------------------------------------------------------


def _coming(person: User, now: datetime) -> Iterator[Line]:
    """Yield what the rules will answer within `AHEAD` as things stand, asked a few times."""
    for moment in _moments(person, now):
        for rule in _rules(person):
            for row in _rows(rule, person, moment):
                new = notice_for(rule, row)
                if new.due_at > now:
                    then = _rows(rule, person, new.due_at).filter(pk=row.pk).first()  # in the words of that moment
                    new = notice_for(rule, then or row)
                    yield Line(rule.name, new.key, new.due_at, new.title, rule.why, "not yet", is_due=False)
    if person.is_alum and hasattr(person, "alumni_profile"):
        at = next_at(person.alumni_profile)
        yield Line(
            "profile-check", "profile-check", at, "Is your profile still correct?", "Once a year.", "not yet", False
        )


def _moments(person: User, now: datetime) -> list[datetime]:
    steps = [now + STEP * n for n in range(1, AHEAD // STEP + 1)]
    talks = Interview.objects.filter(student=person, starts_at__range=(now, now + AHEAD))
    return steps + [start - timedelta(minutes=10) for start in talks.values_list("starts_at", flat=True)]
