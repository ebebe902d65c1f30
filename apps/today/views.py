"""The student's first page."""

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from apps.accounts.access import allow
from apps.accounts.requests import Request
from apps.policy.models import Policy
from apps.today import page as today_page
from apps.web.answers import show


@require_safe
@allow("students.own")
def today(request: Request) -> HttpResponse:
    return show(request, "today/today.html", today_page.page(request.user, Policy.now(), timezone.now()))
