"""A student's week: at most three things to do, what is done of them, and one act for a quarter of an hour (R4).

Networking overwhelms, so what is pressing comes first and the rest waits, with a clear conscience, for next week. It
decides how much is shown; what there is to do, and in which order, says page.agenda.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from apps.clock import times
from apps.network.models import Touch

MOST = 3
QUARTER = 15  # minutes

DEEDS = {  # of what a student did with a person: what it was to do
    Touch.Kind.ASKED: "Ask {} for a conversation",
    Touch.Kind.THANKED: "Thank {}",
    Touch.Kind.WROTE: "Write to {}",
    Touch.Kind.UPDATED: "Tell {} how it went",
}
THINGS = {"thanked": "thank-you", "loop": "close-loop"}  # by which name the list knows an occasion of the history

type Deed = tuple[str, str | None, int, str, datetime]  # its kind, its occasion, with whom (number, name), and when


def thing_of(kind: str, occasion: str | None, person: int) -> str:
    """Return the thing that was done, by its name on the list where that has it: thank-you:5."""
    if not occasion:
        return f"{kind}:{person}"
    name, number = occasion.split(":")[:2]
    return f"{THINGS.get(name, name)}:{number}"


@dataclass(frozen=True)
class Act:
    """Something small: what, why in a line, where, and how many minutes it takes."""

    title: str
    text: str
    url: str
    minutes: int


@dataclass(frozen=True)
class Sending:
    """Something that is pressed and not sent: what it is, when it will be, and the form that stops it until then."""

    thing: str
    title: str
    at: datetime
    undo: str  # the address that the form posts to


@dataclass(frozen=True)
class Week:
    """How many things are done of those that a week has, the titles of the latest, and when the next begins.

    What is being sent takes up room, for the student has done their part, and is not done yet.
    """

    done: int
    titles: Sequence[str]
    next_on: datetime
    sending: Sequence[Sending] = ()

    @property
    def room(self) -> int:
        return max(0, MOST - self.done - len(self.sending))

    @property
    def words(self) -> str:
        return f"All {MOST} done" if self.done >= MOST else f"{self.done} of {MOST} done"


@dataclass(frozen=True)
class Quarter:
    """The one act for somebody who has 15 minutes; `another` is the number of the next, 0 where there is no other."""

    act: Act
    another: int
    is_open: bool


def begins(now: datetime, zone: times.Zone) -> datetime:
    """Return when the week of `now` began on the student's clock, on the day on which the office's weeks begin."""
    today = times.local_date(now, zone)
    return times.midnight(today - timedelta(days=(today.weekday() - times.first_weekday()) % 7), zone)


def week(done: Mapping[str, str], since: datetime, zone: times.Zone, sending: Sequence[Sending] = ()) -> Week:
    """Return the week that began at `since`; `done` is the title of each thing that was done, the latest last."""
    next_on = times.midnight(times.local_date(since, zone) + timedelta(days=7), zone)
    not_yet = {one.thing for one in sending}
    titles = [title for thing, title in done.items() if thing not in not_yet]
    return Week(len(titles), titles[: -MOST - 1 : -1], next_on, sending)


def shown(pressing: Sequence[bool], week: Week) -> int:
    """Return how many of the things to do are shown: what is left of the week, and whatever cannot wait for the next.

    `pressing` says of each whether it can; those that cannot come first.
    """
    return min(MOST, max(week.room, sum(pressing)), len(pressing))


def quarter(acts: Sequence[Act], asked: int | None) -> Quarter:
    """Return one act that fits into 15 minutes, the `asked`-th of them in turn; there is always one."""
    fitting = [act for act in acts if act.minutes <= QUARTER]
    n = (asked or 0) % len(fitting)
    return Quarter(fitting[n], n + 1 if len(fitting) > 1 else 0, asked is not None)
