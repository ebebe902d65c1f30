"""What the pages of suggestions say: to the student, to who suggests, and to the alum who may be introduced."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet
from django.db.models.fetch_modes import FETCH_RAISE
from django.http import QueryDict

from apps.accounts.models import User
from apps.alumni import limits
from apps.alumni.listed import Entry
from apps.alumni.models import AlumniProfile
from apps.directory import search
from apps.policy.models import Policy
from apps.students.models import StudentProfile
from apps.suggestions.forms import SuggestForm
from apps.suggestions.models import Answer, State, Suggestion, WarmIntroduction
from apps.web.gate import whole_number

A_PAGE = 20
MOST_FOUND = 6
MOST_STUDENTS = 50
SHOWN = ("student__student_profile", "author", "alum", "contact", "introduction")

# --- the student ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """One suggestion. `hindrance`: why the alum cannot be asked now; `first_button`: the page’s one filled button."""

    suggestion: Suggestion
    introduction: WarmIntroduction | None
    is_open: bool
    hindrance: str
    can_be_introduced: bool
    is_first: bool


@dataclass(frozen=True)
class MinePage:
    """What was suggested to a student: what waits for their answer, and what they answered."""

    lines: list[Line]
    earlier: Page[Any]  # of lines
    now: datetime


def mine(student: User, query: QueryDict, now: datetime) -> MinePage:
    rows = Suggestion.objects.filter(student=student).visible_to(student)
    rows = rows.select_related(*SHOWN).fetch_mode(FETCH_RAISE)
    live = Q(state=State.OPEN, expires_at__gt=now)
    policy, waiting = Policy.now(), list(rows.filter(live).live().order_by("made_at", "pk")[:A_PAGE])
    records = limits.records([one.alum for one in waiting if one.alum], now, policy, student=student.pk)
    lines = [_line(one, records, now, policy, is_first=not at) for at, one in enumerate(waiting)]
    pages = Paginator(rows.exclude(live).order_by("-made_at", "-pk"), A_PAGE)
    page: Page[Any] = pages.get_page(query.get("page"))
    page.object_list = [Line(one, getattr(one, "introduction", None), False, "", False, False) for one in page]
    return MinePage(lines, page, now)


def _line(one: Suggestion, records: dict[int, limits.Record], now: datetime, policy: Policy, *, is_first: bool) -> Line:
    if one.alum is None:
        return Line(one, None, True, "", one.can_be_introduced, is_first)
    free = limits.availability(one.alum, records.get(one.alum.pk, limits.Record()), now, policy)
    hindrance = "" if free.can_be_asked else free.text
    return Line(one, None, True, hindrance, bool(one.to_alum) and free.can_be_asked, is_first)


# --- who suggests -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Choice:
    """An alum to suggest. `said`: whether they can be asked, in words."""

    alum: Entry
    can_be_asked: bool
    said: str
    is_chosen: bool


@dataclass(frozen=True)
class SuggestPage:
    """One suggestion as it is written: to whom, who, why."""

    form: SuggestForm
    to: list[StudentProfile]
    found: list[StudentProfile]  # whom a name fits, to be added
    who: str
    q: str
    choices: list[Choice]
    back: str


def students_of(reader: User) -> QuerySet[StudentProfile]:
    """Return the students to whom this reader may suggest somebody: a coach’s own, all for the office."""
    rows = StudentProfile.objects.visible_to(reader).filter(user__is_active=True).exclude(user=reader)
    return rows.select_related("user").order_by("user__sort_key", "pk")


def chosen_students(reader: User, typed: QueryDict) -> list[StudentProfile]:
    keys = {pk for pk in map(whole_number, typed.getlist("student")[:MOST_STUDENTS]) if pk is not None}
    return list(students_of(reader).filter(pk__in=keys)) if keys else []


def chosen_alum(reader: User, typed: QueryDict) -> AlumniProfile | None:
    pk = whole_number(typed.get("alum", ""))
    return AlumniProfile.objects.visible_to(reader).listed().filter(pk=pk).first() if pk is not None else None


def suggest(reader: User, typed: QueryDict, now: datetime, *, form: SuggestForm, back: str) -> SuggestPage:
    q, who = (" ".join(typed.get(name, "").split())[:200] for name in ("q", "who"))
    to, alum = chosen_students(reader, typed), chosen_alum(reader, typed)
    query, policy = search.DirectoryQuery(text=q), Policy.now()
    rows = search.find(query, search.Reader(), now=now, policy=policy).rows[:MOST_FOUND] if q else []
    people: dict[int, Entry] = ({alum.pk: alum} if alum else {}) | {one.pk: one for one in rows}
    found = students_of(reader).exclude(pk__in=[one.pk for one in to])
    return SuggestPage(
        form=form,
        to=to,
        found=list(found.filter(user__name__icontains=who)[:MOST_FOUND]) if who else [],
        who=who,
        q=q,
        choices=list(_choices(people.values(), alum, now, policy)),
        back=back,
    )


def _choices(people: Iterable[Entry], chosen: AlumniProfile | None, now: datetime, policy: Policy) -> Iterable[Choice]:
    records = limits.records(people, now, policy)
    for alum in people:
        record = records.get(alum.pk, limits.Record())
        free = limits.availability(alum, record, now, policy)
        said = f"{free.text}. {record.habit}" if free.can_be_asked else free.text.partition(". ")[0]
        yield Choice(alum, free.can_be_asked, said, chosen == alum and free.can_be_asked)


@dataclass(frozen=True)
class Said:
    """One suggestion as who made it sees it."""

    suggestion: Suggestion
    student: str  # what the student said
    alum: str  # what the alum said, of a warm introduction
    can_be_withdrawn: bool


@dataclass(frozen=True)
class GivenPage:
    """What was suggested to the students of this reader, the latest first."""

    page: Page[Any]  # of what was said
    now: datetime


def given(reader: User, query: QueryDict, now: datetime) -> GivenPage:
    rows = Suggestion.objects.visible_to(reader).exclude(student=reader)
    rows = rows.select_related(*SHOWN).fetch_mode(FETCH_RAISE)
    page: Page[Any] = Paginator(rows.order_by("-made_at", "-pk"), A_PAGE).get_page(query.get("page"))
    page.object_list = [said(one, now) for one in page]
    return GivenPage(page, now)


def said(one: Suggestion, now: datetime) -> Said:
    introduction = getattr(one, "introduction", None)
    is_asked = introduction is not None and introduction.state == Answer.ASKED and introduction.answer_by > now
    is_open = one.state == State.OPEN and one.expires_at > now
    return Said(
        one,
        student="No answer" if one.has_expired(now) else str(State(one.state).label),
        alum=str(Answer(introduction.state).label) if introduction else "",
        can_be_withdrawn=is_open or (is_asked and one.state == State.TAKEN),
    )


# --- the alum ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class IntroductionPage:
    """The question to an alum, or to somebody outside the directory: may a student be introduced to you?"""

    introduction: WarmIntroduction
    first: str  # of who is asked
    student: User
    studies: str
    author: str
    is_open: bool
    can_undo: bool
    now: datetime
    error: str
    policy: Policy
