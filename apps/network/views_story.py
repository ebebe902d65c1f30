"""What stands in the story with one person: changed, taken out, put back; who suggested them; who is one person."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
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
from apps.network import actions, former_work, tagging, timeline, undo
from apps.network import page as network_page
from apps.network.contact_rows import days_talked
from apps.network.forms import OutcomeForm, StepForm, SuggestionForm, TouchForm
from apps.network.forms_contact import CloseForm, InPlaceForm, TagForm
from apps.network.models import ActionStep, Contact, Outcome, Referral, Touch
from apps.network.page import Refill
from apps.web.answers import Refused, after, back_to, done, if_refused, invalid, made, refused, show
from apps.web.autosave import autosaved, saved, version_of
from apps.web.edits import edits, overtaken
from apps.web.gate import whole_number

CONTACT, ENTRY, LINE = "network/contact.html", "network/entry.html", "network/story.html"
NOON = timedelta(hours=12)
type Row = Touch | ActionStep | Outcome | Referral
type EntryForm = TouchForm | StepForm | OutcomeForm | SuggestionForm


@dataclass(frozen=True)
class EntryPage:
    """One entry of the story, to be changed or taken out. A new one has no `remove`.

    In the history it is changed where it stands: `action` is the address with the person of that page.
    """

    title: str
    contact: Contact | None
    form: EntryForm
    remove: str  # the address that takes it out, or nothing
    back: str
    action: str = ""


@dataclass(frozen=True)
class LinePage:
    """One line of the history: as it stands (`entry`), what was just done, and the address that takes that back."""

    contact: Contact
    entry: timeline.Entry | None
    said: str = ""
    undo: str = ""
    has_focus: bool = False


def now_and_today(request: Request) -> tuple[datetime, date]:
    now = timezone.now()
    return now, times.local_date(now, request.user.zone)


def moment(request: Request, day: date | None) -> datetime:
    """Return when something happened of which the day was typed: now for today, else noon of that day."""
    now, today = now_and_today(request)
    return now if day in (None, today) else times.midnight(day, request.user.zone) + NOON


def _edited(
    request: Request, page: EntryPage, save: Callable[[], object], say: str = "Saved.", *, row: Row | None = None
) -> HttpResponse:
    """Show the entry, or save it and lead back; what cannot be taken stands there again, with what to do about it.

    `row` is what is changed, which can be undone; a new entry has none. In the history all of it happens in the line.
    """
    page = replace(page, action=request.get_full_path())
    if row and request.htmx:
        page.form.auto_id = f"line{row.pk}_%s"  # the page has a form of this kind already
    if request.method != "POST":
        if row and "line" in request.GET:  # left as it was
            return _line(request, page, row, has_focus=True)
        return show(request, ENTRY, page, swap="line")
    was = undo.as_it_is(row) if row else ""
    if page.form.is_valid() and (both := overtaken(request, "Two versions of one entry", page.form, back=page.back)):
        return both
    if not (page.form.is_valid() and done(page.form, save)):
        return invalid(request, ENTRY, page, swap="line")
    take_back = undo.offer_edit(request, row, was) if row and page.form.has_changed() else ""
    if row and request.htmx:
        return _line(request, page, row, said=say, undo=take_back)
    return after(request, page.back, say=say, undo=take_back)


def _line(request: Request, page: EntryPage, row: Row, **what: Any) -> HttpResponse:
    """Answer with the line of the history that holds an entry, as it is now."""
    fresh = type(row)._base_manager.get(pk=row.pk)
    contact = _person_of_line(request) or page.contact
    if contact is None:
        return after(request, page.back)
    answer = show(request, f"{LINE}#line", LinePage(contact, timeline.entry_of(fresh, contact), **what))
    return _changed(answer) if "said" in what else answer


def _changed(answer: HttpResponse) -> HttpResponse:
    """Let the rest of the page know that the story is another by now: it fetches what depends on it."""
    answer["HX-Trigger"] = "story-changed"
    return answer


def _person_of_line(request: Request) -> Contact | None:
    """Return on whose page the line stands, as its address says: of a referral it may be either of the two."""
    return Contact.objects.filter(student=request.user, pk=whole_number(request.GET.get("of")) or 0).first()


def _taken_out(request: Request, entry: Row, contact: Contact | None, words: str) -> HttpResponse:
    """Delete an entry, and offer it back: where it stood, or on the page that the student is led to."""
    where, said = _person_of_line(request) or contact, f"Deleted: {words}."
    if where is not None and request.htmx:
        take_back = undo.offer_line(request, entry)
        entry.delete()
        return _changed(show(request, f"{LINE}#line", LinePage(where, None, said, take_back)))
    back = contact.get_absolute_url() if contact else reverse("network")
    goal = undo.offer_entry(request, entry, words=said, back=back)
    entry.delete()
    return after(request, goal)


def _nothing_undone(request: Request, error: Refused) -> HttpResponse:
    return refused(request, error, _person_of_line(request) or "network")


@require_POST
@allow("network.own")
@if_refused(_nothing_undone)
def network_undo(request: Request) -> HttpResponse:
    """Take the last thing back; of a line of the history, in its place."""
    undone = undo.undo(request)
    row, contact = undone.entry, _person_of_line(request)
    if isinstance(row, Touch | ActionStep | Outcome | Referral):
        contact = contact or row.contact
        if contact is not None and request.htmx:
            page = LinePage(contact, timeline.entry_of(row, contact), undone.said, has_focus=True)
            return _changed(show(request, f"{LINE}#line", page))
        return after(request, undone.back or contact or "network", say=undone.said)
    return after(request, undone.back or "network", say=undone.said)


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
    return _edited(request, page, save, row=touch)


@require_POST
@allow("network.edit", Touch)
@back_to(lambda touch: touch.contact)
def touch_remove(request: Request, touch: Touch) -> HttpResponse:
    if touch.key:
        raise Refused(
            "This is part of a conversation, so you can’t delete it here. Open the conversation to change it."
        )
    contact, was = touch.contact, touch.at
    answer = _taken_out(request, touch, contact, f"{touch.get_kind_display()}, {times.long_day(was)}")
    actions.recount(contact, was=was)
    return answer


# --- next steps -------------------------------------------------------------------------------------------------------


@allow("network.edit", ActionStep)
@once
@edits
def step_edit(request: Request, step: ActionStep) -> HttpResponse:
    first = step.contact.first_name if step.contact else ""
    today, talked = now_and_today(request)[1], days_talked(step.contact) if step.contact else []
    form = StepForm(request.POST or None, today=today, first=first, talked=talked, instance=step)
    remove = reverse("step_remove", args=[step.pk])
    page = EntryPage("Change your next step", step.contact, form, remove, _page_of(step))
    return _edited(request, page, form.save, row=step)


@require_POST
@allow("network.edit", ActionStep)
def step_remove(request: Request, step: ActionStep) -> HttpResponse:
    return _taken_out(request, step, step.contact, step.text.rstrip(". "))


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
    return _edited(request, page, form.save, row=outcome)


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
    return _edited(request, page, save)


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
    return _edited(request, page, save, row=referral)


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
    was = contact.organization_name
    fresh = actions.edit(contact, version=version_of(request), values=form.values)
    return saved(request, fresh, fresh, say=former_work.said(was, fresh))


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
        raise Refused("This person is no longer in the directory, so nothing was changed.")
    if "no" in request.POST:
        actions.is_not_alum(contact, alum)
        return after(request, contact, say=f"Saved. {contact.name} and {alum.called} are two different people.")
    actions.is_alum(contact, alum)
    return after(request, contact, say=f"{contact.name} and {alum.called} are now one person in your network.")
