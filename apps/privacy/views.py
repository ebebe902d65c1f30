"""Everybody's pages about their own data: get a copy, delete the account, keep it after all (R254)."""

import logging
from dataclasses import dataclass

from django.http import HttpResponse, HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.access import by_link, entrance, public, signed_in
from apps.accounts.models import User
from apps.accounts.once import once
from apps.accounts.reauthentication import proven
from apps.accounts.requests import Request
from apps.clock import times
from apps.network import contact_imports
from apps.privacy import copies, erasures, export, tasks
from apps.privacy import page as pages
from apps.privacy.models import Erasure, Export, Retention
from apps.web.answers import HtmxRequest, after, back_to, show

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class KeptPage:
    """What is kept of whom, and for how long, as the office has set it."""

    kept: Retention
    file_days: int  # that a file of people waits for its student


@require_safe
@public
def what_we_keep(request: HtmxRequest) -> HttpResponse:
    kept = Retention.now()
    return show(request, "accounts/what_we_keep.html", KeptPage(kept, min(kept.imports, contact_imports.KEPT.days)))


@require_safe
@signed_in
def my_data(request: Request) -> HttpResponse:
    """What one can do with one's own data, and how far the copy is that was asked for."""
    page = pages.data_page(request.user, timezone.now())
    response = show(request, "privacy/data.html", page, swap="progress")
    if request.htmx and not (page.copy.wish and page.copy.wish.is_open):
        response["HX-Refresh"] = "true"  # it is over: the whole page has changed
    return response


@require_POST
@signed_in
@back_to("my_data")
@once
def copy_ask(request: Request) -> HttpResponse:
    """Have a copy made in the background; a mail brings the link."""
    nudge(copies.ask(request.user, by=request.user, now=timezone.now()).pk)
    return after(request, "my_data")


def nudge(pk: int) -> None:
    """Tell a worker. If the broker is away, one finds it at the next look."""
    try:
        tasks.make_copy.apply_async([pk], retry=False)
    except tasks.make_copy.OperationalError:
        log.exception("nobody could be told of copy %s", pk)


data_enter = entrance(copies.PURPOSE, "data_file")


@dataclass(frozen=True)
class FilePage:
    """The file behind a mailed link, before it is downloaded."""

    wish: Export
    person: User


@require_http_methods(["GET", "HEAD", "POST"])
@by_link(copies.PURPOSE, Export)
@back_to("home")
def data_file(request: HtmxRequest, wish: Export, person: User) -> HttpResponseBase:
    """GET shows, so that a mail scanner takes nothing; POST hands the file out, once."""
    now = timezone.now()
    if request.method != "POST":
        return show(request, "privacy/file.html", FilePage(wish, person))
    response = HttpResponse(copies.fetch(wish, now=now), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{export.file_name(person, now)}"'
    return response


# --- deletion ---------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
@back_to("my_data")
@proven
def erasure(request: Request) -> HttpResponse:
    """Say before what goes and what stays; then have the account deleted in seven days. Or offer the way back."""
    now = timezone.now()
    if request.method != "POST":
        return show(request, "privacy/erasure.html", pages.erasure_page(request.user, now))
    asked = erasures.ask(request.user, by=Erasure.By.PERSON, now=now)
    day = times.day(asked.due_at, request.user.time_zone)
    return after(request, "my_data", say=f"We’ll delete your account on {day}. You can keep it until then.")


@require_POST
@signed_in
@back_to("my_data")
def erasure_keep(request: Request) -> HttpResponse:
    erasures.keep(request.user, now=timezone.now())
    return after(request, "my_data", say="You’re keeping your account. Nothing was deleted.")
