"""What to see to before a conversation, by the way the two talk (R47, R72, R73, R82 to R84). It decides the words."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from apps.clock import regions, times
from apps.interviews.lifecycle.meeting_links import meeting_link
from apps.interviews.lifecycle.models import Interview
from apps.network.models import Contact
from apps.students.models import Resume
from apps.web.answers import page
from apps.wording.pronouns import Pronouns, pronouns_of

QUIET = timedelta(minutes=15)  # before the start: the link or the number is tried, the room is quiet (R73)
EARLY = timedelta(minutes=10)  # before the start: who comes in person is there (R72)


@dataclass(frozen=True)
class Check:
    """One line of the checklist; `key` is kept when it is ticked."""

    key: str
    text: str
    link: str = ""  # where it can be done, and what that is called
    url: str = ""


@dataclass(frozen=True)
class _Facts:
    """What the lines say of this person and this hour; `work`: where they work, or nothing."""

    first: str
    pronouns: Pronouns
    work: str
    start: str
    quiet: str
    early: str
    resume: Resume | None  # the newest version
    is_old: bool
    worn: str


def checks(
    interview: Interview,
    zone: times.Zone,
    *,
    resume: Resume | None = None,
    now: datetime | None = None,
    chosen: str = "",
) -> list[Check]:
    """Return the checklist of a conversation, in the order in which things are done; hours on the student's clock.

    `resume` is the student's newest version, to say how old it is at `now`; `chosen` a kind of place, of ATTIRE.
    """
    contact, place = interview.contact, interview.clock_of(zone or interview.student_zone)
    facts = _Facts(
        first=contact.first_name,
        pronouns=pronouns_of(contact.pronouns),
        work=contact.organization.name if contact.organization else "",
        start=times.clock(interview.starts_at, zone),
        quiet=times.clock(interview.starts_at - QUIET, zone),
        early=f"{times.clock(interview.starts_at - EARLY, place)} {times.zone_name(place)}",
        resume=resume,
        is_old=bool(resume and now and resume.is_old(now)),
        worn=attire(contact.organization.name if contact.organization else "", contact.title, chosen),
    )
    lines = [*_before(facts), *BY_FORMAT[interview.format](facts, interview.place)]
    return [Check(key, text, *_linked(key, facts, interview.place)) for key, text in lines]


def _linked(key: str, facts: _Facts, place: str) -> tuple[str, str]:
    """Return what to press beside a line: the résumé to print or to renew, the link to test."""
    if key == "print" and facts.resume and not facts.is_old:
        return "Open the PDF", facts.resume.get_absolute_url()
    if key in ("print", "resume"):
        return regions.spelled("Your résumé"), page("resume")
    if key == "test" and (url := meeting_link(place)):
        return "Open the link", url
    return "", ""


def _before(facts: _Facts) -> Iterator[tuple[str, str]]:
    their = f"what {facts.work} has published recently" if facts.work else f"a page about {facts.first}’s work"
    yield "read", f"Read {their}"
    yield "intro", "Say your introduction out loud once"


def _cv() -> str:
    return regions.spelled("résumé")


def _resume(facts: _Facts) -> tuple[str, str]:
    asks = f"in case {facts.pronouns.subject} ask{facts.pronouns.s} for it"
    if facts.is_old:
        return "resume", f"Update your {_cv()}: it’s older than 90 days, {asks}"
    if facts.resume:
        return "resume", f"Read your {_cv()} once more, {asks}"
    return "resume", f"Have your {_cv()} ready, {asks}"


@dataclass(frozen=True)
class Attire:
    """A kind of place to work: what people wear there, and by which words a name or a title tells it."""

    label: str
    worn: str
    names: str  # whole words in the name of an employer
    titles: str  # the same in what somebody is


ATTIRE = {  # the first that fits
    "care": Attire(
        "Hospital, clinic or lab",
        "neat and plain, with closed shoes",
        r"hospital|clinic|medical|health|nursing|laboratory|laboratories",
        r"nurse|doctor|physician|surgeon|pharmacist|dentist|paramedic|lab technician",
    ),
    "outdoors": Attire(
        "Outdoors, construction or a factory",
        "sturdy closed shoes, nothing delicate",
        r"farm|forest|park|construction|builder|factory|shipyard|mining",
        r"forester|ranger|farmer|builder|electrician|machinist|welder|site manager",
    ),
    "formal": Attire(
        "Bank, law firm or consulting",
        "a jacket, or the closest you own",
        r"bank|capital|law|llp|attorney|court|insurance|consulting|consultant|consultancy|senate|embassy|treasury",
        r"lawyer|attorney|judge|paralegal|banker|auditor|diplomat|investment analyst|management consultant",
    ),
    "casual": Attire(
        "Tech, design or media",
        "neat and casual, and clean jeans are fine",
        r"studio|design|media|software|game|lab|tech|digital|theat(?:er|re)",
        r"software engineer|developer|designer|animator|journalist|data scientist|illustrator",
    ),
    "public": Attire(
        "School, museum or public office",
        "neat, no jacket needed",
        r"school|university|college|museum|library|foundation|council|county|city of|department",
        r"teacher|professor|librarian|curator|social worker|city planner|archivist",
    ),
}


def kind_of_place(work: str, title: str = "") -> str:
    """Return the kind of place where somebody works, by its name, else by what they are (R82); or ""."""
    for text, words in ((work, "names"), (title, "titles")):
        for kind, attire in ATTIRE.items():
            if re.search(rf"\b(?:{getattr(attire, words)})s?\b", text, re.IGNORECASE):
                return kind
    return ""


def attire(work: str, title: str = "", chosen: str = "") -> str:
    """Return what people wear at the kind of place that the student `chose`, else as far as name and title say."""
    kind = chosen if chosen in ATTIRE else kind_of_place(work, title)
    return ATTIRE[kind].worn if kind else ""


def _dress(lead: str, facts: _Facts) -> tuple[str, str]:
    return "dress", f"{lead}: {facts.worn}" if facts.worn else lead


HIRES = re.compile(
    r"\b(?:manager|director|head|lead|chief|founder|owner|partner|president|principal|supervisor|dean|hiring|recruit\w*"
    r"|talent|human resources|HR|VP|CEO|CTO|CFO|COO)\b",
    re.IGNORECASE,
)


def may_hire(contact: Contact) -> bool:
    """Whether a title suggests that somebody decides on jobs (R84)."""
    return bool(HIRES.search(contact.title))


def _video(facts: _Facts, place: str) -> Iterator[tuple[str, str]]:
    if not place:
        yield "send_link", f"Send {facts.first} the link"
    yield _resume(facts)
    yield "room", "Find a quiet room with a plain wall"
    yield _dress(f"Dress as you would for {facts.pronouns.possessive} office", facts)
    yield "test", f"At {facts.quiet}: test the link, the camera, and the sound"


def _phone(facts: _Facts, place: str) -> Iterator[tuple[str, str]]:
    if not place:
        yield "number", f"Have {facts.pronouns.possessive} phone number ready"
    yield _resume(facts)
    yield "charge", "Charge your phone, and put paper and a pen next to it"
    yield "quiet", f"At {facts.quiet}: find a quiet place with good reception"
    yield "call", f"Call at exactly {facts.start}"


def _in_person(facts: _Facts, place: str) -> Iterator[tuple[str, str]]:
    yield "way", "Plan your route and leave extra time" if place else "Agree on a place"
    old = ". It’s older than 90 days, so update it first" if facts.is_old else ""
    yield "print", f"Print 2 copies of your {_cv()}{old}"
    yield _dress(f"Dress as people do where {facts.pronouns.subject} work{facts.pronouns.s}", facts)
    yield "paper", "Bring your questions, paper, and a pen"
    yield "there", f"Arrive at {facts.early}, 10 minutes early"


def _visit(facts: _Facts, place: str) -> Iterator[tuple[str, str]]:
    """A meeting at the workplace, where there is something to see (R17)."""
    if not place:
        yield "way", "Ask where to come, and who to ask for at the door"
    yield from (one for one in _in_person(facts, place) if place or one[0] != "way")
    yield "see", "Decide 2 things to look for: the rooms, the pace, how people talk to each other"


BY_FORMAT = {"video": _video, "phone": _phone, "in_person": _in_person, "visit": _visit}


def sources(contact: Contact) -> list[tuple[str, str]]:
    """Return where to read about somebody: (label, address). Nothing is fetched by us (R47)."""
    name, work = contact.name, contact.organization.name if contact.organization else ""
    found = []
    if contact.linkedin:
        found.append((f"{contact.first_name} on LinkedIn", contact.linkedin))
    else:
        query = urlencode({"keywords": f"{name} {work}".strip()})
        found.append(("Search LinkedIn", f"https://www.linkedin.com/search/results/people/?{query}"))
    found.append((f"Search the web for {name}", _web(f"“{name}” {work}")))
    if work:
        found.append((f"News about {work}", _web(f"{work} news")))
    if contact.title:
        found.append(("What the work is like", _web(f"{contact.title} day at work")))
    return found


def _web(words: str) -> str:
    return f"https://duckduckgo.com/?{urlencode({'q': words.strip()})}"
