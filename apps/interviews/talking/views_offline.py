"""What the browser asks so that a talk goes on without a connection: the script that keeps pages, and which ones."""

from functools import cache
from pathlib import Path

from django.contrib.staticfiles.finders import find
from django.http import HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from apps.accounts.access import allow, public
from apps.accounts.requests import Request
from apps.interviews.lifecycle import offline

WORKER = "js/offline-worker.js"


@require_safe
@public
def offline_worker(request: Request) -> HttpResponse:
    """The service worker, from an address that lets it serve conversations and nothing above them."""
    answer = HttpResponse(_worker(), content_type="text/javascript")
    answer["Service-Worker-Allowed"] = reverse("conversations")
    answer["Cache-Control"] = "no-cache"
    return answer


@cache
def _worker() -> str:
    found = find(WORKER)
    if found is None:
        raise FileNotFoundError(WORKER)
    return Path(found).read_text()


@require_safe
@never_cache
@allow("students.own")
def offline_pages(request: Request) -> JsonResponse:
    """Whose pages may be kept, and which they are now."""
    return JsonResponse({"owner": str(request.user.pk), "pages": offline.pages_of(request.user, timezone.now())})
