"""What stands in the story with one person: changed, taken out, put back; who suggested them; who is one person."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from apps.accounts.access import allow
from apps.accounts.once import once
from apps.accounts.requests import Request
from apps.alumni.models import AlumniProfile
from apps.clock import times
from apps.network import actions, tagging, undo
from apps.network import page as network_page
from apps.network.forms import OutcomeForm, StepForm, SuggestionForm, TouchForm
from apps.network.forms_contact import CloseForm, InPlaceForm, TagForm
from apps.network.models import ActionStep, Contact, Outcome, Referral, Touch
from apps.network.page import Refill
from apps.web.answers import Refused, after, back_to, done, invalid, made, show
from apps.web.autosave import autosaved, saved, version_of
from apps.web.edits import edits, overtaken
from apps.web.gate import whole_number

CONTACT, ENTRY = "network/contact.html", "network/entry.html"
NOON = timedelta(hours=12)
type EntryForm = TouchForm | StepForm | OutcomeForm | SuggestionForm


@dataclass(frozen=True)
class EntryPage:
    """One entry of the story, to be changed or taken out. A new one has no `remove`."""

    title: str
    contact: Contact | None
    form: EntryForm
    remove: str  # the address that takes it out, or nothing
    back: str


def now_and_today(request: Request) -> tuple[datetime, date]:
    now = timezone.now()
    return now, times.local_date(now, request.user.zone)


def moment(request: Request, day: date | None) -> datetime:
    """Return when something happened of which the day was typed: now for today, else noon of that day."""
    now, today = now_and_today(request)
    return now if day in (None, today) else times.midnight(day, request.user.zone) + NOON


def _edited(request: Request, page: EntryPage, save: Callable[[], object], say: str) -> HttpResponse:
    """Show the entry, or save it and lead back; what cannot be taken stands there again, with what to do about it."""
    if request.method != "POST":
        return show(request, ENTRY, page)
    if page.form.is_valid() and (both := overtaken(request, "Two versions of one entry", page.form)):
        return both
    if page.form.is_valid() and done(page.form, save):
        return after(request, page.back, say=say)
    return invalid(request, ENTRY, page)


def _taken_out(request: Request, entry: undo.Entry, contact: Contact, words: str) -> HttpResponse:
    goal = undo.offer_entry(request, entry, words=f"Deleted: {words}.", back=contact.get_absolute_url())
    entry.delete()
    return after(request, goal)


# --- what happened ----------------------------------------------------------------------------------------------------


@allow("network.edit", Touch)
@once
@edits
def touch_edit(request: Request, touch: Touch) -> HttpResponse:
    """Change what was noted by hand; of what Rapport noted itself only the words are the student’s."""
    form = TouchForm(request.POST or None, today=now_and_today(request)[1], instance=touch, zone=request.user.zone)

    def save() -> None:
        was = Touch.objects.get(pk=touch.pk).at
        row = form.save(commit=False)
        day = form.cleaned_data.get("day")
        if touch.key is None and day != times.local_date(was, request.user.zone):
            row.at = moment(request, day)
        row.save()
        actions.recount(touch.contact, was=was)

    remove = "" if touch.key else reverse("touch_remove", args=[touch.pk])
    page = EntryPage("Change what happened", touch.contact, form, remove, touch.contact.get_absolute_url())
    return _edited(request, page, save, "Saved.")


@require_POST
@allow("network.edit", Touch)
@back_to(lambda touch: touch.contact)
def touch_remove(request: Request, touch: Touch) -> HttpResponse:
    if touch.key:
        raise Refused("This is part of a conversation, so you can’t delete it here.")
    contact, was = touch.contact, touch.at
    answer = _taken_out(request, touch, contact, f"{touch.get_kind_display()}, {times.long_day(was)}")
    actions.recount(contact, was=was)
    return answer


# --- next steps -------------------------------------------------------------------------------------------------------


@allow("network.edit", ActionStep)
@once
@edits
def step_edit(request: Request, step: ActionStep) -> HttpResponse:
    form = StepForm(request.POST or None, today=now_and_today(request)[1], instance=step)
    remove = reverse("step_remove", args=[step.pk])
    page = EntryPage("Change your next step", step.contact, form, remove, _page_of(step))
    return _edited(request, page, form.save, "Saved.")


@require_POST
@allow("network.edit", ActionStep)
def step_remove(request: Request, step: ActionStep) -> HttpResponse:
    goal = undo.offer_entry(request, step, words=f"Deleted: {step.text.rstrip('. ')}.", back=_page_of(step))
    step.delete()
    return after(request, goal)


def _page_of(step: ActionStep) -> str:
    return step.contact.get_absolute_url() if step.contact else reverse("network")


# --- results ----------------------------------------------------------------------------------------------------------


@allow("network.edit", Outcome)
@once
@edits
def outcome_edit(request: Request, outcome: Outcome) -> HttpResponse:
    form = OutcomeForm(request.POST or None, today=now_and_today(request)[1], instance=outcome)
    remove = reverse("outcome_remove", args=[outcome.pk])
    page = EntryPage("Change the result", outcome.contact, form, remove, outcome.contact.get_absolute_url())
    return _edited(request, page, form.save, "Saved.")


@require_POST
@allow("network.edit", Outcome)
def outcome_remove(request: Request, outcome: Outcome) -> HttpResponse:
    return _taken_out(request, outcome, outcome.contact, outcome.get_kind_display().lower())


# --- who suggested them -----------------------------------------------------------------------------------------------


@allow("network.edit", Contact)
@once
@edits
def contact_suggested(request: Request, contact: Contact) -> HttpResponse:
    """Say who suggested somebody, and whether their name may be used (R98, R99)."""
    form = SuggestionForm(request.POST or None, student=request.user, contact=contact)

    def save() -> Referral:
        return actions.suggested(contact, **form.suggestion, now=timezone.now())

    page = EntryPage(f"Who suggested {contact.first_name}?", contact, form, "", contact.get_absolute_url())
    return _edited(request, page, save, "Saved.")


@allow("network.edit", Referral)
@once
@edits
def referral_edit(request: Request, referral: Referral) -> HttpResponse:
    contact = referral.contact
    form = SuggestionForm(request.POST or None, student=request.user, contact=contact, referral=referral)

    def save() -> Referral:
        return actions.suggested(contact, **form.suggestion, now=timezone.now(), was=referral)

    remove = reverse("referral_remove", args=[referral.pk])
    page = EntryPage(f"Who suggested {contact.first_name}?", contact, form, remove, contact.get_absolute_url())
    return _edited(request, page, save, "Saved.")


@require_POST
@allow("network.edit", Referral)
def referral_remove(request: Request, referral: Referral) -> HttpResponse:
    return _taken_out(
        request, referral, referral.contact, f"{referral.referrer.name} suggested {referral.contact.first_name}"
    )


# --- details, in their place -----------------------------------------------------------------------------------------


def _in_place(request: Request, contact: Contact) -> list[InPlaceForm]:
    return [InPlaceForm(request.POST, student=request.user, instance=contact)]


def _in_place_again(request: Request, contact: Contact, form: InPlaceForm) -> HttpResponse:
    return invalid(request, CONTACT, network_page.contact_page(contact, timezone.now(), Refill(in_place=form)))


@require_POST
@allow("network.edit", Contact)
@autosaved("Two versions of one person", forms=_in_place, again=_in_place_again)
def contact_field(request: Request, contact: Contact, form: InPlaceForm) -> HttpResponse:
    """Change a detail where it stands."""
    fresh = actions.edit(contact, version=version_of(request), values=form.values)
    return saved(request, fresh, fresh, say="Saved.")


@require_POST
@allow("network.edit", Contact)
@edits
def contact_close(request: Request, contact: Contact) -> HttpResponse:
    """How close the student is to somebody, and where the two stand, as the student sees it."""
    form = CloseForm(request.POST, instance=contact)
    if form.is_valid() and (both := overtaken(request, "Two versions of how close you are", form)):
        return both
    if not form.is_valid():
        return invalid(request, CONTACT, network_page.contact_page(contact, timezone.now(), Refill(close=form)))
    Contact.objects.filter(pk=contact.pk).update(**form.cleaned_data)
    return after(request, contact, say="Saved. Only you see this.")


@require_POST
@allow("network.edit", Contact)
@back_to()
def contact_tags(request: Request, contact: Contact) -> HttpResponse:
    """Put a tag on somebody, or take one off, which can be undone."""
    here = reverse("contact_tags", args=[contact.pk])
    taken_off = contact.tags.filter(pk=whole_number(request.POST.get("remove")) or 0).first()
    if taken_off:
        tagging.take_off(contact, taken_off)
        undo_it = f"{here}?{urlencode({'tag': taken_off.name})}"
        return after(request, contact, say=f"Removed the tag {taken_off.name}.", undo=undo_it)
    form = TagForm(request.GET if "undo" in request.POST else request.POST)
    tag = (
        made(form, lambda: tagging.put_on(contact, form.cleaned_data["tag"]), field="tag") if form.is_valid() else None
    )
    if tag is None:
        return invalid(request, CONTACT, network_page.contact_page(contact, timezone.now(), Refill(tag=form)))
    return after(request, contact, say=f"Added the tag {tag.name}.")


# --- one person -------------------------------------------------------------------------------------------------------


@require_POST
@allow("network.edit", Contact)
@once
@back_to()
def contact_same(request: Request, contact: Contact) -> HttpResponse:
    """The student says whether somebody added by hand is an alum of the directory."""
    number = whole_number(request.POST.get("alum")) or 0
    alum = AlumniProfile.objects.visible_to(request.user).filter(pk=number).first()
    if alum is None:
        raise Refused("This person is no longer in the directory.")
    if "no" in request.POST:
        actions.is_not_alum(contact, alum)
        return after(request, contact, say=f"Saved. {contact.name} and {alum.called} are two different people.")
    actions.is_alum(contact, alum)
    return after(request, contact, say=f"{contact.name} and {alum.called} are now one person in your network.")
