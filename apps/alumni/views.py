"""The alum's own entry. Searching and one alum's page are apps/directory/views.py, imports views_import.py."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts.access import allow
from apps.accounts.requests import Request
from apps.alumni import actions, limits
from apps.alumni.forms import PauseForm, ProfileForm
from apps.alumni.models import AlumniProfile, Listing
from apps.clock import times
from apps.policy.models import Policy
from apps.web.answers import Refused, after, back_to, invalid, show
from apps.web.edits import edits, overtaken


def _own(request: Request) -> AlumniProfile:
    return get_object_or_404(AlumniProfile.objects.visible_to(request.user), user=request.user)


@dataclass(frozen=True)
class ProfilePage:
    """The alum's own entry: what students read, a pause, and whether it is in the directory."""

    alum: AlumniProfile
    form: ProfileForm
    pause_form: PauseForm
    is_paused: bool
    policy: Policy
    section: str = "alum_profile_edit"


@require_http_methods(["GET", "HEAD", "POST"])
@allow("alumni.own")
@back_to("alum_profile_edit")
@edits
def profile(request: Request) -> HttpResponse:
    """The alum writes what students read about them, and may enter the directory with it in one press."""
    alum = _own(request)
    form = ProfileForm(request.POST or None, instance=alum)
    if request.method == "POST" and form.is_valid():
        if both := overtaken(request, "Two versions of your profile", form):
            return both
        form.instance.confirmed_at = timezone.now()
        form.save()
        alum.confirmed_parts.all().delete()  # all of it was before them
        if "join" in request.POST:
            actions.join(alum)
            return after(
                request, "alum_profile_edit", say="Your profile is saved, and students can find it now. Thank you."
            )
        goal = "alum_preview" if "preview" in request.POST else "alum_profile_edit"
        return after(request, goal, say="Your profile is saved.")
    answer = invalid if form.errors else show
    return answer(request, "alumni/profile_edit.html", _page(alum, form))


def _page(alum: AlumniProfile, form: ProfileForm | None = None, pause_form: PauseForm | None = None) -> ProfilePage:
    policy, now = Policy.now(), timezone.now()
    day = limits.today(now, policy)
    alum = AlumniProfile.objects.get(pk=alum.pk) if form and form.errors else alum
    return ProfilePage(
        alum=alum,
        form=form or ProfileForm(instance=alum),
        pause_form=pause_form or PauseForm(today=day),
        is_paused=alum.pauses_on(day),
        policy=policy,
    )


@require_POST
@allow("alumni.own")
def pause(request: Request) -> HttpResponse:
    alum, policy = _own(request), Policy.now()
    form = PauseForm(request.POST, today=limits.today(timezone.now(), policy))
    if not form.is_valid():
        return invalid(request, "alumni/profile_edit.html", _page(alum, pause_form=form))
    until = form.ends_on
    actions.pause(alum, until=until)
    how_long = f"until {times.full_date(until)}" if until else "until you resume them"
    return after(request, "alum_profile_edit", say=f"Requests are paused {how_long}. Students see that you’re paused.")


@require_POST
@allow("alumni.own")
def resume(request: Request) -> HttpResponse:
    actions.resume(_own(request))
    return after(request, "alum_profile_edit", say="Welcome back. Students can ask you again.")


LEFT = "alum_left"  # in the session: how the entry was listed before


@require_POST
@allow("alumni.own")
def leave(request: Request) -> HttpResponse:
    """Take the entry out of the directory, and offer to take that back."""
    alum = _own(request)
    if alum.listing != Listing.REMOVED:
        request.session[LEFT] = {"listing": alum.listing, "own_fields": alum.own_fields}
        actions.leave(alum)
    say = "You’ve left the directory. Conversations you’ve scheduled stay scheduled. You can rejoin at any time."
    return after(request, "alum_profile_edit", say=say, undo=reverse("alum_leave_undo"))


@require_POST
@allow("alumni.own")
@back_to("alum_profile_edit")
def leave_undo(request: Request) -> HttpResponse:
    """Stay after all, exactly as it was."""
    before = request.session.pop(LEFT, None)
    if before is None:
        raise Refused("There’s nothing left to undo.")
    actions.stay(_own(request), **before)
    return after(request, "alum_profile_edit", say="Your profile is as it was.")


@require_POST
@allow("alumni.own")
@back_to("alum_profile_edit")
def join(request: Request) -> HttpResponse:
    """Put the entry into the directory: the undo of leaving, and the yes of somebody who was invited."""
    actions.join(_own(request))
    return after(request, "alum_profile_edit", say="You’re in the directory. Thank you.")
