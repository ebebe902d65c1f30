"""What a student has pressed and can still undo: a request, a thank-you, a progress update, until it is sent."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from apps.interviews.lifecycle.models import Interview, InterviewRequest
from apps.interviews.lifecycle.moves import RequestStatus
from apps.network.models import Touch
from apps.today import week as weeks
from apps.today.week import Deed, Sending
from apps.web.answers import page as path_of
from apps.web.answers import page_of_a_row


def undoable(
    talks: Iterable[Interview],
    requests: Iterable[InterviewRequest],
    deeds: Iterable[Deed],
    now: datetime,
    undo: timedelta,
) -> list[Sending]:
    """Return what the student has pressed and can still undo, the soonest first."""
    found = [*_asking(requests), *_thanking(talks), *_telling(deeds, undo)]
    return sorted((one for one in found if one.at > now), key=lambda one: one.at)


def _asking(requests: Iterable[InterviewRequest]) -> Iterator[Sending]:
    for request in requests:
        if request.status == RequestStatus.SENT and request.leaves_at:
            title = weeks.DEEDS[Touch.Kind.ASKED].format(request.contact.name)
            back = page_of_a_row("request_take_back").format(request.pk)
            yield Sending(f"asked:{request.pk}", title, request.leaves_at, back)


def _thanking(talks: Iterable[Interview]) -> Iterator[Sending]:
    for talk in talks:
        note = getattr(talk, "thank_you", None)
        if note and note.sent_at and note.leaves_at:
            title = weeks.DEEDS[Touch.Kind.THANKED].format(talk.contact.name)
            yield Sending(f"thank-you:{talk.pk}", title, note.leaves_at, page_of_a_row("thanks_back").format(talk.pk))


def _telling(deeds: Iterable[Deed], undo: timedelta) -> Iterator[Sending]:
    """One for each update: undone, all of its notes are."""
    last = {weeks.thing_of(*deed[:3]): deed for deed in deeds if (deed[1] or "").startswith("update:")}
    for thing, (kind, _, _, name, at) in last.items():
        title = weeks.DEEDS[Touch.Kind(kind)].format(name)
        yield Sending(thing, title, at + undo, f"{path_of('progress_update')}?update={thing.split(':')[1]}")
