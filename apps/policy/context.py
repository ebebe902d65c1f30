"""The office's names for every page."""

from django.utils.functional import SimpleLazyObject

from apps.policy.models import Policy


def policy(request):
    return {"policy": SimpleLazyObject(Policy.now)}
