"""One rendered form acts once, however often it is pressed (reliability.md 3, B5).

`{% once %}` writes a fresh key into a form. `@once`, below the door of a view, lets the first press with that key and
those words act; every other waits for it and goes where it went. A press that was refused has not acted: it may be
tried again. The same form with other words, as after going back in the browser, is a press of its own.
"""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from django.db import transaction
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.utils import timezone

from apps.accounts.models import Press
from apps.accounts.requests import Request
from apps.web.answers import View

KEPT = timedelta(days=1)


def once(view: View) -> View:
    @wraps(view)
    def door(request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method != "POST" or not request.POST.get("once"):
            return view(request, *args, **kwargs)
        return _press(request, lambda: view(request, *args, **kwargs))

    door.acts_once = True  # type: ignore[attr-defined]  # for the test that looks which forms act once
    return door


@transaction.atomic
def _press(request: Request, act: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    """Claim the press, which waits for one under way; act, or go where the first one went."""
    press, is_first = Press.objects.get_or_create(person=request.user, key=_key(request))
    if not is_first:
        return _to(request, press.led_to)
    response = act()
    press.led_to = response.headers.get("HX-Redirect") or response.headers.get("Location", "")
    if not press.led_to or getattr(response, "is_refusal", False):
        press.delete()
    else:
        press.save(update_fields=["led_to"])
        Press.objects.filter(person=request.user, at__lt=timezone.now() - KEPT).delete()
    return response


def _key(request: Request) -> str:
    words = sorted((name, values) for name, values in request.POST.lists() if name != "csrfmiddlewaretoken")
    return hashlib.sha256(repr((request.get_full_path(), words)).encode()).hexdigest()


def _to(request: Request, url: str) -> HttpResponse:
    if request.htmx:
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return HttpResponseRedirect(url)
