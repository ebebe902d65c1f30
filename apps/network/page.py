"""What the network pages say: a line for each person, the next step, open loops, where it is thin, one story."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import QueryDict
from django.urls import reverse

from apps.accounts.models import User
from apps.alumni.models import Listing
from apps.clock import times
from apps.network import reasons
from apps.network.forms import LetterForm, OutcomeForm, StepForm, TouchForm
from apps.network.models import (
    ActionStep,
    Cadence,
    Contact,
    LetterDraft,
    NamePermission,
    Outcome,
    Referral,
    Relation,
    Touch,
    called,
)
from apps.network.picture import Drawing, Member, draw
from apps.network.reasons import Reason
from apps.network.relationship import LABELS, Label, Person, Standing, by_urgency, people, standing, with_standing
from apps.web.answers import Addressed

A_PAGE = 30
FRESH = timedelta(weeks=2)  # for so long after a word nothing more is due


@dataclass(frozen=True)
class NetworkPage:
    """The network in one of its three views; what only the other views show is left empty."""

    view: str
    count: int
    introducers: int
    people: "PeoplePage"
    drawing: Drawing | None
    groups: list[tuple[str, list[Member]]]
    loops: list[Referral]
    thin: str
    archived: list[Contact]


class PeoplePage(Page[Member]):
    """A page of the table, with what each row says."""

    rows: list["Row"]


class Step(NamedTuple):
    """The one thing that would move somebody on, and where it is done."""

    text: str
    url: str


@dataclass(frozen=True)
class Row:
    """What the table says of one person."""

    contact: Person
    icon: str
    colour: str
    label: str
    last: str
    introduced: str
    next: Step


def network_page(student: User, query: QueryDict, now: datetime) -> NetworkPage:
    """Say what the network page holds in one of its three views."""
    everybody = list(people(student, now))
    chosen = query.get("view")
    view = chosen if chosen in {"list", "relation"} else "picture"
    is_list = view == "list"
    members = [Member(person, standing(person, now), line(person, student, now)) for person in everybody]
    archived = Contact.objects.filter(student=student).exclude(archived_at=None).order_by("-archived_at", "pk")
    return NetworkPage(
        view=view,
        count=len(everybody),
        introducers=len({person.referrer_pk for person in everybody} - {None}),
        people=_table(members, student, now, page=query.get("page") if is_list else 1, length=A_PAGE if is_list else 7),
        drawing=draw(members) if view == "picture" else None,
        groups=_groups(members) if view == "relation" else [],
        loops=loops(student),
        thin=thin(everybody),
        archived=list(archived),
    )


def _table(members: list[Member], student: User, now: datetime, *, page: int | str | None, length: int) -> PeoplePage:
    """Return one page of the table, the longest silence first."""
    by_silence = sorted(members, key=lambda member: by_urgency(member.contact))
    part = Paginator(by_silence, length).get_page(page)
    table = PeoplePage(part.object_list, part.number, part.paginator)
    table.rows = [_row(member, student, now) for member in part.object_list]
    return table


def _row(member: Member, student: User, now: datetime) -> Row:
    person, label = member.contact, LABELS[member.state]
    return Row(
        contact=person,
        icon=label.icon,
        colour=label.colour,
        label=label.text,
        last=times.ago(person.last_touch_at, now) if person.last_touch_at else "Not yet",
        introduced=person.referrer_name or ("Alumni directory" if person.alum_id else "You knew them already"),
        next=next_step(person, member.state, student, now),
    )


def line(person: Person, reader: User, now: datetime) -> str:
    """Say in a few words where this person stands, under their name in the picture."""
    state = standing(person, now)
    if person.next_starts_at:
        return f"Talk {times.day_name(person.next_starts_at, now, reader.zone)}"
    if state == "asked":
        return f"Asked {times.ago(person.request_sent_at, now)}" if person.request_sent_at else "Your draft is waiting"
    if state == "cold" and person.last_touch_at:
        return f"{times.since(person.last_touch_at, now)} quiet"
    if state == "new" and person.referrer_name:
        return _permission(called(person.referrer_name), person.name_permission)
    if person.talked_at:
        return f"Talked {_lately(person.talked_at, now, reader.zone)}"
    if state == "not_now" and person.said_no_at:
        return f"Not now, {_lately(person.said_no_at, now, reader.zone)}"
    return person.title or person.get_relation_display()


def _lately(moment: datetime, now: datetime, zone: ZoneInfo) -> str:
    near = times.day_name(moment, now, zone)
    return near if near in {"today", "yesterday"} else times.short_date(moment, now, zone)


def _permission(first: str, permission: str | None) -> str:
    if permission == NamePermission.YES:
        return f"Use {first}’s name"
    if permission == NamePermission.INTRO_FIRST:
        return f"{first} introduces you first"
    return f"Do not name {first} yet"


def next_step(person: Person, state: Standing, student: User, now: datetime) -> Step:
    """Return the one thing that would move this person on."""
    page, write = person.get_absolute_url(), reverse("contact_write", args=[person.pk])
    if person.unthanked:
        return Step(f"Thank {person.first_name}", reverse("thank_you", args=[person.unthanked]))
    if person.next_starts_at:
        at, zone = person.next_starts_at, student.zone
        text = f"Talk {times.day_name(at, now, zone)}, {times.clock(at, zone)}"
        return Step(text, reverse("prepare", args=[person.next_interview]))
    if state == "asked":
        text = "Wait for an answer" if person.request_status == "sent" else "Finish or answer the request"
        return Step(text, reverse("request", args=[person.request_id]))
    if state == "new":
        return Step("Write to them", page)
    if person.loop_pk:
        return Step(f"Say how it went with {person.loop_name}", f"{write}?loop={person.loop_pk}")
    if state == "cold":
        return Step("Tell them what came of it", page)
    if state == "not_now":
        return Step("Ask somebody else", reverse("people"))
    return Step("Stay in touch" if person.talked_at else "Ask for a conversation", page)


def loops(student: User) -> list[Referral]:
    """Return the referrals whose referrer has not heard what became of them, once there is something to tell."""
    referrals = Referral.objects.filter(student=student).open_loops()
    return list(referrals.select_related("referrer", "contact").order_by("named_at", "pk")[:5])


def loops_of(contact: Contact) -> list[Referral]:
    """Return the open loops that a letter to `contact` would close: whom they named, once the two have talked."""
    referrals = Referral.objects.filter(referrer=contact).open_loops()
    return list(referrals.select_related("contact", "referrer", "student").order_by("named_at", "pk"))


def second_thanks_of(contact: Contact) -> list[Outcome]:
    """Return what their advice led to and they have not heard of (R117)."""
    outcomes = Outcome.objects.filter(contact=contact, kind__in=list(reasons.LED_TO), second_thanks_at=None)
    return list(outcomes.select_related("contact", "student").order_by("happened_on", "pk"))


def thin(everybody: Sequence[Contact]) -> str:
    """Say where the network is thin: the kind of people there are most of, and what there is least of."""
    if not everybody:
        return ""
    counts = {relation: sum(1 for person in everybody if person.relation == relation) for relation in Relation}
    most = max(counts, key=lambda relation: counts[relation])
    missing = [
        relation
        for relation in (Relation.WORK, Relation.ALUM, Relation.PROFESSOR, Relation.EVENT)
        if not counts[relation]
    ]
    if missing:
        return f"Most people here are “{most.label.lower()}”. There is nobody yet under “{missing[0].label.lower()}”."
    least = min((relation for relation in Relation if counts[relation]), key=lambda relation: counts[relation])
    return f"Most people here are “{most.label.lower()}”, the fewest “{least.label.lower()}”."


def _groups(members: Iterable[Member]) -> list[tuple[str, list[Member]]]:
    """Group people by how the student knows them, warm first."""
    groups: dict[Relation, list[Member]] = {relation: [] for relation in Relation}
    for member in members:
        groups[Relation(member.contact.relation)].append(member)
    return [(str(relation.label), group) for relation, group in groups.items() if group]


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
class ContactPage:
    """One contact: the best reason to write, the story so far, what they agreed to, and what can be added to it."""

    contact: Person
    state: Standing
    tag: Label
    best: Suggestion
    ask: Suggestion | None  # beside it
    drafts: QuerySet[LetterDraft]
    others: list[Reason]
    touches: QuerySet[Touch]
    named_by: Referral | None
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
    ahead: str  # what to consider before this person is removed
    errors: TouchForm | StepForm | OutcomeForm | None  # the one with a mistake


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
        return f"You talk with {person.first_name} {times.day_name(person.next_starts_at, now, student.zone)}."
    if person.request_sent_at:
        return f"Your request to {person.first_name} is waiting for an answer."
    return ""


def contact_page(contact: Contact, now: datetime, typed: Refill = Refill(), *, is_leaving: bool = False) -> ContactPage:
    """Say what one contact's page holds; `typed` is what could not be taken, `is_leaving` asks before a removal."""
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
        touches=contact.touches.order_by("-at", "-pk")[:50],
        named_by=named_by.order_by("named_at", "pk").first(),
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
        ahead=ahead_of(contact, now, contact.student) if is_leaving else "",
        errors=typed.touch or typed.step or typed.outcome,
    )


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
            "They gave you their time. A few sentences are enough.",
            "Write the note",
            reverse("thank_you", args=[person.unthanked]),
        )
    if led := second_thanks_of(person):
        return Suggestion(
            f"Thank {person.first_name} a second time.",
            "Their advice led to something. Let them know; there is nothing to ask for.",
            f"Write to {person.first_name}",
            f"{reverse('contact_write', args=[person.pk])}?outcome={led[0].pk}",
        )
    if person.next_starts_at:
        when = times.day_name(person.next_starts_at, now, student.zone)
        return Suggestion(
            f"You talk {when}.",
            "Choose your questions and read up a little.",
            "Prepare",
            reverse("prepare", args=[person.next_interview]),
        )
    if state == "asked":
        return Suggestion(
            "Your request is under way.",
            "Look at what you wrote and where it stands.",
            "Open the request",
            reverse("request", args=[person.request_id]),
        )
    if person.loop_pk:
        return Suggestion(
            f"Tell {person.first_name} how it went with {person.loop_name}.",
            "They introduced you. People like to hear what became of their introductions.",
            "Write two sentences",
            f"{reverse('contact_write', args=[person.pk])}?loop={person.loop_pk}",
        )
    if state == "not_now":
        return Suggestion(
            f"{person.first_name} said not now.",
            "It says nothing about you. There are others who do this work and like to be asked.",
            "Find somebody else",
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
            "You took their advice. Tell them.",
            f"You set out to do this: {done.text.rstrip('. ')}. You did. That is a whole letter.",
            button,
            f"{letter}?reason=advice",
        )
    news = f"{letter}?reason=news"
    if person.last_touch_at and person.last_touch_at > now - FRESH:
        title = f"You were in touch {times.ago(person.last_touch_at, now)}."
        return Suggestion(title, "Nothing waits. Write when there is something to tell.", button, news)
    worth_telling = (
        "Tell them one thing that happened because you talked."
        if person.talked_at
        else "Tell them what you have done since."
    )
    return Suggestion("A few lines would be welcome.", worth_telling, button, news)


def _ask(person: Person) -> Suggestion:
    title = "You haven’t talked yet." if person.last_touch_at else "You haven’t asked yet."
    text = "Twenty minutes is a small thing to ask, and most people like to be asked."
    if _is_listed(person):
        return Suggestion(title, text, "Look at their profile", reverse("alum", args=[person.alum_id]))
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
