"""What to see to before a conversation, by the way the two talk (R47, R72, R73, R82 to R84). It decides the words."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode

from apps.clock import regions, times
from apps.interviews.lifecycle.models import Interview
from apps.network.models import Contact
from apps.wording.pronouns import Pronouns, pronouns_of

QUIET = timedelta(minutes=15)  # before the start: the link or the number is tried, the room is quiet (R73)
EARLY = timedelta(minutes=10)  # before the start: who comes in person is there (R72)


@dataclass(frozen=True)
class Check:
    """One line of the checklist; `key` is kept when it is ticked."""

    key: str
    text: str


@dataclass(frozen=True)
class _Facts:
    """What the lines say of this person and this hour; `work`: where they work, or nothing."""

    first: str
    pronouns: Pronouns
    work: str
    start: str
    quiet: str
    early: str


def checks(interview: Interview, zone: times.Zone) -> list[Check]:
    """Return the checklist of a conversation, in the order in which things are done; hours on the student's clock."""
    contact, place = interview.contact, interview.clock_of(zone or interview.student_zone)
    facts = _Facts(
        first=contact.first_name,
        pronouns=pronouns_of(contact.pronouns),
        work=contact.organization.name if contact.organization else "",
        start=times.clock(interview.starts_at, zone),
        quiet=times.clock(interview.starts_at - QUIET, zone),
        early=f"{times.clock(interview.starts_at - EARLY, place)} {times.zone_name(place)}",
    )
    lines = [*_before(facts), *BY_FORMAT[interview.format](facts, interview.place)]
    return [Check(key, text) for key, text in lines]


def _before(facts: _Facts) -> Iterator[tuple[str, str]]:
    their = f"what {facts.work} has published recently" if facts.work else f"a page about {facts.first}’s work"
    yield "read", f"Read {their}"
    yield "intro", "Say your introduction out loud once"


def _resume(facts: _Facts) -> tuple[str, str]:
    return (
        "resume",
        f"Update your {regions.spelled('résumé')}, in case {facts.pronouns.subject} ask{facts.pronouns.s} for it",
    )


def _video(facts: _Facts, place: str) -> Iterator[tuple[str, str]]:
    if not place:
        yield "send_link", f"Send {facts.first} the link"
    yield _resume(facts)
    yield "room", "Find a quiet room with a plain wall"
    yield "dress", f"Dress as you would for {facts.pronouns.possessive} office"
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
    yield "print", f"Print 2 copies of your {regions.spelled('résumé')}"
    yield "dress", f"Dress as people do where {facts.pronouns.subject} work{facts.pronouns.s}"
    yield "paper", "Bring your questions, paper, and a pen"
    yield "there", f"Arrive at {facts.early}, 10 minutes early"


BY_FORMAT = {"video": _video, "phone": _phone, "in_person": _in_person}


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
