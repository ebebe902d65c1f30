"""The mapping exercise: whom one knows already, prompt by prompt or ring by ring, in ten minutes or fifteen (R30, R31).

Every name is kept as it is added, so whoever leaves has lost nothing. When the time ends is kept in the session: it is
of this sitting, and nobody else’s business.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone

from apps.accounts.access import allow
from apps.accounts.once import once
from apps.accounts.requests import Request
from apps.alumni.models import AlumniProfile
from apps.clock import regions
from apps.clock.regions import spelled_lazily
from apps.network import actions, adding, overview, twins, undo
from apps.network.adding import Added
from apps.network.circles import CIRCLES, OF_RELATION, Circle
from apps.network.forms import MOST_TYPED, QuickNamesForm
from apps.network.models import Contact, Relation
from apps.network.pasted import Named
from apps.web.answers import after, invalid, show
from apps.web.gate import whole_number

HINTS: dict[str, str] = {  # by the key of a circle
    Relation.FRIEND: "Include the friend of an aunt who once mentioned her job.",
    Relation.PROFESSOR: "Anyone who has read something you wrote.",
    Relation.WORK: "Who trained you? Whose shift did you take?",
    Relation.ALUM: "Speakers, older teammates, the one who came to class.",
    Relation.EVENT: "A writer, a speaker, a name on a report you liked.",
}
PROMPTS = [  # exactly those of R31, in its order
    (spelled_lazily("Your advisor"), Relation.PROFESSOR, "Who helps you choose courses? Who did it before them?"),
    ("Faculty", Relation.PROFESSOR, "Whose class did you like? Who has read something you wrote?"),
    ("Lab mates", Relation.WORK, "Who shared a bench, a project or a shift with you? Where are they now?"),
    ("Peers", Relation.FRIEND, "Think of classmates, teammates and clubs. Who graduated last year?"),
    ("Mentors", Relation.PROFESSOR, "Who gave you advice that you still use?"),
    ("Friends", Relation.FRIEND, "Think of friends from home, too. What work do their parents do?"),
    ("Family", Relation.FAMILY, "Think of aunts, cousins and people next door. Whose job do you know little about?"),
]
MINUTES = (10, 15)
ENDS_AT, TAKES, TYPED = "map_ends_at", "map_minutes", "map_typed"
IN_A_RING = 24
MOST_THERE = 10


@dataclass(frozen=True)
class Ring:
    """One circle of the exercise, with the newest of those who are there already."""

    circle: Circle
    hint: str
    people: list[Contact]
    count: int

    @property
    def relation(self) -> Relation:
        """How somebody is known who is typed here."""
        return self.circle.relations[0]

    @property
    def rest(self) -> int:
        return self.count - len(self.people)


@dataclass(frozen=True)
class Prompt:
    """One card of the deck: whom to think of now."""

    number: int  # from 1
    title: str
    relation: Relation
    hint: str

    @property
    def circle(self) -> Circle:
        """Where a name goes that is typed here."""
        return OF_RELATION[self.relation]

    @property
    def next(self) -> int:
        return self.number + 1

    @property
    def before(self) -> int:
        return self.number - 1


@dataclass(frozen=True)
class Timer:
    """The ten or fifteen minutes that somebody set themselves."""

    minutes: int
    ends_at: datetime
    is_over: bool


@dataclass(frozen=True)
class There:
    """Somebody who was typed and is on the map already; `typed` is what would add them as another person."""

    person: Contact
    typed: str
    is_certain: bool  # the same address: there is no other person to add
    has_other: bool  # address than was typed


@dataclass(frozen=True)
class MapPage:
    """The exercise as it stands."""

    rings: list[Ring]
    prompt: Prompt | None  # None when the deck is through
    prompts: int
    timer: Timer | None
    choices: tuple[int, ...]  # of minutes
    form: QuickNamesForm
    most: int  # characters
    count: int
    undo: undo.Offer | None
    there: list[There]
    alike: list[tuple[Contact, AlumniProfile]]  # who may be somebody of the directory
    here: str  # the ring where one is; "" in the deck
    is_in_deck: bool
    section: str = "network"


@allow("network.own")
@once
def map_people(request: Request) -> HttpResponse:
    """Add names to a prompt or a ring; or set the time."""
    if request.method == "POST" and "minutes" in request.POST:
        return _timed(request)
    form = QuickNamesForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _mapped(request, form)
    answer = invalid if request.method == "POST" else show
    return answer(request, "network/map_people.html", _map_page(request, form))


def _timed(request: Request) -> HttpResponse:
    """Start the time, or stop it where no length is said."""
    minutes = whole_number(request.POST.get("minutes", ""))
    request.session.pop(ENDS_AT, None)
    if minutes in MINUTES:
        ends_at = timezone.now() + timedelta(minutes=minutes)
        request.session[ENDS_AT], request.session[TAKES] = ends_at.isoformat(), minutes
    return after(request, f"{reverse('map_people')}?prompt={_number(request)}")


def _timer(request: Request) -> Timer | None:
    ends_at = request.session.get(ENDS_AT)
    if not ends_at:
        return None
    moment = datetime.fromisoformat(ends_at)
    return Timer(request.session.get(TAKES, MINUTES[0]), moment, moment <= timezone.now())


def _added(added: Added, relation: Relation) -> str:
    """Say who was added, and in which circle they are found; and whose address was."""
    said = f"Added {undo.listed(added.people)}. Circle: {OF_RELATION[relation].label}." if added.people else ""
    return " ".join(filter(None, [said, filled(added)])) or "No one was added."


def filled(added: Added) -> str:
    """Say of who was there already that their address was saved; "" of nobody."""
    there = [person for person in added.filled if person in added.there]
    return f"Saved the address of {undo.listed(there)}." if there else ""


def no_person(place: str) -> str:
    return f"“{place}” looks like an {regions.spelled('organization')}. Add the person you know there."


def _mapped(request: Request, form: QuickNamesForm) -> HttpResponse:
    """Put them on the map, and lead back to the same field with what came of it."""
    relation = form.cleaned_data["relation"]
    named, places = adding.people_and_places(form.cleaned_data["names"])
    added = adding.add_names(request.user, named, relation=relation, anyway=form.cleaned_data["anyway"])
    request.session[TYPED] = {str(pk): typed for pk, typed in added.typed.items() if typed[1:] != ("", "")}
    asks = [("there", person.pk) for person in added.there if person not in added.filled][:MOST_THERE]
    asks += [("alike", person.pk) for person, _ in _in_directory(added)][:MOST_THERE]
    at = [("prompt", _number(request))] if "prompt" in request.POST else []
    back = f"{reverse('map_people')}?{urlencode([*at, ('ring', relation), *asks])}"
    words = " ".join([_added(added, relation), *map(no_person, places)])
    if added.people or added.filled:
        return after(request, undo.offer_names(request, added, words=words, back=back))
    return after(request, back, say=words if places or not added.there else "")


def _in_directory(added: Added) -> list[tuple[Contact, AlumniProfile]]:
    """Return who came with an address that somebody of the directory has."""
    return actions.entries_of_addresses({*added.people, *added.filled})


def _asked(request: Request, name: str) -> list[int]:
    """Return the keys of people whom the address names."""
    return [pk for one in request.GET.getlist(name)[:MOST_THERE] for pk in [whole_number(one)] if pk is not None]


def _there(request: Request, people: QuerySet[Contact]) -> list[There]:
    keys = _asked(request, "there")
    typed = request.session.get(TYPED, {})
    found = people.filter(pk__in=keys).select_related("organization").order_by("sort_key", "pk") if keys else ()
    return [_was_there(person, Named(*typed.get(str(person.pk), (person.name,)))) for person in found]


def _was_there(person: Contact, named: Named) -> There:
    typed = " ".join([named.name, *(f"<{said}>" for said in named[1:] if said)])
    sign = twins.sign(twins.key(named.name, email=named.email, linkedin=named.linkedin), person.twin_key)
    is_certain = bool(sign and sign.is_certain)
    return There(person, typed, is_certain, len(typed) > len(named.name) and not is_certain)


def _alike(request: Request, people: QuerySet[Contact]) -> list[tuple[Contact, AlumniProfile]]:
    """Return who of those just added has the address of somebody in the directory."""
    keys = _asked(request, "alike")
    return actions.entries_of_addresses(people.filter(pk__in=keys).order_by("pk")) if keys else []


def _number(request: Request) -> int:
    """Return which prompt one is at; past the last, the deck is through."""
    asked = whole_number((request.POST if request.method == "POST" else request.GET).get("prompt", "1"))
    return min(max(asked or 1, 1), len(PROMPTS) + 1)


def _prompt(number: int) -> Prompt | None:
    if number > len(PROMPTS):
        return None
    title, relation, hint = PROMPTS[number - 1]
    return Prompt(number, regions.spelled(title), relation, hint)


def _map_page(request: Request, form: QuickNamesForm) -> MapPage:
    people = Contact.objects.filter(student=request.user, archived_at=None)
    counts = overview.counts_of(people)
    return MapPage(
        rings=[
            Ring(
                circle,
                HINTS[circle.key],
                list(people.filter(relation__in=circle.relations).order_by("-pk")[:IN_A_RING]),
                sum(counts.get(kind, 0) for kind in circle.relations),
            )
            for circle in CIRCLES
        ],
        prompt=_prompt(_number(request)),
        prompts=len(PROMPTS),
        timer=_timer(request),
        choices=MINUTES,
        form=form,
        most=MOST_TYPED,
        count=sum(counts.values()),
        undo=undo.offered(request),
        there=_there(request, people),
        alike=_alike(request, people),
        here=form.data.get("relation", "") or request.GET.get("ring", ""),
        is_in_deck="prompt" in (request.POST if request.method == "POST" else request.GET),
    )
