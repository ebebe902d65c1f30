"""Today: what to do next, in order, and what to keep in view (R4, R70, R102).

The order is the method's: the thank-you clock first, then what somebody else waits for, then what comes next. Each
table is asked once and its rows serve every part of the page. It decides what is shown and why; it changes nothing.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypedDict

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse

from apps.accounts.models import User
from apps.alumni.models import Format
from apps.clock import times
from apps.clock.regions import spelled
from apps.database.prepared import PreparedQuery, fetch_together, prepared
from apps.database.promised import promised
from apps.interviews.asking.models import ReviewComment
from apps.interviews.lifecycle.models import Interview, InterviewRequest
from apps.interviews.lifecycle.moves import OPEN, InterviewStatus, RequestStatus
from apps.network.models import ActionStep, Cadence, Contact, Referral
from apps.network.relationship import COLD
from apps.policy.models import LONG_AGO, Policy
from apps.students.models import Introduction

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations  # known to the checker alone

SHOWN = 4  # networking overwhelms (R4): never more than four at once
TOO_LATE = timedelta(days=21)  # then a first thank-you is not the next thing to do any more; the contact page offers it
HELD = [InterviewStatus.SCHEDULED, InterviewStatus.COMPLETED]


class Commented(TypedDict):
    has_comments: bool


type Begun = WithAnnotations[InterviewRequest, Commented]


@dataclass(frozen=True)
class Task:
    """One thing to do, with the reason in a line. `interview` is set where the 48-hour clock runs."""

    rank: tuple[Any, ...]  # what is more pressing, then what is earlier
    title: str
    text: str
    url: str
    action: str = ""
    interview: Interview | None = None
    hours: int = 0  # since they talked


@dataclass(frozen=True)
class Source:
    """What a room above brings to Today: the rows of a student that are to be seen, and the task of each."""

    rows: PreparedQuery[[int], Any]
    task: Callable[[Any, User, datetime], Task]


_sources: list[Source] = []


def bring(source: Source) -> None:
    """Show on Today what a room above knows of; it says so as it starts."""
    if source not in _sources:
        _sources.append(source)


@dataclass(frozen=True)
class FirstStep:
    """One of the three steps to a first conversation."""

    title: str
    text: str
    action: str
    url: str
    is_done: bool


@dataclass(frozen=True)
class Goal:
    """What the beads show: conversations held, booked and still to go this term."""

    held: int
    booked: int
    wanted: int

    @property
    def beads(self) -> list[str]:
        return (["is-done"] * self.held + ["is-booked"] * self.booked) + [""] * (self.wanted - self.held - self.booked)


@dataclass(frozen=True)
class TodayPage:
    """What the student's first page shows. `pipeline` is how many people stand at each stage of the method."""

    now: datetime
    policy: Policy
    first: Task | None
    others: Sequence[Task]
    more: int
    coming: Sequence[Interview]
    cold: Sequence[Contact]
    pipeline: Mapping[str, int]
    waiting: InterviewRequest | None
    goal: Goal
    first_steps: list[FirstStep]  # until the first request has left; then none
    next_step: FirstStep | None  # the first of them that is not done
    coach: User | None


def page(student: User, policy: Policy, now: datetime) -> TodayPage:
    """Return what the page shows, each table asked once."""
    since = policy.term_since(student.zone)
    *rows, introduction, stages, cold = fetch_together(
        *_for_agenda(student, now),
        _introduction.bind(student.pk),
        _stages_of.bind(student.pk, since, now),
        _going_cold.bind(student.pk, now - COLD),
    )
    talks, requests, *_ = rows
    tasks = agenda(student, now, *rows)
    counts = stages[0] if stages else dict.fromkeys([*_stages(Q()), "held", "booked"], 0)
    steps = first_steps(counts, has_introduction=any(row.text for row in introduction))
    return TodayPage(
        now=now,
        policy=policy,
        first=tasks[0] if tasks else None,
        others=tasks[1:SHOWN],
        more=max(0, len(tasks) - SHOWN),
        coming=[talk for talk in talks if _is_coming(talk, now)][:3],
        cold=cold,
        pipeline=counts,
        waiting=_waited_longest(requests),
        goal=Goal(counts["held"], counts["booked"], student.student_profile.goal_conversations),
        first_steps=steps,
        next_step=next((step for step in steps if not step.is_done), None),
        coach=student.student_profile.coach if steps else None,
    )


NAMED = 5  # people whom somebody knows already, to begin with


def first_steps(counts: Mapping[str, int], *, has_introduction: bool) -> list[FirstStep]:
    """Return the three steps to a first conversation, until a request has left or somebody was talked with."""
    if counts["written_to"] or counts["said_yes"]:
        return []
    return [
        FirstStep(
            title="Introduce yourself in 3 lines",
            text="They open every request you write, and answer “Tell me about yourself.”",
            action="Introduce yourself",
            url=reverse("introduction"),
            is_done=has_introduction,
        ),
        FirstStep(
            title="Name 5 people you already know",
            text=f"A professor, a boss, a {spelled('neighbor')}, someone a year ahead of you, a friend’s parent. "
            "First names are enough.",
            action="Name 5 people",
            url=reverse("map_people"),
            is_done=counts["on_map"] >= NAMED,
        ),
        FirstStep(
            title="Ask one of them",
            text="20 minutes with someone who likes you. We help with the wording.",
            action="Choose who to ask",
            url=reverse("network") if counts["on_map"] else reverse("people"),
            is_done=False,
        ),
    ]


@prepared
def _introduction(student: int) -> QuerySet[Introduction]:
    return Introduction.objects.filter(student=student)


@prepared
def _talks(student: int, since: datetime) -> QuerySet[Interview]:
    """Return the conversations that end after `since`, those to come among them, the earliest first."""
    rows = Interview.objects.filter(student=student, status__in=HELD, ends_at__gt=since)
    return (
        rows.select_related("contact__organization", "debrief", "thank_you").with_planned().order_by("starts_at", "pk")
    )


@prepared
def _requests(student: int) -> QuerySet[Begun]:
    """Return the requests that are begun or not answered, the latest first."""
    comments = ReviewComment.objects.filter(review__request=OuterRef("pk"), is_done=False)
    rows = InterviewRequest.objects.filter(student=student, status__in=[RequestStatus.DRAFT, *OPEN])
    return rows.select_related("contact").annotate(has_comments=Exists(comments)).order_by("-updated_at", "pk")


def _is_coming(talk: Interview, now: datetime) -> bool:
    return talk.status == InterviewStatus.SCHEDULED and talk.ends_at > now


def _for_agenda(student: User, now: datetime) -> tuple[Any, ...]:
    today = now.astimezone(student.zone).date()
    return (
        _talks.bind(student.pk, now - TOO_LATE),
        _requests.bind(student.pk),
        _introduced.bind(student.pk),
        _touches.bind(student.pk, today),
        _steps.bind(student.pk, today),
        *(source.rows.bind(student.pk) for source in _sources),
    )


def agenda(
    student: User,
    now: datetime,
    talks: Iterable[Interview],
    requests: Iterable[Begun],
    introduced: Iterable[Referral],
    touches: Iterable[Cadence],
    steps: Iterable[ActionStep],
    *brought: Iterable[Any],
) -> list[Task]:
    """Return everything the student could do next, the most pressing first."""
    tasks = [_after_talk(talk, student, now) for talk in talks if _is_unfinished(talk, now)]
    tasks += [_plan_task(talk, student, now) for talk in talks if _is_thin(talk, now)]
    tasks += [_answer_task(request, now) for request in requests if request.waits_for_student]
    tasks += [_draft_task(request, student, now) for request in requests if request.status == RequestStatus.DRAFT]
    tasks += [_loop(referral) for referral in introduced]
    tasks += [_touch_task(cadence, student) for cadence in touches]
    tasks += [_step_task(step, student) for step in steps]
    for source, rows in zip(_sources, brought, strict=True):
        tasks += [source.task(row, student, now) for row in rows]
    return sorted(tasks, key=lambda task: task.rank)


def without_notice(student: User, now: datetime, told: Collection[str]) -> list[Task]:
    """Return what Today shows or would, were there room, but for what is `told` already: addresses of notices."""
    tasks = agenda(student, now, *fetch_together(*_for_agenda(student, now)))
    return [task for task in tasks if task.url not in told]


def _is_unfinished(talk: Interview, now: datetime) -> bool:
    """Whether they have talked, or should have, and it is not written down or not thanked for."""
    return talk.is_over(now) and not (talk.thanked_at and talk.is_written)


def _is_thin(talk: Interview, now: datetime) -> bool:
    """Whether a conversation of the next week has too few questions."""
    is_soon = _is_coming(talk, now) and talk.starts_at <= now + timedelta(days=7)
    return is_soon and talk.questions_lacking > 0


def _after_talk(talk: Interview, student: User, now: datetime) -> Task:
    debrief = getattr(talk, "debrief", None)
    when = times.day_name(talk.over_at, now, student.zone)
    if talk.thanked_at:
        first = talk.contact.first_name
        text = f"You talked {when} and thanked {first}. Write it down while you remember it."
        title = f"Save what you learned from {first}"
        return Task((2, talk.over_at), title, text, reverse("debrief", args=[talk.pk]))
    if talk.status == InterviewStatus.SCHEDULED:
        return _did_you_talk(talk, when, now)
    wrote = f"You wrote: “{debrief.quote}” Start there." if debrief and debrief.quote else ""
    text = f"You talked {when}. {wrote or '2 or 3 sentences are enough. Name one thing you’ll remember.'}"
    url = reverse("thank_you", args=[talk.pk])
    hours = times.hours(talk.over_at, now)
    late = talk.thank_by <= now
    return Task((0, late, talk.thank_by), f"Thank {talk.contact.name}", text, url, "Write the note", talk, hours)


def _did_you_talk(talk: Interview, when: str, now: datetime) -> Task:
    """The time has passed and nobody has said whether it took place; the clock may be running."""
    text = f"You planned to talk {when}. If you did, write down one sentence while you remember it."
    hours = times.hours(talk.over_at, now)
    rank = (0, talk.thank_by <= now, talk.thank_by)
    url = reverse("debrief", args=[talk.pk])
    return Task(rank, f"Did you talk with {talk.contact.name}?", text, url, "Say how it went", talk, hours)


def _answer_task(request: InterviewRequest, now: datetime) -> Task:
    """They offered other times, or asked something, and wait."""
    return Task(
        (1, request.answered_at),
        f"Answer {request.contact.name}" if request.has_question else f"Pick a time with {request.contact.name}",
        f"{request.contact.first_name} replied {times.ago(promised(request.answered_at), now)} "
        f"with {'a question' if request.has_question else 'new times'}.",
        reverse("request", args=[request.pk]),
        "Read the question" if request.has_question else "See the times",
    )


def _plan_task(talk: Interview, student: User, now: datetime) -> Task:
    missing = talk.questions_lacking
    what = f"Choose {times.number(missing)} more question{'s' if missing > 1 else ''} for"
    title = f"{what} {talk.contact.name}" if talk.planned else f"Prepare for {talk.contact.name}"
    have = f"You have {talk.planned} question{'' if talk.planned == 1 else 's'}. " if talk.planned else ""
    zone = talk.clock_of(student.zone)
    where = f" {times.zone_name(zone)}" if talk.format == Format.IN_PERSON else ""
    text = (
        f"You talk {times.day_name(talk.starts_at, now, zone)} at {times.clock(talk.starts_at, zone)}{where}. "
        f"{have}{talk.enough_questions} fill {talk.minutes} minutes comfortably."
    )
    return Task((2, talk.starts_at), title, text, reverse("prepare", args=[talk.pk]), "Choose questions")


def _draft_task(request: Begun, student: User, now: datetime) -> Task:
    if request.has_comments:
        coach = student.student_profile.coach
        text = f"{coach.first_name if coach else 'Your coach'} left a comment on your draft."
    else:
        text = f"You started it {times.ago(request.updated_at, now)}. Your draft is saved."
    rank = (3 if request.has_comments else 4, request.updated_at)
    return Task(
        rank, f"Finish your request to {request.contact.name}", text, reverse("request", args=[request.pk]), "Finish it"
    )


@prepared
def _introduced(student: int) -> QuerySet[Referral]:
    """Return the introductions that led to a conversation, while nobody has told the person who made them."""
    return Referral.objects.filter(student=student).open_loops().select_related("referrer", "contact")


def _loop(referral: Referral) -> Task:
    return Task(
        (5, referral.talked_at),
        f"Tell {referral.referrer.name} how it went",
        f"{referral.referrer.first_name} suggested {referral.contact.name}. People like to hear how it went.",
        f"{reverse('contact_write', args=[referral.referrer_id])}?loop={referral.pk}",
        "Write 2 sentences",
    )


@prepared
def _touches(student: int, today: date) -> QuerySet[Cadence]:
    rows = Cadence.objects.filter(student=student, due_on__lte=today, contact__archived_at=None)
    return rows.select_related("contact").order_by("due_on", "pk")


def _touch_task(cadence: Cadence, student: User) -> Task:
    return Task(
        (6, times.midnight(cadence.due_on, student.zone)),
        f"Write to {cadence.contact.name}",
        "You wanted to stay in touch. Share one thing that happened because you talked.",
        reverse("contact", args=[cadence.contact_id]),
        "Write a note",
    )


@prepared
def _steps(student: int, today: date) -> QuerySet[ActionStep]:
    rows = ActionStep.objects.filter(student=student, done_at=None, due_on__lte=today)
    return rows.select_related("contact").order_by("due_on", "pk")


def _step_task(step: ActionStep, student: User) -> Task:
    return Task(
        (7, times.midnight(promised(step.due_on), student.zone)),
        step.text,
        f"Your next step with {step.contact.name}." if step.contact else "You set this step for yourself.",
        reverse("contact", args=[step.contact_id]) if step.contact_id else reverse("network"),
        "See this step",
    )


@prepared
def _going_cold(student: int, before: datetime) -> QuerySet[Contact]:
    """Return up to three people talked with and not heard of since `before`, the longest silence first."""
    talked = Interview.objects.filter(contact=OuterRef("pk"), status=InterviewStatus.COMPLETED)
    rows = Contact.objects.filter(Exists(talked), student=student, archived_at=None, last_touch_at__lte=before)
    step = ActionStep.objects.filter(contact=OuterRef("pk")).order_by("-done_at", "-pk")
    rows = rows.annotate(
        step=Subquery(step.filter(done_at__isnull=False).values("text")[:1]),
        named_by_name=Subquery(Referral.objects.filter(contact=OuterRef("pk")).values("referrer__name")[:1]),
    )
    return rows.order_by("last_touch_at", "pk")[:3]


def stages(people: QuerySet[Contact]) -> dict[str, int]:
    """Return how many of these people stand at each stage of the method; those who were removed do not count."""
    return people.filter(archived_at=None).aggregate(**_stages(Q()))


def _stages(here: Q) -> dict[str, Count]:
    return {
        "on_map": Count("pk", distinct=True, filter=here),
        "written_to": Count("pk", distinct=True, filter=here & Q(requests__sent_at__isnull=False)),
        "said_yes": Count("pk", distinct=True, filter=here & Q(interviews__status__in=HELD)),
        "talked": Count("pk", distinct=True, filter=here & Q(interviews__status=InterviewStatus.COMPLETED)),
        "thanked": Count("pk", distinct=True, filter=here & Q(interviews__thank_you__sent_at__isnull=False)),
        "kept": Count("pk", distinct=True, filter=here & Q(cadence__isnull=False)),
    }


@prepared
def _stages_of(student: int, since: datetime, now: datetime) -> QuerySet[Contact, Any]:
    """Return one row with the stages of the student's people, and the conversations `held` and `booked` since then."""
    term = Q(interviews__starts_at__gte=since)
    held = term & Q(interviews__status=InterviewStatus.COMPLETED)
    booked = term & Q(interviews__status=InterviewStatus.SCHEDULED, interviews__ends_at__gt=now)
    return (
        Contact.objects.filter(student=student)
        .order_by()
        .values("student")
        .annotate(
            **_stages(Q(archived_at=None)),
            held=Count("interviews__pk", distinct=True, filter=held),
            booked=Count("interviews__pk", distinct=True, filter=booked),
        )
    )


def _waited_longest(requests: Iterable[InterviewRequest]) -> InterviewRequest | None:
    """Return the request that has waited longest for an answer, or None."""
    waiting = [request for request in requests if request.status in OPEN and request.turn == "alum"]
    return min(waiting, key=lambda request: (request.sent_at or LONG_AGO, request.pk), default=None)
