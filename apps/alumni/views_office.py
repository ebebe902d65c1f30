"""The office takes somebody out of the directory who phoned, and puts them back where that was a mistake."""

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from apps.accounts.access import allow
from apps.accounts.requests import Request
from apps.alumni import actions
from apps.alumni.models import AlumniProfile, Listing
from apps.audit import trail
from apps.web.answers import Refused, after, back_to

TAKEN = "taken_out"  # of the session: {entry: how it was}
GONE = (Listing.REMOVED, Listing.CLOSED)


@require_POST
@allow("alumni.import", AlumniProfile)
@back_to("alum")
def take_out(request: Request, alum: AlumniProfile) -> HttpResponse:
    """Do what the alum’s own “Leave the directory” does. A second press changes nothing."""
    if alum.listing not in GONE:
        was, own_fields = alum.listing, alum.own_fields
        actions.leave(alum)
        kept = {"listing": was, "own_fields": own_fields, "at": alum.updated_at.isoformat()}
        request.session[TAKEN] = {**request.session.get(TAKEN, {}), str(alum.pk): kept}
        _told(alum, was)
    say = f"{alum.called} is out of the directory. No later file brings them back. What’s scheduled stays scheduled."
    return after(request, alum, say=say, undo=reverse("alum_put_back", args=[alum.pk]))


@require_POST
@allow("alumni.import", AlumniProfile)
@back_to("alum")
def put_back(request: Request, alum: AlumniProfile) -> HttpResponse:
    """Undo one’s own “Take out”: the entry is as it was."""
    if not can_put_back(request, alum):
        raise Refused("There’s nothing left to undo.")
    taken, was = dict(request.session[TAKEN]), alum.listing
    before = taken.pop(str(alum.pk))
    try:
        actions.stay(alum, listing=before["listing"], own_fields=before["own_fields"])
    except Refused as error:
        raise Refused("Another profile with their email address is in the directory already.") from error
    request.session[TAKEN] = taken
    alum.refresh_from_db()
    if alum.listing != was:
        _told(alum, was)
    return after(request, alum, say=f"{alum.called}’s profile is as it was.")


def can_put_back(request: Request, alum: AlumniProfile) -> bool:
    """Whether it was this session that took the entry out, and nothing has changed in it since."""
    kept = request.session.get(TAKEN, {}).get(str(alum.pk), {})
    return alum.listing == Listing.REMOVED and kept.get("at") == alum.updated_at.isoformat()


def _told(alum: AlumniProfile, was: str) -> None:
    trail.changed("alumni_alumniprofile", alum.pk, {"listing": was}, {"listing": alum.listing})
