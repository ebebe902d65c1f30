"""The office's opening hours. What they mean for a deadline, apps.policy.working_days says."""

from dataclasses import dataclass

from django.http import HttpResponse

from apps.accounts.access import allow
from apps.accounts.requests import Request
from apps.office.forms_hours import HoursForm
from apps.policy.models import Policy
from apps.web.answers import after, invalid, show
from apps.web.edits import edits, overtaken

PAGE = "office/hours.html"


@dataclass(frozen=True)
class HoursPage:
    form: HoursForm
    policy: Policy
    section: str = "office_policy"


@allow("office.run")
@edits
def hours(request: Request) -> HttpResponse:
    policy = Policy.now()
    form = HoursForm(request.POST if request.method == "POST" else None, policy=policy)
    if request.method == "POST" and form.is_valid():
        if both := overtaken(request, "Two versions of the opening hours", form):
            return both
        policy.opening_hours = form.hours
        policy.save()
        return after(request, "office_hours", say="Saved. New deadlines use these hours.")
    return (invalid if form.errors else show)(request, PAGE, HoursPage(form, policy))
