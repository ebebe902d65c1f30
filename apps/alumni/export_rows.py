"""One row of an advancement office's export, read into our own words.

It knows their habits: "Last, First" with stray spaces, Yes and No in many words, several e-mail addresses in one cell.
How a year, a day or a degree is written is tables/cells.py's, and what becomes of a row import_verdicts.py's. Nothing
here touches the database. A file says few things very often: what a cell means is worked out once for each text.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from apps.alumni import places
from apps.alumni.models import Help
from apps.tables.cells import linkedin, moment, phone, subjects, years
from apps.web import addresses
from apps.wording import person_name
from apps.wording.person_name import PersonName
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
YES = {"y", "yes", "true", "1", "x"}
# What says clearly No, in a column where a No that was meant otherwise would reach somebody whom it must not.
NO = {
    *("n", "no", "false", "f", "0", "none", "null", "nil", "na", "n a", "nein", "non", "off", "unchecked", "blank"),
    *("living", "alive", "not deceased", "not dead", "still living"),
    *("ok", "okay", "okay to contact", "ok to contact", "may contact", "may be contacted", "can contact", "contact ok"),
    *("open to contact", "allowed", "not on file", "no date", "no preference", "no preferences"),
    *("can be contacted", "no restriction", "no restrictions", "no restrictions on contact", "contact allowed"),
    *("not applicable", "not set", "none on file", "nope", "lebt", "lebend", "vivant", "vivante", "vivo", "viva"),
}
LISTED = {
    *("opt in", "opted in", "optin", "in", "t", "on", "checked", "list", "listed", "list me", "include", "included"),
    *("agree", "agreed", "accept", "accepted", "consent", "consented", "consent given", "granted", "public", "ok"),
    *("yes please", "yes thanks", "yes thank you", "si", "oui", "ja", "sim"),
}
SAYS_LISTED = YES | LISTED
NOT_LISTED = {
    *("n", "no", "false", "f", "0", "none", "never", "off", "unchecked", "opt out", "opted out", "optout", "out"),
    *("declined", "decline", "refused", "do not list", "dont list", "not listed", "unlisted", "hide", "hidden"),
    *("exclude", "excluded", "remove", "removed", "unsubscribed", "private", "no thanks", "no thank you", "withdrawn"),
    *("revoked", "no consent", "not given", "nein", "non", "disagree", "disagreed", "objects", "objected"),
}
TICKS = {"✓", "✔", "☑", "☒", "√", "✅"}
OPTED_OUT = re.compile(  # however they go on; who has not answered has not said No
    r"(?:do not|dont|never|opt(?:ed)? ?out|remove|exclude|unsubscribed?|no|not)\b"
    r"(?! (?:know|yet|sure|asked|applicable|available|provided|set|answer|answered|response"
    r"|reply|data|record|info|preference|date|value|entry)\b)"
)
OPTED_IN_WHEN = re.compile(
    r"(?:opt(?:ed)?[ -]?in|yes|y|listed|consented|agreed)\W+(?:(?:on|in|since)\W+)?(?P<when>.*\d.*)"
)
NOTHING = re.compile(  # an empty date, also as a spreadsheet writes none, a dash, an empty box
    r"[0\s/.:_–—-]+|[\W_]*[☐□][\W_]*|\[\s*\]|0?1/0?0/1900|1900-01-00|0?0[./-]0?1[./-]1900"
)
BLANK = {"n/a", "n.a.", "#n/a", "#ref!", "#value!", "null", "(null)", "none", "(none)", "nil", "(blank)", "blank"} | {
    *("unknown", "not applicable", "not available", "not provided", "not specified", "unspecified", "tbd", "?", "??")
}
A_DAY = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}\b.*|\d{1,2}\.? ?[a-z]{3,9},? \d{2,4}|[a-z]{3,9} \d{1,2},? \d{2,4}")
LETTER = re.compile(r"[^\W_]")
OLDEST_CLASS = 1920
_BORN = re.compile(r"(?<!\w)(?:née?|nee|born|formerly|fka)\s+(?P<name>[^\d,;()]+)", re.IGNORECASE)
HONORIFICS = {  # that say how somebody is addressed and nothing of what they do: Professor and Rabbi are work as well
    "mr",
    "mrs",
    "ms",
    "miss",
    "mx",
    "dr",
    "prof",
    "rev",
    "hon",
    "sir",
    "fr",
    "sr",
}


type Cells = dict[str, str]  # our column -> what stands in the cell; "" where the file has no such column
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


class Said[Value](NamedTuple):
    """What a cell means, and sentences about what was left out of it or is unclear."""

    value: Value
    remarks: tuple[str, ...] = ()


def read_row(number: int, cells: Cells, *, now: datetime, default_zone: str) -> Row:
    """Read one row, given with every column. Never raises for what stands in a cell; it says so in `notes`."""
    name, sort_key, found = _named(cells)
    is_do_not_contact = _marked(cells["do_not_contact"], "Do Not Contact")
    is_deceased = _deceased(cells, is_plain=found is _NOTHING_ELSE)
    wants = wants_listing(cells["opt_in"])
    place = _place(cells["country"], cells["region"], cells["city"], cells["time_zone"], default_zone)
    email, linkedin_ = _email(cells["email"]), _linkedin(cells["linkedin"])
    class_year = _class_year(cells["class_year"], now.year + 8)
    helps, cap = _helps(cells["helps"]), _cap(cells["monthly_cap"])
    updated_at = _updated_at(cells["source_updated_on"])
    degrees, majors = _studies(cells["degrees"], cells["majors"])
    values = {
        "name": name,
        "sort_key": sort_key,
        "preferred_name": (_preferred(cells["preferred_name"]) or found.preferred)[:80],
        "middle_name": _middle_name(cells["middle_name"], name) if cells["middle_name"] else "",
        "former_name": _former_name(cells["former_name"], found),
        "pronouns": (_line(cells["pronouns"]) or found.pronouns)[:40],
        "email": email.value,
        "phone": filled(phone(cells["phone"]))[:60],
        "linkedin": linkedin_.value,
        "class_year": class_year.value,
        "degrees": degrees[:300],
        "majors": [*majors],
        "employer": filled(cells["employer"])[:160],
        "title": _role(cells["title"])[:160],
        "field": _usual(cells["field"])[:80],
        "city": place.city,
        "region": place.region,
        "country": place.country,
        "time_zone": place.zone,
        "helps": [*helps.value],
        "monthly_cap": cap.value,
        "office_notes": _lines(cells["office_notes"]),
        "source_updated_on": updated_at.value and updated_at.value.date(),
    }
    notes = [
        *(*is_do_not_contact.remarks, *is_deceased.remarks, *wants.remarks, *place.of_country, *email.remarks),
        *(*linkedin_.remarks, *class_year.remarks, *place.of_zone, *helps.remarks, *cap.remarks, *updated_at.remarks),
    ]
    key = external_id(cells["external_id"])
    return Row(
        number,
        key,
        name,
        values,
        wants_listing=wants.value,
        is_do_not_contact=is_do_not_contact.value,
        is_deceased=is_deceased.value,
        updated_at=updated_at.value,
        notes=notes,
        skipped="" if key and name and not _is_foot(key) else _why_unusable(key),
    )


def external_id(text: str) -> str:
    """Return a Constituent ID as it is kept."""
    key = _line(text)
    if key[:1] == "'" or key[-2:] == ".0" or not key.isascii():  # as spreadsheets write them; few are
        key = re.sub(r"^(\d+)\.0+$", r"\1", unicodedata.normalize("NFKC", key).lstrip("'"))
    return key[:40]


def has_name(cells: Cells) -> bool:
    """Whether a row names somebody, looked at closely: where a letter stands in its name, it does."""
    return bool(_parted(cells).full)


def _line(text: str) -> str:
    """One line, without stray spaces."""
    return " ".join(text.split()) if text else ""


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").strip() if text else ""


def filled(text: str) -> str:
    """One line, or "" where the cell only says in a word that nothing is known."""
    line = _line(text)
    return "" if not line or line.casefold() in BLANK or not line.strip("-–—_./* ") else line


_usual = lru_cache(8192)(filled)  # of a column where many say the same


@lru_cache(8192)
def _preferred(text: str) -> str:
    """Return what somebody is called, without the quotation marks around a nickname."""
    text = filled(text)
    return text[1:-1].strip() if text[:1] in QUOTES and text[-1:] in QUOTES and len(text) > 2 else text


QUOTES = "\"'“”„‘’«»"
_FOOT = re.compile(  # of a report, below its rows
    r"\W*(?:(?:grand|sub|report|overall|record|row)[ -]?)?"
    r"(?:totals?|counts?|sum|average|end of (?:report|file|data|list))\b",
    re.IGNORECASE,
)


def _is_foot(key: str) -> bool:
    return not key[-1:].isdigit() and _FOOT.match(key) is not None


def _why_unusable(key: str) -> str:
    if _is_foot(key):
        return "This is the end of a report, and no person."
    return "There is no name." if key else "There is no Constituent ID."


def _parted(cells: Cells) -> PersonName:
    """Return the name taken apart, from cells of its own for first and last where there are any."""
    first, last, name = (_DIED_IN_NAME.sub(" ", cells[ours]) for ours in ("first_name", "last_name", "name"))
    return person_name.of_parts(first, last) if first or last else person_name.read(name)


_DIED_IN_NAME = re.compile(  # Doe, Jane (Deceased); †Doe, Jane; the late Jane Doe
    r"[†‡✝✞]|^\s*(?:the late|estate of)\s|[(\[*–—-]*\s*(?<!\w)(?:deceased|dec['’]?d|r\.i\.p\.?)(?!\w)\.?\s*[)\]*]*",
    re.IGNORECASE,
)


def _deceased(cells: Cells, *, is_plain: bool) -> "Said[bool]":
    """Whether somebody has died, by the column or by their very name."""
    by_column = _marked(cells["deceased"], "Deceased")
    names = () if is_plain or by_column.value else (cells["name"], cells["first_name"], cells["last_name"])
    said = next(filter(None, map(_DIED_IN_NAME.search, names)), None)
    return Said(True, (f"“{said[0].strip()}” in the name counts as Deceased.",)) if said else by_column


def _named(cells: Cells) -> tuple[str, str, PersonName]:
    """Return the name as it is said, what it sorts by, and what else stands in it."""
    first, last = cells["first_name"], cells["last_name"]
    if not (first or last):
        last, comma, first = cells["name"].partition(", ")
        if not comma:
            first, _, last = last.removeprefix("Our ").partition(" ")  # Our Rosa
    if person_name.is_plain_word(first) and person_name.is_plain_word(last) and not cells["former_name"]:
        return f"{first} {last}"[:150], f"{last} {first}".lower()[:150], _NOTHING_ELSE
    found = _parted(cells)
    return found.full[:150], found.sort_key[:150], found


_NOTHING_ELSE = PersonName()


def _middle_name(text: str, name: str) -> str:
    """Return the middle names of their own column that the name does not have already, to find somebody by."""
    named = {folded(word) for word in name.split()}
    return " ".join(word for word in filled(text).split() if folded(word) not in named)[:80]


def _former_name(text: str, now: PersonName) -> str:
    """Return the name they had before, or "" where the column says nothing or repeats the name of today."""
    if not text and not now.label:
        return ""
    said = _BORN.search(now.label)  # Jane Doe née Smith
    former = _line(text).strip("() ") or (said["name"] if said else "")
    former = _BORN.sub(r"\g<name>", former).strip()[:150]
    if not former:
        return ""
    is_same = folded(former) in (folded(" ".join(now.family)), folded(now.full))
    return "" if is_same or says_no(former) else former


def says_no(text: str) -> bool:
    """Whether a cell is empty or clearly No."""
    text = text.strip()
    if not text or NOTHING.fullmatch(text) is not None or _said(text) in NO:
        return True
    parts = [part for part in re.split(r"[-–—(),;/]", text) if part.strip()]  # No (living)
    return len(parts) > 1 and all(_said(part) in NO for part in parts)


@lru_cache(1000)  # a file says the same few words again and again
def _said(text: str) -> str:
    """Return what a cell says in plain words: no signs, no ".0" of a spreadsheet."""
    plain = re.sub(r"['’.\ufe0f]", "", re.sub(r"\.0+$", "", folded(text)))
    return " ".join(re.sub(r"[\W_]+", " ", plain).split())


DIED = {"d", "dec", "decd", "dcsd", "dead", "died", "deceased", "death", "x deceased"}


def says_died(text: str) -> bool:
    """Whether the status of a record, which says other things as well, says that somebody has died."""
    said = _said(text)
    return said in DIED or (bool({"deceased", "died"} & {*said.split()}) and said not in NO)


def turn_round(cells: Cells) -> None:
    """Say what a column says the other way round (Living: No) as the one that nobody may overlook would say it."""
    living, may_contact, opt_out = cells["living"], cells["may_contact"], cells["opt_out"]
    if says_no(cells["deceased"]) and (says_died(living) or wants_listing(living).value is False):
        cells["deceased"] = f"Living: {living}"
    if says_no(cells["do_not_contact"]) and wants_listing(may_contact).value is False:
        cells["do_not_contact"] = f"May contact: {may_contact}"
    if not says_no(opt_out):
        cells["opt_in"] = "No"


@lru_cache(8192)
def _marked(text: str, label: str) -> Said[bool]:
    """Whether a column says what nobody may overlook. Anything but a clear No does: a date, a reason, a code."""
    if says_no(text):
        return Said(False)
    if _said(text) in YES or text.strip() in TICKS:
        return Said(True)
    return Said(True, (f"“{_line(text)[:40]}” under {label} counts as Yes.",))


@lru_cache(1000)
def wants_listing(text: str) -> Said[bool | None]:
    """True, False, or None where nothing is said, or nothing that is a clear Yes or No: nobody is listed by a guess."""
    said, shown = _said(text).removeprefix("i "), f"“{_line(text)[:40]}” under Directory Opt-In"
    if said in NOT_LISTED or OPTED_OUT.match(said):
        return Said(False)
    if said in SAYS_LISTED or text.strip(" \ufe0f") in TICKS:
        return Said(True)
    if (when := OPTED_IN_WHEN.fullmatch(folded(text))) and _is_when(when["when"].strip("() ")):
        return Said(True, (f"{shown} is read as Yes.",))
    if A_DAY.fullmatch(folded(text)):
        return Said(True, (f"{shown} counts as Yes, given on that day.",))
    if text.strip():
        return Said(None, (f"{shown} is neither Yes nor No. We’ll ask them first.",))
    return Said(None)


def _is_when(text: str) -> bool:
    return (
        moment(text) is not None
        or re.fullmatch(r"(?:(?!until|till|through|before)[a-z]{3,9} )?(?:19|20)\d\d", text) is not None
    )


def _email(text: str) -> Said[str]:
    """Return the first address that mail can go to; say what was wrong with the rest."""
    if not text or not text.strip():
        return NO_TEXT
    good, reason = addresses.found_in(text)
    if good and good[0] != text and (said := _UNUSABLE.search(text)):
        return Said("", (f"“{_line(text)[:60]}” is left blank. It says “{said[0]}”.",))
    if good and good[0].partition("@")[0].lower() in _NO_ONE:
        return Said("", (f"“{good[0][:60]}” stands for no address. It’s left blank.",))
    if len(good) > 1:
        return Said(good[0], (f"Two email addresses: {good[0]} is used, {', '.join(good[1:])} isn’t.",))
    if good:
        return Said(good[0])
    left = f"“{_line(text)[:60]}” is left blank. {reason}" if reason else ""
    return Said("", (left or f"“{_line(text)[:60]}” isn’t an email address. It’s left blank.",))


_UNUSABLE = re.compile(  # beside an address
    r"(?<![\w@.])(?:invalid|bounced?|bouncing|bad|undeliverable|inactive|wrong|returned|do not \w+|don['’]t \w+)"
    r"(?![\w@.])",
    re.IGNORECASE,
)
_NO_ONE = {
    "none",
    "noemail",
    "no-email",
    "no.email",
    "no_email",
    "nomail",
    "noaddress",
    "unknown",
    "null",
    "n/a",
    "na",
} | {
    *("noreply", "no-reply", "no_reply", "donotreply", "do-not-reply", "donotemail", "notprovided", "nobody"),
}


def _linkedin(text: str) -> Said[str]:
    if not text or not text.strip():
        return NO_TEXT
    address = linkedin(text)
    return Said(address, () if address else (f"“{_line(text)[:60]}” isn’t a LinkedIn address. It’s left blank.",))


NO_TEXT = Said("")


@lru_cache(8192)
def _role(text: str) -> str:
    """Return a role; a column “Title” may hold Mrs. and Dr. instead, which are none."""
    text = filled(text)
    parts = [part for part in re.split(r"[\s.&/]+|\band\b", text.casefold()) if part]
    return "" if parts and HONORIFICS.issuperset(parts) else text


@lru_cache(1000)
def _class_year(text: str, latest: int) -> Said[int | None]:
    found = years(text, earliest=OLDEST_CLASS, latest=latest)
    if len(found) > 1:
        return Said(found[0], (f"“{_line(text)[:40]}” has more than one class year. {found[0]} is used.",))
    if text.strip() and not found:
        return Said(None, (f"“{_line(text)[:20]}” isn’t a class year. It’s left blank.",))
    return Said(found[0] if found else None)


@lru_cache(8192)
def _studies(degrees: str, stated: str) -> tuple[str, tuple[str, ...]]:
    return filled(degrees), tuple(majors_of(degrees, stated))


def majors_of(degrees: str, stated: str) -> list[str]:
    """Return each subject once, from "BS Biology 1988; PhD Physics 1992" or a column of their own."""
    found = [filled(part) for part in stated.split(";")] if filled(stated) else subjects(filled(degrees))
    return list(dict.fromkeys(major[:80] for major in found if major))


class _Place(NamedTuple):
    city: str
    region: str
    country: str
    zone: str
    of_country: tuple[str, ...]  # remarks
    of_zone: tuple[str, ...]


@lru_cache(8192)  # many live in few places
def _place(country: str, region: str, city: str, time_zone: str, default_zone: str) -> _Place:
    country, region, city, time_zone = map(filled, (country, region, city, time_zone))
    of_country: list[str] = []
    of_zone: list[str] = []
    if "," in city and not region:
        city, region, country = places.parted(city, country)
    code = _country(country, of_country)
    zone = _zone(time_zone, country, code, region, city, default_zone, of_zone)
    return _Place(city[:80], region[:80], code, zone, tuple(of_country), tuple(of_zone))


def _country(written: str, notes: list[str]) -> str:
    text = _line(written)
    code = places.country_code(text)
    if text and not code:
        notes.append(f"We don’t know the country “{text[:40]}”. It’s left blank.")
    return code


def _zone(written: str, land: str, country: str, region: str, city: str, default_zone: str, notes: list[str]) -> str:
    """Return the zone of the file, else the one of the place, else the office's own, and say so."""
    found = places.find_zone(_line(written), country, _line(region), _line(city), default_zone, _line(land))
    if found.remark:
        notes.append(found.remark)
    return found.zone


@lru_cache(1000)
def _helps(text: str) -> Said[tuple[str, ...]]:
    """Return what they offer, and remarks."""
    parts = [_line(part) for part in text.split(";") if part.strip()]
    unknown = [part for part in parts if folded(part) not in HELPS]
    remarks = (f"“{unknown[0][:40]}” isn’t something we can list under what they offer.",) if unknown else ()
    offered = {HELPS[folded(part)] for part in parts if folded(part) in HELPS}
    return Said(tuple(value for value in Help.values if value in offered), remarks)


@lru_cache(1000)
def _cap(text: str) -> Said[int | None]:
    text = text.strip()
    if not text:
        return Said(None)
    if text.isdecimal() and len(text) < 4 and int(text) <= 99:
        return Said(int(text))
    return Said(None, (f"“{text[:20]}” isn’t a number of requests. The office’s limit is used.",))


@lru_cache(8192)
def _updated_at(text: str) -> Said[datetime | None]:
    found, date = moment(text), _line(text)
    return Said(found, (f"“{date[:30]}” isn’t a date. It’s left blank.",) if date and found is None else ())
