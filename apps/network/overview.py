"""The network as a drawing: who introduced whom, and what is to be told to whom; and those who were removed.

Only who is shown is read, however many there are: first what is asked of the whole map, in one round trip, then the
people of this page with their standing.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.core.paginator import Page, Paginator
from django.db.models import BooleanField, Count, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet, Window
from django.db.models.fetch_modes import FETCH_RAISE
from django.http import QueryDict
from django.urls import reverse

from apps.accounts.models import User
from apps.clock import times
from apps.database.prepared import Given, among, fetch_together, prepared
from apps.network.models import Contact, Referral, Relation
from apps.network.page import line
from apps.network.picture import BRANCH, MOST, ROOTS, Drawing, Member, chosen, draw, is_above
from apps.network.relationship import Person, Standing, asked_of, phase_of, with_standing
from apps.network.undo import Offer
from apps.web.answers import page_of_a_row
from apps.web.gate import whole_number

A_PAGE = 30


@dataclass(frozen=True)
class Asks:
    """How many people the student asked who came to them in one way, and how many of those said yes (R44)."""

    words: str
    asked: int
    agreed: int


@dataclass(frozen=True)
class IntroductionsPage:
    """Who introduced whom. `start`: whose introductions alone are drawn."""

    view: str
    count: int
    introducers: int
    drawing: Drawing
    start: Contact | None
    page: Page[int]
    loops: list[Referral]
    asks: list[Asks]
    thin: str
    removed: int
    undo: Offer | None = None


@dataclass(frozen=True)
class RemovedPage:
    """Those who were removed, the last first."""

    view: str
    count: int
    removed: int
    part: Page[Contact]
    undo: Offer | None = None


class Step(NamedTuple):
    """The one thing that would move somebody on, and where it is done."""

    text: str
    url: str


type Counts = dict[str, int]


@dataclass(frozen=True)
class _Whole:
    """What every view says of the whole map."""

    counts: Counts
    removed: int
    introducers: int
    loops: list[Referral]

    @property
    def count(self) -> int:
        return sum(self.counts.values())


def introductions_page(student: User, query: QueryDict, now: datetime, undo: Offer | None = None) -> IntroductionsPage:
    """Draw who introduced whom: those in a thread, and of the others those whom one was last in touch with.

    Of many who introduced somebody a page at a time is drawn; of one of them all below.
    """
    whole, (threads, active, names, asks) = _read(
        student,
        _threads.bind(student.pk),
        _active.bind(student.pk, now),
        _by_name.bind(student.pk),
        _asks.bind(student.pk),
    )
    first = {contact: None if is_gone else referrer for contact, referrer, is_gone in threads}
    tree = Tree(first)
    start = _start(student, query.get("from", ""))
    part = Paginator(tree.roots, ROOTS).get_page(query.get("page"))
    fill = [pk for pk, _ in active] or names
    if start is not None:
        keys = dict.fromkeys([start.pk, *tree.below([start.pk])])
        first = first | {start.pk: None}
    elif part.paginator.num_pages > 1:
        keys = dict.fromkeys([*part.object_list, *tree.below(part.object_list)])
    else:
        keys = dict.fromkeys(pk for pk in [*first.values(), *first, *fill] if pk is not None)
    branch = BRANCH if start is None else MOST
    shown = chosen({pk: first.get(pk) for pk in keys}, keys.keys(), branch)
    members = _members(shown, student, now).values()
    unasked = whole.count - (active[0][1] if active else 0)
    drawing = draw(members, count=whole.count, unasked=unasked, branch=branch)
    for node in drawing.nodes:
        node.more = len(tree.children.get(node.contact.pk, ())) - len(node.children)
    return IntroductionsPage(
        view="introductions",
        count=whole.count,
        introducers=whole.introducers,
        drawing=drawing,
        start=start,
        page=part,
        loops=whole.loops,
        asks=_asks_of(asks),
        thin=thin(whole.counts),
        removed=whole.removed,
        undo=undo,
    )


def removed_page(student: User, query: QueryDict, undo: Offer | None = None) -> RemovedPage:
    """Say who was removed, and may come back."""
    everybody = Contact.objects.filter(student=student)
    here = everybody.filter(archived_at=None).count()
    gone = everybody.exclude(archived_at=None).order_by("-archived_at", "pk")
    count = gone.count()
    return RemovedPage("removed", here, count, part_of(gone, count, query.get("page")), undo)


class Tree:
    """Who introduced whom, of {somebody: who named them}: each person once, nobody above themselves."""

    def __init__(self, parents: Mapping[int, int | None]) -> None:
        self.children = defaultdict[int, list[int]](list)
        for pk, parent in parents.items():
            if parent is not None and not is_above(pk, parent, parents):
                self.children[parent].append(pk)
        below = {pk for children in self.children.values() for pk in children}
        self.roots = sorted((pk for pk in self.children if pk not in below), key=lambda pk: -len(self.children[pk]))

    def below(self, keys: Iterable[int]) -> Iterator[int]:
        """Yield all who hang on these people, the nearest first."""
        layer = list(keys)
        while layer:
            layer = [child for pk in layer for child in self.children.get(pk, ())]
            yield from layer


def _start(student: User, typed: str) -> Contact | None:
    pk = whole_number(typed)
    people = Contact.objects.filter(student=student, archived_at=None)
    return people.filter(pk=pk).first() if pk is not None else None


def part_of[Row](
    rows: "QuerySet[Contact, Row] | list[Row]", count: int, page: str | None, size: int = A_PAGE
) -> Page[Row]:
    """Return a page of rows that were counted already."""
    paginator = Paginator(rows, size)
    vars(paginator)["count"] = count  # a cached property
    return paginator.get_page(page)


# --- what is asked of the whole map -----------------------------------------------------------------------------------


def _read(student: User, *queries: Any) -> tuple[_Whole, list[list[Any]]]:
    """Return what every view says, and the rows of the `queries` of this one, in one round trip."""
    of_all = (_ways, _introducers, _open_loops)
    ways, introducers, loops, *more = fetch_together(*(one.bind(student.pk) for one in of_all), *queries)
    counts = {relation: count for relation, is_removed, count in ways if not is_removed}
    removed = sum(count for _, is_removed, count in ways if is_removed)
    return _Whole(counts, removed, len(introducers), loops), more


@prepared
def _ways(student: int) -> "QuerySet[Contact, tuple[str, bool, int]]":
    is_removed = ExpressionWrapper(Q(archived_at__isnull=False), output_field=BooleanField())
    people = Contact.objects.filter(student=student).annotate(is_removed=is_removed)
    return (
        people.values("relation", "is_removed")
        .annotate(count=Count("pk"))
        .values_list("relation", "is_removed", "count")
    )


@prepared
def _introducers(student: int) -> "QuerySet[Referral, int]":
    named = Referral.objects.filter(student=student).exclude(contact__in=_removed(student))
    return named.values_list("referrer", flat=True).distinct()


def _removed(student: int) -> QuerySet[Contact]:
    """Return whom the student removed: very few, so that nothing has to be joined with the whole network."""
    return Contact.objects.filter(student=student, archived_at__isnull=False)


@prepared
def _open_loops(student: int) -> QuerySet[Referral]:
    open_loops = Referral.objects.filter(student=student).open_loops().select_related("referrer", "contact")
    names = ("referrer__name", "contact__name", "named_at", "student", "referrer", "contact")
    return open_loops.only(*names).order_by("named_at", "pk")[:5]


@prepared
def _asks(student: int) -> "QuerySet[Contact, Any]":
    """Whom the student asked: whether they were suggested, whether they stand in the directory, whether they agreed."""
    asked = Contact.objects.filter(student=student, requests__sent_at__isnull=False).distinct()
    agreed = Contact.objects.filter(student=student, requests__status="accepted")
    return asked.annotate(
        is_suggested=Exists(Referral.objects.filter(contact=OuterRef("pk"))),
        is_listed=ExpressionWrapper(Q(alum__isnull=False), output_field=BooleanField()),
        has_agreed=ExpressionWrapper(Q(pk__in=agreed.values("pk")), output_field=BooleanField()),
    ).values_list("is_suggested", "is_listed", "has_agreed", "pk")


def asks_of(student: User) -> list[Asks]:
    """Return how many people the student asked who came to them in each way, and how many said yes."""
    return _asks_of(_asks(student.pk))


def compared(asks: Iterable[Asks]) -> str:
    """Say how introductions did beside the rest; nothing before somebody of both was asked."""
    by_way = {line.words: line for line in asks}
    warm, cold = by_way.pop(SUGGESTED, None), list(by_way.values())
    asked, agreed = sum(line.asked for line in cold), sum(line.agreed for line in cold)
    if not warm or not warm.asked or not asked:
        return ""
    return (
        f"Of the people someone suggested, {warm.agreed} of {warm.asked} said yes. "
        f"Of the others, {agreed} of {asked} did."
    )


SUGGESTED = "Suggested by someone"


def _asks_of(rows: Iterable[tuple[bool, bool, bool, int]]) -> list[Asks]:
    """Count people by how they came to the student; nothing before the first was asked."""
    asked, agreed = Counter[str](), Counter[str]()
    for is_suggested, is_listed, has_agreed, _ in rows:
        how = SUGGESTED if is_suggested else "From the directory" if is_listed else "Anyone else"
        asked[how] += 1
        agreed[how] += has_agreed
    ways = (SUGGESTED, "From the directory", "Anyone else")
    return [Asks(how, asked[how], agreed[how]) for how in ways] if asked else []


@prepared
def _threads(student: int) -> "QuerySet[Referral, tuple[int, int, bool]]":
    """Who was suggested by whom first, and whether that one was removed."""
    gone = _removed(student)
    named = Referral.objects.filter(student=student).exclude(contact__in=gone)
    named = named.order_by("contact", "named_at", "pk").distinct("contact")
    is_gone = ExpressionWrapper(Q(referrer__in=gone), output_field=BooleanField())
    return named.annotate(is_gone=is_gone).values_list("contact", "referrer", "is_gone")


@prepared
def _active(student: int, now: datetime) -> "QuerySet[Contact, tuple[int, int]]":
    """Those of whom more than the name is known, the last in touch first, each with how many they are."""
    active = asked_of(Contact.objects.filter(student=student, archived_at=None), student, now)
    lately = active.order_by(F("last_touch_at").desc(nulls_last=True), "sort_key", "pk")
    return lately.annotate(total=Window(Count("pk"))).values_list("pk", "total")[:ROOTS]


@prepared
def _by_name(student: int) -> "QuerySet[Contact, int]":
    everybody = Contact.objects.filter(student=student, archived_at=None)
    return everybody.order_by("sort_key", "pk").values_list("pk", flat=True)[:ROOTS]


@prepared
def people_of(student: int, keys: list[int] | Given, now: datetime) -> QuerySet[Person]:
    rows = Contact.objects.filter(among(keys), student=student, archived_at=None)
    rows = rows.select_related("organization", "cadence")
    return with_standing(rows, now).order_by("sort_key", "pk").fetch_mode(FETCH_RAISE)


# --- the people of this page ------------------------------------------------------------------------------------------


def _members(keys: Iterable[int], student: User, now: datetime) -> dict[int, Member]:
    """Return these contacts of the student as members, with their standing, by name."""
    rows = people_of(student.pk, list(keys), now)
    return {person.pk: Member(person, phase_of(person, now), line(person, student, now)) for person in rows}


def next_step(person: Person, state: Standing, student: User, now: datetime) -> Step:
    """Return the one thing that would move this person on. `state`: where they stand, whatever phase was chosen."""
    page, write = person.get_absolute_url(), page_of_a_row("contact_write").format(person.pk)
    if person.unthanked:
        return Step(f"Thank {person.first_name}", page_of_a_row("thank_you").format(person.unthanked))
    if person.next_starts_at:
        at, zone = person.next_starts_at, student.zone
        text = f"Talk {times.day_name(at, now, zone)}, {times.clock(at, zone)}"
        return Step(text, page_of_a_row("prepare").format(person.next_interview))
    if state == "asked":
        text = "Wait for a reply" if person.request_status == "sent" else "Open your request"
        return Step(text, page_of_a_row("request").format(person.request_id))
    if state == "new":
        return Step(f"Write to {person.first_name}", page)
    if person.loop_pk:
        return Step(f"Say how it went with {person.loop_name}", f"{write}?loop={person.loop_pk}")
    if state == "cold":
        return Step("Write a note", page)
    if state == "not_now":
        return Step("Ask someone else", reverse("people"))
    return Step("Stay in touch" if person.talked_at else "Ask for a conversation", page)


def counts_of(people: QuerySet[Contact]) -> Counts:
    """Return how many of these people the student knows in each way."""
    return dict(people.order_by().values_list("relation").annotate(Count("pk")))


KNOWN = {  # one person, several
    Relation.FAMILY: ("person from your family or community", "people from your family or community"),
    Relation.FRIEND: ("friend or fellow student", "friends or fellow students"),
    Relation.PROFESSOR: ("professor or mentor", "professors or mentors"),
    Relation.WORK: ("supervisor or colleague", "supervisors or colleagues"),
    Relation.COACH: ("career coach", "career coaches"),
    Relation.ALUM: ("alum", "alumni"),
    Relation.REFERRED: ("person someone suggested", "people someone suggested"),
    Relation.EVENT: ("person from an event", "people from events"),
    Relation.LINKEDIN: ("person from LinkedIn", "people from LinkedIn"),
    Relation.WEBSITE: ("person from a website", "people from websites"),
}


def thin(counts: Mapping[str, int]) -> str:
    """Say where the network is thin: the kind of people there are most of, and what there is least of."""
    if not counts:
        return ""
    there = [relation for relation in Relation if counts.get(relation)]
    most = max(there, key=lambda relation: counts[relation])
    wanted = (Relation.WORK, Relation.ALUM, Relation.PROFESSOR, Relation.EVENT)
    missing = [relation for relation in wanted if not counts.get(relation)]
    if missing:
        return f"You know {_counted(most, counts[most])}, but no {KNOWN[missing[0]][1]} yet."
    least = min(there, key=lambda relation: counts[relation])
    if counts[least] == counts[most]:
        return "You know people in every group."
    return f"You know {_counted(most, counts[most])}, but only {_counted(least, counts[least])}."


def _counted(relation: Relation, count: int) -> str:
    return f"{count} {KNOWN[relation][count > 1]}"
