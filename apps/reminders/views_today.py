"""The student's first page."""

from django.utils import timezone
from django.views.decorators.http import require_safe

from apps.accounts.access import allow
from apps.policy.models import Policy
from apps.reminders import today as todays
from apps.web import show


@require_safe
@allow("students.own")
def today(request):
    now, policy = timezone.now(), Policy.now()
    context = {"now": now, "policy": policy} | todays.page(request.user, policy, now)
    return show(request, "reminders/today.html", context)
