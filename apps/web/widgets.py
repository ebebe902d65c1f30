"""How the usual inputs are written in HTML: as Django’s own templates do, without running one for each.

A page of forms has a dozen inputs, and Django renders two templates for each and three for every line of a select: a
quarter of such a page. What is not named here (a group of radios, a file) stays Django’s own template.
"""

from collections.abc import Callable, Mapping
from html import escape
from typing import Any

from django.forms.renderers import DjangoTemplates
from django.http import HttpRequest

type Widget = Mapping[str, Any]


class Renderer(DjangoTemplates):
    """FORM_RENDERER of the settings."""

    def render(self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None) -> str:
        write = WRITTEN.get(template_name)
        return write(context["widget"]) if write else super().render(template_name, context, request)


def _text(value: object) -> str:
    """Return a value as HTML: escaped, but for what is HTML already."""
    return str(value) if hasattr(value, "__html__") else escape(str(value))


def _attrs(widget: Widget) -> str:
    return "".join(
        f" {escape(name)}" if value is True else f' {escape(name)}="{_text(value)}"'
        for name, value in widget["attrs"].items()
        if value is not False
    )


def _input(widget: Widget) -> str:
    value = "" if widget["value"] is None else f' value="{_text(widget["value"])}"'
    return f'<input type="{escape(widget["type"])}" name="{escape(widget["name"])}"{value}{_attrs(widget)}>'


def _textarea(widget: Widget) -> str:
    return f'<textarea name="{escape(widget["name"])}"{_attrs(widget)}>\n{_text(widget["value"] or "")}</textarea>'


def _select(widget: Widget) -> str:
    groups = "".join(_group(name, options) for name, options, _ in widget["optgroups"])
    return f'<select name="{escape(widget["name"])}"{_attrs(widget)}>{groups}\n</select>'


def _group(name: object, options: list[Widget]) -> str:
    lines = "".join(f"\n  {_option(option)}" for option in options)
    return f'\n  <optgroup label="{_text(name)}">{lines}\n  </optgroup>' if name else lines


def _option(widget: Widget) -> str:
    return f'<option value="{_text(widget["value"])}"{_attrs(widget)}>{_text(widget["label"])}</option>'


INPUTS = ("checkbox", "date", "email", "hidden", "input", "number", "password", "tel", "text", "time", "url")
WRITTEN: dict[str, Callable[[Widget], str]] = {
    **{f"django/forms/widgets/{name}.html": _input for name in INPUTS},
    "django/forms/widgets/textarea.html": _textarea,
    "django/forms/widgets/select.html": _select,
}
