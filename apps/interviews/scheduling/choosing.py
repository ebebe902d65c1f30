"""Times that are chosen on a week and not offered yet: kept as they are chosen, given up as they are offered.

Whoever offers, adds or removes times elsewhere says so here, so that a week in another tab notices (web.autosave).
"""

from collections.abc import Iterable, Sequence
from typing import Any

from apps.interviews.lifecycle.acts import act
from apps.interviews.lifecycle.models import Interview, InterviewRequest
from apps.interviews.lifecycle.moves import Side
from apps.interviews.scheduling import week
from apps.interviews.scheduling.models import ChosenTimes
from apps.interviews.scheduling.week import Span
from apps.web import autosave

type About = InterviewRequest | Interview


def _about(about: About, side: Side) -> dict[str, Any]:
    name = "request" if isinstance(about, InterviewRequest) else "interview"
    return {name: about, "side": side}


def kept(about: About, side: Side) -> ChosenTimes:
    """Return what one side has chosen and not offered; `spans` is None where that is just what they have offered."""
    names = _about(about, side)
    return ChosenTimes.objects.filter(**names).first() or ChosenTimes(**names)


def unoffered(about: About, side: Side) -> list[Span]:
    """Return the times that wait to be offered; none where nothing was chosen since."""
    return spans_of(kept(about, side)) or []


def spans_of(row: ChosenTimes) -> list[Span] | None:
    return None if row.spans is None else week.joined(week.typed_spans(row.spans))


@act
def keep(
    about: About, side: Side, *, version: int, offered: Sequence[Span], spans: list[Span] | None, note: str | None
) -> ChosenTimes:
    """Keep what is chosen, of which None is left as it was. Raises Conflict where another window chose since."""
    row = _locked(about, side)
    if row.spans is None:
        row.spans = _values(offered)
    typed = {"spans": None if spans is None else _values(spans), "note": note}
    values = {name: value for name, value in typed.items() if value is not None}
    autosave.save_version(row, version, values, noun="Your choice of times")
    return row


@act
def offered(about: About, side: Side) -> None:
    """What was chosen is offered, or was put aside: from now on the week shows what is offered."""
    autosave.write(_locked(about, side), {"spans": None, "note": ""})


@act
def follow(about: About, side: Side, *, added: Iterable[Span] = (), removed: Iterable[Span] = ()) -> None:
    """A time was added or taken out beside the week: what is chosen there follows."""
    row = _locked(about, side)
    chosen = spans_of(row)
    if chosen is not None:
        gone = list(removed)
        chosen = week.joined([*(span for span in chosen if span not in gone), *added])
    autosave.write(row, {"spans": None if chosen is None else _values(chosen)})


def _locked(about: About, side: Side) -> ChosenTimes:
    names = _about(about, side)
    ChosenTimes.objects.get_or_create(**names)
    return ChosenTimes.objects.select_for_update(no_key=True, of=("self",)).get(**names)


def _values(spans: Iterable[Span]) -> list[str]:
    return [span.value for span in week.joined(spans)]
