"""The searches a student keeps: save, see who is new, rename, mute, delete; the link that stops mails about one."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from django import forms
from django.db.models import QuerySet
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.access import allow, by_link, entrance
from apps.accounts.models import MailLink, User
from apps.accounts.once import once
from apps.accounts.requests import Request
from apps.alumni import limits
from apps.database.prepared import prepared
from apps.directory import cards, facets, saved
from apps.directory.models import SavedSearch, WithNews, with_news
from apps.directory.queries import DirectoryQuery
from apps.directory.readers import reader_of
from apps.policy.models import Policy
from apps.web.answers import HtmxRequest, after, back_to, invalid, page, page_of_a_row, show
from apps.web.edits import edits, overtaken, wanted

LIST, ONE, STOP = "directory/saved_searches.html", "directory/saved_search.html", "directory/saved_stop.html"
PURPOSE = "saved-search"  # of the link that stops mails about one search
LIVES = timedelta(days=90)
SHOWN = 20
TELLS_OF = 3  # people, in a mail


class NameForm(forms.ModelForm):
    """What a saved search is called."""

    class Meta:
        model = SavedSearch
        fields = ("name",)
        labels = {"name": "Name"}


# --- beside the directory ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Shelf:
    """The saved searches of a student, as they stand beside what was just asked."""

    searches: list[WithNews]
    this: SavedSearch | None  # what was just asked is saved
    address: str
    name: str
    is_full: bool
    can_be_saved: bool

    @classmethod
    def beside(cls, query: DirectoryQuery, total: int, searches: "list[WithNews]") -> Self:
        """Return what stands beside a query of a student who keeps these searches."""
        return cls(
            searches=searches,
            this=next((one for one in searches if one.address == query.kept), None),
            address=query.kept,
            name=saved.name_of(query),
            is_full=len(searches) >= saved.LIMIT,
            can_be_saved=not query.is_plain and total <= saved.MOST,
        )


@prepared
def kept_by(student: int, now: datetime) -> "QuerySet[WithNews]":
    """Return the searches that a student keeps, without whom they found."""
    rows = with_news(SavedSearch.objects.filter(student=student).kept(), now)
    return rows.defer("seen_ids", "new_ids").order_by("name", "pk")


@require_POST
@allow("students.own")
@back_to("people")
@once
def save_search(request: Request) -> HttpResponse:
    """Keep what was just asked: under a name, or in place of another search."""
    now, name = timezone.now(), " ".join(request.POST.get("name", "").replace("\x00", "").split())[:80]
    query = DirectoryQuery.of(QueryDict(request.POST.get("address", "").removeprefix("?")[:4000]))
    instead = request.POST.get("instead", "")
    if instead:
        rows = SavedSearch.objects.visible_to(request.user).kept()
        other = rows.filter(pk=int(instead) if instead.isdecimal() and len(instead) < 19 else 0).first()
        if other is None:
            return after(request, "saved_searches", say=saved.GONE)
        saved.replace(other, query, name=name, now=now)
        say = f"“{other.name}” now finds what you asked for."
        return after(request, "saved_searches", say=say, undo=page_of_a_row("saved_search_undo").format(other.pk))
    one = saved.save(request.user, query, name=name, now=now)
    return after(request, "saved_searches", say=f"“{one.name}” is saved. We’ll email you when someone new matches.")


# --- all of them, and one ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """One saved search in the list: what it asks, and how to change it."""

    saved: WithNews
    asks: str
    form: NameForm
    is_too_wide: bool


@dataclass(frozen=True)
class SearchesPage:
    """The searches a student keeps."""

    lines: list[Line]
    limit: int


@require_safe
@allow("students.own")
def saved_searches(request: Request) -> HttpResponse:
    return show(request, LIST, _page(request.user))


def _page(user: User, typed: NameForm | None = None) -> SearchesPage:
    lines = []
    for one in kept_by(user.pk, timezone.now()):
        is_typed = typed is not None and typed.instance.pk == one.pk
        form = typed if typed is not None and is_typed else _form(one)
        query = one.query
        asks = [f"“{query.text}”"] if query.text else []
        asks += [chip.words for chip in facets.chips(query)]
        lines.append(Line(one, ", ".join(asks), form, one.finds > saved.MOST))
    return SearchesPage(lines, saved.LIMIT)


def _form(one: SavedSearch, typed: QueryDict | None = None) -> NameForm:
    return NameForm(typed, instance=one, auto_id=f"search_{one.pk}_%s")


@dataclass(frozen=True)
class SearchPage:
    """Who is new in one saved search."""

    saved: SavedSearch
    rows: list[cards.Card]
    is_too_wide: bool


@require_safe
@allow("directory.keep", SavedSearch)
def saved_search(request: Request, one: SavedSearch) -> HttpResponse:
    """Who is new in one saved search. To open it is to have seen them."""
    if one.removed_at is not None:
        return redirect("saved_searches")
    now, policy = timezone.now(), Policy.now()
    alumni = saved.newest(one, now=now, most=SHOWN)
    reader = reader_of(request.user, getattr(request.user, "student_profile", None))
    records = limits.records(alumni, now, policy, student=reader.pk)
    found = cards.cards(alumni, reader, records, now, policy, asked=one.query.text)
    saved.opened(one, now=now)
    return show(request, ONE, SearchPage(one, found, one.finds > saved.MOST))


def _list(one: SavedSearch) -> str:
    return page("saved_searches")


@require_POST
@allow("directory.keep", SavedSearch)
@back_to(_list)
@edits
def saved_search_rename(request: Request, one: SavedSearch) -> HttpResponse:
    form = _form(one, request.POST)
    if not form.is_valid():
        return invalid(request, LIST, _page(request.user, form))
    if both := overtaken(request, "Two names for this search", form, back=page_of_a_row("saved_search").format(one.pk)):
        return both
    saved.rename(one, name=form.cleaned_data["name"])
    return after(request, "saved_searches", say="Renamed.", undo=_undo_of(one))


@require_POST
@allow("directory.keep", SavedSearch)
@back_to(_list)
def saved_search_mute(request: Request, one: SavedSearch) -> HttpResponse:
    """Stop mails about one search, or start them again."""
    is_muted = wanted(request, now=one.is_muted)
    saved.mute(one, is_muted=is_muted)
    say = "We won’t email you about" if is_muted else "We’ll email you about"
    return after(request, "saved_searches", say=f"{say} “{one.name}”.")


@require_POST
@allow("directory.keep", SavedSearch)
def saved_search_delete(request: Request, one: SavedSearch) -> HttpResponse:
    saved.remove(one, now=timezone.now())
    return after(request, "saved_searches", say=f"“{one.name}” is deleted.", undo=_undo_of(one))


@require_POST
@allow("directory.keep", SavedSearch)
@back_to(_list)
def saved_search_undo(request: Request, one: SavedSearch) -> HttpResponse:
    """Take back the last change, or the deletion."""
    saved.undo(one, now=timezone.now())
    return after(request, "saved_searches", say="Your search is as it was.")


def _undo_of(one: SavedSearch) -> str:
    return page_of_a_row("saved_search_undo").format(one.pk)


# --- from a mail ------------------------------------------------------------------------------------------------------


def told_of(one: SavedSearch, now: datetime) -> list[str]:
    """Return the first few who are new, in a line each."""
    found = saved.newest(one, now=now, most=TELLS_OF)
    return [", ".join(part for part in (alum.called, alum.title, alum.employer) if part) for alum in found]


def stop_url(one: SavedSearch, now: datetime) -> str:
    """Return the path that stops mails about one search without signing in."""
    token = MailLink.make(purpose=PURPOSE, object_id=one.pk, person=one.student, expires_at=now + LIVES)
    return f"/s/{token}/"


enter_saved = entrance(PURPOSE, "saved_search_stop")


@dataclass(frozen=True)
class StopPage:
    """One saved search, from its mail."""

    saved: SavedSearch
    person: User


@require_http_methods(["GET", "HEAD", "POST"])
@by_link(PURPOSE, SavedSearch)
def saved_search_stop(request: HtmxRequest, one: SavedSearch, person: User) -> HttpResponse:
    """Stop mails about one search, or start them again; a second press does no harm."""
    act = ACTS.get(request.POST.get("act", "")) if request.method == "POST" else None
    if act is not None:
        act(one)
        return redirect("saved_search_stop", one.pk)
    return show(request, STOP, StopPage(one, person))


ACTS: dict[str, Callable[[SavedSearch], None]] = {
    "stop": lambda one: saved.mute(one, is_muted=True),
    "start": lambda one: saved.mute(one, is_muted=False),
}
