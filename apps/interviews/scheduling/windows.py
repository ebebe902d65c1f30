"""How many times are offered, and which span can be one."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from apps.clock.two_clocks import Span
from apps.interviews.scheduling import slots
from apps.web.answers import Refused

FEWEST_WINDOWS, MOST_WINDOWS = 3, 5


def check_window(
    starts_at: datetime,
    ends_at: datetime,
    others: Sequence[Span],
    *,
    minutes: int,
    now: datetime,
    most: int = MOST_WINDOWS,
) -> None:
    """Raise Refused, with what to do, for a time that cannot be offered."""
    if ends_at - starts_at < timedelta(minutes=minutes):
        raise Refused(f"Make it at least {minutes} minutes long.")
    if ends_at - starts_at > timedelta(hours=12):
        raise Refused("12 hours is the longest you can offer at once. Split it into two.")
    if starts_at < now + slots.LEAD:
        raise Refused("Choose a later time, so there’s a chance to read your message first.")
    if starts_at > now + timedelta(days=180):
        raise Refused("That’s more than 6 months away. Choose something sooner.")
    if len(others) >= most:
        raise Refused(f"{most} times are enough. Change or remove one first.")
    if any(starts_at < other.ends_at and other.starts_at < ends_at for other in others):
        raise Refused("You’re already offering that time. Change the other one instead.")
