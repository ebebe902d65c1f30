"""A week of half hours on two clocks: which there are, what lies on each, and how those chosen become times to offer.

It reads no database and no clock: who opens a week says what is known. A half hour is named by its instant, so the hour
that a clock shows twice is two, and one that a clock leaps over is none. Rows are readings of the reader's clock.
"""

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import count, islice
from typing import Literal

from apps.clock import times
from apps.clock.local_times import hours_between
from apps.clock.two_clocks import theirs
from apps.interviews.scheduling import usual
from apps.interviews.scheduling.slots import LEAD, STEP

type Kind = Literal["busy", "talk", "held", "offered", "typed"]
type Key = tuple[int, int, int]  # hour, 1 where the clock shows it for the second time, minute

WAKES, SLEEPS = time(7), time(21)  # nobody is asked to talk before or after, unless they want to
A_WEEK = 7 * 48  # half hours
NEAR = (2, 3, 4)  # working days ahead: soon enough to be answered, late enough to be read
FORMAT = "%Y%m%dT%H%MZ"
YEARS = range(2000, 2100)
LONGEST = timedelta(hours=25)  # a day in autumn


@dataclass(frozen=True, order=True)
class Span:
    """From one instant to another: a time that is offered."""

    starts_at: datetime
    ends_at: datetime

    @property
    def value(self) -> str:
        """How a form names it."""
        return f"{name_of(self.starts_at)}/{name_of(self.ends_at)}"

    def meets(self, starts_at: datetime, ends_at: datetime) -> bool:
        return self.starts_at < ends_at and starts_at < self.ends_at


@dataclass(frozen=True)
class Block:
    """What lies in a week already. On a talk nothing can be offered; on what is busy or held it can."""

    span: Span
    kind: Kind
    says: str  # in the cell
    named: str  # in the name of the box


@dataclass(frozen=True)
class Pattern:
    """What lies on the same half hours of every week, on somebody's own clock; it forbids nothing."""

    half_hours: frozenset[int]  # 0 is Monday at midnight
    zone: str
    says: str
    named: str

    def covers(self, at: datetime) -> bool:
        """Whether it meets the half hour that begins at a moment, which may lie across two of its own."""
        return any(half_hour_of(moment, self.zone) in self.half_hours for moment in (at, at + STEP - A_MOMENT))

    def block(self, at: datetime) -> "Block":
        return Block(Span(at, at + STEP), "busy", self.says, self.named)


A_MOMENT = timedelta(microseconds=1)


def half_hour_of(moment: datetime, zone: times.Zone) -> int:
    """Return which half hour of the week a clock shows; an hour that comes twice is twice the same."""
    local = times.local_time(moment, zone)
    return local.weekday() * 48 + local.hour * 2 + local.minute // 30


@dataclass(frozen=True, kw_only=True)
class Sides:
    """Whose week it is, and with whom they would talk; a week that comes again and again has no other side."""

    zone: str
    other_zone: str
    other: str = ""  # the first name
    usual_zone: str = ""
    usual_hours: Sequence[usual.Hours] = ()
    usual_words: str = ""  # in the name of a box: one of her usual times


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One half hour of one day; without a `value` there is no box."""

    column: int
    starts_at: datetime | None = None
    value: str = ""
    name: str = ""
    is_usual: bool = False
    is_chosen: bool = False
    kind: Kind | Literal[""] = ""
    says: str = ""
    is_first: bool = False  # of what lies there
    is_last: bool = False


@dataclass(frozen=True, kw_only=True)
class Row:
    """One half hour across the days: its reading here and there."""

    cells: list[Cell]
    here: str  # at the head of an hour, else empty
    there: str
    height: int  # how many rows the hour has
    begins: str  # 8 or 8:30, for the span in a chosen cell
    ends: str
    is_after_break: bool  # hours before it are left out


@dataclass(frozen=True, kw_only=True)
class Day:
    """One column, and its place in the strip of a phone."""

    column: int
    date: date
    count: int  # times chosen that begin on it
    is_shown: bool  # on a phone


@dataclass(frozen=True, kw_only=True)
class Week:
    """A week as it is drawn."""

    first: date
    last: date
    days: list[Day]
    rows: list[Row]
    before: date | None
    after: date | None
    is_whole: bool
    hides: bool  # whether hours are left out
    unseen: list[str]  # half hours chosen that have no box here
    whole_spans: list[str]  # times typed to the minute, which no boxes can say
    wakes: datetime  # from when to when hours are shown at first, on some day: to be said in the reader's way
    sleeps: datetime
    change: str  # where the distance between the clocks changes within the week
    kinds: set[str] = field(default_factory=set)

    @property
    def has_gone(self) -> bool:
        """Whether half hours are shown that are past or too soon: nothing lies there, and nothing can be chosen."""
        return any(not (cell.value or cell.name or cell.kind) for row in self.rows for cell in row.cells)


# --- half hours that were chosen --------------------------------------------------------------------------------------


def name_of(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime(FORMAT)


def moment_of(name: str) -> datetime | None:
    """Return the instant that a form names, or None."""
    try:
        moment = datetime.strptime(name, FORMAT).replace(tzinfo=UTC)
    except ValueError:
        return None
    return moment if moment.year in YEARS else None


def joined(spans: Iterable[Span]) -> list[Span]:
    """Join neighbors and what overlaps into as few times as there are."""
    found: list[Span] = []
    for span in sorted(spans):
        if found and span.starts_at <= found[-1].ends_at:
            found[-1] = Span(found[-1].starts_at, max(found[-1].ends_at, span.ends_at))
        else:
            found.append(span)
    return found


def half_hours(names: Iterable[str]) -> Iterator[Span]:
    """Read the boxes of a form; what names no instant is left out."""
    for name in names:
        moment = moment_of(name)
        if moment is not None:
            yield Span(moment, moment + STEP)


def typed_spans(names: Iterable[str]) -> Iterator[Span]:
    """Read times of a form that are named by both of their ends."""
    for name in names:
        starts_at, ends_at = (moment_of(part) for part in [*name.split("/"), ""][:2])
        if starts_at and ends_at and timedelta(0) < ends_at - starts_at <= LONGEST:
            yield Span(starts_at, ends_at)


def _fits(span: Span, zone: str) -> bool:
    """Whether boxes can say it: both ends on half hours of the reader's clock, and no longer than can be offered."""
    ends = (times.local_time(at, zone) for at in (span.starts_at, span.ends_at))
    is_short = span.ends_at - span.starts_at <= LONGEST
    return is_short and all(not (end.minute % 30 or end.second or end.microsecond) for end in ends)


def _cut(span: Span) -> Iterator[datetime]:
    at = span.starts_at
    while at < span.ends_at:
        yield at
        at += STEP


# --- which week -------------------------------------------------------------------------------------------------------


def near_days(today: date, off: Container[date] = ()) -> list[date]:
    """Return the days two to four working days ahead; on the days `off` nobody works."""
    ahead = (today + timedelta(days=number) for number in count(1))
    working = (day for day in ahead if _is_working(day, off))
    return list(islice(working, NEAR[0] - 1, NEAR[-1]))


def _is_working(day: date, off: Container[date]) -> bool:
    return day.weekday() < 5 and day not in off


def first_day(day: date) -> date:
    """Return the day on which the week of a day begins."""
    return day - timedelta(days=(day.weekday() - times.first_weekday()) % 7)


def opening(today: date, off: Container[date] = ()) -> date:
    """Return the first day of the week in which most of the near days lie."""
    weeks = Counter(first_day(day) for day in near_days(today, off))
    return max(sorted(weeks), key=lambda week: weeks[week])


def shown_week(wish: str, now: datetime, zone: str, off: Container[date] = ()) -> date:
    """Return the first day of the wished week (2026-11-30), never of one gone by; of the opening one without a wish."""
    today = times.local_date(now, zone)
    try:
        day = date.fromisoformat(wish)
    except ValueError:
        return opening(today, off)
    return first_day(min(max(day, today), today + FARTHEST))


FARTHEST = timedelta(days=180)


# --- the week itself --------------------------------------------------------------------------------------------------


def week_of(
    first: date,
    sides: Sides,
    *,
    chosen: Sequence[Span],
    blocks: Sequence[Block] = (),
    pattern: Pattern | None = None,
    off: Container[date] = (),
    now: datetime,
    is_whole: bool = False,
    shown_day: int | None = None,
) -> Week:
    """Return the week that begins on a day, with all that lies on its half hours."""
    dates = [first + timedelta(days=number) for number in range(7)]
    columns = [_half_hours_of(day, sides.zone) for day in dates]
    keys = sorted({key for column in columns for key in column})
    offered = [block.span for block in blocks if block.kind == "offered"]
    kept = [key for key in keys if is_whole or _is_waking(key, columns, sides) or _lies_at(key, columns, offered)]
    drawing = _Drawing(sides, list(chosen), list(blocks), pattern, now)
    cells = [[drawing.cell(number, column.get(key)) for number, column in enumerate(columns, 1)] for key in kept]
    boxes = {cell.value for row in cells for cell in row if cell.value}
    whole = [span for span in chosen if not _fits(span, sides.zone)]
    named = [name_of(at) for span in chosen if span not in whole for at in _cut(span)]
    today = times.local_date(now, sides.zone)
    return Week(
        first=first,
        last=dates[-1],
        days=_days(dates, chosen, sides.zone, shown_day or _day_to_show(dates, today, off)),
        rows=list(_rows(kept, _with_ends(cells), columns, sides)),
        before=first - timedelta(days=7) if first > today else None,
        after=first + timedelta(days=7) if dates[-1] < today + FARTHEST else None,
        is_whole=is_whole,
        hides=len(kept) < len(keys),
        unseen=[name for name in named if name not in boxes],
        whole_spans=[span.value for span in whole],
        wakes=_reading_on(first, WAKES, sides.zone),
        sleeps=_reading_on(first, SLEEPS, sides.zone),
        change=_change(dates, sides),
        kinds={cell.kind for row in cells for cell in row if cell.kind}
        | ({"usual"} if any(cell.is_usual for row in cells for cell in row) else set()),
    )


def _reading_on(day: date, at: time, zone: str) -> datetime:
    return datetime.combine(day, at, tzinfo=times.zone_of(zone))


def _half_hours_of(day: date, zone: str) -> dict[Key, datetime]:
    """Return every half hour that a day really has, by what the clock shows; 46, 48 or 50 of them, or 47 to 49."""
    at, end = (times.midnight(each, zone).astimezone(UTC) for each in (day, day + timedelta(days=1)))
    found: dict[Key, datetime] = {}
    while at < end:
        local = times.local_time(at, zone)
        found[local.hour, local.fold, local.minute] = at
        at += STEP
    return found


def _is_waking(key: Key, columns: Sequence[dict[Key, datetime]], sides: Sides) -> bool:
    """Whether both are awake at a reading on most of the days that have it."""
    moments = [column[key] for column in columns if key in column]
    awake = [all(_awake(at, zone) for zone in (sides.zone, sides.other_zone)) for at in moments]
    return sum(awake) * 2 > len(awake)


def _lies_at(key: Key, columns: Sequence[dict[Key, datetime]], spans: Sequence[Span]) -> bool:
    """Whether some of the spans lie at a reading, on any of the days."""
    moments = [column[key] for column in columns if key in column]
    return any(span.meets(at, at + STEP) for at in moments for span in spans)


def _awake(at: datetime, zone: str) -> bool:
    starts, ends = (times.local_time(moment, zone) for moment in (at, at + STEP))
    return starts.time() >= WAKES and starts.date() == ends.date() and ends.time() <= SLEEPS


UPPERMOST: tuple[Kind, ...] = ("typed", "talk", "offered", "busy", "held")
CLOSED: tuple[Kind, ...] = ("typed", "talk")


@dataclass(frozen=True)
class _Drawing:
    sides: Sides
    chosen: list[Span]
    blocks: list[Block]
    pattern: Pattern | None
    now: datetime

    def cell(self, column: int, at: datetime | None) -> Cell:
        if at is None or at < self.now + LEAD:  # the clock leaps over it, or it has gone by
            return Cell(column=column)
        block, is_usual = self._block(at), self._is_usual(at)
        is_open = block is None or block.kind not in CLOSED
        return Cell(
            column=column,
            starts_at=at,
            value=name_of(at) if is_open else "",
            name=self._name(at, is_usual, block),
            is_usual=is_usual,
            is_chosen=is_open and any(span.meets(at, at + STEP) for span in self.chosen),
            kind=block.kind if block else "",
            says=block.says if block else "",
        )

    def _block(self, at: datetime) -> Block | None:
        found = [block for block in self._all() if block.span.meets(at, at + STEP)]
        if self.pattern and self.pattern.covers(at):
            found.append(self.pattern.block(at))
        return min(found, key=lambda block: UPPERMOST.index(block.kind), default=None)

    def _all(self) -> list[Block]:
        zone = self.sides.zone
        typed = [span for span in self.chosen if not _fits(span, zone)]
        return [
            *(Block(span, "typed", times.span(span.starts_at, span.ends_at, zone), "chosen") for span in typed),
            *self.blocks,
        ]

    def _is_usual(self, at: datetime) -> bool:
        return usual.covers(list(self.sides.usual_hours), at, self.sides.usual_zone or self.sides.other_zone)

    def _name(self, at: datetime, is_usual: bool, block: Block | None) -> str:
        """Monday, November 30, 7:00 am; 1:00 pm for Ingrid; one of her usual times."""
        zone, other = self.sides.zone, self.sides.other_zone
        day = times.day(at, zone) if self.sides.other else times.weekday(at, zone)
        parts = [f"{day}, {times.clock(at, zone)}"]
        if times.local_time(at, zone).fold:
            parts[0] += ", after the clocks go back"
        there = _there(at, zone, other)
        parts += [f"{there} for {self.sides.other}"] if there else []
        parts += [self.sides.usual_words] if is_usual else []
        parts += [block.named] if block else []
        return "; ".join(parts)


def _there(at: datetime, zone: str, other: str) -> str:
    """Return the other's clock, with the day where it is another; nothing where both show the same."""
    if not hours_between(zone, other, at):
        return ""
    clock = times.clock(at, other)
    is_same = times.local_date(at, zone) == times.local_date(at, other)
    return clock if is_same else f"{clock} on {times.weekday(at, other)}"


def _with_ends(rows: list[list[Cell]]) -> list[list[Cell]]:
    """Mark where something that lies in a column begins and ends, so that it is said once."""
    out: list[list[Cell]] = []
    for number, row in enumerate(rows):
        above = rows[number - 1] if number else [None] * len(row)
        below = rows[number + 1] if number + 1 < len(rows) else [None] * len(row)
        out.append([_end(*beside) for beside in zip(row, above, below, strict=True)])
    return out


def _end(cell: Cell, above: Cell | None, below: Cell | None) -> Cell:
    if not cell.kind:
        return cell
    is_first = not (above and (above.kind, above.says) == (cell.kind, cell.says))
    is_last = not (below and (below.kind, below.says) == (cell.kind, cell.says))
    return Cell(**vars(cell) | {"is_first": is_first, "is_last": is_last})


def _rows(
    keys: Sequence[Key], cells: Sequence[list[Cell]], columns: Sequence[dict[Key, datetime]], sides: Sides
) -> Iterator[Row]:
    heights = Counter(key[:2] for key in keys)
    said: set[tuple[int, int]] = set()
    for number, (key, row) in enumerate(zip(keys, cells, strict=True)):
        at, is_head = _usual_moment(key, columns, sides), key[:2] not in said
        said.add(key[:2])
        again = " again" if key[1] else ""
        yield Row(
            cells=row,
            here=f"{times.brief_clock(at, sides.zone)}{again}" if is_head else "",
            there=times.brief_clock(at, sides.other_zone) if is_head else "",
            height=heights[key[:2]],
            begins=times.reading(at, sides.zone),
            ends=times.reading(at + STEP, sides.zone),
            is_after_break=number > 0 and _minutes(key) - _minutes(keys[number - 1]) > 60,
        )


def _minutes(key: Key) -> int:
    return key[0] * 60 + key[2]


def _usual_moment(key: Key, columns: Sequence[dict[Key, datetime]], sides: Sides) -> datetime:
    """Return a moment of a reading at which the two clocks are as far apart as on most days of the week."""
    moments = [column[key] for column in columns if key in column]
    apart = Counter(hours_between(sides.zone, sides.other_zone, at) for at in moments)
    most = max(apart, key=lambda hours: apart[hours])
    return next(at for at in moments if hours_between(sides.zone, sides.other_zone, at) == most)


def _change(dates: Sequence[date], sides: Sides) -> str:
    """Say from which day on the edges mislead, because the clocks of one of the two change."""
    noons = [datetime.combine(day, time(12), tzinfo=times.zone_of(sides.zone)) for day in dates]
    apart = [hours_between(sides.zone, sides.other_zone, noon) for noon in noons]
    turn = next((number for number in range(1, 7) if apart[number] != apart[0]), None)
    if turn is None:
        return ""
    before, after = (_there(noons[number], sides.zone, sides.other_zone) or "noon" for number in (turn - 1, turn))
    return (
        f"The clocks change this week. Until {times.day(dates[turn - 1])}, your noon is {before} for {sides.other}. "
        f"From {times.day(dates[turn])}, it’s {after}."
    )


def _days(dates: Sequence[date], chosen: Sequence[Span], zone: str, shown: int) -> list[Day]:
    counts = Counter(times.local_date(span.starts_at, zone) for span in chosen)
    return [
        Day(column=number, date=day, count=counts[day], is_shown=number == shown) for number, day in enumerate(dates, 1)
    ]


def _day_to_show(dates: Sequence[date], today: date, off: Container[date]) -> int:
    """Return the column that a phone opens: the first of the near days, else the first working day to come."""
    near = [day for day in near_days(today, off) if day in dates]
    ahead = [day for day in dates if day > today]
    working = [day for day in ahead if _is_working(day, off)]
    return dates.index((near or working or ahead or [dates[-1]])[0]) + 1


def in_words(span: Span, sides: Sides) -> str:
    """2:00 to 4:00 pm for Ingrid; nothing where both clocks show the same."""
    there = theirs(span, sides.zone, sides.other_zone)
    return f"{there} for {sides.other}" if there else ""


def is_usual(span: Span, sides: Sides) -> bool:
    """Whether a time lies wholly within somebody's usual hours."""
    zone = sides.usual_zone or sides.other_zone
    return all(usual.covers(list(sides.usual_hours), at, zone) for at in _cut(span))
