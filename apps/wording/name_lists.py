"""The names that stand in one line of a list, as people paste it: who is one person, and where the next begins."""

import re

from apps.wording.name_words import VIETNAMESE_PLAIN, given_names, words_of
from apps.wording.person_name import is_organization, is_particle, is_suffix, parted, read, tidy
from apps.wording.text import folded

# How a pasted list begins a line: a dash, a dot, a box, a number.
_LIST_MARK = re.compile(r"^\s*(?:[-–—*•·▪◦‣○●■□☐☑☒✓✔>+]+\s+|\(?\d{1,3}[.):]\s*|\[[ xX]?\]\s*)+")
_DESCRIBING = words_of("the a an my our his her their your who whose from at in of for with met works my via next")
KIN = words_of("mom mum mama dad papa grandma grandpa nana aunt uncle brother sister cousin me")


def split_list(line: str) -> list[str] | None:
    """Return the names of one line of a list, each in the order in which it is said; None where it could be both.

    "Ana, Ben, Carla" are three people, "Smith, John" and "Jane Lindqvist, PhD" one. What says something of a person
    stays with them: "Ted, the lab manager" and "Prof. Hale, Biology" are one, as they were written.
    """
    line = _LIST_MARK.sub("", line)
    parts = [part.strip() for part in line.split(",") if part.strip()]
    found = read(line)
    if len(parts) < 2:
        return [tidy(line)] if parts else []
    between = parted(line)
    if len(between) == 1:  # suffixes and labels only
        return [tidy(line)]
    as_written = [" ".join(line.split())]
    if any(map(_describes, parts)):
        return as_written
    people = _each(parts) if _are_people(parts) else as_written
    if len(between) > 2 or any(word in KIN for part in parts for word in [folded(part)]):
        return people
    first, second = folded(between[0][0]), folded(between[1][0])
    if read(parts[0]).titles:
        return people
    if len(between[0]) > 1:
        is_one = is_particle(between[0][0]) or (
            len(between[1]) < 3 and first not in given_names() and second in given_names()
        )
        return [found.full] if is_one else people
    if first in given_names():
        return people
    if second in given_names() or first in VIETNAMESE_PLAIN or len(between[1]) > 1 or between[0][0].isupper():
        return [found.full]
    return None


def _describes(part: str) -> bool:
    """Whether words say something of a person, as “the lab manager”, “from church”, “555-1234”, and are no name."""
    words = part.split()
    is_told = folded(words[0]) in _DESCRIBING and not (len(words) > 1 and folded(words[1].strip(".")) in KIN)
    return is_told or "@" in part or sum(c.isdigit() for c in part) > 2


def _are_people(parts: list[str]) -> bool:
    """Whether each part can stand for a person by itself. One word alone can where it is a known first name, or where
    several stand in a row."""
    is_row = len(parts) > 2 and not read(parts[0]).titles
    return all(_is_person(part, is_row=is_row) for part in parts)


def _is_person(part: str, *, is_row: bool) -> bool:
    words = part.split()
    if all(is_suffix(word, is_sure=True) for word in words) or any(folded(word) in KIN for word in words):
        return True
    if is_organization(part):
        return is_row or len(words) > 1
    return len(words) > 1 or is_row or folded(part) in given_names()


def _each(parts: list[str]) -> list[str]:
    """Return the parts as people, with a suffix put back to its own: “Ana Ruiz, PhD, Ben Cole” are two."""
    people: list[str] = []
    for part in parts:
        if people and all(is_suffix(word, is_sure=True) for word in part.split()):
            people[-1] = f"{people[-1]} {part}"
        else:
            people.append(part)
    return [tidy(person) for person in people]
