"""What the office types about its own search words: a word with what it means, and a search to try."""

from django import forms

from apps.directory import own_words
from apps.policy.models import SearchWord

LONGEST = 120  # of one meaning
MOST_MEANINGS = 8


class SearchWordForm(forms.ModelForm):
    """A word or phrase as students type it, and what it means, one meaning a line."""

    kind = forms.ChoiceField(
        label="What it is",
        choices=SearchWord.Kind.choices,
        widget=forms.RadioSelect,
    )
    text = forms.CharField(
        label="Search to test it with",
        help_text="Left empty, we search for the word itself.",
        max_length=200,
        required=False,
    )

    class Meta:
        model = SearchWord
        fields = ["phrase", "kind", "means"]
        labels = {"phrase": "What students type", "means": "What it means"}
        help_texts = {
            "phrase": "One word or a few, for example: the Cities. “The cities” is the same.",
            "means": "As alumni write it in their profiles. One meaning per line, for example: Minneapolis, MN",
        }
        widgets = {"means": forms.Textarea(attrs={"rows": 3})}

    def clean_phrase(self) -> str:
        phrase = " ".join(self.cleaned_data["phrase"].split())
        if not own_words.is_sayable(phrase):
            raise forms.ValidationError("Write a word that says more than “of” or “the”.")
        if not own_words.key(phrase):
            raise forms.ValidationError("This is already read as a class year. Write another word.")
        return phrase

    def clean_means(self) -> str:
        names = list(dict.fromkeys(" ".join(line.split()) for line in self.cleaned_data["means"].splitlines()))
        names = [name for name in names if name]
        if len(names) > MOST_MEANINGS:
            raise forms.ValidationError(f"Write {MOST_MEANINGS} meanings at most. You can add the word again.")
        for name in names:
            if not own_words.is_sayable(name):
                raise forms.ValidationError(f"“{name}” has no word we can search for. Write at least one word.")
            if len(name) > LONGEST:
                raise forms.ValidationError("One of the lines is very long. Write one meaning per line.")
        return "\n".join(names)

    def clean(self) -> dict[str, object]:
        data: dict[str, object] = super().clean() or self.cleaned_data
        phrase, kind = str(data.get("phrase", "")), data.get("kind")
        others = SearchWord.objects.exclude(pk=self.instance.pk)
        if phrase and any(
            own_words.key(other) == own_words.key(phrase)
            for other in others.filter(kind=kind).values_list("phrase", flat=True)
        ):
            self.add_error("phrase", "You’ve already added this word. Change that one instead.")
        if self.instance.pk is None and others.count() >= own_words.MOST:
            self.add_error(None, f"You have {own_words.MOST} words, which is the most we can use. Delete one first.")
        return data

    @property
    def row(self) -> own_words.Row:
        """The word as a search tries it."""
        data = self.cleaned_data
        return data["kind"], data["phrase"], data["means"]

    @property
    def tried(self) -> str:
        """The search to try it with."""
        return self.cleaned_data.get("text") or self.cleaned_data["phrase"]


class TryForm(forms.Form):
    q = forms.CharField(
        label="A search to test",
        help_text="Write it as a student would, for example: nurse in the Cities",
        max_length=200,
        required=False,
    )

    @property
    def text(self) -> str:
        return " ".join(self.cleaned_data.get("q", "").split()) if self.is_valid() else ""
