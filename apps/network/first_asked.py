"""Three people of an import whom the student could ask first, each with the reason. It ranks; it hides nobody."""

from collections.abc import Iterable
from dataclasses import dataclass

from apps.accounts.models import User
from apps.network.contact_around import Around, Reasons
from apps.network.contact_file import Person
from apps.network.models import Contact
from apps.wording.hints import stems

MOST, LOOKED_AT = 3, 500


@dataclass(frozen=True)
class First:
    """Somebody to ask first, and what speaks for it in a sentence."""

    contact: Contact
    why: str


def first_asked(people: Iterable[Contact], student: User) -> list[First]:
    """Return up to three: in the directory, where the student wants to be, where they know somebody, in their field."""
    contacts = [one for one in list(people)[:LOOKED_AT] if not (one.archived_at or one.last_touch_at)]
    rows = [_row(contact) for contact in contacts]
    around, profile = Around(rows, student), student.student_profile
    wanted = stems(f"{profile.wants_fields} {' '.join(profile.studies)}")
    came = {contact.pk for contact in contacts}
    found = [
        (why, contact)
        for row, contact in zip(rows, contacts, strict=True)
        if (why := _why(around.reasons(row), contact, wanted, came))
    ]
    ranked = sorted(found, key=lambda one: (one[0][0], one[1].sort_key, one[1].pk))
    return [First(contact, why[1]) for why, contact in ranked[:MOST]]


def _row(contact: Contact) -> Person:
    fields = {"name": contact.name, "email": contact.email, "linkedin": contact.linkedin, "title": contact.title}
    return Person(contact.pk, fields | {"organization": contact.organization_name}, key="")


def _why(reasons: Reasons, contact: Contact, wanted: set[str], came: set[int]) -> tuple[int, str] | None:
    if reasons.entry is not None:
        return 0, "In the alumni directory, and open to being asked."
    if reasons.is_target:
        return 1, f"You follow {contact.organization_name}."
    if reasons.colleague is not None and reasons.colleague.pk not in came:
        return 2, f"{reasons.colleague.name} works there too and could introduce you."
    if contact.title and wanted & stems(contact.title):
        return 3, "Works in a field you’re curious about."
    return None
