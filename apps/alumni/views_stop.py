"""What the link in a mail to an alum opens without signing in: no more requests from students."""

from dataclasses import dataclass

from django.http import HttpResponse

from apps.accounts.access import by_program, gone
from apps.accounts.models import MailLink
from apps.alumni import actions, stopping
from apps.alumni.models import AlumniProfile, Listing
from apps.web.answers import HtmxRequest, Refused, show

GONE = (Listing.REMOVED, Listing.CLOSED)


@dataclass(frozen=True)
class StopPage:
    """Whether the alum has left, and why they can’t come back by this page, where they tried."""

    is_done: bool
    may_go_on: bool  # to a page of theirs: nobody else is signed in here
    error: str = ""


@by_program(stopping.PURPOSE)
def stop(request: HtmxRequest, link: MailLink) -> HttpResponse:
    """Leave the directory, or come back."""
    alum = AlumniProfile.objects.filter(pk=link.object_id).first()
    if alum is None:
        return gone(request)
    error = _press(alum, back="again" in request.POST) if request.method == "POST" else ""
    may_go_on = not request.user.is_authenticated or request.user == link.person
    page = StopPage(alum.listing in GONE, may_go_on, error)
    return show(request, "alumni/stop.html", page, status=409 if error else 200)


def _press(alum: AlumniProfile, *, back: bool) -> str:
    """Do it once, however often it is pressed. Returns why it could not be done."""
    try:
        if back and alum.listing == Listing.REMOVED:
            actions.join(alum)
        elif not back and alum.listing not in GONE:
            actions.leave(alum)
    except Refused as error:
        alum.refresh_from_db()
        return str(error)
    return ""
