"""Words that are written in more than one window: each save says which version it began from (reliability.md, B11).

It decides when a save would write over something newer, and how a page and its script (static/js/autosave.js) are
answered. It knows no model, only that a row counts its versions. Not an app.
"""

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any, ClassVar, Protocol

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, QueryDict

from apps.clock import times
from apps.web.answers import Goal, HtmxRequest, Refused, To, View, after, goal_of, refused, show
from apps.web.gate import whole_number

# --- in an act --------------------------------------------------------------------------------------------------------


class Versioned(Protocol):
    """A row that counts how often its words were changed."""

    version: int

    def save(self) -> None: ...


class Conflict(Refused):
    """Something newer was saved meanwhile. `newer` is what is saved, by the names of the form."""

    def __init__(self, newer: Mapping[str, Any], *, noun: str = "This") -> None:
        super().__init__(f"{noun} was changed in another window. Nothing is lost: both versions are here.")
        self.newer = newer


def save_version(row: Versioned, version: int, values: Mapping[str, Any], *, noun: str = "This") -> None:
    """Write what differs into a row that the caller holds locked. Raises Conflict as `differing` does."""
    changed = differing(row, version, values, noun=noun)
    if changed:
        write(row, changed)


def differing(row: Versioned, version: int, values: Mapping[str, Any], *, noun: str = "This") -> dict[str, Any]:
    """Return the values that are not what is saved. Raises Conflict where there are some, and others since `version`.

    `noun` begins the sentence that says so: "This draft".
    """
    saved = {name: getattr(row, name) for name in values}
    changed = {name: value for name, value in values.items() if saved[name] != value}
    if changed and version != row.version:
        raise Conflict(saved, noun=noun)
    return changed


def write(row: Versioned, values: Mapping[str, Any]) -> None:
    """Put values into a locked row, as its next version."""
    for name, value in values.items():
        setattr(row, name, value)
    row.version += 1
    row.save()


# --- what was typed ---------------------------------------------------------------------------------------------------


class Posted(forms.BaseForm):
    """Beside another form: a field that was not posted is left out, so that a script may send only what changed.

    Where no box of several is ticked an empty value is posted, for a form says nothing of such a field by itself.
    """

    base_fields: ClassVar[dict[str, forms.Field]]

    def __init__(self, data: QueryDict | None = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(None if data is None else self._without_blanks(data), *args, **kwargs)
        for name in [name for name in self.fields if data is not None and self.add_prefix(name) not in data]:
            del self.fields[name]

    def _without_blanks(self, data: QueryDict) -> QueryDict:
        data = data.copy()
        for name, field in self.base_fields.items():
            if isinstance(field, forms.MultipleChoiceField) and name in data:
                data.setlist(name, [value for value in data.getlist(name) if value])
        return data

    @property
    def values(self) -> dict[str, Any]:
        """What was posted and is valid, by the names of the fields."""
        return {name: self.cleaned_data[name] for name in self.fields if name in self.cleaned_data}


class Typed(Protocol):
    """A form that tells its values; `Posted` is one."""

    fields: dict[str, forms.Field]

    @property
    def values(self) -> dict[str, Any]: ...

    def is_valid(self) -> bool: ...

    def add_prefix(self, field_name: str) -> str: ...

    def __getitem__(self, name: str) -> Any: ...


def version_of(request: HttpRequest) -> int:
    """Return the version that a save began from; -1, which no row has, where it says none."""
    version = whole_number(request.POST.get("version"))
    return -1 if version is None else version


# --- the answer -------------------------------------------------------------------------------------------------------

CONFLICT = "components/conflict.html"


@dataclass(frozen=True)
class Difference:
    """One field of which two texts exist, each in words."""

    label: str
    saved: str
    typed: str


@dataclass(frozen=True)
class TwoTexts:
    """The page that shows what is saved beside what was typed."""

    heading: str
    sentence: str
    differences: Sequence[Difference]
    back: str
    typed: str = "Typed here"  # what the second text is called


def autosaved[T: Typed](
    heading: str,
    *,
    forms: Callable[..., Sequence[T]],
    again: Callable[..., HttpResponseBase],
    to: To = "",
) -> Callable[[View], View]:
    """Below the door of a view that saves words: hand it the `forms` that were posted for the row, once they are valid.

    Where they are not, `again` shows them once more (a script gets 422). Where something newer is saved, both texts
    are shown under `heading`, 409. Where the act is refused, its sentence is said on the page `to` (see web.back_to;
    a script gets 403).
    """

    def answer_of(view: View) -> View:
        @wraps(view)
        def answer(request: HtmxRequest, row: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
            typed = forms(request, row)
            if [form for form in typed if not form.is_valid()]:  # asks every one: each says what is wrong with it
                return HttpResponse(status=422) if is_script(request) else again(request, row, *typed)
            try:
                return view(request, row, *typed, *args, **kwargs)
            except Conflict as conflict:
                return both(request, heading, conflict, differences(conflict.newer, typed), goal_of(to, row))
            except Refused as error:
                if is_script(request):
                    return HttpResponse(str(error), status=403)
                return refused(request, error, goal_of(to, row))

        return answer

    return answer_of


def both(
    request: HtmxRequest,
    heading: str,
    conflict: Conflict,
    differences: Sequence[Difference],
    back: str,
    *,
    typed: str = "Typed here",
) -> HttpResponse:
    """Show what is saved beside what was typed: as a page of its own, or for the script."""
    page = TwoTexts(heading, str(conflict), differences, back, typed)
    return show(request, f"{CONFLICT}#texts" if is_script(request) else CONFLICT, page, status=409)


def is_script(request: HttpRequest) -> bool:
    """Return whether autosave.js asks by itself; otherwise somebody pressed a button."""
    return request.headers.get("X-Autosave") == "1"


def saved(request: HtmxRequest, row: Versioned, to: Goal, *args: object, say: str = "") -> HttpResponse:
    """Answer a save that worked: a script gets the new version, a button leads on to `to` (see web.after)."""
    if is_script(request):
        return JsonResponse({"version": row.version})
    return after(request, to, *args, say=say)


def differences(newer: Mapping[str, Any], typed: Iterable[Typed]) -> list[Difference]:
    """Return the fields whose saved and typed values read differently."""
    found = [
        Difference(form[name].label, *(in_words(form.fields[name], one) for one in (newer.get(posted), value)))
        for form in typed
        for name, value in form.values.items()
        for posted in [form.add_prefix(name)]
    ]
    return [difference for difference in found if difference.saved != difference.typed]


def in_words(field: forms.Field, value: Any) -> str:
    """Return a value as a person reads it, to show two of them side by side."""
    if isinstance(field, forms.NullBooleanField):
        return {True: "Yes", False: "No"}.get(value, "Not asked")
    if isinstance(value, datetime.date):
        return times.full_date(value)
    if isinstance(value, datetime.time):
        return f"{value:%H:%M}"
    if isinstance(value, bool) or not value:
        return "Yes" if value else ""
    labels = {choice: str(label) for choice, label in getattr(field, "choices", ())}
    return ", ".join(labels.get(one, str(one)) for one in (value if isinstance(value, list) else [value]))
