"""One student's shared network, as their coach sees it: reach, picture, pipeline, timeline; every look is logged.

It starts from what `visible_to(coach)` holds and shows nothing else: no private person, not even as an introducer,
and no notes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.db.models.fetch_modes import FETCH_RAISE

from apps.accounts.models import User
from apps.clock import times
from apps.coaching.following import Following, following
from apps.coaching.forms import NoteForm, SharedNoteForm
from apps.coaching.models import CoachNote, SharedNote
from apps.coaching.story import Happened, Trend, story, trend
from apps.interviews.debriefing.models import Debrief
from apps.interviews.lifecycle.models import InterviewRequest
from apps.interviews.sharing.models import SharedText
from apps.network.models import Contact, Organization, Relation
from apps.network.page import line
from apps.network.picture import Drawing, Member, draw
from apps.network.relationship import LABELS, Person, standing, with_standing
from apps.students.models import Disclosure, Introduction, StudentProfile
from apps.today import stage_counts

A_PAGE, NOTES, LOOKS = 30, 20, 4
LOOKED_THROUGH = 200  # lines of the log: a page of a caseload, and each page of a student, leaves one

THOUGHTS = 5
GROUPS = [
    ("Family and friends", [Relation.FAMILY, Relation.FRIEND]),
    ("Professors and staff", [Relation.PROFESSOR, Relation.COACH]),
    ("Alumni and people someone suggested", [Relation.ALUM, Relation.REFERRED]),
    ("Work and volunteering", [Relation.WORK]),
    ("Events and online", [Relation.EVENT, Relation.LINKEDIN, Relation.WEBSITE]),
]


def shown(profile: StudentProfile) -> str:
    """What the page of a student holds, as the student is told."""
    return "Your network and conversations" if profile.shares_network else "Your goal and requests (network not shared)"


class Dot(NamedTuple):
    """One person in a row of the table of reach."""

    x: int
    css: str


@dataclass(frozen=True)
class Reach:
    """How many people of one kind there are, and with how many of them the student talked."""

    label: str
    people: int
    talked: int
    dots: list[Dot]
    width: int


@dataclass(frozen=True)
class Row:
    """A person as the list shows them: where they stand, and since when."""

    name: str
    title: str
    organization: Organization | None
    relation: str
    standing_icon: str
    standing_colour: str
    standing_label: str
    last_said: str


class Thought(NamedTuple):
    """What a student would do differently, which they chose to share; not with whom they talked."""

    at: datetime
    words: str


@dataclass(frozen=True)
class StudentPage:
    """One student as their coach sees them; of a network that is not shared there is nothing."""

    now: datetime
    profile: StudentProfile
    people: list[Person]
    page: Page[Row]
    reach: list[Reach]
    drawing: Drawing
    pipeline: dict[str, int]
    story: Page[Happened]
    trend: Trend | None  # of a network that is shared
    following: Following | None
    looks: list[Disclosure]  # the last look of each who looked lately; the student reads every one
    thoughts: list[Thought]
    requests: QuerySet[InterviewRequest]
    introduction: Introduction | None  # where the student asked for it to be read
    texts: Sequence[SharedText]  # that the student shares with this coach now
    notes: QuerySet[CoachNote]  # among coaches
    note_form: NoteForm
    shared: QuerySet[SharedNote]  # what the student reads
    shared_form: SharedNoteForm
    taken_out: tuple[bool, bool]  # a note of each was just deleted, and can come back


def student_page(
    profile: StudentProfile,
    coach: User,
    now: datetime,
    page: str | None,
    *,
    note_form: NoteForm | None = None,
    shared_form: SharedNoteForm | None = None,
    taken_out: tuple[bool, bool] = (False, False),
    story_page: str | None = None,
) -> StudentPage:
    """Say what the page of one student holds for their coach; a form is a note that could not be kept."""
    student, shares = profile.user, profile.shares_network
    people = shared_people(student, coach, now) if shares else []
    requests = InterviewRequest.objects.visible_to(coach).filter(student=student).select_related("contact")
    notes = CoachNote.objects.visible_to(coach).filter(student=student).select_related("author")
    shared = SharedNote.objects.visible_to(coach).filter(student=student).select_related("author")
    return StudentPage(
        now=now,
        profile=profile,
        people=people,
        page=Paginator([_row(person, now) for person in people], A_PAGE).get_page(page),
        reach=reach(people),
        drawing=draw([Member(person, standing(person, now), line(person, coach, now)) for person in people]),
        pipeline=stage_counts.of_people(Contact.objects.visible_to(coach).filter(student=student)) if shares else {},
        story=story(student, coach, story_page, shares=shares),
        trend=trend(student, coach, now) if shares else None,
        following=following(student, coach, now),
        looks=_last_looks(student),
        thoughts=_thoughts(student),
        requests=requests.order_by("-updated_at", "-pk")[:10],
        introduction=Introduction.objects.filter(student=student, shared_with=coach).first(),
        texts=list(SharedText.objects.visible_to(coach).filter(student=student).select_related("interview__contact")),
        notes=notes.order_by("-created_at", "-pk")[:NOTES],
        note_form=note_form or NoteForm(),
        shared=shared.order_by("-created_at", "-pk")[:NOTES],
        shared_form=shared_form or SharedNoteForm(first=student.first_name),
        taken_out=taken_out,
    )


def _last_looks(student: User) -> list[Disclosure]:
    """Return the last look of each of the few who looked last: who goes through a page looks several times."""
    last: dict[tuple[int | None, str], Disclosure] = {}
    for look in Disclosure.objects.filter(student=student).order_by("-at", "-pk")[:LOOKED_THROUGH]:
        last.setdefault((look.viewer_id, look.viewer_name), look)
    return list(last.values())[:LOOKS]


def _thoughts(student: User) -> list[Thought]:
    shared = Debrief.objects.filter(interview__student=student, shares_thought=True).exclude(thought="")
    rows = shared.order_by("-interview__starts_at").values_list("interview__starts_at", "thought")
    return [Thought(*row) for row in rows[:THOUGHTS]]


def shared_people(student: User, coach: User, now: datetime) -> list[Person]:
    """Return the contacts that `student` shares with `coach`, with their standing; no word of the others."""
    shared = Contact.objects.visible_to(coach).filter(student=student, archived_at=None).select_related("organization")
    people = list(with_standing(shared, now).order_by("sort_key", "pk").fetch_mode(FETCH_RAISE))
    keys = {person.pk for person in people}
    for person in people:
        if person.referrer_pk not in keys:
            person.referrer_pk, person.referrer_name, person.name_permission = None, "", ""
    return people


def _row(person: Person, now: datetime) -> Row:
    label = LABELS[standing(person, now)]
    return Row(
        name=person.name,
        title=person.title,
        organization=person.organization,
        relation=person.get_relation_display(),
        standing_icon=label.icon,
        standing_colour=label.colour,
        standing_label=label.text,
        last_said=times.ago(person.last_touch_at, now) if person.last_touch_at else "Not yet",
    )


def reach(people: Sequence[Person]) -> list[Reach]:
    """Return a row for each kind of acquaintance, with a dot for each person."""
    table = []
    for label, relations in GROUPS:
        members = [person for person in people if person.relation in relations]
        talked = sum(1 for person in members if person.talked_at)
        dots = [Dot(8 + 16 * n, "on" if n < talked else "off") for n in range(min(len(members), 30))]
        table.append(Reach(label, len(members), talked, dots, width=max(16, 16 * len(dots))))
    return table
