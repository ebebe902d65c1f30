"""One row of an advancement office's export, read into our own words.

It knows their habits: "Last, First" with stray spaces, Yes and No in many words, several e-mail addresses in one cell.
How a year, a day or a degree is written is tables/cells.py's, and what becomes of a row imports.py's. Nothing here
touches the database.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from apps.accounts.models import known_zone
from apps.alumni import places
from apps.alumni.models import Help
from apps.tables.cells import moment, subjects, years
from apps.wording.text import folded

HELPS = {
    "informational interview": Help.TALK,
    "conversation": Help.TALK,
    "talk": Help.TALK,
    "resume review": Help.RESUME,
    "resume": Help.RESUME,
    "cv review": Help.RESUME,
    "job shadow": Help.SHADOW,
    "job shadowing": Help.SHADOW,
    "shadow": Help.SHADOW,
    "mock interview": Help.MOCK,
    "practice interview": Help.MOCK,
    "career panel": Help.PANEL,
    "panel": Help.PANEL,
    "referral": Help.REFERRAL,
    "introductions": Help.REFERRAL,
}
YES, NO = {"y", "yes", "true", "1", "x", "opt-in", "in"}, {"n", "no", "false", "0", "opt-out", "out"}
OLDEST_CLASS = 1920
HONORIFICS = {
    "mr",
    "mrs",
    "ms",
    "miss",
    "mx",
    "dr",
    "prof",
    "professor",
    "rev",
    "reverend",
    "hon",
    "sir",
    "fr",
    "sr",
    "rabbi",
}


type Cells = Mapping[str, str]  # our column -> what stands in the cell
type Values = dict[str, Any]  # field of AlumniProfile -> its value


@dataclass(slots=True)
class Row:
    """One person as the file has them. `notes` are sentences about what was left out or is unclear."""

    number: int  # as a spreadsheet counts: the header is row 1
    external_id: str
    name: str
    values: Values = field(default_factory=dict)
    wants_listing: bool | None = None
    is_do_not_contact: bool = False
    is_deceased: bool = False
    updated_at: datetime | None = None  # as the file says; in `values` there is the day
    notes: list[str] = field(default_factory=list)
    skipped: str = ""  # why this row is left out altogether


def read_row(number: int, cells: Cells, *, now: datetime, default_zone: str) -> Row:
    """Read one row, given as {our column: text}. Never raises for what stands in a cell; it says so in `notes`."""
    notes: list[str] = []
    name, sort_key = _names(cells)
    row = Row(number, _line(cells.get("external_id", ""))[:40], name, notes=notes)
    row.is_do_not_contact = _yes_or_no(cells, "do_not_contact") is True
    row.is_deceased = _yes_or_no(cells, "deceased") is True
    row.wants_listing = _yes_or_no(cells, "opt_in")
    row.skipped = _why_unusable(row)
    row.updated_at = moment(cells.get("source_updated_on", ""))
    country = _country(cells, notes)
    region = _line(cells.get("region", ""))[:80]
    degrees = _line(cells.get("degrees", ""))
    row.values = {
        "name": name,
        "sort_key": sort_key,
        "preferred_name": _line(cells.get("preferred_name", ""))[:80],
        "pronouns": _line(cells.get("pronouns", ""))[:40],
        "email": _email(cells.get("email", ""), notes),
        "phone": _line(cells.get("phone", ""))[:60],
        "linkedin": _linkedin(cells.get("linkedin", ""), notes),
        "class_year": _class_year(cells.get("class_year", ""), now, notes),
        "degrees": degrees[:300],
        "majors": _majors(cells.get("degrees", ""), cells.get("majors", "")),
        "employer": _line(cells.get("employer", ""))[:160],
        "title": _role(cells.get("title", ""))[:160],
        "field": _line(cells.get("field", ""))[:80],
        "city": _line(cells.get("city", ""))[:80],
        "region": region,
        "country": country,
        "time_zone": _zone(cells.get("time_zone", ""), country, region, default_zone, notes),
        "helps": _helps(cells.get("helps", ""), notes),
        "monthly_cap": _cap(cells.get("monthly_cap", ""), notes),
        "office_notes": cells.get("office_notes", "").replace("\r\n", "\n").strip(),
        "source_updated_on": row.updated_at.date() if row.updated_at else None,
    }
    if row.updated_at is None and (date := _line(cells.get("source_updated_on", ""))):
        notes.append(f"“{date[:30]}” is not a date. It is left out.")
    return row


def _line(text: str) -> str:
    """One line, without stray spaces."""
    return " ".join(text.split())


def _why_unusable(row: Row) -> str:
    if not row.external_id:
        return "There is no Constituent ID."
    if not row.name:
        return "There is no name."
    return ""


def _names(cells: Cells) -> tuple[str, str]:
    """Return the name as people say it and the key it sorts by: "  Núñez, Ana " -> ("Ana Núñez", "nunez ana")."""
    last, first = _line(cells.get("last_name", "")), _line(cells.get("first_name", ""))
    suffix = ""
    if not last:
        parts = [_line(part) for part in cells.get("name", "").split(",")]
        if len(parts) == 1:
            words = parts[0].split()
            last, first = (words[-1] if words else ""), " ".join(words[:-1])
        else:
            last, first, suffix = parts[0], parts[1], " ".join(parts[2:])
    name = _line(f"{first} {last} {suffix}")[:150]
    return name, _line(folded(f"{last} {first} {suffix}"))[:150]


def _yes_or_no(cells: Cells, column: str) -> bool | None:
    """True, False, or None where the cell is empty or says something else."""
    text = folded(cells.get(column, ""))
    return True if text in YES else False if text in NO else None


def says_no(text: str) -> bool:
    """Whether a cell is empty or clearly No."""
    return not text.strip() or folded(text) in NO


def _email(text: str, notes: list[str]) -> str:
    """Return the first address that is one; say what was wrong with the rest."""
    parts = [part.strip(" <>") for part in re.split(r"[;,\s]+(?=\S*@)|[;,]", text) if part.strip(" <>")]
    good = [part for part in parts if _is_address(part)]
    if len(good) > 1:
        notes.append(f"Two e-mail addresses: {good[0]} is used, {', '.join(good[1:])} is not.")
    elif parts and not good:
        notes.append(f"“{_line(text)[:60]}” is not an e-mail address. It is left out.")
    return good[0][:254] if good else ""


def _is_address(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


def _linkedin(text: str, notes: list[str]) -> str:
    text = text.strip()
    if not text:
        return ""
    address = text if "://" in text else f"https://{text}"
    if not re.match(r"^https?://([a-z]{2,3}\.)?linkedin\.com/\S+$", address) or len(address) > 200:
        notes.append(f"“{_line(text)[:60]}” is not a LinkedIn address. It is left out.")
        return ""
    return address


def _role(text: str) -> str:
    """Return a role; a column “Title” may hold Mrs. and Dr. instead, which are none."""
    text = _line(text)
    return "" if text.strip(" .").casefold() in HONORIFICS else text


def _class_year(text: str, now: datetime, notes: list[str]) -> int | None:
    found = years(text, earliest=OLDEST_CLASS, latest=now.year + 8)
    if len(found) > 1:
        notes.append(f"“{_line(text)[:40]}” names several class years. {found[0]} is used.")
    if text.strip() and not found:
        notes.append(f"“{_line(text)[:20]}” is not a class year. It is left out.")
    return found[0] if found else None


def _majors(degrees: str, stated: str) -> list[str]:
    """Return each subject once, from "BS Biology 1988; PhD Physics 1992" or a column of their own."""
    found = [_line(part) for part in stated.split(";")] if stated.strip() else subjects(degrees)
    return list(dict.fromkeys(major[:80] for major in found if major))


def _country(cells: Cells, notes: list[str]) -> str:
    text = _line(cells.get("country", ""))
    code = places.country_code(text)
    if text and not code:
        notes.append(f"We do not know the country “{text[:40]}”. It is left out.")
    return code


def _zone(text: str, country: str, region: str, default_zone: str, notes: list[str]) -> str:
    """Return the zone of the file, else the one of the place, else the office's own."""
    text = text.strip()
    if _is_zone(text):
        return text
    if text:
        notes.append(f"“{text[:40]}” is not a time zone. The one of the place is used.")
    return places.zone_of(country, region) or default_zone


@lru_cache(1000)  # a file names few zones, and asking for all known ones takes long
def _is_zone(text: str) -> bool:
    try:
        known_zone(text)
    except ValidationError:
        return False
    return True


@lru_cache(1000)
def _folded(text: str) -> str:
    return folded(text)


def _helps(text: str, notes: list[str]) -> list[str]:
    parts = [_line(part) for part in text.split(";") if part.strip()]
    unknown = [part for part in parts if _folded(part) not in HELPS]
    if unknown:
        notes.append(f"We have no word for “{unknown[0][:40]}” among what they offer.")
    offered = {HELPS[_folded(part)] for part in parts if _folded(part) in HELPS}
    return [value for value in Help.values if value in offered]


def _cap(text: str, notes: list[str]) -> int | None:
    text = text.strip()
    if not text:
        return None
    if text.isdecimal() and int(text) <= 99:
        return int(text)
    notes.append(f"“{text[:20]}” is not a number of requests. The office's own limit is used.")
    return None
