"""What a coach or the office sent and can still undo, on every page where the letters are listed."""

from typing import Any

from django import template
from django.urls import reverse
from django.utils import timezone

from apps.coaching import sending

register = template.Library()


@register.inclusion_tag("coaching/undo.html", takes_context=True)
def letters_to_undo(context: dict[str, Any], cohort: int | None = None) -> dict[str, Any]:
    """The reader's letters of the last five minutes: {% letters_to_undo %}, on the page of a cohort with its number."""
    user = context["user"]
    address = reverse("cohort_letters_back", args=[cohort]) if cohort else reverse("coach_letter_back")
    return {
        "presses": sending.waiting(user, timezone.now()),
        "address": address,
        "user": user,
        "csrf_token": context.get("csrf_token"),
    }
