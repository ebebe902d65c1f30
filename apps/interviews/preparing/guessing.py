"""What a student's own question is about, guessed from its words: so that it counts in what a plan covers (R77).

Every theme has a list of questions: those of the bank, and everyday ones (data/theme_sentences.txt). A word tells for
a theme as far as it is commoner there than elsewhere. Where no theme is clearly ahead nothing is guessed, and the page
asks. It decides nothing for good: the student changes the theme with one press.
"""

import math
from collections import Counter, defaultdict
from functools import lru_cache
from pathlib import Path

from apps.interviews.preparing.models import Question, Theme
from apps.wording.classifier import features

FILE = Path(__file__).parents[1] / "data" / "theme_sentences.txt"
SMOOTH = 0.3  # as if every word had been met so often in every theme
AHEAD = 1.0  # by so much must the best theme be ahead of the next, in logarithms of how likely they are
type Known = tuple[tuple[str, str], ...]  # (theme, question)


def guessed(text: str) -> str:
    """Return the theme that a question is most likely about; "" where none is clearly ahead."""
    bank = Question.objects.filter(is_active=True).order_by("pk").values_list("theme", "text")
    return _likeliest(text, (*_everyday(), *bank))


def _likeliest(text: str, known: Known) -> str:
    counts, sizes = _counted(known)
    told = [mark for mark in features(text) if mark in counts]
    scores = {theme: sum(_tells(counts[mark], sizes, theme) for mark in told) for theme in Theme.values}
    first, second = sorted(scores, key=lambda theme: -scores[theme])[:2]
    return first if scores[first] - scores[second] >= AHEAD else ""


def _tells(count: Counter[str], sizes: Counter[str], theme: str) -> float:
    """Return how much a word tells for a theme."""
    return math.log((count[theme] + SMOOTH) / (sizes[theme] + SMOOTH * len(Theme)))


@lru_cache(2)
def _counted(known: Known) -> tuple[dict[str, Counter[str]], Counter[str]]:
    """Return for each word how many questions of each theme have it, and how many questions each theme has."""
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    sizes: Counter[str] = Counter()
    for theme, text in known:
        sizes[theme] += 1
        for mark in features(text):
            counts[mark][theme] += 1
    return dict(counts), sizes


@lru_cache(1)
def _everyday() -> Known:
    lines = (line for line in FILE.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#"))
    return tuple((theme, text) for theme, _, text in (line.partition(" ") for line in lines))
