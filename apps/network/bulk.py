"""What a student does to several people at once, and how it is taken back.

Each act returns what it changed, as it was before: a fact that fits into a session, by the key of each person.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from apps.accounts.models import User
from apps.network import actions
from apps.network.circles import BY_KEY
from apps.network.models import Cadence, Contact, Phase, Tag
from apps.network.relationship import LABELS
from apps.web.answers import Refused

type Was = dict[str, Any]
MOST = 5_000  # people changed by one press
TAGS_MOST = 200  # of one student
AUTOMATIC = "auto"  # no phase is chosen: it is worked out


@dataclass(frozen=True)
class Changed:
    """What was done, in words; `what` and `was` put it back."""

    words: str
    what: str = ""
    was: Was = field(default_factory=dict)


@transaction.atomic
def change(student: User, keys: Iterable[int], act: str, value: str, now: datetime) -> Changed:
    """Do one of ACTS to those of `keys` who are in the student's network. Raises Refused."""
    actions.one_at_a_time(student)
    rows = Contact.objects.select_for_update(no_key=True, of=("self",))
    people = list(rows.filter(student=student, archived_at=None, pk__in=list(keys)[:MOST]).order_by("pk"))
    if not people:
        raise Refused("Choose at least one person first.")
    if act not in ACTS:
        raise Refused("Choose what to do with them from the list.")
    return ACTS[act](student, people, value, now)


def counted(number: int) -> str:
    return "1 person" if number == 1 else f"{number:,} people"


def _write(people: Iterable[Contact], name: str, value: Any) -> Was:
    """Set one field of those who have another value. Returns what they had."""
    changed = {person.pk: getattr(person, name) for person in people if getattr(person, name) != value}
    Contact.objects.filter(pk__in=changed).update(**{name: value}, version=F("version") + 1)
    return {str(pk): was for pk, was in changed.items()}


def _is_or_are(number: int) -> str:
    return "is" if number == 1 else "are"


def _circle(student: User, people: list[Contact], value: str, now: datetime) -> Changed:
    if value not in BY_KEY:
        raise Refused("Choose a circle from the list.")
    circle = BY_KEY[value]
    was = _write([person for person in people if person.relation not in circle.relations], "relation", circle.key.value)
    if not was:
        return Changed(f"They were in “{circle.label}” already.")
    return Changed(f"{counted(len(was))} moved to “{circle.label}”.", "relation", was)


def _phase(student: User, people: list[Contact], value: str, now: datetime) -> Changed:
    if value not in (AUTOMATIC, *Phase.values):
        raise Refused("Choose a phase from the list.")
    value = "" if value == AUTOMATIC else value
    was, who = _write(people, "phase", value), people[0].name if len(people) == 1 else counted(len(people))
    if not value:
        return Changed(f"{who}: we work out the phase from what happens.", "phase", was)
    label = next(label.text for phase, label in LABELS.items() if phase == value)
    return Changed(f"{who} {_is_or_are(len(people))} in “{label}” now.", "phase", was)


def _private(student: User, people: list[Contact], value: str, now: datetime) -> Changed:
    was = _write(people, "is_private", True)
    return Changed(f"{counted(len(people))} {_is_or_are(len(people))} private. Only you see them.", "is_private", was)


def _shared(student: User, people: list[Contact], value: str, now: datetime) -> Changed:
    was = _write(people, "is_private", False)
    words = f"{counted(len(people))}: no longer private. "
    words += "Your coach sees them if you share your network."
    return Changed(words, "is_private", was)


def _remove(student: User, people: list[Contact], value: str, now: datetime) -> Changed:
    Contact.objects.filter(pk__in=[person.pk for person in people]).update(archived_at=now)
    was = {str(person.pk): None for person in people}
    words = f"{counted(len(people))} removed from your network. Scheduled conversations stay scheduled."
    return Changed(words, "archived_at", was)


def _tag(student: User, people: list[Contact], value: str, now: datetime) -> Changed:
    tag = tag_named(value, student)
    tagged = Contact.tags.through._base_manager
    there = set(tagged.filter(tag=tag, contact__in=people).values_list("contact_id", flat=True))
    new = [person.pk for person in people if person.pk not in there]
    tagged.bulk_create([Contact.tags.through(contact_id=pk, tag=tag) for pk in new])
    if not new:
        return Changed(f"They have the tag “{tag.name}” already.")
    return Changed(f"Added the tag “{tag.name}” to {counted(len(new))}.", "tagged", {str(pk): tag.pk for pk in new})


def _untag(student: User, people: list[Contact], value: str, now: datetime) -> Changed:
    typed = Tag(name=value)
    typed.compose()
    tag = Tag.objects.filter(student=student, key=typed.key).first()
    tagged = Contact.tags.through._base_manager.filter(tag=tag, contact__in=people)
    had = list(tagged.values_list("contact_id", flat=True)) if tag else []
    if not tag or not had:
        raise Refused(f"None of them has the tag “{typed.name}”." if typed.key else "Type the tag to remove.")
    tagged.delete()
    words = f"Removed the tag “{tag.name}” from {counted(len(had))}."
    return Changed(words, "untagged", {str(pk): tag.pk for pk in had})


def tag_named(name: str, student: User) -> Tag:
    """Return the student's tag of this name, made if it is new. Raises Refused for what is no word."""
    tag = Tag(student=student, name=name)
    tag.compose()
    if not tag.key:
        raise Refused("Type a tag first, such as “grad school”.")
    there = Tag.objects.filter(student=student, key=tag.key).first()
    if there is None and Tag.objects.filter(student=student).count() >= TAGS_MOST:
        raise Refused(f"You have {TAGS_MOST} tags, the most you can have. Use one of them.")
    return there or Tag.objects.get_or_create(student=student, key=tag.key, defaults={"name": tag.name})[0]


def _cadence(student: User, people: list[Contact], value: str, now: datetime) -> Changed:
    if value not in ("0", "3", "6", "12"):
        raise Refused("Choose how often from the list.")
    had = {cadence.contact_id: cadence for cadence in Cadence.objects.filter(contact__in=people)}
    for person in people:
        actions.set_cadence(person, months=int(value), now=now)
    was = {str(person.pk): _kept(had.get(person.pk)) for person in people}
    if value == "0":
        return Changed(f"We won’t remind you to write to {counted(len(people))}.", "cadence", was)
    how_often = {"3": "every 3 months", "6": "every 6 months", "12": "once a year"}[value]
    return Changed(f"We’ll remind you {how_often} to write to {counted(len(people))}.", "cadence", was)


def _kept(cadence: Cadence | None) -> list[Any] | None:
    if cadence is None:
        return None
    return [cadence.months, cadence.due_on.isoformat(), cadence.chosen_at.isoformat()]


type Act = Callable[[User, list[Contact], str, datetime], Changed]
ACTS: dict[str, Act] = {
    "tag": _tag,
    "untag": _untag,
    "circle": _circle,
    "phase": _phase,
    "cadence": _cadence,
    "private": _private,
    "shared": _shared,
    "remove": _remove,
}


# --- taken back -------------------------------------------------------------------------------------------------------


@transaction.atomic
def put_back(student: User, name: str, was: Mapping[str, Any]) -> int:
    """Make it as it was. Returns for how many people. Raises Refused where somebody is in the network again."""
    actions.one_at_a_time(student)
    kept = {int(pk): value for pk, value in was.items()}
    theirs = set(Contact.objects.filter(student=student, pk__in=kept).values_list("pk", flat=True))
    kept = {pk: value for pk, value in kept.items() if pk in theirs}
    if name == "cadence":
        _cadences_back(student, kept)
    elif name in ("tagged", "untagged"):
        _tags_back(student, name, kept)
    else:
        _fields_back(name, kept)
    return len(kept)


def _fields_back(name: str, kept: Mapping[int, Any]) -> None:
    by_value: dict[Any, list[int]] = {}
    for pk, value in kept.items():
        by_value.setdefault(value, []).append(pk)
    with actions.one_person():
        for value, keys in by_value.items():
            Contact.objects.filter(pk__in=keys).update(**{name: value}, version=F("version") + 1)


def _tags_back(student: User, name: str, kept: Mapping[int, int]) -> None:
    tagged, link = Contact.tags.through._base_manager, Contact.tags.through
    tags = set(Tag.objects.filter(student=student, pk__in=kept.values()).values_list("pk", flat=True))
    if name == "tagged":
        tagged.filter(contact__in=kept, tag__in=tags).delete()
        Tag.objects.filter(pk__in=tags, contacts=None).delete()
        return
    rows = [link(contact_id=pk, tag_id=tag) for pk, tag in kept.items() if tag in tags]
    tagged.bulk_create(rows, ignore_conflicts=True)


def _cadences_back(student: User, kept: Mapping[int, Any]) -> None:
    Cadence.objects.filter(contact__in=kept).delete()
    Cadence.objects.bulk_create(
        Cadence(
            student=student,
            contact_id=pk,
            months=value[0],
            due_on=date.fromisoformat(value[1]),
            chosen_at=datetime.fromisoformat(value[2]),
        )
        for pk, value in kept.items()
        if value
    )
