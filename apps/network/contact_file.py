"""A file of people a student knows, wherever it comes from, as people who may come into their network.

LinkedIn's Connections.csv, exports of Google and Outlook, vCards of a phone, any table. Which of them are new is
contact_imports.py's; nothing here touches the database.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from apps.alumni.export_rows import HONORIFICS, filled
from apps.clock import regions, times
from apps.clock.regions import spelled_lazily
from apps.network.contact_headless import with_header
from apps.tables import archive
from apps.tables.cells import linkedin, moment, plain
from apps.tables.columns import Unmatched, samples
from apps.tables.headers import Match, fingerprint, folded, with_names
from apps.tables.reading import Row, Table
from apps.tables.reading import read as read_table
from apps.tables.records import Unreadable
from apps.tables.synonyms import CONTACTS
from apps.web import addresses
from apps.wording import person_name
from apps.wording import text as wording
from apps.wording.person_name import PersonName

MOST_BYTES, MOST_ROWS = 5 * 1024 * 1024, 10_000
LABELS = {
    "name": "Full name",
    "first_name": "First name",
    "last_name": "Last name",
    "preferred_name": "Nickname",
    "pronouns": "Pronouns",
    "email": "Email",
    "phone": "Phone",
    "organization": spelled_lazily("Organization"),
    "role": "Role",
    "linkedin": "LinkedIn address",
    "met_on": "Date you connected",
    "city": "City",
    "note": "A note",
}
LONGEST = {"name": 150, "pronouns": 40, "title": 160, "organization": 160, "phone": 60, "city": 80, "notes": 5000}
NAMES = {"name", "first_name", "last_name"}
NO_PERSON = {"company": spelled_lazily("an organization"), "group": "a group", "location": "a place"}


@dataclass(frozen=True)
class Person:
    """Somebody of the file, with what a contact would hold of them; with a problem they cannot come in."""

    number: int
    fields: dict[str, str]  # of network.models.Contact; the organization by its name
    key: str  # the folded words of the name
    first: str = ""  # folded
    family: str = ""
    remarks: list[str] = field(default_factory=list)
    problem: str = ""

    @property
    def name(self) -> str:
        return self.fields["name"]

    @property
    def about(self) -> str:
        """What they do, and where."""
        return ", ".join(filter(None, [self.fields["title"], self.fields["organization"]]))


@dataclass(frozen=True)
class ContactFile:
    """A file as we read it; with a problem somebody has to say first which column is which."""

    people: list[Person]
    header: list[str]
    samples: list[list[str]]
    used: dict[str, str]  # our field -> their header
    remarks: list[str]
    shape: str
    origin: str  # "linkedin", "cards" or "table"
    problem: str = ""


def shape(data: bytes) -> str:
    """Return what a file of this shape is remembered by. Raises Unreadable with a sentence."""
    return fingerprint(_table(data, {}).header)


def read(data: bytes, *, chosen: Mapping[str, str] | None = None) -> ContactFile:
    """Read the bytes of a file. Raises Unreadable with a sentence for whoever brought it.

    `chosen` are columns that a person matched by hand, {our field: their header}.
    """
    table = _table(data, chosen or {})
    try:
        match = table.match(CONTACTS, chosen)
    except ValueError as error:
        raise Unreadable(str(error)) from error
    reader = _Reader(table, match)
    try:
        _refuse_without(match)
        people, problem = reader.people(), ""
    except Unmatched as unmatched:
        if not any(samples(table)):
            raise
        people, problem = [], str(unmatched)
    used = {ours: table.header[place] for ours, place in match.known.items()}
    return ContactFile(
        people,
        table.header,
        samples(table),
        used,
        [*table.remarks, *reader.remarks],
        fingerprint(table.header),
        reader.origin,
        problem,
    )


def _table(data: bytes, chosen: Mapping[str, str]) -> Table:
    if len(data) > MOST_BYTES:
        raise Unreadable(f"The file is larger than {MOST_BYTES // 1024**2} MB. Split it in two.")
    data, unpacked = archive.unpacked(data, most_bytes=MOST_BYTES)
    table = read_table(data, with_names(CONTACTS, chosen), most_bytes=MOST_BYTES)
    return with_header(replace(table, remarks=[unpacked, *table.remarks]) if unpacked else table)


def _refuse_without(match: Match) -> None:
    if not match.known.keys() & {"name", "first_name", "last_name"}:
        raise Unmatched("We can’t tell which column has people’s names. Choose the file with its header row.")


class _Reader:
    """What is the same for all rows of a file: where its columns are, and where it comes from."""

    def __init__(self, table: Table, match: Match) -> None:
        self.table = table
        self.all = {ours: [place, *match.others.get(ours, [])] for ours, place in match.known.items()}
        self.origin = "linkedin" if "met_on" in match.known else "cards" if "kind" in match.known else "table"
        read = {place for places in self.all.values() for place in places}
        unused = [name for place, name in enumerate(table.header) if name and place not in read]
        shown = ", ".join(unused[:12]) + (f" and {len(unused) - 12} more" if len(unused) > 12 else "")
        self.remarks = [f"We don’t use these columns: {shown}."] if unused else []

    def people(self) -> list[Person]:
        people = []
        for row in self.table:
            people.append(self._person(row))
            if len(people) > MOST_ROWS:
                raise Unreadable(f"The file has more than {MOST_ROWS:,} people. Split it, or leave some out.")
        if not people:
            raise Unreadable("The file has a header row, but no people below it.")
        return people

    def _person(self, row: Row) -> Person:
        cells = {ours: self._cell(row, ours) for ours in self.all}
        cells["note"] = wording.clean(row.cells[self.all["note"][0]]).strip() if "note" in self.all else ""
        cells["prefix"] = cells.get("prefix", "") or self._honorific(row)
        remarks, beside = list(row.remarks), ""
        for ours in NAMES & cells.keys():
            cells[ours], address = addresses.apart(cells[ours])
            beside = beside or address
        written, found = _named(cells)
        name = _full(found, cells.get("preferred_name", ""))
        if (tidied := _full(found, "")) != written and written:
            with_pronouns = f", {found.pronouns}" if found.pronouns else ""
            remarks.append(f"“{written[:80]}” is read as {tidied[:80]}{with_pronouns}".removesuffix(".") + ".")
        fields = {
            "name": name,
            "pronouns": cells.get("pronouns", "") or found.pronouns,
            "title": filled(cells.get("role", "")),
            "organization": filled(cells.get("organization", "")),
            "source": self._source(cells, remarks),
            "email": self._email(row, remarks) or beside,
            "phone": filled(cells.get("phone", "")),
            "linkedin": self._linkedin(row, remarks),
            "city": filled(cells.get("city", "")),
            "notes": cells["note"],
        }
        problem = row.problem or _problem(cells, written, found)
        return Person(
            number=row.number,
            fields=_cut(fields, remarks),
            key=key(found),
            first=wording.folded(found.given[0]) if found.given else "",
            family=wording.folded(" ".join(found.family)),
            remarks=remarks,
            problem=problem,
        )

    def _cell(self, row: Row, ours: str) -> str:
        """Return the first cell that says something of a field; of a list of Google’s in one cell, the first of it."""
        cells = (plain(wording.clean(row.cells[place])) for place in self.all[ours])
        said = (cell for written in cells for cell in written.split(" ::: ") if cell.strip())
        return next((cell for cell in said if ours != "role" or not _is_honorific(cell)), "")

    def _honorific(self, row: Row) -> str:
        """Return what a column “Title” says of how somebody is addressed: Mrs. or Dr., which is no role."""
        cells = (plain(row.cells[place]) for place in self.all.get("role", ()))
        return next(filter(_is_honorific, cells), "")

    def _source(self, cells: dict[str, str], remarks: list[str]) -> str:
        if self.origin != "linkedin":
            return "Your address book" if self.origin == "cards" else ""
        day = moment(cells["met_on"])
        if day is None and cells["met_on"]:
            remarks.append(f"“{cells['met_on'][:30]}” isn’t a date, so we left it out.")
        return f"LinkedIn, connected {times.full_date(day.date())}" if day else "LinkedIn"

    def _email(self, row: Row, remarks: list[str]) -> str:
        """Return the first address that mail can go to; say what was wrong with the rest."""
        written = [row.cells[place] for place in self.all.get("email", ()) if row.cells[place].strip()]
        good, reason = addresses.found_in(" ; ".join(written)) if written else ([], "")
        if len(good) > 1:
            remarks.append(f"More than one email. We use {good[0]}.")
        elif written and not good:
            said = reason or "It isn’t an email."
            remarks.append(f"“{plain(written[0])[:60]}” was left out. {said}")
        return good[0] if good else ""

    def _linkedin(self, row: Row, remarks: list[str]) -> str:
        for place in self.all.get("linkedin", ()):
            cell = row.cells[place]
            if address := next((address for part in cell.split() if (address := linkedin(part))), ""):
                return address
            if cell.strip() and "linkedin" in folded(self.table.header[place]):
                remarks.append(f"“{plain(cell)[:60]}” isn’t a LinkedIn address, so we left it out.")
        return ""


def key(found: PersonName) -> str:
    """Return what two ways of writing one name have in common: no accents, case, titles, degrees, nicknames."""
    return " ".join(found.words) or wording.folded(found.full)


def _named(cells: dict[str, str]) -> tuple[str, PersonName]:
    """Return the name as it is written, and taken apart; from cells of its own for first and last, if there are any."""
    first, last, whole = (cells.get(ours, "") for ours in ("first_name", "last_name", "name"))
    whole = whole or ("" if first or last else cells.get("preferred_name", ""))
    is_half = not (first and last) and len(whole.split()) > len(f"{first} {last}".split())
    if whole and (is_half or not (first or last)):
        return whole, person_name.read(whole)
    first = f"{cells.get('prefix', '')} {first}".strip()
    last = f"{last} {cells.get('suffix', '')}".strip()
    return f"{first} {last}".strip(), person_name.of_parts(first, last)


_WORD = re.compile(r"[^\W\d_][\w'’.-]*(?: [^\W\d_][\w'’.-]*)?")


def _full(found: PersonName, nickname: str) -> str:
    """Return the name in the order in which it is said, with what they are called where that is another word."""
    nickname = nickname if _WORD.fullmatch(nickname) and not found.preferred else found.preferred
    is_news = nickname and wording.folded(nickname) not in [wording.folded(word) for word in found.core]
    if not is_news or found.is_family_first or not (found.given and found.family):
        return found.full
    return " ".join((*found.titles, *found.given, f"“{nickname}”", *found.family, *found.suffixes))


def _problem(cells: dict[str, str], written: str, found: PersonName) -> str:
    """Return why this is nobody who can come in, or ""."""
    if kind := NO_PERSON.get(cells.get("kind", "")):
        return f"This card is {kind}, not a person."
    if not any(c.isalpha() for c in found.full):
        return "There’s no name."
    if "@" in written:
        return "There’s an email in place of a name."
    if not cells.get("first_name") and person_name.is_organization(written):
        return f"“{written[:80]}” looks like an {regions.spelled('organization')}."
    return ""


def _is_honorific(cell: str) -> bool:
    return cell.strip(" .").casefold() in HONORIFICS


def _cut(fields: dict[str, str], remarks: list[str]) -> dict[str, str]:
    for name, most in LONGEST.items():
        if len(fields[name]) > most:
            remarks.append(f"The {name} is too long. We kept the beginning.")
    return {name: value[: LONGEST.get(name)] for name, value in fields.items()}
