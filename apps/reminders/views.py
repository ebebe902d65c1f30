"""Notices and how one wants to hear of them. Today is views_today.py."""

from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.access import allow, signed_in
from apps.reminders import actions
from apps.reminders.forms import QuietTimeForm, WishesForm
from apps.reminders.models import Notice, QuietTime
from apps.web import Refused, after, invalid, refused, show


@require_safe
@signed_in
def notices(request):
    now = timezone.now()
    closed = Notice.objects.visible_to(request.user).exclude(closed_at=None).order_by("-closed_at", "-pk")[:30]
    waiting = actions.open_notices(request.user, now)
    asleep = (
        Notice.objects.visible_to(request.user).filter(closed_at=None, snoozed_until__gt=now).order_by("due_at", "pk")
    )
    return show(request, "reminders/notices.html", {"waiting": waiting, "asleep": asleep, "closed": closed, "now": now})


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
        actions.snooze(notice, span=request.POST.get("for", ""), now=timezone.now())
    except Refused as error:
        return refused(request, error, "notices")
    return after(request, "notices", say="Put away. It comes back by itself.")


@require_POST
@allow("reminders.own_notice", Notice)
def reopen(request, notice):
    actions.reopen(notice)
    return after(request, "notices", say="Back on your list.")


@signed_in
def preferences(request):
    quiet_time = QuietTime.objects.filter(person=request.user).first() or QuietTime(person=request.user)
    data = request.POST if request.method == "POST" else None
    wishes = WishesForm(data, wishes=actions.wishes_of(request.user))
    quiet = QuietTimeForm(data, instance=quiet_time)
    if data is not None and wishes.is_valid() and quiet.is_valid():
        actions.choose(request.user, wishes.cleaned_data)
        quiet.save()
        return after(request, "reminder_preferences", say="Saved. This holds from the next reminder on.")
    answer = show if data is None else invalid
    return answer(request, "reminders/preferences.html", {"wishes": wishes, "quiet": quiet})
