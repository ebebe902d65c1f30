"""The names that stand in one line of a list, as people paste it: who is one person, and where the next begins."""

import re

from apps.wording.name_letters import FAR_EAST
from apps.wording.name_words import NOT_GIVEN, TITLES, VIETNAMESE_PLAIN, given_names, words_of
from apps.wording.person_name import is_organization, is_particle, is_suffix, parted, read, tidy
from apps.wording.text import folded

# How a pasted list begins a line: a dash, a dot, a box, a number.
_LIST_MARK = re.compile(
    r"^\s*(?:[-–—*•·▪◦‣○●■□☐☑☒✓✔→➤>=+]+\s+|\(?(?:#?\d{1,3}[.):]|[a-z]\))\s*|#?\d{1,3}\s+(?=[A-Z])|\[[ xX]?\]\s*)+"
)
_BETWEEN = re.compile(r"\s+(?:&|\+|/|and|und)\s+", re.IGNORECASE)
_JOINED = re.compile(r"^(?:&|\+|and)\s+(?=\S)", re.IGNORECASE)  # how the last of a row begins: “Ana, Ben, and Carla”
_QUOTED = re.compile(r"""(?:(?<=^)|(?<=, ))(['"“])([^'"“”,]+)['"”](?=,|$)""")  # a whole name between the commas
_FULL_STOP = re.compile(r"(?<=[a-z]{2})\.$")
_ROLE = re.compile(r"(?P<role>(?:my|our|the|a)\s[^()]+?)\s*\((?P<name>[^()]+)\)", re.IGNORECASE)
_DESCRIBING = words_of("the a an my our his her their your who whose from at in of for with met works my via next")
KIN = words_of(
    "mom mum mama mommy dad papa daddy grandma grandpa granny grandmother grandfather nana papa abuela abuelo tia tio "
    "aunt auntie uncle brother sister cousin me mother father stepmom stepdad"
)
NOBODY = NOT_GIVEN | words_of("idk nobody noone dunno test na nothing nil ? -")


def is_said(name: str) -> bool:
    """Whether somebody is named at all, and not only signs or a word that says that there is nobody."""
    return any(c.isalpha() for c in name) and folded(name).strip(" .!?") not in NOBODY


def split_list(line: str) -> list[str] | None:
    """Return the names of one line of a list, each in the order in which it is said; None where it could be both.

    "Ana, Ben, Carla" are three people, "Smith, John" and "Jane Lindqvist, PhD" one. What says something of a person
    stays with them: "Ted, the lab manager" and "Prof. Hale, Biology" are one, as they were written.
    """
    line = _FULL_STOP.sub("", _LIST_MARK.sub("", line).strip())
    if told := _ROLE.fullmatch(line):  # my boss at Target (Kim)
        return [f"{told['name'].strip()} ({told['role'].strip()})"]
    line = _QUOTED.sub(r"\2", line)
    parts = [_JOINED.sub("", part.strip()) for part in line.split(",") if part.strip()]
    found = read(line)
    if len(parts) < 2:
        return [*map(_one, _pair(parts[0]))] if parts else []
    if all(map(_is_far_eastern, parts)):
        return parts
    between = parted(line)
    if len(between) == 1:  # suffixes and labels only
        return [tidy(line)]
    as_written = [" ".join(line.split())]
    if any(map(_describes, parts)):
        return as_written
    parts = [one for part in parts for one in _pair(part)]
    people = _each(parts) if _are_people(parts) else as_written
    if len(between) > 2 or any(word in KIN for part in parts for word in [folded(part)]):
        return people
    first, second = folded(between[0][0]), folded(between[1][0])
    if read(parts[0]).titles:
        return people
    if len(between[0]) > 1:
        is_one = _begins_a_last_name(between[0]) or (
            len(between[1]) < 3 and first not in given_names() and second in given_names()
        )
        return [found.full] if is_one else people
    if first in given_names():
        return people
    if second in given_names() or first in VIETNAMESE_PLAIN or len(between[1]) > 1 or between[0][0].isupper():
        return [found.full]
    return None


def _one(name: str) -> str:
    """Return one name as it is said; one that is written in capitals as a name is written."""
    return read(name).full if name.isupper() and len(name.split()) > 1 else tidy(name)


def _begins_a_last_name(words: list[str]) -> bool:
    """Whether words begin with a particle, as “van der Berg” does; Ben in “Ben Cole” is a first name."""
    is_given = words[0][0].isupper() and folded(words[0]) in given_names() and not is_particle(words[1])
    return is_particle(words[0]) and not is_given


def _is_far_eastern(part: str) -> bool:
    """Whether it is a whole name of the Far East, which is written in one: 김민수."""
    return len(part) > 1 and all(FAR_EAST.match(c) for c in part)


def _pair(text: str) -> list[str]:
    """Return the two people of “Aunt Rosa & Uncle Jim”, “Bob and Sue Miller”, “Mr. and Mrs. Novak”; else the text."""
    sides = _BETWEEN.split(text)
    if len(sides) != 2 or any("(" in side or ")" in side for side in sides):
        return [text]
    first, second = (side.split() for side in sides)
    if not (_stands_alone(first) and _stands_alone(second)):
        return [text]
    family = second[-1:] if len(first) == 1 < len(second) and not _is_kin(first[0]) else []
    return [" ".join(first + family), " ".join(second)]


def _stands_alone(words: list[str]) -> bool:
    """Whether words are somebody: Mom, Coach Dana, Bob, Sue Miller; not “the guys”."""
    is_titled = folded(words[0]).strip(".") in TITLES
    return _is_kin(words[0]) or is_titled or (len(words) < 4 and folded(words[0]) in given_names())


def _is_kin(word: str) -> bool:
    return folded(word) in KIN


def _describes(part: str) -> bool:
    """Whether words say something of a person, as “the lab manager”, “from church”, “555-1234”, and are no name."""
    words = part.split()
    is_told = folded(words[0]) in _DESCRIBING and not (len(words) > 1 and folded(words[1].strip(".")) in KIN)
    return is_told or "@" in part or words[0][0].isdigit() or sum(c.isdigit() for c in part) > 2


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
