"""The alum's first page (R208): who waits for them, what is coming, what students took away, how often they are asked.

What students took away is only what they gave the alum themselves: a thank-you that Rapport has brought, and what a
conversation led to where the student shares it. The reflection is never read here.
"""

import re
import textwrap
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from apps.accounts.models import Role, User
from apps.alumni import limits
from apps.alumni.forms import AvailabilityForm
from apps.alumni.models import AlumniProfile, Format, Listing
from apps.clock import times, two_clocks
from apps.interviews.answering import actions
from apps.interviews.answering.page import introduction, own_zone
from apps.interviews.asking.letter import tidied
from apps.interviews.debriefing.models import ImpactNote
from apps.interviews.lifecycle.models import Channel, Interview, InterviewQuerySet, InterviewRequest
from apps.interviews.lifecycle.moves import CALLED_OFF, CLOSED
from apps.interviews.thanking.models import ThankYou
from apps.policy.models import Policy

LAST = ("-starts_at", "-pk")
MOST = 30  # of what was
TOOK_SHOWN = 3
EXCERPT = 240  # characters
THANKS = re.compile(r"(?:thank|thanks|many thanks)\b", re.IGNORECASE)
WITHIN = str.maketrans("“”", "‘’")


@dataclass(frozen=True, kw_only=True)
class Ask:
    """The request that is to be answered first, with what one needs to know to answer it."""

    asked: InterviewRequest
    introduction: str
    why: str
    zone: str
    when: str
    how: str


@dataclass(frozen=True, kw_only=True)
class Coming:
    """A conversation that is agreed, on the alum's clock and the student's."""

    interview: Interview
    zone: str  # whose clock it goes by
    for_student: str  # the same time on the student's clock; "" where it is the same
    where: str


@dataclass(frozen=True, kw_only=True)
class Took:
    """What one student wrote afterward: the beginning of the thank-you, the rest of it, what the talk led to."""

    student: User
    request_id: int | None
    starts_at: datetime
    excerpt: str
    letter: str  # all of it, where the excerpt is not all
    came_of_it: str


@dataclass(frozen=True, kw_only=True)
class AlumHomePage:
    """Everything of one alum: what waits, what is coming and what was."""

    now: datetime
    alum: AlumniProfile | None
    is_listed: bool
    first: Ask | None
    others: list[InterviewRequest]  # more that wait for the alum
    count: int  # how many wait for the alum
    with_student: list[InterviewRequest]  # replied to, and the student's turn
    coming: list[Coming]
    took: list[Took]
    took_before: list[Took]
    talked: int
    told: int  # students who said what it led to
    held: list[Interview]  # without a word afterward
    fell_through: QuerySet[Interview]
    past: QuerySet[InterviewRequest]
    availability: AvailabilityForm
    cap: int
    left: int  # places of this month
    is_paused: bool
    other_roles: list[tuple[str, str]]
    policy: Policy
    section: str = "alum_home"


def home(user: User, now: datetime, availability: AvailabilityForm | None = None) -> AlumHomePage:
    """Return the alum's own page; `availability` is a form that was refused, to stand there again."""
    requests = InterviewRequest.objects.filter(alum__user=user).select_related(
        "student__student_profile", "alum", "referral__referrer"
    )
    sent = requests.filter(leaves_at__lte=now)
    interviews = Interview.objects.filter(alum__user=user).select_related("student", "alum", "request")
    alum: AlumniProfile | None = getattr(user, "alumni_profile", None)
    policy = Policy.now()
    waiting = list(sent.open().order_by("deadline_at", "pk"))
    for_alum = [asked for asked in waiting if asked.turn != "student"]
    took, held = _after(interviews.over(now).select_related("thank_you", "impact").order_by(*LAST)[:MOST], now)
    talked, told = _counts(interviews, now)
    return AlumHomePage(
        now=now,
        alum=alum,
        is_listed=alum is not None and alum.listing == Listing.LISTED,
        first=_ask(for_alum[0], now) if for_alum else None,
        others=for_alum[1:],
        count=len(for_alum),
        with_student=[asked for asked in waiting if asked.turn == "student"],
        coming=[_coming(interview, user) for interview in interviews.coming(now).order_by("starts_at", "pk")],
        took=took[:TOOK_SHOWN],
        took_before=took[TOOK_SHOWN:],
        talked=talked,
        told=told,
        held=held,
        fell_through=interviews.filter(status__in=CALLED_OFF).order_by(*LAST)[:MOST],
        past=sent.filter(status__in=CLOSED).order_by("-sent_at", "-pk")[:MOST],
        availability=availability or AvailabilityForm(alum=alum, policy=policy, today=limits.today(now, policy)),
        cap=limits.cap(alum, policy) if alum else 0,
        left=limits.places_left(alum, now, policy) if alum else 0,
        is_paused=bool(alum and alum.pauses_on(limits.today(now, policy))),
        other_roles=[(role, Role(role).label.lower()) for role in user.roles if role != Role.ALUM],
        policy=policy,
    )


def _ask(asked: InterviewRequest, now: datetime) -> Ask:
    zone = own_zone(asked)
    slots = actions.open_slots(asked, by="student", now=now)
    formats = [str(Format(value).label) for value in Format.values if value in asked.formats]
    return Ask(
        asked=asked,
        introduction=introduction(asked),
        why=_shortened(tidied(asked.part_why)),
        zone=zone,
        when=_times(slots[0].starts_at, len(slots) - 1, zone) if slots else "",
        how=" or ".join([formats[0], *(name.lower() for name in formats[1:])]) if formats else "",
    )


def _times(first: datetime, more: int, zone: str) -> str:
    """Thursday, December 3, 3:00 pm, or 2 other times."""
    begins = f"{times.day(first, zone)}, {times.clock(first, zone)}"
    return f"{begins}, or {more} other time{'s' if more > 1 else ''}" if more else begins


def _coming(interview: Interview, user: User) -> Coming:
    zone = str(interview.clock_of(user.time_zone))
    return Coming(
        interview=interview,
        zone=zone,
        for_student="" if interview.is_meeting else _for(interview, zone),
        where=_where(interview),
    )


def _for(interview: Interview, zone: str) -> str:
    """10:00 am for Anjali."""
    span = two_clocks.theirs(interview, zone, interview.student.time_zone)
    return f"{span} for {interview.student.first_name}" if span else ""


def _where(interview: Interview) -> str:
    if interview.is_meeting:
        comes = f"{interview.student.first_name} comes to see where you work"
        return interview.place or (comes if interview.format == Format.VISIT else "You’ll agree on a place")
    if interview.place:
        return f"The {'link' if interview.format == Format.VIDEO else 'number'} is in your calendar invitation"
    name = interview.student.first_name
    if interview.format == Format.VIDEO:
        return f"{name} will send the link"
    return f"{name} will email you to ask for your number"


def _counts(interviews: InterviewQuerySet, now: datetime) -> tuple[int, int]:
    """Return how many conversations there were, and of how many the alum may read what they led to."""
    counts = interviews.over(now).aggregate(
        talked=Count("pk"), told=Count("student", distinct=True, filter=Q(impact__is_shared=True))
    )
    return counts["talked"], counts["told"]


def _after(interviews: QuerySet[Interview], now: datetime) -> tuple[list[Took], list[Interview]]:
    """Return what students wrote after these conversations, and those after which the alum has read nothing."""
    took, held = [], []
    for interview in interviews:
        words = _took(interview, now)
        if words.excerpt or words.came_of_it:
            took.append(words)
        else:
            held.append(interview)
    return took, held


def _took(interview: Interview, now: datetime) -> Took:
    letter: ThankYou | None = getattr(interview, "thank_you", None)
    note: ImpactNote | None = getattr(interview, "impact", None)
    has_left = letter and letter.sent_at and letter.channel == Channel.RAPPORT and (letter.leaves_at or now) <= now
    body = letter.body.strip() if letter and has_left else ""
    excerpt = _shortened(_heart(body))
    return Took(
        student=interview.student,
        request_id=interview.request_id,
        starts_at=interview.starts_at,
        excerpt=excerpt,
        letter=body if " ".join(body.split()).translate(WITHIN) != excerpt else "",
        came_of_it=note.body if note and note.is_shared else "",
    )


def _heart(body: str) -> str:
    """Return the first paragraph of a letter that says something: past the greeting, and the bare thanks."""
    paragraphs = [" ".join(paragraph.split()) for paragraph in body.split("\n\n")]
    said = [paragraph for paragraph in paragraphs if paragraph and not paragraph.endswith(",")]
    first = said[0] if said else " ".join(body.split())
    thanks, _, rest = first.partition(". ")
    return rest if rest and THANKS.match(thanks) else first


def _shortened(text: str) -> str:
    """Return the beginning of a text, to stand between quotation marks: those within it become single ones."""
    return textwrap.shorten(text, EXCERPT, placeholder="…").translate(WITHIN)
