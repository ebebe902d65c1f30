"""The invitation into the directory: the office asks one person or a group, and the alum answers from the mail."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts.access import allow, by_link, entrance
from apps.accounts.models import User
from apps.accounts.once import once
from apps.accounts.requests import Request
from apps.alumni import actions, invitations
from apps.alumni.models import AlumniProfile, Invitation, Listing
from apps.clock.regions import spelled
from apps.web.answers import HtmxRequest, Refused, after, back_to, invalid, show

OFFICE, CLAIM = "alumni/invitations.html", "alumni/claim.html"
OLDEST, MONTH = 1900, timedelta(days=30)


class GroupForm(forms.Form):
    """Whom to invite: all who may be, or those of some years or a major."""

    first_year = forms.IntegerField(label="Class year from", required=False, min_value=OLDEST, max_value=2100)
    last_year = forms.IntegerField(label="Class year to", required=False, min_value=OLDEST, max_value=2100)
    major = forms.CharField(label="Major", required=False, max_length=80, help_text="As it’s written in the directory.")
    most = forms.IntegerField(
        label="How many, at most", required=False, min_value=1, max_value=invitations.MOST, initial=100
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("first_year") and data.get("last_year") and data["first_year"] > data["last_year"]:
            self.add_error("last_year", "Choose a year that isn’t before the first.")
        return data

    @property
    def group(self) -> invitations.Group:
        data = self.cleaned_data
        return invitations.Group(data.get("first_year"), data.get("last_year"), data.get("major", ""))

    @property
    def most_people(self) -> int:
        return self.cleaned_data.get("most") or invitations.MOST


@dataclass(frozen=True)
class InvitationsPage:
    """Who can be invited, what is under way, and what came of the last ones."""

    form: GroupForm
    count: int | None  # of the group asked about; None: the form is wrong
    will_be: int
    waiting: int
    an_hour: int
    mailed: int
    joined: int
    section: str = "office_import"


@require_http_methods(["GET", "HEAD", "POST"])
@allow("alumni.import")
@once
def office_invitations(request: Request) -> HttpResponse:
    """Describe a group and see how many they are; then invite them."""
    now, is_post = timezone.now(), request.method == "POST"
    form = GroupForm(request.POST if is_post else request.GET or {"most": "100"})
    if not form.is_valid():
        return invalid(request, OFFICE, _page(form, now))
    if is_post:
        ids = form.group.people(now).order_by("pk").values("pk")[: form.most_people]
        count = invitations.invite(AlumniProfile.objects.filter(pk__in=ids), by=request.user, now=now)
        if not count:
            return after(request, "office_invitations", say="No one in this group can be invited now.")
        people = "1 person is" if count == 1 else f"{count:,} people are"
        return after(request, "office_invitations", say=f"{people} invited. The emails leave over the next hours.")
    return show(request, OFFICE, _page(form, now))


def _page(form: GroupForm, now: datetime) -> InvitationsPage:
    count = form.group.people(now).count() if form.is_valid() else None
    since = Invitation.objects.filter(mailed_at__gt=now - MONTH)
    return InvitationsPage(
        form=form,
        count=count,
        will_be=min(count or 0, form.most_people if count else 0),
        waiting=Invitation.objects.waiting().count(),
        an_hour=invitations.AN_HOUR,
        mailed=since.count(),
        joined=since.filter(alum__listing=Listing.LISTED).count(),
    )


@require_POST
@allow("alumni.import")
def office_invitations_stop(request: Request) -> HttpResponse:
    count = invitations.stop()
    say = "No email was waiting." if not count else spelled("Canceled. Emails that already left can’t be taken back.")
    return after(request, "office_invitations", say=say)


@require_POST
@allow("alumni.import", AlumniProfile)
@back_to()
@once
def alum_invite(request: Request, alum: AlumniProfile) -> HttpResponse:
    """Invite one alum."""
    one = AlumniProfile.objects.filter(pk=alum.pk)
    if not invitations.invite(one, by=request.user, now=timezone.now()):
        raise Refused("We can’t invite them now. They were invited this year, said no, or have no email address.")
    return after(request, alum, say="The invitation leaves within a few minutes.")


# --- from the mail ----------------------------------------------------------------------------------------------------


claim_enter = entrance(invitations.PURPOSE, "claim")


@dataclass(frozen=True)
class ClaimPage:
    """An entry that waits for its alum’s yes."""

    alum: AlumniProfile
    person: User
    error: str


@require_http_methods(["GET", "HEAD", "POST"])
@by_link(invitations.PURPOSE, AlumniProfile)
def claim(request: HtmxRequest, alum: AlumniProfile, person: User) -> HttpResponse:
    """Yes, list me; no, thank you. To look changes nothing; a second press does no harm."""
    act, error = ACTS.get(request.POST.get("act", "")) if request.method == "POST" else None, ""
    if act is not None:
        try:
            act(alum, timezone.now())
        except Refused as refusal:
            error = str(refusal)
        else:
            return redirect("claim", alum.pk)
    return show(request, CLAIM, ClaimPage(alum, person, error), status=422 if error else 200)


def _join(alum: AlumniProfile, now: datetime) -> None:
    actions.join(alum)
    actions.confirm(alum, now=now)


ACTS: dict[str, Callable[[AlumniProfile, datetime], None]] = {
    "join": _join,
    "no": lambda alum, now: actions.leave(alum),
}
