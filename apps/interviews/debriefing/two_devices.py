"""What is kept when one thing was written on two devices: both texts, and of two answers the more careful one.

Each function takes what is saved (`theirs`), what comes now (`mine`) and what the writing device had seen before
(`was`; None: it did not say). It returns what to keep, and the pair where somebody must be told of it.
"""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypedDict

from apps.interviews.lifecycle.models import Interview
from apps.network.models import NamePermission

CAREFUL = (NamePermission.NO, NamePermission.INTRO_FIRST, NamePermission.YES)  # the first of two is kept
UNSAID = ("", NamePermission.NOT_ASKED)


@dataclass(frozen=True)
class Kept[T]:
    """What stays. `pair`: what was saved first and what came later, where they are not one thing."""

    value: T
    pair: tuple[T, T] | None = None


def text(theirs: str, mine: str, was: str | None, *, between: str) -> Kept[str]:
    """Both texts, the one that was saved first before the other."""
    if mine == was:
        return Kept(theirs)
    if was is None or theirs in (was, mine):
        return Kept(mine)
    return Kept(f"{theirs}{between}{mine}", (theirs, mine)) if theirs and mine else Kept(theirs or mine)


def permission(theirs: str, mine: str, was: str | None) -> Kept[str]:
    """May a name be used? What nobody said takes no answer away, unless that device had seen it and took it back."""
    if theirs == mine or mine in ("", was):
        return Kept(theirs)
    if theirs == was or theirs in UNSAID:
        return Kept(mine)
    if mine in UNSAID:
        return Kept(theirs)
    return Kept(careful(theirs, mine), (theirs, mine))


def careful(first: str, later: str) -> str:
    """Return the answer of two that allows less."""
    return str(min(first, later, key=lambda said: CAREFUL.index(NamePermission(said))))


def answer(theirs: bool | None, mine: bool | None, was: bool | None, *, is_known: bool) -> Kept[bool | None]:
    """Yes or no; `is_known`: the device said what it had seen before."""
    if not is_known:
        return Kept(mine)
    if theirs == mine or mine == was:
        return Kept(theirs)
    if theirs == was or theirs is None:
        return Kept(mine)
    return Kept(theirs) if mine is None else Kept(False, (theirs, mine))


# --- told -------------------------------------------------------------------------------------------------------------


class BothState(TypedDict):
    """One thing that was written on two devices: what the page says of it, and the two."""

    id: str
    say: str
    first: str
    later: str


BOTH = {  # what was written on two devices, and what became of it
    "summary": "What you’ll take away was written on two devices. Both texts are kept, one after the other.",
    "about": "{who} was described on two devices. Both texts are kept.",
    "permission": "Two devices have different answers about using {first}’s name with {who}. "
    "Until you choose, it’s “{kept}”.",
    "may_connect": "Two devices have different answers about LinkedIn. Until you choose, it’s “No”.",
    "may_stay_in_touch": "Two devices have different answers about staying in touch. "
    "Until you choose, it’s “Rather not”.",
    "removed": "{who} was removed on one device and changed on another. {who} is still here.",
}


class Act(Protocol):
    """An act of live mode: the id its browser gave it, and what it met that another device had written."""

    client_id: uuid.UUID
    both: list[dict[str, Any]]


def both_of(interview: Interview, acts: Iterable[Act] | None = None) -> list[BothState]:
    """Return what was written on two devices and nobody has read yet; `acts` are those of the talk, where known."""
    known = interview.live_acts.exclude(both=[]).order_by("at", "pk") if acts is None else acts
    return [_both(interview, act.client_id, met) for act in known for met in act.both]


def _both(interview: Interview, key: uuid.UUID, met: Mapping[str, Any]) -> BothState:
    first, later = (_said(met["of"], value) for value in (met["first"], met["later"]))
    kept = _said(met["of"], careful(met["first"], met["later"])) if met["of"] == "permission" else ""
    say = BOTH[met["of"]].format(who=met["who"], first=interview.contact.first_name, kept=kept)
    return {"id": str(key), "say": say, "first": first, "later": later}


def _said(of: str, value: Any) -> str:
    if of == "permission":
        return str(NamePermission(value).label)
    if isinstance(value, bool):
        return "Yes" if value else "Rather not" if of == "may_stay_in_touch" else "No"
    return str(value)
