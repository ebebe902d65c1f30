"""A share of so many, and how far from it the true one may lie. It knows nothing of requests."""

from dataclasses import dataclass
from math import sqrt

Z = 1.959964  # of the normal distribution: 95 in 100 lie within so many deviations on both sides


@dataclass(frozen=True)
class Share:
    """`part` of `whole`, which is at least one, with its 95 % score interval."""

    part: int
    whole: int

    @property
    def value(self) -> float:
        return self.part / self.whole

    @property
    def low(self) -> float:
        return wilson(self.part, self.whole)[0]

    @property
    def high(self) -> float:
        return wilson(self.part, self.whole)[1]

    def is_apart(self, other: "Share") -> bool:
        """Whether the intervals of the two do not overlap: then the difference may be spoken of."""
        return self.low > other.high or self.high < other.low


def wilson(part: int, whole: int) -> tuple[float, float]:
    """Return the ends of the 95 % score interval of a share, both within 0 and 1.

    It holds for few and for extreme counts, where the share plus and minus its error does not. Source: E. B. Wilson,
    “Probable inference, the law of succession, and statistical inference”, Journal of the American Statistical
    Association 22 (1927), 209 to 212; compared with others by R. G. Newcombe, Statistics in Medicine 17 (1998), 857
    to 872, from whose first table the tests take their figures (method 3).
    """
    share, square = part / whole, Z * Z
    middle = (share + square / (2 * whole)) / (1 + square / whole)
    reach = Z * sqrt(share * (1 - share) / whole + square / (4 * whole * whole)) / (1 + square / whole)
    return (0.0 if part == 0 else middle - reach), (1.0 if part == whole else middle + reach)
