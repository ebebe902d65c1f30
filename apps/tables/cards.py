"""vCards 2.1, 3.0 and 4.0 as rows of text, one card a row under one header: what phones and address books hand out.

Where a card begins and ends is seen here, so that one broken card costs no other; its lines are unfolded and decoded by
vobject. Pictures, sounds and keys are passed over unread.
"""

import codecs
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from vobject.base import getLogicalLines, textLineToContentLine

from apps.tables.cells import linkedin
from apps.tables.delimited import Text
from apps.tables.records import Record

HEADER = (
    *("Name", "Prefix", "First name", "Middle name", "Last name", "Suffix", "Nickname", "Pronouns"),
    *("Email", "Phone", "Organization", "Job title", "LinkedIn", "City", "State", "Country", "Notes", "vCard kind"),
)
REMARK = "We read the file as contact cards. Each row is one card."
MOST_CHARACTERS = 64 * 1024  # of one card, without pictures
_MARK = re.compile(r"\s*(?:[\w-]+\.)?(?P<mark>BEGIN|END)\s*:\s*VCARD\s*", re.IGNORECASE)
_UNREAD = re.compile(r"(?:[\w-]+\.)?(?:PHOTO|LOGO|SOUND|KEY|X-[\w-]*(?:PHOTO|IMAGE|CERT)[\w-]*)[;:]", re.IGNORECASE)
_NESTS = re.compile(r"(?:[\w-]+\.)?AGENT\b[^:]*:\s*(?P<begin>BEGIN:VCARD)?\s*", re.IGNORECASE)
_TO_SHOUT = re.compile(r"\b(?:encoding|quoted-printable)\b", re.IGNORECASE)
_CHARSET = re.compile(rb"[^:]*;\s*CHARSET=\"?([\w-]{2,20})", re.IGNORECASE)
_UNKEPT = re.compile("[\x00\ud800-\udfff]")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


LINES_ABOVE = 20  # what a program may write above the first card


def is_one(text: Text) -> bool:
    """Whether a file of text holds cards: the first begins it, or stands below a few lines of a program."""
    lines = text.opening.lstrip("\ufeff \t\r\n").splitlines()[:LINES_ABOVE]
    return any((mark := _MARK.fullmatch(line)) and mark["mark"].upper() == "BEGIN" for line in lines)


@dataclass
class _Card:
    """The lines of a card so far."""

    number: int
    line: int  # of the file, where it begins
    lines: list[str] = field(default_factory=list)
    size: int = 0
    nested: int = 0  # cards within it that are open: of an assistant, passed over
    is_passed_over: bool = False  # the property of the last line
    is_open: bool = True

    def take(self, line: str) -> None:
        if line[:1] not in (" ", "\t") and not (self.is_passed_over and ":" not in line):
            self.is_passed_over = bool(_UNREAD.match(line))
        if not self.is_passed_over and self.size <= MOST_CHARACTERS:
            self.lines.append(line)
        if not self.is_passed_over:
            self.size += len(line) + 1


def records(text: Text) -> Iterator[Record]:
    """Yield each card as a record; one that cannot be read has a problem."""
    card, count = None, 0
    for number, line in enumerate(_lines(text), start=1):
        mark = _MARK.fullmatch(line)
        if mark and mark["mark"].upper() == "END" and card:
            card.nested -= 1
            if card.nested < 0:
                card.is_open = False
                yield _record(card)
                card = None
        elif mark and mark["mark"].upper() == "BEGIN":
            if card and (card.nested or (card.lines and _NESTS.fullmatch(card.lines[-1]))):
                card.nested += 1
                continue
            if card:
                yield _record(card)
            count += 1
            card = _Card(count, number)
        elif card and not card.nested:
            card.take(line)
            nests = _NESTS.fullmatch(line)
            card.nested += bool(nests and nests["begin"])
    if card:
        yield _record(card)


def _lines(text: Text) -> Iterator[str]:
    """Yield the lines of a file; where it is not UTF-8, each in the charset that its property names."""
    if not text.is_mixed:
        yield from text.lines()
        return
    charset = ""
    for line in text.data.removeprefix(codecs.BOM_UTF8).splitlines():
        if line[:1] not in (b" ", b"\t"):
            named = _CHARSET.match(line.partition(b":")[0])
            charset = named[1].decode() if named else ""
        yield _decoded(line, charset)


def _decoded(line: bytes, charset: str) -> str:
    for encoding in filter(None, (charset, "utf-8", "cp1252")):
        try:
            return line.decode(encoding)
        except (UnicodeError, LookupError):
            continue
    return line.decode("cp1252", "replace")


def _record(card: _Card) -> Record:
    problem = ""
    if card.is_open:
        problem = f"This card starts in line {card.line} and doesn’t end."
    elif card.size > MOST_CHARACTERS:
        problem = "This card is longer than 64 KB without its pictures."
    cells, remarks = _cells(card.lines) if not problem else ([""] * len(HEADER), [])
    return Record(card.number, card.line, cells, card.size, problem=problem, remarks=tuple(remarks))


@dataclass
class _Line:
    """One property of a card, decoded; its value still has backslashes."""

    name: str
    value: str
    types: frozenset[str]  # HOME, PREF, CELL
    user: str = ""
    rank: int = 1  # 1 is preferred most: PREF=2 of a card of version 4.0


def _cells(lines: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the cells under HEADER, and what could not be read."""
    found: dict[str, list[_Line]] = {}
    remarks = []
    for written in _unfolded(lines):
        try:
            line = _line(written)
        except Exception:  # a line may be broken in a dozen ways; the library does not say in which
            remarks.append(f"We can’t read “{written[:40]}”. It’s left out.")
            continue
        found.setdefault(line.name, []).append(line)
    family, given, middle, prefix, suffix, *_ = (*_fields(found, "N"), *[""] * 5)
    _, _, _, city, region, _, country, *_ = (*_fields(found, "ADR"), *[""] * 7)
    cells = [
        *(_first(found, "FN"), prefix, given, middle, family, suffix, _first(found, "NICKNAME")),
        _first(found, "PRONOUNS", "X-PRONOUNS"),
        "; ".join(_plain(line.value).removeprefix("mailto:") for line in _preferred(found, "EMAIL")),
        _phone(found),
        next(iter(_fields(found, "ORG")), ""),
        _first(found, "TITLE", "ROLE"),
        _linkedin(found),
        *(city, region, country),
        "\n".join(_plain(line.value) for line in found.get("NOTE", [])),
        _kind(found),
    ]
    return cells, remarks


def _unfolded(lines: Sequence[str]) -> Iterator[str]:
    for written, _ in getLogicalLines(io.StringIO("\n".join(lines)), allowQP=True):
        yield written


def _line(written: str) -> _Line:
    """Read one property. Raises whatever the library does for a broken one."""
    params, colon, value = written.partition(":")
    content = textLineToContentLine(_TO_SHOUT.sub(lambda found: found[0].upper(), params) + colon + value)
    types = [*content.singletonparams, *content.params.get("TYPE", []), *(["PREF"] if "PREF" in content.params else [])]
    words = {word.strip().upper() for kind in types for word in kind.split(",")}
    user, rank = (next(iter(content.params.get(name, [])), "") for name in ("X-USER", "PREF"))
    return _Line(content.name, content.value, frozenset(words), user, int(rank) if rank.isdecimal() else 1)


def _plain(value: str) -> str:
    """Take the backslashes off: a line break, a comma, a semicolon; and what an encoding hid that no database keeps."""
    shown = _UNKEPT.sub("", _ESCAPED.sub(lambda found: "\n" if found[1] in "nN" else found[1], value))
    return shown.replace("\r\n", "\n").strip()


def _fields(found: dict[str, list[_Line]], name: str) -> list[str]:
    """Return the parts of the first property of this name: last; first; middle of a name."""
    line = next(iter(_preferred(found, name)), None)
    return [_plain(part) for part in re.split(r"(?<!\\);", line.value)] if line else []


def _first(found: dict[str, list[_Line]], *names: str) -> str:
    values = (_plain(line.value) for name in names for line in found.get(name, []))
    return next((value for value in values if value), "")


def _preferred(found: dict[str, list[_Line]], name: str) -> list[_Line]:
    """Return the properties of this name, a preferred one first."""
    return sorted(found.get(name, []), key=lambda line: ("PREF" not in line.types, line.rank))


def _phone(found: dict[str, list[_Line]]) -> str:
    lines = sorted(_preferred(found, "TEL"), key=lambda line: not line.types & {"CELL", "PREF", "IPHONE"})
    return next((_plain(line.value).removeprefix("tel:") for line in lines if "FAX" not in line.types), "")


def _linkedin(found: dict[str, list[_Line]]) -> str:
    names = ("URL", "X-SOCIALPROFILE", "SOCIALPROFILE", "X-LINKEDIN", "IMPP")
    lines = [line for name in names for line in found.get(name, [])]
    address = next((address for line in lines if (address := linkedin(_plain(line.value)))), "")
    users = (line.user for line in lines if "LINKEDIN" in line.types and line.user)
    return address or next((f"https://www.linkedin.com/in/{user}" for user in users), "")


def _kind(found: dict[str, list[_Line]]) -> str:
    """Return company or group, where the card is not of a person."""
    kind = _first(found, "KIND", "X-ADDRESSBOOKSERVER-KIND").lower()
    shown = _first(found, "X-ABSHOWAS").lower()
    if shown == "company" or kind == "org" or _is_named_by_its_organization(found):
        return "company"
    return kind if kind in ("group", "location") else ""


def _is_named_by_its_organization(found: dict[str, list[_Line]]) -> bool:
    """Whether nobody is named on a card but where they work: how phones keep a shop."""
    place = next(iter(_fields(found, "ORG")), "")
    return bool(place) and not any(_fields(found, "N")) and _first(found, "FN") in ("", place)
