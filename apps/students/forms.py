"""The introduction and the first page: input only."""

from typing import Any

from django import forms

from apps.students import spoken
from apps.students.models import Introduction, StudentProfile
from apps.web.autosave import Posted

SHARED = (
    "Your coach can then see who you know, what you asked them, and when you talked. Your coach cannot see anything "
    "you mark as private. We list each time your coach looks, so you can check."
)


class LinesForm(Posted, forms.ModelForm):
    """The same three parts as three lines to complete; each is kept as a whole sentence, which can be said."""

    class Meta:
        model = Introduction
        fields = list(spoken.LINES)
        labels = {name: line.label for name, line in spoken.LINES.items()}
        help_texts = {name: line.hint for name, line in spoken.LINES.items()}
        widgets = dict.fromkeys(spoken.LINES, forms.TextInput)

    def __init__(self, *args: Any, instance: Introduction, who: str = "", **kwargs: Any) -> None:
        """`who` is what the first line says as long as nothing is written."""
        shown = {name: line.shortened(getattr(instance, name)) for name, line in spoken.LINES.items()}
        initial = shown | {"who": shown["who"] or who}
        super().__init__(*args, instance=instance, initial=initial, **kwargs)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        return data | {name: spoken.LINES[name].completed(text) for name, text in data.items()}


class WelcomeForm(forms.ModelForm):
    class Meta:
        model = StudentProfile
        fields = ["program", "stage", "goal", "shares_network"]
        labels = {
            "program": "What you study",
            "stage": "Where you are",
            "goal": "What do you want to find out this term?",
            "shares_network": "My coach can see my network",
        }
        help_texts = {
            "program": "From the office’s records. It appears in your requests, so correct it if it’s wrong.",
            "goal": "One sentence in your own words. Your coach, once you have one, can see it. Alumni can’t.",
            "shares_network": SHARED,
        }
        widgets = {"stage": forms.RadioSelect, "goal": forms.Textarea(attrs={"rows": 2})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance.program:  # nothing there that the office could have got wrong
            self.fields[
                "program"
            ].help_text = "For example: biology. It appears in your requests. Leave it blank if you haven’t decided."
