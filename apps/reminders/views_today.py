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
    now, student = timezone.now(), request.user
    agenda = todays.agenda(student, now)
    context = {
        "now": now,
        "first": agenda[0] if agenda else None,
        "others": agenda[1 : todays.SHOWN],
        "more": max(0, len(agenda) - todays.SHOWN),
        "coming": todays.coming(student, now),
        "cold": todays.going_cold(student, now),
        "pipeline": todays.pipeline(student),
        "waiting": todays.waiting(student),
        "goal": todays.goal(student, Policy.now(), now),
    }
    return show(request, "reminders/today.html", context)
