"""The grid of organizations and kinds of work: whom the student knows where, with whom they talked, what is next (R2).

It reads and arranges. Which kind of work somebody does is what the student says of them; where they said nothing, it
is told from the title.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import NamedTuple, cast
from urllib.parse import urlencode

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from apps.accounts.models import User
from apps.clock import times
from apps.clock.regions import spelled
from apps.network.models import Contact, Organization, Touch
from apps.network.relationship import Person, standing, with_standing
from apps.organizations.models import Detail, Help, KindOfWork, Opportunity, RuledOut, Work
from apps.wording.hints import stems
from apps.wording.text import folded

MOST_DOTS = 5
MOST_IDEAS = 6
REST = "Other work"


class Known(Person):
    """A person of `known_at`, with whether the student talked with them."""

    did_talk: bool

    class Meta:
        abstract = True


def known_at(organizations: Iterable[Organization] | QuerySet[Organization], now: datetime) -> QuerySet[Known]:
    """Return the people of a student's network at these organizations, those who were talked with first."""
    talks = Touch.objects.filter(contact=OuterRef("pk"), kind=Touch.Kind.TALKED)
    held = Contact.objects.filter(pk=OuterRef("pk"), interviews__status="completed")
    people = Contact.objects.filter(organization__in=organizations, archived_at=None)
    people = people.annotate(did_talk=Exists(talks) | Exists(held))
    rows = with_standing(people, now).select_related("organization")
    return cast("QuerySet[Known]", rows.order_by("-did_talk", "sort_key", "pk"))


def fits(kind: KindOfWork, title: str) -> bool:
    """Say whether a title sounds like a kind of work: they share a telling word, or one holds the other's."""
    wanted, words = stems(kind.name), folded(title)
    return bool(wanted & stems(title)) or any(len(stem) > 5 and stem in words for stem in wanted)


def kinds_of(people: Iterable[Contact], kinds: list[KindOfWork], student: User) -> dict[int, int | None]:
    """Return the kind of work of each of these people, by their numbers; None where it is none of the student's."""
    said = dict(Work.objects.filter(student=student).order_by("pk").values_list("contact_id", "kind_id"))
    told = {person.pk: next((kind.pk for kind in kinds if fits(kind, person.title)), None) for person in people}
    return {pk: said.get(pk, kind) for pk, kind in told.items()}


class Next(NamedTuple):
    """What to do next, and where; `url` is empty where there is only something to wait for."""

    text: str
    url: str = ""


def next_of(people: list[Known], detail: Detail | None, helped: list[Help], student: User, now: datetime) -> Next:
    """Return the one next step at an organization: what the student chose, or what is most worth doing."""
    if helped:
        return Next(f"Tell {helped[0].contact.first_name} you applied", write_to(helped[0]))
    if detail and detail.next_step:
        return Next(detail.next_step)
    by_standing: dict[str, Known] = {}
    for person in people:
        by_standing.setdefault("unthanked" if person.unthanked else standing(person, now), person)
    for state in ("unthanked", "booked", "asked", "new", "known", "cold", "talked"):
        if state in by_standing:
            return _step(state, by_standing[state], student, now)
    return Next("Find someone there", reverse("people"))


def write_to(helped: Help) -> str:
    return f"{reverse('contact_write', args=[helped.contact_id])}?outcome={helped.outcome_id}"


def _step(state: str, person: Known, student: User, now: datetime) -> Next:
    name, page = person.first_name, person.get_absolute_url()
    if state == "unthanked":
        return Next(f"Thank {name}", reverse("thank_you", args=[person.unthanked]))
    if state == "booked" and person.next_starts_at:
        when = times.day_name(person.next_starts_at, now, student.zone)
        when = when if when in ("today", "tomorrow") else f"on {when}"
        return Next(f"Talk with {name} {when}", reverse("prepare", args=[person.next_interview]))
    if state == "asked":
        said = "Wait for" if person.request_sent_at else "Send your request to"
        return Next(f"{said} {name}", reverse("request", args=[person.request_id]))
    if state == "cold":
        return Next(f"Write to {name}", page)
    if state == "talked":
        return Next(f"Stay in touch with {name}" if person.did_talk else f"Ask {name} for a conversation", page)
    return Next(f"Ask {name} for a conversation", page)


@dataclass(frozen=True)
class Cell:
    """One kind of work at one organization. `kind`: empty for work that is none of the student's kinds."""

    kind: KindOfWork | None
    people: int
    talked: int
    is_out: bool
    find: str  # the directory, for who does this there

    @property
    def name(self) -> str:
        return self.kind.name if self.kind else REST

    @property
    def dots(self) -> list[tuple[int, str]]:
        """Return the middle of each dot, and what it says: talked with, or known."""
        shown = min(self.people, MOST_DOTS)
        return [(8 + 16 * n, "on" if n < self.talked else "off") for n in range(shown)]

    @property
    def width(self) -> int:
        return 16 * min(self.people, MOST_DOTS)

    @property
    def more(self) -> int:
        return max(0, self.people - MOST_DOTS)


def cells_of(
    organization: Organization,
    people: list[Known],
    kinds: list[KindOfWork],
    of_people: Mapping[int, int | None],
    out: set[tuple[int, int]],
    *,
    rest: bool,
) -> list[Cell]:
    """Return a row of the grid; `rest` adds those whose work is none of the kinds."""

    def cell(kind: KindOfWork | None) -> Cell:
        here = [person for person in people if of_people[person.pk] == (kind.pk if kind else None)]
        words = f"{kind.name} {organization.name}" if kind else organization.name
        is_out = kind is not None and (organization.pk, kind.pk) in out
        find = f"{reverse('people')}?{urlencode({'q': words})}"
        return Cell(kind, len(here), sum(person.did_talk for person in here), is_out, find)

    return [cell(kind) for kind in [*kinds, *([None] if rest else [])]]


@dataclass(frozen=True)
class Row:
    """One organization of the grid."""

    organization: Organization
    known: int
    talked: int
    cells: list[Cell]
    opportunities: str
    next: Next


@dataclass(frozen=True)
class Gap:
    """The kind of work at which the most organizations have nobody the student knows."""

    kind: KindOfWork
    places: int


@dataclass(frozen=True)
class Idea:
    """An organization at which the student knows people, and which they do not follow."""

    organization: Organization
    people: int


@dataclass(frozen=True)
class Grid:
    kinds: list[str]
    rows: list[Row]
    untalked: int  # organizations where the student talked with nobody yet
    gap: Gap | None
    ideas: list[Idea]


def grid(student: User, now: datetime) -> Grid:
    """Read the whole grid of a student, in as many queries however large it is."""
    followed = list(
        Organization.objects.filter(student=student, is_target=True).select_related("detail").order_by("name", "pk")
    )
    kinds = list(KindOfWork.objects.filter(student=student).order_by("position", "pk"))
    people: dict[int, list[Known]] = defaultdict(list)
    for person in known_at(followed, now):
        people[cast(int, person.organization_id)].append(person)
    everybody = list(chain.from_iterable(people.values()))
    of_people = kinds_of(everybody, kinds, student)
    out = set(RuledOut.objects.filter(student=student).values_list("organization_id", "kind_id"))
    open_ones: dict[int, list[Opportunity]] = defaultdict(list)
    for one in Opportunity.objects.filter(student=student).exclude(state="dropped").order_by("due_on", "pk"):
        open_ones[one.organization_id].append(one)
    helped: dict[int, list[Help]] = defaultdict(list)
    for one_help in untold(student).select_related("contact", "opportunity").order_by("pk"):
        helped[one_help.opportunity.organization_id].append(one_help)
    rest = any(of_people[person.pk] is None for person in everybody)
    rows = [
        Row(
            organization=one,
            known=len(people[one.pk]),
            talked=sum(person.did_talk for person in people[one.pk]),
            cells=cells_of(one, people[one.pk], kinds, of_people, out, rest=rest),
            opportunities=in_a_word(open_ones[one.pk]),
            next=next_of(people[one.pk], getattr(one, "detail", None), helped[one.pk], student, now),
        )
        for one in followed
    ]
    names = [kind.name for kind in kinds] + [REST if kinds else "People"] * rest
    return Grid(names, rows, sum(not row.talked for row in rows), _gap(rows, kinds), _ideas(student))


def untold(student: User) -> QuerySet[Help]:
    """Return who helped with an application and has not heard of it."""
    return Help.objects.filter(student=student, outcome__second_thanks_at=None, contact__archived_at=None)


def in_a_word(opportunities: list[Opportunity]) -> str:
    """Say in a few words what there is to apply for: 2 open, one by December 15."""
    still = [one for one in opportunities if one.state == Opportunity.State.OPEN]
    if not still:
        return next((f"{one.get_state_display()}: {one.title}" for one in opportunities if one.is_applied), "")
    due = next((f"by {times.short_day(one.due_on)}" for one in still if one.due_on), "")
    if len(still) == 1:
        return f"{still[0].title}{', ' if due else ''}{due}"
    return f"{len(still)} open{', one ' if due else ''}{due}"


def _gap(rows: list[Row], kinds: list[KindOfWork]) -> Gap | None:
    """Return the kind of work with the most empty fields, if there are two; the first of equals."""
    empty = {
        kind.pk: sum(not row.cells[n].people and not row.cells[n].is_out for row in rows)
        for n, kind in enumerate(kinds)
    }
    widest = max(kinds, key=lambda kind: empty[kind.pk], default=None)
    return Gap(widest, empty[widest.pk]) if widest and empty[widest.pk] > 1 else None


def _ideas(student: User) -> list[Idea]:
    here = Q(contacts__archived_at=None)
    rows = Organization.objects.filter(student=student, is_target=False).annotate(people=Count("contacts", filter=here))
    known = rows.filter(people__gt=0).order_by("-people", "name", "pk")[:MOST_IDEAS]
    counts = dict(known.values_list("pk", "people"))
    return [Idea(one, counts[one.pk]) for one in Organization.objects.filter(pk__in=counts).order_by("name", "pk")]


def lead(page: Grid) -> str:
    """Say in a sentence what the grid shows."""
    places = len(page.rows)
    said = f"{places} {spelled('organization' if places == 1 else 'organizations')}."
    if not page.untalked:
        return f"{said} You’ve talked with someone at {'it' if places == 1 else 'each of them'}."
    if page.untalked == places:
        return f"{said} You haven’t talked with anyone there yet."
    return f"{said} At {page.untalked} of them, you haven’t talked with anyone yet."
