"""Small gates that every request passes: headers, who reads, the note of a sign-in, the reader's zone, the closed door,
and for coaches and the office a second step before anything else."""

import zoneinfo
from collections.abc import Callable
from datetime import timedelta
from http import HTTPStatus

from allauth.account.internal.stagekit import clear_login, get_pending_stage
from allauth.account.stages import LoginByCodeStage
from django.contrib.auth.middleware import get_user
from django.contrib.sessions.backends.base import SessionBase
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from apps.accounts.budgets import remember
from apps.accounts.reauthentication import is_needed, where
from apps.accounts.requests import Visit
from apps.accounts.second_factor import lacks_second_step
from apps.accounts.sessions import note_device
from apps.clock import regions
from apps.policy.models import Policy
from apps.web.addresses import folded
from apps.web.answers import HtmxRequest, View, after

type Answer[R: HttpRequest] = Callable[[R], HttpResponseBase]

# Views of libraries that guard themselves; everything of ours carries a door from access.py.
THEIRS = ("allauth.", "django.contrib.staticfiles.", "django.views.static")
SEEN_EVERY = timedelta(minutes=10)
# Where somebody begins to sign in, and in which field they say who they are.
ASKS_TO_SIGN_IN = {"account_request_login_code": "email", "account_login": "login", "account_reset_password": "email"}
# Where somebody may go who has yet to set up their second step; and wherever one may go without signing in.
ON_THE_WAY = ("account_logout", "account_reauthenticate", "prove")


def headers(get_response: Answer[HttpRequest]) -> Answer[HttpRequest]:
    """Set the headers that Django's own middleware does not: no caching behind a login, no device permissions."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        response.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=(self), payment=(), usb=()")
        if "Cache-Control" not in response and not request.path.startswith("/static/"):
            response["Cache-Control"] = "private, no-store"
        return response

    return middleware


def reader(get_response: Answer[HttpRequest]) -> Answer[HttpRequest]:
    """Put the person in the place of Django's lazy `request.user`: every page asks who reads it, and asks often."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        request.user = get_user(request)
        return get_response(request)

    return middleware


def no_blank_page(get_response: Answer[HtmxRequest]) -> Answer[HtmxRequest]:
    """Say something where the address behind a button was opened as a page; Django leaves that answer empty."""

    def middleware(request: HtmxRequest) -> HttpResponseBase:
        response = get_response(request)
        if response.status_code != HTTPStatus.METHOD_NOT_ALLOWED or request.htmx:
            return response
        told = render(request, "errors/405_button.html", status=405)
        told["Allow"] = response["Allow"]
        return told

    return middleware


def seen(get_response: Answer[HttpRequest]) -> Answer[HttpRequest]:
    """Note where a person is signed in and when they were last seen, at most every ten minutes for each device, and
    then have the browser know that it signed in.

    It takes the place of allauth's own middleware, which writes for every page that somebody reads.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        is_due = request.user.is_authenticated and _seen_long_ago(request.session)
        if is_due:
            note_device(request)
            request.session["seen_at"] = timezone.now().timestamp()
        response = get_response(request)
        if request.user.is_authenticated and (is_due or _seen_long_ago(request.session)):
            remember(request, response, request.user.email)
        return response

    return middleware


def _seen_long_ago(session: SessionBase) -> bool:
    return timezone.now().timestamp() - session.get("seen_at", 0) >= SEEN_EVERY.total_seconds()


def own_zone(get_response: Answer[HttpRequest]) -> Answer[HttpRequest]:
    """Render times in the signed-in person's zone."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        zone = request.user.zone if request.user.is_authenticated else None
        with timezone.override(zone or zoneinfo.ZoneInfo("UTC")):
            return get_response(request)

    return middleware


def region_of_office(get_response: Answer[HttpRequest]) -> Answer[HttpRequest]:
    """Write dates, hours and words as the region of the office does; a page that says none asks no database."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        with regions.using(Policy.locale_now):
            return get_response(request)

    return middleware


class closed_by_default:
    """Raise for a view that says nothing about who may enter (R252)."""

    def __init__(self, get_response: Answer[HttpRequest]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: View, args: list[object], kwargs: dict[str, object]) -> None:
        if not hasattr(view, "door") and not view.__module__.startswith(THEIRS):
            raise ImproperlyConfigured(f"{view.__module__}.{view.__name__} has no door: see apps/accounts/access.py")


class newest_address:
    """Let whoever asks to sign in anew do so with what they typed now: allauth would lead them back to the code that
    they asked for before, which went to a mistyped address."""

    def __init__(self, get_response: Answer[HttpRequest]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: View, args: list[object], kwargs: dict[str, object]) -> None:
        name = request.resolver_match.url_name if request.resolver_match else None
        if request.method == "POST" and name in ASKS_TO_SIGN_IN and not request.user.is_authenticated:
            typed = folded(request.POST.get(ASKS_TO_SIGN_IN[name], ""))
            if name == "account_login":
                request.session.pop("asked_in", None)
            if name == "account_login" or typed != _asked_before(request):
                clear_login(request)


def _asked_before(request: HttpRequest) -> str:
    """Return the address to which a code went that is still waited for; a second press does not send another."""
    stage = get_pending_stage(request)
    return str(stage.state.get("email") or "").lower() if isinstance(stage, LoginByCodeStage) else ""


class second_step_first:
    """Lead a coach or the office to a second step before anything else, where the installation asks for one (R251), and
    everybody to a proof that it is them before what decides who gets in."""

    def __init__(self, get_response: Answer[HttpRequest]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: Visit, view: View, args: list[object], kwargs: dict[str, object]
    ) -> HttpResponseBase | None:
        name = request.resolver_match.url_name if request.resolver_match else None
        request.lacks_second_step = lacks_second_step(request)
        if request.lacks_second_step and not _is_on_the_way(name, view):
            return after(request, "mfa_index")
        if is_needed(request, name):
            return after(request, where(request.path))
        return None


def _is_on_the_way(name: str | None, view: View) -> bool:
    door = getattr(view, "door", "")
    return door == "public" or door.startswith("link:") or (name or "").startswith("mfa_") or name in ON_THE_WAY
