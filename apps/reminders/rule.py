"""What a rule is: one kind of occasion, asked of the database, and what it says to whom. It knows no room."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Expression, F, Func, QuerySet, TextField, Value
from django.db.models.fetch_modes import FETCH_RAISE
from django.db.models.functions import Cast, Concat

from apps.accounts.models import User
from apps.clock import times
from apps.reminders.models import How, Notice
from apps.web.answers import page, page_of_a_row

H = timedelta(hours=1)
DAY = timedelta(days=1)
LOOKBACK = 60 * DAY  # shorter than sweep.KEEP
WEEK = 8 * DAY  # a notice outlives the longest way to a Monday's digest
NOW_OR_NOT = (How.AT_ONCE, How.NEVER)
CANNOT_WAIT = (How.AT_ONCE, How.DAILY, How.NEVER)  # by Monday it would be too late
LATER = (How.DAILY, How.NEVER)  # the act mailed it already; a digest tells what still waits


@dataclass(frozen=True)
class NoticeText:
    """What one notice says to one person."""

    person: User
    title: str
    text: str
    url: str


@dataclass(frozen=True)
class Rule:
    """One kind of occasion. `due` must be safe to ask at any time, as often as one likes."""

    name: str
    group: str  # on the preferences page, with the label and a word why
    label: str
    why: str
    due: Callable[[datetime], QuerySet[Any]]
    key: tuple[str, ...]  # the fields that name one occasion
    due_at: Callable[[Any], datetime]
    says: Callable[[Any], NoticeText]
    lasts: timedelta  # after this it is too late to be worth a mail
    action: str  # what the button to `url` says
    thing: str = ""  # rules of one name here speak of one thing to do; empty: the rule's own name
    is_one_task: bool = False  # what somebody said to an earlier word about the thing (done, later) holds for this one
    rests: timedelta = timedelta(0)  # no mail so soon after another one about the same thing
    deadline: Callable[[Any], datetime] | None = None  # quiet hours hold nothing back beyond it
    how: How = How.AT_ONCE  # unless the person chose otherwise
    offers: tuple[How, ...] = tuple(How)  # what they can choose; one: nothing
    role: str = "student"  # who hears of it
    is_in_pause: bool = False  # a talk that is agreed is brought to mind in a term break as well
    letter: str = "reminder"  # the kind of mail; one of its own is never gathered
    adds: Callable[[Notice], dict[str, object]] | None = None  # what its mail says besides, asked when it is written

    def rows(self, now: datetime) -> QuerySet[Any]:
        """Return the QuerySet of what is due at `now`, each row with the key of its notice."""
        return self.due(now).annotate(notice_key=_key(self)).fetch_mode(FETCH_RAISE)

    @property
    def is_choosable(self) -> bool:
        return len(self.offers) > 1


def _key(rule: Rule) -> Concat:
    """Return the expression of a notice's key: its rule, the row, and the version of what it speaks of."""
    parts: list[Expression] = [Value(rule.name)]
    for name in rule.key:
        parts += [Value(":"), _as_text(name)]
    return Concat(*parts, output_field=TextField())


def _as_text(name: str) -> Func:
    """A moment by its digits (the connection's zone is UTC); anything else as it is."""
    if name.endswith("_at"):
        return Func(F(name), Value("YYYYMMDDHH24MISS"), function="to_char", output_field=TextField())
    if name.endswith("_on"):
        return Func(F(name), Value("YYYYMMDD"), function="to_char", output_field=TextField())
    return Cast(name, TextField())


def page_at(name: str, pk: int | None = None) -> str:
    """Return the path of a page, or of the page of one row."""
    return page(name) if pk is None else page_of_a_row(name).format(pk)


def hour_of(moment: datetime, person: User) -> str:
    """Friday at 3:52 pm: an hour within the next days, on the person's own clock."""
    return f"{times.weekday(moment, person.zone)} at {times.clock(moment, person.zone)}"


def there(person: User | None) -> User:
    """Return who hears of a row; its rule asks only for rows that have somebody. Raises ValueError."""
    if person is None:
        raise ValueError("There is nobody to tell.")
    return person
