"""How a view answers htmx and everybody else, and how an act says no. Not an app; it knows no model."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, is_dataclass
from functools import cache, wraps
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import SplitResult, urlsplit

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.middleware import HtmxDetails

from apps.clock import times

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    type Context = Mapping[str, Any] | DataclassInstance


class HtmxRequest(HttpRequest):
    """A request as django-htmx's middleware hands it on. Of a signed-in person it is accounts.requests.Request."""

    htmx: HtmxDetails


class Addressed(Protocol):
    """What has a page of its own."""

    def get_absolute_url(self) -> str: ...


type Goal = str | Addressed
type To = str | Callable[[Any], Goal]  # the name of an address of a row, or what a row leads to; "": its own page
type View = Callable[..., HttpResponseBase]


class Refused(Exception):
    """An act that cannot be done now. Its text is a sentence fit for the person who tried."""

    status = 409


def show(
    request: HtmxRequest, template: str, page: "Context | None" = None, *, swap: str | None = None, status: int = 200
) -> HttpResponse:
    """Render the whole page, or, for htmx, only the partial named `swap` that will be swapped in.

    `page` is the dataclass of the page, whose fields are the template's names, or a mapping.
    """
    is_part = swap and request.htmx and not request.htmx.boosted and not request.htmx.history_restore_request
    names = names_of(page) | {"is_invalid": status >= BAD}
    response = render(request, f"{template}#{swap}" if is_part else template, names, status=status)
    if b".m.." in response.content:
        response.content = times.one_stop(response.content.decode()).encode()
    if swap:
        response["Vary"] = "HX-Request"
    return response


BAD = 400  # from here on the title of a page says that something is wrong


def names_of(page: "Context | None") -> dict[str, Any]:
    """Return the names that a template sees of a page: the fields of a dataclass, each value as it is."""
    if page is None:
        return {}
    if is_dataclass(page):
        return {field.name: getattr(page, field.name) for field in fields(page)}
    return dict(page)


def invalid(request: HtmxRequest, template: str, page: "Context", *, swap: str | None = None) -> HttpResponse:
    """Answer a form that cannot be accepted: 422, with the form and what to do about it."""
    return show(request, template, page, swap=swap, status=422)


def after(
    request: HtmxRequest, to: Goal, *args: object, say: str = "", undo: str = "", **kwargs: object
) -> HttpResponse:
    """Answer a POST that worked: go to `to` (a URL name, a path or an object), with a sentence to show there.

    `undo` is the path that takes it back by a POST: the sentence gets a button that does it.
    """
    if say:
        messages.success(request, say, extra_tags=undo)
    return _go(request, _address(to, args, kwargs))


def _go(request: HtmxRequest, url: str) -> HttpResponse:
    return HttpResponse(status=204, headers={"HX-Redirect": url}) if request.htmx else HttpResponseRedirect(url)


def _address(to: Goal, args: tuple[object, ...], kwargs: dict[str, object]) -> str:
    if not isinstance(to, str):
        return to.get_absolute_url()
    return to if to.startswith("/") else reverse(to, args=args, kwargs=kwargs)


@cache
def page(name: str) -> str:
    """Return the path of a page without arguments: worked out once in a process, not a dozen times for every page."""
    return reverse(name)


@cache
def page_of_a_row(name: str) -> str:
    """Return the path of a page with {} for the number of a row: worked out once, not for each of very many rows."""
    return reverse(name, args=[0]).replace("/0/", "/{}/")


def refused(request: HtmxRequest, error: Refused, to: Goal, *args: object, **kwargs: object) -> HttpResponse:
    """Answer an act that was refused: say the sentence on the fresh page `to`."""
    messages.error(request, str(error))
    response = _go(request, _address(to, args, kwargs))
    response.is_refusal = True  # type: ignore[attr-defined]  # accounts/once.py: nothing was done
    return response


def if_refused(answer: Callable[..., HttpResponseBase]) -> Callable[[View], View]:
    """Below the door of a view: where an act in it is refused, `answer` as its name says.

    It gets the request, the refusal, and all else that the view got; so a page can show again what was typed.
    """

    def answer_of(view: View) -> View:
        @wraps(view)
        def answered(request: HtmxRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            try:
                return view(request, *args, **kwargs)
            except Refused as error:
                return answer(request, error, *args, **kwargs)

        return answered

    return answer_of


def back_to(to: To = "") -> Callable[[View], View]:
    """Below the door of a view: where an act in it is refused, say the sentence on the page `to`.

    `to` is the name of an address, of the row that the door fetched if there is one, or a function of that row;
    left out, it is the row's own page. What was typed is lost on that way: a form takes `done` or `if_refused` instead.
    """

    def lead_back(request: HtmxRequest, error: Refused, *args: Any, **kwargs: Any) -> HttpResponse:
        return refused(request, error, goal_of(to, args[0] if args else None, kwargs.values()))

    return if_refused(lead_back)


def goal_of(to: To, row: Any, numbers: Iterable[object] = ()) -> str:
    """Return the address that `to` means for a row; without a row, one with the `numbers` of the present address."""
    if callable(to) or not to:
        return _address(to(row) if callable(to) else row, (), {})
    return _address(to, tuple(numbers) if row is None else (row.pk,), {})


def done(form: BaseForm, act: Callable[[], object], *, field: str | None = None) -> bool:
    """Do `act`. Return whether it was done; where it was refused, the form says why (beside `field`)."""
    return made(form, lambda: [act()], field=field) is not None


def made[T](form: BaseForm, act: Callable[[], T], *, field: str | None = None) -> T | None:
    """Return what `act` makes; None where it was refused, and the form says why (beside `field`)."""
    try:
        return act()
    except Refused as error:
        form.add_error(field, str(error))
        return None


def page_before(request: HttpRequest) -> str:
    """Return the path of the page a request was made from: of a pressed button, the page it stands on.

    That is what the browser says, believed only of our own site; where it says nothing, it is the first page.
    """
    if request.method in ("GET", "HEAD"):
        return request.get_full_path()
    referer = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(referer, {request.get_host()}, require_https=request.is_secure()):
        return page("home")
    return parts_of(referer)._replace(scheme="", netloc="", fragment="").geturl() or page("home")


def parts_of(url: str) -> SplitResult:
    """Return the parts of an address that somebody sent; of what cannot be read as one, empty parts."""
    try:
        return urlsplit(url)
    except ValueError:
        return SplitResult("", "", "", "", "")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say kindly that the page was open too long; nothing was done."""
    return render(request, "errors/403_csrf.html", {"page_before": page_before(request)}, status=403)
