"""What a coach types: input only."""

import re
from collections.abc import Mapping
from typing import Any

from django import forms

from apps.coaching.models import CoachNote, SavedView, SharedNote
from apps.interviews.asking.models import ReviewComment
from apps.wording.text import one_line


class CommentForm(forms.Form):
    """A comment on one part of a draft, on words that stand there, with another wording if one is offered."""

    part = forms.CharField(max_length=20, widget=forms.HiddenInput)
    anchor = forms.CharField(label="Selected text", max_length=300, required=False)
    text = forms.CharField(label="Your comment", max_length=800, widget=forms.Textarea(attrs={"rows": 3}))
    suggestion = forms.CharField(
        label="Suggested wording", max_length=800, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(
        self, *args: Any, texts: Mapping[str, str] | None = None, comment: ReviewComment | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.texts, self.comment = texts or {}, comment

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        text, anchor = self.texts.get(data.get("part", ""), ""), data.get("anchor")
        if self.comment is None and data.get("part") not in self.texts:
            self.add_error(None, "That part was just taken out. Here is the latest version.")
        was_there = self.comment is not None and anchor == self.comment.anchor
        if anchor and not was_there and anchor not in text:
            self.add_error("anchor", "That text isn’t in this section. Copy it exactly from the draft.")
        return data

    @property
    def words(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in ("anchor", "text", "suggestion")}


class VerdictForm(forms.Form):
    verdict = forms.ChoiceField(choices=[("approve", "Approve and send"), ("return", "Return with comments")])
    note = forms.CharField(max_length=600, required=False)


class NoteForm(forms.ModelForm):
    """A note among coaches. It has no way to reach the student."""

    class Meta:
        model = CoachNote
        fields = ["text"]
        widgets = {"text": forms.Textarea(attrs={"rows": 3})}
        labels = {"text": "A note among coaches"}


class SharedNoteForm(forms.ModelForm):
    """A note for the student. Its field has another name, so that neither form takes what was typed into the other."""

    shared_text = forms.CharField(max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))

    class Meta:
        model = SharedNote
        fields: list[str] = []

    def __init__(self, *args: Any, first: str = "the student", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["shared_text"].label = f"A note for {first}"
        self.initial.setdefault("shared_text", self.instance.text)

    def save(self, commit: bool = True) -> SharedNote:
        self.instance.text = self.cleaned_data["shared_text"]
        return super().save(commit)


class LetterForm(forms.Form):
    """The words of a short letter."""

    text = forms.CharField(label="Message", max_length=2000, widget=forms.Textarea(attrs={"rows": 10}))


OPEN_PLACE = re.compile(r"\[(?:day|time|place)\]")  # of letters.TO_A_COHORT


class ManyForm(LetterForm):
    """The words to several students, and the subject, which may say what it is about."""

    subject = forms.CharField(label="Subject", max_length=120, required=False)
    field_order = ("subject", "text")

    def clean_subject(self) -> str:
        return _filled_in(one_line(self.cleaned_data["subject"]))

    def clean_text(self) -> str:
        return _filled_in(self.cleaned_data["text"])


def _filled_in(text: str) -> str:
    """Refuse words in which a place of the wording is still open."""
    if place := OPEN_PLACE.search(text):
        raise forms.ValidationError(f"Fill in {place[0]}, or delete it.")
    return text


class SavedViewForm(forms.Form):
    """The name of a choice of filters."""

    name = forms.CharField(label="Name of this view", max_length=SavedView._meta.get_field("name").max_length)
