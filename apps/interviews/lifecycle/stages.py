"""The stages of one conversation and how far it has come: the one list of their names (words.md 3), and its thread.

Every page, mail and report takes the names from here, templates by {% stage "talk" %} and {% counted "talk" %}
(tags.py). What a status is called, moves.py says, and `request_status` to the student of a request. What the next step
is, conversations/progress.py says.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import models
from django.db.models import Exists, OuterRef
from django.db.models.functions import Now
from django.urls import reverse

from apps.clock import times
from apps.interviews.lifecycle.models import Interview, InterviewQuerySet, InterviewRequest, TimeWindow
from apps.interviews.lifecycle.moves import CALLED_OFF, InterviewStatus, RequestStatus
from apps.network.models import Cadence

WARM = timedelta(hours=1)  # from then on the talk can be started


class StageName(models.TextChoices):
    """The stages in their order. Find belongs to the person, so the thread of a conversation begins with Ask."""

    FIND = "find", "Find"
    ASK = "ask", "Ask"
    SCHEDULE = "schedule", "Schedule"
    PREPARE = "prepare", "Prepare"
    TALK = "talk", "Talk"
    REFLECT = "reflect", "Reflect"
    THANK = "thank", "Thank"
    STAY_IN_TOUCH = "stay_in_touch", "Stay in touch"

    @property
    def counted(self) -> str:
        """Return what people are counted as who have come this far: on Today, by the coach, in reports."""
        return COUNTED[self]


N = StageName
COUNTED = {
    N.FIND: "In your network",
    N.ASK: "Asked",
    N.SCHEDULE: "Scheduled",
    N.TALK: "Talked",
    N.REFLECT: "Reflected",
    N.THANK: "Thanked",
    N.STAY_IN_TOUCH: "In touch",
}


@dataclass(frozen=True)
class Stage:
    """One bead: `state` is "" for done, else "now" or "next"."""

    label: str
    url: str
    state: str
    when: str
    is_here: bool


@dataclass(frozen=True)
class Bead:
    """One stage as it stands, before it is known which of them is now. `name`: None where the thread breaks off."""

    name: StageName | None
    url: str
    is_done: bool
    when: str
    label: str = ""


def with_progress(rows: InterviewQuerySet) -> InterviewQuerySet:
    """Read along with interviews what their stages and their next step depend on, in one query."""
    asked_to_move = TimeWindow.objects.filter(interview=OuterRef("pk"), offered_by="alum", ends_at__gt=Now())
    facts = {
        "asked_to_move": Exists(asked_to_move),
        "keeps_in_touch": Exists(Cadence.objects.filter(contact=OuterRef("contact"))),
    }
    return (
        rows.with_planned().select_related("contact__organization", "request", "debrief", "thank_you").annotate(**facts)
    )


def stages_of(interview: Interview, *, here: StageName, now: datetime) -> list[Stage]:
    """Return the thread for the page of the stage `here`, as things stand at `now`."""
    talk = with_progress(Interview.objects.filter(pk=interview.pk)).get()
    return thread(talk, now, interview.student.zone, here=here)


def thread(interview: Interview, now: datetime, zone: times.Zone, *, here: StageName | None = None) -> list[Stage]:
    """Return the whole way of one conversation, from Ask on. Wants `with_progress`.

    On the page of a stage (`here`) that stage is now; else the first that is open.
    """
    way = list(_way(interview, now, zone))
    return [
        Stage(
            label=bead.name.label if bead.name else bead.label,
            url=bead.url,
            state=_state(n, way, here),
            when=bead.when,
            is_here=here is not None and bead.name == here,
        )
        for n, bead in enumerate(way)
    ]


def _state(n: int, way: Sequence[Bead], here: StageName | None) -> str:
    if here:
        return "now" if way[n].name == here else "" if way[n].is_done else "next"
    first_open = next((at for at, bead in enumerate(way) if not bead.is_done), len(way))
    return "" if way[n].is_done else "now" if n == first_open else "next"


def _way(interview: Interview, now: datetime, zone: times.Zone) -> Iterator[Bead]:
    request = interview.request
    if request is not None and request.sent_at:
        yield Bead(N.ASK, request.get_absolute_url(), True, times.short_day(request.sent_at, zone))
    yield Bead(N.SCHEDULE, "", True, times.short_day(interview.created_at, zone))
    if interview.status in CALLED_OFF:
        yield Bead(None, "", True, "", label=str(InterviewStatus(interview.status).label))
        return
    over = interview.is_over(now)
    ready = over or is_warm(interview, now) or interview.questions_lacking <= 0
    yield Bead(N.PREPARE, _page("prepare", interview), ready, "" if ready else _how_many(interview))
    yield Bead(N.TALK, "" if over else _page("live", interview), over, _talk(interview, now, zone))
    yield Bead(N.REFLECT, _page("debrief", interview), interview.is_written, _reflected(interview, now, zone))
    yield Bead(N.THANK, _page("thank_you", interview), bool(interview.thanked_at), _thank_by(interview, now, zone))
    if interview.keeps_in_touch or not would_rather_not(interview):
        yield Bead(N.STAY_IN_TOUCH, interview.contact.get_absolute_url(), interview.keeps_in_touch, "")


def is_warm(interview: Interview, now: datetime) -> bool:
    """From an hour before the start until the end."""
    is_set = interview.status == InterviewStatus.SCHEDULED
    return is_set and interview.starts_at - WARM <= now < interview.ends_at


def would_rather_not(interview: Interview) -> bool:
    """Whether they said that they would rather not stay in touch. Reads the debrief."""
    debrief = getattr(interview, "debrief", None)
    return debrief is not None and debrief.may_stay_in_touch is False


def _page(name: str, interview: Interview) -> str:
    return reverse(name, args=[interview.pk])


def _how_many(interview: Interview) -> str:
    return f"{interview.planned} question{'' if interview.planned == 1 else 's'}" if interview.planned else ""


def _talk(interview: Interview, now: datetime, zone: times.Zone) -> str:
    """The day on which it was, or when it begins."""
    if interview.is_over(now):
        return times.short_date(interview.over_at, now, interview.clock_of(times.zone_of(zone)))
    return begins(interview, now, zone)


def begins(interview: Interview, now: datetime, zone: times.Zone) -> str:
    """Say when it begins; of a meeting in person on the clocks of its place, which are named."""
    place = interview.clock_of(times.zone_of(zone))
    said = times.until(interview.starts_at, now, place)
    return f"{said} {times.zone_name(place)}" if interview.is_meeting else said


def _reflected(interview: Interview, now: datetime, zone: times.Zone) -> str:
    if not interview.is_over(now):
        return "right after"
    debrief = getattr(interview, "debrief", None)
    finished_at = debrief.finished_at if debrief else None
    return times.short_date(finished_at, now, zone) if finished_at else ""


def _thank_by(interview: Interview, now: datetime, zone: times.Zone) -> str:
    if interview.thanked_at:
        return times.short_date(interview.thanked_at, now, zone)
    if interview.thanks_leave_at:
        return f"scheduled {times.until(interview.thanks_leave_at, now, zone)}"
    return f"by {times.until(interview.thank_by, now, zone)}" if interview.thank_by > now else ""


def request_status(request: InterviewRequest, now: datetime) -> str:
    """Return what the status of a request is called to its student, with the names of those it is with."""
    if request.status == RequestStatus.IN_REVIEW:
        coach = request.student.student_profile.coach
        return f"With {coach.first_name}" if coach else str(RequestStatus.IN_REVIEW.label)
    if request.status == RequestStatus.COUNTERED:
        return "Your turn" if request.waits_for_student else f"Waiting for {request.contact.first_name}"
    if request.status == RequestStatus.SENT and request.leaves_at and request.leaves_at > now:
        return "Sending soon"
    return str(RequestStatus(request.status).label)
