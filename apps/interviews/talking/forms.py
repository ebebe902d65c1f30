"""What an act of live mode may carry: one small form each, by the act's name. Input only."""

import uuid
from typing import Any

from django import forms
from django.db.models import Model

from apps.interviews.debriefing.models import Debrief, LiveNote, NamedPerson
from apps.interviews.preparing.models import PlannedQuestion
from apps.network.models import NamePermission
from apps.web.fields import ProseField

# A question is named by its own key, or by that of the act that added it.
KEY = r"^(\d{1,18}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$"


def _length(model: type[Model], field: str) -> int | None:
    return getattr(model._meta.get_field(field), "max_length", None)


class ActForm(forms.Form):
    """An act that carries nothing: which one it is, and when it was done."""

    client_id = forms.UUIDField(required=False)
    at = forms.DateTimeField(required=False)

    def clean_client_id(self) -> uuid.UUID:
        return self.cleaned_data["client_id"] or uuid.uuid4()


class SeenField(forms.CharField):
    """What the device had shown before; None where it did not say."""

    def to_python(self, value: Any) -> str | None:
        return None if value is None else str(value)


class TimeForm(ActForm):
    agreed = forms.BooleanField(required=False)


class QuestionForm(ActForm):
    question = forms.RegexField(KEY)


class AddForm(ActForm):
    added = forms.CharField(max_length=_length(PlannedQuestion, "text"))


class NoteForm(ActForm):
    text = ProseField(max_length=_length(LiveNote, "text"))
    kind = forms.ChoiceField(choices=LiveNote.Kind, required=False)
    question = forms.RegexField(KEY, required=False)


class DropForm(ActForm):
    note = forms.UUIDField()


SEEN = {"may_connect": "was_connect", "may_stay_in_touch": "was_in_touch"}  # of an answer: what was shown before


class CloseForm(ActForm):
    """Only what was sent is an answer; a radio that nobody touched says nothing."""

    may_connect = forms.NullBooleanField()
    may_stay_in_touch = forms.NullBooleanField()
    summary = ProseField(max_length=_length(Debrief, "summary"), required=False)
    was = ProseField(required=False, strip=False)
    was_connect = forms.NullBooleanField()
    was_in_touch = forms.NullBooleanField()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        sent = {name for name in self.fields if name in self.data} | {"client_id", "at"}
        known = frozenset(name for name, was in SEEN.items() if was in sent)
        return {name: value for name, value in cleaned.items() if name in sent} | {"known": known}


class PersonForm(ActForm):
    name = forms.CharField(max_length=_length(NamedPerson, "name"))
    about = forms.CharField(max_length=_length(NamedPerson, "about"), required=False)
    name_permission = forms.ChoiceField(choices=NamePermission, required=False)
    was_about = SeenField(required=False)
    was_permission = SeenField(required=False)


class UnnameForm(ActForm):
    name = forms.CharField(max_length=_length(NamedPerson, "name"))
    was_about = SeenField(required=False)
    was_permission = SeenField(required=False)


class SettleForm(ActForm):
    both = forms.UUIDField()


FORMS = {
    "start": TimeForm,
    "again": ActForm,
    "more": ActForm,
    "less": ActForm,
    "end": TimeForm,
    "tick": QuestionForm,
    "skip": QuestionForm,
    "reopen": QuestionForm,
    "add": AddForm,
    "note": NoteForm,
    "drop": DropForm,
    "close": CloseForm,
    "person": PersonForm,
    "unname": UnnameForm,
    "settle": SettleForm,
}
