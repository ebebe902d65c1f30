"""The parts of a form, no `load` needed: controls in our looks, and what is wrong with them in our words.

It decides how a mistake is said; what a form says itself stays as it is.
"""

import re
import secrets
from typing import Any

from django import template
from django.forms.boundfield import BoundField, BoundWidget
from django.utils.html import format_html
from django.utils.safestring import SafeString

from apps.accounts.templatetags.moments import in_words

register = template.Library()

CHOICE_INPUTS = {"radio", "checkbox"}


@register.simple_tag
def once() -> SafeString:
    """The key of this rendered form: pressed twice, it acts once (accounts/once.py)."""
    return format_html('<input type="hidden" name="once" value="{}">', secrets.token_urlsafe(12))


@register.simple_tag
def control(field: BoundField) -> SafeString:
    """The input of a bound field with our classes, naming its hint and error in aria-describedby."""
    return field.as_widget(attrs=_attrs(field))


def _attrs(field: BoundField) -> dict[str, Any]:
    named = described(field)
    attrs = {"class": f"{_control_class(field)} {field.field.widget.attrs.get('class', '')}".strip()}
    if named and "aria-describedby" not in field.field.widget.attrs:
        attrs["aria-describedby"] = named
    if field.errors:
        attrs["class"] += " is-invalid"
        attrs["aria-invalid"] = "true"
    return attrs


def _control_class(field: BoundField) -> str:
    kind = control_kind(field)
    if kind in CHOICE_INPUTS or kind == "choices":
        return "form-check-input"
    return "form-select" if kind == "select" else "form-control"


@register.filter
def control_kind(field: BoundField) -> str:
    """One of text, select, checkbox (one box), choices (radios or boxes), hidden, file."""
    widget = field.field.widget
    if widget.is_hidden:
        return "hidden"
    kind: str = getattr(widget, "input_type", "text")
    if hasattr(widget, "add_id_index") and kind in CHOICE_INPUTS:
        return "choices"
    return kind if kind in ("select", "checkbox", "file") else "text"


@register.simple_tag
def choice_input(choice: BoundWidget, field: BoundField) -> SafeString:
    """One radio or box of a choice field, in our looks."""
    choice.data["attrs"] |= {"class": "form-check-input"} | ({"aria-invalid": "true"} if field.errors else {})
    return choice.tag()


@register.filter
def described(field: BoundField) -> str:
    """The ids of a field's hint and error, for aria-describedby."""
    ids = [f"{field.id_for_label or field.auto_id}-hint"] if field.help_text else []
    if field.errors:
        ids.append(f"{field.id_for_label or field.auto_id}-error")
    return " ".join(ids)


# --- mistakes ---------------------------------------------------------------------------------------------------------

# Django's own sentences for a mistake, and ours; what a form says itself stays as it is.
MISTAKES = (
    (r"This field is required\.", None),
    (
        r"Enter a valid email address\.",
        "This is not a whole e-mail address. Please look again, around the @.",
    ),
    (r"Enter a valid URL\.", "Write the whole address, beginning with https://."),
    (r"Enter a valid date\.", "Write the date as year, month, day: 2026-11-12."),
    (r"Enter a valid time\.", "Write the time as 15:30 or 3:30 pm."),
    (r"Enter a valid date/time\.", "Write the day and the time as 2026-11-12 15:30."),
    (r"Enter a whole number\.", "Write a whole number, in figures."),
    (r"Enter a number\.", "Write a number, in figures."),
    (r"Select a valid choice\..*", "Please choose one from the list."),
    (
        r"Ensure this value has at most (\d+) characters? \(it has (\d+)\)\.",
        r"\1 characters fit here; you have \2.",
    ),
    (r"Ensure this value has at least (\d+) characters? \(it has (\d+)\)\.", r"Please write at least \1 characters."),
    (r"Ensure this value is greater than or equal to (.+)\.", r"Please write \1 or more."),
    (r"Ensure this value is less than or equal to (.+)\.", r"Please write \1 or less."),
    (r"The submitted file is empty\.", "This file is empty. Please choose another."),
    (r"No file was submitted\..*", "Please choose a file."),
    (
        r"This password is too short\. It must contain at least (\d+) characters?\.",
        r"Please make it \1 characters or more.",
    ),
    (
        r"This password is too common\.",
        "This one is on the lists that everybody guesses from. Please think of another.",
    ),
    (
        r"The password is too similar to the (.+)\.",
        "This is too close to your name or address. Please think of another.",
    ),
    (r"This password is entirely numeric\.", "Please put some letters in."),
    (r"You must type the same password each time\.", "The two are not the same. Please type both again."),
)
MISSING = {
    "choices": "Please choose one.",
    "select": "Please choose one.",
    "checkbox": "Please tick this to go on.",
    "file": "Please choose a file.",
}


@register.filter
def mistakes(field: BoundField) -> list[str]:
    """The mistakes of a bound field as sentences that say what to do."""
    return [_mistake(str(error), field) for error in field.errors]


def _mistake(sentence: str, field: BoundField) -> str:
    for theirs, ours in MISTAKES:
        if found := re.fullmatch(theirs, sentence):
            return found.expand(ours) if ours else MISSING.get(control_kind(field), "Please fill this in.")
    return sentence


@register.filter
def things_to_mend(count: int) -> str:
    """The heading of an error summary: Two things to mend before this can go."""
    return f"{in_words(count)} {'thing' if count == 1 else 'things'} to mend before this can go"
