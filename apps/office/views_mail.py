"""The office's pages about mail: the outbox and how it is, what leaves next, and the addresses that get nothing."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Count, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.fetch_modes import FETCH_RAISE
from django.db.models.functions import Coalesce
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.access import allow
from apps.accounts.requests import Request
from apps.mail import alerts, outbox, suppression
from apps.mail.models import DeliveryAttempt, OutboundMessage, ReceivedMail, State, Suppression
from apps.office import mail_about
from apps.office.forms import SuppressionForm
from apps.office.next_mails import Coming, coming
from apps.reminders.health import SWEEP_AGE
from apps.reminders.models import Sweep
from apps.students.disclosures import disclose_each
from apps.web.answers import after, back_to, invalid, page, show
from apps.wording.text import folded

A_PAGE = 30


# --- the outbox -------------------------------------------------------------------------------------------------------


WAITING, NOT_SENT, NEEDS_YOU = "waiting", "not-sent", "human"  # what stands in the address for a whole group
GROUPS: dict[str, tuple[tuple[str, str] | None, tuple[State, ...]]] = {  # what to choose for all of it, and its states
    "Waiting": ((WAITING, "All that are waiting"), (State.PENDING, State.LEASED, State.SENDING)),
    "Sent": (None, (State.SENT,)),
    "Needs you": ((NEEDS_YOU, "All that need your decision"), (State.FAILED, State.RETURNED, State.UNCERTAIN)),
    "Not sent": (
        (NOT_SENT, "All that weren’t sent"),
        (State.CANCELLED, State.SUPERSEDED, State.OBSOLETE, State.CLOSED),
    ),
}
STATES_OF = {whole[0]: states for whole, states in GROUPS.values() if whole}


def groups() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the groups of the filter with what can be chosen in each: all of it, or one exact status."""
    return [
        (name, [*([whole] if whole else []), *((str(state), str(state.label)) for state in states)])
        for name, (whole, states) in GROUPS.items()
    ]


@dataclass(frozen=True)
class Swept:
    """When a look at what is due last came to its end, and whether that is too long ago."""

    at: datetime | None
    is_late: bool


@dataclass(frozen=True)
class OutboxPage:
    """The messages by state, kind and reader, and how the outbox is."""

    page: Page[OutboundMessage]
    groups: list[tuple[str, list[tuple[str, str]]]]
    kinds: list[tuple[str, str]]
    state: str
    kind: str
    q: str
    health: alerts.Health
    sweep: Swept
    now: datetime


@require_safe
@allow("office.run")
def messages(request: Request) -> HttpResponse:
    now = timezone.now()
    state, kind, words = (request.GET.get(name, "").strip()[:100] for name in ("state", "kind", "q"))
    rows = _found(state, kind, words).defer("text", "html", "ics").fetch_mode(FETCH_RAISE)
    kinds = OutboundMessage.objects.order_by("kind").values_list("kind", flat=True).distinct()
    page = OutboxPage(
        page=Paginator(rows, A_PAGE).get_page(request.GET.get("page")),
        groups=groups(),
        kinds=[(value, OutboundMessage(kind=value).shown_kind) for value in kinds],
        state=state,
        kind=kind,
        q=words,
        health=alerts.health(now),
        sweep=_sweep(now),
        now=now,
    )
    told = "Emails to you or about you, in the office’s list"
    disclose_each(mail_about.students(page.page), viewer=request.user, what=told, now=now)
    return show(request, "office/outbox.html", page)


def _found(state: str, kind: str, words: str) -> QuerySet[OutboundMessage]:
    """Return messages by state, kind, and name or address; the newest first."""
    made = DeliveryAttempt.objects.filter(message=OuterRef("pk")).order_by().values("message")
    tries = Coalesce(Subquery(made.annotate(count=Count("pk")).values("count")), 0)  # as its own page lists them
    rows = OutboundMessage.objects.select_related("person").annotate(tries=tries).order_by("-created_at", "-pk")
    rows = rows.filter(state=state) if state in OutboundMessage.State.values else rows
    if state in STATES_OF:
        rows = rows.needs_a_human() if state == NEEDS_YOU else rows.filter(state__in=STATES_OF[state])
    rows = rows.filter(kind=kind) if kind else rows
    if words:
        rows = rows.filter(Q(recipient__icontains=words) | Q(person__sort_key__icontains=folded(words)))
    return rows


def _sweep(now: datetime) -> Swept:
    at: datetime | None = Sweep.objects.aggregate(at=Max("finished_at"))["at"]
    return Swept(at, is_late=at is None or now - at > SWEEP_AGE)


@dataclass(frozen=True)
class MessagePage:
    """One message, its attempts, what came in about it, and whether its address is stopped."""

    message: OutboundMessage
    attempts: QuerySet[DeliveryAttempt]
    received: QuerySet[ReceivedMail]
    suppressed: Suppression | None


@require_safe
@allow("office.run")
def message(request: Request, pk: UUID) -> HttpResponse:
    row = get_object_or_404(OutboundMessage.objects.select_related("person", "handled_by"), pk=pk)
    page = MessagePage(
        message=row,
        attempts=row.attempts_made.order_by("started_at", "pk"),
        received=row.received.order_by("received_at", "pk"),
        suppressed=Suppression.objects.in_force().of(row.recipient).first(),
    )
    what = f"The email “{row.shown_subject}”"[:120]
    disclose_each(mail_about.students([row]), viewer=request.user, what=what, now=timezone.now())
    return show(request, "office/message.html", page)


@require_POST
@allow("office.run")
@back_to("office_message")
def message_resend(request: Request, pk: UUID) -> HttpResponse:
    row = get_object_or_404(OutboundMessage, pk=pk)
    outbox.resend(row, by=request.user, now=timezone.now())
    return after(request, "office_message", pk, say="We’ll send it again within a minute.")


@require_POST
@allow("office.run")
@back_to("office_message")
def message_close(request: Request, pk: UUID) -> HttpResponse:
    row = get_object_or_404(OutboundMessage, pk=pk)
    outbox.close(row, by=request.user)
    more = "?state=human" if OutboundMessage.objects.needs_a_human().exists() else ""
    back = "" if row.is_for_now else " You can still send it from its page, under “Closed by the office”."
    return after(request, reverse("office_outbox") + more, say=f"Closed. It won’t be sent.{back}")


@dataclass(frozen=True)
class ComingPage:
    """What leaves next."""

    rows: list[Coming]


@require_safe
@allow("office.run")
def coming_page(request: Request) -> HttpResponse:
    """The next that leave, and why not before."""
    now = timezone.now()
    page = ComingPage(coming(now))
    messages = [mail.message for mail in page.rows if mail.message]
    seen = {*mail_about.students(messages), *mail_about.of_people(mail.person for mail in page.rows)}
    disclose_each(seen, viewer=request.user, what="Emails you will get, in the office’s list", now=now)
    return show(request, "office/next_mails.html", page)


# --- addresses that get nothing ---------------------------------------------------------------------------------------


def _list(row: None) -> str:
    return page("office_suppressed")


@dataclass(frozen=True)
class SuppressedPage:
    """The addresses that get nothing, or those that were taken off that list."""

    page: Page[Suppression]
    q: str
    lifted: bool
    form: SuppressionForm


@require_http_methods(["GET", "HEAD", "POST"])
@allow("office.run")
@back_to(_list)
def suppressed(request: Request) -> HttpResponse:
    """The list; on POST one more address by hand."""
    form = SuppressionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        address = form.cleaned_data["address"]
        suppression.add(address, reason=form.cleaned_data["reason"], by=request.user)
        return after(request, "office_suppressed", say=f"{address} is blocked. We won’t send it anything.")
    words, lifted = request.GET.get("q", "").strip()[:100], request.GET.get("list") == "lifted"
    addresses = Paginator(_addresses(words, lifted), A_PAGE).get_page(request.GET.get("page"))
    _disclose_addresses(request, list(addresses))
    answer = invalid if request.method == "POST" else show
    return answer(request, "office/suppressed.html", SuppressedPage(addresses, q=words, lifted=lifted, form=form))


def _disclose_addresses(request: Request, rows: list[Suppression]) -> None:
    of_mails = mail_about.students([row.message for row in rows if row.message])
    seen = {*of_mails, *mail_about.of_addresses(row.address for row in rows)}
    disclose_each(seen, viewer=request.user, what="Your blocked address", now=timezone.now())


def _addresses(words: str, lifted: bool) -> QuerySet[Suppression]:
    """Return those on the list, or those taken off it, by a part of the address; the newest first."""
    rows = Suppression.objects.select_related("message", "created_by", "lifted_by").filter(lifted_at__isnull=not lifted)
    rows = rows.filter(address__icontains=words) if words else rows
    return rows.order_by("-lifted_at" if lifted else "-created_at", "-pk").fetch_mode(FETCH_RAISE)


@dataclass(frozen=True)
class LiftPage:
    """The question before mail goes to an address again."""

    row: Suppression


@require_http_methods(["GET", "HEAD", "POST"])
@allow("office.run")
@back_to(_list)
def suppressed_lift(request: Request, pk: int) -> HttpResponse:
    """Ask, then let mail go to an address again."""
    row = get_object_or_404(Suppression.objects.select_related("message", "created_by"), pk=pk)
    if request.method != "POST" and row.lifted_at is None:
        _disclose_addresses(request, [row])
        return show(request, "office/suppressed_lift.html", LiftPage(row))
    suppression.lift(row, by=request.user)
    say = f"{row.address} is unblocked. You can block it again under “Unblocked”."
    return after(request, reverse("office_suppressed") + "?list=lifted", say=say)


@require_POST
@allow("office.run")
@back_to(_list)
def suppressed_restore(request: Request, pk: int) -> HttpResponse:
    row = get_object_or_404(Suppression, pk=pk)
    suppression.restore(row)
    return after(request, "office_suppressed", say=f"{row.address} is blocked again.")
