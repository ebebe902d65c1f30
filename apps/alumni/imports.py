"""An advancement office's export becomes the directory (R205): `read` the bytes, `check` what would happen, `apply` it.

It decides who is listed: only who opted in, can be written to, and is neither deceased nor marked Do Not Contact.
What an alum told us themselves (`own_fields`, the pause, the quote, a removal) always wins over the file, and a column
that the file does not have is left as it is. How a cell is read is export_rows.py's, how an entry is written
import_writes.py's.

A file is gone through twice and never held: once to know its Constituent IDs, once row by row. A row that says what it
said last time, of an entry that is as it was left then, is recognized by its `source_digest` and not read at all.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import batched
from operator import attrgetter
from typing import Any, NamedTuple

from django.db import IntegrityError, connection, transaction
from django.db.models import QuerySet

from apps.accounts.models import User
from apps.alumni import accounts, import_digest
from apps.alumni.export_rows import Row, external_id, has_name, read_row, says_died, says_no, wants_listing
from apps.alumni.import_writes import Writer
from apps.alumni.models import AlumniProfile, Listing
from apps.database.prepared import among
from apps.policy.models import Policy
from apps.tables import workbook
from apps.tables.cells import first_address
from apps.tables.columns import Unmatched, samples
from apps.tables.headers import Match, by_hand, fingerprint, with_names
from apps.tables.reading import Row as TableRow
from apps.tables.reading import Table
from apps.tables.reading import read as read_table
from apps.tables.records import Unreadable
from apps.tables.synonyms import ALUMNI
from apps.web.answers import Refused
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
DECIDED = {"listing", "is_do_not_contact", "is_deceased"}
# Columns we read; of the watched ones every column of that meaning, since any of them may say it.
USED = ALUMNI.keys() - {"suffix"}
WATCHED = {"do_not_contact", "deceased"}
SEVERAL = WATCHED | {"email", "status"}
MOST_BYTES = 32 * 1024 * 1024
MOST_ROWS = 250_000
PROGRESS_EVERY = 500
AT_ONCE = 2000  # rows that are held at a time, with their entries
PLAIN_ROWS = 200  # rows without a remark that are kept to be looked at
type Progress = Callable[[int, int], None]  # rows done, of how many; 0 done: so many were counted so far


@dataclass(slots=True)
class Reading:
    """A file as we read it. With a problem nothing can be imported; each is a sentence for the office."""

    now: datetime
    default_zone: str
    table: Table | None = None
    places: dict[str, list[int]] = field(default_factory=dict)  # our column -> where it stands
    several: list[str] = field(default_factory=list)  # our columns that stand at more than one place
    total: int = 0  # rows
    ids: set[str] = field(default_factory=set)  # of the rows that can be used
    dropped: dict[int, str] = field(default_factory=dict)  # row -> why another with its Constituent ID is used
    problems: list[str] = field(default_factory=list)
    columns: dict[str, str] = field(default_factory=dict)  # our column -> their header
    unused: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)  # on the whole file
    header: list[str] = field(default_factory=list)  # as the file has it, also where we cannot match it
    is_unmatched: bool = False  # it can be read, and somebody has to say which column is which
    samples: list[list[str]] = field(default_factory=list)  # of each column the first cells that say something

    def __iter__(self) -> Iterator[TableRow]:
        return iter(self.table or ())

    @property
    def rows(self) -> list[Row]:
        """Every row, read: of a small file."""
        return [self.row(source) for source in self]

    def row(self, source: TableRow) -> Row:
        """Read one row, and leave it out where another with its Constituent ID is used."""
        row = _row(source, self)
        row.skipped = row.skipped or self.dropped.get(source.number, "")
        return row

    def id_of(self, source: TableRow) -> str:
        """Return the Constituent ID of a row, or "" where it cannot be used."""
        if source.problem or source.number in self.dropped:
            return ""
        return external_id(source.cells[self.places["external_id"][0]])


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


class Plan:
    """What becomes of the rows: how many of which kind, every verdict with a remark and the first few without."""

    def __init__(self) -> None:
        self.verdicts: list[Verdict] = []
        self._outcomes: Counter[str] = Counter()
        self._listings: Counter[str] = Counter()
        self._noted = self._plain = 0

    def add(self, verdict: Verdict) -> None:
        self._outcomes[verdict.outcome] += 1
        self._listings[verdict.listing] += 1
        self._noted += bool(verdict.notes)
        if not (verdict.reason or verdict.notes):
            self._plain += 1
            if self._plain > PLAIN_ROWS:
                return
        self.verdicts.append(verdict)

    @property
    def counts(self) -> dict[str, int]:
        return {
            "rows": self._outcomes.total(),
            **{outcome: self._outcomes[outcome] for outcome in ("new", "changed", "unchanged", "skipped")},
            "listed": self._listings[Listing.LISTED],
            "invited": self._listings[Listing.INVITED],
            "not_listed": sum(self._listings[one] for one in NOT_LISTED),
            "noted": self._noted,
        }


# --- read -------------------------------------------------------------------------------------------------------------


def read(
    data: bytes,
    *,
    now: datetime,
    default_zone: str | None = None,
    chosen: Mapping[str, str] | None = None,
    progress: Progress | None = None,
) -> Reading:
    """Read the bytes of an export. A file that cannot be one comes back with the problem in a plain sentence.

    `chosen` are columns that a person matched by hand, {our field: their header}.
    """
    reading = Reading(now, default_zone or Policy.now().time_zone)
    try:
        table = read_table(data, with_names(ALUMNI, chosen or {}), most_bytes=MOST_BYTES)
        reading.header, reading.remarks, reading.samples = table.header, table.remarks, samples(table)
        _place(reading, table, table.match(ALUMNI, chosen))
        _count(reading, progress)
    except (Unreadable, ValueError) as problem:
        reading.table, reading.problems = None, [str(problem)]
        reading.is_unmatched = isinstance(problem, Unmatched) and any(reading.samples)
    return reading


def refusal(data: bytes) -> str:
    """Return why a file is none at all, as its first rows tell, or "": to be said while it is chosen.

    A spreadsheet has to be opened as a whole, and is left to the worker.
    """
    try:
        if workbook.is_one(data):
            return ""
        read_table(data, ALUMNI, most_bytes=MOST_BYTES)
    except Unreadable as problem:
        return str(problem)
    return ""


def problem_of(header: Sequence[str], chosen: Mapping[str, str]) -> str:
    """Return why columns, as a person matched them, do not suffice, or ""."""
    try:
        _refuse_without(by_hand(header, chosen, ALUMNI))
    except (Unmatched, ValueError) as problem:
        return str(problem)
    return ""


def shape(data: bytes) -> str:
    """Return what a file of this shape is remembered by, or "" where it cannot be read."""
    try:
        return fingerprint(read_table(data, ALUMNI, most_bytes=MOST_BYTES).header)
    except Unreadable:
        return ""


def _place(reading: Reading, table: Table, match: Match) -> None:
    _refuse_without(match)
    places = {ours: [place, *_further(match, ours)] for ours, place in match.known.items() if ours in USED}
    reading.table, reading.places = table, places
    reading.columns = {ours: table.header[at[0]] for ours, at in places.items()}
    reading.several = [ours for ours, at in places.items() if len(at) > 1]
    used = {place for at in places.values() for place in at}
    reading.unused = [name for place, name in enumerate(table.header) if place not in used and name]


def _count(reading: Reading, progress: Progress | None) -> None:
    """Go through the whole file once: how many rows it has, of whom, and which of two rows of one person is used."""
    again: set[str] = set()
    for source in reading:
        reading.total += 1
        if reading.total > MOST_ROWS:
            raise Unreadable(
                f"The file has more than {MOST_ROWS:,} rows. Split it in two and import one after the other."
            )
        if progress and reading.total % PROGRESS_EVERY == 0:
            progress(0, reading.total)
        key = reading.id_of(source)
        if key and has_name(_cells(source, reading, ("name", "first_name", "last_name"))):
            (again if key in reading.ids else reading.ids).add(key)
    if again:
        reading.dropped = _settled([_light(source, reading) for source in reading if reading.id_of(source) in again])


def _light(source: TableRow, reading: Reading) -> Row:
    row = _row(source, reading)
    row.values.clear()
    return row


def _refuse_without(match: Match) -> None:
    missing = [] if "external_id" in match.known else ["Constituent ID"]
    missing += [] if "name" in match.known or "last_name" in match.known else ["Full Name"]
    if missing:
        raise Unmatched(
            f"The first row has no column “{'” and no column “'.join(missing)}”. "
            "Use the file with its header row, as the advancement office exports it."
        )


def _further(match: Match, ours: str) -> list[int]:
    """Return further columns of what must not be missed: Deceased, and beside it the date of death; a work address."""
    if ours not in SEVERAL:
        return []
    return match.others.get(ours, [])


def _cells(source: TableRow, reading: Reading, wanted: Sequence[str]) -> dict[str, str]:
    return {ours: source.cells[reading.places[ours][0]] for ours in wanted if ours in reading.places}


def _row(source: TableRow, reading: Reading) -> Row:
    if source.problem:
        return Row(source.number, "", ", ".join(source.cells[:2])[:80], skipped=source.problem)
    places, of_row = reading.places, source.cells
    cells = {ours: of_row[at[0]] for ours, at in places.items()}
    for ours in reading.several:
        among_them = [of_row[place] for place in places[ours]]
        cells[ours] = first_address(among_them) if ours == "email" else _first_said(among_them)
    died = next((of_row[place] for place in places.get("status", ()) if says_died(of_row[place])), "")
    if died and says_no(cells.get("deceased", "")):
        cells["deceased"] = died
    found = read_row(source.number, cells, now=reading.now, default_zone=reading.default_zone)
    found.notes[:0] = source.remarks
    return found


def _first_said(cells: Sequence[str]) -> str:
    """Return of several cells the first that says anything but No, else the first."""
    return next((cell for cell in cells if not says_no(cell)), cells[0])


def _settled(rows: Sequence[Row]) -> dict[int, str]:
    """Keep one row per Constituent ID: the one updated last, else the first. Returns {number of another: why not}."""
    kept: dict[str, Row] = {}
    dropped: dict[int, str] = {}
    for row in rows:
        if row.skipped:
            continue
        other = kept.setdefault(row.external_id, row)
        if other is row:
            continue
        newer = row.updated_at is not None and (other.updated_at is None or row.updated_at > other.updated_at)
        keep, drop = (row, other) if newer else (other, row)
        kept[row.external_id] = keep
        dropped[drop.number] = f"Row {keep.number} has the same Constituent ID and is {'newer' if newer else 'used'}."
    return dropped


# --- check ------------------------------------------------------------------------------------------------------------


def check(
    reading: Reading,
    *,
    progress: Progress | None = None,
    with_fields: bool = False,
    tell: Callable[[Verdict], None] | None = None,
) -> Plan:
    """Return the Plan: for every row what would happen to it, and why. Writes nothing. `tell` hears every verdict."""
    return _gathered(_judged(reading, None, progress, with_fields), tell)


def _gathered(verdicts: Iterator[Verdict], tell: Callable[[Verdict], None] | None) -> Plan:
    plan = Plan()
    for verdict in verdicts:
        plan.add(verdict)
        if tell:
            tell(verdict)
    return plan


def _judged(reading: Reading, writer: Writer | None, progress: Progress | None, with_fields: bool) -> Iterator[Verdict]:
    """Judge row after row, and write as it goes where there is a writer."""
    world, done = _World(reading, writer), 0
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


class _World:
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
        for key, listing, email, name in everybody.iterator():
            if key in reading.ids:
                self.present.add(key)
            if listing == Listing.LISTED and key in reading.ids:
                self.held.add(email.lower())
            elif listing == Listing.LISTED:
                self.taken[email.lower()] = name

    def says(self, ours: str) -> bool:
        """Whether the file has a column of this meaning; a record's status may say that somebody has died."""
        return ours in self.reading.places or (ours == "deceased" and "status" in self.reading.places)

    def meet(self, some: Sequence[TableRow], *, is_read_anyway: bool) -> None:
        """Fetch the entries of these rows. They are let go of with them, so a large file stays light."""
        rows = {key: source for source in some if (key := self.reading.id_of(source)) in self.present}
        self.as_before, others = {}, []
        if self.writer:
            self.writer.rest()
        for known in _known([*rows]) if rows else ():
            source = rows[known.external_id]
            is_as_before = not (is_read_anyway or source.remarks or "name" in known.own_fields)
            if is_as_before and known.source_digest == self.digest(source.cells, known.state):
                self.as_before[source.number] = known
            else:
                others.append(known.pk)
        self.known = {str(alum.external_id): alum for alum in _entries(others)} if others else {}

    def existing(self, row: Row) -> AlumniProfile | None:
        """The entry of this row: by Constituent ID, else one that the same person at the same address made here."""
        found = self.known.pop(row.external_id, None)
        if found is None and (known := self.as_before.get(row.number)):
            if self.writer:
                self.writer.rest()
            found = _entries([known.pk]).first()
        if found is None:
            twin = self.unnumbered.get(row.values["email"].lower()) if row.values["email"] else None
            found = twin if twin and folded(twin.name) == folded(row.values["name"]) else None
            if found:
                del self.unnumbered[found.email.lower()]
                self.taken.pop(found.email.lower(), None)
        return found


_STATE = import_digest.State(FIELDS)
COMPOSED = ("search", "search_text", "facets")


def _entries(pks: Sequence[int]) -> QuerySet[AlumniProfile]:
    return AlumniProfile.objects.defer(*COMPOSED).filter(among(pks))


def _known(ids: list[str]) -> list[_Known]:
    names = "id, external_id, name, email, listing, is_do_not_contact, is_deceased, own_fields, source_digest"
    table = AlumniProfile._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {names}, {_STATE.sql} FROM {table} WHERE external_id = ANY(%s)",  # noqa: S608 - our own column names
            [ids],
        )
        return [_Known(*values) for values in cursor.fetchall()]


def _fields_of(columns: dict[str, str]) -> set[str]:
    """Return our fields that this file speaks of; the others stay as they are."""
    spoken = {name for name in FIELDS if COMES_FROM.get(name, {name}) & columns.keys()}
    return spoken | DECIDED


NOT_LISTED = (Listing.HIDDEN, Listing.REMOVED, Listing.RESTING, Listing.CLOSED)
_VALUES = attrgetter(*FIELDS, "external_id")


def _verdict(source: TableRow, world: _World, with_fields: bool) -> Verdict:
    if verdict := _as_before(source, world):
        return verdict
    row = world.reading.row(source)
    if row.skipped:
        return Verdict(row.number, row.external_id, row.name, "skipped", reason=row.skipped)
    existing = world.existing(row)
    alum = world.new if existing is None else existing
    before = _VALUES(alum) if existing else None
    reason = _merge(row, alum, existing is not None, world)
    outcome = "new" if before is None else "unchanged" if before == _VALUES(alum) else "changed"
    fields = _told(alum) if with_fields else None
    if world.writer and outcome != "unchanged":
        _write(alum, source, row, world, world.writer)
    return Verdict(row.number, row.external_id, row.name, outcome, alum.listing, reason, row.notes, fields)


def _as_before(source: TableRow, world: _World) -> Verdict | None:
    """Return the verdict on a row that says what it said, of an entry that is as it was; None where it must be read."""
    known = world.as_before.get(source.number)
    if known is None:
        return None
    opt_in = _cells(source, world.reading, ("opt_in",)).get("opt_in", "")
    listing, reason = _listing(wants_listing(opt_in), known, True, world)
    if listing != known.listing:  # somebody else took the address, or gave it back
        return None
    if listing == Listing.LISTED:
        world.taken[known.email.lower()] = f"{known.name} in row {source.number}"
    return Verdict(source.number, known.external_id, known.name, "unchanged", listing, reason)


def _write(alum: AlumniProfile, source: TableRow, row: Row, world: _World, writer: Writer) -> None:
    alum.compose()
    alum.source_digest = "" if row.notes else world.digest(source.cells, _STATE.of(alum))
    writer.put(alum, waits=alum.listing == Listing.LISTED and alum.email.lower() in world.held)


def _told(alum: AlumniProfile) -> dict[str, Any]:
    """Return what would be stored, and what people would read of it, as JSON has it."""
    values = {name: getattr(alum, name) for name in ("external_id", *FIELDS)}
    plain = {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}
    return plain | {"called": alum.called, "greeting": alum.first_name, "listing": str(alum.listing)}


def _merge(row: Row, alum: AlumniProfile, is_known: bool, world: _World) -> str:
    """Write the row into the entry, past what the alum told us themselves. Returns why they are not listed, or ""."""
    kept: set[str] = set()
    if is_known:
        kept = set(alum.own_fields)
        for name in row.values.keys() & world.fields - kept:
            setattr(alum, name, row.values[name] if name != "email" else row.values["email"] or alum.email)
    else:
        vars(alum).update(row.values)
    alum.external_id = row.external_id
    # A file without such a column says nothing of it: whoever was marked by another one stays marked.
    stays_marked = "is_do_not_contact" in kept or not world.says("do_not_contact")
    alum.is_do_not_contact = row.is_do_not_contact or (is_known and stays_marked and alum.is_do_not_contact)
    alum.is_deceased = row.is_deceased or (is_known and not world.says("deceased") and alum.is_deceased)
    alum.listing, reason = _listing(row.wants_listing, alum, is_known, world)
    if alum.listing == Listing.LISTED:
        world.taken[alum.email.lower()] = f"{row.name} in row {row.number}"
    return reason


def _listing(wants: bool | None, alum: AlumniProfile | _Known, is_known: bool, world: _World) -> tuple[str, str]:
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


# --- apply ------------------------------------------------------------------------------------------------------------


def apply(
    reading: Reading,
    *,
    by: User | None,
    now: datetime,
    progress: Progress | None = None,
    with_fields: bool = False,
    tell: Callable[[Verdict], None] | None = None,
) -> Plan:
    """Bring the rows in, all or none, and return the Plan that was carried out. Raises Refused where it cannot be done.

    `by` is the office person who pressed the button, or None for the command; the AlumniImport row remembers them.
    """
    if reading.problems:
        raise Refused(reading.problems[0])
    try:
        with transaction.atomic(), Writer(FIELDS, now) as writer:
            plan = _gathered(_judged(reading, writer, progress, with_fields), tell)
            writer.finish()
            accounts.follow_file(writer.moved, by=by, now=now)
    except IntegrityError as error:
        raise Refused(
            "Someone changed the directory while we read the file. Nothing was imported. Preview it again."
        ) from error
    if progress:
        progress(reading.total, reading.total)
    return plan
