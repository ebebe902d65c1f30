"""Notices in the app, and how one wants to hear of them. What a mail opens is views_mailed.py."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.core.paginator import Page, Paginator
from django.db import transaction
from django.db.models.fetch_modes import FETCH_RAISE
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.access import allow, signed_in
from apps.accounts.requests import Request
from apps.clock import times
from apps.reminders import actions, preferences
from apps.reminders.forms import QuietTimeForm, SnoozeForm, WishesForm
from apps.reminders.models import How, Notice, NoticeQuerySet, QuietTime
from apps.today import agenda
from apps.today.agenda import Task
from apps.web.answers import Refused, after, back_to, if_refused, invalid, refused, show
from apps.web.edits import edits, field_of, overtaken

PAGE = 20


@dataclass(frozen=True)
class NoticesPage:
    """A person's list. `others` is what Today shows besides; `count` is how many things there are to do."""

    waiting: Page[Notice]
    others: list[Task]
    count: int
    asleep: list[Notice]
    closed: Page[Notice]
    tomorrow: date
    now: datetime


@dataclass(frozen=True)
class PreferencesPage:
    """How a person is reminded, and when not."""

    wishes: WishesForm
    quiet: QuietTimeForm
    has_some: bool  # whether any reminder comes by email
    can_undo: bool  # they were all stopped in this session


@require_safe
@signed_in
def notices(request: Request) -> HttpResponse:
    """What waits, what else Today shows, what is put away, and below it what is closed, page by page."""
    now, mine = timezone.now(), Notice.objects.visible_to(request.user).fetch_mode(FETCH_RAISE)
    waiting = mine.waiting(now).newest_of_each().order_by("-due_at", "-pk")
    closed = mine.exclude(closed_at=None).order_by("-closed_at", "-pk")
    asleep = list(mine.asleep(now).newest_of_each().order_by("snoozed_until", "pk"))
    told = list(waiting.only("url"))
    others = (
        agenda.without_notice(request.user, now, {notice.url for notice in (*told, *asleep)})
        if request.user.is_student
        else []
    )
    page = NoticesPage(
        waiting=_page(request, "page", waiting),
        others=others,
        count=len(told) + len(others),
        asleep=asleep,
        closed=_page(request, "before", closed),
        tomorrow=timezone.localdate(now) + timedelta(days=1),
        now=now,
    )
    response = show(request, "reminders/notices.html", page)
    actions.see(request.user, now)
    return response


def _page(request: Request, name: str, notices: NoticeQuerySet) -> Page[Notice]:
    return Paginator(notices, PAGE).get_page(request.GET.get(name))


# --- what one says of a thing to do -----------------------------------------------------------------------------------

UNDO = "notice_undo"  # in the session: how things were before the last word


def _lead_back(request: Request, error: Refused, *args: object) -> HttpResponse:
    return refused(request, error, _back(request))


def _back(request: Request) -> str:
    """Return the page on which the button stood: Today, or the list."""
    return "today" if "today" in (request.POST.get("back"), request.GET.get("back")) else "notices"


@require_POST
@signed_in
@if_refused(_lead_back)
@transaction.atomic  # a word that there is not leaves nothing behind
def act(request: Request) -> HttpResponse:
    """Done, later or not needed, of a thing by its name, whether a notice speaks of it or only Today shows it."""
    thing, now = request.POST.get("thing", ""), timezone.now()
    return _said(request, actions.notice_of(request.user, thing, now), request.POST.get("act", ""), now)


def _said(request: Request, notice: Notice, word: str, now: datetime) -> HttpResponse:
    """Do it, keep how things were before, and offer that as an undo."""
    before = actions.before(notice)
    say = f"{_do(notice, word, request.POST, now)}: {notice.title}"
    request.session[UNDO] = before.kept()
    return after(
        request, _back(request), say=say, undo=f"{reverse('notice_undo', args=[notice.pk])}?back={_back(request)}"
    )


def _do(notice: Notice, word: str, data: Mapping[str, object], now: datetime) -> str:
    """Return what was done, in a word or two. Raises Refused for a word that there is not."""
    if word in CLOSED:
        actions.close(notice, as_=CLOSED[word], now=now)
        return str(CLOSED[word].label)
    return f"Snoozed until {put_away(notice, {'span': word, 'until': data.get('until')}, now)}"


CLOSED = {"done": Notice.Closed.DONE, "dismiss": Notice.Closed.DISMISSED}


@require_POST
@allow("reminders.own_notice", Notice)
def undo(request: Request, notice: Notice) -> HttpResponse:
    """Take back the last word about a thing: all of it is as it was, a mail that was sent included."""
    actions.put_back(notice, actions.Before.of(request.session.pop(UNDO, None), notice))
    return after(request, _back(request), say="It’s back in To do.")


@require_POST
@allow("reminders.own_notice", Notice)
def done(request: Request, notice: Notice) -> HttpResponse:
    return _said(request, notice, "done", timezone.now())


@require_POST
@allow("reminders.own_notice", Notice)
def dismiss(request: Request, notice: Notice) -> HttpResponse:
    return _said(request, notice, "dismiss", timezone.now())


@require_POST
@allow("reminders.own_notice", Notice)
@back_to(lambda notice: "notices")
def snooze(request: Request, notice: Notice) -> HttpResponse:
    return _said(request, notice, request.POST.get("span", ""), timezone.now())


def put_away(notice: Notice, data: Mapping[str, object], now: datetime) -> str:
    """Put a notice away as `data` says. Returns the day in words. Raises Refused where it names no day."""
    form = SnoozeForm(data, today=now.astimezone(notice.person.zone).date())
    if not form.is_valid():
        raise Refused("Choose a future day.")
    actions.snooze(notice, until=form.cleaned_data["until"], now=now)
    return times.day(form.cleaned_data["until"])


@require_POST
@allow("reminders.own_notice", Notice)
def reopen(request: Request, notice: Notice) -> HttpResponse:
    actions.reopen(notice)
    return after(request, "notices", say="It’s back in To do.")


@signed_in
@edits
def preferences_page(request: Request) -> HttpResponse:
    if request.method != "POST":
        return show(request, PREFERENCES, _preferences(request, *_choices(request)))
    return _saved(request) or after(request, "reminder_preferences", say="Saved. This applies to your next reminder.")


PREFERENCES = "reminders/preferences.html"


def _choices(request: Request) -> tuple[WishesForm, QuietTimeForm]:
    """Return both forms of the page, with what was posted, if anything was."""
    quiet_time = QuietTime.objects.filter(person=request.user).first() or QuietTime(person=request.user)
    data = request.POST if request.method == "POST" else None
    return WishesForm(data, wishes=preferences.wishes_of(request.user)), QuietTimeForm(data, instance=quiet_time)


def _preferences(request: Request, wishes: WishesForm, quiet: QuietTimeForm) -> PreferencesPage:
    has_some = any(how != How.NEVER for how in preferences.wishes_of(request.user).values())
    return PreferencesPage(wishes, quiet, has_some, not has_some and STOPPED in request.session)


def _saved(request: Request) -> HttpResponse | None:
    """Save what the page says. Returns the page instead where a choice is wrong, or newer in another window."""
    wishes, quiet = _choices(request)
    if not (wishes.is_valid() and quiet.is_valid()):
        return invalid(request, PREFERENCES, _preferences(request, wishes, quiet))
    page = reverse("reminder_preferences")
    if both := overtaken(request, "Two versions of your reminders", wishes, quiet, back=page):
        return both
    preferences.choose(request.user, wishes.cleaned_data)
    quiet.save()
    return None


STOPPED = "reminders_stopped"  # in the session: how each reminder came before all of them were stopped


@require_POST
@signed_in
@edits
def stop_all(request: Request) -> HttpResponse:
    """Send no reminder by email that is optional; To do shows them all the same.

    The button stands in the form of the page: what else was chosen there is saved first, and Undo brings it back.
    """
    if field_of(_choices(request)[1]) in request.POST and (instead := _saved(request)):
        return instead
    before = {rule.name: str(how) for rule, how in preferences.wishes_of(request.user).items()}
    if any(how != How.NEVER for how in before.values()):
        preferences.choose(request.user, dict.fromkeys(before, str(How.NEVER)))
        request.session[STOPPED] = before
    say = "All optional reminders are off. They’re still in To do."
    return after(request, "reminder_preferences", say=say, undo=reverse("reminders_stop_undo"))


@require_POST
@signed_in
def stop_undo(request: Request) -> HttpResponse:
    """Take `stop_all` back: each reminder comes as it did before."""
    before: dict[str, str] = request.session.pop(STOPPED, {})
    mine = {rule.name for rule in preferences.wishes_of(request.user)}
    preferences.choose(request.user, {name: how for name, how in before.items() if name in mine})
    say = "Your reminders are back as they were." if before else "There’s nothing left to undo."
    return after(request, "reminder_preferences", say=say)
