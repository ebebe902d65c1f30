"""What came of a conversation, written down later and shared if the student likes (R119)."""

from datetime import datetime

from django import forms

from apps.interviews.debriefing.models import ImpactNote
from apps.interviews.lifecycle.acts import Stale, act, lock
from apps.interviews.lifecycle.models import Interview
from apps.interviews.lifecycle.moves import InterviewStatus
from apps.web.fields import ProseField


class ImpactForm(forms.Form):
    body = ProseField(label="What it led to", max_length=800, required=False, widget=forms.Textarea)
    is_shared = forms.BooleanField(required=False)


@act
def note_impact(interview: Interview, *, body: str, is_shared: bool, now: datetime) -> None:
    """Keep what came of a conversation; the alum sees it only when the student shares it (R119)."""
    fresh = lock(interview)
    if fresh.status != InterviewStatus.COMPLETED:
        raise Stale("You can add this after you talk.")
    if not body:
        ImpactNote.objects.filter(interview=fresh).delete()
        return
    values = {"body": body, "is_shared": is_shared and fresh.alum_id is not None, "written_at": now}
    ImpactNote.objects.update_or_create(interview=fresh, defaults=values)
