"""What a reminder's own links open, without signing in (reliability.md 4): one thing off the list, one entry confirmed.

GET shows, POST acts; acting again shows the same page. A link opens the one row it was made for, to the one person.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from apps.accounts.access import by_link, entrance
from apps.accounts.models import User
from apps.alumni import actions as alumni
from apps.alumni.models import AlumniProfile, Help
from apps.reminders import actions, checks, letters
from apps.reminders.forms import ButtonForm
from apps.reminders.models import Notice
from apps.reminders.views import put_away
from apps.web.answers import HtmxRequest, done, show

type Acts[Row] = Mapping[str, Callable[[Row, QueryDict, datetime], object]]  # by the word of their button


enter_notice = entrance(letters.PURPOSE, "notice_off")


enter_entry = entrance(checks.PURPOSE, "entry_check")


# --- one notice -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class NoticePage:
    """One thing to do, from its mail; `error` says why what was pressed could not be done."""

    notice: Notice
    person: User
    now: datetime
    error: str


@require_http_methods(["GET", "HEAD", "POST"])
@by_link(letters.PURPOSE, Notice)
def notice_off(request: HtmxRequest, notice: Notice, person: User) -> HttpResponse:
    """Done, not needed or later, from the mail."""
    now = timezone.now()
    button = _pressed(request, notice, NOTICE_ACTS, now)
    if button.is_valid():
        return redirect("notice_off", notice.pk)
    page = NoticePage(notice, person, now, button.error)
    return show(request, "reminders/notice_off.html", page, status=422 if button.error else 200)


def _pressed[Row](request: HtmxRequest, row: Row, acts: Acts[Row], now: datetime) -> ButtonForm:
    """Do what the pressed button says. A word that names none of `acts`, or a refusal, is an error of the form."""
    button = ButtonForm(request.POST if request.method == "POST" else None, acts=acts)
    if button.is_valid():
        done(button, lambda: acts[button.cleaned_data["act"]](row, request.POST, now))
    return button


NOTICE_ACTS: Acts[Notice] = {
    "done": lambda notice, data, now: actions.close(notice, as_=Notice.Closed.DONE, now=now),
    "dismiss": lambda notice, data, now: actions.close(notice, as_=Notice.Closed.DISMISSED, now=now),
    "snooze": lambda notice, data, now: put_away(notice, data, now),
    "reopen": lambda notice, data, now: actions.reopen(notice),
}

# --- the yearly question ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class EntryPage:
    """An entry of the directory, whether its yearly question is open, and what the alum offers, in words."""

    alum: AlumniProfile
    person: User
    is_open: bool
    offers: str
    now: datetime
    error: str


@require_http_methods(["GET", "HEAD", "POST"])
@by_link(checks.PURPOSE, AlumniProfile)
def entry_check(request: HtmxRequest, alum: AlumniProfile, person: User) -> HttpResponse:
    """Yes, it’s still correct; or out of the directory; or back into it."""
    now = timezone.now()
    button = _pressed(request, alum, ENTRY_ACTS, now)
    if button.is_valid():
        return redirect("entry_check", alum.pk)
    page = EntryPage(
        alum=alum,
        person=person,
        is_open=checks.open_at(now).filter(alum=alum).exists(),
        offers=", ".join(str(Help(offer).label) for offer in alum.helps),
        now=now,
        error=button.error,
    )
    return show(request, "reminders/entry_check.html", page, status=422 if button.error else 200)


def _back(alum: AlumniProfile, data: QueryDict, now: datetime) -> None:
    alumni.join(alum)
    alumni.confirm(alum, now=now)


ENTRY_ACTS: Acts[AlumniProfile] = {
    "yes": lambda alum, data, now: alumni.confirm(alum, now=now),
    "leave": lambda alum, data, now: alumni.leave(alum),
    "back": _back,
}
