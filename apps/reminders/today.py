"""Today: what to do next, in order, and what to keep in view (R4, R70, R102).

The order is the method's: the thank-you clock first, then what somebody else waits for, then what comes next. Each
table is asked once and its rows serve every part of the page. It decides what is shown and why; it changes nothing.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.urls import reverse

from apps.accounts import times
from apps.interviews.lifecycle import OPEN, InterviewStatus, RequestStatus
from apps.interviews.models import Interview, InterviewRequest, ReviewComment
from apps.network.models import ActionStep, Cadence, Contact, Referral
from apps.network.standing import COLD
from apps.prepared import prepared, together

SHOWN = 4  # networking overwhelms (R4): never more than four at once
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
TOO_LATE = timedelta(days=21)  # then a first thank-you is not the next thing to do any more; the contact page offers it
HELD = [InterviewStatus.SCHEDULED, InterviewStatus.COMPLETED]


@dataclass(frozen=True)
class Task:
    """One thing to do, with the reason in a line. `interview` is set where the 48-hour clock runs."""

    rank: tuple
    title: str
    text: str
    url: str
    action: str = ""
    interview: Interview | None = None
    hours: int = 0  # since they talked


def page(student, policy, now):
    """Return what the page shows, each table asked once."""
    since = times.midnight(policy.term_starts_on, student.zone) if policy.term_starts_on else LONG_AGO
    *rows, stages, cold = together(
        *_for_agenda(student, now),
        _stages_of.asked(student.pk, since, now),
        _going_cold.asked(student.pk, now - COLD),
    )
    talks, asked, *_ = rows
    tasks = agenda(student, now, *rows)
    counts = stages[0] if stages else dict.fromkeys([*_stages(Q()), "held", "booked"], 0)
    return {
        "first": tasks[0] if tasks else None,
        "others": tasks[1:SHOWN],
        "more": max(0, len(tasks) - SHOWN),
        "coming": [talk for talk in talks if _is_coming(talk, now)][:3],
        "cold": cold,
        "pipeline": counts,
        "waiting": _waited_longest(asked),
        "goal": _goal(counts, student.student_profile.goal_conversations),
    }


@prepared
def _talks(student, since):
    """Return the conversations that end after `since`, those to come among them, the earliest first."""
    rows = Interview.objects.filter(student=student, status__in=HELD, ends_at__gt=since)
    return (
        rows.select_related("contact__organization", "debrief", "thank_you").with_planned().order_by("starts_at", "pk")
    )


@prepared
def _asked(student):
    """Return the requests that are begun or not answered, the latest first."""
    comments = ReviewComment.objects.filter(review__request=OuterRef("pk"), is_done=False)
    rows = InterviewRequest.objects.filter(student=student, status__in=[RequestStatus.DRAFT, *OPEN])
    return rows.select_related("contact").annotate(has_comments=Exists(comments)).order_by("-updated_at", "pk")


def _is_coming(talk, now):
    return talk.status == InterviewStatus.SCHEDULED and talk.ends_at > now


def _for_agenda(student, now):
    today = now.astimezone(student.zone).date()
    return (
        _talks.asked(student.pk, now - TOO_LATE),
        _asked.asked(student.pk),
        _introduced.asked(student.pk),
        _touches.asked(student.pk, today),
        _steps.asked(student.pk, today),
    )


def agenda(student, now, talks, asked, introduced, touches, steps):
    """Return everything the student could do next, the most pressing first."""
    found = [_after_talk(row, student, now) for row in talks if _is_unfinished(row, now)]
    found += [_plan_task(row, student, now) for row in talks if _is_thin(row, now)]
    found += [
        _answer_task(row, now) for row in asked if row.status == RequestStatus.COUNTERED and row.turn == "student"
    ]
    found += [_draft_task(row, student, now) for row in asked if row.status == RequestStatus.DRAFT]
    found += [_loop(row) for row in introduced]
    found += [_touch_task(row, student) for row in touches]
    found += [_step_task(row, student) for row in steps]
    return sorted(found, key=lambda task: task.rank)


def without_notice(student, now, notices):
    """Return what Today shows or would, were there room, and none of `notices` speaks of: the list shows it as well."""
    told = {notice.url for notice in notices}
    tasks = agenda(student, now, *together(*_for_agenda(student, now)))
    return [task for task in tasks if task.url not in told]


def _is_unfinished(talk, now):
    """Whether they have talked, or should have, and it is not written down or not thanked for."""
    return talk.is_over(now) and not (talk.thanked_at and talk.is_written)


def _is_thin(talk, now):
    """Whether a conversation of the next week has too few questions."""
    is_soon = _is_coming(talk, now) and talk.starts_at <= now + timedelta(days=7)
    return is_soon and talk.questions_lacking > 0


def _after_talk(row, student, now):
    debrief = getattr(row, "debrief", None)
    when = times.day_name(row.over_at, now, student.zone)
    if row.thanked_at:
        text = f"You talked {when} and thanked them. Write it down while you still hear it."
        return Task(
            (2, row.over_at), f"Write down what {row.contact.first_name} said", text, reverse("debrief", args=[row.pk])
        )
    if row.status == InterviewStatus.SCHEDULED:
        return _did_you_talk(row, when, now)
    wrote = f"You wrote down: “{debrief.quote}” Start there." if debrief and debrief.quote else ""
    text = f"You talked {when}. {wrote or 'Two or three sentences are enough; name one thing you will remember.'}"
    url = reverse("thank_you", args=[row.pk])
    hours = times.minutes(row.over_at, now) // 60
    late = row.thank_by <= now
    return Task((0, late, row.thank_by), f"Thank {row.contact.name}", text, url, "Write the note", row, hours)


def _did_you_talk(row, when, now):
    """The time has passed and nobody has said whether it took place; the clock may be running."""
    text = f"You were to talk {when}. If you did, write down one sentence while you still hear it."
    hours = times.minutes(row.over_at, now) // 60
    rank = (0, row.thank_by <= now, row.thank_by)
    url = reverse("debrief", args=[row.pk])
    return Task(rank, f"Did you talk with {row.contact.name}?", text, url, "Say how it went", row, hours)


def _answer_task(row, now):
    """They offered other times, or asked something, and wait."""
    return Task(
        (1, row.answered_at),
        f"Answer {row.contact.name}" if row.has_question else f"Pick a time with {row.contact.name}",
        f"{row.contact.first_name} answered {times.ago(row.answered_at, now)} "
        f"with {'a question' if row.has_question else 'other times'}.",
        reverse("request", args=[row.pk]),
        "Read the question" if row.has_question else "Look at the times",
    )


def _plan_task(row, student, now):
    missing = row.questions_lacking
    what = f"Choose {times.number(missing)} more question{'s' if missing > 1 else ''} for"
    title = f"{what} {row.contact.name}" if row.planned else f"Prepare for {row.contact.name}"
    enough = times.number(row.enough_questions)
    plenty = f"You have {times.number(row.planned)}; {enough}" if row.planned else enough.capitalize()
    text = (
        f"You talk {times.day_name(row.starts_at, now, student.zone)} at {times.clock(row.starts_at, student.zone)}. "
        f"{plenty} would fill your {row.minutes} minutes comfortably."
    )
    return Task((2, row.starts_at), title, text, reverse("prepare", args=[row.pk]), "Choose questions")


def _draft_task(row, student, now):
    if row.has_comments:
        coach = student.student_profile.coach
        text = f"{coach.first_name if coach else 'Your coach'} left a comment on your draft."
    else:
        text = f"You began it {times.ago(row.updated_at, now)}. It is saved as you left it."
    rank = (3 if row.has_comments else 4, row.updated_at)
    return Task(
        rank, f"Finish your request to {row.contact.name}", text, reverse("request", args=[row.pk]), "Finish it"
    )


@prepared
def _introduced(student):
    """Return the introductions that led to a conversation, while nobody has told the person who made them."""
    rows = Referral.objects.filter(student=student).open_loops()
    return rows.select_related("referrer", "contact").order_by("talked_at", "pk")


def _loop(row):
    return Task(
        (5, row.talked_at),
        f"Tell {row.referrer.name} how it went",
        f"They introduced you to {row.contact.name}. People like to hear what became of their introductions.",
        f"{reverse('contact_write', args=[row.referrer_id])}?loop={row.pk}",
        "Write two sentences",
    )


@prepared
def _touches(student, today):
    rows = Cadence.objects.filter(student=student, due_on__lte=today, contact__archived_at=None)
    return rows.select_related("contact").order_by("due_on", "pk")


def _touch_task(row, student):
    return Task(
        (6, times.midnight(row.due_on, student.zone)),
        f"Write to {row.contact.name}",
        "You wanted to stay in touch. Tell them one thing that happened because you talked.",
        reverse("contact", args=[row.contact_id]),
        "Find a reason",
    )


@prepared
def _steps(student, today):
    rows = ActionStep.objects.filter(student=student, done_at=None, due_on__lte=today)
    return rows.select_related("contact").order_by("due_on", "pk")


def _step_task(row, student):
    return Task(
        (7, times.midnight(row.due_on, student.zone)),
        row.text,
        f"You said so to {row.contact.name}." if row.contact else "You set yourself this step.",
        reverse("contact", args=[row.contact_id]) if row.contact_id else reverse("network"),
        "Look at it",
    )


@prepared
def _going_cold(student, before):
    """Return up to three people talked with and not heard of since `before`, the longest silence first."""
    talked = Interview.objects.filter(contact=OuterRef("pk"), status=InterviewStatus.COMPLETED)
    rows = Contact.objects.filter(Exists(talked), student=student, archived_at=None, last_touch_at__lte=before)
    step = ActionStep.objects.filter(contact=OuterRef("pk")).order_by("-done_at", "-pk")
    rows = rows.annotate(
        step=Subquery(step.filter(done_at__isnull=False).values("text")[:1]),
        named_by_name=Subquery(Referral.objects.filter(contact=OuterRef("pk")).values("referrer__name")[:1]),
    )
    return rows.order_by("last_touch_at", "pk")[:3]


def stages(people):
    """Return how many of these people stand at each stage of the method; those who were removed do not count."""
    return people.filter(archived_at=None).aggregate(**_stages(Q()))


def _stages(here):
    return {
        "on_map": Count("pk", distinct=True, filter=here),
        "asked": Count("pk", distinct=True, filter=here & Q(requests__sent_at__isnull=False)),
        "said_yes": Count("pk", distinct=True, filter=here & Q(interviews__status__in=HELD)),
        "talked": Count("pk", distinct=True, filter=here & Q(interviews__status=InterviewStatus.COMPLETED)),
        "thanked": Count("pk", distinct=True, filter=here & Q(interviews__thank_you__sent_at__isnull=False)),
        "kept": Count("pk", distinct=True, filter=here & Q(cadence__isnull=False)),
    }


@prepared
def _stages_of(student, since, now):
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


def _waited_longest(asked):
    """Return the request that has waited longest for an answer, or None."""
    waiting = [row for row in asked if row.status in OPEN and row.turn == "alum"]
    return min(waiting, key=lambda row: (row.sent_at, row.pk), default=None)


def _goal(counts, wanted):
    """Return what the beads show: conversations held, booked and still to go this term."""
    beads = ["is-done"] * counts["held"] + ["is-booked"] * counts["booked"]
    beads += [""] * (wanted - len(beads))
    return {"held": counts["held"], "booked": counts["booked"], "wanted": wanted, "beads": beads}
