"""How long an introduction takes to say, and what to do about it (R22, R25). It changes no word of it."""

import re
from dataclasses import dataclass
from typing import NamedTuple

from apps.students.models import Introduction
from apps.wording.text import folded

WORDS_A_MINUTE = 140
SHORTEST_S, LONGEST_S = 60, 120
FEWEST, MOST = (WORDS_A_MINUTE * seconds // 60 for seconds in (SHORTEST_S, LONGEST_S))


@dataclass(frozen=True)
class Line:
    """A part as one line to complete: what it begins with, as a label and as the sentence has it."""

    label: str
    beginning: str
    hint: str
    more: str  # the hint where there is room for more than a line

    def completed(self, text: str) -> str:
        """Return the line as a sentence; one that is a sentence already stays as it is."""
        text = " ".join(text.split())
        if not text:
            return ""
        begun = text if _IS_SENTENCE.match(text) else f"{self.beginning} {text}"
        return begun if begun.endswith(_ENDS) else f"{begun}."

    def shortened(self, text: str) -> str:
        """Return what of a sentence stands behind the label, so that it is not read twice."""
        rest = text.removeprefix(f"{self.beginning} ")
        return text if rest == text else rest.removesuffix(".")


_IS_SENTENCE = re.compile(r"(i|my|me|hi|hello|hey|we|our|it|this|there|the reason)\b", re.IGNORECASE)
_ENDS = (".", "!", "?", "…", ".”", "?”")

LINES = {
    "who": Line("I am", "I’m", "Your year and what you study.", "Your name, what you study, and what drew you to it."),
    "skills": Line(
        "I’m good at",
        "I’m good at",
        "Small things count: “keeping a lab notebook others can read.”",
        "1 to 3 things you can do, each with where you did it.",
    ),
    "hopes": Line(
        "I’d like to find out",
        "I’d like to find out",
        "“I’m not sure yet” is a fine start: “what people do all day with this degree.”",
        "The question that made you ask this person and no one else.",
    ),
}
_AS_SOMEBODY = re.compile(r"(?:i[’']m|i am)\s+(?=(?:an?|the|in|at|from|studying|majoring|working)\b)", re.IGNORECASE)


def opening(who: str, *, called: str, first_name: str) -> str:
    """Return the first part as a stranger reads it, with the name; said face to face it may leave the name out."""
    name, text = folded(first_name), folded(who)
    if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text) or (name in text and not name.isascii()):
        return who
    rest = _AS_SOMEBODY.sub("", who, count=1)
    return f"I’m {called}. {who}" if rest == who else f"I’m {called}, {rest}"


PARTS = {name: (line.label, line.more) for name, line in LINES.items()}  # said at length, under the same names


class Advice(NamedTuple):
    """One next step: a colour, a sign and a sentence."""

    colour: str
    sign: str
    sentence: str


@dataclass(frozen=True)
class Length:
    """What the page says about the length: words, the time in words, and one next step."""

    words: int
    time: str
    advice: Advice
    most: int = MOST
    fewest: int = FEWEST


def measure(introduction: Introduction) -> Length:
    """Say how long an introduction is and what to do about it."""
    words = len(introduction.text.split())
    return Length(words, duration(introduction.seconds), _advice(introduction, words))


def seconds(text: str) -> int:
    return round(len(text.split()) / WORDS_A_MINUTE * 60)


def clock(seconds: int) -> str:
    """0:29; 1:05."""
    return f"{seconds // 60}:{seconds % 60:02}"


class Sentence(NamedTuple):
    """One sentence to say aloud, and after how many seconds it begins."""

    text: str
    at: int


def sentences(introduction: Introduction) -> list[Sentence]:
    """Return the whole of it, a sentence at a time."""
    found, words = [], 0
    for sentence in (one for part in introduction.parts for one in _SENTENCE_END.split(part) if one.strip()):
        found.append(Sentence(sentence.strip(), round(words / WORDS_A_MINUTE * 60)))
        words += len(sentence.split())
    return found


_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+|\n+")


def duration(seconds: int) -> str:
    """35 seconds; 1 minute; 1 minute 20."""
    minutes, rest = divmod(5 * round(seconds / 5), 60)
    if not minutes:
        return f"{rest} seconds"
    return f"{minutes} minute{'s' if minutes > 1 else ''}{f' {rest}' if rest else ''}"


def _count(words: int) -> str:
    return f"{words} word" if words == 1 else f"{words} words"


def _advice(introduction: Introduction, words: int) -> Advice:
    missing = [label for name, (label, _) in PARTS.items() if not getattr(introduction, name).strip()]
    if not words:
        return Advice("", "pencil", "Write 3 short parts. Together they take 1 to 2 minutes to say.")
    if words > MOST:
        return Advice(
            "gold",
            "lightbulb",
            f"Longer than 2 minutes. Cut about {_count(words - MOST)}. What would they not miss?",
        )
    if missing:
        return Advice("gold", "lightbulb", f"Still to write: “{missing[0]}”.")
    if words < FEWEST:
        return Advice(
            "gold",
            "lightbulb",
            f"Under 1 minute. You have room for about {_count(FEWEST - words)}. Add an example?",
        )
    return Advice("moss", "check-lg", "1 to 2 minutes is a good length. Now say it aloud once, to anyone.")
