"""What speaks for a person of a file: the directory has them, or they work where the student wants to be or knows one.

It decides nothing about who comes in: that is contact_imports.py's, and the student's.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import FETCH_RAISE

from apps.accounts.models import User
from apps.alumni.models import AlumniProfile
from apps.network import twins
from apps.network.actions import Entry, is_likely
from apps.network.contact_file import Person
from apps.network.models import Contact, Organization
from apps.network.twins import Known
from apps.wording import person_name

SHOWN = ("name", "preferred_name", "sort_key", "email", "linkedin", "employer", "class_year")


@dataclass(frozen=True)
class Reasons:
    """Why a student may want to bring somebody in."""

    entry: AlumniProfile | None = None  # who they may be in the directory
    is_target: bool = False  # they work at an organization that the student follows
    colleague: Contact | None = None  # whom the student knows there


class Around:
    """The directory and the student's organizations, looked up once for all people of a file."""

    def __init__(self, people: Sequence[Person], student: User) -> None:
        names = {person_name.read(person.name).sort_key[:150] for person in people if not person.problem}
        listed = AlumniProfile.objects.visible_to(student).listed().filter(sort_key__in=names).exclude(user=student)
        self._entries = Known([Entry(alum) for alum in listed.only(*SHOWN).order_by("pk").fetch_mode(FETCH_RAISE)])
        targets = Organization.objects.filter(student=student, is_target=True).values_list("name", flat=True)
        self._targets = {twins.organization_key(name) for name in targets}
        known = Contact.objects.filter(student=student, archived_at=None).exclude(organization=None)
        self._colleagues: dict[str, Contact] = {}
        for contact in known.select_related("organization").order_by("pk"):
            self._colleagues.setdefault(twins.organization_key(contact.organization_name), contact)

    def reasons(self, person: Person) -> Reasons:
        """Return what speaks for a person who can come in."""
        fields = person.fields
        key = twins.key(
            person.name, email=fields["email"], linkedin=fields["linkedin"], organization=fields["organization"]
        )
        twin = self._entries.find(key)
        namesakes = len(self._entries.by.get(("name", key.name), ()))
        entry = twin.person.alum if twin and is_likely(twin.sign, key, namesakes) else None
        place = key.organization
        return Reasons(entry, bool(place) and place in self._targets, self._colleagues.get(place) if place else None)
