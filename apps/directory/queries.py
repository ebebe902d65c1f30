"""What is asked of the directory: the address of the page as a query, and who is looking. Pure: no database."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Self
from urllib.parse import urlencode

from django.http import QueryDict

from apps.alumni import words
from apps.clock.regions import spelled_lazily
from apps.web.gate import whole_number

CAP = 10_000
PAGE = 20
SORTS = {"closest": "Best match", "name": "Name", "year": "Class year"}
GROUPS = {
    "help": "What they offer",
    "field": "Field",
    "organization": spelled_lazily("Organization"),
    "major": "Major",
    "degree": "Degree",
    "years": "Class years",
    "place": "Location",
    "language": "Language",
    "format": "How to talk",
}
FLAGS = {
    "free": "Taking requests now",
    "soon": "Can talk within a week",
    "known": "Someone you both know",
    "saved": "Saved for later",
}


@dataclass(frozen=True)
class DirectoryQuery:
    """What stands in the address of the page; the same address is the same query."""

    text: str = ""
    chosen: dict[str, tuple[str, ...]] = field(default_factory=dict)  # group -> values
    flags: frozenset[str] = frozenset()
    sort: str = ""
    page: int = 1

    @classmethod
    def of(cls, get: QueryDict) -> Self:
        """Read a QueryDict; what makes no sense is left out."""
        text = " ".join(get.get("q", "").replace("\x00", " ").split())[:200]
        chosen = {group: _values(get.getlist(group)) for group in GROUPS if _values(get.getlist(group))}
        page, sort = get.get("page", ""), get.get("sort", "")
        return cls(
            text=text,
            chosen=chosen,
            flags=frozenset(flag for flag in FLAGS if get.get(flag)),
            sort=sort if sort in SORTS else "",
            page=min(max(whole_number(page) or 1, 1), CAP // PAGE + 1) if len(page) < 6 else 1,
        )

    @property
    def is_plain(self) -> bool:
        """Nothing was asked: the directory as it opens."""
        return not (self.text or self.chosen or self.flags)

    @property
    def usual_order(self) -> str:
        return "name" if self.is_plain else "closest"

    @property
    def order(self) -> str:
        return self.sort or self.usual_order

    @cached_property
    def words(self) -> list[str]:
        return words.query_words(self.text)

    def said(self, by_phrase: dict[tuple[str, ...], list[str]]) -> dict[str, list[str]]:
        """Return what was found for phrases by the phrase as it was typed: “NYC”, not “nyc”."""
        typed = {word: part.strip(',;:!?"“”()') for part in self.text.split() for word in words.words(part)}
        return {" ".join(typed.get(word, word) for word in phrase): found for phrase, found in by_phrase.items()}

    def address(self, **changes: Any) -> str:
        """Return the address of this query with changes, from its first page unless a page is named."""
        other = replace(self, **{"page": 1, **changes})
        pairs = [("q", other.text)] if other.text else []
        pairs += [(group, value) for group in GROUPS for value in other.chosen.get(group, ())]
        pairs += [(flag, "1") for flag in FLAGS if flag in other.flags]
        pairs += [("sort", other.sort)] if other.sort else []
        pairs += [("page", str(other.page))] if other.page > 1 else []
        return "?" + urlencode(pairs)

    @property
    def kept(self) -> str:
        """The address of what is asked, however sorted, in whatever order boxes were ticked: for a saved search."""
        chosen = {group: tuple(sorted(values)) for group, values in self.chosen.items()}
        return self.address(chosen=chosen, sort="")

    def without(self, group: str, value: str | None = None) -> str:
        """Return the address without one filter."""
        if group in FLAGS:
            return self.address(flags=self.flags - {group})
        left = tuple(kept for kept in self.chosen[group] if kept != value)
        return self.address(chosen={**self.chosen, group: left})


def _values(values: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value[:200].replace("\x00", "") for value in values if value))[:20]


@dataclass(frozen=True)
class Reader:
    """Who is looking: what they share with an alum and who introduced them to whom."""

    pk: int = 0
    majors: tuple[str, ...] = ()
    wishes: tuple[list[str], ...] = ()  # each a list of folded words: a field, an employer, a place
    introduced: dict[int, str] = field(default_factory=dict)  # alum id -> words that say who named them

    @property
    def major_facets(self) -> list[str]:
        return [f"major:{major}" for major in self.majors]
