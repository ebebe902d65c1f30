"""What people paste where names are asked for, as lines of names: rows of a sheet, the To of an email, a signature.

Addresses, numbers and closings are left out; who is one person in a line is wording/name_lists.py's.
"""

import re
from collections.abc import Iterator
from email.utils import getaddresses
from itertools import groupby

from apps.network import contact_file
from apps.tables.headers import matched
from apps.tables.records import Unreadable
from apps.tables.synonyms import CONTACTS
from apps.wording.person_name import given_names, read
from apps.wording.text import folded

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


def lines(text: str) -> list[str]:
    """Return the lines that may name people."""
    if names := _of_a_sheet(text):
        return names
    written = text.translate({ord("；"): "\n", ord("、"): ", ", ord("，"): ", "}).splitlines()
    blocks = [[*block] for is_said, block in groupby(written, lambda line: bool(line.strip())) if is_said]
    return [line for block in blocks for line in _of_a_block(block)]


def _of_a_sheet(text: str) -> list[str]:
    """Return the names of rows copied from a spreadsheet; [] where the lines are no rows, or say no names."""
    rows = [line for line in text.splitlines() if line.strip()]
    if not rows or not (all("\t" in row.strip() for row in rows) or _has_header(rows)):
        return []
    try:
        people = contact_file.read("\n".join(rows).encode()).people
    except Unreadable:
        return []
    return [person.name for person in people if not person.problem]


def _has_header(rows: list[str]) -> bool:
    """Whether the first line names the columns of those below: Name, Email."""
    return len(rows) > 1 and len(matched(rows[0].split(","), CONTACTS).known) > 1


def _of_a_block(block: list[str]) -> Iterator[str]:
    """Yield the names of lines that stand together; of a signature the first alone."""
    closings = [at for at, line in enumerate(block) if _CLOSING.match(line)]
    if closings:
        yield from _of_a_block(block[: closings[0]])
        block = block[closings[0] + 1 :][:1]
    elif _is_signature(block):
        block = block[:1]
    for line in block:
        yield from _of_a_line(line)


def _is_signature(block: list[str]) -> bool:
    """Whether below a name stand only what they do and how to reach them: a line of nothing but a number says so."""
    told = [line for line in block[1:] if not _bare(line)]
    named = [line for line in block[1:] if _is_named(_bare(line))]
    return len(block) > 2 and bool(told) and not named and bool(_bare(block[0]))


def _is_named(line: str) -> bool:
    found = read(line)
    return bool(found.given) and folded(found.given[0]) in given_names()


def _of_a_line(line: str) -> Iterator[str]:
    if _NO_NAMES.match(line):
        return
    wrote = _WROTE.match(line)
    line = wrote["who"] if wrote else _HEADER.sub("", _TAG.sub(" ", line))
    addresses = re.findall(r"<[^<>\s]+@[^<>\s]+>", line)
    if len(addresses) > 1:
        yield from (name for name, _ in getaddresses([line]) if _bare(name))
    elif bare := _bare(line).strip(' "“”' if addresses else None):
        yield bare


def _bare(line: str) -> str:
    """Return a line without addresses, and "" where it is nothing but those and numbers."""
    bare = _ADDRESS.sub(" ", line)
    if not any(c.isalpha() for c in _NUMBER.sub("", bare)):
        return ""
    return line if bare == line else " ".join(bare.split()).strip(" \t-–—|,;:·•()")
