"""An advancement office's export becomes the directory (R205): `read` the bytes, `check` what would happen, `apply` it.

It decides who is listed: only who opted in, can be written to, and is neither deceased nor marked Do Not Contact.
What an alum told us themselves (`own_fields`, the pause, the quote, a removal) always wins over the file, and a column
that the file does not have is left as it is. How a cell is read is export_rows.py's.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import batched
from typing import Any

from django.db import IntegrityError, connection, models, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import Q

from apps.accounts.models import User
from apps.alumni.export_rows import Row, read_row, says_no
from apps.alumni.models import AlumniProfile, Listing, Word
from apps.database.prepared import among
from apps.policy.models import Policy
from apps.tables.cells import first_address
from apps.tables.columns import Unmatched, samples
from apps.tables.headers import Match, fingerprint, with_names
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
USED = ALUMNI.keys() - {"middle_name", "suffix"}
WATCHED = {"do_not_contact", "deceased"}
SEVERAL = WATCHED | {"email"}
MOST_BYTES = 32 * 1024 * 1024
PROGRESS_EVERY = 500
AT_ONCE = 5000  # rows whose entries are held at a time
type Progress = Callable[[int, int], None]  # rows done, of how many


@dataclass(slots=True)
class Reading:
    """A file as we read it. With a problem nothing can be imported; each is a sentence for the office."""

    rows: list[Row] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    columns: dict[str, str] = field(default_factory=dict)  # our column -> their header
    unused: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)  # on the whole file
    header: list[str] = field(default_factory=list)  # as the file has it, also where we cannot match it
    is_unmatched: bool = False  # it can be read, and somebody has to say which column is which
    samples: list[list[str]] = field(default_factory=list)  # of each column the first cells that say something


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


@dataclass(slots=True)
class Plan:
    """The verdict on every row, and what there is to write."""

    verdicts: list[Verdict] = field(default_factory=list)
    writes: list[AlumniProfile] = field(default_factory=list)

    @property
    def counts(self) -> dict[str, int]:
        outcomes = Counter(verdict.outcome for verdict in self.verdicts)
        listings = Counter(verdict.listing for verdict in self.verdicts)
        return {
            "rows": len(self.verdicts),
            **{outcome: outcomes[outcome] for outcome in ("new", "changed", "unchanged", "skipped")},
            "listed": listings[Listing.LISTED],
            "invited": listings[Listing.INVITED],
            "not_listed": sum(listings[one] for one in (Listing.HIDDEN, Listing.REMOVED, Listing.RESTING)),
            "noted": sum(1 for verdict in self.verdicts if verdict.notes),
        }


# --- read -------------------------------------------------------------------------------------------------------------


def read(
    data: bytes, *, now: datetime, default_zone: str | None = None, chosen: Mapping[str, str] | None = None
) -> Reading:
    """Read the bytes of an export. A file that cannot be one comes back with the problem in a plain sentence.

    `chosen` are columns that a person matched by hand, {our field: their header}.
    """
    reading = Reading()
    try:
        table = read_table(data, with_names(ALUMNI, chosen or {}), most_bytes=MOST_BYTES)
        reading.header, reading.remarks, reading.samples = table.header, table.remarks, samples(table)
        _fill(reading, table, table.match(ALUMNI, chosen), now, default_zone or Policy.now().time_zone)
    except (Unreadable, ValueError) as problem:
        reading.rows, reading.problems = [], [str(problem)]
        reading.is_unmatched = isinstance(problem, Unmatched) and any(reading.samples)
    return reading


def shape(data: bytes) -> str:
    """Return what a file of this shape is remembered by, or "" where it cannot be read."""
    try:
        return fingerprint(read_table(data, ALUMNI, most_bytes=MOST_BYTES).header)
    except Unreadable:
        return ""


def _fill(reading: Reading, table: Table, match: Match, now: datetime, default_zone: str) -> None:
    _refuse_without(match)
    places = {ours: [place, *_further(match, ours)] for ours, place in match.known.items() if ours in USED}
    reading.columns = {ours: table.header[at[0]] for ours, at in places.items()}
    used = {place for at in places.values() for place in at}
    reading.unused = [name for place, name in enumerate(table.header) if place not in used and name]
    for row in table:
        reading.rows.append(_row(row, places, now, default_zone))
    _settle_duplicates(reading.rows)


def _refuse_without(match: Match) -> None:
    missing = [] if "external_id" in match.known else ["Constituent ID"]
    missing += [] if "name" in match.known or "last_name" in match.known else ["Full Name"]
    if missing:
        raise Unmatched(
            f"The first row has no column “{'” and no column “'.join(missing)}”. "
            "Bring the file with its header row, as the advancement office exports it."
        )


def _further(match: Match, ours: str) -> list[int]:
    """Return further columns of what must not be missed: Deceased, and beside it the date of death; a work address."""
    if ours not in SEVERAL:
        return []
    return match.others.get(ours, [])


def _row(row: TableRow, places: dict[str, list[int]], now: datetime, default_zone: str) -> Row:
    if row.problem:
        return Row(row.number, "", ", ".join(row.cells[:2])[:80], skipped=row.problem)
    cells = {ours: row.cells[at[0]] for ours, at in places.items()}
    for ours in WATCHED & places.keys():
        filled = [row.cells[place] for place in places[ours] if not says_no(row.cells[place])]
        cells[ours] = filled[0] if filled else cells[ours]
    cells["email"] = first_address([row.cells[place] for place in places.get("email", ())])
    found = read_row(row.number, cells, now=now, default_zone=default_zone)
    found.notes[:0] = row.remarks
    return found


def _settle_duplicates(rows: list[Row]) -> None:
    """Keep one row per Constituent ID: the one updated last, else the first."""
    kept: dict[str, Row] = {}
    for row in rows:
        if row.skipped:
            continue
        other = kept.setdefault(row.external_id, row)
        if other is row:
            continue
        newer = row.updated_at is not None and (other.updated_at is None or row.updated_at > other.updated_at)
        keep, drop = (row, other) if newer else (other, row)
        kept[row.external_id] = keep
        drop.skipped = f"Row {keep.number} has the same Constituent ID and is {'newer' if newer else 'used'}."


# --- check ------------------------------------------------------------------------------------------------------------


def check(reading: Reading, *, progress: Progress | None = None, with_fields: bool = False) -> Plan:
    """Return the Plan: for every row what would happen to it, and why. Writes nothing.

    It uses the reading up: a row gives its values to the entry, so that 100,000 of them are not held twice.
    """
    plan, world = Plan(), _World(reading)
    for some in batched(reading.rows, AT_ONCE):
        world.meet(some)
        for row in some:
            plan.verdicts.append(_verdict(row, world, plan.writes, with_fields))
            if progress and len(plan.verdicts) % PROGRESS_EVERY == 0:
                progress(len(plan.verdicts), len(reading.rows))
    return plan


class _World:
    """The directory as it stands: entries by Constituent ID, those without one by address, and addresses taken."""

    def __init__(self, reading: Reading) -> None:
        ids = [row.external_id for row in reading.rows if not row.skipped]
        in_file = among(ids, "external_id")
        entries = AlumniProfile.objects.defer("search", "search_text", "facets")
        self.known: dict[str, AlumniProfile] = {}
        self.unnumbered = {alum.email.lower(): alum for alum in entries.filter(external_id=None).exclude(email="")}
        others = entries.listed().filter(Q(external_id=None) | ~Q(in_file))
        self.taken = {email.lower(): name for email, name in others.values_list("email", "name").order_by("pk")}
        self.fields = _fields_of(reading.columns)

    def meet(self, rows: Sequence[Row]) -> None:
        """Fetch the entries of these rows. What is unchanged is let go of with them, so a large file stays light."""
        ids = [row.external_id for row in rows if not row.skipped]
        entries = AlumniProfile.objects.defer("search", "search_text", "facets").filter(among(ids, "external_id"))
        self.known = {str(alum.external_id): alum for alum in entries}

    def existing(self, row: Row) -> AlumniProfile | None:
        """The entry of this row: by Constituent ID, else one that the same person at the same address made here."""
        found = self.known.pop(row.external_id, None)
        if found is None:
            twin = self.unnumbered.get(row.values["email"].lower()) if row.values["email"] else None
            found = twin if twin and folded(twin.name) == folded(row.values["name"]) else None
            if found:
                del self.unnumbered[found.email.lower()]
                self.taken.pop(found.email.lower(), None)
        return found


def _fields_of(columns: dict[str, str]) -> set[str]:
    """Return our fields that this file speaks of; the others stay as they are."""
    spoken = {name for name in FIELDS if COMES_FROM.get(name, {name}) & columns.keys()}
    return spoken | DECIDED


def _verdict(row: Row, world: _World, writes: list[AlumniProfile], with_fields: bool) -> Verdict:
    if row.skipped:
        return Verdict(row.number, row.external_id, row.name, "skipped", reason=row.skipped)
    existing = world.existing(row)
    alum = AlumniProfile() if existing is None else existing
    before = [getattr(alum, name) for name in (*FIELDS, "external_id")]
    reason = _merge(row, alum, existing is not None, world)
    row.values.clear()
    if existing is None:
        outcome = "new"
    else:
        outcome = "unchanged" if before == [getattr(alum, name) for name in (*FIELDS, "external_id")] else "changed"
    if outcome != "unchanged":
        writes.append(alum)
    fields = _told(alum) if with_fields else None
    return Verdict(row.number, row.external_id, row.name, outcome, alum.listing, reason, row.notes, fields)


def _told(alum: AlumniProfile) -> dict[str, Any]:
    """Return what would be stored, and what people would read of it, as JSON has it."""
    values = {name: getattr(alum, name) for name in ("external_id", *FIELDS)}
    plain = {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}
    return plain | {"called": alum.called, "greeting": alum.first_name, "listing": str(alum.listing)}


def _merge(row: Row, alum: AlumniProfile, is_known: bool, world: _World) -> str:
    """Write the row into the entry, past what the alum told us themselves. Returns why they are not listed, or ""."""
    kept = set(alum.own_fields) if is_known else set()
    for name in row.values:
        if not is_known or (name in world.fields and name not in kept):
            setattr(alum, name, row.values[name] if name != "email" else row.values["email"] or alum.email)
    alum.external_id = row.external_id
    alum.is_do_not_contact = row.is_do_not_contact or ("is_do_not_contact" in kept and alum.is_do_not_contact)
    alum.is_deceased = row.is_deceased
    alum.listing, reason = _listing(row, alum, is_known, world)
    if alum.listing == Listing.LISTED:
        world.taken[alum.email.lower()] = f"{row.name} in row {row.number}"
    return reason


def _listing(row: Row, alum: AlumniProfile, is_known: bool, world: _World) -> tuple[str, str]:
    """Return where the person stands, and why if it is not in the directory."""
    if is_known and alum.listing == Listing.REMOVED:
        return Listing.REMOVED, "They asked here to be removed."
    if is_known and alum.listing == Listing.RESTING:
        return Listing.RESTING, "They did not answer whether their entry is still right."
    if alum.is_deceased:
        return Listing.HIDDEN, "The file says that they have died."
    if alum.is_do_not_contact:
        return Listing.HIDDEN, "The file says Do Not Contact."
    if row.wants_listing is False:
        return Listing.HIDDEN, "They opted out of the directory."
    if not alum.email:
        return Listing.HIDDEN, "There is no e-mail address to reach them."
    if alum.email.lower() in world.taken:
        return Listing.HIDDEN, f"{world.taken[alum.email.lower()]} has the same e-mail address."
    if row.wants_listing is None and not (is_known and "listing" in alum.own_fields):
        return Listing.INVITED, "They have not said whether they want to be listed."
    return Listing.LISTED, ""


# --- apply ------------------------------------------------------------------------------------------------------------


def apply(
    reading: Reading, *, by: User | None, now: datetime, progress: Progress | None = None, with_fields: bool = False
) -> Plan:
    """Bring the rows in, all or none, and return the Plan that was carried out. Raises Refused where it cannot be done.

    `by` is the office person who pressed the button, or None for the command; the AlumniImport row remembers them.
    """
    if reading.problems:
        raise Refused(reading.problems[0])
    plan = check(reading, progress=progress, with_fields=with_fields)
    if plan.writes:
        try:
            with transaction.atomic():
                _write(plan.writes, now)
        except IntegrityError as error:
            raise Refused(
                "While the file was read, somebody changed the directory. Nothing was imported. Check it again."
            ) from error
    if progress:
        progress(len(reading.rows), len(reading.rows))
    return plan


# What an import writes into an entry that is there already: what the file says, and what is composed of it.
WRITTEN = (*FIELDS, "external_id", "search_text", "facets")
_TABLE = AlumniProfile._meta.db_table
_COLUMNS = [
    field.attname
    for field in AlumniProfile._meta.get_fields()
    if isinstance(field, models.Field) and not isinstance(field, models.GeneratedField)
]


def _write(alumni: Iterable[AlumniProfile], now: datetime) -> None:
    """COPY into a staging table, then one INSERT for the new and one UPDATE for those nobody changed meanwhile."""
    assignments = ", ".join(f"{name} = staged.{name}" for name in WRITTEN)
    of_new = ", ".join(name for name in _COLUMNS if name != "id")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '10min'")
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('alumni import'))")
        _stage(cursor, alumni, now)
        cursor.execute(f"INSERT INTO {_TABLE} ({of_new}) SELECT {of_new} FROM staged WHERE id IS NULL")  # noqa: S608 - our own column names
        cursor.execute(
            f"UPDATE {_TABLE} a SET listing = 'invited' FROM staged"  # noqa: S608 - our own column names
            " WHERE a.id = staged.id AND a.listing = 'listed' AND lower(a.email) <> lower(staged.email)"
            " AND a.updated_at = staged.updated_at"
        )
        cursor.execute(
            f"UPDATE {_TABLE} a SET {assignments}, updated_at = %s FROM staged"  # noqa: S608 - our own column names
            " WHERE a.id = staged.id AND a.updated_at = staged.updated_at",
            [now],
        )
        cursor.execute("DROP TABLE staged")
        Word.objects.relearn()
        for index in ("listed_by_word", "listed_by_facet", "words_by_likeness"):
            cursor.execute(
                "SELECT gin_clean_pending_list(%s)", [index]
            )  # else every search reads the new rows one by one
        cursor.execute(f"ANALYZE {_TABLE}, alumni_word")


def _stage(cursor: CursorWrapper, alumni: Iterable[AlumniProfile], now: datetime) -> None:
    """Copy whole entries, so that a new one has whatever Django gives it where the file says nothing."""
    names = ", ".join(_COLUMNS)
    cursor.execute(f"CREATE TEMP TABLE staged ON COMMIT DROP AS SELECT {names} FROM {_TABLE} WITH NO DATA")  # noqa: S608 - our own column names
    with cursor.copy(f"COPY staged ({names}) FROM STDIN") as copy:
        for alum in alumni:
            alum.compose()
            if alum.pk is None:
                alum.created_at = alum.updated_at = now
            copy.write_row([getattr(alum, name) for name in _COLUMNS])
