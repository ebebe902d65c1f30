"""The pages behind the footer that are the same for everybody, and the office's colour as a sheet."""

from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.http import require_safe

from apps.accounts.access import public
from apps.policy.models import Policy
from apps.web import colour
from apps.web.answers import HtmxRequest, show

A_DAY = 24 * 60 * 60


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


# Of static/icons; the last fills its square, and a phone cuts it to its own shape.
ICONS = (
    ("rapport-192.png", 192, "any"),
    ("rapport-512.png", 512, "any"),
    ("rapport-maskable-512.png", 512, "maskable"),
)


@require_safe
@public
def manifest(request: HtmxRequest) -> HttpResponse:
    """What a phone asks to put Rapport on its home screen. It starts where everyone starts: a student at Today."""
    icons = [
        {"src": static(f"icons/{file}"), "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
        for file, size, purpose in ICONS
    ]
    told = {
        "id": "/",
        "name": "Rapport",
        "short_name": "Rapport",
        "description": "Informational interviews, from the first name to the thank-you.",
        "start_url": reverse("home"),
        "scope": "/",
        "display": "standalone",
        "background_color": colour.LIGHT[0],
        "theme_color": colour.LIGHT[0],
        "icons": icons,
    }
    response = JsonResponse(told, content_type="application/manifest+json")
    response["Cache-Control"] = f"public, max-age={A_DAY}"
    return response
