"""What becomes of each row of an export (R205): who is listed, what is written, and the reason in words.

Listed is only who opted in, can be written to, and is neither deceased nor marked Do Not Contact. What an alum told us
themselves (`own_fields`, the pause, the quote, a removal) always wins over the file, and a column that the file does
not have is left as it is. How an entry is written is import_writes.py's.

A row that says what it said last time, of an entry that is as it was left then, is recognized by its `source_digest`
and not read at all.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import batched
from operator import attrgetter
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import QuerySet

from apps.accounts import erased as held_off
from apps.alumni import erased, import_digest, visibility
from apps.alumni.export_rows import Row, wants_listing
from apps.alumni.import_reading import PROGRESS_EVERY, Progress, Reading
from apps.alumni.import_writes import Writer
from apps.alumni.models import AlumniProfile, Listing
from apps.database.prepared import among
from apps.tables.reading import Row as TableRow
from apps.wording.text import folded

# What an import may write over. A new column stands here too, else only new alumni get it; a new spelling of a column
# that is known is one more word in apps/tables/synonyms.py.
FIELDS = (
    *(
        "name",
        "sort_key",
        "preferred_name",
        "middle_name",
        "former_name",
        "pronouns",
        "email",
        "phone",
        "linkedin",
        "class_year",
        "degrees",
        "majors",
    ),
    *("employer", "title", "field", "city", "region", "country", "time_zone", "helps", "monthly_cap", "office_notes"),
    *("source_updated_on", "is_do_not_contact", "is_deceased", "listing"),
)
COMES_FROM = {  # which of our fields need which columns of the file; the others need the one of their own name
    "name": {"name", "last_name"},
    "sort_key": {"name", "last_name"},
    "majors": {"degrees", "majors"},
    "time_zone": {"time_zone", "country"},
}
SAID_BY = {"deceased": {"deceased", "status", "living"}, "do_not_contact": {"do_not_contact", "may_contact"}}
DECIDED = {"listing", "is_do_not_contact", "is_deceased"}
STATE = import_digest.State(FIELDS)
AT_ONCE = 2000  # rows that are held at a time, with their entries


@dataclass(slots=True)
class Verdict:
    """What becomes of one row, and why."""

    number: int
    external_id: str
    name: str
    outcome: str  # new, changed, unchanged, skipped
    listing: str = ""
    reason: str = ""
    notes: list[str] = field(default_factory=list)
    fields: dict[str, Any] | None = None  # as they would be stored; only where they were asked for


def judged(reading: Reading, writer: Writer | None, progress: Progress | None, with_fields: bool) -> Iterator[Verdict]:
    """Judge row after row, and write as it goes where there is a writer."""
    world, done = World(reading, writer), 0
    for some in batched(reading, AT_ONCE):
        world.meet(some, is_read_anyway=with_fields)
        for source in some:
            yield _verdict(source, world, with_fields)
            done += 1
            if progress and done % PROGRESS_EVERY == 0:
                progress(done, reading.total)


class _Known(NamedTuple):
    """What has to be known of an entry to see that its row says nothing new, in the order in which it is asked."""

    pk: int
    external_id: str
    name: str
    email: str
    listing: str
    is_do_not_contact: bool
    is_deceased: bool
    own_fields: list[str]
    source_digest: str
    state: str


class World:
    """The directory as it stands: entries by Constituent ID, those without one by address, and addresses taken."""

    def __init__(self, reading: Reading, writer: Writer | None) -> None:
        self.reading, self.writer = reading, writer
        self.known: dict[str, AlumniProfile] = {}
        self.as_before: dict[int, _Known] = {}  # rows that say what they said
        self.fields = _fields_of(reading.columns)
        self.digest = import_digest.of_rows(reading.places, reading.default_zone, reading.now)
        self.new = AlumniProfile()  # every new entry in turn: to make one costs more than to read its row
        entries = AlumniProfile.objects.defer(*COMPOSED)
        self.unnumbered = {alum.email.lower(): alum for alum in entries.filter(external_id=None).exclude(email="")}
        self.taken: dict[str, str] = {}
        self.held: set[str] = set()  # by those in the file, who may let go of them
        self.present: set[str] = set()  # Constituent IDs in the file that have an entry
        everybody = AlumniProfile.objects.order_by("pk").values_list("external_id", "listing", "email", "name")
        self.erased: set[str] = set()  # marks of those who had their data deleted
        self.held_off = held_off.Erased.now()  # ... by their address
        for key, listing, email, name in everybody.iterator():
            if erased.is_mark(key):
                self.erased.add(str(key))
            if key in reading.ids:
                self.present.add(key)
            if listing == Listing.LISTED and key in reading.ids:
                self.held.add(email.lower())
            elif listing == Listing.LISTED:
                self.taken[email.lower()] = name

    def says(self, ours: str) -> bool:
        """Whether the file has a column that says it: a record's status, too, may say that somebody has died."""
        return not self.reading.places.keys().isdisjoint(SAID_BY[ours])

    def meet(self, some: Sequence[TableRow], *, is_read_anyway: bool) -> None:
        """Fetch the entries of these rows. They are let go of with them, so a large file stays light."""
        rows = {key: source for source in some if (key := self.reading.id_of(source)) in self.present}
        self.as_before, others = {}, []
        if self.writer and (rows or self.held):
            self.writer.rest()
        for known in _known([*rows]) if rows else ():
            source = rows[known.external_id]
            is_as_before = not (is_read_anyway or source.remarks or "name" in known.own_fields)
            if is_as_before and known.source_digest == self.digest(source.cells, known.state):
                self.as_before[source.number] = known
            else:
                others.append(known.pk)
        self.known = {str(alum.external_id): alum for alum in _entries(others)} if others else {}

    def is_erased(self, row: Row) -> bool:
        """Whether a row would bring back somebody who had their data deleted, and was not added by hand since."""
        if row.external_id in self.present or row.values["email"].lower() in self.unnumbered:
            return False
        is_known = bool(self.erased) and not self.erased.isdisjoint(erased.marks(row.external_id))
        return is_known or self.held_off.holds("address", row.values["email"])

    def existing(self, row: Row) -> AlumniProfile | None:
        """The entry of this row: by Constituent ID, else one that the same person at the same address made here."""
        found = self.known.pop(row.external_id, None)
        if found is None and (known := self.as_before.get(row.number)):
            if self.writer:
                self.writer.rest()
            found = _entries([known.pk]).first()
        if found is None:
            twin = self.unnumbered.get(row.values["email"].lower()) if row.values["email"] else None
            found = twin if twin and folded(visibility.own(twin, "name")) == folded(row.values["name"]) else None
            if found:
                del self.unnumbered[found.email.lower()]
                self.taken.pop(found.email.lower(), None)
        return found


COMPOSED = ("search", "search_text", "facets")


def _entries(pks: Sequence[int]) -> QuerySet[AlumniProfile]:
    return AlumniProfile.objects.defer(*COMPOSED).filter(among(pks))


def _known(ids: list[str]) -> list[_Known]:
    names = "id, external_id, name, email, listing, is_do_not_contact, is_deceased, own_fields, source_digest"
    table = AlumniProfile._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {names}, {STATE.sql} FROM {table} WHERE external_id = ANY(%s)",  # noqa: S608 - our own column names
            [ids],
        )
        return [_Known(*values) for values in cursor.fetchall()]


def _fields_of(columns: dict[str, str]) -> set[str]:
    """Return our fields that this file speaks of; the others stay as they are."""
    spoken = {name for name in FIELDS if COMES_FROM.get(name, {name}) & columns.keys()}
    return spoken | DECIDED


_VALUES = attrgetter(*FIELDS, "external_id")


def _verdict(source: TableRow, world: World, with_fields: bool) -> Verdict:
    if verdict := _as_before(source, world):
        return verdict
    row = world.reading.row(source)
    if row.skipped:
        return Verdict(row.number, row.external_id, row.name, "skipped", reason=row.skipped)
    if world.is_erased(row):
        return Verdict(row.number, "", "", "skipped", reason=held_off.REASON)
    existing = world.existing(row)
    alum = world.new if existing is None else existing
    before = _VALUES(alum) if existing else None
    reason = _merge(row, alum, existing is not None, world)
    outcome = "new" if before is None else "unchanged" if before == _VALUES(alum) else "changed"
    fields = _told(alum) if with_fields else None
    if world.writer and outcome != "unchanged":
        _write(alum, source, row, world, world.writer)
    return Verdict(row.number, row.external_id, row.name, outcome, alum.listing, reason, row.notes, fields)


def _as_before(source: TableRow, world: World) -> Verdict | None:
    """Return the verdict on a row that says what it said, of an entry that is as it was; None where it must be read."""
    known = world.as_before.get(source.number)
    if known is None:
        return None
    wants = wants_listing(world.reading.cells(source)["opt_in"]).value
    listing, reason = _listing(wants, known, True, world)
    if listing != known.listing:  # somebody else took the address, or gave it back
        return None
    if listing == Listing.LISTED:
        world.taken[known.email.lower()] = f"{known.name} in row {source.number}"
    return Verdict(source.number, known.external_id, known.name, "unchanged", listing, reason)


def _write(alum: AlumniProfile, source: TableRow, row: Row, world: World, writer: Writer) -> None:
    alum.compose()
    said = STATE.said(alum)
    alum.source_digest = "" if row.notes else world.digest(source.cells, STATE.of(said))
    writer.put(alum, said, waits=alum.listing == Listing.LISTED and alum.email.lower() in world.held)


def _told(alum: AlumniProfile) -> dict[str, Any]:
    """Return what would be stored, and what people would read of it, as JSON has it."""
    values = {name: getattr(alum, name) for name in ("external_id", *FIELDS)}
    plain = {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}
    return plain | {"called": alum.called, "greeting": alum.first_name, "listing": str(alum.listing)}


def _merge(row: Row, alum: AlumniProfile, is_known: bool, world: World) -> str:
    """Write the row into the entry, past what the alum told us themselves. Returns why they are not listed, or ""."""
    kept: set[str] = set()
    if is_known:
        kept = {*alum.own_fields, *alum.kept_back}
        for name in row.values.keys() & world.fields - kept:
            setattr(alum, name, row.values[name] if name != "email" else row.values["email"] or alum.email)
    else:
        vars(alum).update(row.values)
    alum.external_id = row.external_id
    was_marked = is_known and alum.is_do_not_contact, is_known and alum.is_deceased
    alum.is_do_not_contact, alum.is_deceased = row.is_do_not_contact, row.is_deceased
    if any(was_marked):  # a file without such a column says nothing of it: whoever was marked by another stays marked
        stays_marked = "is_do_not_contact" in kept or not world.says("do_not_contact")
        alum.is_do_not_contact |= stays_marked and was_marked[0]
        alum.is_deceased |= not world.says("deceased") and was_marked[1]
    alum.listing, reason = _listing(row.wants_listing, alum, is_known, world)
    if alum.listing == Listing.LISTED:
        world.taken[alum.email.lower()] = f"{row.name} in row {row.number}"
    return reason


def _listing(wants: bool | None, alum: AlumniProfile | _Known, is_known: bool, world: World) -> tuple[str, str]:
    """Return where the person stands, and why if it is not in the directory."""
    if is_known and alum.listing == Listing.REMOVED:
        return Listing.REMOVED, "They left the directory."
    if is_known and alum.listing == Listing.RESTING:
        return Listing.RESTING, "They didn’t confirm their profile. It’s hidden until they do."
    if is_known and alum.listing == Listing.CLOSED:
        return Listing.CLOSED, "The office closed their account."
    if alum.is_deceased:
        return Listing.HIDDEN, "The file says they have died."
    if alum.is_do_not_contact:
        return Listing.HIDDEN, "The file says Do Not Contact."
    if wants is False:
        return Listing.HIDDEN, "They opted out of the directory."
    if not alum.email:
        return Listing.HIDDEN, "The file has no email address for them."
    if alum.email.lower() in world.taken:
        return Listing.HIDDEN, f"{world.taken[alum.email.lower()]} has the same email address."
    if wants is None and not (is_known and "listing" in alum.own_fields):
        return Listing.INVITED, "They haven’t said if they want to be listed."
    return Listing.LISTED, ""
