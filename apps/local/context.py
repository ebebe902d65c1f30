"""Offer the demo people who are here on the sign-in pages. Installed in the local stack only (config/settings.py)."""

from collections.abc import Callable

from django.http import HttpRequest

from apps.accounts.models import User
from apps.local.people import DEMO_PEOPLE, DemoPerson

type Offered = list[tuple[str, DemoPerson]]  # with the word of their role in the address


def enter_as(request: HttpRequest) -> dict[str, Callable[[], Offered]]:
    """Give templates the people to enter as; the database is asked only where a page offers them."""
    return {"enter_as": _here}


def _here() -> Offered:
    emails = [person.email for person in DEMO_PEOPLE.values()]
    here = set(User.objects.filter(email__in=emails).values_list("email", flat=True))
    return [(role.value, person) for role, person in DEMO_PEOPLE.items() if person.email in here]
