"""The pictures of the office's first page, as numbers for an SVG 360 units wide: no style, no script (CSP).

Geometry only: what may be shown is small_groups.py's, what it is called overview.py's.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

WIDTH, BASE, TALLEST = 360, 150, 128
BAR = 12
ROW, THICK, LEFT, LONGEST = 34, 21, 76, 230
LEAST = 2.0


@dataclass(frozen=True)
class Bar:
    """One upright bar of the funnel, with its number above and its name below."""

    x: float
    y: float
    height: float
    text_x: float
    anchor: str
    name: str
    says: str
    is_known: bool
    share: str  # of the bar before, between the two
    share_x: float

    @property
    def says_y(self) -> float:
        return self.y - 7


@dataclass(frozen=True)
class Funnel:
    bars: list[Bar]
    bands: list[str]
    width: ClassVar = WIDTH
    height: ClassVar = BASE + 26
    base: ClassVar = BASE
    bar: ClassVar = BAR


@dataclass(frozen=True)
class Row:
    """One lying bar, with its name before and its number behind."""

    y: float
    width: float
    name: str
    says: str
    is_marked: bool

    @property
    def text_y(self) -> float:
        return self.y + 15

    @property
    def says_x(self) -> float:
        return LEFT + self.width + 7


@dataclass(frozen=True)
class Rows:
    rows: list[Row]
    width: ClassVar = WIDTH
    left: ClassVar = LEFT
    thick: ClassVar = THICK

    @property
    def height(self) -> int:
        return ROW * len(self.rows)


@dataclass(frozen=True)
class Part:
    """What a bar is drawn from: its height as a share of the tallest, and its words."""

    name: str
    says: str
    share_of_all: float
    share: str = ""
    is_known: bool = True


def funnel(parts: Sequence[Part]) -> Funnel:
    """Draw upright bars from left to right, with a band from each to the next."""
    between = (WIDTH - BAR) / max(len(parts) - 1, 1)
    bars = [_bar(part, number, len(parts), between) for number, part in enumerate(parts)]
    bands = [_band(bar, after) for bar, after in pairwise(bars)]
    return Funnel(bars, bands)


def _bar(part: Part, number: int, count: int, between: float) -> Bar:
    height = round(max(TALLEST * part.share_of_all, LEAST), 1)
    x = round(between * number, 1)
    anchor = "start" if number == 0 else "end" if number == count - 1 else "middle"
    text_x = {"start": x, "end": x + BAR, "middle": x + BAR / 2}[anchor]
    middle = round(x - (between - BAR) / 2, 1)
    return Bar(x, BASE - height, height, text_x, anchor, part.name, part.says, part.is_known, part.share, middle)


def _band(bar: Bar, after: Bar) -> str:
    left, right = bar.x + BAR, after.x
    middle = round((left + right) / 2, 1)
    curve = f"M{left} {bar.y}C{middle} {bar.y} {middle} {after.y} {right} {after.y}"
    return f"{curve}V{BASE}H{left}Z"


def rows(parts: Sequence[Part]) -> Rows:
    """Draw lying bars one below the other; the last one is marked."""
    last = len(parts) - 1
    return Rows([_row(part, number, is_marked=number == last) for number, part in enumerate(parts)])


def _row(part: Part, number: int, *, is_marked: bool) -> Row:
    return Row(ROW * number + 2, round(max(LONGEST * part.share_of_all, LEAST), 1), part.name, part.says, is_marked)
