"""Whether two entries of one student's network are one person: by mail, by LinkedIn address, by name.

Pure: it compares what was written, and asks no database. `Contact.twin_key` says what stands on a contact,
`Contact.objects.like(key)` finds those that may be the same, `find` says which is and by what sign. Who reads many
lines makes one `Known` of everybody who is there and asks that.

A mail or a profile belongs to one person, so these are certain. Two people may share a name: that is only a likeness,
and whoever types says which it is.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import IntEnum
from typing import NamedTuple, Protocol
from urllib.parse import parse_qs, unquote, urlsplit

from apps.web import addresses
from apps.wording import person_name
from apps.wording.name_words import JUNIOR, words_of
from apps.wording.text import folded

LONGEST = 200


class Sign(IntEnum):
    """By what two are recognised, the surest first."""

    EMAIL = 1
    LINKEDIN = 2
    NAME_AND_PLACE = 3
    NAME = 4

    @property
    def is_certain(self) -> bool:
        return self <= Sign.LINKEDIN


class Key(NamedTuple):
    """What of somebody is compared, folded: without accents, case, titles, and whatever else changes nothing."""

    email: str
    linkedin: str
    name: str
    organization: str


class Keyed(Protocol):
    """Somebody who can be compared; a Contact is one."""

    @property
    def twin_key(self) -> Key: ...


class Twin[P: Keyed](NamedTuple):
    """Who is the same, or may be, and by what sign."""

    person: P
    sign: Sign

    @property
    def is_certain(self) -> bool:
        return self.sign.is_certain


def key(name: str, *, email: str = "", linkedin: str = "", organization: str = "") -> Key:
    """Return what is compared of somebody, from what was typed or read."""
    return Key(email_key(email), linkedin_key(linkedin), name_key(name), organization_key(organization))


def sign(one: Key, other: Key) -> Sign | None:
    """Return the surest sign that two are one person; None where there is no sign.

    Of one name and two different addresses they may well be two, and may be one with two addresses: that is a likeness.
    """
    if one.email and one.email == other.email:
        return Sign.EMAIL
    if one.linkedin and one.linkedin == other.linkedin:
        return Sign.LINKEDIN
    if not one.name or one.name != other.name:
        return None
    return Sign.NAME_AND_PLACE if one.organization and one.organization == other.organization else Sign.NAME


def find[P: Keyed](key: Key, people: Iterable[P]) -> Twin[P] | None:
    """Return who of these people is the same by the surest sign, the first of several; None where nobody is."""
    found = [Twin(person, by) for person in people for by in [sign(key, person.twin_key)] if by]
    return min(found, key=lambda twin: twin.sign, default=None)


@dataclass
class Known[P: Keyed]:
    """Everybody who is there, to look many up among them: built once, asked for each line, told of each new one."""

    people: Iterable[P]
    by: dict[tuple[str, str], list[P]] = field(default_factory=lambda: defaultdict(list), init=False)

    def __post_init__(self) -> None:
        for person in self.people:
            self.add(person)

    def add(self, person: P) -> None:
        for mark in _marks(person.twin_key):
            self.by[mark].append(person)

    def find(self, key: Key) -> Twin[P] | None:
        return find(key, (person for mark in _marks(key) for person in self.by.get(mark, ())))


def _marks(key: Key) -> list[tuple[str, str]]:
    marks = [("email", key.email), ("linkedin", key.linkedin), ("name", key.name)]
    return [mark for mark in marks if mark[1]]


# --- what is compared -------------------------------------------------------------------------------------------------


# Mailboxes of an office, in which several people read: they name nobody.
_SHARED = words_of(
    "info office contact hello admin careers career jobs hr recruiting support sales help mail press media team "
    "reception frontdesk enquiries inquiries general welcome events alumni admissions registrar kontakt contacto"
)


def email_key(address: str) -> str:
    """Return an address as it is compared; nothing where there is none, or where it is of an office and of nobody."""
    address = addresses.folded(address) if address.strip() else ""
    return address[:254] if "@" in address and address.partition("@")[0] not in _SHARED else ""


_LINKEDIN_HOST = re.compile(r"(?:[a-z0-9-]+\.)*linkedin\.(?:com|cn)\.?|(?:www\.)?lnkd\.in", re.IGNORECASE)
_PROFILE = re.compile(r"(?:^|/)(in|pub)/+([^/]+)", re.IGNORECASE)
_BARE = re.compile(r"/*in/[^/\s]+/*", re.IGNORECASE)


def linkedin_key(address: str) -> str:
    """Return what names one profile in a LinkedIn address in any form: in/grace-otieno; nothing where none is named.

    A company’s page, the front page and the address of another site are shared by many and name nobody.
    """
    text = address.strip().strip("<>\"'“”,;")
    if _BARE.fullmatch(text):
        text = f"linkedin.com/{text.lstrip('/')}"
    try:
        parts = urlsplit(text if "//" in text.partition("?")[0] else f"https://{text}")
        host = parts.hostname or ""
    except ValueError:
        return ""
    if not _LINKEDIN_HOST.fullmatch(host):
        return ""
    path = unquote(parts.path)
    if host.lower().endswith("lnkd.in"):  # a short address: its letters count
        return f"lnkd.in{path.rstrip('/')}"[:LONGEST] if path.strip("/") else ""
    if profile := _PROFILE.search(path):
        name = unicodedata.normalize("NFC", profile[2]).casefold().strip()  # é and e are two profiles
        return f"in/{name}"[:LONGEST] if name else ""
    number = parse_qs(parts.query).get("id", [""])[0] if "profile/view" in path else ""
    return f"id/{number.strip().lower()}"[:LONGEST] if number.strip() else ""


def linkedin_address(address: str) -> str:
    """Return a LinkedIn address as it is kept: in the one form that leads to the profile, else as it was written."""
    found = linkedin_key(address)
    return f"https://www.linkedin.com/{found}/" if found.startswith("in/") and found.isascii() else address.strip()


_CLASS_MARK = re.compile(r"\s*[’'‘`#]\d\d(?!\w)")


def name_key(name: str) -> str:
    """Return a name as it is compared: in the order said, no accents, case, titles, degrees, pronouns or class mark.

    What somebody added to tell two apart does tell them apart (“Marisol Vega, county open day”), and so does a title
    before a single name: Uncle Ziad is not Ziad.
    """
    found = person_name.read(_CLASS_MARK.sub("", name))
    words = list(found.core)
    if len(words) < 2:
        words = [*found.titles, *words]
    words += [word for word in found.suffixes if folded(word).strip(".") in JUNIOR]
    words += found.label.split()
    plain = folded(" ".join(words)) or folded(name)
    return " ".join(_WORDS.sub(" ", plain.replace(".", "")).split())[:150]


_WORDS = re.compile(r"[^\w’']+")
_LEGAL = frozenset("the inc incorporated llc ltd limited corp corporation co company gmbh plc".split())  # noqa: SIM905


def organization_key(name: str) -> str:
    """Return an employer as it is compared: without “the”, “Inc.” and the like, unless it is nothing else."""
    words = _WORDS.sub(" ", folded(name).replace(".", "").replace("&", " and ")).split()
    return " ".join([word for word in words if word not in _LEGAL] or words)[:160]
