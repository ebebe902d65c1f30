"""What the network pages say: a line for each person, the next step, open loops, where it is thin, one story."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import QueryDict
from django.urls import reverse

from apps.accounts.models import User
from apps.alumni.models import AlumniProfile, Listing
from apps.clock import times
from apps.network import actions, reasons
from apps.network.forms import LetterForm, OutcomeForm, StepForm, TouchForm
from apps.network.models import (
    ActionStep,
    Cadence,
    Contact,
    LetterDraft,
    Outcome,
    Referral,
    Touch,
    called,
    permission_said,
)
from apps.network.reasons import Reason
from apps.network.relationship import (
    LABELS,
    Label,
    Person,
    Standing,
    standing,
    with_standing,
)
from apps.network.undo import Offer
from apps.web.answers import Addressed
from apps.web.gate import whole_number

A_STORY = 20  # entries of one person
FRESH = timedelta(weeks=2)  # for so long after a word nothing more is due


def line(person: Person, reader: User, now: datetime) -> str:
    """Say in a few words where this person stands, under their name in the picture."""
    state = standing(person, now)
    if person.next_starts_at:
        return f"Scheduled for {times.day_name(person.next_starts_at, now, reader.zone)}"
    if state == "asked":
        return f"Asked {times.ago(person.request_sent_at, now)}" if person.request_sent_at else "Draft not sent yet"
    if state == "cold" and person.last_touch_at:
        return f"No contact in {times.since(person.last_touch_at, now)}"
    if state == "new" and person.referrer_name:
        return permission_said(called(person.referrer_name), person.name_permission)
    if person.talked_at:
        return f"Talked {_lately(person.talked_at, now, reader.zone)}"
    if state == "not_now" and person.said_no_at:
        return f"Not now, {_lately(person.said_no_at, now, reader.zone)}"
    return person.title or person.get_relation_display()


def _lately(moment: datetime, now: datetime, zone: ZoneInfo) -> str:
    near = times.day_name(moment, now, zone)
    return near if near in {"today", "yesterday"} else times.short_date(moment, now, zone)


def loops_of(contact: Contact) -> list[Referral]:
    """Return the open loops that a letter to `contact` would close: whom they named, once the two have talked."""
    referrals = Referral.objects.filter(referrer=contact).open_loops()
    return list(referrals.select_related("contact", "referrer", "student").order_by("named_at", "pk"))


def second_thanks_of(contact: Contact) -> list[Outcome]:
    """Return what their advice led to and they have not heard of (R117)."""
    outcomes = Outcome.objects.filter(contact=contact, kind__in=list(reasons.LED_TO), second_thanks_at=None)
    return list(outcomes.select_related("contact", "student").order_by("happened_on", "pk"))


# --- one person -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Suggestion:
    """The one thing to do for a person: heading, why, and a button, which presses (`post`) or only leads."""

    title: str
    text: str
    button: str
    url: str
    post: bool = False


@dataclass(frozen=True)
class SamePerson:
    """A contact added by hand, the entry of the directory that they may be, and the contact made by asking it."""

    by_hand: Contact
    alum: AlumniProfile
    asked: Contact | None


@dataclass(frozen=True)
class ContactPage:
    """One contact: the best reason to write, the story so far, what they agreed to, and what can be added to it."""

    contact: Person
    state: Standing
    tag: Label
    best: Suggestion
    ask: Suggestion | None  # beside it
    drafts: QuerySet[LetterDraft]
    others: list[Reason]
    touches: Page[Touch]
    suggested: list[Referral]  # who named them
    named: QuerySet[Referral]
    steps: QuerySet[ActionStep]
    outcomes: QuerySet[Outcome]
    interviews: Iterable[Addressed]  # interviews.Interview, of an app above this one
    agreed: list[str]
    would_rather_not: bool  # stay in touch
    begins_here: bool
    cadence: Cadence | None
    today: date
    now: datetime
    touch_form: TouchForm
    step_form: StepForm
    outcome_form: OutcomeForm
    errors: TouchForm | StepForm | OutcomeForm | None  # the one with a mistake
    undo: Offer | None
    twin: Contact | None  # of their name, before they are brought back
    same: SamePerson | None


@dataclass(frozen=True)
class Refill:
    """A form of the contact's page that could not be taken, to stand there again."""

    touch: TouchForm | None = None
    step: StepForm | None = None
    outcome: OutcomeForm | None = None


def ahead_of(contact: Contact, now: datetime, student: User) -> str:
    """Say what still lies ahead with somebody, of which their removal would not rid the student; else nothing."""
    person = with_standing(Contact.objects.filter(pk=contact.pk), now).get()
    if person.next_starts_at:
        return (
            f"Your conversation with {person.first_name} is {times.on_day(person.next_starts_at, now, student.zone)}."
        )
    if person.request_sent_at:
        return f"Your request to {person.first_name} is waiting for a reply."
    return ""


def contact_page(
    contact: Contact,
    now: datetime,
    typed: Refill = Refill(),
    *,
    query: QueryDict | None = None,
    undo: Offer | None = None,
) -> ContactPage:
    """Say what one contact's page holds; `typed` is what could not be taken, `query` what the address asks for."""
    query = query or QueryDict()
    row = Contact.objects.filter(pk=contact.pk).select_related("organization", "cadence", "alum")
    person = with_standing(row, now).get()
    is_open = Exists(Referral.objects.filter(pk=OuterRef("pk")).open_loops())
    named_by = contact.named_by.select_related("referrer").annotate(is_open_loop=is_open)
    state, today = standing(person, now), times.local_date(now, contact.student.time_zone)
    rather_not = would_rather_not(contact)
    best = best_reason(person, state, contact.student, now, would_rather_not=rather_not)
    return ContactPage(
        contact=person,
        state=state,
        tag=LABELS[state],
        best=best,
        ask=always(person, state, best),
        drafts=contact.letter_drafts.exclude(body="").order_by("-updated_at", "-pk"),
        others=reasons.REASONS,
        touches=Paginator(contact.touches.order_by("-at", "-pk"), A_STORY).get_page(query.get("page")),
        suggested=list(named_by.order_by("named_at", "pk")[:A_STORY]),
        named=contact.named.select_related("contact").order_by("named_at", "pk"),
        steps=contact.action_steps.order_by("done_at", "due_on", "pk"),
        outcomes=contact.outcomes.order_by("-happened_on", "-pk"),
        interviews=contact.interviews.select_related("debrief").order_by("-starts_at", "-pk"),
        agreed=_agreed(contact),
        would_rather_not=rather_not,
        begins_here=not contact.touches.filter(at__lt=contact.created_at).exists(),
        cadence=getattr(person, "cadence", None),
        today=today,
        now=now,
        touch_form=typed.touch or TouchForm(today=today),
        step_form=typed.step or StepForm(today=today),
        outcome_form=typed.outcome or OutcomeForm(today=today),
        errors=typed.touch or typed.step or typed.outcome,
        undo=undo,
        twin=_namesake_there(person) if "back" in query and person.archived_at else None,
        same=same_person(person, named=whole_number(query.get("entry"))),
    )


def _namesake_there(person: Contact) -> Contact | None:
    """Return who has come by their name meanwhile, if it need not be the same person."""
    twin = actions.twin_of(person.twin_key, student=person.student_id, but=person.pk)
    return twin.person if twin and not twin.is_certain and not twin.person.archived_at else None


def same_person(contact: Contact, *, named: int | None = None) -> SamePerson | None:
    """Return what may be one person and is two: a contact added by hand, and an alum of the directory."""
    if contact.archived_at:
        return None
    if contact.alum:
        by_hand = actions.by_hand_like(contact)
        return SamePerson(by_hand, contact.alum, contact) if by_hand else None
    alum = actions.entry_like(contact, named=named)
    if alum is None:
        return None
    return SamePerson(contact, alum, Contact.objects.filter(student=contact.student_id, alum=alum).first())


def _agreed(contact: Contact) -> list[str]:
    """Return what they said yes to in a conversation (R99)."""
    yes = contact.interviews.filter(debrief__finished_at__isnull=False).aggregate(
        connect=Count("pk", filter=Q(debrief__may_connect=True)),
        stay=Count("pk", filter=Q(debrief__may_stay_in_touch=True)),
    )
    return ["Connecting on LinkedIn"] * bool(yes["connect"]) + ["Staying in touch"] * bool(yes["stay"])


def would_rather_not(contact: Contact) -> bool:
    """Whether the last that they said of staying in touch was that they would rather not."""
    said = contact.interviews.filter(debrief__may_stay_in_touch__isnull=False).order_by("-starts_at", "-pk")
    return said.values_list("debrief__may_stay_in_touch", flat=True).first() is False


def best_reason(
    person: Person, state: Standing, student: User, now: datetime, *, would_rather_not: bool = False
) -> Suggestion:
    """Return the one thing to do for this person."""
    if person.unthanked:
        return Suggestion(
            f"Thank {person.first_name}.",
            f"{person.first_name} gave you time. A few sentences are enough.",
            "Write a thank-you note",
            reverse("thank_you", args=[person.unthanked]),
        )
    if led := second_thanks_of(person):
        return Suggestion(
            f"Tell {person.first_name} your good news.",
            f"{person.first_name}’s advice led to something. There is nothing to ask for; they’re glad to know.",
            f"Write to {person.first_name}",
            f"{reverse('contact_write', args=[person.pk])}?outcome={led[0].pk}",
        )
    if person.next_starts_at:
        when = times.day_name(person.next_starts_at, now, student.zone)
        return Suggestion(
            f"Your conversation is {when}.",
            "Choose your questions and do a little research.",
            "Prepare",
            reverse("prepare", args=[person.next_interview]),
        )
    if state == "asked":
        return Suggestion(
            "Your request is in progress.",
            "See what you wrote and what happens next.",
            "See your request",
            reverse("request", args=[person.request_id]),
        )
    if person.loop_pk:
        return Suggestion(
            f"Tell {person.first_name} how it went with {person.loop_name}.",
            f"{person.first_name} suggested {person.loop_name}. People like to hear how it went.",
            "Write 2 sentences",
            f"{reverse('contact_write', args=[person.pk])}?loop={person.loop_pk}",
        )
    if state == "not_now":
        return Suggestion(
            f"{person.first_name} said not now.",
            "It isn’t about you. There are others who do this work and like to be asked.",
            "Find someone else",
            reverse("people"),
        )
    if would_rather_not:
        return Suggestion(
            f"{person.first_name} would rather not stay in touch.",
            "Your thank-you note was enough. There’s nothing more to do.",
            "Find someone else",
            reverse("people"),
        )
    return _stay(person, now) if person.talked_at else _ask(person)


def _stay(person: Person, now: datetime) -> Suggestion:
    done = person.action_steps.exclude(done_at=None).order_by("-done_at").first()
    button, letter = f"Write to {person.first_name}", reverse("contact_write", args=[person.pk])
    if done:
        return Suggestion(
            f"You took {person.first_name}’s advice. Say so.",
            f"You planned this: {done.text.rstrip('. ')}. You did it. That’s enough for a note.",
            button,
            f"{letter}?reason=advice",
        )
    news = f"{letter}?reason=news"
    if person.last_touch_at and person.last_touch_at > now - FRESH:
        title = f"You were in touch {times.ago(person.last_touch_at, now)}."
        return Suggestion(title, "Nothing is due. Write when you have news.", button, news)
    worth_telling = (
        "Share one thing that happened because you talked." if person.talked_at else "Share what you’ve done since."
    )
    return Suggestion(f"Time to check in with {person.first_name}.", worth_telling, button, news)


def _ask(person: Person) -> Suggestion:
    title = "You haven’t talked yet." if person.last_touch_at else "You haven’t asked yet."
    text = "20 minutes is a small thing to ask, and most people like to be asked."
    if _is_listed(person):
        return Suggestion(title, text, f"See {person.first_name}’s profile", reverse("alum", args=[person.alum_id]))
    return Suggestion(title, text, ASK, reverse("ask_contact", args=[person.pk]), post=True)


ASK = "Ask for a conversation"


def _is_listed(person: Person) -> bool:
    return bool(person.alum and person.alum.listing == Listing.LISTED)


def always(person: Person, state: Standing, best: Suggestion) -> Suggestion | None:
    """Return how to ask for a conversation beside the best thing to do, whatever came before.

    There is none while a request is under way or a conversation lies ahead, or where the best thing is to ask.
    """
    asks = _ask(person)
    if state in {"asked", "booked"} or best.url == asks.url:
        return None
    return replace(asks, button=ASK)


# --- a letter ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class WritePage:
    """A letter to `contact`: one of seven reasons, a loop to close, or a second thank-you."""

    contact: Contact
    reasons: list[Reason]
    loops: list[Referral]
    led: list[Outcome]
    loop: Referral | None
    outcome: Outcome | None
    reason: Reason | None
    about: str  # the query by which this letter is found
    body: str
    version: int  # of the draft
    helped: list[Contact]
    form: LetterForm | None = None  # with a mistake in it


def write_page(contact: Contact, query: QueryDict, student: User, form: LetterForm | None = None) -> WritePage:
    """Say what a letter to `contact` is about and how it begins, or goes on where it was begun."""
    loops, led = loops_of(contact), second_thanks_of(contact)
    loop = next((referral for referral in loops if str(referral.pk) == query.get("loop")), None)
    outcome = next((outcome for outcome in led if str(outcome.pk) == query.get("outcome")), None)
    reason = None
    if loop:
        about, body = f"loop={loop.pk}", reasons.loop_letter(loop, kept=_kept_of(loop.contact))
    elif outcome:
        about, body = f"outcome={outcome.pk}", reasons.second_letter(outcome)
    else:
        reason = reasons.BY_KEY.get(query.get("reason", "")) or _likely_reason(contact)
        about, body = f"reason={reason.key}", reasons.letter(reason, contact=contact, student=student)
    draft = contact.letter_drafts.filter(about=about).first()
    return WritePage(
        contact=contact,
        reasons=reasons.REASONS,
        loops=loops,
        led=led,
        loop=loop,
        outcome=outcome,
        reason=reason,
        about=about,
        body=form.data.get("body", "") if form else draft.body if draft else body,
        version=draft.version if draft else 1,
        form=form,
        helped=_helped_there(contact) if outcome and not loop else [],
    )


def _likely_reason(contact: Contact) -> Reason:
    """Return the reason to begin with: advice that was taken, unless the one talk so far did not take place."""
    states = set(contact.interviews.values_list("status", flat=True))
    return reasons.AGAIN if states and states <= {"cancelled", "no_show"} else reasons.REASONS[0]


def _kept_of(contact: Contact) -> str:
    """Return the sentence that the student kept from the last talk with `contact`, or nothing."""
    talks = contact.interviews.filter(debrief__quote__gt="").order_by("-starts_at", "-pk")
    return talks.values_list("debrief__quote", flat=True).first() or ""


def _helped_there(contact: Contact) -> list[Contact]:
    """Return the others of the same organization whom the student talked with: they might like to hear of it too."""
    if contact.organization_id is None:
        return []
    others = Contact.objects.filter(organization=contact.organization_id, interviews__status="completed")
    return list(others.exclude(pk=contact.pk).filter(archived_at=None).distinct().order_by("sort_key", "pk"))
