"""What the network pages say: a line for each person, the next step, open loops, where it is thin, one story."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.http import QueryDict
from django.urls import reverse

from apps.accounts.models import User
from apps.alumni.models import AlumniProfile, Listing
from apps.clock import times
from apps.network import actions, giving, noted, reasons
from apps.network.contact_rows import Step, rows_of
from apps.network.forms import LetterForm, OutcomeForm, StepForm, TouchForm
from apps.network.forms_contact import CloseForm, Detail, InPlaceForm, IntroductionForm, TagForm, details
from apps.network.models import (
    Cadence,
    Contact,
    ContactMerge,
    LetterDraft,
    Offering,
    Outcome,
    ProgressUpdate,
    Referral,
    Tag,
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
from apps.network.timeline import Timeline, timeline
from apps.network.undo import Offer
from apps.policy.models import Policy
from apps.web.answers import Addressed
from apps.web.gate import whole_number

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
    """Return what a letter to `contact` could tell: of those they named, who was asked, said not now, or was met."""
    referrals = Referral.objects.filter(referrer=contact).to_tell()
    return list(referrals.select_related("contact", "referrer", "student").order_by("named_at", "pk"))


def open_loops_of(contact: Contact) -> dict[int, str]:
    """Return of which referrals of somebody the referrer could hear something now: {number: what}."""
    return {referral.pk: referral.news for referral in Referral.objects.filter(contact=contact).to_tell()}


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
class Named:
    """Who named somebody, and what they could hear of it now: nothing, asked, declined, met."""

    referral: Referral
    news: str


type Form = TouchForm | StepForm | OutcomeForm | InPlaceForm | CloseForm | TagForm


@dataclass(frozen=True)
class ContactPage:
    """One contact: the best reason to write, the story so far, what they agreed to, and what can be added to it."""

    contact: Person
    state: Standing
    tag: Label
    best: Suggestion
    ask: Suggestion | None  # beside it
    drafts: list[LetterDraft]
    others: list[Reason]
    timeline: Timeline
    details: list[Detail]
    close_form: CloseForm
    tags: list[Tag]
    tag_form: TagForm
    other_tags: list[str]
    merge: ContactMerge | None  # that can be undone
    suggested: list[Named]  # who named them
    named: list[Referral]
    steps: list[Step]
    outcomes: list[Outcome]
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
    errors: Form | None  # the one with a mistake
    undo: Offer | None
    twin: Contact | None  # of their name, before they are brought back
    same: SamePerson | None
    is_detail_wrong: bool = False  # the mistake is in what stands under “About”


@dataclass(frozen=True)
class Refill:
    """A form of the contact's page that could not be taken, to stand there again."""

    touch: TouchForm | None = None
    step: StepForm | None = None
    outcome: OutcomeForm | None = None
    in_place: InPlaceForm | None = None
    close: CloseForm | None = None
    tag: TagForm | None = None

    @property
    def mistaken(self) -> Form | None:
        return self.touch or self.step or self.outcome or self.in_place or self.close or self.tag


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
    query, rows = query or QueryDict(), rows_of(contact, now)
    person = rows.person
    state, today = standing(person, now), times.local_date(now, contact.student.time_zone)
    best = best_reason(person, state, contact.student, now, would_rather_not=rows.would_rather_not)
    news = open_loops_of(contact) if rows.named_by else {}
    return ContactPage(
        contact=person,
        state=state,
        tag=LABELS[state],
        best=best,
        ask=always(person, state, best),
        drafts=rows.drafts,
        others=reasons.REASONS,
        timeline=timeline(person, find=query.get("find", ""), shown=query.get("show", ""), page=query.get("page")),
        details=details(typed.in_place or InPlaceForm(student=contact.student, instance=person)),
        close_form=typed.close or CloseForm(instance=person),
        tags=rows.tags,
        tag_form=typed.tag or TagForm(),
        other_tags=rows.other_tags,
        merge=rows.merge,
        suggested=[Named(referral, news.get(referral.pk, "")) for referral in rows.named_by],
        named=rows.named,
        steps=rows.steps,
        outcomes=rows.outcomes,
        interviews=rows.interviews,
        agreed=rows.agreed,
        would_rather_not=rows.would_rather_not,
        begins_here=rows.begins_here,
        cadence=getattr(person, "cadence", None),
        today=today,
        now=now,
        touch_form=typed.touch or TouchForm(today=today),
        step_form=typed.step or StepForm(today=today, first=contact.first_name, talked=rows.talked),
        outcome_form=typed.outcome or OutcomeForm(today=today),
        errors=typed.mistaken,
        is_detail_wrong=typed.in_place is not None,
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
    done = person.action_steps.exclude(done_at=None).exclude(is_theirs=True).order_by("-done_at").first()
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
    """A letter to `contact`: one of seven reasons, a loop to close, a second thank-you, an update, an introduction."""

    contact: Contact
    reasons: list[Reason]
    offers: list[Offering]
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
    introduction: IntroductionForm | None = None  # who it is to be to
    is_introduction: bool = False


def write_page(contact: Contact, query: QueryDict, student: User, form: LetterForm | None = None) -> WritePage:
    """Say what a letter to `contact` is about and how it begins, or goes on where it was begun."""
    loops, led = loops_of(contact), second_thanks_of(contact)
    loop = next((referral for referral in loops if str(referral.pk) == query.get("loop")), None)
    outcome = next((outcome for outcome in led if str(outcome.pk) == query.get("outcome")), None)
    begun = _begun(contact, query, student, loop, outcome)
    draft = None if begun.is_fresh else contact.letter_drafts.filter(about=begun.about).first()
    version = draft.version if draft else _version(contact, begun.about) if begun.is_fresh else 1
    body = form.data.get("body", "") if form else draft.body if draft else begun.body
    return WritePage(
        contact=contact,
        reasons=reasons.REASONS,
        offers=giving.offers(student),
        loops=loops,
        led=led,
        loop=loop,
        outcome=outcome,
        reason=begun.reason,
        about=begun.about,
        body=body,
        version=version,
        form=form,
        helped=_helped_there(contact) if outcome and not loop else [],
        introduction=None if body else begun.introduction,
        is_introduction=begun.about == INTRODUCTION,
    )


INTRODUCTION = "intro=1"  # what the letter that asks for one is about


@dataclass(frozen=True)
class Begun:
    """What a letter is about, and how it begins; a fresh one does not go on with what was kept."""

    about: str
    body: str = ""
    reason: Reason | None = None
    introduction: IntroductionForm | None = None
    is_fresh: bool = False


def _begun(contact: Contact, query: QueryDict, student: User, loop: Referral | None, outcome: Outcome | None) -> Begun:
    if loop:
        kept = noted.note_of(loop.contact).quote
        return Begun(f"loop={loop.pk}", reasons.loop_letter(loop, kept=kept, news=loop.news))
    if outcome:
        kept = noted.note_of(contact).quote
        return Begun(f"outcome={outcome.pk}", reasons.second_letter(outcome, kept=kept))
    if "intro" in query:
        return _introduction(contact, query, student)
    notes = noted.note_of(contact)
    if update := update_of(student, query.get("update")):
        news = reasons.update_letter(contact, student=student, news=update.news, notes=notes)
        return Begun(f"update={update.pk}", news, reasons.BY_KEY["news"])
    reason = reasons.BY_KEY.get(query.get("reason", "")) or _likely_reason(contact)
    if reason.key == "offer" and (offer := _offer(student, query.get("offer"))):
        body = reasons.letter(reason, contact=contact, student=student, notes=notes, offer=giving.sentence(offer))
        return Begun(f"reason=offer&offer={offer.pk}", body, reason)
    return Begun(f"reason={reason.key}", reasons.letter(reason, contact=contact, student=student, notes=notes), reason)


def _offer(student: User, number: str | None) -> Offering | None:
    return Offering.objects.visible_to(student).filter(pk=whole_number(number) or 0).first()


def update_of(student: User, number: str | None) -> ProgressUpdate | None:
    """Return the update of a student with this number, which may be finished; None where there is none."""
    return ProgressUpdate.objects.filter(student=student, pk=whole_number(number) or 0).first()


def _introduction(contact: Contact, query: QueryDict, student: User) -> Begun:
    """Begin the letter that asks for an introduction, once it is said to whom; until then ask that."""
    form = IntroductionForm(query if "to" in query else None)
    if not form.is_bound or not form.is_valid():
        return Begun(INTRODUCTION, introduction=form)
    to, why = form.cleaned_data["to"], form.cleaned_data["why"]
    school = Policy.now().university
    body = reasons.introduction_letter(contact, student=student, to=to, why=why, school=school)
    return Begun(INTRODUCTION, body, introduction=form, is_fresh=True)


def _version(contact: Contact, about: str) -> int:
    """Return the version of what is kept, for a letter that is to take its place."""
    return contact.letter_drafts.filter(about=about).values_list("version", flat=True).first() or 1


def _likely_reason(contact: Contact) -> Reason:
    """Return the reason to begin with: advice that was taken, unless the one talk so far did not take place."""
    states = set(contact.interviews.values_list("status", flat=True))
    return reasons.AGAIN if states and states <= {"cancelled", "no_show"} else reasons.REASONS[0]


def _helped_there(contact: Contact) -> list[Contact]:
    """Return the others of the same organization whom the student talked with: they might like to hear of it too."""
    if contact.organization_id is None:
        return []
    others = Contact.objects.filter(organization=contact.organization_id, interviews__status="completed")
    return list(others.exclude(pk=contact.pk).filter(archived_at=None).distinct().order_by("sort_key", "pk"))
