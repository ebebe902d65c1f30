"""The warmest way to an organization: who of the student's people works or worked there, and how well they know them.

Where somebody works is what the student noted, or their entry in the directory says. That they worked there once is
told from what the student wrote about them: their details and their history.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.db import connection
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from apps.accounts.models import User
from apps.clock import times
from apps.network.folding import Says
from apps.network.models import Closeness, Contact, Organization, Touch
from apps.network.twins import organization_key
from apps.wording.text import folded

MOST = 3
SHORTEST = 4  # letters: a shorter name stands in too many texts
APOSTROPHES = str.maketrans("’‘ʼ", "'''")  # as network_folded writes them
KNOWN_BY = {Closeness.CLOSE: "You’re close.", Closeness.KNOW_WELL: "You know each other well."}


@dataclass(frozen=True)
class Route:
    """Somebody who could introduce the student, why, and where the note that asks them begins."""

    contact: Contact
    reason: str
    url: str


def routes(student: User, employer: str, now: datetime, *, to: str, but_alum: int | None = None) -> list[Route]:
    """Return who could introduce the student to `to` at an employer, the warmest first. `but_alum`: who is meant."""
    if not (key := organization_key(employer)):
        return []
    there, before = _who_is_there(student, employer, key), _who_is_noted(student, employer)
    people = Contact.objects.filter(pk__in=there | before).select_related("organization", "alum")
    talked = Touch.objects.filter(contact=OuterRef("pk"), kind=Touch.Kind.TALKED)
    found = people.exclude(Q(alum=but_alum) if but_alum else Q(pk__in=[])).annotate(did_talk=Exists(talked))
    warmest = sorted(found, key=lambda person: (-_warmth(person), person.pk not in there, person.sort_key, person.pk))
    return [
        Route(person, _reason(person, employer, now, works=person.pk in there), _ask(person, to))
        for person in warmest[:MOST]
    ]


def _who_is_there(student: User, employer: str, key: str) -> set[int]:
    """Return who works there, however its name is written: Marden, The Marden Inc."""
    word = max(key.split(), key=len)
    named = Organization.objects.filter(Says("name", word), student=student)
    same = [pk for pk, name in named.values_list("pk", "name") if organization_key(name) == key]
    people = Contact.objects.filter(student=student, archived_at=None)
    listed = people.filter(Says("alum__employer", word), organization=None, alum__isnull=False)
    by_entry = {pk for pk, name in listed.values_list("pk", "alum__employer") if organization_key(name) == key}
    return by_entry | set(people.filter(organization__in=same).values_list("pk", flat=True))


_NOTED = r"""
    SELECT id FROM network_contact person WHERE student_id = %(student)s AND archived_at IS NULL AND (
        search_card ~ %(words)s OR EXISTS (
            SELECT FROM network_touch WHERE contact_id = person.id AND student_id = %(student)s
            AND search_note ~ %(words)s))
    ORDER BY last_touch_at DESC NULLS LAST, id LIMIT 50
"""


def _who_is_noted(student: User, employer: str) -> set[int]:
    """Return of whom the student wrote the name, as words of their own: Ford is not in Stanford."""
    name = folded(employer).translate(APOSTROPHES).strip()
    if len(name) < SHORTEST:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(_NOTED, {"student": student.pk, "words": rf"(^|\W){_literal(name)}($|\W)"})
        return {pk for (pk,) in cursor.fetchall()}


def _literal(text: str) -> str:
    """Return a text for PostgreSQL to look for as it is; any space is as good as another."""
    return r"\s+".join(re.sub(r"([^\w\s])", r"\\\1", word) for word in text.split())


def _warmth(person: Contact) -> int:
    if person.closeness:
        return person.closeness
    return Closeness.KNOW_WELL if _did_talk(person) else 2 if person.last_touch_at else 1


def _did_talk(person: Contact) -> bool:
    return bool(getattr(person, "did_talk", False))


def _reason(person: Contact, employer: str, now: datetime, *, works: bool) -> str:
    first = person.first_name
    why = f"{first} works at {employer}." if works else f"Your notes about {first} mention {employer}."
    return f"{why} {_how_well(person, now)}"


def _how_well(person: Contact, now: datetime) -> str:
    if said := KNOWN_BY.get(Closeness(person.closeness)) if person.closeness else None:
        return said
    if person.last_touch_at:
        talked = "You’ve talked, and were last in touch" if _did_talk(person) else "You were last in touch"
        return f"{talked} {times.ago(person.last_touch_at, now)}."
    return "You haven’t been in touch yet."


def _ask(person: Contact, to: str) -> str:
    return f"{reverse('contact_write', args=[person.pk])}?{urlencode({'intro': 1, 'to': to[:150]})}"
