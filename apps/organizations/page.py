"""What one organization's page says, and the page of something to apply for there."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlsplit

from django.db.models import F, Q
from django.urls import reverse

from apps.accounts.models import User
from apps.clock import times
from apps.network import route
from apps.network.models import Contact, Organization, Referral
from apps.network.relationship import LABELS, Label, standing
from apps.network.undo import Offer
from apps.organizations import grid
from apps.organizations.forms import AppliedForm, NoteForm
from apps.organizations.grid import Cell, Known, Next
from apps.organizations.models import Detail, Help, KindOfWork, Note, Opportunity, RuledOut

MOST_PEOPLE = 60
MOST_OTHERS = 60


@dataclass(frozen=True)
class PersonLine:
    """Somebody the student knows at an organization. `kind`: the number of their kind of work, or nothing."""

    contact: Known
    kind: int | None
    how: str
    label: Label


@dataclass(frozen=True)
class NoteLine:
    note: Note
    is_stale: bool


@dataclass(frozen=True)
class OrganizationPage:
    """One organization: what is next, who is there, what to apply for, what the student knows about it."""

    organization: Organization
    detail: Detail | None
    host: str  # of its website, as it is said
    next: Next
    talked: int
    people: list[PersonLine]
    routes: list[route.Route]  # who could introduce the student to somebody there
    kinds: list[KindOfWork]
    cells: list[Cell]
    opportunities: list[Opportunity]
    dropped: list[Opportunity]
    notes: list[NoteLine]
    note_form: NoteForm
    find: str
    initials: str
    undo: Offer | None


def organization_page(
    organization: Organization,
    student: User,
    now: datetime,
    *,
    note_form: NoteForm | None = None,
    undo: Offer | None = None,
) -> OrganizationPage:
    known = list(grid.known_at([organization], now)[:MOST_PEOPLE])
    kinds = list(KindOfWork.objects.filter(student=student).order_by("position", "pk"))
    of_people = grid.kinds_of(known, kinds, student)
    out = set(RuledOut.objects.filter(organization=organization).values_list("organization_id", "kind_id"))
    detail = Detail.objects.filter(organization=organization).first()
    helped = list(grid.untold(student).filter(opportunity__organization=organization).select_related("contact"))
    today = times.local_date(now, student.zone)
    chances = list(Opportunity.objects.filter(organization=organization).select_related("contact"))
    chances.sort(key=lambda one: (one.is_applied, one.due_on or date.max, one.pk))
    notes = Note.objects.filter(organization=organization).select_related("contact").order_by("-noted_on", "-pk")
    cells = grid.cells_of(organization, known, kinds, of_people, out, rest=False)
    return OrganizationPage(
        organization=organization,
        detail=detail,
        host=urlsplit(detail.website).hostname or "" if detail else "",
        next=grid.next_of(known, detail, helped, student, now),
        talked=sum(person.did_talk for person in known),
        people=[PersonLine(one, of_people[one.pk], how_known(one), LABELS[standing(one, now)]) for one in known],
        routes=route.routes(student, organization.name, now, to=f"someone at {organization.name}"),
        kinds=kinds,
        cells=cells,
        opportunities=[one for one in chances if one.state != Opportunity.State.DROPPED],
        dropped=[one for one in chances if one.state == Opportunity.State.DROPPED],
        notes=[NoteLine(one, one.is_stale(today)) for one in notes],
        note_form=note_form or NoteForm(people=known, instance=new_note(organization, today)),
        find=cells[0].find if len(cells) == 1 else f"{reverse('people')}?{_words(organization)}",
        initials="".join(word[0] for word in organization.name.split()[:2]).upper(),
        undo=undo,
    )


def _words(organization: Organization) -> str:
    return grid.urlencode({"q": organization.name})


def new_note(organization: Organization, today: date) -> Note:
    return Note(student_id=organization.student_id, organization=organization, noted_on=today)


def how_known(person: Known) -> str:
    """Say how the student came to know somebody: who suggested them, else where, else the kind of acquaintance."""
    if person.referrer_name:
        return f"{person.referrer_name} suggested {person.first_name}"
    return person.source or person.get_relation_display()


def people_at(organization: Organization) -> list[Contact]:
    """Return who can be chosen as the source of a note or an opportunity: those who are there."""
    people = Contact.objects.filter(organization=organization, archived_at=None)
    return list(people.order_by("sort_key", "pk")[:MOST_PEOPLE])


# --- something to apply for -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Helper:
    """Somebody who may have helped. `is_chosen`: their box is ticked."""

    contact: Contact
    why: str
    is_chosen: bool


@dataclass(frozen=True)
class Told:
    """Somebody who helped, and where their letter is written. `told_at`: they have heard of it."""

    help: Help
    url: str

    @property
    def told_at(self) -> datetime | None:
        return self.help.outcome.second_thanks_at


@dataclass(frozen=True)
class OpportunityPage:
    """Something to apply for; once applied for, who helped and who has heard of it (R1, R117)."""

    opportunity: Opportunity
    organization: Organization
    applied_form: AppliedForm
    ask: list[Known]  # whom to ask for a conversation, where the student has talked with nobody there
    find: str
    helpers: list[Helper]
    others: list[Contact]
    told: list[Told]


def opportunity_page(
    opportunity: Opportunity, student: User, now: datetime, *, form: AppliedForm | None = None
) -> OpportunityPage:
    organization, today = opportunity.organization, times.local_date(now, student.zone)
    known = list(grid.known_at([organization], now)[:MOST_PEOPLE])
    helps = list(opportunity.helps.select_related("contact", "outcome").order_by("pk"))
    helpers = helpers_of(opportunity, known, {one.contact_id for one in helps})
    shown = {one.contact.pk for one in helpers}
    lately = Contact.objects.filter(student=student, archived_at=None).exclude(pk__in=shown)
    others = lately.order_by(F("last_touch_at").desc(nulls_last=True), "-pk")[:MOST_OTHERS]
    has_talked = any(person.did_talk for person in known)
    first = {one.contact_id: one for one in reversed(helps)}
    return OpportunityPage(
        opportunity=opportunity,
        organization=organization,
        applied_form=form or AppliedForm(today=today, opportunity=opportunity),
        ask=[] if has_talked else [one for one in known if standing(one, now) in ("new", "known", "talked")][:3],
        find="" if has_talked else f"{reverse('people')}?{_words(organization)}",
        helpers=helpers,
        others=sorted(others, key=lambda person: (person.sort_key, person.pk)),
        told=[Told(one, grid.write_to(one)) for one in sorted(first.values(), key=lambda one: one.pk)],
    )


def helpers_of(opportunity: Opportunity, known: Iterable[Known], noted: set[int]) -> list[Helper]:
    """Return everybody who may have helped: who told of it, who talked, who suggested somebody there, who is noted."""
    why: dict[int, str] = {}
    if opportunity.contact_id:
        why[opportunity.contact_id] = "Told you about it"
    why |= {person.pk: "You talked" for person in known if person.did_talk and person.pk not in why}
    named = Referral.objects.filter(contact__organization=opportunity.organization_id, referrer__archived_at=None)
    for one in named.select_related("contact").order_by("pk"):
        why.setdefault(one.referrer_id, f"Suggested {one.contact.name}")
    likely = set(why)
    for person in known:
        why.setdefault(person.pk, person.title or "Works there")
    for pk in noted:
        why.setdefault(pk, "Helped you")
    people = Contact.objects.filter(Q(archived_at=None) | Q(pk__in=noted), student=opportunity.student_id, pk__in=why)
    chosen = noted or likely
    return sorted(
        (Helper(one, why[one.pk], one.pk in chosen) for one in people),
        key=lambda helper: (not helper.is_chosen, helper.contact.sort_key, helper.contact.pk),
    )
