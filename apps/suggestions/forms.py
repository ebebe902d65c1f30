"""What is typed to suggest somebody: input only."""

from typing import Any

from django import forms

from apps.suggestions import outside
from apps.web.fields import ProseField
from apps.wording import person_name
from apps.wording.text import one_line


class SuggestForm(forms.Form):
    """Who, where they are outside the directory, the reason, and what an alum is written about the student."""

    person = forms.CharField(
        label="Or someone outside the directory",
        max_length=350,
        required=False,
        help_text="A name, a comma, then what they do. Only someone who agreed to be named.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    email = forms.EmailField(
        label="Their email address",
        required=False,
        help_text="Only for a warm introduction. The student sees it once both have said yes. We delete it otherwise.",
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    why = ProseField(
        label="Why this person",
        max_length=400,
        help_text="The student reads this.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    to_alum = ProseField(
        label="Your words to this person",
        max_length=600,
        required=False,
        help_text="Only for a warm introduction: what you’d write about the student. The student reads it first, and "
        "we email this person only after the student says yes. You introduce both only if both say yes.",
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, has_alum: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.has_alum = has_alum

    def clean_person(self) -> tuple[str, str]:
        """Return who they are, and what they do, as it was written behind the first comma."""
        line = one_line(self.cleaned_data["person"])
        name, _, about = line.partition(",")
        if line and not any(letter.isalpha() for letter in name):
            raise forms.ValidationError(f"Begin with a name: “{line[:60]}”.")
        return person_name.tidy(name)[:150] if line else "", about.strip()[:200]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        name, _ = data.get("person") or ("", "")
        if not self.has_alum and not name and "person" not in self.errors:
            self.add_error("person", "Choose an alum above, or write a name.")
        if self.has_alum and name:
            self.add_error("person", "You chose an alum and wrote a name. Keep one of them.")
        self._introduced(data, is_outside=bool(name))
        return data

    def _introduced(self, data: dict[str, Any], *, is_outside: bool) -> None:
        """Look whether somebody outside the directory can be asked: with an address, and with words."""
        address = data.get("email", "")
        if self.has_alum and address:
            self.add_error("email", "You chose an alum, whose address we know. Leave this blank.")
        elif is_outside and data.get("to_alum") and not address and "email" not in self.errors:
            self.add_error("email", "Write their email address, or leave out your words to them.")
        elif address and not data.get("to_alum") and "to_alum" not in self.errors:
            self.add_error("to_alum", "Write what you’d say about the student, or leave out the email address.")
        elif address and (why := outside.elsewhere(address)):
            self.add_error("email", why)
