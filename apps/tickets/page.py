"""What the pages of questions to the office say: to the student, and to the coach and the office."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.core.paginator import Page, Paginator
from django.db.models import Count, F, Prefetch, Q, QuerySet
from django.http import QueryDict

from apps.accounts.models import User
from apps.alumni import limits
from apps.alumni.listed import Entry
from apps.alumni.models import AlumniProfile
from apps.clock import times
from apps.directory import search
from apps.policy.models import Policy
from apps.tickets.forms import AnswerForm, MoreForm, TicketForm
from apps.tickets.models import State, SuggestedAlum, SuggestedPerson, Ticket, TicketMessage
from apps.web.gate import whole_number

A_PAGE = 20
MOST_FOUND = 6


def with_messages(tickets: QuerySet[Ticket]) -> QuerySet[Ticket]:
    """Read along what was said of each, in order, with who was suggested."""
    suggested = Prefetch("suggested", SuggestedAlum.objects.select_related("alum").order_by("pk"))
    others = Prefetch("others", SuggestedPerson.objects.select_related("contact").order_by("pk"))
    rows = TicketMessage.objects.select_related("author").prefetch_related(suggested, others).order_by("at", "pk")
    return tickets.prefetch_related(Prefetch("messages", rows))


# --- the student ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Question:
    """One question of the student that is not closed, and the form to write back."""

    ticket: Ticket
    more: MoreForm
    is_open: bool  # the form, because something is wrong with it


@dataclass(frozen=True)
class AskPage:
    """The student's questions, and the form of a new one."""

    form: TicketForm
    questions: list[Question]
    closed: Page[Ticket]
    coach: User | None


def ask_page(
    student: User, query: QueryDict, *, form: TicketForm, more: MoreForm | None = None, more_of: int = 0
) -> AskPage:
    rows = with_messages(Ticket.objects.filter(student=student).select_related("taken_by"))
    live = rows.exclude(state=State.CLOSED).order_by(F("answered_at").desc(nulls_last=True), "needed_by", "pk")
    closed = Paginator(rows.filter(state=State.CLOSED).order_by("-closed_at", "-pk"), A_PAGE)
    profile = getattr(student, "student_profile", None)
    return AskPage(
        form=form,
        questions=[_question(one, more if one.pk == more_of else None) for one in live[:A_PAGE]],
        closed=closed.get_page(query.get("page")),
        coach=profile.coach if profile else None,
    )


def _question(ticket: Ticket, typed: MoreForm | None) -> Question:
    return Question(ticket, typed or MoreForm(auto_id=f"more_{ticket.pk}_%s"), is_open=typed is not None)


# --- the coach and the office -----------------------------------------------------------------------------------------

GROUPS = {
    "open": "Open",
    "mine": "Yours",
    "untaken": "No one has taken",
    "answered": "Waiting for the student",
    "closed": "Closed",
}


def in_group(group: str, reader: User) -> Q:
    return {
        "open": Q(state=State.OPEN),
        "mine": Q(taken_by=reader) & ~Q(state=State.CLOSED),
        "untaken": Q(state=State.OPEN, taken_by=None),
        "answered": Q(state=State.ANSWERED),
        "closed": Q(state=State.CLOSED),
    }[group]


@dataclass(frozen=True)
class QueueLine:
    ticket: Ticket
    is_late: bool
    is_mine: bool


@dataclass(frozen=True)
class QueuePage:
    """The questions that this reader may answer, what is needed first at the top."""

    groups: list[tuple[str, str, int]]
    group: str
    page: Page[Ticket]
    lines: list[QueueLine]
    first: Ticket | None
    now: datetime


def queue_page(reader: User, query: QueryDict, now: datetime) -> QueuePage:
    seen = Ticket.objects.visible_to(reader).exclude(student=reader)
    counts = seen.aggregate(**{name: Count("pk", filter=in_group(name, reader)) for name in GROUPS})
    group = query.get("group", "")
    group = group if group in GROUPS else "open"
    order = ("-closed_at", "-pk") if group == "closed" else ("needed_by", "pk")
    rows = seen.filter(in_group(group, reader)).order_by(*order)
    rows = rows.select_related("student__student_profile__coach", "taken_by")
    page = Paginator(rows, A_PAGE).get_page(query.get("page"))
    today = times.local_date(now, reader.zone)
    lines = [QueueLine(one, is_late(one, today), one.taken_by_id == reader.pk) for one in page.object_list]
    first = lines[0].ticket if lines and group == "open" and page.number == 1 else None
    return QueuePage([(key, name, counts[key]) for key, name in GROUPS.items()], group, page, lines, first, now)


def is_late(ticket: Ticket, today: date) -> bool:
    return ticket.state == State.OPEN and ticket.needed_by < today


@dataclass(frozen=True)
class Choice:
    """An alum to suggest. `said`: whether they can be asked, in words."""

    alum: Entry
    can_be_asked: bool
    said: str
    is_chosen: bool
    why: str


@dataclass(frozen=True)
class AnswerPage:
    """One question, what was said so far, and the answer as it is written."""

    ticket: Ticket
    coach: User | None
    messages: list[TicketMessage]
    form: AnswerForm
    q: str
    choices: list[Choice]
    is_mine: bool
    other: User | None  # who has it, if somebody else
    is_late: bool
    now: datetime


def answer_page(ticket: Ticket, reader: User, now: datetime, *, form: AnswerForm, typed: QueryDict) -> AnswerPage:
    q = " ".join(typed.get("q", "").split())[:200]
    profile = getattr(ticket.student, "student_profile", None)
    chosen = chosen_of(typed)
    found = [] if not q else search.find(query_of(q), search.Reader(), now=now, policy=Policy.now()).rows[:MOST_FOUND]
    picked = AlumniProfile.objects.visible_to(reader).filter(pk__in=chosen).order_by("sort_key", "pk")
    people: dict[int, Entry] = {alum.pk: alum for alum in picked} | {alum.pk: alum for alum in found}
    return AnswerPage(
        ticket=ticket,
        coach=profile.coach if profile else None,
        messages=list(
            ticket.messages.select_related("author").prefetch_related("suggested__alum", "others").order_by("at", "pk")
        ),
        form=form,
        q=q,
        choices=choices(people.values(), chosen, typed, now, student=ticket.student_id),
        is_mine=ticket.taken_by_id == reader.pk,
        other=ticket.taken_by if ticket.taken_by_id != reader.pk else None,
        is_late=is_late(ticket, times.local_date(now, reader.zone)),
        now=now,
    )


def query_of(q: str) -> search.DirectoryQuery:
    return search.DirectoryQuery(text=q)


def chosen_of(typed: QueryDict) -> set[int]:
    return {pk for pk in map(whole_number, typed.getlist("alum")[:20]) if pk is not None}


def choices(
    people: Iterable[Entry], chosen: set[int], typed: QueryDict, now: datetime, *, student: int
) -> list[Choice]:
    people, policy = list(people), Policy.now()
    records = limits.records(people, now, policy, student=student)

    def choice(alum: Entry) -> Choice:
        record = records.get(alum.pk, limits.Record())
        can = limits.availability(alum, record, now, policy)
        said = f"{can.text}. {record.habit}" if can.can_be_asked else can.text.partition(". ")[0]
        is_chosen = alum.pk in chosen and can.can_be_asked
        return Choice(alum, can.can_be_asked, said, is_chosen, typed.get(f"why-{alum.pk}", "")[:200])

    return [choice(alum) for alum in people]
