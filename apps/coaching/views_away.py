"""A coach says when they are away and who reviews requests meanwhile; and comes back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from apps.accounts.access import allow
from apps.accounts.models import User
from apps.accounts.once import once
from apps.accounts.requests import Request
from apps.coaching.forms_away import AwayForm
from apps.interviews.asking import away as asking
from apps.interviews.sharing.away import today
from apps.interviews.sharing.models import Away
from apps.practice.models import Practice, Slot
from apps.web.answers import after, back_to, invalid, made, show

PAGE = "coaching/away.html"


@dataclass(frozen=True)
class Days:
    """Days away, and the practice interviews that are still booked on them."""

    away: Away
    practices: Sequence[Practice]


@dataclass(frozen=True)
class AwayPage:
    form: AwayForm
    ahead: Sequence[Days]  # now and later, the soonest first
    today: date
    now: datetime
    section: str = "reviews"


@allow("coaching.caseload")
@once
def away(request: Request) -> HttpResponse:
    now = timezone.now()
    day = today(now)
    form = AwayForm(request.POST if request.method == "POST" else None, coach=request.user, today=day)
    if form.is_bound and form.is_valid():
        words = form.cleaned_data
        days = {"from_on": words["from_on"], "until_on": words["until_on"]}
        stand_in = form.stand_in
        row = made(
            form,
            lambda: asking.go_away(request.user, stand_in=stand_in, is_released=stand_in is None, now=now, **days),
        )
        if row:
            say = "Saved. Your students see that you’re away, and no one can book a practice interview then."
            return after(request, "coach_away", say=say, undo=reverse("coach_away_end", args=[row.pk]))
    ahead = Away.objects.visible_to(request.user).filter(ended_at=None, until_on__gte=day).select_related("stand_in")
    page = AwayPage(form, _with_practices(list(ahead.order_by("from_on", "pk")), request.user, now), day, now)
    return (invalid if form.errors else show)(request, PAGE, page)


def _with_practices(ahead: Sequence[Away], coach: User, now: datetime) -> list[Days]:
    booked = Practice.objects.coming(now).filter(slot__in=Slot.objects.filter(coach=coach).while_away())
    days = [(today(one.starts_at), one) for one in booked.select_related("student").order_by("starts_at", "pk")]
    return [Days(row, [one for on, one in days if row.from_on <= on <= row.until_on]) for row in ahead]


@require_POST
@allow("coaching.own_view", Away)
@back_to(lambda row: reverse("coach_away"))
def away_end(request: Request, away: Away) -> HttpResponse:
    asking.come_back(away, now=timezone.now())
    return after(request, "coach_away", say="You’re back. Requests that still wait are with you again.")
