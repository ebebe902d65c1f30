"""A card handed over: the student's own as vCard and QR code, and what they were handed (R93).

A vCard here holds only what the person would write on paper: no notes, no tags, no mail of an alum that Rapport keeps.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import segno
from django.db import transaction
from django.utils.safestring import SafeString, mark_safe
from segno import helpers

from apps.accounts.models import User
from apps.files import storing
from apps.files.models import PrivateFile
from apps.network import actions, contact_file
from apps.network.models import Contact
from apps.tables.records import Unreadable
from apps.web.answers import Refused
from apps.wording import person_name

CARD_BEGINS = b"BEGIN:VCARD"
FIELDS = ("pronouns", "title", "email", "phone", "linkedin", "city")  # of a card, and of a contact


# --- the student's own ------------------------------------------------------------------------------------------------


def of_student(student: User, *, school: str) -> str:
    """Return the student's card: name, email, what they study and where."""
    return _vcard(student.called, email=student.email, org=school, title=student.student_profile.program)


def of_contact(contact: Contact) -> str:
    """Return the card of somebody as the student has it."""
    return _vcard(
        contact.name,
        email=contact.email,
        cellphone=contact.phone,
        org=contact.organization_name,
        title=contact.title,
        url=contact.linkedin,
        city=contact.city,
    )


def _vcard(name: str, **fields: str) -> str:
    parted = person_name.read(name)
    parts = [" ".join(words).replace(";", " ") for words in (parted.family, parted.given)]
    said: dict[str, Any] = {field: " ".join(text.split()) or None for field, text in fields.items()}
    return str(helpers.make_vcard_data(name=";".join(parts), displayname=" ".join(name.split()), **said))


def qr_code(text: str) -> SafeString:
    """Draw a QR code. Black on white whatever the page looks like: many phones read no other."""
    code = segno.make(text, error="m", micro=False)
    drawn = code.svg_inline(omitsize=True, border=3, light="#fff")
    return mark_safe(drawn)  # noqa: S308 - segno draws numbers alone: no word of `text` is in the picture


# --- what they handed over --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Taken:
    """What came of a card: the fields that were filled, or a photo that is kept."""

    filled: list[str]
    is_photo: bool = False


@transaction.atomic
def take(contact: Contact, data: bytes, *, now: datetime) -> Taken:
    """Read a vCard into what is still empty of somebody, or keep a photo of their card. Raises Refused.

    What the student wrote themselves is never written over.
    """
    fresh = Contact.objects.select_for_update(no_key=True, of=("self",)).get(pk=contact.pk)
    if data.lstrip(b"\xef\xbb\xbf \t\r\n")[: len(CARD_BEGINS)].upper() == CARD_BEGINS or data[:2] in _UTF_16:
        return _read(fresh, data)
    photo = storing.keep_photo(data, owner=fresh.student)
    before, fresh.card = fresh.card_id, photo
    fresh.save(update_fields=["card"])
    PrivateFile.objects.filter(pk=before or 0, person=fresh.student_id).delete()
    return Taken([], is_photo=True)


_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


def _read(contact: Contact, data: bytes) -> Taken:
    try:
        people = [person for person in contact_file.read(data).people if not person.problem]
    except Unreadable as problem:
        raise Refused(str(problem)) from problem
    if len(people) != 1:
        raise Refused(
            "This file holds several cards. Import it instead." if people else "We couldn’t read a name in this card."
        )
    return _fill(contact, people[0].fields)


def _fill(contact: Contact, fields: dict[str, str]) -> Taken:
    filled: dict[str, Any] = {name: fields[name] for name in FIELDS if fields.get(name) and not getattr(contact, name)}
    if fields.get("organization") and not contact.organization_id:
        filled["organization"] = actions.organization(fields["organization"], student=contact.student)
    if filled:
        with actions.one_person():
            actions.write(contact, filled)
    return Taken(list(filled))


def remove_photo(contact: Contact) -> None:
    """Delete the photo of somebody's card for good."""
    PrivateFile.objects.filter(pk=contact.card_id or 0, person=contact.student_id).delete()
