"""What a file knows of somebody who is in the network already: gaps it fills, a newer job; taken over, and put back.

Nothing is written over but title and organization, and those only where the student says so. Who changed jobs changes
both at once, and where they worked before stays in the history.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from apps.network import actions, former_work
from apps.network.contact_file import LABELS, Person
from apps.network.models import Contact, Touch
from apps.wording.text import folded

GAPS = {  # of a contact -> by which name the page calls it
    "title": "role",
    "organization": "organization",
    "pronouns": "pronouns",
    "email": "email",
    "phone": "phone",
    "linkedin": "linkedin",
    "city": "city",
}
GAP, TITLE = "gap", "title"
NOTE = "note"  # in what was changed: the entry of the history that says where they worked before


@dataclass(frozen=True)
class Known:
    """What a row could add to the contact it is about."""

    gaps: Mapping[str, str]
    title: str = ""  # a newer one
    place: str = ""  # another organization, where they work now

    @property
    def work(self) -> str:
        """Senior analyst, Larkspur."""
        return ", ".join(filter(None, [self.title, self.place]))

    @property
    def named(self) -> str:
        """email, phone and LinkedIn address."""
        labels = [str(LABELS[GAPS[name]]) for name in self.gaps]
        words = [label if label.startswith("LinkedIn") else label.lower() for label in labels]
        return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


NOTHING = Known({})


def known_better(person: Person, contact: Contact | None) -> Known:
    """Return what a row could add to somebody; nothing to one who was removed, or is nobody the student has."""
    if contact is None or contact.archived_at or person.problem:
        return NOTHING
    there = {name: contact.organization_name if name == "organization" else getattr(contact, name) for name in GAPS}
    gaps = {name: person.fields[name] for name in GAPS if person.fields.get(name) and not there[name]}
    title = person.fields.get("title", "")
    is_newer = bool(title and there["title"]) and folded(title) != folded(there["title"])
    place = person.fields.get("organization", "")
    has_moved = former_work.is_elsewhere(there["organization"], place)
    return Known(gaps, title if is_newer else "", place if has_moved else "")


def take_over(contact: Contact, better: Known, said: Iterable[str]) -> list[list[Any]]:
    """Write what the student chose into a contact. Returns what was changed: [key, column, was, became]."""
    said = set(said)
    values: dict[str, Any] = dict(better.gaps) if GAP in said else {}
    if TITLE in said:
        values |= {name: value for name, value in (("title", better.title), ("organization", better.place)) if value}
    if not values:
        return []
    fresh = Contact.objects.select_for_update(no_key=True, of=("self",)).get(pk=contact.pk)
    if "organization" in values:
        place = actions.organization(values.pop("organization"), student=fresh.student)
        values["organization_id"] = place.pk if place else None
    title, was = fresh.title, fresh.organization_name
    changed: list[list[Any]] = [[fresh.pk, name, getattr(fresh, name), value] for name, value in values.items()]
    for name, value in values.items():
        setattr(fresh, name, value)
    fresh.version += 1
    with actions.one_person():
        fresh.save()
    if TITLE in said and better.place:
        note = former_work.note(fresh, title=title, place=was, now=timezone.now())
        changed.append([fresh.pk, NOTE, None, note.pk])
    return changed


def put_back(changed: Sequence[Sequence[Any]]) -> int:
    """Undo take_over where the contact still says what it took over. Returns for how many people."""
    people = set()
    for pk, name, was, became in changed:
        if name == NOTE:
            Touch.objects.filter(pk=became, contact=pk).delete()
            continue
        fresh = Contact.objects.select_for_update(no_key=True, of=("self",)).filter(pk=pk).first()
        if fresh is None or getattr(fresh, name) != became:
            continue
        setattr(fresh, name, was)
        fresh.version += 1
        fresh.save()
        people.add(pk)
    return len(people)
