"""The parts of a form, no `load` needed: controls in our looks, and what is wrong with them in our words.

It decides how a mistake is said; what a form says itself stays as it is.
"""

import secrets
from typing import Any

from django import forms, template
from django.core import validators
from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.forms.boundfield import BoundField, BoundWidget
from django.utils.html import format_html
from django.utils.safestring import SafeString

from apps.clock import times
from apps.clock.regions import spelled
from apps.web import edits

register = template.Library()

CHOICE_INPUTS = {"radio", "checkbox"}


@register.simple_tag
def once() -> SafeString:
    """The key of this rendered form: pressed twice, it acts once (accounts/once.py)."""
    return format_html('<input type="hidden" name="once" value="{}">', secrets.token_urlsafe(12))


@register.simple_tag
def seen(form: BaseForm) -> SafeString:
    """What this form shows: so that another window's newer words are not written over (web/edits.py)."""
    return format_html('<input type="hidden" name="{}" value="{}">', edits.field_of(form), edits.seen_by(form))


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

# Django's code for a mistake, the fields that it is said of, and our sentence, with the figures of the mistake.
MISTAKES: tuple[tuple[str, type[forms.Field] | tuple[type[forms.Field], ...], str], ...] = (
    ("invalid", forms.EmailField, "Enter a full email address, like name@example.edu."),
    ("invalid", forms.URLField, "Enter the full address, starting with https://."),
    ("invalid", forms.DateField, "Enter the date as year, month, day: 2026-11-12."),
    ("invalid", forms.TimeField, "Enter the time as {hour} or 15:30."),
    ("invalid", forms.DateTimeField, "Enter the day and time as 2026-11-12 15:30."),
    ("invalid", (forms.FloatField, forms.DecimalField), "Enter a number."),
    ("invalid", forms.IntegerField, "Enter a whole number."),  # after those that are one of these
    ("invalid", forms.FileField, "Choose a file."),
    ("missing", forms.FileField, "Choose a file."),
    ("empty", forms.FileField, "This file is empty. Choose another."),
    ("invalid_choice", forms.Field, "Choose one from the list."),
    ("max_length", forms.CharField, "{limit_value} characters is the limit. You have {show_value}."),
    ("min_length", forms.CharField, "Write at least {limit_value} characters."),
    ("min_value", forms.Field, "Enter {limit_value} or more."),
    ("max_value", forms.Field, "Enter {limit_value} or less."),
    ("password_too_short", forms.Field, "Use {min_length} characters or more."),
    (
        "password_too_common",
        forms.Field,
        "This password is too common and easy to guess. Choose another.",
    ),
    (
        "password_too_similar",
        forms.Field,
        "This is too close to your name or email address. Choose another.",
    ),
    ("password_entirely_numeric", forms.Field, "Add some letters."),  # words: ok, of the alphabet,
)
MISSING = {
    "choices": "Choose one.",
    "select": "Choose one.",
    "checkbox": "{check} this box to continue.",
    "file": "Choose a file.",
}
VALIDATORS: dict[str, type[validators.BaseValidator | validators.EmailValidator]] = {
    "invalid": validators.EmailValidator,
    "max_length": validators.MaxLengthValidator,
    "min_length": validators.MinLengthValidator,
    "min_value": validators.MinValueValidator,
    "max_value": validators.MaxValueValidator,
}


@register.filter
def mistakes(field: BoundField | None) -> list[str]:
    """The mistakes of a bound field as sentences that say what to do; none of a form that is not on this page."""
    return [_mistake(error, field) for error in field.errors.as_data()] if field else []


def _mistake(error: ValidationError, field: BoundField) -> str:
    if not _is_djangos(error, field.field):
        return " ".join(error.messages)
    if error.code == "required" and isinstance(field.field, forms.MultipleChoiceField):
        return "Choose at least one."
    if error.code == "required":
        return MISSING.get(control_kind(field), "Fill this in.").format(check=spelled("Check"))
    ours = (sentence for code, kind, sentence in MISTAKES if code == error.code and isinstance(field.field, kind))
    sentence = next(ours, None)
    return (
        sentence.format_map({"hour": times.hour("15:30")} | (error.params or {}))
        if sentence
        else " ".join(error.messages)
    )


def _is_djangos(error: ValidationError, field: forms.Field) -> bool:
    """Whether a sentence is Django's own of this code: a form may say its own under the same."""
    code = error.code or ""
    if code.startswith("password_"):
        return True
    validator = VALIDATORS.get(code)
    return error.message is _messages(type(field)).get(code) or (
        validator is not None and error.message is validator.message
    )


def _messages(kind: type[forms.Field]) -> dict[str, object]:
    """Return what a kind of field says where a form does not say it otherwise, by code."""
    found: dict[str, object] = {}
    for one in reversed(kind.__mro__):
        found |= getattr(one, "default_error_messages", {})
    return found


@register.filter
def things_to_mend(count: int) -> str:
    """The heading of an error summary: Fix 2 things to continue."""
    return f"Fix {count} {'thing' if count == 1 else 'things'} to continue"
