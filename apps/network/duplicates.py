"""Which two of a student's people may be one person: found in one question, and compared as twins.py compares.

A mail or a profile belongs to one person. One name and one organization, or a short form of the first name there, is a
likeness; so is a name alone. Of whom the student said that they are two is not asked again.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from apps.alumni.families import given_names
from apps.clock import regions
from apps.network import twins
from apps.network.models import Contact
from apps.wording.name_words import JUNIOR

MOST = 200  # pairs that are looked through at once


@dataclass(frozen=True)
class Pair:
    """Two entries that may be one person, the older first, and what they have in common."""

    first: int
    second: int
    reason: str


@dataclass(frozen=True)
class _Row:
    pk: int
    told_from: frozenset[int]
    email: str
    linkedin: str
    name: str
    place: str


def pairs(student: int, *, of: int | None = None) -> list[Pair]:
    """Return the pairs of a student's people on the map, the surest first; `of`: of this one person."""
    people = Contact.objects.filter(student=student, archived_at=None).order_by("pk")
    rows = [_row(*row) for row in people.values_list(*_READ)]
    found: dict[tuple[int, int], str] = {}
    place = regions.spelled("organization")
    signs: tuple[tuple[str, Callable[[_Row], str], Callable[[_Row, _Row], bool] | None], ...] = (
        ("Both have the same email.", lambda row: row.email, None),
        ("Both have the same LinkedIn address.", lambda row: row.linkedin, None),
        ("The emails lead to the same mailbox.", lambda row: _mailbox(row.email), None),
        (f"Both have the same name and {place}.", _name_and_place, None),
        (f"The names are similar, and the {place} is the same.", _last_and_place, _are_one_first_name),
        (f"The names are similar, and the {place} is the same.", _first_and_place, _share_a_last_name),
        ("Both have the same name.", lambda row: row.name, None),
        ("The names are spelled alike.", lambda row: _as_spelled(row.name), None),
    )
    for reason, mark, is_same in signs:
        for one, other in _alike(rows, mark, of):
            if is_same is None or is_same(one, other):
                found.setdefault((one.pk, other.pk), reason)
    return [Pair(*keys, reason) for keys, reason in found.items()][:MOST]


_READ = ("pk", "told_from", "name", "email", "linkedin", "organization__name")


def _row(pk: int, told_from: list[int], name: str, email: str, linkedin: str, place: str | None) -> _Row:
    return _Row(
        pk,
        frozenset(told_from),
        twins.email_key(email),
        twins.linkedin_key(linkedin),
        twins.name_key(name),
        twins.organization_key(place or ""),
    )


def _alike(rows: Sequence[_Row], mark: Callable[[_Row], str], of: int | None) -> Iterator[tuple[_Row, _Row]]:
    """Yield those that have one mark and that the student did not tell apart, the older first."""
    by_mark = defaultdict[str, list[_Row]](list)
    for row in rows:
        if found := mark(row):
            by_mark[found].append(row)
    for same in by_mark.values():
        for at, one in enumerate(same[:MOST_ALIKE]):
            for other in same[at + 1 : MOST_ALIKE]:
                is_told_apart = one.pk in other.told_from or other.pk in one.told_from
                if not is_told_apart and of in (None, one.pk, other.pk):
                    yield one, other


MOST_ALIKE = 20  # of one name: a hundred of one name are a list, and not one person


def _name_and_place(row: _Row) -> str:
    return f"{row.name} @ {row.place}" if row.name and row.place else ""


def _last_and_place(row: _Row) -> str:
    words = row.name.split()
    return f"{words[-1]} @ {row.place}" if len(words) > 1 and row.place else ""


def _first_and_place(row: _Row) -> str:
    return f"{row.name.split()[0]} @ {row.place}" if " " in row.name and row.place else ""


def _share_a_last_name(one: _Row, other: _Row) -> bool:
    """Whether one may have married: Jane Olsen and Jane Olsen Berg. A son has his father’s name with a Jr."""
    first, second = ({*row.name.split()[1:]} for row in (one, other))
    return bool((first & second) - JUNIOR) and (first & JUNIOR) == (second & JUNIOR)


_OF_GOOGLE = re.compile(r"(?<=@)g(?:oogle)?mail\.com$")


def _mailbox(email: str) -> str:
    """Return where mail to an address ends: what follows a plus is its owner’s own mark, and Google reads no dots."""
    local, sign, domain = _OF_GOOGLE.sub("gmail.com", email).partition("@")
    local = local.partition("+")[0]
    return f"{local.replace('.', '') if domain == 'gmail.com' else local}{sign}{domain}"


def _as_spelled(name: str) -> str:
    """Return a name without what people write either way: the marks of O’Brien, ue for ü."""
    return re.sub(r"(?<=[aou])e", "", re.sub(r"['’‘`ʼ]", "", name))


def _as_heard(first: str) -> str:
    """Return a first name as it is heard: Ana and Anna, Sara and Sarah, Erik and Eric."""
    plain = re.sub(r"(?<=.)h", "", first.replace("ph", "f")).replace("c", "k").replace("y", "i")
    return re.sub(r"(.)\1", r"\1", plain)


def _are_one_first_name(one: _Row, other: _Row) -> bool:
    """Whether one first name is what people of the other are called: Danny and Daniel; and D. and Daniel."""
    first, second = one.name.split()[0], other.name.split()[0]
    is_initial = first[0] == second[0] and 1 in (len(first), len(second))
    is_heard_alike = _as_heard(first) == _as_heard(second)
    return is_initial or is_heard_alike or second in given_names().get(first, ())
