"""The pages behind the footer that are the same for everybody, and the office's colour as a sheet."""

from django.conf import settings
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from apps.accounts.access import public
from apps.policy.models import Policy
from apps.web import colour
from apps.web.answers import HtmxRequest, show

A_DAY = 24 * 60 * 60


@require_safe
@public
def what_we_keep(request: HtmxRequest) -> HttpResponse:
    return show(request, "accounts/what_we_keep.html")


@require_safe
@public
def accessibility(request: HtmxRequest) -> HttpResponse:
    return show(request, "accounts/accessibility.html")


@require_safe
@public
def source(request: HtmxRequest) -> HttpResponse:
    return show(request, "accounts/source.html", {"source_url": settings.SOURCE_URL})


@require_safe
@public
def house_css(request: HtmxRequest) -> HttpResponse:
    """The office's colour where plum stands; empty without one. base.html names the colour in the address."""
    chosen = Policy.now().colour.lower()
    response = HttpResponse(colour.sheet(chosen) if chosen else "", content_type="text/css; charset=utf-8")
    response["Cache-Control"] = f"private, max-age={A_DAY}"
    return response
