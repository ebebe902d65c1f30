"""The network as a whole: four views, what is done to several people at once, and the file that leaves."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.access import allow
from apps.accounts.models import User
from apps.accounts.requests import Request
from apps.network import board, bulk, leaving, overview, people, search, undo
from apps.network.models import Contact
from apps.network.search import PeopleQuery
from apps.web.answers import after, back_to, if_refused, refused, show
from apps.web.gate import whole_number

MOST = 500  # people named one by one in an address or a form


@require_safe
@allow("network.own")
def network(request: Request) -> HttpResponse:
    """The list, or one of the other views; their former names still lead there."""
    student, now, offer = request.user, timezone.now(), undo.offered(request)
    view = request.GET.get("view", "")
    if view in ("introductions", "picture"):
        page: Any = overview.introductions_page(student, request.GET, now, offer)
    elif view in ("circles", "relation"):
        page = board.circles_page(student, now, offer)
    elif view == "phases":
        page = board.phases_page(student, now, offer)
    elif view == "removed":
        page = overview.removed_page(student, request.GET, offer)
    else:
        page = people.people_page(student, request.GET, now, offer)
    return show(request, "network/network.html", page)


def _address(request: Request) -> str:
    """Return the list as it was when something was pressed on it: a form's address carries the filters."""
    kept = request.GET.copy()
    kept.pop("undo", None)
    return f"{reverse('network')}?{kept.urlencode()}" if kept else reverse("network")


def _to_list(request: Request, error: Any, *args: Any, **kwargs: Any) -> HttpResponse:
    return refused(request, error, _address(request))


@require_POST
@allow("network.own")
@if_refused(_to_list)
def change(request: Request) -> HttpResponse:
    """Do one thing to those who were chosen: by name, or all whom the filters found."""
    act, now = request.POST.get("do", ""), timezone.now()
    value = request.POST.get(VALUE_OF.get(act, act), "")
    changed = bulk.change(request.user, _chosen(request.POST, request.GET, request.user, now), act, value, now)
    return _told(request, changed, _address(request))


VALUE_OF = {"untag": "tag"}


def _told(request: Request, changed: bulk.Changed, back: str) -> HttpResponse:
    to = undo.offer_change(request, changed, back=back)
    return after(request, to, say="" if changed.what else changed.words)


def _chosen(data: QueryDict, address: QueryDict, student: User, now: datetime) -> list[int]:
    if data.get("all"):
        return list(_found(search.read(address), student, now).values_list("pk", flat=True))
    return _named(data)


def _named(data: QueryDict) -> list[int]:
    keys = (whole_number(one) for one in data.getlist("person")[:MOST])
    return [key for key in keys if key is not None]


def _found(query: PeopleQuery, student: User, now: datetime) -> QuerySet[Contact]:
    everybody = Contact.objects.filter(student=student, archived_at=None)
    return search.find(everybody, query, student=student.pk, now=now)


def _board(contact: Contact) -> str:
    return f"{reverse('network')}?view=phases"


@require_POST
@allow("network.edit", Contact)
@back_to(_board)
def phase(request: Request, contact: Contact) -> HttpResponse:
    """Move somebody on the board."""
    changed = bulk.change(request.user, [contact.pk], "phase", request.POST.get("phase", ""), timezone.now())
    return _told(request, changed, _board(contact))


# --- out --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ExportPage:
    """Who would leave, and as what."""

    count: int
    everybody: int
    pairs: list[tuple[str, str]]  # what the form says again
    is_some: bool
    back: str


FILES: dict[str, Callable[[QuerySet[Contact], User], HttpResponseBase]] = {
    "csv": leaving.table,
    "vcard": leaving.cards,
}


@require_safe
@allow("network.own")
def export(request: Request) -> HttpResponseBase:
    """Offer a file of everyone, of those whom the filters found, or of those who were chosen."""
    now, query = timezone.now(), search.read(request.GET)
    rows, keys = _found(query, request.user, now), _named(request.GET)
    is_named = bool(keys) and not request.GET.get("all")
    rows = rows.filter(pk__in=keys) if is_named else rows
    if write := FILES.get(request.GET.get("as", "")):
        return write(rows, request.user)
    pairs = query.pairs + ([("person", str(key)) for key in keys] if is_named else [])
    page = ExportPage(
        count=rows.count(),
        everybody=Contact.objects.filter(student=request.user, archived_at=None).count(),
        pairs=pairs,
        is_some=is_named or query.is_narrow,
        back=f"{reverse('network')}?{urlencode(query.pairs)}" if query.pairs else reverse("network"),
    )
    return show(request, "network/export.html", page)
