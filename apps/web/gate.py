"""What comes in, before any view reads it; and the answer where the database has no time now. It knows no model.

PostgreSQL keeps no NUL and no half of a character, Python reads no number of five thousand digits: whatever carries one
is answered once, here, and no view needs to think of it.
"""

import errno
import json
import logging
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from http import HTTPStatus

from django.core.exceptions import BadRequest, RequestDataTooBig
from django.db import DatabaseError, DataError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, UnreadablePostError
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.defaults import bad_request, server_error

log = logging.getLogger(__name__)

type Answer = Callable[[HttpRequest], HttpResponseBase]

UNKEPT = re.compile("[\x00\ud800-\udfff]")
BUSY = {
    "55P03",  # waited too long for a lock
    "57014",  # took too long
    "40P01",  # two that waited for each other
    "40001",
    "25006",  # may only be read now: a standby that is not the first yet, or a guard against a full disk
    "25P03",  # a transaction that was left open for too long
    "25P04",
}
BUSY_CLASSES = (
    "08",  # the line to it broke
    "53",  # its disk or its memory is full, or it has too many connections
    "57P",  # it goes down, or comes up
    "58",  # the machine under it cannot write or read
)
NO_ROOM = {errno.ENOSPC, errno.EDQUOT}  # of a disk of our own: where an upload is put down


def readable(get_response: Answer) -> Answer:
    """Turn away what nobody can keep or read: 400, or 413 where it is too much, with a page that says so."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        # A cookie is sent again and again: one that cannot be read is none.
        request.COOKIES = {name: value for name, value in request.COOKIES.items() if not UNKEPT.search(name + value)}
        try:
            _look_at(request)
        except (BadRequest, UnreadablePostError) as error:  # or the browser went away in the middle of it
            return bad_request(request, error)
        except RequestDataTooBig:
            return render(request, "errors/413.html", status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        return get_response(request)

    return middleware


def _look_at(request: HttpRequest) -> None:
    """Raise BadRequest, or what Django raises, for a request with anything in it that cannot be kept."""
    if any(UNKEPT.search(text) for text in _texts(request)):
        raise BadRequest("A NUL, or half of a character")
    if any(_is_unreadable(text) for text in _json(request)):
        raise BadRequest("JSON that is too deep, or holds characters we can’t store")


def _texts(request: HttpRequest) -> Iterator[str]:
    yield request.path
    for data in (request.GET, request.POST):
        for name, values in data.lists():
            yield name
            yield from values


def _json(request: HttpRequest) -> Iterator[str]:
    """Return what a view may read as JSON: a body that says it is some, and a field that looks like it."""
    if request.content_type == "application/json" or (request.content_type or "").endswith("+json"):
        yield request.body.decode(errors="replace")
    for _, values in request.POST.lists():
        yield from (value for value in values if value.lstrip()[:1] in ("{", "["))


def _is_unreadable(text: str) -> bool:
    """Whether a text is JSON that no view could take. What is no JSON is for the view to judge: it may be prose."""
    try:
        return any(UNKEPT.search(part) for part in _parts(json.loads(text)))
    except json.JSONDecodeError:
        return False
    except (RecursionError, ValueError):  # too deep; a number that is too long
        return True


def _parts(thing: object) -> Iterator[str]:
    """Return every text in something that was JSON."""
    waiting = [thing]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, dict):
            waiting += [*one.keys(), *one.values()]
        elif isinstance(one, list):
            waiting += one


def whole_number(text: str | None) -> int | None:
    """Return the whole number that a request says, if it is one that the database could hold; else None."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) <= 18 else None


# --- a database that has no time now ----------------------------------------------------------------------------------


class busy:
    """Answer a request for which the database had no time with a page that says so: 503, and what was typed kept.

    What it could not hold, and no form refused, is an error of ours, and logged as one; for the reader it is a 400.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if is_busy(error):
            return press_again(request)
        if isinstance(error, DataError):
            log.error("A value that no column holds reached the database: %s", request.path, exc_info=error)
            return bad_request(request, error)
        return None


def failed(request: HttpRequest) -> HttpResponse:
    """Answer an error that no view met: on the way to one, the database may have had no time either."""
    error = sys.exception()
    return press_again(request) if error is not None and is_busy(error) else server_error(request)


def is_busy(error: BaseException) -> bool:
    """Whether it could not be done now, for want of time or of room: the very same can be done a while later."""
    if isinstance(error, InterfaceError):
        return True
    if isinstance(error, OSError):
        return error.errno in NO_ROOM
    state = getattr(error.__cause__, "sqlstate", None)
    if state is None:
        return isinstance(error, OperationalError)
    return isinstance(error, DatabaseError) and (state in BUSY or state.startswith(BUSY_CLASSES))


def press_again(request: HttpRequest) -> HttpResponse:
    """Say that nothing was done and offer the same press again, with all that was typed; files and secrets are not."""
    typed: Iterable[tuple[str, str]] = ()
    can_press = request.method == "POST" and bool(request.POST) and not request.FILES and not _holds_a_secret(request)
    if can_press:
        typed = [(name, value) for name, values in request.POST.lists() for value in values]
    page = {"typed": typed, "can_press": can_press, "here": request.get_full_path(), "is_get": request.method == "GET"}
    text = render_to_string("errors/503_busy.html", page)  # without the request: who reads it, the database would say
    response = HttpResponse(text, status=HTTPStatus.SERVICE_UNAVAILABLE)
    response["Retry-After"] = "5"
    response["Cache-Control"] = "private, no-store"
    return response


def _holds_a_secret(request: HttpRequest) -> bool:
    return any("password" in name.lower() for name in request.POST)
