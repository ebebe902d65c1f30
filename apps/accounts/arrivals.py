"""Where somebody is led who has just signed in, before the page they wanted.

A room above tells it here as Rapport starts: `leads`.
"""

from collections.abc import Callable

from apps.accounts.models import User

type Lead = Callable[[User], str]  # returns the name of an address, or "" for none

_leads: list[Lead] = []


def leads(lead: Lead) -> None:
    """Have a room asked whenever somebody signs in."""
    if lead not in _leads:
        _leads.append(lead)


def led(person: User) -> str:
    """Return the name of the address that somebody sees first, or ""."""
    return next((name for lead in _leads if (name := lead(person))), "")
