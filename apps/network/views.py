"""A student's network: the picture, the list, one contact, and the mapping exercise."""

from dataclasses import dataclass

from django.db import transaction
from django.http import HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.access import allow
from apps.accounts.once import once
from apps.accounts.requests import Request
from apps.network import actions, former_work, reasons, undo
from apps.network import page as network_page
from apps.network.contact_rows import days_talked
from apps.network.forms import (
    ContactForm,
    LetterForm,
    OutcomeForm,
    SentForm,
    StepForm,
    SuggestionForm,
    TouchForm,
)
from apps.network.models import ActionStep, Contact, News, Outcome, Referral, Touch
from apps.network.page import Refill
from apps.network.views_story import moment, now_and_today
from apps.web.answers import Refused, after, back_to, invalid, refused, show
from apps.web.autosave import autosaved, is_script, saved, version_of

CONTACT, EDIT = "network/contact.html", "network/contact_form.html"
WRITE = "network/write.html"


@require_safe
@allow("network.edit", Contact)
def contact(request: Request, contact: Contact) -> HttpResponse:
    contact.student = request.user  # nobody else has this door
    return show(
        request,
        CONTACT,
        network_page.contact_page(contact, timezone.now(), query=request.GET, undo=undo.offered(request)),
    )


@dataclass(frozen=True)
class ContactFormPage:
    """The form of a contact; a new one has none yet. `version`: of the contact, when the form was first shown."""

    form: ContactForm
    contact: Contact | None = None
    version: int = 0
    suggestion: SuggestionForm | None = None


@allow("network.own")
@once
def contact_add(request: Request) -> HttpResponse:
    data, here = request.POST or None, request.user
    form = ContactForm(data, student=here, initial={"relation": request.GET.get("relation")})
    suggestion = SuggestionForm(data if data and "name_permission" in data else None, student=here)
    if request.method != "POST":
        return show(request, EDIT, ContactFormPage(form, suggestion=suggestion))
    contact = _put_on_map(request, form, suggestion)
    if contact is None:
        return invalid(request, EDIT, ContactFormPage(form, suggestion=suggestion))
    return after(request, _with_entry(contact), say=f"{contact.name} is in your network.")


def _put_on_map(request: Request, form: ContactForm, suggestion: SuggestionForm) -> Contact | None:
    """Make the contact that was typed, and say who suggested them; None where a form says why not.

    The student's other presses wait meanwhile, for two of them may be of one person. Of a refusal they do not wait
    until its page is drawn, which takes longer than all else: the lock goes with what is rolled back.
    """
    with transaction.atomic():
        actions.one_at_a_time(request.user)
        if not form.is_valid() or (suggestion.is_bound and not suggestion.is_valid()):
            transaction.set_rollback(True)
            return None
        contact = form.save()
        if suggestion.is_bound and suggestion.says_who:
            actions.suggested(contact, **suggestion.suggestion, now=timezone.now())
        return contact


def _with_entry(contact: Contact) -> str:
    """Return the page of a contact; it asks whether they are the alum who has their mail or profile, if one has."""
    found = actions.entries_of_addresses([contact])
    return f"{contact.get_absolute_url()}?entry={found[0][1].pk}" if found else contact.get_absolute_url()


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


@autosaved("Two versions of one person", forms=_typed, again=_again)
def _edit(request: Request, contact: Contact, form: ContactForm) -> HttpResponse:
    was = contact.organization_name
    fresh = actions.edit(contact, version=version_of(request), values=form.values)
    return saved(request, fresh, _with_entry(fresh), say=former_work.said(was, fresh))


@require_POST
@allow("network.edit", Contact)
def contact_archive(request: Request, contact: Contact) -> HttpResponse:
    now = timezone.now()
    ahead = network_page.ahead_of(contact, now, request.user)
    actions.archive(contact, now=now)
    say = f"{contact.name} was removed from your network."
    say += f" {ahead} Removing {contact.first_name} does not cancel it." if ahead else ""
    return after(request, "network", say=say, undo=reverse("contact_restore", args=[contact.pk]))


@require_POST
@allow("network.edit", Contact)
def contact_restore(request: Request, contact: Contact) -> HttpResponse:
    """Bring somebody back; beside another of their name only when it was asked whether they are two."""
    try:
        actions.restore(contact, anyway="anyway" in request.POST)
    except Refused as error:
        return refused(request, error, f"{contact.get_absolute_url()}?back=1")
    return after(request, contact, say=f"{contact.name} is back in your network.")


def _contact_again(request: Request, contact: Contact, typed: Refill) -> HttpResponse:
    return invalid(request, CONTACT, network_page.contact_page(contact, timezone.now(), typed))


@require_POST
@allow("network.edit", Contact)
@once
@back_to()
def touch(request: Request, contact: Contact) -> HttpResponse:
    form = TouchForm(request.POST, today=now_and_today(request)[1])
    if not form.is_valid():
        return _contact_again(request, contact, Refill(touch=form))
    at = moment(request, form.cleaned_data["day"])
    actions.touch(contact, form.cleaned_data["kind"], at=at, note=form.cleaned_data["note"])
    return after(request, contact, say=f"Added to your history with {contact.first_name}.")


@require_POST
@allow("network.edit", Contact)
@back_to()
def cadence(request: Request, contact: Contact) -> HttpResponse:
    months = request.POST.get("months", "")
    if months not in {"0", "3", "6", "12"}:
        raise Refused("Choose how often from the list.")
    actions.set_cadence(contact, months=int(months), now=timezone.now())
    if months == "0":
        return after(request, contact, say=f"We won’t remind you to write to {contact.first_name}.")
    return after(request, contact, say="We’ll remind you when it’s time. Nothing is sent without you.")


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


@autosaved("Two versions of one note", forms=_letter, again=_letter_again)
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
        actions.close_loop(page.loop, now=now, note=body[:2000], told=page.loop.news)
    elif page.is_introduction:
        actions.touch(contact, Touch.Kind.INTRO, at=now, note=body[:2000])
    elif page.outcome:
        actions.thanked_again(page.outcome, now=now, note=body[:2000])
    else:
        actions.wrote(contact, body, now=now)
    contact.letter_drafts.filter(about=page.about).delete()
    return after(request, contact, say=f"Saved. You wrote to {contact.first_name} today.")


@require_POST
@allow("network.edit", Referral)
def loop_closed(request: Request, referral: Referral) -> HttpResponse:
    untold = Referral.objects.filter(pk=referral.pk).to_tell().first()
    note = f"You said how it went with {referral.contact.name}."
    actions.close_loop(referral, now=timezone.now(), note=note, told=untold.news if untold else News.MET)
    return after(request, referral.referrer, say=f"Saved. You told {referral.referrer.first_name} how it went.")


@require_POST
@allow("network.edit", Contact)
@once
@back_to()
def step_add(request: Request, contact: Contact) -> HttpResponse:
    today, talked = now_and_today(request)[1], days_talked(contact)
    form = StepForm(request.POST, today=today, first=contact.first_name, talked=talked)
    if not form.is_valid():
        return _contact_again(request, contact, Refill(step=form))
    step = form.save(commit=False)
    step.student, step.contact = request.user, contact
    step.save()
    return after(request, contact, say="Next step added.")


@require_POST
@allow("network.edit", ActionStep)
@once
def step_done(request: Request, step: ActionStep) -> HttpResponse:
    """Done; pressed once more, or by its undo, it is not."""
    is_done = not (step.done_at or request.POST.get("undo"))
    ActionStep.objects.filter(pk=step.pk).update(done_at=timezone.now() if is_done else None)
    if not is_done:
        return after(request, step.contact or "today", say="It’s back in To do.")
    say = f"Done. {step.contact.first_name} might like to know." if step.contact and not step.is_theirs else "Done."
    return after(request, step.contact or "today", say=say, undo=request.path)


@require_POST
@allow("network.edit", Contact)
@once
@back_to()
def outcome_add(request: Request, contact: Contact) -> HttpResponse:
    form = OutcomeForm(request.POST, today=now_and_today(request)[1])
    if not form.is_valid():
        return _contact_again(request, contact, Refill(outcome=form))
    outcome = form.save(commit=False)
    outcome.student, outcome.contact = request.user, contact
    outcome.save()
    if outcome.kind in reasons.LED_TO:
        letter = f"{reverse('contact_write', args=[contact.pk])}?outcome={outcome.pk}"
        return after(request, letter, say=f"Saved. {contact.first_name} would like to know. Here’s a first draft.")
    return after(request, contact, say="Result saved.")


@require_POST
@allow("network.edit", Outcome)
def second_thanks(request: Request, outcome: Outcome) -> HttpResponse:
    actions.thanked_again(outcome, now=timezone.now())
    return after(request, outcome.contact, say=f"Saved. {outcome.contact.first_name} knows it mattered.")
