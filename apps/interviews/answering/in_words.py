"""What an alum wrote under “Suggest other times” without filling in a time: other times, or something to answer first.

Where in doubt it is a suggestion, for that is what they pressed: only a question that names no time is a question.
"""

import re

from apps.clock import times
from apps.interviews.scheduling import usual

_OTHERS = {
    *("after", "anytime", "available", "availability", "before", "busy", "christmas", "earlier", "easter", "fortnight"),
    *("free", "holiday", "hour", "later", "midday", "month", "night", "slot", "soon", "sooner", "time", "today"),
    *("tomorrow", "tonight", "until", "week"),
}
_NAMES = ({*usual.DAYS, *usual.PARTS, *_OTHERS} | {month.lower() for month in times.MONTHS}) - {"may"}  # May I ask …?


def only_asks(note: str) -> bool:
    """Whether it is a question about something else than when to talk."""
    words = re.findall(r"[^\W\d_]+(?:’\w+)?", note.lower().replace("'", "’"))
    names_time = any(word in _NAMES or word.removesuffix("s") in _NAMES for word in words)
    return "?" in note and not names_time and not re.search(r"\d", note)
