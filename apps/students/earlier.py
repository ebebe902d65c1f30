"""Earlier words of an introduction: when they are kept, how long, and how they compare with what is said now.

Kept is what other words replace: what the student saved by a button, and what they left for a while; not what was saved
by itself at each pause of their writing. Only the student ever reads it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from apps.accounts.models import User
from apps.clock import times
from apps.students.models import EarlierIntroduction, Introduction
from apps.students.spoken import PARTS
from apps.students.versions import expert_of
from apps.wording.changes import Change, changes

MOST = 20  # of one student
SITTING = timedelta(minutes=10)  # who has not written for so long has come to an end for now
WORDS = (*PARTS, *(expert_of(part) for part in PARTS))
LABELS = {part: label for part, (label, _) in PARTS.items()}
LABELS |= {expert_of(part): f"{label} (people in your field)" for part, (label, _) in PARTS.items()}


def words_of(one: Introduction | EarlierIntroduction) -> dict[str, str]:
    return {name: getattr(one, name) for name in WORDS}


def says_something(words: Mapping[str, str]) -> bool:
    return any(text.strip() for text in words.values())


def is_a_version(mine: Introduction, *, now: datetime) -> bool:
    """Whether the words that stand now are more than a pause in the middle of writing."""
    return not mine.is_typing or now - mine.updated_at >= SITTING


def keep(mine: Introduction, *, now: datetime) -> EarlierIntroduction | None:
    """Keep the words of a locked introduction, once. Returns where they are kept; blank ones are not."""
    words = words_of(mine)
    if not says_something(words):
        return None
    rows = EarlierIntroduction.objects.filter(student=mine.student_id)
    kept = rows.filter(**words).newest_first().first()
    if kept is None:
        kept = EarlierIntroduction.objects.create(student_id=mine.student_id, said_at=mine.updated_at, **words)
        rows.filter(pk__in=_too_many(mine.student, kept, now)).delete()
    return kept


def _too_many(student: User, fresh: EarlierIntroduction, now: datetime) -> list[int]:
    """Return what is given up: of each day before today all but the last words, and whatever is beyond the newest."""
    today = times.local_date(now, student.zone)
    days, staying, going = set(), 1, []
    rows = EarlierIntroduction.objects.filter(student=student).exclude(pk=fresh.pk).newest_first()
    for pk, said_at in rows.values_list("pk", "said_at"):
        day = times.local_date(said_at, student.zone)
        if staying >= MOST or (day in days and day != today):
            going.append(pk)
        else:
            staying += 1
        days.add(day)
    return going


# --- on the page ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Part:
    """One part as it was. `changed`: what became of it since, word by word; empty where it is the same."""

    label: str
    text: str
    changed: Sequence[Change]


@dataclass(frozen=True)
class Earlier:
    """Words of an earlier day."""

    kept: EarlierIntroduction
    day: str  # and the time: there may be several of today
    parts: Sequence[Part]

    @property
    def first_words(self) -> str:
        """What tells it from the others while it is folded: where it begins to differ from now."""
        differing = [part.text for part in self.parts if part.changed and part.text.strip()]
        return next(iter([*differing, *(part.text for part in self.parts if part.text.strip())]), "")


def moment(kept: EarlierIntroduction, now: datetime) -> str:
    """Say when the words stood there, on the reader's clock: “on Friday, November 6, at 3:10 pm”, “today at noon”."""
    day = times.on_day(kept.said_at, now)
    return f"{day}{',' if day.startswith('on ') else ''} at {times.clock(kept.said_at)}"


def earlier(mine: Introduction, now: datetime) -> list[Earlier]:
    """Return what the introduction said before, the newest first; what it says now is not among it."""
    today = words_of(mine)
    rows = EarlierIntroduction.objects.filter(student=mine.student_id).newest_first()
    return [Earlier(row, _heading(row, now), _parts(words_of(row), today)) for row in rows if words_of(row) != today]


def _heading(kept: EarlierIntroduction, now: datetime) -> str:
    day = times.day_name(kept.said_at, now)
    return f"{day[0].upper()}{day[1:]}, {times.clock(kept.said_at)}"


def _parts(then: Mapping[str, str], now: Mapping[str, str]) -> list[Part]:
    either = [name for name in WORDS if then[name].strip() or now[name].strip()]
    return [
        Part(LABELS[name], then[name], changes(then[name], now[name]) if then[name] != now[name] else [])
        for name in either
    ]
