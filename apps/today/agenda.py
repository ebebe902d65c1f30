"""What a student could do next, in the order of the method: the thank-you clock first, then what somebody else waits
for, then what comes next (R4, R70, R102).

Each table is asked once; rooms above bring what they know of. It decides what there is to do and why, and changes
nothing; what of it stands on Today is page.py's.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypedDict

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.fetch_modes import FETCH_RAISE

from apps.accounts.models import User
from apps.clock import times
from apps.database.prepared import AsOne, BoundQuery, PreparedQuery, fetch_together, prepared
from apps.database.promised import promised
from apps.interviews.asking.models import ReviewComment
from apps.interviews.lifecycle.models import Interview, InterviewRequest
from apps.interviews.lifecycle.moves import OPEN, InterviewStatus, RequestStatus
from apps.network.models import ActionStep, Cadence, Referral
from apps.policy.models import LONG_AGO
from apps.web.answers import page_of_a_row

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations  # known to the checker alone

TOO_LATE = timedelta(days=21)  # then a first thank-you is not the next thing to do any more; the contact page offers it
PREPARE, CAN_WAIT, WRITE_DOWN = 2, 2.5, 2.7  # ranks: before this one a task cannot wait for next week
FOR_LONG = datetime.max.replace(tzinfo=UTC)
HELD = [InterviewStatus.SCHEDULED, InterviewStatus.COMPLETED]
STEPS = 2  # where they stand among the few
NOT_SHOWN = [
    f"contact__{name}"
    for name in ("notes", "email", "phone", "linkedin", "city", "name_key", "email_key", "linkedin_key", "told_apart")
]


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
    thing: str = ""  # what there is to do, by the name that a notice has for it: thank-you:5
    since: datetime = LONG_AGO  # what was said of the thing before holds no more
    minutes: int = 15  # it takes about so long
    is_waiting: bool = False  # nothing to do: somebody else sees to it

    @property
    def is_thanks(self) -> bool:
        return self.thing.startswith("thank-you:")

    @property
    def is_pressing(self) -> bool:
        """Whether it cannot wait for next week: a clock runs, somebody waits, a conversation is near."""
        return self.rank[0] < CAN_WAIT


@dataclass(frozen=True)
class Source:
    """What a room above brings to Today: the rows of a student that may be seen, and the task of each that is due."""

    rows: PreparedQuery[[int], Any]
    task: Callable[[Any, User, datetime], Task | None]


# What the student said of a thing on their list: the thing, its title, when (None as long as it sleeps), and as what.
type Said = tuple[str, str, datetime | None, str]


@dataclass(frozen=True)
class TheList:
    """What the room of the list brings: what a student said of its things, and which of them are new."""

    said: PreparedQuery[[int, datetime], Said]
    unseen: PreparedQuery[[int, datetime], Any]


_sources: list[Source] = []
_list: TheList


def heed(the_list: TheList) -> None:
    """Leave out what the student said on their list is done, not needed or for later; its room says so as it starts."""
    global _list
    _list = the_list


def bring(source: Source) -> None:
    """Show on Today what a room above knows of; it says so as it starts."""
    if source not in _sources:
        _sources.append(source)


# --- the list ---------------------------------------------------------------------------------------------------------


def agenda(
    student: User,
    now: datetime,
    talks: Iterable[Interview],
    requests: Iterable[Begun],
    said: Iterable[Said],
    few: Sequence[Iterable[Any]],
) -> list[Task]:
    """Return everything the student could do next, the most pressing first, but for what they said is not to be."""
    introduced, touches, steps, *brought = few
    tasks = [_after_talk(talk, student, now) for talk in talks if _is_unfinished(talk, now)]
    tasks += [_plan_task(talk, student, now) for talk in talks if _is_thin(talk, now)]
    tasks += [_answer_task(request, now) for request in requests if request.waits_for_student]
    tasks += [_draft_task(request, student, now) for request in requests if request.status == RequestStatus.DRAFT]
    tasks += [_loop(referral) for referral in introduced]
    tasks += [_touch_task(cadence, student) for cadence in touches]
    tasks += [_step_task(step, student) for step in steps if step.done_at is None]
    for source, rows in zip(_sources, brought, strict=True):
        tasks += filter(None, (source.task(row, student, now) for row in rows))
    asides = {thing: closed_at or FOR_LONG for thing, _, closed_at, _ in said}
    tasks = [task for task in tasks if task.thing not in asides or asides[task.thing] < task.since]
    return sorted(tasks, key=lambda task: task.rank)


def everything(student: User, now: datetime) -> list[Task]:
    """Return all that there is to do now, the most pressing first."""
    return agenda(student, now, *fetch_together(*asked(student, now, now)))


def without_notice(student: User, now: datetime, told: Collection[str]) -> list[Task]:
    """Return what Today shows or would, were there room, but for what is `told` already: addresses of notices."""
    return [task for task in everything(student, now) if task.url not in told]


def asked(
    student: User, now: datetime, begun: datetime, *beside: BoundQuery[Any]
) -> tuple[BoundQuery[Any] | AsOne, ...]:
    """Return what is asked for `agenda`; what mostly finds little is one statement, with what is asked beside it."""
    today = now.astimezone(student.zone).date()
    few = (_introduced.bind(student.pk), _touches.bind(student.pk, today), _steps.bind(student.pk, today, begun))
    return (
        _talks.bind(student.pk, now - TOO_LATE),
        _requests.bind(student.pk),
        _list.said.bind(student.pk, now),
        AsOne(*few, *(source.rows.bind(student.pk) for source in _sources), *beside),
    )


def unseen(student: int, now: datetime) -> BoundQuery[Any]:
    """Return the query for what came since the student last looked at their list."""
    return _list.unseen.bind(student, now)


# --- conversations and requests ---------------------------------------------------------------------------------------


@prepared
def _talks(student: int, since: datetime) -> QuerySet[Interview]:
    """Return the conversations that end after `since`, those to come among them, the earliest first."""
    rows = Interview.objects.filter(student=student, status__in=HELD, ends_at__gt=since).defer(*NOT_SHOWN)
    return (
        rows.select_related("contact__organization", "debrief", "thank_you").with_planned().order_by("starts_at", "pk")
    )


@prepared
def _requests(student: int) -> QuerySet[Begun]:
    """Return the requests that are begun or not answered, the latest first."""
    comments = ReviewComment.objects.filter(review__request=OuterRef("pk"), is_done=False)
    rows = InterviewRequest.objects.filter(student=student, status__in=[RequestStatus.DRAFT, *OPEN])
    return rows.select_related("contact").annotate(has_comments=Exists(comments)).order_by("-updated_at", "pk")


def is_coming(talk: Interview, now: datetime) -> bool:
    return talk.status == InterviewStatus.SCHEDULED and talk.ends_at > now


def _is_unfinished(talk: Interview, now: datetime) -> bool:
    """Whether they have talked, or should have, and it is not written down or not thanked for."""
    return talk.is_over(now) and not ((talk.thanked_at or talk.thanks_leave_at) and talk.is_written)


def _is_thin(talk: Interview, now: datetime) -> bool:
    """Whether a conversation of the next week has too few questions."""
    is_soon = is_coming(talk, now) and talk.starts_at <= now + timedelta(days=7)
    return is_soon and talk.questions_lacking > 0


def _after_talk(talk: Interview, student: User, now: datetime) -> Task:
    debrief = getattr(talk, "debrief", None)
    when = times.on_day(talk.over_at, now, student.zone)
    if talk.thanked_at or talk.thanks_leave_at:
        first = talk.contact.first_name
        thanked = f"thanked {first}" if talk.thanked_at else "scheduled your thank-you"
        text = f"You talked {when} and {thanked}. Write it down while you remember it."
        title = f"Save what you learned from {first}"
        url = page_of_a_row("debrief").format(talk.pk)
        return Task((WRITE_DOWN, talk.over_at), title, text, url, thing=f"write-down:{talk.pk}", minutes=5)
    if talk.status == InterviewStatus.SCHEDULED:
        return _did_you_talk(talk, when, now)
    wrote = f"You wrote: “{debrief.quote}” Start there." if debrief and debrief.quote else ""
    text = f"You talked {when}. {wrote or '2 or 3 sentences are enough. Name one thing you’ll remember.'}"
    url = page_of_a_row("thank_you").format(talk.pk)
    hours = times.hours(talk.over_at, now)
    late = talk.thank_by <= now
    return Task(
        rank=(0, late, talk.thank_by),
        title=f"Thank {talk.contact.name}",
        text=text,
        url=url,
        action="Write the note",
        interview=talk,
        hours=hours,
        thing=f"thank-you:{talk.pk}",
        minutes=10,
    )


def _did_you_talk(talk: Interview, when: str, now: datetime) -> Task:
    """The time has passed and nobody has said whether it took place; the clock may be running."""
    text = f"You planned to talk {when}. If you did, write down one sentence while you remember it."
    hours = times.hours(talk.over_at, now)
    rank = (0, talk.thank_by <= now, talk.thank_by)
    url = page_of_a_row("debrief").format(talk.pk)
    return Task(
        rank=rank,
        title=f"Did you talk with {talk.contact.name}?",
        text=text,
        url=url,
        action="Say how it went",
        interview=talk,
        hours=hours,
        thing=f"write-down:{talk.pk}",
        minutes=5,
    )


def _plan_task(talk: Interview, student: User, now: datetime) -> Task:
    missing = talk.questions_lacking
    what = f"Choose {times.number(missing)} more question{'s' if missing > 1 else ''} for"
    title = f"{what} {talk.contact.name}" if talk.planned else f"Prepare for {talk.contact.name}"
    have = f"You have {talk.planned} question{'' if talk.planned == 1 else 's'}. " if talk.planned else ""
    zone = talk.clock_of(student.zone)
    where = f" {times.zone_name(zone)}" if talk.is_meeting else ""
    text = (
        f"You talk {times.on_day(talk.starts_at, now, zone)} at {times.clock(talk.starts_at, zone)}{where}. "
        f"{have}{talk.enough_questions} questions fill {talk.minutes} minutes comfortably."
    )
    url = page_of_a_row("prepare").format(talk.pk)
    return Task((PREPARE, talk.starts_at), title, text, url, "Choose questions", thing=f"prepare:{talk.pk}", minutes=10)


def _answer_task(request: InterviewRequest, now: datetime) -> Task:
    """They offered other times, or asked something, and wait."""
    return Task(
        (1, request.answered_at),
        f"Answer {request.contact.name}" if request.has_question else f"Pick a time with {request.contact.name}",
        f"{request.contact.first_name} replied {times.ago(promised(request.answered_at), now)} "
        f"with {'a question' if request.has_question else 'new times'}.",
        page_of_a_row("request").format(request.pk),
        "Read the question" if request.has_question else "See the times",
        thing=f"replied:{request.pk}",
        since=promised(request.answered_at),
        minutes=5,
    )


def _draft_task(request: Begun, student: User, now: datetime) -> Task:
    if request.has_comments:
        coach = student.student_profile.coach
        text = f"{coach.first_name if coach else 'Your coach'} left a comment on your draft."
    else:
        text = f"You started it {times.ago(request.updated_at, now)}. Your draft is saved."
    return Task(
        rank=(3 if request.has_comments else 4, request.updated_at),
        title=f"Finish your request to {request.contact.name}",
        text=text,
        url=page_of_a_row("request").format(request.pk),
        action="Finish it",
        thing=f"draft:{request.pk}",
        since=request.updated_at,
    )


# --- people and steps -------------------------------------------------------------------------------------------------


@prepared
def _introduced(student: int) -> QuerySet[Referral]:
    """Return the introductions that led to a conversation, while nobody has told the person who made them."""
    rows = Referral.objects.filter(student=student).open_loops().select_related("referrer", "contact")
    return rows.only("referrer__name", "contact__name").fetch_mode(FETCH_RAISE)


def _loop(referral: Referral) -> Task:
    return Task(
        (5, referral.talked_at),
        f"Tell {referral.referrer.name} how it went",
        f"{referral.referrer.first_name} suggested {referral.contact.name}. People like to hear how it went.",
        f"{page_of_a_row('contact_write').format(referral.referrer_id)}?loop={referral.pk}",
        "Write 2 sentences",
        thing=f"close-loop:{referral.pk}",
        minutes=5,
    )


@prepared
def _touches(student: int, today: date) -> QuerySet[Cadence]:
    rows = Cadence.objects.filter(student=student, due_on__lte=today, contact__archived_at=None)
    rows = rows.select_related("contact").only("due_on", "contact__name")
    return rows.order_by("due_on", "pk").fetch_mode(FETCH_RAISE)


def _touch_task(cadence: Cadence, student: User) -> Task:
    return Task(
        (6, times.midnight(cadence.due_on, student.zone)),
        f"Write to {cadence.contact.name}",
        "You wanted to stay in touch. Share one thing that happened because you talked.",
        page_of_a_row("contact").format(cadence.contact_id),
        "Write a note",
        thing=f"cadence:{cadence.pk}",
        since=times.midnight(cadence.due_on, student.zone),
        minutes=7,
    )


@prepared
def _steps(student: int, today: date, since: datetime) -> QuerySet[ActionStep]:
    """Return the steps that are due, and those done since then."""
    due = Q(done_at=None, due_on__lte=today)
    rows = ActionStep.objects.filter(due | Q(done_at__gte=since), student=student)
    rows = rows.select_related("contact").only("text", "due_on", "talked_on", "done_at", "is_theirs", "contact__name")
    return rows.order_by("due_on", "pk").fetch_mode(FETCH_RAISE)


def _step_task(step: ActionStep, student: User) -> Task:
    return Task(
        (7, times.midnight(promised(step.due_on), student.zone)),
        step.text,
        _of_step(step),
        _page_of_step(step),
        "See this step",
        thing=f"action-step:{step.pk}",
        since=times.midnight(promised(step.due_on), student.zone),
    )


def _page_of_step(step: ActionStep) -> str:
    page, pk = ("contact", step.contact_id) if step.contact_id else ("step_edit", step.pk)
    return page_of_a_row(page).format(pk)


def _of_step(step: ActionStep) -> str:
    if step.contact is None:
        return "You set this step for yourself."
    since = f" on {times.long_day(step.talked_on)}" if step.talked_on else ""
    if step.is_theirs:
        return f"{step.contact.name} said{since} they would do this. Has it happened?"
    if since:
        return f"You planned this after you talked with {step.contact.name}{since}."
    return f"Your next step with {step.contact.name}."
