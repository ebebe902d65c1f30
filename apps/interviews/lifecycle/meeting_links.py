"""The link of a video call in what people type as its place."""

import re

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator

BARE = re.compile(r"(?:[a-z0-9-]+\.)+[a-z]{2,}/\S+", re.IGNORECASE)
FEWEST = 6  # digits in the number of a meeting, or of a phone
NO_LINK = "Paste the whole link, starting with https://, or the number to join with."


def can_be_joined(place: str) -> bool:
    """Whether one can join a video call by what was typed: a link, or the number of a meeting; “zoom” is neither."""
    return bool(meeting_link(place)) or sum(letter.isdigit() for letter in place) >= FEWEST


def meeting_link(place: str) -> str:
    """Return the address in what was noted as the place of a video call, as a browser opens it; "" where there is none.

    Invitations hold more than the link, and some people leave out https://.
    """
    words = [word.strip("<>()[].,;\"'“”") for word in place.split()]
    whole = [word for word in words if word.lower().startswith(("https://", "http://"))]
    bare = [f"https://{word}" for word in words if BARE.fullmatch(word)]
    return next((address for address in [*whole, *bare] if _is_address(address)), "")


def _is_address(address: str) -> bool:
    try:
        URLValidator(schemes=["http", "https"])(address)
    except ValidationError:
        return False
    return True
