"""How many times are offered, and which span can be one."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from apps.clock.two_clocks import Span
from apps.interviews.scheduling import slots
from apps.web.answers import Refused

FEWEST_WINDOWS, MOST_WINDOWS = 3, 5


def check_window(
    starts_at: datetime, ends_at: datetime, others: Sequence[Span], *, minutes: int, now: datetime
) -> None:
    """Raise Refused, with what to do, for a time that cannot be offered."""
    if ends_at - starts_at < timedelta(minutes=minutes):
        raise Refused(f"Make it at least {minutes} minutes long.")
    if ends_at - starts_at > timedelta(hours=12):
        raise Refused("Twelve hours are the most for one offer. Split it into two.")
    if starts_at < now + slots.LEAD:
        raise Refused("Choose a time that lies ahead, so that they have a chance to read it.")
    if starts_at > now + timedelta(days=180):
        raise Refused("That is more than half a year away. Choose something closer.")
    if len(others) >= MOST_WINDOWS:
        raise Refused("Five times are enough. Change or remove one of them first.")
    if any(starts_at < other.ends_at and other.starts_at < ends_at for other in others):
        raise Refused("You offer that time already. Change the other one instead.")
