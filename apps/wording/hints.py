"""What a check says about a text, and the small comparisons of words that checks share."""

import difflib
import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from apps.wording.names import WORD
from apps.wording.text import folded

PLACEHOLDER = re.compile(r"\[[^\]\n]{0,60}\]|\{\{?[^}\n]{0,60}\}?\}|<[^>\n]{1,40}>|\b[Xx]{3,}\b|_{3,}|\bTODO\b|\bTBD\b")


COMMON = frozenset(
    """
    about after again also always another because before being between career could every field found from graduate
    happy have hello help interested into just know learn like love many manager more most much name office only
    other people person please school senior since some state student study studying talk than thank that their them
    then there these they thing think this those through time university very want well were what when where which
    while with work worked working would year years your company department director officer associate
    """.split()  # noqa: SIM905
)


class Person(Protocol):
    """Somebody whom a text names."""

    @property
    def pk(self) -> int: ...

    @property
    def first_name(self) -> str: ...


@dataclass(frozen=True)
class Hint:
    """One remark on one part. `blocks`: it cannot be sent like this."""

    name: str
    part: str  # a key of PARTS, or "goals", or "times", or "letter" for the whole
    tone: str  # moss: good; gold: think again; brick: it cannot go like this
    title: str
    text: str = ""
    sentence: str = ""  # the words of the student that it is about
    suggestion: str = ""
    can_keep: bool = False
    referrer: Person | None = None  # a contact whose leave is missing

    @property
    def blocks(self) -> bool:
        return self.tone == "brick"

    @property
    def key(self) -> str:
        """Name this hint about these words, so that "Keep mine" lasts until they change."""
        return f"{self.name}:{hashlib.sha256(self.sentence.encode()).hexdigest()[:16]}"


def stems(text: str) -> set[str]:
    """Return the telling words of a text, cut to their first six letters so that approval meets approving."""
    words = {folded(word) for word in WORD.findall(text)}
    return {word[:6] for word in words if len(word) > 3 and word not in COMMON}


def nearly(text: str, names: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield (as written, as it should be) for capitalized words that almost are one of the names."""
    rights = {folded(name): name for name in names}
    for word in dict.fromkeys(WORD.findall(text)):
        plain = folded(re.sub(r"[’']s$", "", word))
        if not word[0].isupper() or plain in rights or len(plain) < 4:
            continue
        near = difflib.get_close_matches(plain, [name for name in rights if name[0] == plain[0]], 1, cutoff=0.82)
        if near and not (plain.startswith(near[0]) or near[0].startswith(plain)):
            yield word, rights[near[0]]
