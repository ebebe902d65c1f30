"""What an alum hides from students (R203): a hidden fact is taken out of the entry and kept apart.

So nothing that reads the entry can show it, find somebody by it, count it or send it: no list, page, search, facet,
file or mail has to know. The alum and the office read it here. The database refuses an entry that hides a fact and
still has it.
"""

import re
from collections.abc import Collection
from typing import Any

from apps.alumni.models import AlumniProfile, Hidden
from apps.wording import person_name

COLUMNS: dict[str, tuple[str, ...]] = {
    Hidden.LAST_NAME: ("name", "sort_key"),
    Hidden.EMPLOYER: ("employer",),
    Hidden.CITY: ("city", "region", "country"),
    Hidden.CLASS_YEAR: ("class_year", "degrees"),
    Hidden.FORMER_NAME: ("former_name",),
}
_YEAR = re.compile(r"[\s,(\[/]*(?:\b(?:19|20)\d\d(?:\s*[-–/]\s*(?:\d{4}|\d\d))?\b|[’'‘]\d\d\b)[)\]]?")


def own(alum: AlumniProfile, column: str) -> Any:
    """Return what the alum has in a column, hidden or not: for themselves and the office."""
    return alum.kept_back.get(column, getattr(alum, column))


def uncover(alum: AlumniProfile) -> None:
    """Put everything back into the entry in memory, to be edited. `cover` it before it is saved."""
    for column, value in alum.kept_back.items():
        setattr(alum, column, value)
    alum.kept_back = {}


def cover(alum: AlumniProfile, hides: Collection[str]) -> None:
    """Take out of an entry what is hidden, and keep it apart; what the alum hides is theirs: no import writes it."""
    uncover(alum)
    alum.hides = [hidden for hidden in Hidden.values if hidden in hides]
    columns = [column for hidden in alum.hides for column in COLUMNS[hidden]]
    alum.kept_back = {column: getattr(alum, column) for column in columns}
    for column in reversed(columns):
        setattr(alum, column, _shown(alum, column))
    alum.own_fields = sorted({*alum.own_fields, *columns})


def write(alum: AlumniProfile, **values: Any) -> list[str]:
    """Set columns of an entry, those that are hidden where they are kept. Return which columns to save."""
    for column, value in values.items():
        if column in alum.kept_back:
            alum.kept_back[column] = value
        else:
            setattr(alum, column, value)
    return [*values, "kept_back"]


def _shown(alum: AlumniProfile, column: str) -> Any:
    """Return what is left to read of a hidden column: the initial of a last name, degrees without their years."""
    value = getattr(alum, column)
    if column == "class_year":
        return None
    if column == "degrees":
        return _YEAR.sub("", value).strip(" ,;")
    return _with_initial(alum) if column == "name" else ""  # of a sort key, nothing: it is composed anew


def _with_initial(alum: AlumniProfile) -> str:
    """“Ingrid S.”: no second name, which may be a last one. A name of one word stays as it is."""
    name = person_name.read(alum.name, "", alum.kept_back["sort_key"])
    is_title_alone = bool(name.titles) and not name.family  # Dr. Lund
    family = name.given if is_title_alone else name.family
    last = next((letter for word in family[-1:] for letter in word if letter.isalpha()), "")
    first = " ".join(name.titles) if is_title_alone or not name.given else name.given[0]
    return f"{first} {last.upper()}." if first and last else alum.name


def told(alum: AlumniProfile) -> list[tuple[str, str]]:
    """Return what is hidden from students, in words: what it is, and what stands there. For the office."""
    shown = [(name, alum.kept_back.get(column)) for column, name in _TOLD.items()]
    return [(name, str(value)) for name, value in shown if value]


_TOLD = {
    "name": "Name",
    "employer": "Employer",
    "city": "City",
    "class_year": "Class year",
    "former_name": "Former name",
}
