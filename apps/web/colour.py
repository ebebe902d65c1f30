"""The office's own colour: whether it can be read, and the sheet that puts it where plum was.

Sums after WCAG 2.2, "contrast ratio" and "relative luminance". It touches no row; the office's form asks `complaint`.
"""

from collections.abc import Iterable
from functools import cache

from apps.clock.regions import spelled

WHITE, BLACK = "#ffffff", "#000000"
LIGHT = ("#f9f5f2", "#ffffff", "#f0eae6")  # paper, sheet, well, as in theme.css
DARK = ("#17131a", "#211b25", "#100d12")
READABLE, SEEN = 4.5, 3.0
STEPS = 50


def _channels(colour: str) -> list[int]:
    return [int(colour[at : at + 2], 16) for at in (1, 3, 5)]


def _luminance(colour: str) -> float:
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (n / 255 for n in _channels(colour))]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(colour: str, other: str) -> float:
    """How far apart two colours are in light: 1 to 21."""
    light, dark = sorted((_luminance(colour), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def mix(colour: str, other: str, share: float) -> str:
    """`colour` with `share` (0 to 1) of `other` in it."""
    pairs = zip(_channels(colour), _channels(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def _far_enough(colour: str, towards: str, grounds: Iterable[str], ratio: float) -> str:
    """Go from `colour` towards another until it stands out from every ground. The last step always does."""
    tries = (mix(colour, towards, step / STEPS) for step in range(STEPS + 1))
    return next(c for c in tries if all(contrast(c, ground) >= ratio for ground in grounds))


def _light_grounds(colour: str) -> tuple[str, ...]:
    return (*LIGHT, mix(colour, WHITE, 0.92))


def complaint(colour: str) -> str:
    """Say why a colour cannot be used, and which of its kind can; "" when it can."""
    worst = min(contrast(colour, ground) for ground in _light_grounds(colour))
    if worst >= READABLE:
        return ""
    better = _far_enough(colour, BLACK, _light_grounds(colour), READABLE)
    return (
        f"This {spelled('color')} is too pale to read on our background. Its contrast is {worst:.1f} to 1, "
        f"and 4.5 to 1 is needed. "
        f"A darker one of the same kind works: {better}."
    )


@cache
def sheet(colour: str) -> str:
    """The stylesheet that sets the eight plum tokens of theme.css from one colour, for light and for dark."""
    pairs = _tokens(colour)
    lines = "\n".join(f"    --rp-{name}: light-dark({light}, {dark});" for name, (light, dark) in pairs.items())
    return f'@layer tokens {{\n  :root,\n  [data-bs-theme="light"],\n  [data-bs-theme="dark"] {{\n{lines}\n  }}\n}}\n'


def _tokens(colour: str) -> dict[str, tuple[str, str]]:
    wash = mix(colour, DARK[0], 0.78)
    text = _far_enough(colour, WHITE, (*DARK, wash), 7)
    fill = _far_enough(mix(colour, WHITE, 0.3), WHITE, DARK, 6)
    return {
        "plum": (colour, text),
        "plum-fill": (colour, fill),
        "plum-fill-hover": (mix(colour, BLACK, 0.25), mix(fill, WHITE, 0.3)),
        "plum-deep": (mix(colour, BLACK, 0.45), mix(fill, BLACK, 0.4)),
        "on-plum": (WHITE, _far_enough(mix(colour, BLACK, 0.7), BLACK, (fill,), 6)),
        "plum-wash": (mix(colour, WHITE, 0.92), wash),
        "plum-line": (mix(colour, WHITE, 0.68), mix(colour, DARK[0], 0.35)),
        "stitch": (
            _far_enough(mix(colour, WHITE, 0.45), colour, LIGHT, SEEN),
            _far_enough(mix(colour, DARK[0], 0.2), WHITE, DARK, SEEN),
        ),
    }
