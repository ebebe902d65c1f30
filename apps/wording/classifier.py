"""What the rules miss is weighed: every word and pair of words has a weight, learned from labelled sentences.

It decides how likely a sentence asks for a job, and which of its words weigh most. The weights are one readable table
(data/weights.csv) that `manage.py train_classifier` writes from data/job_sentences.tsv and from our own texts, which
never ask. It is a logistic regression, small enough to be learned here in seconds, and the same each time.
"""

import csv
import json
import math
import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path

from apps.wording.patterns import Word, words_of

type Texts = str | list[Texts] | dict[str, Texts]
type Lesson = tuple[bool, str]  # whether it asks for a job, and the sentence
type Line = tuple[list[str], int, bool]  # the marks that teach, how many there were, and whether it asks

DATA = Path(__file__).parent / "data"
OUR_TEXTS = Path(__file__).parents[1] / "interviews" / "data"  # they never ask for a job, which is learned from too
ENDINGS = (("ies", "y"), ("ing", ""), ("ed", ""), ("es", ""), ("s", ""), ("e", ""))
BIAS = "(all)"
ROUNDS, RATE, HOLD = 60, 0.5, 0.003  # times over all sentences, the first step, the pull back to nothing
SCALE = 6  # what the marks of one sentence amount to, however long it is
OFTEN = 2  # a mark in fewer sentences than this teaches nothing


def stem(word: str) -> str:
    """Return a word without its ending: “hiring” and “hires” weigh the same."""
    for ending, full in ENDINGS:
        if word.endswith(ending) and len(word) > max(4, len(ending) + 2) and not word.endswith("ss"):
            return word.removesuffix(ending) + full
    return word


def _line(sentence: str) -> list[tuple[str, Word | None]]:
    """Return (mark, word or None) for each word of a sentence, its beginning and its end."""
    words = words_of(sentence)
    end = "?" if sentence.rstrip().endswith("?") else "."
    return [("^", None), *((_mark(word), word) for word in words), (end, None)]


def _mark(word: Word) -> str:
    return "[Name]" if word.is_name else stem(word.plain)


def features(sentence: str) -> set[str]:
    """Return the words and pairs of words of a sentence, as they are weighed."""
    line = [mark for mark, _ in _line(sentence)]
    return set(line) | {f"{one} {after}" for one, after in pairwise(line)}


@cache
def weights() -> dict[str, float]:
    """Return {mark: weight} as it ships."""
    with (DATA / "weights.csv").open(newline="") as file:
        return {row["mark"]: float(row["weight"]) for row in csv.DictReader(file)}


def probability(sentence: str) -> float:
    """Return how likely it is, from 0 to 1, that a sentence asks for a job."""
    found, known = features(sentence), weights()
    total = sum(known.get(mark, 0) for mark in found) * SCALE / math.sqrt(len(found))
    return 1 / (1 + math.exp(-max(-30, min(30, total + known.get(BIAS, 0)))))


def heaviest(sentence: str) -> tuple[Word, Word] | None:
    """Return the first and the last word of the run of words that weighs most, or None where there is no word."""
    line, known = _line(sentence), weights()
    best: tuple[float, Word, Word] | None = None
    run, first = 0.0, None
    for (before, _), (mark, word) in pairwise(line):
        if word is None:
            continue
        first, run = (first, run) if run > 0 and first else (word, 0.0)
        run += known.get(mark, 0) + known.get(f"{before} {mark}", 0)
        if best is None or run > best[0]:
            best = run, first, word
    return best[1:] if best else None


# --- learning ---------------------------------------------------------------------------------------------------------


def training_rows() -> list[Lesson]:
    """Return (asks, sentence) for each sentence to learn from: those we labelled, and our own, which never ask."""
    return [*labelled(), *((False, sentence) for sentence in dict.fromkeys(_shipped()))]


def labelled() -> list[Lesson]:
    """Return (asks, sentence) for each sentence that we labelled."""
    rows = (line.split("\t") for line in (DATA / "job_sentences.tsv").read_text().splitlines())
    return [(label == "1", sentence) for label, sentence in rows]


def _shipped() -> Iterator[str]:
    with (OUR_TEXTS / "questions.csv").open(newline="") as file:
        yield from (row["text"] for row in csv.DictReader(file))
    for text in _texts(json.loads((OUR_TEXTS / "samples.json").read_text())):
        yield from (sentence for sentence in re.split(r"(?<=[.?])\s+", _with_a_name(text)) if " " in sentence)


def _with_a_name(text: str) -> str:
    """Return a sentence as somebody reads it: with a university where the file leaves room for its name."""
    return re.sub(r"\{\w+\}", "Northfield", text)


def _texts(texts: Texts) -> Iterator[str]:
    if isinstance(texts, str):
        yield texts
    else:
        for part in texts.values() if isinstance(texts, dict) else texts:
            yield from _texts(part)


def learned(rows: Iterable[Lesson]) -> dict[str, float]:
    """Return {mark: weight} for (asks, sentence) rows: the same for the same rows, to three places."""
    read = [(features(sentence), asks) for asks, sentence in rows]
    counts = Counter(mark for found, _ in read for mark in found)
    often = {mark for mark, count in counts.items() if count >= OFTEN}
    lines = [(sorted(found & often), len(found), asks) for found, asks in read]
    return {mark: value for mark, weight in sorted(_fitted(lines).items()) if (value := round(weight, 3))}


def _fitted(lines: list[Line]) -> dict[str, float]:
    known: defaultdict[str, float] = defaultdict(float)
    order = random.Random(0)  # noqa: S311 - the order of sentences is no secret
    for turn in range(ROUNDS):
        order.shuffle(lines)
        rate = RATE / (1 + turn)
        for features, length, asks in lines:
            _step(known, features, length, asks, rate)
    return known


def _step(known: dict[str, float], features: list[str], length: int, asks: bool, rate: float) -> None:
    share = SCALE / math.sqrt(length)
    total = sum(known[mark] for mark in features) * share + known[BIAS]
    miss = asks - 1 / (1 + math.exp(-max(-30, min(30, total))))
    for mark in features:
        known[mark] += rate * (miss * share - HOLD * known[mark])
    known[BIAS] += rate * miss * 0.1
