"""What stands around the list of people found: boxes to tick with their counts, chips that lift off, the way to widen.

It decides wording and order only; who is found, and every number, is search.py's.
"""

from dataclasses import dataclass

from apps.alumni.models import Format, Help
from apps.alumni.search import CAP, FLAGS, GROUPS, SORTS, TOTAL

LABELS = {"help": dict(Help.choices), "format": dict(Format.choices)}
VALUES_SHOWN = 10
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
    choices: list
    is_open: bool


def facets_of(answer, reader):
    """Return the groups of boxes beside the list, each with how many people it would leave."""
    found = {group: {} for group in GROUPS}
    for facet, count in sorted(answer.counts.items(), key=lambda item: (-item[1], item[0])):
        group, _, value = facet.partition(":")
        found[group][value] = count
    shown = [_facet(answer, group, found[group], reader) for group in GROUPS]
    common = _common(answer, found["major"], reader)
    return [facet for facet in [*shown[:2], *common, *shown[2:], _availability(answer, reader)] if facet.choices]


def _choice(answer, group, value, count):
    chosen = value in answer.question.chosen.get(group, ())
    shown = f"{count:,}+" if answer.is_capped else f"{count:,}"
    return Choice(group, value, label(group, value), shown, chosen)


def label(group, value):
    """What a value is called on the page."""
    if group == "years":
        return f"{value} to {int(value) + 9}" if value.isdecimal() else value
    return LABELS.get(group, {}).get(value, value)


def _facet(answer, group, counts, reader):
    """The most frequent values, and those chosen even if nobody is left."""
    chosen = answer.question.chosen.get(group, ())
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


def _common(answer, majors, reader):
    """What the reader shares with the people found."""
    choices = [_choice(answer, "major", value, count) for value, count in majors.items() if value in reader.majors]
    if reader.introduced:
        choices.append(_flag(answer, "known"))
    return [Facet("common", "You have in common", choices, True)]


def _availability(answer, reader):
    flags = ("free", "saved") if reader.pk else ("free",)
    return Facet("free", "Availability", [_flag(answer, flag) for flag in flags], True)


def _flag(answer, flag):
    return Choice(flag, "1", FLAGS[flag], "", flag in answer.question.flags)


def sorts(question):
    """Return (value, words, is chosen); the usual order has no value, so that it can differ for the next question."""
    return [
        ("" if value == question.usual_order else value, said, value == question.order) for value, said in SORTS.items()
    ]


def chips(question):
    """Return (what is chosen, the address without it) for every filter."""
    found = [(FLAGS[flag], question.without(flag)) for flag in FLAGS if flag in question.flags]
    for group, values in question.chosen.items():
        found += [(_chip(group, value), question.without(group, value)) for value in values]
    return found


def _chip(group, value):
    said = label(group, value)
    if group == "help":
        return f"Offers {said[0].lower()}{said[1:]}"
    return f"{said} major" if group == "major" else f"Class of {said}" if group == "years" else said


def wider(answer):
    """Where nobody fits, return (words, address, how many) of the filter whose lifting finds most, or None."""
    if answer.total:
        return None
    by_group = {group: count for group, count in answer.wider.items() if group}
    group, count = max(by_group.items(), key=lambda item: item[1], default=("", 0))
    if count:
        said = label(group, answer.question.chosen[group][0])
        chosen = {name: kept for name, kept in answer.question.chosen.items() if name != group}
        return f"Look beyond “{said}”", answer.question.address(chosen=chosen), min(count, CAP)
    count = answer.wider.get(TOTAL, 0)
    alone = answer.question.address(chosen={}, flags=frozenset())
    return ("Look with the words alone", alone, min(count, CAP)) if count else None
