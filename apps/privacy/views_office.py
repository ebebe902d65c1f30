"""The office's pages about people's data: a copy, a deletion, a legal hold, how long things stay (R244, R254)."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.access import allow
from apps.accounts.models import Role, User
from apps.accounts.once import once
from apps.accounts.reauthentication import proven
from apps.accounts.requests import Request
from apps.clock import times
from apps.privacy import cleaning, copies, erasures, holds
from apps.privacy import page as pages
from apps.privacy.forms import HoldForm, RetentionForm
from apps.privacy.models import Cleaning, Erasure, Retention
from apps.privacy.views import nudge
from apps.students.disclosures import disclose
from apps.web.answers import after, back_to, done, invalid, show
from apps.web.edits import edits, overtaken

RECORD = "Your address, and what you asked about your data"
SHOWN = 14  # nights
PAGE = "office_person_data"


@require_safe
@allow("office.run")
def person_data(request: Request, pk: int) -> HttpResponse:
    someone, now = get_object_or_404(User, pk=pk), timezone.now()
    _told(request, someone)
    return show(request, "privacy/person.html", pages.person_page(someone, HoldForm(), now))


def _told(request: Request, someone: User) -> None:
    if Role.STUDENT in someone.roles:
        disclose(someone.pk, viewer=request.user, what=RECORD, now=timezone.now())


@require_POST
@allow("office.run")
@back_to(PAGE)
@once
def person_copy(request: Request, pk: int) -> HttpResponse:
    """Have a copy mailed to somebody who wrote to the office. The office never gets the file."""
    someone = get_object_or_404(User, pk=pk)
    nudge(copies.ask(someone, by=request.user, now=timezone.now()).pk)
    return after(request, PAGE, pk, say=f"We’ll email {someone.first_name} a link when the copy is ready.")


@require_POST
@allow("office.run")
@back_to(PAGE)
@proven
def person_erase(request: Request, pk: int) -> HttpResponse:
    someone = get_object_or_404(User, pk=pk)
    asked = erasures.ask(someone, by=Erasure.By.OFFICE, now=timezone.now())
    day = times.day(asked.due_at, request.user.time_zone)
    return after(request, PAGE, pk, say=f"{someone.called}’s account will be deleted on {day}. We told them by email.")


@require_POST
@allow("office.run")
@back_to(PAGE)
def person_keep(request: Request, pk: int) -> HttpResponse:
    someone = get_object_or_404(User, pk=pk)
    erasures.keep(someone, now=timezone.now())
    return after(request, PAGE, pk, say=f"{someone.called}’s account stays. Nothing was deleted.")


@require_POST
@allow("office.run")
def person_hold(request: Request, pk: int) -> HttpResponse:
    someone, now = get_object_or_404(User, pk=pk), timezone.now()
    form = HoldForm(request.POST)
    if form.is_valid() and done(
        form, lambda: holds.place(someone, reason=form.cleaned_data["reason"], by=request.user, now=now)
    ):
        return after(request, PAGE, pk, say=f"Nothing of {someone.called} will be deleted until you lift the hold.")
    _told(request, someone)
    return invalid(request, "privacy/person.html", pages.person_page(someone, form, now))


@require_POST
@allow("office.run")
@back_to(PAGE)
def person_lift(request: Request, pk: int) -> HttpResponse:
    someone = get_object_or_404(User, pk=pk)
    holds.lift(someone, by=request.user, now=timezone.now())
    return after(request, PAGE, pk, say=f"The hold is lifted. {someone.called}’s data can be deleted again.")


# --- how long things stay ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class RetentionPage:
    """How many days each kind stays, and what the last nights took away."""

    form: RetentionForm
    nights: list[tuple[Cleaning, str]]


@require_http_methods(["GET", "HEAD", "POST"])
@allow("office.run")
@edits
def retention(request: Request) -> HttpResponse:
    form = RetentionForm(request.POST or None, instance=Retention.now())
    if request.method == "POST" and form.is_valid():
        if both := overtaken(request, "Two versions of how long things are kept", form):
            return both
        form.save()
        return after(request, "office_retention", say="Saved. It applies from the next night on.")
    nights = [(night, cleaning.told(night)) for night in Cleaning.objects.order_by("-started_at", "-pk")[:SHOWN]]
    answer = invalid if request.method == "POST" else show
    return answer(request, "privacy/retention.html", RetentionPage(form, nights))
