"""How many suggestions wait for a student, where they look for people."""

from typing import Any

from django import template
from django.utils import timezone

from apps.accounts.models import User
from apps.suggestions.models import Suggestion
from apps.suggestions.page import said

register = template.Library()


@register.inclusion_tag("suggestions/waiting.html")
def suggestions_of(user: User) -> dict[str, Any]:
    """Names who was suggested to a student and waits for an answer: {% suggestions_of user %}."""
    if not user.is_student:
        return {"waiting": []}
    rows = Suggestion.objects.filter(student=user, expires_at__gt=timezone.now()).live()
    return {"waiting": list(rows.select_related("alum", "author").order_by("made_at", "pk")[:3])}


@register.inclusion_tag("suggestions/given_to.html")
def suggestions_to(student: User, reader: User) -> dict[str, Any]:
    """What was suggested to a student of this coach, and what they said: {% suggestions_to student user %}."""
    rows = (
        Suggestion.objects.visible_to(reader).filter(student=student).select_related("alum", "author", "introduction")
    )
    now = timezone.now()
    return {"given": [said(one, now) for one in rows.order_by("-made_at", "-pk")[:6]], "student": student}
