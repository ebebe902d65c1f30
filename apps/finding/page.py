"""What the pages of finding people say: where to look, and the events with who was met there."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse

from apps.accounts.models import User
from apps.clock import times
from apps.finding import actions
from apps.finding.forms import EventForm, NamesForm, PlaceForm
from apps.finding.models import Event, Kind, LookingPlace
from apps.network.models import Contact, Touch
from apps.network.undo import Offer
from apps.policy.models import Policy

MOST_EVENTS = 40
PLACES: dict[Kind, tuple[str, str]] = {  # how, and the page of ours it leads to
    Kind.DIRECTORY: ("Alumni who agreed to hear from students.", "people"),
    Kind.KNOWN: ("Ask who they know. Most first conversations begin there.", "map_people"),
    Kind.PROFESSORS: ("Ask who works in the field they teach.", ""),
    Kind.OFFICE: ("We look for people and write back with names.", "ask_office"),
    Kind.EVENTS: ("Showing up counts. Stay 10 minutes after the end.", ""),
    Kind.LINKEDIN: ("Your university’s page lists alumni by employer and job.", ""),
    Kind.COFFEES: ("If your university takes part, it suggests someone to talk with.", ""),
    Kind.SOCIETIES: ("Many have student members and local chapters.", ""),
    Kind.CONFERENCES: ("Write to a speaker whose talk you liked.", ""),
    Kind.EXPERTS: ("Authors, podcast guests, people in the news.", ""),
    Kind.SOCIAL: ("People who post about their work often like questions about it.", ""),
}


@dataclass(frozen=True)
class PlaceLine:
    """A place to look. `key` is of ours, `own` one of the student's."""

    key: str
    name: str
    how: str
    url: str
    looked_on: date | None
    own: LookingPlace | None = None


@dataclass(frozen=True)
class EventLine:
    """An event. `met`: how many of the student's people; `asks`: it is over, and nobody was written down."""

    event: Event
    met: int
    is_ahead: bool
    asks: bool


@dataclass(frozen=True)
class FindingPage:
    """Where to look for people, what of it was done, and the events."""

    places: list[PlaceLine]
    looked: int
    place_form: PlaceForm
    events: list[EventLine]
    event_form: EventForm
    today: date
    undo: Offer | None
    section: str = "network"


def finding_page(
    student: User, now: datetime, *, place_form: PlaceForm | None = None, undo: Offer | None = None
) -> FindingPage:
    today = times.local_date(now, student.zone)
    places = places_of(student)
    return FindingPage(
        places=places,
        looked=sum(place.looked_on is not None for place in places),
        place_form=place_form or PlaceForm(auto_id="place_%s"),
        events=[_line(event, today) for event in events_of(student)],
        event_form=EventForm(today=today),
        today=today,
        undo=undo,
    )


def places_of(student: User) -> list[PlaceLine]:
    """Return our places in their order, then the student's own, the first added first."""
    rows = list(LookingPlace.objects.filter(student=student).order_by("pk"))
    looked = {row.kind: row.looked_on for row in rows if row.kind}
    names = {Kind.OFFICE: f"The {Policy.now().office_name}"}
    ours = [
        PlaceLine(kind.value, names.get(kind, str(kind.label)), how, reverse(url) if url else "", looked.get(kind))
        for kind, (how, url) in PLACES.items()
    ]
    return ours + [PlaceLine("", row.name, "", "", row.looked_on, row) for row in rows if not row.kind]


def events_of(student: User) -> "QuerySet[Event]":
    """Return the events, the latest first, each with how many were met there as `met`."""
    noted = Touch.objects.filter(meeting__event=OuterRef("pk"), kind=Touch.Kind.MET)
    by_event = noted.filter(contact__archived_at=None).order_by().values("meeting__event")
    counted = by_event.annotate(people=Count("contact", distinct=True)).values("people")
    rows = Event.objects.filter(student=student).annotate(met=Coalesce(Subquery(counted), 0))
    return rows.order_by("-held_on", "-pk")[:MOST_EVENTS]


def _line(event: Event, today: date) -> EventLine:
    met = getattr(event, "met", 0)
    return EventLine(event, met, event.held_on > today, event.held_on < today and event.answered_at is None)


@dataclass(frozen=True)
class EventPage:
    """One event: who was met there, and the field for more of them."""

    event: Event
    people: Iterable[Contact]
    form: NamesForm
    is_ahead: bool
    today: date
    undo: Offer | None
    section: str = "network"


def event_page(event: Event, now: datetime, *, form: NamesForm | None = None, undo: Offer | None = None) -> EventPage:
    today = times.local_date(now, event.student.zone)
    people = list(actions.met_at(event)[:200])
    return EventPage(event, people, form or NamesForm(), event.held_on > today, today, undo)
