"""The office's first page (R243): what needs a person today, how far the term's requests got, how they are spread.

Every count that leads somewhere is the one that stands there too. Figures about people are shown as small_groups.py
allows. “This term” is Policy.term_since: what a student's goal and a coach's caseload count from.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.core.cache import caches
from django.db import connection
from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When
from django.db.models.fetch_modes import FETCH_RAISE
from django.urls import reverse

from apps.accounts.models import User
from apps.alumni.models import AlumniImport, AlumniProfile
from apps.clock import times
from apps.database.prepared import fetch_together, prepared
from apps.interviews.lifecycle.models import InterviewRequest
from apps.interviews.lifecycle.moves import InterviewStatus
from apps.interviews.lifecycle.stages import StageName
from apps.mail import alerts
from apps.mail.models import OutboundMessage, State
from apps.moderation.models import Report
from apps.office import by_cohort, small_groups
from apps.office import people as office_people
from apps.office.small_groups import FEWEST, Level, Step
from apps.policy.models import Policy
from apps.tickets.models import Ticket
from apps.web import charts
from apps.web.charts import Funnel, Part, Rows

A_DAY = timedelta(hours=24)
KEPT_S = 60
TO_REVIEW = (AlumniImport.State.CHECKED, AlumniImport.State.UNREADABLE, AlumniImport.State.FAILED)
REACHED = (  # the steps of a request, in their order
    str(StageName.ASK.counted),
    "Replied",
    str(StageName.TALK.counted),
    str(StageName.THANK.counted),
    str(StageName.STAY_IN_TOUCH.counted),
)
ASKED, REPLIED, TALKED, THANKED, IN_TOUCH = range(len(REACHED))


@dataclass(frozen=True)
class Task:
    """One thing that needs a person, with where it is done."""

    icon: str
    colour: str
    kind: str
    title: str
    text: str
    url: str
    action: str
    by: str = ""


@dataclass(frozen=True)
class Line:
    """One row of the table beside a picture."""

    name: str
    count: str
    share: str = ""


@dataclass(frozen=True)
class Figure:
    """One picture with its finding, and the same figures as a table; `chart` is None where too few stand behind it."""

    finding: str
    about: str
    says: str  # the picture in a sentence, for who does not see it
    lines: list[Line]


@dataclass(frozen=True)
class FunnelFigure(Figure):
    chart: Funnel


@dataclass(frozen=True)
class LoadFigure(Figure):
    chart: Rows


@dataclass(frozen=True)
class Mail:
    """The mails that were written in the last 24 hours."""

    sent: int
    waiting: int
    undelivered: int


@dataclass(frozen=True)
class OverviewPage:
    """The office's first page."""

    now: datetime
    tasks: list[Task]
    first: Task | None
    others: list[Task]
    steps: list[tuple[str, str, str]]  # of a new installation: what, why, where
    mail: Mail
    funnel: FunnelFigure | None
    load: LoadFigure | None
    cohorts: list[by_cohort.Line]
    period: str
    week: int | None
    policy: Policy
    section: str = "office"


def page(now: datetime) -> OverviewPage:
    policy = Policy.now()
    since = policy.term_since(policy.time_zone)
    reports, imports, tickets, coachless, coaches, states, begun = fetch_together(
        _reports.bind(),
        _imports.bind(),
        _tickets.bind(),
        _coachless.bind(),
        office_people.any_coach.bind(),
        _mails.bind(now - A_DAY),
        office_people.begun.bind(),
    )
    steps = office_people.steps_left(policy, begun, has_coach=bool(coaches))
    requests, reached_by, often, cohorts = _figures(since)
    tasks = [
        *_of_reports(_first(reports)),
        *_of_mail(now),
        *_of_imports(imports),
        *_of_tickets(_first(tickets)),
        *([] if steps else _of_term(policy, now)),
    ]
    tasks += _of_students(_first(coachless)) if coaches else []
    return OverviewPage(
        now=now,
        tasks=tasks,
        first=tasks[0] if tasks and not steps else None,
        others=tasks if steps else tasks[1:],
        steps=steps,
        mail=_mail(dict(states)),
        funnel=_funnel_figure(requests, reached_by, policy),
        load=_load_figure(often, policy),
        cohorts=cohorts,
        period=policy.term_in_words,
        week=policy.term_week(now),
        policy=policy,
    )


type Figures = tuple[int, list[Step], list[int], list[by_cohort.Line]]


def _figures(since: datetime) -> Figures:
    """Return how many requests there were, how far they got, how often alumni were asked, and how far each cohort's
    got: up to a minute old."""
    near, key = caches["near"], f"overview:{since.isoformat()}"
    kept: Figures | None = near.get(key)
    if kept is None:
        ended, everyone, cohorts = fetch_together(_ended.bind(since), _listed.bind(), by_cohort.ended.bind(since))
        counts, students = reached(ended)
        often = asked_so_often(since, _first(everyone))
        kept = counts[ASKED], small_groups.steps(counts, students), often, by_cohort.lines(cohorts)
        near.set(key, kept, KEPT_S)
    return kept


def _first(counts: list[int]) -> int:
    return counts[0] if counts else 0


# --- what needs a person ----------------------------------------------------------------------------------------------


@prepared
def _reports() -> QuerySet[Report, int]:
    return _count_of(Report.objects.open())


def _of_reports(count: int) -> list[Task]:
    """What people told the office about each other: before anything else."""
    if not count:
        return []
    title = f"{_counted(count, 'report')} {'needs' if count == 1 else 'need'} an answer"
    text = "Someone told you about a problem with another person."
    return [Task("flag", "brick", "Report", title, text, reverse("office_reports"), "Review")]


def _of_mail(now: datetime) -> list[Task]:
    health, outbox = alerts.health(now), reverse("office_outbox")
    tasks = []
    if health.channel_error:
        tasks.append(_mail_task("Rapport can’t send email", "The mail server refuses everything.", outbox, "See why"))
    elif health.is_late:
        text = f"The oldest has been waiting for {health.waits}."
        tasks.append(_mail_task("Emails are waiting too long", text, outbox, "See which"))
    if health.human:
        verb = "needs" if health.human == 1 else "need"
        title = f"{_counted(health.human, 'email')} {verb} your decision"
        text = "Rapport has stopped trying. Send again, or close."
        tasks.append(_mail_task(title, text, f"{outbox}?state=human", "Review"))
    return tasks


def _mail_task(title: str, text: str, url: str, action: str) -> Task:
    return Task("exclamation-triangle", "brick", "Email", title, text, url, action)


@prepared
def _imports() -> QuerySet[AlumniImport]:
    rows = AlumniImport.objects.filter(state__in=TO_REVIEW).only("file_name", "state")
    return rows.order_by("-created_at", "-pk").fetch_mode(FETCH_RAISE)


def _of_imports(found: list[AlumniImport]) -> list[Task]:
    if not found:
        return []
    title, url = f"{len(found)} imports are waiting for you", reverse("office_import")
    text = "Finish or discard each. Nothing of them is saved yet."
    if len(found) == 1:
        [imported] = found
        title, url = _IMPORTS[AlumniImport.State(imported.state)], reverse("office_import_one", args=[imported.pk])
        text = f"{imported.file_name}. Nothing is saved yet."
    return [Task("arrow-repeat", "", "Import", title, text, url, "Review import")]


_IMPORTS = {
    AlumniImport.State.CHECKED: "An import is ready to review",
    AlumniImport.State.UNREADABLE: "A file couldn’t be read",
    AlumniImport.State.FAILED: "An import failed",
}


@prepared
def _tickets() -> QuerySet[Ticket, int]:
    return _count_of(Ticket.objects.untaken())


def _of_tickets(count: int) -> list[Task]:
    """What students ask the office for, while nobody has taken it."""
    if not count:
        return []
    title = f"{_counted(count, 'help request')} {'needs' if count == 1 else 'need'} someone to answer"
    url = f"{reverse('help_requests')}?group=untaken"
    return [
        Task(
            "question-circle",
            "",
            "Help requests",
            title,
            "No one has taken it yet." if count == 1 else "No one has taken them yet.",
            url,
            "Review",
        )
    ]


def _of_term(policy: Policy, now: datetime) -> list[Task]:
    """Goals and figures count from the first day of the term: it must be one that holds."""
    url = reverse("office_policy")
    if policy.term_starts_on is None:
        text = "Students’ goals and the figures on this page count from its first day."
        return [Task("calendar-event", "", "Settings", "Set the dates of the term", text, url, "Open settings")]
    if policy.is_term_over(now) and policy.term_ends_on:
        title = f"The {policy.term_name or 'term'} ended on {times.short_date(policy.term_ends_on, now)}"
        text = "Set the next one. Until then, goals and figures still count from the old one."
        return [Task("calendar-event", "", "Settings", title, text, url, "Open settings")]
    return []


@prepared
def _coachless() -> QuerySet[User, int]:
    return _count_of(office_people.found("", office_people.UNCOACHED))


def _count_of[Rows: QuerySet[Any]](rows: Rows) -> QuerySet[Any, int]:
    """Count rows in a query that can be prepared: its one row is the count."""
    return rows.order_by().values_list(Value(1)).annotate(count=Count("pk")).values_list("count", flat=True)


def _of_students(count: int) -> list[Task]:
    """Students without a coach, where there are coaches to give them."""
    if not count:
        return []
    title = f"{_counted(count, 'student')} {'has' if count == 1 else 'have'} no coach"
    text = "No one reviews their drafts or sees when they need help."
    url = f"{reverse('office_people')}?role={office_people.UNCOACHED}"
    return [Task("person-plus", "", "Students", title, text, url, "Assign coaches")]


@prepared
def _mails(since: datetime) -> "QuerySet[OutboundMessage, tuple[str, int]]":
    states = OutboundMessage.objects.filter(created_at__gt=since).order_by().values_list("state")
    return states.annotate(count=Count("pk"))


def _mail(counts: dict[str, int]) -> Mail:
    def of(*states: str) -> int:
        return sum(counts.get(state, 0) for state in states)

    return Mail(
        sent=of(State.SENT),
        waiting=of(State.PENDING, State.LEASED, State.SENDING),
        undelivered=of(State.FAILED, State.RETURNED, State.UNCERTAIN),
    )


# --- how far requests got ---------------------------------------------------------------------------------------------


type Ended = tuple[int, int, list[int]]  # the last step, how many requests ended there, whose they are


@prepared
def _ended(since: datetime) -> "QuerySet[InterviewRequest, Ended]":
    talked = Q(interview__status=InterviewStatus.COMPLETED)
    thanked = talked & Q(interview__thank_you__sent_at__isnull=False)
    replied = Q(answered_at__isnull=False) | Q(interview__isnull=False)
    last = Case(
        When(thanked & Q(contact__cadence__isnull=False), then=Value(IN_TOUCH)),
        When(thanked, then=Value(THANKED)),
        When(talked, then=Value(TALKED)),
        When(replied, then=Value(REPLIED)),
        default=Value(ASKED),
        output_field=IntegerField(),
    )
    requests = InterviewRequest.objects.filter(sent_at__gte=since).annotate(last=last).order_by().values_list("last")
    return requests.annotate(count=Count("pk"), students=ArrayAgg("student", distinct=True))


def reached(ended: list[Ended]) -> tuple[list[int], list[set[int]]]:
    """Return how many requests came to each step, and the students of those that ended at each."""
    counts, students = [0] * len(REACHED), [set[int]() for _ in REACHED]
    for last, count, people in ended:
        counts[last], students[last] = count, set(people)
    return [sum(counts[step:]) for step in range(len(REACHED))], students


def _funnel_figure(asked: int, steps: list[Step], policy: Policy) -> FunnelFigure | None:
    if steps[ASKED].number is None:
        return None
    lines = [
        Line(name, _says(step), _share(steps, number))
        for number, (name, step) in enumerate(zip(REACHED, steps, strict=True))
    ]
    parts = [
        Part(line.name, line.count, _height(steps, number), line.share, steps[number].number is not None)
        for number, line in enumerate(lines)
    ]
    told = ", ".join(f"{line.name.lower()}: {line.count.lower()}" for line in lines[1:])
    return FunnelFigure(
        finding=_finding(steps),
        about=f"{_counted(asked, 'request')} {policy.term_in_words}, and how far each one got",
        says=f"Of {_counted(asked, 'request')}, {told}.",
        lines=lines,
        chart=charts.funnel(parts),
    )


def _says(step: Step) -> str:
    if step.shown == "few":
        return f"Fewer than {FEWEST}"
    return "Nearly all" if step.shown == "nearly all" else f"{step.count:,}"


def _share(steps: list[Step], number: int) -> str:
    """Return the share of the step before, where both are shown."""
    before, here = (steps[number - 1].number if number else None), steps[number].number
    return _percent(here, before) if before and here is not None else ""


def _height(steps: list[Step], number: int) -> float:
    """Return the height of a bar: of one without a number, that of the last number or nearly none."""
    step, whole = steps[number], steps[ASKED].count
    if step.shown == "few":
        return 0
    known = next(step.count for step in reversed(steps[: number + 1]) if step.number is not None)
    return known / whole


def _finding(steps: list[Step]) -> str:
    talked, thanked = steps[TALKED], steps[THANKED]
    if talked.number and thanked.number is not None:
        return f"Once they talk, {_portion(thanked.number, talked.number)}"
    if thanked.shown == "nearly all":
        return "Once they talk, nearly all say thanks"
    return "How far requests got"


def _portion(part: int, whole: int) -> str:
    if part == whole:
        return "everyone says thanks"
    share = _percent(part, whole)  # as the picture and the table say it
    return {"100%": "nearly all say thanks", "0%": "few say thanks"}.get(share, f"{share} say thanks")


def _percent(part: int, whole: int) -> str:
    return f"{part / whole:.0%}"


# --- how requests are spread ------------------------------------------------------------------------------------------


@prepared
def _listed() -> QuerySet[AlumniProfile, int]:
    return _count_of(AlumniProfile.objects.listed())


def asked_so_often(since: datetime, everyone: int) -> list[int]:
    """Return how many of `everyone` in the directory got no request in the term, one, two, and so on."""
    with connection.cursor() as cursor:
        cursor.execute(_OFTEN, [since])
        often = dict(cursor.fetchall())
    most = max(often, default=0)
    return [max(everyone - sum(often.values()), 0), *(often.get(count, 0) for count in range(1, most + 1))]


_OFTEN = """
    SELECT often, count(*) FROM (
        SELECT count(*) AS often FROM interviews_interviewrequest request
        JOIN alumni_alumniprofile alum ON alum.id = request.alum_id
        WHERE request.sent_at >= %s AND alum.listing = 'listed' GROUP BY request.alum_id
    ) AS each_alum GROUP BY often
"""


def _load_figure(counts: list[int], policy: Policy) -> LoadFigure | None:
    levels = small_groups.levels(counts)
    if len(levels) < 2:  # one group says nothing about how they are spread
        return None
    everyone = sum(counts)
    lines = [Line(_often(level), f"{level.count:,}") for level in levels]
    tallest = max(level.count for level in levels)
    parts = [
        Part(line.name, line.count, level.count / tallest, is_marked=level is levels[-1])
        for line, level in zip(lines, levels, strict=True)
    ]
    told = ", ".join(f"{line.name.lower()}: {line.count}" for line in lines)
    return LoadFigure(
        finding=_spread(levels, policy.term_in_words),
        about=f"{_counted(everyone, 'alum', 'alumni')} in the directory, by requests received {policy.term_in_words}",
        says=f"Alumni by requests received. {told[0].upper()}{told[1:]}.",
        lines=lines,
        chart=charts.rows(parts),
    )


def _often(level: Level) -> str:
    first = str(level.first) if level.first else "None"
    if level.last is None:
        return f"{first} or more"
    if level.last == level.first:
        return first
    return f"{first} or {level.last}" if level.last == level.first + 1 else f"{first} to {level.last}"


def _spread(levels: list[Level], period: str) -> str:
    top = levels[-1]
    if top.first > 1:
        times_asked = f"{top.first} or more times" if top.last is None else f"{_often(top)} times"
        return f"{top.count:,} alumni were asked {times_asked} {period}"
    return "Most alumni haven’t been asked" if levels[0].count > top.count else "Most alumni have been asked"


def _counted(number: int, noun: str, plural: str = "") -> str:
    return f"{number:,} {noun if number == 1 else plural or f'{noun}s'}"
