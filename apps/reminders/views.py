"""Notices in the app, and how one wants to hear of them. Today is views_today.py, what a mail opens views_mailed.py."""

from datetime import timedelta

from django.core.paginator import Paginator
from django.db.models.fetch_modes import FETCH_RAISE
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from apps.accounts import times
from apps.accounts.access import allow, signed_in
from apps.reminders import actions, preferences, today
from apps.reminders.forms import QuietTimeForm, SnoozeForm, WishesForm
from apps.reminders.models import Notice, QuietTime
from apps.reminders.rules import BY_NAME
from apps.web import Refused, after, invalid, refused, show

PAGE = 20


@require_safe
@signed_in
def notices(request):
    """What waits, what else Today shows, what is put away, and below it what is closed, page by page."""
    now, mine = timezone.now(), Notice.objects.visible_to(request.user).fetch_mode(FETCH_RAISE)
    waiting = mine.waiting(now).latest().order_by("-due_at", "-pk")
    closed = mine.exclude(closed_at=None).order_by("-closed_at", "-pk")
    asleep = list(mine.asleep(now).latest().order_by("snoozed_until", "pk"))
    told = list(waiting.only("url"))
    others = today.without_notice(request.user, now, [*told, *asleep]) if request.user.is_student else []
    context = {
        "waiting": _page(request, "page", waiting),
        "others": others,
        "count": len(told) + len(others),
        "asleep": asleep,
        "closed": _page(request, "before", closed),
        "tomorrow": timezone.localdate(now) + timedelta(days=1),
        "now": now,
    }
    response = show(request, "reminders/notices.html", context)
    actions.see(request.user, now)
    return response


def _page(request, name, rows):
    page = Paginator(rows, PAGE).get_page(request.GET.get(name))
    for one in page:
        one.action = BY_NAME[one.rule].action if one.rule in BY_NAME else ""
    return page


@require_POST
@allow("reminders.own_notice", Notice)
def done(request, notice):
    actions.close(notice, as_=Notice.Closed.DONE, now=timezone.now())
    return after(request, "notices", say="Done. It is off your list.")


@require_POST
@allow("reminders.own_notice", Notice)
def dismiss(request, notice):
    actions.close(notice, as_=Notice.Closed.DISMISSED, now=timezone.now())
    return after(request, "notices", say="Off your list. You find it below if you change your mind.")


@require_POST
@allow("reminders.own_notice", Notice)
def snooze(request, notice):
    try:
        until = put_away(notice, request.POST, timezone.now())
    except Refused as error:
        return refused(request, error, "notices")
    return after(request, "notices", say=f"Put away. It comes back on {until}.")


def put_away(notice, data, now):
    """Put a notice away as `data` says. Returns the day in words. Raises Refused where it names no day."""
    form = SnoozeForm(data, today=now.astimezone(notice.person.zone).date())
    if not form.is_valid():
        raise Refused("Choose a day that is still to come.")
    actions.snooze(notice, until=form.cleaned_data["until"], now=now)
    return times.day(form.cleaned_data["until"])


@require_POST
@allow("reminders.own_notice", Notice)
def reopen(request, notice):
    actions.reopen(notice)
    return after(request, "notices", say="Back on your list.")


@signed_in
def preferences_page(request):
    quiet_time = QuietTime.objects.filter(person=request.user).first() or QuietTime(person=request.user)
    data = request.POST if request.method == "POST" else None
    wishes = WishesForm(data, wishes=preferences.wishes_of(request.user))
    quiet = QuietTimeForm(data, instance=quiet_time)
    if data is not None and wishes.is_valid() and quiet.is_valid():
        preferences.choose(request.user, wishes.cleaned_data)
        quiet.save()
        return after(request, "reminder_preferences", say="Saved. This holds from the next reminder on.")
    answer = show if data is None else invalid
    return answer(request, "reminders/preferences.html", {"wishes": wishes, "quiet": quiet})
