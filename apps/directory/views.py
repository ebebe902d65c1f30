"""Find people, and one alum's page: the directory (apps/alumni) seen through one student's own network.

Both stand here because "Yuki suggested her" is known only to the network; searching and wording are apps/alumni's.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.contrib import messages
from django.core.cache import caches
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.access import allow
from apps.accounts.models import User
from apps.accounts.once import once
from apps.accounts.requests import Request
from apps.alumni import invitations, limits, views_office, visibility
from apps.alumni.models import AlumniProfile, Format, Listing, SavedAlum
from apps.database.prepared import fetch_together
from apps.directory import cards, close_fits, fair, options, search, suggestions
from apps.directory import facets as facet_groups
from apps.directory.models import WithNews
from apps.directory.queries import DirectoryQuery, Reader
from apps.directory.readers import Naming, in_words, named_to, reader_from, reader_of
from apps.directory.views_saved import Shelf, kept_by
from apps.network import route
from apps.network.models import Contact, Referral, Touch
from apps.policy.models import Policy, the_policy
from apps.web.answers import Addressed, parts_of, show
from apps.wording.text import folded

SUGGESTIONS = 4
SPARE = 2  # for those whose month fills up meanwhile
KEPT_S = 6 * 60 * 60


@dataclass(frozen=True)
class PeoplePage:
    """The directory as it was asked for: who was found, who might fit, and what narrows or widens it."""

    query: DirectoryQuery
    answer: search.Answer
    rows: list[cards.Card]
    suggested: list[cards.Card]
    close: list[cards.Card]  # where nobody fits
    is_close_to_reader: bool  # and not to what was searched
    facets: list[facet_groups.Facet]
    chips: list[facet_groups.Chip]
    sorts: list[facet_groups.Sort]
    wider: list[facet_groups.Wider]
    before: str
    after: str
    kept: list[tuple[str, str]]
    coach: User | None
    shelf: Shelf | None
    policy: Policy


@require_safe
@allow("alumni.find")
def people(request: Request) -> HttpResponse:
    """Search, narrow, sort: the same address gives the same list."""
    now, query, user = timezone.now(), DirectoryQuery.of(request.GET), request.user
    profile = getattr(user, "student_profile", None) if user.is_student else None
    policy, named, searches = _asked_first(user, now)
    reader = reader_from(user, profile, named)
    opens = query.is_plain and query.page == 1 and profile is not None
    fitting = _fitting(reader, now, policy) if opens else []
    still = suggestions.suggestable_of.bind(fitting, reader.pk, limits.today(now, policy)) if fitting else None
    answer = search.find(query, reader, now=now, policy=policy, beside=still)
    if not answer.total and (meant := _meant(query)):
        return redirect(reverse("people") + meant)
    if answer.total and not answer.rows and query.page > 1:
        return redirect(reverse("people") + query.address(page=min(answer.pages, query.page - 1)))
    suggested = sorted(answer.beside, key=lambda alum: fitting.index(alum.pk))
    close = _close(answer, reader, profile is not None, now, policy)
    records = limits.records([*answer.rows, *suggested, *close.people], now, policy, student=reader.pk)
    fit = cards.cards(suggested, reader, records, now, policy, is_suggested=True)
    page = PeoplePage(
        query=query,
        answer=answer,
        rows=cards.cards(answer.rows, reader, records, now, policy, asked=query.text),
        suggested=[card for card in fit if card.can_be_asked][:SUGGESTIONS],
        close=_cards_of(close, reader, records, now, policy),
        is_close_to_reader=close.to_reader,
        facets=facet_groups.facets_of(answer, reader),
        chips=facet_groups.chips(query),
        sorts=facet_groups.sorts(query),
        wider=facet_groups.wider(answer),
        before=query.address(page=query.page - 1) if query.page > 1 else "",
        after=query.address(page=query.page + 1) if answer.last < answer.shown else "",
        kept=[(group, value) for group, values in query.chosen.items() for value in values],
        coach=profile.coach if profile and not answer.total else None,
        shelf=Shelf.beside(query, answer.total, searches) if user.is_student else None,
        policy=policy,
    )
    return show(request, "directory/people.html", page, swap="finder")


def _asked_first(user: User, now: datetime) -> tuple[Policy, list[Naming], "list[WithNews]"]:
    """Ask in one round trip what is needed before anybody is looked for: the policy, who was named, saved searches."""
    if not user.is_student:
        return Policy.now(), [], []
    policies, named, searches = fetch_together(the_policy.bind(), named_to.bind(user.pk), kept_by.bind(user.pk, now))
    return Policy.first(policies), named, searches


def _close(answer: search.Answer, reader: Reader, is_student: bool, now: datetime, policy: Policy) -> close_fits.Close:
    if answer.total or answer.query.is_plain:
        return close_fits.NOBODY
    fitting = _fitting(reader, now, policy) if is_student and not answer.wider else []
    return close_fits.close(answer, reader, fitting, now=now, policy=policy)


def _cards_of(
    close: close_fits.Close, reader: Reader, records: Mapping[int, limits.Record], now: datetime, policy: Policy
) -> list[cards.Card]:
    """Return the few who come close, those first who take requests now."""
    shown = cards.cards(close.people, reader, records, now, policy, is_suggested=close.to_reader)
    return sorted(shown, key=lambda card: not card.can_be_asked)[: close_fits.SHOWN]


def _meant(query: DirectoryQuery) -> str:
    """Return the address with organizations and places that were only begun written out; "" where none was."""
    chosen = dict(query.chosen)
    for group in options.GROUPS:
        values = [(value, options.options(group, value)) for value in chosen.get(group, ())]
        chosen[group] = tuple(found[0] if found and value not in found else value for value, found in values)
    chosen = {group: values for group, values in chosen.items() if values}
    return query.address(chosen=chosen) if chosen != query.chosen else ""


@dataclass(frozen=True)
class OptionsPage:
    """What somebody may mean who has begun to type."""

    found: list[str]


@require_safe
@allow("alumni.find")
def options_of(request: Request) -> HttpResponse:
    """Offer organizations or places to somebody who types one."""
    asked = {group: request.GET[group].replace("\x00", " ")[:80] for group in options.GROUPS if group in request.GET}
    found = [value for group, typed in asked.items() for value in options.options(group, typed)]
    return show(request, "directory/options.html", OptionsPage(found))


@dataclass(frozen=True)
class Thread:
    """How the student comes to an alum: who named them, in words too, and when the two talked."""

    row: Referral
    sentence: str
    talked_at: datetime | None


@dataclass(frozen=True)
class AlumPage:
    """One alum's page; what only a student sees of it is None for others."""

    alum: AlumniProfile
    back: str
    record: limits.Record
    free: limits.Availability
    month: date
    offers: str
    formats: str
    studied: str
    home: str
    why: str
    referral: Thread | None
    routes: list[route.Route]  # who could introduce the student, where nobody did
    asked: Addressed | None  # an interviews.InterviewRequest, of an app above this one
    is_open: bool
    refusal: str | None
    contact: Contact | None
    is_saved: bool
    languages: str
    can_be_invited: bool
    can_be_taken_out: bool  # of the directory, by the office
    can_be_put_back: bool
    hidden: list[tuple[str, str]]  # what it is, and what stands there: for the office
    policy: Policy


@require_safe
@allow("alumni.see", AlumniProfile)
def alum(request: Request, alum: AlumniProfile) -> HttpResponse:
    """One alum: what they offer, how you are connected, and the one button."""
    return show(request, "directory/alum.html", _alum_page(request, alum))


@dataclass(frozen=True)
class PreviewPage:
    """One’s own profile as a student sees it: the line in the list, and the page."""

    page: AlumPage
    rows: list[cards.Card]
    policy: Policy


@require_safe
@allow("alumni.own")
def preview(request: Request) -> HttpResponse:
    """The alum looks at their profile as any student does who shares nothing with them."""
    alum = get_object_or_404(AlumniProfile.objects.visible_to(request.user), user=request.user)
    page, now, policy = _alum_page(request, alum), timezone.now(), Policy.now()
    card = cards.card(alum, Reader(), page.record, now, policy)
    return show(request, "directory/preview.html", PreviewPage(page, [card], policy))


def _alum_page(request: Request, alum: AlumniProfile) -> AlumPage:
    now, policy, user = timezone.now(), Policy.now(), request.user
    reader = reader_of(user, getattr(user, "student_profile", None)) if user.is_student else Reader()
    record = limits.records([alum], now, policy, student=reader.pk).get(alum.pk, limits.Record())
    asked = alum.requests.filter(student=user).order_by("-pk").first() if user.is_student else None
    is_open = asked is not None and asked.status in ("draft", "in_review", *limits.PENDING)
    referral = _referral_to(alum, user) if user.is_student else None
    return AlumPage(
        alum=alum,
        languages=cards.listed(alum.languages) if alum.languages else "",
        can_be_invited=user.is_office and invitations.invitable(now).filter(pk=alum.pk).exists(),
        can_be_taken_out=user.is_office and alum.listing in (Listing.LISTED, Listing.INVITED, Listing.RESTING),
        can_be_put_back=user.is_office and views_office.can_put_back(request, alum),
        hidden=visibility.told(alum) if user.is_office else [],
        back=_back(request),
        record=record,
        free=limits.availability(alum, record, now, policy),
        month=limits.month_of(now, policy)[0].date(),
        offers=cards.offers_in_full(alum),
        formats=", ".join(str(Format(value).label) for value in Format.values if value in alum.formats).capitalize(),
        studied=cards.listed(alum.majors) if alum.majors else alum.degrees,
        home=cards.home(alum) if alum.city else "",
        why=cards.why(alum, reader),
        referral=referral,
        routes=_routes_to(alum, user, now) if user.is_student and not referral and not is_open else [],
        asked=asked,
        is_open=is_open,
        refusal=limits.refusal(alum, user, now, policy) if user.is_student and not is_open else None,
        contact=Contact.objects.filter(student=user, alum=alum).first() if user.is_student else None,
        is_saved=user.is_student and SavedAlum.objects.filter(student=user, alum=alum).exists(),
        policy=policy,
    )


def _back(request: Request) -> str:
    """The list the reader comes from, with what was asked there; else the list as it opens."""
    came_from = parts_of(request.headers.get("Referer", ""))
    is_list = came_from.netloc == request.get_host() and came_from.path == reverse("people")
    return f"{came_from.path}?{came_from.query}" if is_list and came_from.query else reverse("people")


@require_POST
@allow("alumni.ask", AlumniProfile)
@once
def save(request: Request, alum: AlumniProfile) -> HttpResponse:
    """Save for later, or take it back."""
    saved, is_new = SavedAlum.objects.get_or_create(student=request.user, alum=alum)
    if not is_new:
        saved.delete()
    state = "is saved for later" if is_new else "is no longer saved"
    messages.success(request, f"{alum.called} {state}.")
    return redirect("alum", alum.pk)


# --- how the reader is connected --------------------------------------------------------------------------------------


def _routes_to(alum: AlumniProfile, student: User, now: datetime) -> list[route.Route]:
    """The warmest ways through somebody who works or worked where the alum does (R38)."""
    return route.routes(student, alum.employer, now, to=alum.called, but_alum=alum.pk)


def _referral_to(alum: AlumniProfile, student: User) -> Thread | None:
    """The thread from the student to the alum: who named them, and when the two talked; None for nobody."""
    referrals = Referral.objects.filter(student=student).select_related("referrer", "contact").order_by("-named_at")
    referral = referrals.filter(contact__alum=alum).first()
    if referral is None:
        unlinked = referrals.filter(contact__alum=None, contact__sort_key=alum.sort_key)
        referral = next((named for named in unlinked if folded(named.contact.name) == folded(alum.name)), None)
    if referral is None:
        return None
    sentence = in_words(referral.referrer.name, referral.contact.name, referral.name_permission)
    talks = Touch.objects.filter(contact=referral.referrer, kind=Touch.Kind.TALKED).order_by("-at")
    return Thread(referral, sentence, talked_at=talks.values_list("at", flat=True).first())


def _fitting(reader: Reader, now: datetime, policy: Policy) -> list[int]:
    """Return the ids of the few who fit best, best first: chosen anew when the reader changes, or after six hours."""
    near, key = caches["near"], "suggested:" + hashlib.sha256(repr(reader).encode()).hexdigest()
    ids = near.get(key)
    if ids is None:
        ids = _chosen(reader, now, policy)
        near.set(key, ids, KEPT_S)
    return ids


def _chosen(reader: Reader, now: datetime, policy: Policy) -> list[int]:
    """Choose whom to suggest, and write it down: they may be asked because of it."""
    candidates = suggestions.suggested(reader, now=now, policy=policy)
    loads = suggestions.loads(candidates, now, policy)
    chosen = fair.choose(candidates, reader, loads, policy, most=SUGGESTIONS + SPARE)
    suggestions.remember(reader.pk, chosen[:SUGGESTIONS], now)
    return [alum.pk for alum in chosen]
