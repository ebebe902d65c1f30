"""How a letter will leave: who reads it first, and when. One line on the page says it all.

It decides which hour is advised. Whether a letter may leave, and at that time, is said by actions.py.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from apps.clock import times
from apps.clock.local_times import resolve
from apps.clock.two_clocks import on_both_clocks
from apps.interviews.asking.letter import recipient_zone
from apps.interviews.lifecycle.models import InterviewRequest

MORNING = time(9)  # a letter that lies on top when the reader begins the day is read soonest
SOONEST = timedelta(hours=1)  # less than that is “now”


@dataclass(frozen=True)
class Sending:
    """What the line says. `at` and `best` are moments on both clocks, in words; `at` is empty for now."""

    is_read_first: bool
    at: str
    is_past: bool
    best: str
    best_at: str  # as a form carries it


def sending_of(
    request: InterviewRequest, send_at: datetime | None, now: datetime, *, must_be_read: bool, is_released: bool = False
) -> Sending:
    """Say how `request` leaves if it is sent at `now` with the time chosen, `send_at`, or None."""
    zone, own = recipient_zone(request), request.student.time_zone
    best = best_time(zone, now)
    return Sending(
        is_read_first=must_be_read or (request.wants_review and not is_released),
        at=on_both_clocks(send_at, zone, own) if send_at else "",
        is_past=send_at is not None and send_at <= now,
        best=on_both_clocks(best, zone, own),
        best_at=best.isoformat(),
    )


def best_time(zone: str, now: datetime) -> datetime:
    """Return the next weekday morning of `zone`, an hour from `now` or later."""
    day = times.local_date(now, zone)
    while day.weekday() >= 5 or resolve(day, MORNING, zone) < now + SOONEST:
        day += timedelta(days=1)
    return resolve(day, MORNING, zone)
