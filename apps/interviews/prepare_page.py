"""What Prepare shows: the plan against the agreed minutes, the bank, what was found out, what to see to (R75 to R86).

It reads and arranges; a page that is only looked at writes nothing. The page of a talk that is over shows the plan as
it was carried into it.
"""

from dataclasses import dataclass
from datetime import timedelta

from apps.accounts import times
from apps.interviews import bank, logistics
from apps.interviews.actions import preparing
from apps.interviews.forms_prepare import ChangeForm, OwnQuestionForm, ResearchForm, goals_of
from apps.interviews.lifecycle import InterviewStatus
from apps.interviews.models import A_QUESTION, Interview, Theme
from apps.interviews.said_of import words_for
from apps.interviews.stages import stages_of
from apps.interviews.wall_clock import hours_between
from apps.network.models import ActionStep
from apps.students.models import Introduction

WARM = timedelta(hours=1)  # from then on the talk can be started
RECALLED = 3


@dataclass(frozen=True)
class Cover:
    """How well a plan covers one theme, or one goal: the places of the questions that do."""

    key: str
    label: str
    places: tuple

    @property
    def where(self):
        """Question 2; questions 1, 2 and 5."""
        numbers = [str(place) for place in self.places]
        if len(numbers) < 2:
            return f"question {''.join(numbers)}"
        return f"questions {', '.join(numbers[:-1])} and {numbers[-1]}"


def context(interview, person, now, *, theme="", taken_out=None, **more):
    """Return what the page shows. `theme` is the part of the bank looked at; `more` holds a form with mistakes."""
    plan = preparing.plan_of(interview)
    questions = list(plan.questions.order_by("position", "pk")) if plan.pk else []
    goals = goals_of(plan.goals)
    contact = interview.contact
    return {
        "interview": interview,
        "contact": contact,
        "said": words_for(contact.pronouns),
        "now": now,
        "plan": plan,
        "is_open": preparing.may_change(interview, now),
        "is_warm": is_warm(interview, now),
        "warm_at": interview.starts_at - WARM,
        "questions": [(row, ChangeForm(instance=row, goals=goals, prefix=f"q{row.pk}")) for row in questions],
        "planned": sum(row.minutes for row in questions),
        "room": room(interview.minutes, questions),
        "stars_left": preparing.MOST_MUSTS - sum(row.is_must for row in questions),
        "coverage": _by_theme(questions),
        "goals": _by_goal(goals, questions),
        "closing": bank.closing(),
        "research": ResearchForm(instance=plan),
        "own": OwnQuestionForm(),
        "checks": logistics.checks(interview, interview.student.zone),
        "sources": logistics.sources(contact),
        "introduction": Introduction.objects.filter(student=person).first(),
        "their_time": their_time(interview),
        "recap": _recap(interview),
        "is_first": not Interview.objects.filter(student=person, status=InterviewStatus.COMPLETED).exists(),
        "stages": stages_of(interview, here="prepare", now=now),
        "taken_out": taken_out if taken_out and taken_out["interview"] == interview.pk else None,
        "coach": interview.student.student_profile.coach,
        "section": "conversations",
        **_bank(interview, questions, theme),
        **more,
    }


def is_warm(interview, now):
    """From an hour before the start until the end."""
    is_set = interview.status == InterviewStatus.SCHEDULED
    return is_set and interview.starts_at - WARM <= now < interview.ends_at


def room(minutes, questions):
    """Say what the minutes still hold: room for two more; just right; three minutes too many."""
    over = sum(row.minutes for row in questions) - minutes
    if over > 0:
        return f"{times.number(over).capitalize()} minute{'s' if over > 1 else ''} too many: the rest may wait"
    fits = round(-over / A_QUESTION)
    return f"Room for {times.number(fits)} more" if fits else "That fills it"


def _by_theme(questions):
    """Return each theme with the questions that are on it. Other people are always asked for, at the end."""
    themes = [theme for theme in Theme if theme != Theme.REFERRALS]
    return [Cover(theme.value, theme.label, _places(questions, "theme", theme.value)) for theme in themes]


def _by_goal(goals, questions):
    return [Cover(str(number), line, _places(questions, "goal", number)) for number, line in enumerate(goals, 1)]


def _places(questions, name, value):
    return tuple(row.position for row in questions if getattr(row, name) == value)


def _bank(interview, questions, theme):
    """Return the part of the bank that is looked at, and its tabs."""
    rows = bank.offered(questions)
    chosen = theme if theme in Theme.values else ""
    if chosen:
        shown = [row for row in rows if row.theme == chosen]
    else:
        stage = interview.student.student_profile.stage
        shown = bank.suggested(rows, questions, relation=interview.contact.relation, stage=stage)
    return {"themes": Theme.choices, "theme": chosen, "bank": shown}


def their_time(interview):
    """Say what the clock shows where the other lives; "" where it shows the same."""
    if not hours_between(interview.student_zone, interview.alum_zone, interview.starts_at):
        return ""
    span = times.span(interview.starts_at, interview.ends_at, interview.alum_zone)
    if times.local_date(interview.starts_at, interview.alum_zone) != times.local_date(
        interview.starts_at, interview.student.zone
    ):
        span = f"{times.weekday(interview.starts_at, interview.alum_zone)}, {span}"
    return f"{span}, {times.zone_name(interview.alum_zone)}"


def _recap(interview):
    """Return what was said in earlier talks with the same person, and what is still promised."""
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
    return {"talks": [(row, getattr(row, "debrief", None)) for row in talks], "steps": list(steps[:RECALLED])}
