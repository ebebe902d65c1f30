"""What the pages about a person's own data show."""

from dataclasses import dataclass
from datetime import datetime

from apps.accounts.models import User
from apps.privacy import copies
from apps.privacy.models import Export


@dataclass(frozen=True)
class CopyPart:
    """How far the last copy is, and when the next can be asked for (None: now)."""

    wish: Export | None
    again_at: datetime | None
    is_stuck: bool  # nothing has happened for a while


@dataclass(frozen=True)
class DataPage:
    """One's own data: a copy of it, and the way to delete it."""

    copy: CopyPart
    now: datetime


def copy_part(person: User, now: datetime) -> CopyPart:
    wish = copies.latest(person)
    at = copies.again_at(wish)
    is_stuck = wish is not None and wish.is_open and not wish.done_tables and (now - wish.asked_at).seconds > 120
    return CopyPart(wish, at if at and at > now else None, is_stuck)


def data_page(person: User, now: datetime) -> DataPage:
    return DataPage(copy_part(person, now), now)
