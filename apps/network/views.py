"""A student's network: the picture, the list, one contact, and the mapping exercise."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.access import allow
from apps.accounts.once import once
from apps.accounts.requests import Request
from apps.clock import times
from apps.network import actions, reasons
from apps.network import page as network_page
from apps.network.forms import ContactForm, LetterForm, OutcomeForm, QuickNamesForm, SentForm, StepForm, TouchForm
from apps.network.models import ActionStep, Contact, Outcome, Referral, Relation
from apps.network.page import Refill
from apps.web.answers import Refused, after, back_to, invalid, show
from apps.web.autosave import autosaved, is_script, saved, version_of

CONTACT, EDIT = "network/contact.html", "network/contact_form.html"
WRITE = "network/write.html"
RINGS = [
    (
        "Family and friends",
        [Relation.FAMILY, Relation.FRIEND],
        "Include the friend of an aunt who once mentioned her job.",
    ),
    ("Professors and staff", [Relation.PROFESSOR, Relation.COACH], "Anyone who has read something you wrote."),
    ("Places you worked or helped", [Relation.WORK], "Who trained you? Whose shift did you take?"),
    (
        "Alumni and people who were suggested",
        [Relation.ALUM, Relation.REFERRED],
        "Speakers, older teammates, the one who came to class.",
    ),
    (
        "People you only know of",
        [Relation.EVENT, Relation.LINKEDIN, Relation.WEBSITE],
        "A writer, a speaker, a name on a report you liked.",
    ),
]


@require_safe
@allow("network.own")
def network(request: Request) -> HttpResponse:
    return show(request, "network/network.html", network_page.network_page(request.user, request.GET, timezone.now()))


@require_safe
@allow("network.edit", Contact)
def contact(request: Request, contact: Contact) -> HttpResponse:
    return show(
        request, CONTACT, network_page.contact_page(contact, timezone.now(), is_leaving="remove" in request.GET)
    )


@dataclass(frozen=True)
class ContactFormPage:
    """The form of a contact; a new one has none yet. `version`: of the contact, when the form was first shown."""

    form: ContactForm
    contact: Contact | None = None
    version: int = 0


@allow("network.own")
@once
@transaction.atomic
def contact_add(request: Request) -> HttpResponse:
    if request.method == "POST":
        actions.one_at_a_time(request.user)
    form = ContactForm(request.POST or None, student=request.user, initial={"relation": request.GET.get("relation")})
    if request.method == "POST" and form.is_valid():
        saved = form.save()
        return after(request, saved, say=f"{saved.name} is on your map.")
    answer = invalid if request.method == "POST" else show
    return answer(request, EDIT, ContactFormPage(form))


@allow("network.edit", Contact)
def contact_edit(request: Request, contact: Contact) -> HttpResponseBase:
    if request.method == "POST":
        return _edit(request, contact)
    form = ContactForm(student=request.user, instance=contact)
    return show(request, EDIT, ContactFormPage(form, contact, contact.version))


def _typed(request: Request, contact: Contact) -> list[ContactForm]:
    return [ContactForm(request.POST, student=request.user, instance=contact)]


def _again(request: Request, contact: Contact, form: ContactForm) -> HttpResponse:
    """Show it with what to do about it; a newer save is still newer than what was typed."""
    return invalid(request, EDIT, ContactFormPage(form, contact, version_of(request)))


@autosaved("Two texts of one person", forms=_typed, again=_again)
def _edit(request: Request, contact: Contact, form: ContactForm) -> HttpResponse:
    fresh = actions.edit(contact, version=version_of(request), values=form.values)
    return saved(request, fresh, fresh, say="Saved.")


@require_POST
@allow("network.edit", Contact)
def contact_archive(request: Request, contact: Contact) -> HttpResponse:
    now = timezone.now()
    if network_page.ahead_of(contact, now, request.user) and not request.POST.get("sure"):
        return redirect(f"{contact.get_absolute_url()}?remove=1#remove")
    actions.archive(contact, now=now)
    return after(request, "network", say=f"{contact.name} is off your map. “People you removed” brings them back.")


@require_POST
@allow("network.edit", Contact)
@back_to()
def contact_restore(request: Request, contact: Contact) -> HttpResponse:
    actions.restore(contact)
    return after(request, contact, say=f"{contact.name} is back on your map.")


@dataclass(frozen=True)
class Ring:
    """One kind of acquaintance in the mapping exercise, with who is there already."""

    title: str
    hint: str
    relation: Relation
    people: list[Contact]


@dataclass(frozen=True)
class MapPage:
    rings: list[Ring]
    form: QuickNamesForm
    count: int


def _added(count: int) -> str:
    return f"{count} added." if count != 1 else "One person added."


def _no_person(place: str) -> str:
    return f"“{place}” looks like an organization. Add the person you know there."


@allow("network.own")
@once
def map_people(request: Request) -> HttpResponse:
    """The mapping exercise: five rings, first names are enough (R30, R31)."""
    form = QuickNamesForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        named, places = actions.people_and_places(form.cleaned_data["names"])
        added = actions.add_names(request.user, named, relation=form.cleaned_data["relation"])
        return after(request, "map_people", say=" ".join([_added(added), *map(_no_person, places)]))
    people = Contact.objects.filter(student=request.user, archived_at=None).order_by("sort_key", "pk")
    rings = [
        Ring(title, hint, kinds[0], [person for person in people if person.relation in kinds])
        for title, kinds, hint in RINGS
    ]
    answer = invalid if request.method == "POST" else show
    return answer(request, "network/map_people.html", MapPage(rings, form, len(people)))


NOON = timedelta(hours=12)


def _now_and_today(request: Request) -> tuple[datetime, date]:
    now = timezone.now()
    return now, times.local_date(now, request.user.zone)


def _contact_again(request: Request, contact: Contact, typed: Refill) -> HttpResponse:
    return invalid(request, CONTACT, network_page.contact_page(contact, timezone.now(), typed))


@require_POST
@allow("network.edit", Contact)
@once
@back_to()
def touch(request: Request, contact: Contact) -> HttpResponse:
    now, today = _now_and_today(request)
    form = TouchForm(request.POST, today=today)
    if not form.is_valid():
        return _contact_again(request, contact, Refill(touch=form))
    day = form.cleaned_data["day"] or today
    at = now if day == today else times.midnight(day, request.user.zone) + NOON
    actions.touch(contact, form.cleaned_data["kind"], at=at, note=form.cleaned_data["note"])
    return after(request, contact, say="Noted in your story with them.")


@require_POST
@allow("network.edit", Contact)
@back_to()
def cadence(request: Request, contact: Contact) -> HttpResponse:
    months = request.POST.get("months", "")
    if months not in {"0", "3", "6", "12"}:
        raise Refused("Choose how often from the list.")
    actions.set_cadence(contact, months=int(months), now=timezone.now())
    if months == "0":
        return after(request, contact, say=f"We won’t suggest notes to {contact.first_name}.")
    return after(request, contact, say="We will suggest a note when it is time. Nothing is sent without you.")


@allow("network.edit", Contact)
@once
def write(request: Request, contact: Contact) -> HttpResponseBase:
    """A letter: a first draft for a reason, a loop or a second thank-you; the student sends it and says so."""
    if request.method != "POST":
        return show(request, WRITE, network_page.write_page(contact, request.GET, request.user))
    return _later(request, contact) if is_script(request) or "later" in request.POST else _sent(request, contact)


def _letter(request: Request, contact: Contact) -> list[LetterForm]:
    return [LetterForm(request.POST)]


def _letter_again(request: Request, contact: Contact, form: LetterForm) -> HttpResponse:
    return invalid(request, WRITE, network_page.write_page(contact, request.GET, request.user, form))


@autosaved("Two texts of one letter", forms=_letter, again=_letter_again)
def _later(request: Request, contact: Contact, form: LetterForm) -> HttpResponse:
    """Keep the letter as it is; nothing is sent."""
    about = network_page.write_page(contact, request.GET, request.user).about
    body = form.values.get("body", "")
    draft = actions.keep_letter(contact, about, version=version_of(request), body=body)
    return saved(request, draft, contact, say="Saved. Nothing was sent.")


def _sent(request: Request, contact: Contact) -> HttpResponse:
    form, now = SentForm(request.POST), timezone.now()
    if not form.is_valid():
        return _letter_again(request, contact, form)
    page, body = network_page.write_page(contact, request.GET, request.user), form.values.get("body", "").strip()
    if page.loop:
        actions.close_loop(page.loop, now=now, note=body[:2000])
    elif page.outcome:
        actions.thanked_again(page.outcome, now=now, note=body[:2000])
    else:
        actions.wrote(contact, body, now=now)
    contact.letter_drafts.filter(about=page.about).delete()
    return after(request, contact, say=f"Noted. {contact.first_name} heard from you today.")


@require_POST
@allow("network.edit", Referral)
def loop_closed(request: Request, referral: Referral) -> HttpResponse:
    actions.close_loop(referral, now=timezone.now(), note=f"You told them how it went with {referral.contact.name}.")
    return after(request, referral.referrer, say="The loop is closed.")


@require_POST
@allow("network.edit", Contact)
@once
@back_to()
def step_add(request: Request, contact: Contact) -> HttpResponse:
    form = StepForm(request.POST, today=_now_and_today(request)[1])
    if not form.is_valid():
        return _contact_again(request, contact, Refill(step=form))
    step = form.save(commit=False)
    step.student, step.contact = request.user, contact
    step.save()
    return after(request, contact, say="On your list.")


@require_POST
@allow("network.edit", ActionStep)
@once
def step_done(request: Request, step: ActionStep) -> HttpResponse:
    ActionStep.objects.filter(pk=step.pk).update(done_at=None if step.done_at else timezone.now())
    return after(
        request,
        step.contact or "today",
        say="Back on your list." if step.done_at else "Done. They might like to hear of it.",
    )


@require_POST
@allow("network.edit", Contact)
@once
@back_to()
def outcome_add(request: Request, contact: Contact) -> HttpResponse:
    form = OutcomeForm(request.POST, today=_now_and_today(request)[1])
    if not form.is_valid():
        return _contact_again(request, contact, Refill(outcome=form))
    outcome = form.save(commit=False)
    outcome.student, outcome.contact = request.user, contact
    outcome.save()
    if outcome.kind in reasons.LED_TO:
        letter = f"{reverse('contact_write', args=[contact.pk])}?outcome={outcome.pk}"
        return after(request, letter, say="Kept. They would like to hear of it; here is a first draft.")
    return after(request, contact, say="Kept with this person.")


@require_POST
@allow("network.edit", Outcome)
def second_thanks(request: Request, outcome: Outcome) -> HttpResponse:
    actions.thanked_again(outcome, now=timezone.now())
    return after(request, outcome.contact, say="Good. They know that it mattered.")
