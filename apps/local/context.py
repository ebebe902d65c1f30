"""Offer the four demo people on the sign-in page. Installed in the local stack only (config/settings.py)."""

from apps.local.people import DEMO_PEOPLE


def enter_as(request):
    return {"enter_as": [(role.value, person) for role, person in DEMO_PEOPLE.items()]}
