"""The network as a whole: who introduced whom, everybody as a list, or by how one knows them.

Only who is shown is read, however many there are: first what is asked of the whole map, in one round trip, then the
people of this page with their standing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

from django.core.paginator import Page, Paginator
from django.db.models import BooleanField, Count, ExpressionWrapper, F, Q, QuerySet, Window
from django.db.models.fetch_modes import FETCH_RAISE
from django.db.models.functions import RowNumber
from django.http import QueryDict
from django.urls import reverse

from apps.accounts.models import User
from apps.clock import times
from apps.database.prepared import Given, among, fetch_together, prepared
from apps.network.models import Contact, Referral, Relation
from apps.network.page import line
from apps.network.picture import ROOTS, Drawing, Member, chosen, draw
from apps.network.relationship import LABELS, Person, Standing, asked_of, by_silence, standing, with_standing
from apps.network.undo import Offer

A_PAGE = 30
A_GLANCE = 7  # rows under the picture
A_FEW = 12  # of each kind, before one asks for all


@dataclass(frozen=True)
class NetworkPage:
    """The network in one of its three views; what only the other views show is left empty."""

    view: str
    count: int
    introducers: int
    people: "PeoplePage | None"
    drawing: Drawing | None
    groups: "list[Group]"
    loops: list[Referral]
    thin: str
    archived: Page[Contact]
    twice: list[Contact]
    undo: Offer | None = None


class PeoplePage(Page[int]):
    """A page of the table, with what each row says."""

    rows: list["Row"]


class Step(NamedTuple):
    """The one thing that would move somebody on, and where it is done."""

    text: str
    url: str


@dataclass(frozen=True)
class Group:
    """Those whom the student knows in one way: the first few, or a page of them all."""

    relation: Relation
    count: int
    members: list[Member]
    page: Page[int] | None = None

    @property
    def rest(self) -> int:
        return self.count - len(self.members)

    @property
    def title(self) -> str:
        """Alumni; Professors or mentors: what several are called, where the relation says it of one person."""
        several = KNOWN[self.relation][1]
        return several[:1].upper() + several[1:]


@dataclass(frozen=True)
class Row:
    """What the table says of one person."""

    contact: Person
    icon: str
    colour: str
    label: str
    last: str
    introduced: str
    next: Step


def network_page(student: User, query: QueryDict, now: datetime, undo: Offer | None = None) -> NetworkPage:
    """Say what the network page holds in one of its three views."""
    view = query.get("view", "")
    read = {"list": _as_list, "relation": _by_relation}.get(view, _as_picture)
    return replace(read(student, query, now), undo=undo)


type Counts = dict[str, int]


@dataclass(frozen=True)
class _Whole:
    """What every view says of the whole map."""

    counts: Counts
    removed: int
    introducers: int
    loops: list[Referral]
    linked: list[tuple[str, int]]  # the name of each alum whom the student asked, and their entry

    @property
    def count(self) -> int:
        return sum(self.counts.values())


def _as_picture(student: User, query: QueryDict, now: datetime) -> NetworkPage:
    """Draw who introduced whom: those in a thread, and of the others those whom one was last in touch with."""
    whole, (threads, active, names, silent) = _read(
        student,
        _threads.bind(student.pk),
        _active.bind(student.pk, now),
        _by_name.bind(student.pk),
        _silent.bind(student.pk),
    )
    first = {contact: None if is_gone else referrer for contact, referrer, is_gone in threads}
    fill = [pk for pk, _ in active] or names
    keys = dict.fromkeys(pk for pk in [*first.values(), *first, *fill] if pk is not None)
    shown = chosen({pk: first.get(pk) for pk in keys}, keys.keys())
    members = _members({*shown, *silent}, student, now)
    unasked = whole.count - (active[0][1] if active else 0)
    drawing = draw([member for pk, member in members.items() if pk in shown], count=whole.count, unasked=unasked)
    paginator = Paginator(silent, A_GLANCE)
    table = _table(paginator.get_page(1), members, student, now)
    return _page("picture", whole, student, query, people=table, drawing=drawing)


def _as_list(student: User, query: QueryDict, now: datetime) -> NetworkPage:
    """Everybody, the longest silence first."""
    whole, _ = _read(student)
    everybody = Contact.objects.filter(student=student, archived_at=None)
    part = _part(by_silence(everybody).values_list("pk", flat=True), whole.count, query.get("page"))
    members = _members(part.object_list, student, now)
    return _page("list", whole, student, query, people=_table(part, members, student, now))


def _by_relation(student: User, query: QueryDict, now: datetime) -> NetworkPage:
    """By how the student knows them, warm first: a few of each, or a page of the one that was chosen."""
    how = query.get("how", "")
    if how in Relation.values:
        whole, _ = _read(student)
        of_kind = Contact.objects.filter(student=student, archived_at=None, relation=how).order_by("sort_key", "pk")
        part = _part(of_kind.values_list("pk", flat=True), whole.counts.get(how, 0), query.get("page"))
        members = _members(part.object_list, student, now)
        groups = [Group(Relation(how), whole.counts.get(how, 0), list(members.values()), part)]
        return _page("relation", whole, student, query, groups=groups)
    whole, (few,) = _read(student, _few_of_each.bind(student.pk))
    found: dict[str, list[Member]] = {relation: [] for relation in Relation}
    for member in _members(few, student, now).values():
        found[member.contact.relation].append(member)
    groups = [Group(Relation(kind), whole.counts[kind], members) for kind, members in found.items() if members]
    return _page("relation", whole, student, query, groups=groups)


def _page(
    view: str,
    whole: _Whole,
    student: User,
    query: QueryDict,
    *,
    people: "PeoplePage | None" = None,
    drawing: Drawing | None = None,
    groups: "Sequence[Group]" = (),
) -> NetworkPage:
    removed = Contact.objects.filter(student=student).exclude(archived_at=None).order_by("-archived_at", "pk")
    return NetworkPage(
        view=view,
        count=whole.count,
        introducers=whole.introducers,
        people=people,
        drawing=drawing,
        groups=list(groups),
        loops=whole.loops,
        thin=thin(whole.counts),
        archived=_part(removed, whole.removed, query.get("gone")),
        twice=_twice(whole.linked, student) if whole.linked else [],
    )


def _part[Row](rows: "QuerySet[Contact, Row]", count: int, page: str | None) -> Page[Row]:
    """Return a page of rows that were counted already."""
    paginator = Paginator(rows, A_PAGE)
    vars(paginator)["count"] = count  # a cached property
    return paginator.get_page(page)


# --- what is asked of the whole map -----------------------------------------------------------------------------------


def _read(student: User, *queries: Any) -> tuple[_Whole, list[list[Any]]]:
    """Return what every view says, and the rows of the `queries` of this one, in one round trip."""
    of_all = (_ways, _introducers, _open_loops, _linked)
    ways, introducers, loops, linked, *more = fetch_together(*(one.bind(student.pk) for one in of_all), *queries)
    counts = {relation: count for relation, is_removed, count in ways if not is_removed}
    removed = sum(count for _, is_removed, count in ways if is_removed)
    return _Whole(counts, removed, len(introducers), loops, linked), more


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
    named = Referral.objects.filter(student=student, contact__archived_at=None)
    return named.values_list("referrer", flat=True).distinct()


@prepared
def _open_loops(student: int) -> QuerySet[Referral]:
    open_loops = Referral.objects.filter(student=student).open_loops().select_related("referrer", "contact")
    names = ("referrer__name", "contact__name", "named_at", "student", "referrer", "contact")
    return open_loops.only(*names).order_by("named_at", "pk")[:5]


@prepared
def _linked(student: int) -> "QuerySet[Contact, tuple[str, int]]":
    asked = Contact.objects.filter(student=student, archived_at=None, alum__isnull=False)
    return asked.order_by("-pk").values_list("name_key", "alum")[:200]


@prepared
def _threads(student: int) -> "QuerySet[Referral, tuple[int, int, datetime | None]]":
    named = Referral.objects.filter(student=student, contact__archived_at=None).order_by("contact", "named_at", "pk")
    return named.distinct("contact").values_list("contact", "referrer", "referrer__archived_at")


@prepared
def _active(student: int, now: datetime) -> "QuerySet[Contact, tuple[int, int]]":
    """Those of whom more than the name is known, the last in touch first, each with how many they are."""
    active = asked_of(Contact.objects.filter(student=student, archived_at=None), now)
    lately = active.order_by(F("last_touch_at").desc(nulls_last=True), "sort_key", "pk")
    return lately.annotate(total=Window(Count("pk"))).values_list("pk", "total")[:ROOTS]


@prepared
def _by_name(student: int) -> "QuerySet[Contact, int]":
    everybody = Contact.objects.filter(student=student, archived_at=None)
    return everybody.order_by("sort_key", "pk").values_list("pk", flat=True)[:ROOTS]


@prepared
def _silent(student: int) -> "QuerySet[Contact, int]":
    everybody = Contact.objects.filter(student=student, archived_at=None)
    return by_silence(everybody).values_list("pk", flat=True)[:A_GLANCE]


@prepared
def _few_of_each(student: int) -> "QuerySet[Contact, int]":
    place = Window(RowNumber(), partition_by=F("relation"), order_by=["sort_key", "pk"])
    everybody = Contact.objects.filter(student=student, archived_at=None)
    return everybody.annotate(place=place).filter(place__lte=A_FEW).values_list("pk", flat=True)


@prepared
def _people(student: int, keys: list[int] | Given, now: datetime) -> QuerySet[Person]:
    rows = Contact.objects.filter(among(keys), student=student, archived_at=None)
    rows = rows.select_related("organization", "cadence")
    return with_standing(rows, now).order_by("sort_key", "pk").fetch_mode(FETCH_RAISE)


def _twice(linked: Iterable[tuple[str, int]], student: User) -> list[Contact]:
    """Return those added by hand who have the name of an alum whom the student asked, and are not told apart: a few."""
    entries = dict(linked)
    by_hand = Contact.objects.filter(student=student, archived_at=None, alum=None, name_key__in=entries)
    rows = by_hand.order_by("sort_key", "pk").only("name", "name_key", "told_apart")[:20]
    return [person for person in rows if entries[person.name_key] not in person.told_apart][:5]


# --- the people of this page ------------------------------------------------------------------------------------------


def _members(keys: Iterable[int], student: User, now: datetime) -> dict[int, Member]:
    """Return these contacts of the student as members, with their standing, by name."""
    rows = _people(student.pk, list(keys), now)
    return {person.pk: Member(person, standing(person, now), line(person, student, now)) for person in rows}


def _table(part: Page[int], members: Mapping[int, Member], student: User, now: datetime) -> PeoplePage:
    table = PeoplePage(part.object_list, part.number, part.paginator)
    table.rows = [_row(members[pk], student, now) for pk in part.object_list if pk in members]
    return table


def _row(member: Member, student: User, now: datetime) -> Row:
    person, label = member.contact, LABELS[member.state]
    return Row(
        contact=person,
        icon=label.icon,
        colour=label.colour,
        label=label.text,
        last=times.ago(person.last_touch_at, now) if person.last_touch_at else "Not yet",
        introduced=person.referrer_name or ("Alumni directory" if person.alum_id else "Added by you"),
        next=next_step(person, member.state, student, now),
    )


def next_step(person: Person, state: Standing, student: User, now: datetime) -> Step:
    """Return the one thing that would move this person on."""
    page, write = person.get_absolute_url(), reverse("contact_write", args=[person.pk])
    if person.unthanked:
        return Step(f"Thank {person.first_name}", reverse("thank_you", args=[person.unthanked]))
    if person.next_starts_at:
        at, zone = person.next_starts_at, student.zone
        text = f"Talk {times.day_name(at, now, zone)}, {times.clock(at, zone)}"
        return Step(text, reverse("prepare", args=[person.next_interview]))
    if state == "asked":
        text = "Wait for a reply" if person.request_status == "sent" else "Open your request"
        return Step(text, reverse("request", args=[person.request_id]))
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
