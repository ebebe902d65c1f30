"""Pictures of figures, as numbers for an SVG 360 units wide: no style, no script (CSP).

Geometry only: what is shown, and what it is called, is the page's. Each stands beside a table with the same figures.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

WIDTH, BASE, TALLEST = 360, 150, 128
BAR = 12
ROW, THICK, LEFT, LONGEST = 34, 21, 76, 230
LEAST = 2.0


def _n(value: float) -> str:
    """A length as an SVG reads it, in every region; as text a template writes it as it is, and in no time."""
    return f"{value:.1f}".removesuffix(".0")


@dataclass(frozen=True)
class Bar:
    """One upright bar of the funnel, with its number above and its name below."""

    x: str
    y: str
    height: str
    says_y: str
    text_x: str
    anchor: str
    name: str
    says: str
    is_known: bool
    share: str  # of the bar before, between the two
    share_x: str


@dataclass(frozen=True)
class Funnel:
    bars: list[Bar]
    bands: list[str]
    width: ClassVar = _n(WIDTH)
    height: ClassVar = _n(BASE + 26)
    base: ClassVar = _n(BASE)
    bar: ClassVar = _n(BAR)


@dataclass(frozen=True)
class Row:
    """One lying bar, with its name before and its number behind."""

    y: str
    width: str
    text_y: str
    says_x: str
    name: str
    says: str
    is_marked: bool


@dataclass(frozen=True)
class Rows:
    rows: list[Row]
    height: str
    left: str
    width: ClassVar = _n(WIDTH)
    thick: ClassVar = _n(THICK)


@dataclass(frozen=True)
class Move:
    """One line from where something was to where it is now; `before` is empty where only one of them is known."""

    name: str
    text_y: str
    y: str
    before: str
    now: str


@dataclass(frozen=True)
class Moves:
    rows: list[Move]
    height: str
    ticks: list[tuple[str, int]]
    ticks_y: str
    left: str
    right: str
    width: ClassVar = _n(WIDTH)


@dataclass(frozen=True)
class Part:
    """What a bar is drawn from: its height as a share of the tallest, and its words."""

    name: str
    says: str
    share_of_all: float
    share: str = ""
    is_known: bool = True
    is_marked: bool = False


def funnel(parts: Sequence[Part]) -> Funnel:
    """Draw upright bars from left to right, with a band from each to the next."""
    between = (WIDTH - BAR) / max(len(parts) - 1, 1)
    tops = [(between * number, BASE - _height(part)) for number, part in enumerate(parts)]
    bars = [_bar(part, x, y, between) for part, (x, y) in zip(parts, tops, strict=True)]
    return Funnel(bars, [_band(*top, *after) for top, after in pairwise(tops)])


def _height(part: Part) -> float:
    return max(TALLEST * part.share_of_all, LEAST)


def _bar(part: Part, x: float, y: float, between: float) -> Bar:
    anchor = "start" if x == 0 else "end" if round(x) == WIDTH - BAR else "middle"
    return Bar(
        x=_n(x),
        y=_n(y),
        height=_n(_height(part)),
        says_y=_n(y - 7),
        text_x=_n({"start": x, "end": x + BAR, "middle": x + BAR / 2}[anchor]),
        anchor=anchor,
        name=part.name,
        says=part.says,
        is_known=part.is_known,
        share=part.share,
        share_x=_n(x - (between - BAR) / 2),
    )


def _band(x: float, y: float, next_x: float, next_y: float) -> str:
    left, middle = x + BAR, (x + BAR + next_x) / 2
    curve = f"M{_n(left)} {_n(y)}C{_n(middle)} {_n(y)} {_n(middle)} {_n(next_y)} {_n(next_x)} {_n(next_y)}"
    return f"{curve}V{BASE}H{_n(left)}Z"


COLUMN, EVERY = 20, 4  # of many bars the number stands above where there is one, the name below every fourth


@dataclass(frozen=True)
class Columns:
    """Upright bars side by side: how much there was, week by week."""

    bars: list[Bar]
    marked: list[Bar]
    width: ClassVar = _n(WIDTH)
    height: ClassVar = _n(BASE + 26)
    base: ClassVar = _n(BASE)
    bar: ClassVar = _n(COLUMN)


def columns(parts: Sequence[Part]) -> Columns:
    """Draw many upright bars from left to right."""
    between = (WIDTH - COLUMN) / max(len(parts) - 1, 1)
    drawn = [(part, _column(part, number, between * number)) for number, part in enumerate(parts)]
    return Columns([bar for part, bar in drawn if not part.is_marked], [bar for part, bar in drawn if part.is_marked])


def _column(part: Part, number: int, x: float) -> Bar:
    height = TALLEST * part.share_of_all
    middle = _n(x + COLUMN / 2)
    anchor = "start" if not number else "end" if round(x) == WIDTH - COLUMN else "middle"
    return Bar(
        x=_n(x),
        y=_n(BASE - height),
        height=_n(height),
        says_y=_n(BASE - height - 7),
        text_x=_n({"start": x, "end": x + COLUMN}.get(anchor, x + COLUMN / 2)),
        anchor=anchor,
        name="" if number % EVERY else part.name,
        says=part.says if height else "",
        is_known=True,
        share="",
        share_x=middle,
    )


def rows(parts: Sequence[Part], *, left: float = LEFT) -> Rows:
    """Draw lying bars one below the other, their names in the first `left` units."""
    longest = LONGEST - (left - LEFT)
    drawn = [_row(part, ROW * number + 2, left, longest) for number, part in enumerate(parts)]
    return Rows(drawn, _n(ROW * len(parts)), _n(left))


def _row(part: Part, y: float, left: float, longest: float) -> Row:
    width = max(longest * part.share_of_all, LEAST)
    return Row(_n(y), _n(width), _n(y + 15), _n(left + width + 7), part.name, part.says, part.is_marked)


def moves(lines: Sequence[tuple[str, int | None, int | None]], *, left: float = 150, most: int = 5) -> Moves:
    """Draw from where each was to where it is, on a scale from 1 to `most`: (name, before, now)."""
    right = WIDTH - 34
    step = (right - left) / (most - 1)

    def at(value: int | None) -> str:
        return "" if value is None else _n(left + step * (value - 1))

    drawn = [
        Move(name, _n(ROW * number + 24), _n(ROW * number + 20), at(before), at(now))
        for number, (name, before, now) in enumerate(lines)
    ]
    end = ROW * len(lines) + 24
    ticks = [(at(value), value) for value in range(1, most + 1)]
    return Moves(drawn, _n(end + 6), ticks, _n(end), _n(left), _n(right))
