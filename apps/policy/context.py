"""The office's names for every page."""

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from apps.policy.models import Policy


def policy(request: HttpRequest) -> dict[str, SimpleLazyObject]:
    return {"policy": SimpleLazyObject(Policy.now)}
