"""What stands around the list of people found: boxes to tick with their counts, chips that lift off, the way to widen.

It decides wording and order only; who is found, and every number, is found.py's.
"""

from dataclasses import dataclass
from typing import NamedTuple

from apps.alumni import degrees
from apps.alumni.models import Format, Help
from apps.directory.found import FLAG
from apps.directory.queries import CAP, FLAGS, GROUPS, SORTS, DirectoryQuery, Reader
from apps.directory.search import Answer
from apps.directory.widening import FILTERS, WORD, WORDS, Widening

LABELS = {"help": dict(Help.choices), "format": dict(Format.choices), "degree": degrees.LEVELS}
VALUES_SHOWN = 10
WAYS_SHOWN = 6  # to widen a search
OPEN_AT_FIRST = {"help", "field"}


@dataclass(frozen=True, slots=True)
class Choice:
    """One box to tick."""

    name: str
    value: str
    label: str
    count: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Facet:
    """One group of boxes."""

    key: str
    label: str
    choices: list[Choice]
    is_open: bool


class Sort(NamedTuple):
    """One order of the list."""

    value: str
    words: str
    is_chosen: bool


class Chip(NamedTuple):
    """One filter that is chosen, and the address without it."""

    words: str
    address: str


class Wider(NamedTuple):
    """A way on where nobody fits: how many it finds."""

    words: str
    address: str
    finds: int


def facets_of(answer: Answer, reader: Reader) -> list[Facet]:
    """Return the groups of boxes beside the list, each with how many people it would leave."""
    counts: dict[str, dict[str, int]] = {group: {} for group in GROUPS}
    for facet, count in sorted(answer.counts.items(), key=lambda item: (-item[1], item[0])):
        group, _, value = facet.partition(":")
        if group in counts:
            counts[group][value] = count
    shown = [_facet(answer, group, counts[group], reader) for group in GROUPS]
    common = _common(answer, counts["major"], reader)
    return [facet for facet in [*shown[:2], *common, *shown[2:], _availability(answer, reader)] if facet.choices]


def _choice(answer: Answer, group: str, value: str, count: int) -> Choice:
    chosen = value in answer.query.chosen.get(group, ())
    return Choice(group, value, label(group, value), _shown(answer, count), chosen)


def _shown(answer: Answer, count: int) -> str:
    return f"{count:,}+" if answer.is_capped else f"{count:,}"


def label(group: str, value: str) -> str:
    """What a value is called on the page."""
    if group == "years":
        return f"{value} to {int(value) + 9}" if value.isdecimal() else value
    return LABELS.get(group, {}).get(value, value)


def _facet(answer: Answer, group: str, counts: dict[str, int], reader: Reader) -> Facet:
    """The most frequent values, and those chosen even if nobody is left."""
    chosen = answer.query.chosen.get(group, ())
    elsewhere = reader.majors if group == "major" else ()
    values = [value for value in counts if value not in elsewhere]
    if group in LABELS:
        order = list(LABELS[group])
        values.sort(key=lambda value: order.index(value) if value in order else len(order))
    elif group == "years":
        values.sort(reverse=True)
    kept = values[:VALUES_SHOWN]
    kept += [value for value in values[VALUES_SHOWN:] if value in chosen]
    kept += [value for value in chosen if value not in counts and value not in elsewhere]
    choices = [_choice(answer, group, value, counts.get(value, 0)) for value in kept]
    return Facet(group, GROUPS[group], choices, group in OPEN_AT_FIRST or bool(chosen))


def _common(answer: Answer, majors: dict[str, int], reader: Reader) -> list[Facet]:
    """What the reader shares with the people found."""
    choices = [_choice(answer, "major", value, count) for value, count in majors.items() if value in reader.majors]
    if reader.introduced:
        choices.append(_flag(answer, "known"))
    return [Facet("common", "In common", choices, True)]


def _availability(answer: Answer, reader: Reader) -> Facet:
    flags = ("free", "soon", "saved") if reader.pk else ("free", "soon")
    return Facet("free", "Availability", [_flag(answer, flag) for flag in flags], True)


def _flag(answer: Answer, flag: str) -> Choice:
    count = _shown(answer, answer.counts.get(f"{FLAG}{flag}", 0))
    return Choice(flag, "1", FLAGS[flag], count, flag in answer.query.flags)


def sorts(query: DirectoryQuery) -> list[Sort]:
    """Return the orders; the usual order has no value, so that it can differ for the next query."""
    return [
        Sort("" if value == query.usual_order else value, words, value == query.order) for value, words in SORTS.items()
    ]


def chips(query: DirectoryQuery) -> list[Chip]:
    """Return a chip for every filter."""
    chips = [Chip(FLAGS[flag], query.without(flag)) for flag in FLAGS if flag in query.flags]
    for group, values in query.chosen.items():
        chips += [Chip(_chosen(group, value), query.without(group, value)) for value in values]
    return chips


def _chosen(group: str, value: str) -> str:
    text = label(group, value)
    if group == "help":
        return f"Offers {text[0].lower()}{text[1:]}"
    if group == "language":
        return f"Speaks {text}"
    return f"{text} major" if group == "major" else f"Class of {text}" if group == "years" else text


def wider(answer: Answer) -> list[Wider]:
    """Return the ways on where nobody fits, the one that leaves out the least first."""
    ways = [Wider(_way(answer.query, way), way.query.address(), min(way.finds, CAP)) for way in answer.wider]
    return ways[:WAYS_SHOWN]


def _way(query: DirectoryQuery, way: Widening) -> str:
    """What a press on it does."""
    if way.left_out == FILTERS:
        return "Remove all filters"
    if way.left_out == WORDS:
        return f"Remove “{query.text}”"
    if way.left_out == WORD:
        return f"Search for “{way.query.text}”"
    if way.left_out in FLAGS:
        return f"Remove “{FLAGS[way.left_out]}”"
    values = [label(way.left_out, value) for value in query.chosen[way.left_out]]
    return f"Remove {' and '.join(f'“{value}”' for value in values)}"
