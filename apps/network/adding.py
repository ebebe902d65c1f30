"""People come onto the map by their names, with the address that was pasted beside a name; and all of it is undone."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Q

from apps.accounts.models import User
from apps.network import actions, contact_gaps, twins
from apps.network.contact_gaps import GAP
from apps.network.models import Contact
from apps.network.pasted import Named
from apps.network.twins import Key, Known
from apps.wording import person_name


@dataclass(frozen=True)
class Added:
    """What came of names that were put on the map: who is new, who came back, who was there already."""

    made: list[Contact] = field(default_factory=list)
    returned: list[Contact] = field(default_factory=list)
    there: list[Contact] = field(default_factory=list)
    filled: list[Contact] = field(default_factory=list)  # who came back or was there, and has an address now
    changed: list[list[Any]] = field(default_factory=list)  # of these: [key, column, was, became]
    typed: dict[int, Named] = field(default_factory=dict)  # of who was there: what it was that named them

    @property
    def people(self) -> list[Contact]:
        return [*self.made, *self.returned]


@transaction.atomic
def add_names(student: User, names: Iterable[Named], *, relation: str, anyway: bool = False) -> Added:
    """Put people on the map by name, with the address beside it.

    Who is there already, by address or by name, stays as they are but for an address that is missing, and is told; who
    was removed is brought back, and is no second person. `anyway`: they are somebody else of the same name.
    """
    actions.one_at_a_time(student)
    keyed, added = [(named, _key(named)) for named in names], Added()
    on_map, removed = _those_like([key for _, key in keyed], student.pk)
    for named, key in keyed:
        wanted = key._replace(name="") if anyway else key
        twin = on_map.find(wanted) or removed.find(wanted)
        if twin is None or _are_two(twin.person, named, added):
            made = Contact.objects.create(student=student, **named._asdict(), relation=relation)
            on_map.add(made)
            added.made.append(made)
        elif twin.person not in (*added.people, *added.there):
            _is_there(_on_map_as(twin.person) or twin.person, named, added)
    return added


def _are_two(person: Contact, named: Named, added: Added) -> bool:
    """Whether one list names two people of one name: each has an address of their own."""
    is_other = any(getattr(named, name) not in ("", getattr(person, name)) for name in ("email", "linkedin"))
    return is_other and person in added.made and bool(person.email or person.linkedin)


def _key(named: Named) -> Key:
    return twins.key(named.name, email=named.email, linkedin=named.linkedin)


def _those_like(keys: Iterable[Key], student: int) -> tuple[Known[Contact], Known[Contact]]:
    """Return the student’s people who may be one of these: those on the map, and those who were removed."""
    keys = list(keys)
    alike = Q(name_key__in=[key.name for key in keys])
    alike |= Q(email_key__in=[key.email for key in keys if key.email])
    alike |= Q(linkedin_key__in=[key.linkedin for key in keys if key.linkedin])
    people = Contact.objects.filter(alike, student=student).select_related("organization")
    people = people.order_by(F("archived_at").desc(nulls_first=True), "pk")
    parts = [person for person in people if not person.archived_at], [person for person in people if person.archived_at]
    return Known(parts[0]), Known(parts[1])


def _on_map_as(person: Contact) -> Contact | None:
    """Return who of the map certainly is this person, who was removed: the same mail or profile under another name."""
    if not person.archived_at:
        return None
    twin = actions.twin_of(person.twin_key, student=person.student_id, but=person.pk)
    return twin.person if twin and twin.is_certain and not twin.person.archived_at else None


def _is_there(person: Contact, named: Named, added: Added) -> None:
    """Note that somebody is there, or comes back, and keep the address that they do not have yet."""
    if person.archived_at:
        Contact.objects.filter(pk=person.pk).update(archived_at=None)
        person.archived_at = None
        added.returned.append(person)
    elif person not in (*added.people, *added.there):
        added.there.append(person)
        added.typed[person.pk] = named
    beside = {"email": named.email, "linkedin": named.linkedin}
    gaps = {name: said for name, said in beside.items() if said and not getattr(person, name)}
    if gaps and not _is_of_another(person, gaps):
        added.changed.extend(contact_gaps.take_over(person, contact_gaps.Known(gaps), [GAP]))
        added.filled.append(person)


def _is_of_another(person: Contact, gaps: dict[str, str]) -> bool:
    """Whether somebody else of the map has this mail or profile."""
    twin = actions.twin_of(twins.key("", **gaps), student=person.student_id, but=person.pk)
    return twin is not None and not twin.person.archived_at


@transaction.atomic
def take_names_back(student: User, *, made: Iterable[int], returned: Iterable[int], now: datetime) -> list[Contact]:
    """Undo add_names: nobody made by it stays, unless something has come of them since. Returns who went."""
    actions.one_at_a_time(student)
    people = Contact.objects.filter(student=student, archived_at=None, pk__in=[*made, *returned]).order_by("pk")
    gone = []
    for person in people:
        if person.pk in set(returned) or _has_story(person):
            actions.archive(person, now=now)
        else:
            person.delete()
        gone.append(person)
    return gone


def _has_story(person: Contact) -> bool:
    """Whether anything hangs on somebody, so that they are put away and not deleted."""
    return person.version > 1 or any(
        relation.related_model._base_manager.filter(**{relation.field.name: person.pk}).exists()
        for relation in Contact._meta.related_objects
    )


def people_and_places(names: Iterable[Named]) -> tuple[list[Named], list[str]]:
    """Part names from the schools and employers among them: one knows somebody there, and not the place."""
    people, places = list[Named](), list[str]()
    for named in names:
        if person_name.is_organization(named.name):
            places.append(named.name)
        else:
            people.append(named)
    return people, places
