"""Where to look for people, what of it was done, and the events with who was met there."""

from dataclasses import dataclass

from django.http import HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from apps.accounts.access import allow
from apps.accounts.once import once
from apps.accounts.requests import Request
from apps.finding import actions, page
from apps.finding.forms import EventForm, NamesForm, PlaceForm
from apps.finding.models import Event, Kind, LookingPlace
from apps.network import adding, undo
from apps.network.views_map import filled, no_person
from apps.network.views_story import now_and_today
from apps.web.answers import Refused, after, back_to, done, invalid, show
from apps.web.edits import edits, overtaken

FINDING, EVENT, FORM = "finding/finding.html", "finding/event.html", "finding/event_form.html"


@allow("network.own")
@once
def finding(request: Request) -> HttpResponse:
    """Show where to look; or add a place of one's own."""
    form = PlaceForm(request.POST or None, auto_id="place_%s")
    if request.method == "POST" and form.is_valid():
        name = form.cleaned_data["name"]
        if done(form, lambda: actions.add_place(request.user, name)):
            return after(request, f"{reverse('finding')}#own", say=f"Added {name}.")
    answer = invalid if request.method == "POST" else show
    found = page.finding_page(request.user, timezone.now(), place_form=form, undo=undo.offered(request))
    return answer(request, FINDING, found)


@require_POST
@allow("network.own")
@back_to("finding")
def finding_tick(request: Request) -> HttpResponse:
    """Say that one looked in one of our places, or did not."""
    key = request.POST.get("key", "")
    if key not in Kind.values:
        raise Refused("Choose a place from the list.")
    today = now_and_today(request)[1]
    actions.tick(request.user, key, today if request.POST.get("on") == "1" else None)
    return after(request, f"{reverse('finding')}#{key}")


def _to_finding(row: LookingPlace) -> str:
    return reverse("finding")


@require_POST
@allow("network.edit", LookingPlace)
@back_to(_to_finding)
def place_tick(request: Request, place: LookingPlace) -> HttpResponse:
    place.looked_on = now_and_today(request)[1] if request.POST.get("on") == "1" else None
    place.save(update_fields=["looked_on"])
    return after(request, f"{reverse('finding')}#own")


@require_POST
@allow("network.edit", LookingPlace)
@back_to(_to_finding)
def place_remove(request: Request, place: LookingPlace) -> HttpResponse:
    if place.kind:
        raise Refused("You can only delete places you added.")
    goal = undo.offer_entry(request, place, words=f"Deleted: {place.name}.", back=reverse("finding"))
    place.delete()
    return after(request, goal)


# --- events -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class EventFormPage:
    """The form of an event; a new one has none yet."""

    form: EventForm
    event: Event | None = None
    section: str = "network"


@allow("network.own")
@once
def event_add(request: Request) -> HttpResponse:
    today = now_and_today(request)[1]
    form = EventForm(request.POST or None, today=today)
    if request.method == "POST" and form.is_valid():
        event = form.save(commit=False)
        event.student = request.user
        event.save()
        say = f"Saved. The next morning we’ll ask who you met at {event.name}."
        return after(request, event.get_absolute_url(), say=say if event.held_on >= today else "")
    return (invalid if request.method == "POST" else show)(request, FORM, EventFormPage(form))


@allow("network.edit", Event)
@once
def event(request: Request, event: Event) -> HttpResponse:
    """Show one event; or put those who were met there on the map."""
    now, form = timezone.now(), NamesForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _met(request, event, form)
    found = page.event_page(event, now, form=form, undo=undo.offered(request))
    return (invalid if request.method == "POST" else show)(request, EVENT, found)


def _met(request: Request, event: Event, form: NamesForm) -> HttpResponse:
    named, places = adding.people_and_places(form.cleaned_data["names"])
    added = actions.meet(event, named, now=timezone.now())
    words = [f"Added {undo.listed(added.people)}."] if added.people else []
    if added.there:
        words.append(
            f"{undo.listed(added.there)} {'was' if len(added.there) == 1 else 'were'} in your network already."
        )
    words += filter(None, [filled(added)])
    said, back = " ".join([*words, *map(no_person, places)]), event.get_absolute_url()
    if added.people or added.filled:
        return after(request, undo.offer_names(request, added, words=said, back=back))
    return after(request, back, say=said)


@require_POST
@allow("network.edit", Event)
@back_to(lambda event: event)
def event_no_one(request: Request, event: Event) -> HttpResponse:
    """Say that there was nobody new, so that it is asked no more; or ask again."""
    if "undo" in request.POST:
        actions.answered(event, now=None)
        return after(request, event.get_absolute_url())
    actions.answered(event, now=timezone.now())
    return after(request, "finding", say="That’s fine. Showing up counts.", undo=request.path)


@allow("network.edit", Event)
@once
@edits
def event_edit(request: Request, event: Event) -> HttpResponseBase:
    was = event.name
    form = EventForm(request.POST or None, today=now_and_today(request)[1], instance=event)
    found = EventFormPage(form, event)
    if request.method != "POST":
        return show(request, FORM, found)
    if form.is_valid() and (both := overtaken(request, "Two versions of one event", form)):
        return both
    if form.is_valid():
        actions.change(form.save(commit=False), was=was)
        return after(request, event.get_absolute_url(), say="Saved.")
    return invalid(request, FORM, found)


@require_POST
@allow("network.edit", Event)
@back_to(lambda event: event)
def event_remove(request: Request, event: Event) -> HttpResponse:
    """Delete an event; who was met there stays."""
    goal = undo.offer_entry(request, event, words=f"Deleted: {event.name}.", back=reverse("finding"))
    event.delete()
    return after(request, goal)
