"""What people are called; and whom a letter names, not always in full: “Professor Tanabe”, “your work at Corvane”.

It reads words and knows nobody: whose names they are, and whether they may stand there, asking/checks.py decides.
"""

import re
from collections.abc import Iterator, Sequence

from apps.wording.text import folded

WORD = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*")
TITLES = frozenset("professor prof doctor dr dean mr mrs ms miss mx".split())  # noqa: SIM905
SENT = frozenset(
    """
    advised connected encouraged forwarded gave introduced mentioned named passed pointed recommended referred
    said says sent shared suggested suggestion suggests tells thought through told urged
    """.split()  # noqa: SIM905
)
NEAR = 4  # words
OPENERS = frozenset(
    """
    again also although because besides finally first here however indeed instead lastly like maybe now often once
    perhaps second since so sometimes still then there therefore third though thus today while yes yet
    """.split()  # noqa: SIM905
)
_DOTTED = re.compile(r"\b(Prof|Dr|Mrs?|Ms|Mx)\.")
_SPOKEN_TO = re.compile(
    r"(?:^|[.?!]\s+|\n\s*)(?P<first>[^\W\d_][\w’'-]+),\s+(?:your?|you’re|you've|you’ve)\b"
    r"|\b(?:[Dd]ear|[Hh]ello|[Hh]i|[Tt]hank you|[Tt]hanks),?\s+(?P<greeted>[^\W\d_][\w’'-]+)(?=\s*[,.!]|\s*$)",
    re.MULTILINE,
)
_PLACE = r"(?P<place>[A-Z][\w&’'-]*(?:\s+(?:(?:of|the|and|for|&)\s+)*[A-Z][\w&’'-]*)*)"
_WORK_AT = re.compile(
    r"\b(?:your\s+(?:[a-z]+\s+){0,2}?(?:work|job|role|position|team|career|colleagues|years|time)\s+(?:at|with|for)"
    rf"|you\s+(?:[a-z]+\s+)?(?:work|worked|are)\s+(?:at|for)|you\s+(?:[a-z]+\s+)?joined)\s+{_PLACE}"
)


def greeted_as(name: str, preferred: str) -> str:
    """Return what to say in a greeting."""
    return preferred or name.split(" ")[0]


def in_use(name: str, preferred: str) -> str:
    """Return the first and last name as the person uses them."""
    if not preferred:
        return name
    return f"{preferred} {name.split(' ')[-1]}" if " " in name else preferred


def initials(words: Sequence[str]) -> str:
    """Return two letters for the words of a name, of the first and the last."""
    return (words[0][:1] + (words[-1][:1] if len(words) > 1 else "")).upper() if words else "?"


def class_mark(year: int | None) -> str:
    """’14 for the class of 2014."""
    return f"’{year % 100:02d}" if year else ""


def words_of(name: str) -> list[str]:
    """Return the words of a name as they are matched, without titles: Dr. Kwame Osei is kwame, osei."""
    return [word for word in map(folded, WORD.findall(name)) if word not in TITLES]


def in_passing(text: str) -> tuple[set[str], set[str]]:
    """Return the capitalized words that follow a title, and those near a word of sending, as they are matched."""
    raw = WORD.findall(_DOTTED.sub(r"\1", text))
    words = [folded(re.sub(r"[’']s$", "", word)) for word in raw]
    capital = [at for at, word in enumerate(raw) if word[0].isupper()]
    titled = {words[at] for at in capital if at and words[at - 1] in TITLES}
    near = {words[at] for at in capital if SENT.intersection(words[max(at - NEAR, 0) : at + NEAR + 1])}
    return titled, near


def spoken_to(text: str) -> Iterator[str]:
    """Yield the names by which a text speaks to somebody: “Marcus, your work …”, “Thank you, Marcus.”"""
    for match in _SPOKEN_TO.finditer(text):
        name = match["first"] or match["greeted"]
        word = folded(name)
        if name[0].isupper() and word not in OPENERS and word not in TITLES and not word.endswith("ly"):
            yield name


def work_places(text: str) -> Iterator[tuple[str, str]]:
    """Yield (the words, the place) for each “your work at Corvane Medical”."""
    for match in _WORK_AT.finditer(text):
        yield match.group(), match["place"]
