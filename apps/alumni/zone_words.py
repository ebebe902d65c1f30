"""Whether somebody’s own words about their times name a time zone already: “Tuesdays after 5, Dublin time”."""

import re
from functools import cache
from zoneinfo import available_timezones

from apps.clock import times

_SHORT = re.compile(
    r"\b(?:UTC|GMT|BST|IST|CES?T|EES?T|WES?T|MSK|JST|KST|SGT|HKT|PKT|SAST|WAT|A[CEW][DS]T|NZ[DS]?T|BRT"
    r"|(?:E|C|M|P|AK|H)[SD]?T|[AN][SD]T)\b"
)
_PEOPLES = {
    *("alaska", "american", "arizona", "atlantic", "australian", "brazil", "british", "canadian", "central", "chinese"),
    *("eastern", "england", "european", "french", "german", "greenwich", "hawaii", "india", "indian", "ireland"),
    *("irish", "israel", "japan", "local", "mountain", "newfoundland", "pacific", "scotland", "spain", "standard"),
    *("uk", "us", "zone"),
}
_TIME = re.compile(
    r"time in ([^\W\d_]+)|([^\W\d_]+)(?: standard| daylight| summer)?[- ]time\b(?! zone)|time zone", re.IGNORECASE
)


def name_a_zone(words: str, zone: str) -> bool:
    """Whether the words say in which zone they are meant; `zone` is the one we would add."""
    plain = " ".join(words.split())
    city = times.city(zone)
    if _SHORT.search(plain) or times.zone_name(zone).lower() in plain.lower():
        return True
    if re.search(rf"\b{re.escape(city)}\b", plain, re.IGNORECASE):
        return True
    named = [(match[1] or match[2] or "zone").lower() for match in _TIME.finditer(plain)]
    return any(name in _PEOPLES or name in _cities() for name in named)


@cache
def _cities() -> frozenset[str]:
    """The last words of cities that zones are named for: york, dublin."""
    return frozenset(times.city(zone).lower().split(",")[0].split()[-1] for zone in available_timezones())
