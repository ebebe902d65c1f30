"""Forms that change what is there, opened in two windows: the later one never writes over what it has not seen (B11).

`{% seen form %}` writes into a form what it showed. `@edits`, below the door of a view, lets one press at a time act on
what an address edits, and `overtaken` answers with both texts where something else has been saved since. Long texts
that save themselves have a version instead: autosave.py. Not an app; it knows no model.
"""

import hashlib
from collections.abc import Iterable
from functools import wraps
from typing import Any

from django.db import connection, models, transaction
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from apps.web.answers import HtmxRequest, Refused, View, show
from apps.web.autosave import CONFLICT, Difference, TwoTexts, in_words

CHANGED = "This was changed in another window. Nothing is lost: both versions are here."


def field_of(form: BaseForm) -> str:
    """Return under which name a form says what it showed; several may stand on one page."""
    return f"seen-{form.add_prefix(type(form).__name__.lower())}"


def fingerprint(form: BaseForm) -> str:
    """Return what a form shows before anybody types, in one word."""
    values = [(name, form.get_initial_for_field(field, name), field) for name, field in form.fields.items()]
    shown = [(name, _plain(field.prepare_value(value))) for name, value, field in values]
    return hashlib.sha256(repr(shown).encode()).hexdigest()[:32]


def _plain(value: Any) -> Any:
    """Return a value as a page says it: a row by its key, nothing as nothing, several in one order."""
    if isinstance(value, models.Model):
        return str(value.pk)
    if isinstance(value, list | tuple | set):
        return sorted(str(_plain(one)) for one in value)
    return "" if value is None or value is False else str(value)


def seen_by(form: BaseForm) -> str:
    """Return what a form says that it showed: what was posted, so that a form shown again says the same."""
    return form.data.get(field_of(form), "") if form.is_bound else fingerprint(form)


def edits(view: View) -> View:
    """Let one press at a time act on what the address of a view edits: of a row, or of the person's own.

    The row that the door fetched, and the person, are read again once it is this one's turn.
    """

    @wraps(view)
    def in_turn(request: HtmxRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method != "POST":
            return view(request, *args, **kwargs)
        with transaction.atomic():
            _wait_for_turn(request, kwargs or args)
            for row in (request.user, *args):
                if isinstance(row, models.Model):
                    row.refresh_from_db()
            try:
                return view(request, *args, **kwargs)
            except Refused as error:  # an act is all or nothing by itself; what was saved before it stays
                refusal = error
        raise refusal

    return in_turn


def _wait_for_turn(request: HttpRequest, names: Any) -> None:
    whose = "" if names else str(request.user.pk)  # an address without a number is of the one who reads it
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"edit {request.path} {whose}"])


def overtaken(request: HtmxRequest, heading: str, *forms: BaseForm | None, back: str = "") -> HttpResponse | None:
    """Return the page with both texts, where a form would write over something newer; else None.

    Ask it of valid forms, before they are saved. Who typed what is saved already is not bothered. `back` is where the
    saved version stands; left out, at the address that was posted to.
    """
    late = [form for form in forms if form is not None and _is_late(form)]
    if not late:
        return None
    page = TwoTexts(heading, CHANGED, [one for form in late for one in _differences(form)], back or request.path)
    return show(request, CONFLICT, page, swap="texts", status=422 if request.htmx else 409)  # htmx shows no 409


def _is_late(form: BaseForm) -> bool:
    said = form.data.get(field_of(form), "")
    return bool(said) and said != fingerprint(form) and form.has_changed()


def _differences(form: BaseForm) -> Iterable[Difference]:
    for name in form.changed_data:
        field, saved = form.fields[name], form.get_initial_for_field(form.fields[name], name)
        typed = form.cleaned_data.get(name)
        yield Difference(str(form[name].label), in_words(field, saved), in_words(field, typed))


def wanted(request: HttpRequest, *, now: bool) -> bool:
    """Return what a switch is to be: what its button said, also when somebody else was quicker; else the other way."""
    said = request.POST.get("on")
    return said == "1" if said in ("0", "1") else not now
