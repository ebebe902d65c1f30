"""The front page, the way home, and one's own account. Signing in itself is allauth's."""

from allauth.account.views import request_login_code
from allauth.mfa.utils import is_mfa_enabled
from allauth.usersessions.models import UserSession
from django.contrib.auth import logout
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.access import public, signed_in
from apps.accounts.context import current_role
from apps.accounts.forms import AccountForm
from apps.accounts.models import Role
from apps.accounts.requests import Request
from apps.clock import zone_names, zones
from apps.web.answers import HtmxRequest, after, invalid, show
from apps.web.edits import edits, overtaken

FIRST_PAGES = {Role.STUDENT: "today", Role.ALUM: "alum_home", Role.COACH: "caseload", Role.OFFICE: "office"}

# --- the front door ---------------------------------------------------------------------------------------------------


@require_safe
@public
def home(request: HtmxRequest) -> HttpResponse:
    """Tell a visitor what this is; lead everybody else to the first page of the role they are in."""
    if request.user.is_authenticated:
        return redirect(_first_page(request))
    top_link = {"url": "#alumni", "text": "For alumni"}
    return show(request, "accounts/front.html", {"top_link": top_link})


def _first_page(request: HtmxRequest) -> str:
    role = current_role(request)
    profile = getattr(request.user, "student_profile", None)
    if role == Role.STUDENT and profile and profile.welcomed_at is None:
        return "welcome"
    return FIRST_PAGES[Role(role)] if role else "account"


@require_POST
@public
def another_code(request: HtmxRequest) -> HttpResponse:
    """Send a new code as the first was sent, in the same steps for an address that nobody has."""
    logout(request)  # lets go of the code before this one
    return request_login_code(request)


@require_safe
@signed_in
def prove(request: Request) -> HttpResponse:
    """Ask somebody who signs in by codes to do so anew; they come back to `next`, which allauth looks at."""
    return show(
        request, "accounts/prove.html", {"next": request.GET.get("next", "")[:200], "pressed": "pressed" in request.GET}
    )


# --- one's own account ------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
@edits
def account(request: Request) -> HttpResponse:
    form = AccountForm(request.POST or None, instance=request.user, now=timezone.now())
    if request.method == "POST" and form.is_valid():
        if both := overtaken(request, "Two versions of your account", form):
            return both
        form.save()
        return after(request, "account", say="Saved.")
    if request.method == "POST":
        request.user.refresh_from_db()  # the masthead shows what is saved, the form what was typed
    answer = invalid if request.method == "POST" else show
    return answer(request, "accounts/account.html", {"form": form, "has_second_step": is_mfa_enabled(request.user)})


@require_POST
@signed_in
def detect_zone(request: Request) -> HttpResponse:
    """Take the zone a browser tells, unless the person has chosen one.

    UTC is no place: some browsers tell it to everybody, so as not to tell where they are.
    """
    zone, user = request.POST.get("zone", ""), request.user
    if zones.is_place(zone) and not user.is_zone_chosen:
        user.time_zone = zone_names.current(zone)
        user.save(update_fields=["time_zone"])
    return HttpResponse(status=204)


@require_POST
@signed_in
def switch_role(request: Request) -> HttpResponse:
    """Go on in another role that the person holds."""
    role = request.POST.get("role")
    if role not in request.user.roles:
        raise PermissionDenied
    request.session["role"] = role
    return redirect("home")


@require_POST
@signed_in
def session_end(request: Request, pk: int) -> HttpResponse:
    """Sign one of the person's other devices out; a device that is gone already is signed out too."""
    session = UserSession.objects.filter(user=request.user, pk=pk).first()
    if session is None:
        raise Http404
    session.end()
    return after(request, "usersessions_list", say="That device is signed out now.")
