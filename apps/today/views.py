"""The student's first page."""

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from apps.accounts.access import allow
from apps.accounts.requests import Request
from apps.today import page as today_page
from apps.web.answers import show
from apps.web.gate import whole_number


@require_safe
@allow("students.own")
def today(request: Request) -> HttpResponse:
    """What to do next. ?quarter=2 asks for another act that takes 15 minutes."""
    quarter = whole_number(request.GET.get("quarter"))
    return show(request, "today/today.html", today_page.page(request.user, timezone.now(), quarter))
