"""A student brings people in from a file: read, judged against who is there, chosen, brought in, and undone.

Rows are judged anew whenever they are looked at, so a verdict is never older than the network. What was not chosen is
not kept.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from django.db import transaction
from django.db.models import Exists, F, Model, OuterRef, Q, QuerySet

from apps.accounts.models import User
from apps.network import actions, bulk, contact_file, contact_gaps, twins
from apps.network.contact_around import Around, Reasons
from apps.network.contact_file import ContactFile, Person
from apps.network.contact_gaps import Known
from apps.network.models import Contact, ContactImport, Organization, Relation
from apps.tables.columns import SHOWN
from apps.tables.models import MatchedColumns
from apps.tables.records import Unreadable
from apps.web.answers import Refused
from apps.wording import person_name
from apps.wording.text import folded

UNDO_DAYS = timedelta(days=30)
KEPT = timedelta(days=30)  # a file that nobody chose from
State = ContactImport.State
type Outcome = Literal["new", "perhaps", "there", "left out"]
OUTCOMES: dict[Outcome, str] = {
    "new": "New",
    "perhaps": "Needs review",
    "there": "In your network",
    "left out": "Skipped",
}
CAN_COME: tuple[Outcome, ...] = ("new", "perhaps")


@dataclass(frozen=True)
class Verdict:
    """What becomes of one row, and why; `contact` is who they are, or may be, already."""

    person: Person
    outcome: Outcome
    reason: str = ""
    contact: Contact | None = None
    reasons: Reasons = field(default_factory=Reasons)  # to bring them in

    @property
    def better(self) -> Known:
        """What the row could add to the one who is there."""
        return contact_gaps.known_better(self.person, self.contact)

    @property
    def number(self) -> int:
        return self.person.number


# --- the file ---------------------------------------------------------------------------------------------------------


def upload(data: bytes, *, file_name: str, student: User, now: datetime) -> ContactImport:
    """Read a file and keep it to choose from. Raises Refused with a sentence.

    One of theirs that waits already is forgotten, and whoever’s was left waiting too long. A large file takes a while
    to be read: no transaction is open meanwhile.
    """
    try:
        chosen = MatchedColumns.objects.chosen("contacts", contact_file.shape(data), owner=student)
        read = contact_file.read(data, chosen=chosen)
    except Unreadable as problem:
        raise Refused(str(problem)) from problem
    imported = ContactImport(student=student, file_name=file_name[:200], content=data)
    _take(imported, read, chosen)
    waiting = ContactImport.objects.filter(state=State.CHOOSING)
    with transaction.atomic():
        actions.one_at_a_time(student)
        waiting.filter(Q(student=student) | Q(created_at__lt=now - KEPT)).delete()
        imported.save()
    return imported


def match(imported: ContactImport, chosen: dict[str, str]) -> bool:
    """Read a file anew with the columns as the student matched them. Raises Refused where they do not suffice."""
    try:
        read = contact_file.read(bytes(imported.content), chosen=chosen)
    except Unreadable as problem:
        raise Refused(str(problem)) from problem
    if read.problem:
        raise Refused("Choose the column that holds the names.")
    with transaction.atomic():
        fresh = _locked(imported)
        _take(fresh, read, chosen)
        fresh.chosen = []
        fresh.save()
        MatchedColumns.objects.remember("contacts", read.shape, chosen, owner=fresh.student)
    return True


def _take(imported: ContactImport, read: ContactFile, chosen: dict[str, str]) -> None:
    imported.rows, imported.total_rows = [asdict(person) for person in read.people], len(read.people)
    imported.columns = {
        "header": read.header[:SHOWN],
        "samples": read.samples[:SHOWN],
        "used": read.used,
        "chosen": chosen,
        "remarks": read.remarks,
        "origin": read.origin,
        "problems": [read.problem] if read.problem else [],
    }


def _locked(imported: ContactImport) -> ContactImport:
    """Return the import as it is now, locked. Raises Refused where its people were chosen already."""
    actions.one_at_a_time(imported.student)
    fresh = ContactImport.objects.select_related("student").filter(pk=imported.pk).first()
    if fresh is None or fresh.state != State.CHOOSING:
        raise Refused("You already chose people from this file.")
    return fresh


def is_unmatched(imported: ContactImport) -> bool:
    """Whether the student has to match the columns first."""
    return imported.state == State.CHOOSING and bool(imported.columns.get("problems"))


# --- judging ----------------------------------------------------------------------------------------------------------


def verdicts(imported: ContactImport) -> list[Verdict]:
    return judge([Person(**row) for row in imported.rows], student=imported.student)


def judge(people: Iterable[Person], *, student: User) -> list[Verdict]:
    """Say of everybody of a file whether they are new in the student's network. Reads; writes nothing."""
    people = list(people)
    there, seen, around = _There(student), _Seen(), Around(people, student)
    found = [_verdict(person, there, seen) for person in people]
    return [
        replace(verdict, reasons=around.reasons(verdict.person)) if verdict.outcome in CAN_COME else verdict
        for verdict in found
    ]


def _verdict(person: Person, there: "_There", seen: "_Seen") -> Verdict:
    if person.problem:
        return Verdict(person, "left out", person.problem)
    if there.is_student(person):
        return Verdict(person, "left out", "This is you.")
    twin, how = there.twin(person)
    if twin is not None:
        seen.add(person)
        removed = "You removed this person. To restore, open “People you removed” on your network page."
        return Verdict(person, "there", removed if twin.archived_at else how, twin)
    if row := seen.row(person):
        return Verdict(person, "left out", f"Same as row {row}.")
    seen.add(person)
    alike = there.alike(person)
    if alike is not None:
        return Verdict(person, "perhaps", f"Might be the same as {alike.name}.", alike)
    return Verdict(person, "new")


class _Seen:
    """Who stands in rows above."""

    def __init__(self) -> None:
        self._rows: dict[tuple[str, str], int] = {}
        self._named: dict[str, list[tuple[str, int]]] = {}  # name -> organization, row

    def add(self, person: Person) -> None:
        for mark in _marks(person.fields):
            self._rows.setdefault(mark, person.number)
        self._named.setdefault(person.key, []).append((folded(person.fields["organization"]), person.number))

    def row(self, person: Person) -> int:
        """Return the row of the same person, or 0."""
        by_mark = (self._rows[mark] for mark in _marks(person.fields) if mark in self._rows)
        place = folded(person.fields["organization"])
        by_name = (row for other, row in self._named.get(person.key, []) if _agree(place, other))
        return next(by_mark, 0) or next(by_name, 0)


class _There:
    """A student's network as it is, to find people in; who is on it goes before who was removed."""

    def __init__(self, student: User) -> None:
        self._email, self._own = student.email.lower(), contact_file.key(student.parted_name)
        self._marks: dict[tuple[str, str], Contact] = {}
        self._named: dict[str, list[Contact]] = {}
        self._families: dict[str, list[tuple[str, Contact]]] = {}
        people = Contact.objects.filter(student=student).select_related("organization")
        for contact in people.order_by(F("archived_at").desc(nulls_first=True), "pk"):
            for mark in _marks({"email": contact.email, "linkedin": contact.linkedin}):
                self._marks.setdefault(mark, contact)
            name = contact.parted_name
            self._named.setdefault(contact_file.key(name), []).append(contact)
            if name.given and name.family:
                family = folded(" ".join(name.family))
                self._families.setdefault(family, []).append((folded(name.given[0]), contact))

    def is_student(self, person: Person) -> bool:
        email = person.fields["email"].lower()
        return bool(email and email == self._email) or person.key == self._own

    def twin(self, person: Person) -> tuple[Contact | None, str]:
        """Return who this certainly is, and by what."""
        for mark in _marks(person.fields):
            if contact := self._marks.get(mark):
                return contact, f"Same {mark[0]} as {contact.name}."
        for contact in self._named.get(person.key, []):
            if _agree(folded(person.fields["organization"]), folded(contact.organization_name)):
                return contact, ""
        return None, ""

    def alike(self, person: Person) -> Contact | None:
        """Return who this may be: of the same name at another place, or with a first name that is like theirs."""
        if named := self._named.get(person.key):
            return named[0]
        place = folded(person.fields["organization"])
        for first, contact in self._families.get(person.family, []):
            is_near = first == person.first or (
                _are_alike(first, person.first) and _agree(place, folded(contact.organization_name))
            )
            if person.first and is_near:
                return contact
        return None


def _marks(fields: dict[str, str]) -> list[tuple[str, str]]:
    """Return what tells one person apart from all others."""
    email, profile = twins.email_key(fields["email"]), twins.linkedin_key(fields["linkedin"])
    return [(kind, mark) for kind, mark in (("email", email), ("LinkedIn address", profile)) if mark]


def _agree(place: str, other: str) -> bool:
    """Whether two may be one organization: the same, or one is not said."""
    return not place or not other or place == other


def _are_alike(first: str, other: str) -> bool:
    """Dan and Daniel, Danny and Daniel, D. and Daniel."""
    first, other = first.strip("."), other.strip(".")
    size = 1 if min(len(first), len(other)) == 1 else 3
    return first[:size] == other[:size] and min(len(first), len(other)) >= size


def tally(found: Iterable[Verdict]) -> dict[Outcome, int]:
    counts = Counter(verdict.outcome for verdict in found)
    return {outcome: counts[outcome] for outcome in OUTCOMES}


# --- bringing in and undoing ------------------------------------------------------------------------------------------


def choose(
    imported: ContactImport,
    *,
    shown: Collection[int],
    ticked: Collection[int],
    updates: Mapping[int, Collection[str]] | None = None,
) -> None:
    """Remember which of the rows that were shown are chosen; the others stay as they were.

    `updates` say what of a row is to be taken over by somebody who is there; without it that stays as it was, too.
    """
    with transaction.atomic():
        fresh = _locked(imported)
        fresh.chosen = sorted({*fresh.chosen} - {*shown} | {*ticked})
        if updates is not None:
            kept = {row: said for row, said in fresh.updates.items() if int(row) not in shown}
            fresh.updates = kept | {str(row): sorted(updates[row]) for row in updates if row in shown}
        fresh.save(update_fields=["chosen", "updates"])
    imported.chosen, imported.updates = fresh.chosen, fresh.updates


@transaction.atomic
def bring_in(imported: ContactImport, *, relation: str, now: datetime, tag: str = "") -> list[Contact]:
    """Bring in those whom the student chose, all or none, and forget the rest of the file. Returns them.

    What the file knows better of those who are there is taken over where the student said so. All who come in get the
    `tag`. Who has come into the network meanwhile is not added twice. Raises Refused where nobody is chosen.
    """
    fresh = _locked(imported)
    chosen, found = {*fresh.chosen}, verdicts(fresh)
    people = [one.person for one in found if one.number in chosen and one.outcome in CAN_COME]
    known = [one for one in found if str(one.number) in fresh.updates and one.person not in people]
    fresh.changed = [line for one in known for line in _taken_over(one, fresh.updates[str(one.number)])]
    if not people and not fresh.changed:
        raise Refused("Choose at least 1 person.")
    fresh.tag = bulk.tag_named(tag, fresh.student) if tag.strip() and people else None
    return _bring(people, fresh, relation, now)


def _taken_over(verdict: Verdict, said: Collection[str]) -> list[list[Any]]:
    return contact_gaps.take_over(verdict.contact, verdict.better, said) if verdict.contact else []


@transaction.atomic
def bring_in_all(
    read: ContactFile, *, file_name: str, student: User, relation: str, now: datetime
) -> tuple[list[Verdict], list[Contact]]:
    """Bring in everybody of a file who is certainly new, as one batch. Returns the verdicts, and who came in."""
    actions.one_at_a_time(student)
    found = judge(read.people, student=student)
    people = [verdict.person for verdict in found if verdict.outcome == "new"]
    imported = ContactImport(student=student, file_name=file_name[:200], total_rows=len(found))
    return found, _bring(people, imported, relation, now) if people else []


def _bring(people: list[Person], imported: ContactImport, relation: str, now: datetime) -> list[Contact]:
    student = imported.student
    before = {*Organization.objects.filter(student=student).values_list("pk", flat=True)}
    places = _organizations({person.fields["organization"] for person in people}, student)
    imported.state, imported.added, imported.done_at = State.DONE, len(people), now
    imported.content, imported.rows, imported.chosen, imported.columns, imported.updates = b"", [], [], {}, {}
    imported.made_organizations = sorted({place.pk for place in places.values()} - before)
    imported.save()
    with actions.one_person():  # a form of another tab may be quicker, and does not wait for us
        came = Contact.objects.bulk_create([_contact(person, imported, places, relation) for person in people])
    if imported.tag:
        tagged = Contact.tags.through
        tagged.objects.bulk_create([tagged(contact_id=one.pk, tag_id=imported.tag.pk) for one in came])
    return came


def _contact(person: Person, imported: ContactImport, places: dict[str, Organization], relation: str) -> Contact:
    values = {name: value for name, value in person.fields.items() if name != "organization"}
    contact = Contact(
        **values,
        student=imported.student,
        came_with=imported,
        relation=relation,
        organization=places.get(person.fields["organization"]),
    )
    contact.compose()
    return contact


def _organizations(names: Iterable[str], student: User) -> dict[str, Organization]:
    """Return the student's organizations of these names, made where they are new: three statements for most files."""
    wanted = sorted({name for name in names if name})
    known = {place.name.lower(): place for place in Organization.objects.filter(student=student)}
    new = {name.lower(): name for name in reversed(wanted) if name.lower() not in known}
    Organization.objects.bulk_create(
        [Organization(student=student, name=name) for name in new.values()], ignore_conflicts=True
    )
    if new:
        known = {place.name.lower(): place for place in Organization.objects.filter(student=student)}
    found = {name: known.get(name.lower()) or actions.organization(name, student=student) for name in wanted}
    return {name: place for name, place in found.items() if place}


@dataclass(frozen=True)
class Undone:
    """Who is out of the network again, and who stays because something was written about them since."""

    gone: int
    kept: list[Contact]
    put_back: int = 0  # people who were there, and say again what they said before


@transaction.atomic
def undo(imported: ContactImport, *, now: datetime) -> Undone:
    """Take out again who came with a file and is still as they came. Raises Refused where it is too late."""
    actions.one_at_a_time(imported.student)
    fresh = ContactImport.objects.get(pk=imported.pk)
    if not can_undo(fresh, now):
        raise Refused("This import can no longer be undone. Remove people one by one instead.")
    gone = untouched(fresh).delete()[1].get("network.Contact", 0)
    empty = Organization.objects.filter(pk__in=fresh.made_organizations, contacts=None, is_target=False, notes="")
    put_back = contact_gaps.put_back(fresh.changed)
    empty.delete()
    if fresh.tag and not fresh.tag.contacts.exists():
        fresh.tag.delete()
        fresh.tag = None
    fresh.state, fresh.undone_at = State.UNDONE, now
    fresh.save(update_fields=["state", "undone_at"])
    return Undone(gone, list(fresh.contacts.order_by("sort_key", "pk")), put_back)


def can_undo(imported: ContactImport, now: datetime) -> bool:
    return imported.state == State.DONE and imported.done_at is not None and now < imported.done_at + UNDO_DAYS


def untouched(imported: ContactImport) -> QuerySet[Contact]:
    """Return who came with a file and of whom nothing was written, planned or asked since."""
    contacts = Contact.objects.filter(came_with=imported, version=1, last_touch_at=None, alum=None)
    for relation in Contact._meta.related_objects:
        story: QuerySet[Model] = QuerySet(relation.related_model).filter(**{relation.field.name: OuterRef("pk")})
        contacts = contacts.exclude(Exists(story))
    return contacts


def forget(imported: ContactImport) -> None:
    """Forget a file from which nobody was brought in."""
    ContactImport.objects.filter(pk=imported.pk, state=State.CHOOSING).delete()


def usual_relation(origin: str) -> str:
    """Return how the student most likely knows the people of a file."""
    return Relation.LINKEDIN if origin == "linkedin" else Relation.FRIEND


# --- telling ----------------------------------------------------------------------------------------------------------

TOLD: dict[Outcome, str] = {
    "new": "new",
    "perhaps": "perhaps the same",
    "there": "already there",
    "left out": "left out",
}


def told(verdict: Verdict, *, relation: str) -> dict[str, Any]:
    """Return a verdict as `import_contacts --json` prints it, with the fields as they would be stored."""
    person = verdict.person
    name = person_name.read(person.name)
    stored = {**person.fields, "relation": str(relation)}
    read = {
        "called": name.called,
        "greeting": name.first,
        "initials": name.initials,
        "sort_key": name.sort_key[:150],
        "role": person.fields["title"],
    }
    return {
        "number": person.number,
        "outcome": TOLD[verdict.outcome],
        "reason": verdict.reason,
        "remarks": person.remarks,
        "name": person.name,
        "contact": verdict.contact.pk if verdict.contact else None,
        "alum": verdict.reasons.entry.pk if verdict.reasons.entry else None,
        "fields": None if verdict.outcome == "left out" else stored | read,
    }
