"""What the office types about asking for a job: a phrase of its own, and sentences to try."""

from django import forms

from apps.policy.models import Phrase
from apps.wording import rulebook
from apps.wording.patterns import BadPattern

MOST_SENTENCES = 60


class PhraseForm(forms.ModelForm):
    """A phrase of the office's own; what asks for a job says why, and offers a better sentence."""

    kind = forms.ChoiceField(
        label="This phrase",
        choices=[choice for choice in Phrase.Kind.choices if choice[0] != Phrase.Kind.OFF],
        widget=forms.RadioSelect,
    )

    class Meta:
        model = Phrase
        fields = ["kind", "pattern", "explanation", "suggestion"]
        labels = {"pattern": "Phrase"}
        help_texts = {
            "pattern": "As students write it, for example: pick your brain about openings. See below how to match "
            "more with one phrase.",
            "explanation": "One kind sentence for the student.",
            "suggestion": "What the student could write instead.",
        }

    def clean_pattern(self) -> str:
        try:
            return rulebook.classes().pattern(self.cleaned_data["pattern"]).text
        except BadPattern as error:
            raise forms.ValidationError(str(error)) from None

    def clean(self) -> None:
        super().clean()
        data = self.cleaned_data
        if data.get("kind") == Phrase.Kind.ASKS:
            for name in ("explanation", "suggestion"):
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, "Students see this next to their sentence. Write one.")
            if data.get("suggestion") and rulebook.caught(data["suggestion"]):
                self.add_error("suggestion", "This sentence sounds like asking for a job, too. Try another.")
        if {"kind", "pattern"} <= data.keys() and self._is_there(data["kind"], data["pattern"]):
            self.add_error("pattern", "You’ve already added this phrase.")

    def _is_there(self, kind: str, pattern: str) -> bool:
        return Phrase.objects.filter(kind=kind, pattern=pattern).exclude(pk=self.instance.pk).exists()

    @property
    def trial(self) -> rulebook.PhraseRow:
        """The phrase as rulebook.current() tries it."""
        data = self.cleaned_data
        return data["kind"], data["pattern"], data["explanation"], data["suggestion"]


class TryForm(forms.Form):
    sentences = forms.CharField(
        label="Sentences to test",
        help_text="Write one per line, or paste a whole request.",
        max_length=6000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    @property
    def lines(self) -> list[str]:
        text = self.cleaned_data.get("sentences", "") if self.is_valid() else ""
        return rulebook.sentences(text)[:MOST_SENTENCES]
