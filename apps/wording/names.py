"""What people are called; and whom a letter names, not always in full: “Professor Albright”, “your work at Halden”.

It reads words and knows nobody: whose names they are, and whether they may stand there, asking/checks.py decides.
"""

import re
from collections.abc import Iterator, Sequence

from apps.wording import person_name
from apps.wording.name_words import PARTICLES
from apps.wording.text import folded

type Run = tuple[str, ...]  # capitalized words that stand together

WORD = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*")
TITLES = frozenset("professor prof doctor dr dean mr mrs ms miss mx".split())  # noqa: SIM905
SENT = frozenset(
    """
    advised connected encouraged forwarded gave introduced mentioned named passed pointed recommended referred
    said says sent shared suggested suggestion suggests tells thought through told urged
    """.split()  # noqa: SIM905
)
NEAR = 4  # words
ORDINARY = frozenset(  # words that are names, too, but begin a sentence as themselves
    """
    an art bill bless brook chance chase christian dawn destiny drew earnest faith field forest frank gene grace grant
    guy happy harmony heather hope ivy joy june april august jay law long love mark may mercy miles moor next patience
    pat peace penny pierce price pride ray read rich robin rose rusty sage say see skip so star still sue summer sunny
    tell true trust ward way weaver west will winter wood work worth young
    """.split()  # noqa: SIM905
)
MONTHS = frozenset("march april may june august".split())  # noqa: SIM905 - those that are names, too
NO_NAMES = TITLES | frozenset(  # capitals that may stand beside a name and are no part of it
    """
    i january february july september october november december monday tuesday wednesday
    thursday friday saturday sunday when what that since after before because as if while once though and but or so
    last later earlier today yesterday recently both only even the a an my our your his her their in on at for from with
    this these those then there here how who why where though although also finally first thanks thank aunt uncle cousin
    """.split()  # noqa: SIM905
)
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


def words_of(name: str) -> list[str]:
    """Return the words of a name as they are matched: Dr. Kwame Osei, PhD, chemistry, is kwame, osei.

    Only the name itself counts: no title or degree, and not what somebody wrote beside it to tell people apart.
    """
    found = person_name.read(name)
    words = WORD.findall(" ".join((*found.core, found.preferred)))
    return [word for word in map(folded, words) if word not in TITLES and word not in PARTICLES]


def in_passing(text: str) -> tuple[set[str], list[Run]]:
    """Return the capitalized words that follow a title, and the runs of them near a word of sending, as matched.

    A run is what stands together in capitals: “Ramsey Lake County” names a county, and neither Ramsey nor Lake. A word
    that begins its sentence and is an ordinary one there (“May I ask …”, “Grace and patience …”) is no name.
    """
    found = [*WORD.finditer(_DOTTED.sub(r"\1", text))]
    raw = [match.group() for match in found]
    words = [folded(re.sub(r"[’']s$", "", word)) for word in raw]
    begins = [_begins(match) for match in found]
    capital = {at for at, word in enumerate(raw) if word[0].isupper() and not (begins[at] and words[at] in ORDINARY)}
    titled = {words[at] for at in capital if at and words[at - 1] in TITLES}
    near = {at for at in capital if SENT.intersection(words[max(at - NEAR, 0) : at + NEAR + 1])}
    runs = [[at for at in run if words[at] not in NO_NAMES and len(words[at]) > 1] for run in _runs(found, capital)]
    return titled, [tuple(words[at] for at in run) for run in runs if near.intersection(run)]


def _begins(match: re.Match[str]) -> bool:
    """Whether a word begins its sentence."""
    before = match.string[: match.start()].rstrip("“\"‘'( \t")
    return not before or before[-1] in ".!?\n:"


def _runs(found: Sequence[re.Match[str]], capital: set[int]) -> list[list[int]]:
    """Return which capitalized words stand together, with blanks alone between them."""
    runs: list[list[int]] = []
    for at in sorted(capital):
        between = found[at].string[found[at - 1].end() : found[at].start()] if at else ","
        if at - 1 in capital and not between.strip() and not is_possessive(found[at - 1].group()):
            runs[-1].append(at)
        else:
            runs.append([at])
    return runs


def is_possessive(word: str) -> bool:
    return word.endswith(("’s", "'s"))


def spoken_to(text: str) -> Iterator[str]:
    """Yield the names by which a text speaks to somebody: “Marcus, your work …”, “Thank you, Marcus.”"""
    for match in _SPOKEN_TO.finditer(text):
        name = match["first"] or match["greeted"]
        word = folded(name)
        if name[0].isupper() and word not in OPENERS and word not in TITLES and not word.endswith("ly"):
            yield name


def work_places(text: str) -> Iterator[tuple[str, str]]:
    """Yield (the words, the place) for each “your work at Halden Devices”."""
    for match in _WORK_AT.finditer(text):
        yield match.group(), match["place"]
