"""Whose data was deleted on request, so that no file brings them back (R254).

What stays is a keyed hash of each address and number of theirs. The key is made of SECRET_KEY, which no dump holds, so
nobody reads them back or tries them out; after it was changed, SECRET_KEY_FALLBACKS recognize the older ones. A person
who is added by hand has come back, and is no longer held off.
"""

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from django.conf import settings
from django.utils import timezone

from apps.accounts.models import ErasedMark

type Kind = Literal["address", "student"]
REASON = "This person’s data was deleted on request. Add them by hand if they want to come back."


def mark(kind: Kind, text: str) -> str:
    """Return what is kept of an address or a number."""
    return _mark(kind, text, settings.SECRET_KEY)


def _mark(kind: Kind, text: str, secret: str) -> str:
    said = f"{kind}:{text.strip().casefold()}"
    return hmac.new(f"apps.accounts.erased:{secret}".encode(), said.encode(), hashlib.sha256).hexdigest()


def _marks(kind: Kind, text: str) -> list[str]:
    return [_mark(kind, text, secret) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]


def remember(things: Iterable[tuple[Kind, str]]) -> None:
    rows = [ErasedMark(mark=mark(kind, text), erased_on=timezone.now().date()) for kind, text in things if text]
    ErasedMark.objects.bulk_create(rows, ignore_conflicts=True)


def come_back(kind: Kind, text: str) -> None:
    """Forget what was kept: somebody was added by hand."""
    ErasedMark.objects.filter(mark__in=_marks(kind, text)).delete()


@dataclass(frozen=True)
class Erased:
    """All of them, for one look through a file."""

    marks: frozenset[str]

    @classmethod
    def now(cls) -> "Erased":
        return cls(frozenset(ErasedMark.objects.order_by("mark").values_list("mark", flat=True)))

    def holds(self, kind: Kind, text: str) -> bool:
        return bool(self.marks and text) and not self.marks.isdisjoint(_marks(kind, text))


def in_words(count: int) -> str:
    """Say of a file how many of its rows are held off."""
    who = "1 row is" if count == 1 else f"{count:,} rows are"
    return f"{who} left out because that data was deleted on request. Add a person by hand if they want to come back."
