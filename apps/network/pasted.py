"""What people paste where names are asked for, as lines of names: rows of a sheet, the To of an email, a signature.

An address stays with the name that it stands beside; numbers and closings are left out. Who is one person in a line is
wording/name_lists.py's.
"""

import re
from collections.abc import Iterator
from email.utils import getaddresses
from itertools import groupby
from typing import NamedTuple

from apps.network import contact_file, twins
from apps.tables.headers import matched
from apps.tables.records import Unreadable
from apps.tables.synonyms import CONTACTS
from apps.web import addresses
from apps.wording.person_name import given_names, read, tidy
from apps.wording.text import folded


class Named(NamedTuple):
    """Somebody by name, or a line that names somebody, with the addresses that stand beside it."""

    name: str
    email: str = ""
    linkedin: str = ""


_HEADER = re.compile(r"^\s*(?:to|cc|bcc|from|reply-to|sent to|invitees|attendees|participants)\s*:\s*", re.IGNORECASE)
_NO_NAMES = re.compile(r"^\s*(?:subject|re|fwd?|date|sent|when|where|location|attachments?)\s*:", re.IGNORECASE)
_WROTE = re.compile(
    r"^\s*>*\s*On\b.*\b\d{1,2}:\d\d(?:\s*[AP]M)?,?\s+(?P<who>.+?)(?:\s*<[^<>]+>)?\s+wrote:\s*$", re.IGNORECASE
)
_TAG = re.compile(r"</?[a-z][a-z0-9]*(?:\s[^<>@]*)?/?>", re.IGNORECASE)
_ADDRESS = re.compile(  # of a mail or a page, with the brackets around it
    r"[<(\[]?\b(?:mailto:)?[\w.+%-]+@[\w.-]+\.\w+\b[>)\]]?"
    r"|[<(\[]?(?:https?://|www\.|(?:[\w-]+\.)*linkedin\.com/)[^\s>)\]]+[>)\]]?",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"(?:(?:tel|phone|cell|mobile|office|fax|[mtcopf])\s*[:.]?\s*)?\+?\(?\d[\d .()/-]{6,}\d(?:\s*(?:x|ext\.?)\s*\d+)?",
    re.IGNORECASE,
)
_GREETING = (
    r"(?:all |with |many |my |very |the |best |kind |warm |warmest |kindest )*(?:regards|wishes|best|thanks)"
    r"(?: again| so much| in advance| and regards)?"
)
_CLOSING = re.compile(
    rf"^\W*(?:{_GREETING}|thank you(?: so much)?|sincerely(?: yours)?|yours(?: truly| sincerely| faithfully)?|cheers"
    r"|respectfully|warmly|cordially|take care|sent from my \w+)\W*$",
    re.IGNORECASE,
)


def one(text: str) -> Named:
    """Return the one who is named where a single name is asked for; an address beside it is no part of the name."""
    named = lines(text) if _ADDRESS.search(text) else []
    return named[0]._replace(name=tidy(named[0].name)[:150]) if len(named) == 1 else Named(tidy(text)[:150])


def lines(text: str) -> list[Named]:
    """Return the lines that may name people."""
    if names := _of_a_sheet(text):
        return names
    written = text.translate({ord("；"): "\n", ord("、"): ", ", ord("，"): ", "}).splitlines()
    blocks = [[*block] for is_said, block in groupby(written, lambda line: bool(line.strip())) if is_said]
    return [line for block in blocks for line in _of_a_block(block)]


def _of_a_sheet(text: str) -> list[Named]:
    """Return the names of rows copied from a spreadsheet; [] where the lines are no rows, or say no names."""
    rows = [line for line in text.splitlines() if line.strip()]
    if not rows or not (all("\t" in row.strip() for row in rows) or _has_header(rows)):
        return []
    try:
        people = contact_file.read("\n".join(rows).encode()).people
    except Unreadable:
        return []
    named = (person for person in people if not person.problem)
    return [Named(person.name, person.fields["email"], person.fields["linkedin"]) for person in named]


def _has_header(rows: list[str]) -> bool:
    """Whether the first line names the columns of those below: Name, Email."""
    return len(rows) > 1 and len(matched(rows[0].split(","), CONTACTS).known) > 1


def _of_a_block(block: list[str]) -> Iterator[Named]:
    """Yield the names of lines that stand together; of a signature the first alone, with what stands below it."""
    closings = [at for at, line in enumerate(block) if _CLOSING.match(line)]
    if closings:
        yield from _of_a_block(block[: closings[0]])
        yield from _of_a_signature(block[closings[0] + 1 :])
    elif _is_signature(block):
        yield from _of_a_signature(block)
    else:
        yield from _with_what_follows(block)


def _of_a_signature(block: list[str]) -> Iterator[Named]:
    named = [named for line in block[:1] for named in _of_a_line(line)]
    yield from [_and(named[0], "\n".join(block[1:]))] if len(named) == 1 else named


def _with_what_follows(block: list[str]) -> Iterator[Named]:
    """Yield the names of lines; a line of nothing but an address belongs to the name above, where one begins."""
    last: Named | None = None
    begins_with_a_name = bool(block and _bare(block[0]))
    for line in block:
        found = list(_of_a_line(line))
        if last and not found and begins_with_a_name and not _NO_NAMES.match(line):
            last = _and(last, line)
            continue
        if last:
            yield last
        last = found.pop() if found else None
        yield from found
    if last:
        yield last


def _and(named: Named, text: str) -> Named:
    """Return somebody with the addresses of a text, where they have none."""
    email, linkedin = _addresses(text)
    return Named(named.name, named.email or email, named.linkedin or linkedin)


def _addresses(text: str) -> tuple[str, str]:
    """Return the mail and the profile in a text; of several of a kind none, for it is not said whose they are."""
    found = [match.group().strip("<>()[]").removeprefix("mailto:") for match in _ADDRESS.finditer(text)]
    emails = {email for one in found if "@" in one for email in addresses.found_in(one)[0]}
    profiles = {twins.linkedin_address(one) for one in found if twins.linkedin_key(one)}
    profiles = {one if "//" in one else f"https://{one}" for one in profiles}
    return _only(emails), _only({one for one in profiles if len(one) <= twins.LONGEST})


def _only(found: set[str]) -> str:
    return found.pop() if len(found) == 1 else ""


def _is_signature(block: list[str]) -> bool:
    """Whether below a name stand only what they do and how to reach them: a line of nothing but a number says so."""
    told = [line for line in block[1:] if not _bare(line)]
    named = [line for line in block[1:] if _is_named(_bare(line))]
    return len(block) > 2 and bool(told) and not named and bool(_bare(block[0]))


def _is_named(line: str) -> bool:
    found = read(line)
    return bool(found.given) and folded(found.given[0]) in given_names()


def _of_a_line(line: str) -> Iterator[Named]:
    if _NO_NAMES.match(line):
        return
    wrote, beside = _WROTE.match(line), _addresses(line)
    line = wrote["who"] if wrote else _HEADER.sub("", _TAG.sub(" ", line))
    bracketed = re.findall(r"<[^<>\s]+@[^<>\s]+>", line)
    if len(bracketed) > 1:
        yield from (_and(Named(name), f"<{address}>") for name, address in getaddresses([line]) if _bare(name))
    elif bare := _bare(line).strip(' "“”' if bracketed else None):
        yield Named(bare, *beside)


def _bare(line: str) -> str:
    """Return a line without addresses, and "" where it is nothing but those and numbers."""
    bare = _ADDRESS.sub(" ", line)
    if not any(c.isalpha() for c in _NUMBER.sub("", bare)):
        return ""
    return line if bare == line else " ".join(bare.split()).strip(" \t-–—|,;:·•()")
