"""What Prepare shows: the plan against the agreed minutes, the bank, what was found out, what to see to (R75 to R86).

It reads and arranges; a page that is only looked at writes nothing. The page of a talk that is over shows the plan as
it was carried into it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from apps.accounts.models import User
from apps.alumni.models import Format
from apps.clock import times
from apps.clock.local_times import hours_between
from apps.interviews.debriefing.models import Debrief
from apps.interviews.lifecycle.goals import goals_of
from apps.interviews.lifecycle.meeting_links import meeting_link
from apps.interviews.lifecycle.models import A_QUESTION, Interview
from apps.interviews.lifecycle.moves import InterviewStatus
from apps.interviews.lifecycle.stages import WARM, Stage, StageName, is_warm, stages_of
from apps.interviews.preparing import actions, checklist, introducing, question_bank
from apps.interviews.preparing.checklist import Check
from apps.interviews.preparing.forms import ChangeForm, OwnQuestionForm, ResearchForm
from apps.interviews.preparing.introducing import Chosen
from apps.interviews.preparing.models import PlannedQuestion, Question, QuestionPlan, SavedQuestion, Theme
from apps.interviews.preparing.saved import saved_by
from apps.interviews.sharing.box import Sharing, sharing_of
from apps.interviews.sharing.models import Kind
from apps.network.models import ActionStep, Contact
from apps.shelf.models import Resource, Topic
from apps.shelf.shelves import shelf
from apps.students.aims import Aim, aim_of
from apps.students.resume import newest
from apps.wording.pronouns import Pronouns, pronouns_of

RECALLED, EARLIER = 3, 10
SAVED = "saved"  # the part of the bank that is the student’s own


@dataclass(frozen=True)
class Cover:
    """How well a plan covers one theme, or one goal: the places of the questions that do."""

    key: str
    label: str
    places: tuple[int, ...]

    @property
    def where(self) -> str:
        """Question 2; questions 1, 2 and 5."""
        numbers = [str(place) for place in self.places]
        if len(numbers) < 2:
            return f"question {''.join(numbers)}"
        return f"questions {', '.join(numbers[:-1])} and {numbers[-1]}"


@dataclass(frozen=True)
class Suggested:
    """A question of the bank, and why it is suggested for this conversation."""

    question: Question
    reason: str


@dataclass(frozen=True)
class Recap:
    """What was said in earlier talks with the same person, and what is still promised."""

    talks: list[tuple[Interview, Debrief | None]]
    steps: list[ActionStep]


@dataclass(frozen=True, kw_only=True)
class PreparePage:
    """The plan against the agreed minutes, the bank, what was found out, what to see to."""

    interview: Interview
    contact: Contact
    pronouns: Pronouns
    now: datetime
    plan: QuestionPlan
    is_open: bool
    is_warm: bool
    warm_at: datetime
    questions: list[tuple[PlannedQuestion, ChangeForm]]
    planned: int  # minutes
    room: str
    stars_left: int
    coverage: list[Cover]
    goals: list[Cover]
    closing: list[Question]
    research: ResearchForm
    errors: ResearchForm | None
    own: OwnQuestionForm
    checks: list[Check]
    no_link: bool  # what is noted as the link of a video call is none
    may_hire: bool  # their title suggests it
    top: list[PlannedQuestion]  # those with a star; the rest folds
    rest: list[PlannedQuestion]
    earlier: list[QuestionPlan]  # from which questions can be copied
    sources: list[tuple[str, str]]
    introduction: Chosen
    aim: Aim
    resources: list[Resource]
    their_time: str
    recap: Recap | None
    is_first: bool
    stages: list[Stage]
    taken_out: Mapping[str, object] | None  # the question to put back, if it was of this plan
    coach: User | None
    sharing: Sharing
    themes: list[tuple[str, str]]
    theme: str  # whose part of the bank is shown; empty: what is suggested
    bank: list[Suggested]
    saved: list[SavedQuestion]  # for every conversation
    is_saved: set[str]  # the texts of those
    let_go: Mapping[str, object] | None  # the saved question to put back
    attires: list[tuple[str, str]]
    asks_of: int | None  # the question of their own whose theme is shown to be changed
    did: str  # what was done, for the reader of a screen
    refusal: str
    section: str = "conversations"


def context(
    interview: Interview,
    person: User,
    now: datetime,
    *,
    theme: str = "",
    taken_out: Mapping[str, object] | None = None,
    let_go: Mapping[str, object] | None = None,
    asks_of: int | None = None,
    did: str = "",
    refusal: str = "",
    own: OwnQuestionForm | None = None,
    change: ChangeForm | None = None,
    research: ResearchForm | None = None,
) -> PreparePage:
    """Return the page. `theme` is the part of the bank looked at; `own`, `change`, `research`: a form with mistakes.

    `asks_of` is the student's own question whose theme was just guessed or changed.
    """
    plan = actions.plan_of(interview)
    questions = list(plan.questions.order_by("position", "pk")) if plan.pk else []
    goals = goals_of(plan.goals)
    contact, may_change = interview.contact, actions.may_change(interview, now)
    theme = theme if theme in (*Theme.values, SAVED) else ""
    kept = saved_by(interview.student) if may_change else []
    return PreparePage(
        interview=interview,
        contact=contact,
        pronouns=pronouns_of(contact.pronouns),
        now=now,
        plan=plan,
        is_open=may_change,
        is_warm=is_warm(interview, now),
        warm_at=interview.starts_at - WARM,
        questions=[(question, _form(question, goals, change)) for question in questions],
        planned=sum(question.minutes for question in questions),
        room=room(interview.minutes, questions),
        stars_left=actions.MOST_MUSTS - sum(question.is_must for question in questions),
        coverage=_by_theme(questions),
        goals=_by_goal(goals, questions),
        closing=question_bank.closing(),
        research=ResearchForm(instance=plan, initial=_typed(research) if research else None),
        errors=research,
        own=own or OwnQuestionForm(),
        checks=checklist.checks(
            interview, interview.student.zone, resume=newest(interview.student), now=now, chosen=plan.attire
        ),
        no_link=interview.format == Format.VIDEO and bool(interview.place) and not meeting_link(interview.place),
        may_hire=checklist.may_hire(contact),
        top=[question for question in questions if question.is_must],
        rest=[question for question in questions if not question.is_must],
        earlier=_earlier(interview) if may_change else [],
        sources=checklist.sources(contact),
        introduction=introducing.chosen(interview),
        aim=aim_of(interview.student.student_profile),
        resources=shelf(Topic.PREPARE, Topic.TALK),
        their_time=their_time(interview),
        recap=_recap(interview),
        is_first=not Interview.objects.filter(student=person, status=InterviewStatus.COMPLETED).exists(),
        stages=stages_of(interview, here=StageName.PREPARE, now=now),
        taken_out=taken_out if taken_out and taken_out["interview"] == interview.pk else None,
        coach=interview.student.student_profile.coach,
        sharing=sharing_of(interview, Kind.PLAN, now),
        themes=Theme.choices,
        theme=theme,
        bank=_bank(interview, questions, theme) if may_change and theme != SAVED else [],
        saved=[one for one in kept if one.text not in {question.text for question in questions}],
        is_saved={one.text for one in kept},
        let_go=let_go,
        attires=[(kind, attire.label) for kind, attire in checklist.ATTIRE.items()],
        asks_of=asks_of,
        did=did,
        refusal=refusal,
    )


def _form(question: PlannedQuestion, goals: Sequence[str], change: ChangeForm | None) -> ChangeForm:
    """Return the form of a question: the posted one with its mistakes, if it is the one that was changed."""
    if change is not None and change.instance.pk == question.pk:
        return change
    return ChangeForm(instance=question, goals=goals, prefix=f"q{question.pk}")


def _typed(posted: ResearchForm) -> dict[str, str | None]:
    return {name: posted.data.get(name) for name in posted.fields}


def room(minutes: int, questions: Sequence[PlannedQuestion]) -> str:
    """Say what the minutes still hold: room for 2 more; full; 3 minutes over."""
    over = sum(question.minutes for question in questions) - minutes
    if over > 0:
        return f"{over} minute{'s' if over > 1 else ''} over. Some questions can wait"
    fits = round(-over / A_QUESTION)
    return f"Room for {times.number(fits)} more" if fits else "Your time is full"


def _by_theme(questions: Sequence[PlannedQuestion]) -> list[Cover]:
    """Return each theme with the questions that are on it. Other people are always asked for, at the end."""
    themes = [theme for theme in Theme if theme != Theme.REFERRALS]
    return [
        Cover(theme.value, theme.label, tuple(question.position for question in questions if question.theme == theme))
        for theme in themes
    ]


def _by_goal(goals: Sequence[str], questions: Sequence[PlannedQuestion]) -> list[Cover]:
    return [
        Cover(str(number), line, tuple(question.position for question in questions if question.goal == number))
        for number, line in enumerate(goals, 1)
    ]


def _bank(interview: Interview, questions: Sequence[PlannedQuestion], theme: str) -> list[Suggested]:
    """Return the part of the bank that is looked at; of what is suggested, with the reason."""
    offered = question_bank.offered(questions)
    if theme:
        return [Suggested(question, "") for question in offered if question.theme == theme]
    profile, contact, way = interview.student.student_profile, interview.contact, interview.format
    themes = aim_of(profile).themes
    found = question_bank.suggested(
        offered, questions, relation=contact.relation, stage=profile.stage, themes=themes, way=way
    )
    first = contact.first_name
    return [Suggested(row, question_bank.reason(row, questions, first=first, way=way)) for row in found]


def _earlier(interview: Interview) -> list[QuestionPlan]:
    plans = QuestionPlan.objects.filter(interview__student=interview.student_id).exclude(interview=interview)
    with_questions = plans.annotate(count=Count("questions")).filter(count__gt=0).select_related("interview__contact")
    return list(with_questions.order_by("-interview__starts_at", "-pk")[:EARLIER])


def their_time(interview: Interview) -> str:
    """Say what the clock shows where the other lives; "" where it shows the same."""
    if not hours_between(interview.student_zone, interview.alum_zone, interview.starts_at):
        return ""
    span = times.span(interview.starts_at, interview.ends_at, interview.alum_zone)
    if times.local_date(interview.starts_at, interview.alum_zone) != times.local_date(
        interview.starts_at, interview.student.zone
    ):
        span = f"{times.weekday(interview.starts_at, interview.alum_zone)}, {span}"
    return f"{span} {times.zone_name(interview.alum_zone)}"


def _recap(interview: Interview) -> Recap | None:
    earlier = Interview.objects.filter(
        student=interview.student_id,
        contact=interview.contact_id,
        status=InterviewStatus.COMPLETED,
        starts_at__lt=interview.starts_at,
    )
    talks = list(earlier.select_related("debrief").order_by("-starts_at", "-pk")[:RECALLED])
    if not talks:
        return None
    steps = ActionStep.objects.filter(contact=interview.contact_id, done_at=None).order_by("due_on", "pk")
    return Recap([(talk, getattr(talk, "debrief", None)) for talk in talks], list(steps[:RECALLED]))
