"""What a reminder's own links open, without signing in (reliability.md 4): one thing off the list, one entry confirmed.

GET shows, POST acts; acting again shows the same page. A link opens the one row it was made for, to the one person.
"""

from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.access import by_link, enter, gone, public
from apps.alumni import actions as alumni
from apps.alumni.models import AlumniProfile, Help
from apps.reminders import actions, checks, letters
from apps.reminders.models import Notice
from apps.reminders.views import put_away
from apps.web import Refused, show


@require_safe
@public
def enter_notice(request, token):
    """Trade the token of a mail for a short entry, and go to an address that says nothing."""
    return _enter(request, letters.PURPOSE, token, "notice_off")


@require_safe
@public
def enter_entry(request, token):
    return _enter(request, checks.PURPOSE, token, "entry_check")


def _enter(request, purpose, token, page):
    link = enter(request, purpose, token)
    if link is None:
        return gone(request)
    response = redirect(page, link.object_id)
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    return response


# --- one notice -------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@by_link(letters.PURPOSE, Notice)
def notice_off(request, notice, person):
    """Done, not needed or later, from the mail."""
    return _answered(request, "notice_off", notice, NOTICE_ACTS, {"notice": notice, "person": person})


def _answered(request, page, row, acts, context):
    """Show the page of a row; on POST do one of `acts` first. A word that names none, or a refusal, is said there."""
    now = timezone.now()
    context |= {"now": now}
    if request.method != "POST":
        return show(request, f"reminders/{page}.html", context)
    act = acts.get(request.POST.get("act", ""))
    try:
        if act is None:
            raise Refused("Please press one of the buttons.")
        act(row, request.POST, now)
    except Refused as error:
        return show(request, f"reminders/{page}.html", context | {"error": str(error)}, status=422)
    return redirect(page, row.pk)


NOTICE_ACTS = {
    "done": lambda notice, data, now: actions.close(notice, as_=Notice.Closed.DONE, now=now),
    "dismiss": lambda notice, data, now: actions.close(notice, as_=Notice.Closed.DISMISSED, now=now),
    "snooze": lambda notice, data, now: put_away(notice, data, now),
    "reopen": lambda notice, data, now: actions.reopen(notice),
}

# --- the yearly question ----------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@by_link(checks.PURPOSE, AlumniProfile)
def entry_check(request, alum, person):
    """Yes, it is still right; or out of the directory; or back into it."""
    is_open = checks.open_at(timezone.now()).filter(alum=alum).exists()
    offers = ", ".join(Help(one).label for one in alum.helps)
    context = {"alum": alum, "person": person, "is_open": is_open, "offers": offers}
    return _answered(request, "entry_check", alum, ENTRY_ACTS, context)


def _back(alum, data, now):
    alumni.join(alum)
    alumni.confirm(alum, now=now)


ENTRY_ACTS = {
    "yes": lambda alum, data, now: alumni.confirm(alum, now=now),
    "leave": lambda alum, data, now: alumni.leave(alum),
    "back": _back,
}
