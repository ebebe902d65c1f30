"""What an alum types who would rather name somebody else."""

from django import forms

from apps.web.fields import NoteForm


class SuggestForm(NoteForm):
    name = forms.CharField(max_length=150)
    about = forms.CharField(max_length=200, required=False)
    may_use_name = forms.BooleanField(required=False)
    declines = forms.BooleanField(required=False)
