"""Who may do what. One page, read from the top; `lifecycle` says when it makes sense, `visible_to` which rows.

Predicates look only at what the object itself tells (its student, alum, coach), so this page knows no other model.
The doors below are the only way into a view; `middleware.closed_by_default` raises for a view without one.
"""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any, Protocol, cast

import rules
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.models import MailLink, User
from apps.accounts.requests import Request
from apps.audit import trail
from apps.web.answers import View, page_before

# --- who somebody is to an object -------------------------------------------------------------------------------------


@rules.predicate
def is_student(user: User | AnonymousUser) -> bool:
    return user.is_authenticated and user.is_student


@rules.predicate
def is_alum(user: User | AnonymousUser) -> bool:
    return user.is_authenticated and user.is_alum


@rules.predicate
def is_coach(user: User | AnonymousUser) -> bool:
    return user.is_authenticated and user.is_coach


@rules.predicate
def is_office(user: User | AnonymousUser) -> bool:
    return user.is_authenticated and user.is_office


class OfStudent(Protocol):
    @property
    def student_id(self) -> int | None: ...


class OfAlum(Protocol):
    @property
    def alum_user_id(self) -> int | None: ...


class OfCoach(Protocol):
    @property
    def coach_id(self) -> int | None: ...


class ByAuthor(Protocol):
    @property
    def author_id(self) -> int | None: ...


class OfPerson(Protocol):
    @property
    def person_id(self) -> int | None: ...


@rules.predicate
def owns(user: User, subject: OfStudent | None) -> bool:
    """The student whose row this is."""
    return subject is not None and subject.student_id == user.pk


@rules.predicate
def is_the_alum(user: User, subject: OfAlum | None) -> bool:
    """The alum who was asked, or whose profile this is."""
    return subject is not None and subject.alum_user_id is not None and subject.alum_user_id == user.pk


@rules.predicate
def coaches(user: User, subject: OfCoach | None) -> bool:
    """The coach in whose caseload the student of this row is."""
    return subject is not None and subject.coach_id is not None and subject.coach_id == user.pk


class ReadByCoach(Protocol):
    @property
    def reader_id(self) -> int | None: ...


@rules.predicate
def reads(user: User, subject: ReadByCoach | None) -> bool:
    """The coach with whom a draft lies for review: another one, where the student's own is away."""
    return subject is not None and subject.reader_id is not None and subject.reader_id == user.pk


@rules.predicate
def wrote(user: User, subject: ByAuthor | None) -> bool:
    """Who wrote it."""
    return subject is not None and subject.author_id is not None and subject.author_id == user.pk


@rules.predicate
def is_addressee(user: User, notice: OfPerson | None) -> bool:
    """The one whom a notice is for, or whose file this is."""
    return notice is not None and notice.person_id == user.pk


# --- the doors --------------------------------------------------------------------------------------------------------


class Door(Protocol):
    """A view that says who may enter."""

    door: str

    def __call__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase: ...


class Guarded(Protocol):
    """A model whose rows are seen by some: its `objects` know `visible_to(user)`."""

    objects: Any


def _marked(view: View, door: str) -> Door:
    marked = cast(Door, view)
    marked.door = door
    return marked


def public(view: View) -> Door:
    """Open a view to everybody, signed in or not."""
    return _marked(view, "public")


def signed_in(view: View) -> Door:
    """Open a view to every signed-in person; it shows only their own rows."""
    return _marked(_signed_in(view), "signed_in")


def allow(permission: str, model: Guarded | None = None) -> Callable[[View], Door]:
    """Open a view to those who hold `permission`; with a model, fetch the row named by `pk` and pass it in.

    Raises Http404 where `model.objects.visible_to(user)` does not hold the row (so that a foreign id and a made-up id
    look alike) and PermissionDenied where it is visible but the permission is refused.
    """

    def door_of(view: View) -> Door:
        @wraps(view)
        def door(request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if model is None:
                _require(request.user, permission, None)
                return view(request, *args, **kwargs)
            row = model.objects.visible_to(request.user).filter(pk=kwargs.pop("pk")).first()
            if row is None:
                raise Http404
            _require(request.user, permission, row)
            return view(request, row, *args, **kwargs)

        return _marked(_signed_in(door), permission)

    return door_of


def _signed_in(view: View) -> View:
    """Lead a visitor to the sign-in and then back; from a button, back to the page on which it stands."""

    @wraps(view)
    def door(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        if request.method == "POST" and request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate":
            messages.warning(
                request, "You were signed out in the meantime, and nothing was done. Sign in, then press again."
            )
        return redirect_to_login(page_before(request))

    return door


def _require(user: User, permission: str, subject: object) -> None:
    if not user.has_perm(permission, subject):
        raise PermissionDenied


def by_link(purpose: str, model: Guarded) -> Callable[[View], Door]:
    """Open a view to the holder of a mailed link, traded earlier for a session entry by `entrance`.

    The view gets the row and the person the link was made for. An entry is good for as long as its link, so that a page
    can be filled in slowly; unknown, forged, expired and revoked links all get one page with status 410.
    """

    def door_of(view: View) -> Door:
        @wraps(view)
        def door(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            pk = kwargs.pop("pk")
            link = _entered(request, purpose, pk)
            subject = model.objects.filter(pk=pk).first() if link else None
            if link is None or subject is None:
                return gone(request)
            trail.by_holder(request, link.person_id)
            response = view(request, subject, link.person, *args, **kwargs)
            return quiet(response)

        return _marked(door, f"link:{purpose}")

    return door_of


def by_program(purpose: str) -> Callable[[View], Door]:
    """Open a view to whoever holds the link that stops a sort of mail, by hand or by a mail program (RFC 8058).

    The view gets the link, whose purpose begins with `purpose`. GET asks, POST does it, as often as it is pressed. A
    program has no session, so no token of a page either: the link alone lets somebody in, and does no more than stop.
    """

    def door_of(view: View) -> Door:
        @csrf_exempt
        @require_http_methods(["GET", "HEAD", "POST"])
        @wraps(view)
        def door(request: HttpRequest, token: str) -> HttpResponseBase:
            link = MailLink.objects.found(token, timezone.now())
            if link is None or not link.purpose.startswith(purpose):
                return gone(request)
            return quiet(view(request, link), referrer="no-referrer")

        return public(door)

    return door_of


def _entered(request: HttpRequest, purpose: str, pk: int) -> MailLink | None:
    """Return the live link that this browser session holds for `purpose` and `pk`, or None."""
    entry = request.session.get("links", {}).get(f"{purpose}:{pk}")
    if not entry:
        return None
    now = timezone.now()
    link = MailLink.objects.alive(now).select_related("person").filter(pk=entry["link"]).first()
    if link:
        _keep_visit(request, link, now)
    return link


def entrance(purpose: str, page: str) -> Door:
    """Make the view behind the address in a mail.

    It trades the token for a single-purpose session entry that lives as long as the link, and goes on to `page`, whose
    address says nothing.
    """

    @require_safe
    def enter(request: HttpRequest, token: str) -> HttpResponse:
        now = timezone.now()
        link = MailLink.objects.found(token, now)
        if link is None or link.purpose != purpose:
            return gone(request)
        links = request.session.get("links", {})
        links[f"{purpose}:{link.object_id}"] = {"link": link.pk}
        request.session["links"] = links
        _keep_visit(request, link, now)
        return quiet(redirect(page, link.object_id), referrer="no-referrer")

    return public(enter)


def _keep_visit(request: HttpRequest, link: MailLink, now: datetime) -> None:
    """Let the session of somebody who is not signed in live as long as their link; a sign-in's has its own length."""
    if request.user.is_authenticated or link.expires_at is None:
        return
    if request.session.get_expiry_date() < link.expires_at:
        request.session.set_expiry(int((link.expires_at - now).total_seconds()) + 1)


def gone(request: HttpRequest) -> HttpResponse:
    """One page for every link that does not work, whatever the reason."""
    return quiet(render(request, "errors/410_link.html", status=410), referrer="no-referrer")


def quiet[R: HttpResponseBase](response: R, *, referrer: str = "same-origin") -> R:
    """Keep a page out of caches and search, and its address from other sites.

    A page with a form tells our own site where it was: under `no-referrer` a browser posts as from nowhere, and the
    guard against foreign posts turns it away.
    """
    response["Referrer-Policy"] = referrer
    response["X-Robots-Tag"] = "noindex"
    response["Cache-Control"] = "private, no-store"
    return response


# --- who may ----------------------------------------------------------------------------------------------------------

# files that a person keeps
rules.add_perm("files.own", is_addressee)
# students
rules.add_perm("students.own", is_student)
rules.add_perm("students.edit", is_student & owns)
# alumni
rules.add_perm("alumni.find", is_student | is_coach | is_office)
rules.add_perm("alumni.see", is_student | is_coach | is_office | is_the_alum)
rules.add_perm("alumni.ask", is_student)
rules.add_perm("alumni.own", is_alum)
rules.add_perm("directory.keep", is_student & owns)
rules.add_perm("alumni.import", is_office)
# network: a student's own
rules.add_perm("network.own", is_student)
rules.add_perm("network.edit", is_student & owns)
# questions to the office
rules.add_perm("tickets.edit", is_student & owns)
rules.add_perm("tickets.queue", is_coach | is_office)
rules.add_perm("tickets.answer", is_office | is_coach & coaches)
# suggestions and warm introductions
rules.add_perm("suggestions.make", is_coach | is_office)
rules.add_perm("suggestions.withdraw", is_office | is_coach & coaches)
rules.add_perm("suggestions.answer", is_student & owns)
# interviews
rules.add_perm("growth.edit", is_student & owns)

rules.add_perm("interviews.own", is_student)
rules.add_perm("interviews.edit", is_student & owns)
rules.add_perm("interviews.review", is_coach & (coaches | reads))
rules.add_perm("texts.own", is_student & owns)
rules.add_perm("comments.own", is_student & owns)
rules.add_perm("replies.own", wrote)
rules.add_perm("texts.review", is_coach & (coaches | reads))
rules.add_perm("interviews.answer", is_the_alum)
# reminders
rules.add_perm("reminders.own_notice", is_addressee)
# coaching
rules.add_perm("coaching.caseload", is_coach)
rules.add_perm("coaching.look", is_coach & coaches)
rules.add_perm("coaching.change_note", is_coach & coaches & wrote)
# practice interviews
rules.add_perm("practice.offer", is_coach)
rules.add_perm("practice.change", is_coach & coaches)
rules.add_perm("practice.give", is_coach & coaches)
rules.add_perm("practice.own", is_student & owns)
rules.add_perm("practice.read", is_student & owns | is_coach)
rules.add_perm("coaching.own_view", is_coach & coaches)
# cohorts and assignments
rules.add_perm("cohorts.run", is_coach | is_office)
rules.add_perm("cohorts.see", is_coach | is_office)
rules.add_perm("cohorts.write", is_office)
rules.add_perm("assignments.see", is_coach | is_office)
rules.add_perm("assignments.change", is_office | is_coach & wrote)
rules.add_perm("assignments.do", is_student)
rules.add_perm("reflections.read", is_coach & coaches)
# students handed to another coach
rules.add_perm("handover.run", is_coach | is_office)
rules.add_perm("handover.undo", is_office | is_coach & wrote)
# office
rules.add_perm("office.run", is_office)
