"""A coach's wording in a student's text: put in, told apart, taken out again. One way for every text that is reviewed.

It knows no model: a text is a string. Whose it is, and when it may change, the acts of each text say.
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple, Protocol

from apps.interviews.lifecycle.acts import Stale


class Remark(Protocol):
    """A comment on words of a part (`anchor`; none: on all of it), with another wording where one is offered."""

    anchor: str
    suggestion: str
    is_done: bool
    taken_at: datetime | None
    replaced: str


def is_there(remark: Remark, text: str) -> bool:
    """Whether the words on which a comment is still stand in `text`, its part."""
    return remark.anchor in text if remark.anchor else bool(text)


def taken(remark: Remark, text: str) -> str:
    """Return a part with the coach's wording in the place of the words it is about. Raises Stale."""
    if remark.anchor and remark.anchor not in text:
        raise Stale("You already changed this sentence.")
    return text.replace(remark.anchor, remark.suggestion, 1) if remark.anchor else remark.suggestion


def mark_taken(remark: Remark, text: str, now: datetime) -> list[str]:
    """Note that the wording was taken over, and which words of `text` it replaced. Returns what to save."""
    remark.is_done, remark.taken_at, remark.replaced = True, now, remark.anchor or text
    return ["is_done", "taken_at", "replaced"]


def put_back(remark: Remark, text: str) -> str:
    """Return a part with the student's own words again. Raises Stale where they cannot be told apart any more."""
    if not stands(remark, text):
        raise Stale("You changed this wording since. Change it by hand if you want your own words back.")
    return text.replace(remark.suggestion, remark.replaced, 1) if remark.anchor else remark.replaced


def mark_open(remark: Remark) -> list[str]:
    """Note that the comment is open again. Returns what to save."""
    remark.is_done, remark.taken_at, remark.replaced = False, None, ""
    return ["is_done", "taken_at", "replaced"]


def stands(remark: Remark, text: str) -> bool:
    """Whether a wording that was taken over can still be told from the student's own words in `text`, its part."""
    return remark.suggestion in text if remark.anchor else remark.suggestion == text


def seen(text: str) -> str:
    """Return a part in one word, for a form to say what it showed."""
    return hashlib.sha256(text.encode()).hexdigest()[:32]


class Piece(NamedTuple):
    """Words of a part, and how they are marked: not at all, or with the name of a mark."""

    words: str
    mark: str


def marked(text: str, marks: Mapping[str, str]) -> list[Piece]:
    """Cut `text` where it holds one of `marks` ({words: mark}), in order. Words that are not there are skipped."""
    places = sorted((text.find(words), len(words), mark) for words, mark in marks.items() if words and words in text)
    pieces, here = [], 0
    for begin, length, mark in places:
        if begin >= here:
            pieces += [Piece(text[here:begin], ""), Piece(text[begin : begin + length], mark)]
            here = begin + length
    return [piece for piece in (*pieces, Piece(text[here:], "")) if piece.words]
