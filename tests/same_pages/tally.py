"""What was compared, and what differs."""

import difflib
import re
import sys
import time
from collections import Counter
from itertools import islice

SHOWN = 40  # lines of a difference
TOLD = 100  # differences
LASTS_S = 30 * 60  # at most
BREAK = re.compile(r"(?<=>)|(?<=, )")  # in long lines, for a difference that can be read


class Tally:
    def __init__(self) -> None:
        self.pairs, self.differences, self.statuses = 0, 0, Counter[int]()
        self.ends_at = time.monotonic() + LASTS_S

    def compare(self, what: str, old: object, new: object) -> None:
        """Count a pair, and say how the new one differs."""
        assert time.monotonic() < self.ends_at, f"It took longer than {LASTS_S} s."
        self.pairs += 1
        if str(old) == str(new):
            return
        self.differences += 1
        if self.differences <= TOLD:
            lines = difflib.unified_diff(_lines(old), _lines(new), lineterm="", n=1)
            self.say("\n".join([f"DIFFERS {what}", *islice(lines, 2, SHOWN)]))

    def say(self, text: str) -> None:
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()

    def __str__(self) -> str:
        equal, answers = self.pairs - self.differences, dict(sorted(self.statuses.items()))
        return f"{self.pairs} pairs, {equal} equal, {self.differences} differ; answers: {answers}"


def _lines(thing: object) -> list[str]:
    return BREAK.sub("\n", str(thing)).split("\n")
