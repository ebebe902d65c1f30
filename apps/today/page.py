"""Today: what to do next, in order, and what to keep in view (R4, R70, R102).

Each table is asked once and its rows serve every part of the page. It decides what is shown; it changes nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.db.models.fetch_modes import FETCH_RAISE

from apps.accounts.models import User
from apps.database.prepared import fetch_together, prepared
from apps.interviews.lifecycle.models import Interview, InterviewRequest
from apps.interviews.lifecycle.moves import OPEN, InterviewStatus
from apps.network.models import ActionStep, Contact, Referral, Touch
from apps.network.relationship import COLD
from apps.policy.models import LONG_AGO, Policy, the_policy
from apps.students.aims import Aim, aim_of
from apps.today import agenda as agendas
from apps.today import sending as sendings
from apps.today import stage_counts
from apps.today import week as weeks
from apps.today.agenda import Said, Task
from apps.today.first_day import FirstDay, first_day, is_first_day
from apps.today.week import Act, Deed, Quarter, Week
from apps.web.answers import page as path_of


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
    unread_notices: int
    first: Task | None
    others: Sequence[Task]
    more: int
    week: Week
    quarter: Quarter
    coming: Sequence[Interview]
    cold: Sequence[Contact]
    pipeline: Mapping[str, int]
    waiting: InterviewRequest | None
    goal: Goal
    aim: Aim
    with_others: Sequence[Task]  # what somebody else sees to
    first_day: FirstDay | None  # until the first request has left


def page(student: User, now: datetime, quarter: int | None = None) -> TodayPage:
    """Return what the page shows, each table asked once, and all of them at once, with what the page around it needs.

    `quarter` is which of the small acts was asked for.
    """
    zone = student.zone
    begun = weeks.begins(now, zone)
    beside = (
        agendas.unseen(student.pk, now),
        _deeds.bind(student.pk, begun),
        _going_cold.bind(student.pk, now - COLD),
    )
    talks, requests, said, few, policies, stages = fetch_together(
        *agendas.asked(student, now, begun, *beside), the_policy.bind(), stage_counts.of_student.bind(student.pk, now)
    )
    *few, unseen, deeds, cold = few
    every = agendas.agenda(student, now, talks, requests, said, few)
    tasks = [task for task in every if not task.is_waiting]
    policy, aim = Policy.first(policies), aim_of(student.student_profile)
    sending = sendings.undoable(talks, requests, deeds, now, timedelta(minutes=policy.undo_minutes))
    week = weeks.week(_done(deeds, talks, few[agendas.STEPS], said, begun), begun, zone, sending)
    shown = weeks.shown([task.is_pressing for task in tasks], week)
    counts = stages[0] if stages else dict(stage_counts.NONE)
    return TodayPage(
        now=now,
        policy=policy,
        unread_notices=len(unseen),
        first=tasks[0] if shown else None,
        others=tasks[1:shown],
        more=len(tasks) - shown,
        week=week,
        quarter=weeks.quarter(
            [*map(_small, tasks[min(shown, 1) :]), *map(_small_note, cold), _find_someone(aim)], quarter
        ),
        coming=[talk for talk in talks if agendas.is_coming(talk, now)][:3],
        cold=cold,
        pipeline=counts,
        waiting=_waited_longest(requests, now),
        goal=_goal(counts, student, policy.term_since(zone)),
        with_others=[task for task in every if task.is_waiting],
        aim=aim,
        first_day=first_day(student, counts["on_map"], now) if is_first_day(counts) else None,
    )


def _goal(counts: Mapping[str, Any], student: User, since: datetime) -> Goal:
    """Return how far the student has come since the term began; `counts` as stage_counts.of_student."""
    began = since.timestamp()
    held, booked = (sum(second >= began for second, _ in counts.get(name, ())) for name in ("held", "booked"))
    return Goal(held, booked, student.student_profile.goal_conversations)


@prepared
def _going_cold(student: int, before: datetime) -> QuerySet[Contact]:
    """Return up to three people talked with and not heard of since `before`, the longest silence first."""
    talked = Interview.objects.filter(contact=OuterRef("pk"), status=InterviewStatus.COMPLETED)
    rows = Contact.objects.filter(Exists(talked), student=student, archived_at=None, last_touch_at__lte=before)
    step = ActionStep.objects.filter(contact=OuterRef("pk")).order_by("-done_at", "-pk")
    rows = rows.annotate(
        step=Subquery(step.filter(done_at__isnull=False, is_theirs=False).values("text")[:1]),
        named_by_name=Subquery(Referral.objects.filter(contact=OuterRef("pk")).values("referrer__name")[:1]),
    )
    rows = rows.only("name", "class_year", "last_touch_at")
    return rows.order_by("last_touch_at", "pk").fetch_mode(FETCH_RAISE)[:3]


def _waited_longest(requests: Iterable[InterviewRequest], now: datetime) -> InterviewRequest | None:
    """Return the request that has waited longest for an answer, or None. What is being sent does not wait yet."""
    waiting = [request for request in requests if request.status in OPEN and request.turn == "alum"]
    waiting = [request for request in waiting if not request.leaves_at or request.leaves_at <= now]
    return min(waiting, key=lambda request: (request.sent_at or LONG_AGO, request.pk), default=None)


# --- the week -------------------------------------------------------------------------------------------------------


DONE = "done"


def _find_someone(aim: Aim) -> Act:
    return Act(*aim.today_act, path_of("people"), 15)


def _small(task: Task) -> Act:
    return Act(task.title, task.text, task.url, task.minutes)


def _small_note(contact: Contact) -> Act:
    text = f"You haven’t been in touch for a while. Tell {contact.first_name} one thing you learned since."
    return Act(f"Write to {contact.name}", text, contact.get_absolute_url(), 7)


@prepared
def _deeds(student: int, since: datetime) -> QuerySet[Touch, Deed]:
    """Return what the student did since then with people, the earliest first."""
    rows = Touch.objects.filter(student=student, kind__in=list(weeks.DEEDS), at__gte=since)
    return rows.order_by("at", "pk").values_list("kind", "key", "contact_id", "contact__name", "at")


def _done(
    deeds: Iterable[Deed],
    talks: Iterable[Interview],
    steps: Iterable[ActionStep],
    said: Iterable[Said],
    since: datetime,
) -> dict[str, str]:
    """Return the titles of the things that were done since then; one that is known in two ways is one thing."""
    done = {}
    for kind, occasion, person, name, _ in deeds:
        done[weeks.thing_of(kind, occasion, person)] = weeks.DEEDS[Touch.Kind(kind)].format(name)
    for talk in talks:
        if talk.is_written and talk.debrief.finished_at and talk.debrief.finished_at >= since:
            done[f"write-down:{talk.pk}"] = f"Save what you learned from {talk.contact.first_name}"
    done |= {f"action-step:{step.pk}": step.text for step in steps if step.done_at}
    return done | {thing: title for thing, title, at, as_ in said if as_ == DONE and at and at >= since}
