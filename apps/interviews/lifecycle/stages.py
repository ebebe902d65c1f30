"""The stages of one conversation, for the thread at the head of its pages: prepare, talk, write down, thank."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from apps.alumni.models import Format
from apps.clock import times
from apps.interviews.lifecycle.models import Interview
from apps.interviews.lifecycle.moves import InterviewStatus


@dataclass(frozen=True)
class Stage:
    """One bead: `state` is "" for done, else "now" or "next"."""

    label: str
    url: str
    state: str
    when: str
    is_here: bool


def stages_of(interview: Interview, *, here: str, now: datetime) -> list[Stage]:
    """Return the four stages as they stand at `now`; `here` is the name of the page that shows them.

    Reads the interview's debrief and thank-you.
    """
    is_over, zone = interview.is_over(now), interview.student.zone
    done = {
        "prepare": is_over or interview.ends_at <= now,
        "live": is_over,
        "debrief": interview.is_written,
        "thank_you": bool(interview.thanked_at),
    }
    whens = {
        "prepare": "done" if done["prepare"] else "",
        "live": _talk(interview, now, zone),
        "debrief": "done" if done["debrief"] else "",
        "thank_you": "done" if done["thank_you"] else f"by {times.until(interview.thank_by, now, zone)}",
    }
    return [
        Stage(
            label,
            reverse(page, args=[interview.pk]),
            "now" if page == here else "" if done[page] else "next",
            "now" if page == here and page != "thank_you" and not done[page] else whens[page],
            page == here,
        )
        for page, label in PAGES.items()
    ]


PAGES = {"prepare": "Prepare", "live": "Talk", "debrief": "Write down", "thank_you": "Thank"}


def _talk(interview: Interview, now: datetime, zone: times.Zone) -> str:
    """How long it was, or when it is."""
    if interview.talked_until and interview.started_at:
        return times.duration(interview.talked_until - interview.started_at)
    if interview.status == InterviewStatus.COMPLETED:
        return f"{interview.minutes} minutes"
    return begins(interview, now, zone)


def begins(interview: Interview, now: datetime, zone: times.Zone) -> str:
    """Say when it begins; of a meeting in person on the clocks of its place, which are named."""
    place = interview.clock_of(times.zone_of(zone))
    said = times.until(interview.starts_at, now, place)
    return f"{said} {times.zone_name(place)}" if interview.format == Format.IN_PERSON else said
