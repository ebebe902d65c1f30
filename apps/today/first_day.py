"""A student's first day: three steps to a first conversation, and the way up to people one does not know (R86).

It decides which step is next; it changes nothing. It ends with the first request that leaves.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from apps.accounts.models import User
from apps.clock.regions import spelled
from apps.interviews.asking.courage import Rate, rate
from apps.shelf.models import Resource, Topic
from apps.shelf.shelves import shelf
from apps.students.forms import LinesForm
from apps.students.models import Introduction
from apps.students.spoken import LINES


@dataclass(frozen=True)
class FirstStep:
    """One of the three steps to a first conversation."""

    name: str
    title: str
    text: str
    action: str
    url: str
    is_done: bool


@dataclass(frozen=True)
class FirstDay:
    """What a newcomer sees until the first request has left: three steps, and the way up to people one doesn't know."""

    steps: list[FirstStep]
    next: FirstStep
    lines: LinesForm | None  # the introduction, as long as it is not written
    version: int  # of the introduction, when it was shown
    named: list[bool]  # one for each of the people to name: whether they are
    coach: User | None
    resources: list[Resource]
    rate: Rate | None  # how often people here say yes, where it is known

    @property
    def count(self) -> int:
        return sum(self.named)

    @property
    def left(self) -> int:
        """How many steps are still to do."""
        return sum(not step.is_done for step in self.steps)


NAMED = 5  # people whom somebody knows already, to begin with


def is_first_day(counts: Mapping[str, int]) -> bool:
    """Whether no request has left and nobody was talked with; `counts` as stage_counts.of_people."""
    return not (counts["written_to"] or counts["said_yes"])


def first_day(student: User, count: int, now: datetime) -> FirstDay:
    """Return what a newcomer sees who has so many people in their network."""
    mine = Introduction.objects.filter(student=student).first() or Introduction(student=student)
    profile = student.student_profile
    steps = first_steps(count, profile.coach, has_introduction=len(mine.parts) == len(LINES))
    return FirstDay(
        steps=steps,
        next=next(step for step in steps if not step.is_done),
        lines=None if steps[0].is_done else LinesForm(instance=mine, who=profile.described if profile.program else ""),
        version=mine.version,
        named=[n < count for n in range(NAMED)],
        coach=profile.coach,
        resources=shelf(Topic.FIRST),
        rate=rate(now),
    )


def first_steps(count: int, coach: User | None, *, has_introduction: bool) -> list[FirstStep]:
    """Return the three steps to a first conversation. The last of them is never done: it ends the first day."""
    reader = f", and {coach.first_name} can review it first" if coach else ""
    return [
        FirstStep(
            name="introduction",
            title="Introduce yourself in 3 lines",
            text="They start every request you write. They also help when someone says “Tell me about yourself.”",
            action="Introduce yourself",
            url=reverse("introduction"),
            is_done=has_introduction,
        ),
        FirstStep(
            name="people",
            title="Name 5 people you already know",
            text=f"A professor, a boss, a {spelled('neighbor')}, someone a year ahead of you, a friend’s parent. "
            "First names are enough.",
            action="Name 5 people",
            url=reverse("map_people"),
            is_done=count >= NAMED,
        ),
        FirstStep(
            name="ask",
            title="Ask one of them",
            text=f"20 minutes with someone who likes you. We help with the wording{reader}.",
            action="Choose who to ask",
            url=reverse("network") if count else reverse("people"),
            is_done=False,
        ),
    ]
