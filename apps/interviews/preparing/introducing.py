"""Which version of their introduction a student says in one conversation: by the other's field, or as they chose (R26).

It reads what is known of the other's work, and writes only what the student says of it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from apps.alumni.models import Listing
from apps.interviews.lifecycle.models import Interview
from apps.network.models import Contact
from apps.students import versions
from apps.students.models import Introduction
from apps.students.versions import Version


@dataclass(frozen=True)
class Chosen:
    """The introduction in the version for this person; `text` is empty where nothing is written yet."""

    text: str
    seconds: int
    for_field: bool
    by_work: bool  # nobody said so: their work does
    can_switch: bool
    may_write: bool  # they are of the field, and there are no words for it yet


def chosen(interview: Interview) -> Chosen:
    """Return what the student says to the person of this conversation."""
    mine = Introduction.objects.filter(student=interview.student_id).first()
    if mine is None:
        return Chosen("", 0, for_field=False, by_work=False, can_switch=False, may_write=False)
    contact = interview.contact
    studies = interview.student.student_profile.studies
    said = contact.in_my_field
    is_of_field = versions.fits(studies, _work(contact)) if said is None else said
    has_expert = versions.has_expert(mine)
    version = Version.FIELD if is_of_field and has_expert else Version.ANYONE
    whole = versions.said(mine, version)
    return Chosen(
        text=whole.text,
        seconds=whole.seconds,
        for_field=version == Version.FIELD,
        by_work=said is None,
        can_switch=has_expert,
        may_write=is_of_field and not has_expert,
    )


def _work(contact: Contact) -> Iterator[str]:
    """Yield what is known of somebody's work: in the network, and in the directory if they are in it."""
    yield contact.title
    if contact.alum and contact.alum.listing == Listing.LISTED:
        yield from (contact.alum.title, contact.alum.field, *contact.alum.majors)


def say(interview: Interview, *, in_field: bool) -> None:
    """Remember that the other knows the words of the student's field, or does not: for every later conversation too."""
    Contact.objects.filter(pk=interview.contact_id).update(in_my_field=in_field)
