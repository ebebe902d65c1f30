"""The parts of an entry that an alum confirms one at a time, the one first that was confirmed longest ago (R277).

It decides which part is next and keeps the day of each. When somebody is asked: apps.interviews.answering.current. Who
saves the whole entry, or answers the yearly question, has confirmed every part.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms

from apps.alumni import actions, places, visibility
from apps.alumni.forms import DiscussForm, HelpsForm, PlaceForm, TimesForm, WorkForm
from apps.alumni.models import AlumniProfile, ConfirmedPart, Help
from apps.policy.models import LONG_AGO
from apps.wording.text import one_line


@dataclass(frozen=True, kw_only=True)
class Part:
    """One part: how it is asked about, what students read of it, and the form in which it is changed."""

    question: Callable[[AlumniProfile], str]
    yes: str
    says: Callable[[AlumniProfile], str]  # hidden from students or not; empty: there is nothing to confirm
    nothing: str  # what students see where it is empty
    form: type[forms.ModelForm]
    columns: tuple[str, ...]
    seen: Callable[[AlumniProfile], str] | None = None  # what students read of it, where some of it can be hidden

    def students_read(self, alum: AlumniProfile) -> str:
        return (self.seen or self.says)(alum)

    def hidden(self, alum: AlumniProfile) -> str:
        """Say what of it the alum hides: the employer."""
        names = [column for column in ("employer", "city") if column in self.columns and alum.kept_back.get(column)]
        return f"Your {names[0]} stays hidden from students." if names else ""


def _work(alum: AlumniProfile) -> str:
    return " at ".join(words for words in (alum.title, visibility.own(alum, "employer")) if words)


def _work_seen(alum: AlumniProfile) -> str:
    return " at ".join(words for words in (alum.title, alum.employer) if words)


def _still_there(alum: AlumniProfile) -> str:
    employer = visibility.own(alum, "employer")
    return f"Still at {employer}?" if employer else f"Still {alum.title}?"


def _helps(alum: AlumniProfile) -> str:
    names = dict(Help.choices)
    told = [str(names[one]) for one in Help.values if one in alum.helps]
    return ", ".join([*told[:1], *(one[0].lower() + one[1:] for one in told[1:])])


PARTS = {
    "work": Part(
        question=_still_there,
        yes="Yes, that’s right",
        says=_work,
        seen=_work_seen,
        nothing="Students see no employer and no job title.",
        form=WorkForm,
        columns=("employer", "title"),
    ),
    "place": Part(
        question=lambda alum: f"Still in {alum.city}?",
        yes="Yes, still there",
        says=lambda alum: alum.place if alum.city else "",
        nothing="Students see no city.",
        form=PlaceForm,
        columns=("city", "region", "country"),
    ),
    "helps": Part(
        question=lambda alum: "Still happy to offer this?",
        yes="Yes, still happy to",
        says=_helps,
        nothing="Students see nothing that you offer.",
        form=HelpsForm,
        columns=("helps",),
    ),
    "times": Part(
        question=lambda alum: "Are these still your best times?",
        yes="Yes, still my best times",
        says=lambda alum: alum.usual_times,
        nothing="Students see no usual times.",
        form=TimesForm,
        columns=("usual_times",),
    ),
    "topics": Part(
        question=lambda alum: "Still happy to talk about this?",
        yes="Yes, still happy to",
        says=lambda alum: alum.happy_to_discuss,
        nothing="Students see no topics.",
        form=DiscussForm,
        columns=("happy_to_discuss",),
    ),
}


def next_part(alum: AlumniProfile, since: datetime, *, asked: Collection[str]) -> str:
    """Return the part that was confirmed longest ago, and not since then; nothing where none is left to ask.

    `asked`: what the alum was asked about since then, answered or not.
    """
    at = confirmed(alum)
    due = [key for key, part in PARTS.items() if key not in asked and part.says(alum) and at[key] < since]
    return min(due, key=lambda key: at[key], default="")


def confirmed(alum: AlumniProfile) -> dict[str, datetime]:
    """Return {part: when the alum last said that it is right}."""
    whole = dict.fromkeys(PARTS, alum.confirmed_at or LONG_AGO)
    return whole | {key: at for key, at in alum.confirmed_parts.values_list("part", "at") if key in PARTS}


def confirm(alum: AlumniProfile, part: str, *, now: datetime) -> None:
    """It is still right, says the alum of one part."""
    days = confirmed(alum) | {part: now}
    actions.confirm(alum, now=now)  # whoever answers is there: the yearly question has its answer
    _keep(alum, days)


def say(alum: AlumniProfile, part: str, values: dict[str, Any], *, now: datetime) -> None:
    """The alum says it anew: no import writes over it, and the part counts as confirmed."""
    days = confirmed(alum) | {part: now}
    told = {name: one_line(value) if isinstance(value, str) else value for name, value in values.items()}
    columns = dict(told)
    zone = places.zone_of(told["country"], told["region"], told["city"]) if part == "place" else ""
    if zone:
        columns["time_zone"] = zone
    actions.tell(alum, columns, now=now)
    _keep(alum, days)


def _keep(alum: AlumniProfile, days: dict[str, datetime]) -> None:
    rows = [ConfirmedPart(alum=alum, part=key, at=at) for key, at in days.items()]
    ConfirmedPart.objects.bulk_create(rows, update_conflicts=True, unique_fields=["alum", "part"], update_fields=["at"])
