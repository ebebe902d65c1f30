"""What changed from one text to another, word by word, so that a person can read it: same, removed, added, in order."""

import re
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

_WORD = re.compile(r"\s+|[^\W_]+(?:[’'][^\W_]+)*|.", re.DOTALL)
LEAST = 2  # words that must be the same between two changes; fewer are read as part of the change


class Change(NamedTuple):
    """Words that stayed, went or came."""

    kind: Literal["same", "removed", "added"]
    words: str


def changes(before: str, after: str) -> list[Change]:
    """Return the words of both texts in the order in which somebody reads them.

    What is “same” or “added” makes `after`, what is “same” or “removed” makes `before`, to the letter.
    """
    old, new = _WORD.findall(before), _WORD.findall(after)
    found: list[Change] = []
    removed = added = ""
    for kind, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        is_between = bool(removed or added) and j < len(old) and m < len(new)
        if kind != "equal" or (is_between and sum(not word.isspace() for word in old[i:j]) < LEAST):
            removed, added = removed + "".join(old[i:j]), added + "".join(new[k:m])
        else:
            found += [*_changed(removed, added), Change("same", "".join(old[i:j]))]
            removed = added = ""
    return [*found, *_changed(removed, added)]


def _changed(removed: str, added: str) -> list[Change]:
    both = (Change("removed", removed), Change("added", added))
    return [change for change in both if change.words]
