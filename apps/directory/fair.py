"""Whom to suggest to whom, so that nobody is asked by all of them (R202, R272).

Those who fit best come first; among those who fit alike, whoever fewer students have asked, or are likely to ask, for
to be shown is to be asked by some. Somebody asked much more often steps behind one who fits a little less (PATIENCE).
Nobody is suggested to more students than would fill their month, counting what is only likely. What remains equal comes
in another order for every student. It decides whom; suggestions.py finds who may be meant. Pure: no database.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from apps.alumni import limits
from apps.alumni.models import AlumniProfile
from apps.directory import cards
from apps.directory.queries import Reader
from apps.policy.models import Policy

ASKED_OF_SHOWN = 0.15  # of those to whom somebody is suggested, so many ask
PATIENCE = 5  # requests more than another has: as much as one thing less in common


@dataclass(frozen=True, slots=True)
class Load:
    """How much an alum is asked: ever, this month, and to how many students they were just shown."""

    asked: int = 0
    this_month: int = 0
    shown: int = 0

    @property
    def expected(self) -> float:
        """Requests of this month, with those that are only likely."""
        return self.this_month + ASKED_OF_SHOWN * self.shown

    @property
    def whole(self) -> float:
        """All requests ever, with those that are only likely."""
        return self.asked + ASKED_OF_SHOWN * self.shown


NONE = Load()


def choose(
    candidates: Iterable[AlumniProfile], reader: Reader, loads: Mapping[int, Load], policy: Policy, *, most: int
) -> list[AlumniProfile]:
    """Return whom to suggest, the best first; `loads` by the id of the alum, who is left out was never asked."""
    open_ = [alum for alum in candidates if has_room(alum, loads.get(alum.pk, NONE), policy)]

    def order(alum: AlumniProfile) -> tuple[float, float, str]:
        spread, load = hashlib.sha256(f"{reader.pk}:{alum.pk}".encode()).hexdigest(), loads.get(alum.pk, NONE).whole
        return load / PATIENCE - cards.closeness(alum, reader), load, spread

    return sorted(open_, key=order)[:most]


def has_room(alum: AlumniProfile, load: Load, policy: Policy) -> bool:
    """Whether one student more may see somebody suggested: what is likely still fits their month."""
    return load.expected + ASKED_OF_SHOWN <= limits.cap(alum, policy)
