"""Which words of an introduction are said to whom: in lay words to anyone, in the field's own to people of it (R26).

It compares what the student studies with what is known of the other's work, and changes nothing. What the student says
of somebody (`Contact.in_my_field`) goes before.
"""

import re
from collections.abc import Iterable
from enum import StrEnum

from apps.students.models import Introduction
from apps.students.spoken import PARTS
from apps.wording.hints import stems
from apps.wording.text import folded

# Of a study, these say how and not what: who is in "public administration" need not know public health.
GENERAL = stems(
    "studies science sciences general applied advanced international public business administration management "
    "engineering technology systems design interdisciplinary"
)


class Version(StrEnum):
    ANYONE = "anyone"
    FIELD = "field"


LABELS = {Version.ANYONE: "For anyone", Version.FIELD: "For people in your field"}


def expert_of(part: str) -> str:
    """Return under which name a part is kept as it is said within the field."""
    return f"expert_{part}"


def has_expert(introduction: Introduction) -> bool:
    return any(getattr(introduction, expert_of(part)).strip() for part in PARTS)


def said(introduction: Introduction, version: Version) -> Introduction:
    """Return the introduction as it is said in a version, not to be saved; what that leaves blank is as for anyone."""
    if version == Version.ANYONE:
        return introduction
    parts = {part: getattr(introduction, expert_of(part)).strip() or getattr(introduction, part) for part in PARTS}
    return Introduction(student_id=introduction.student_id, **parts)


def fits(studies: Iterable[str], work: Iterable[str]) -> bool:
    """Whether somebody of this `work` (titles, fields, majors) is of one of these fields of study.

    The whole of a study must be found: who works in health does not know public health by it. Where nothing is known
    of the other's work they are not of the field: plain words lose nobody.
    """
    known = [(folded(one), stems(_OTHERWISE.sub(" ", one))) for one in work if one.strip()]
    return any(_is_about(study, whole, words) for study in studies for whole, words in known)


_OTHERWISE = re.compile(r"\bphysicians?\b", re.IGNORECASE)  # begins like physics, and is no part of it


def _is_about(study: str, whole: str, words: set[str]) -> bool:
    if folded(study) == whole:
        return True
    telling = stems(study)
    if len(telling - GENERAL) > 1:
        telling -= GENERAL
    return bool(telling - GENERAL) and all(any(_alike(one, other) for other in words) for one in telling)


def _alike(one: str, other: str) -> bool:
    """Nursing and nurse; stems are six letters at most."""
    short, long = sorted((one, other), key=len)
    return one == other or (len(short) >= 5 and long.startswith(short[:-1]))
