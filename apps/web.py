"""How a view answers htmx and everybody else, and how an act says no. Not an app; it knows no model."""

from functools import cache
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme


class Refused(Exception):
    """An act that cannot be done now. Its text is a sentence fit for the person who tried."""

    status = 409


def show(request, template, context=None, *, swap=None, status=200):
    """Render the whole page, or, for htmx, only the partial named `swap` that will be swapped in."""
    partial = swap and request.htmx and not request.htmx.boosted and not request.htmx.history_restore_request
    response = render(request, f"{template}#{swap}" if partial else template, context or {}, status=status)
    if swap:
        response["Vary"] = "HX-Request"
    return response


def invalid(request, template, context, *, swap=None):
    """Answer a form that cannot be accepted: 422, with the form and what to do about it."""
    return show(request, template, context, swap=swap, status=422)


def after(request, to, *args, say="", **kwargs):
    """Answer a POST that worked: go to `to` (a URL name, a path or an object), with a sentence to show there."""
    url = to if isinstance(to, str) and to.startswith("/") else _address(to, args, kwargs)
    if say:
        messages.success(request, say)
    if request.htmx:
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return HttpResponseRedirect(url)


def _address(to, args, kwargs):
    return to.get_absolute_url() if hasattr(to, "get_absolute_url") else reverse(to, args=args, kwargs=kwargs)


@cache
def page(name):
    """Return the path of a page without arguments: worked out once in a process, not a dozen times for every page."""
    return reverse(name)


@cache
def page_of_a_row(name):
    """Return the path of a page with {} for the number of a row: worked out once, not for each of very many rows."""
    return reverse(name, args=[0]).replace("/0/", "/{}/")


def refused(request, error, to, *args, **kwargs):
    """Answer an act that was refused: say the sentence on the fresh page `to`."""
    messages.error(request, str(error))
    url = to if isinstance(to, str) and to.startswith("/") else _address(to, args, kwargs)
    htmx = HttpResponse(status=204, headers={"HX-Redirect": url})
    response = htmx if request.htmx else HttpResponseRedirect(url)
    response.is_refusal = True  # accounts/once.py: nothing was done
    return response


def page_before(request):
    """Return the path of the page a request was made from: of a pressed button, the page it stands on.

    That is what the browser says, believed only of our own site; where it says nothing, it is the first page.
    """
    if request.method in ("GET", "HEAD"):
        return request.get_full_path()
    said = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(said, {request.get_host()}, require_https=request.is_secure()):
        return page("home")
    return urlsplit(said)._replace(scheme="", netloc="", fragment="").geturl() or page("home")


def csrf_failure(request, reason=""):
    """Say kindly that the page was open too long; nothing was done."""
    return render(request, "errors/403_csrf.html", {"page_before": page_before(request)}, status=403)
