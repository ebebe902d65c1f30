"""How many suggestions wait for a student, where they look for people."""

from datetime import datetime
from typing import Any

from django import template
from django.db.models import FETCH_RAISE, QuerySet
from django.template.loader import render_to_string
from django.utils import timezone

from apps.accounts.models import User
from apps.database.prepared import prepared
from apps.suggestions.models import Suggestion
from apps.suggestions.page import said

register = template.Library()


@register.simple_tag
def suggestions_of(user: User) -> str:
    """Names who was suggested to a student and waits for an answer: {% suggestions_of user %}; mostly nobody."""
    waiting = _waiting(user.pk, timezone.now()) if user.is_student else []
    return render_to_string("suggestions/waiting.html", {"waiting": waiting}) if waiting else ""


@prepared
def _waiting(student: int, now: datetime) -> QuerySet[Suggestion]:
    """Return those to answer, with no more than what says who suggests whom."""
    rows = Suggestion.objects.filter(student=student, expires_at__gt=now).live().select_related("alum", "author")
    named = [f"{who}__{part}" for who in ("alum", "author") for part in ("name", "preferred_name", "sort_key")]
    return rows.only("name", *named).order_by("made_at", "pk").fetch_mode(FETCH_RAISE)[:3]


@register.inclusion_tag("suggestions/given_to.html")
def suggestions_to(student: User, reader: User) -> dict[str, Any]:
    """What was suggested to a student of this coach, and what they said: {% suggestions_to student user %}."""
    rows = (
        Suggestion.objects.visible_to(reader).filter(student=student).select_related("alum", "author", "introduction")
    )
    now = timezone.now()
    return {"given": [said(one, now) for one in rows.order_by("-made_at", "-pk")[:6]], "student": student}
