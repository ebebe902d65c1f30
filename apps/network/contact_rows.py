"""What the page of one person asks of the database, each question written once and all of them sent as one.

What is read of apps above this one (conversations, what was agreed in them) is read as in above.py.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import F, QuerySet

from apps.clock import times
from apps.database.prepared import fetch_together, prepared
from apps.network.above import rows_above
from apps.network.merging import UNDO_DAYS
from apps.network.models import ActionStep, Contact, ContactMerge, LetterDraft, Outcome, Referral, Tag, Touch
from apps.network.relationship import Person, with_standing

A_LIST = 20  # of what stands beside the timeline; all of it is in the timeline
MOST_OFFERED = 50


@dataclass(frozen=True)
class Said:
    """What somebody agreed to after a conversation; None where they were not asked."""

    may_connect: bool | None
    may_stay_in_touch: bool | None
    is_finished: bool  # the student’s reflection


@dataclass(frozen=True)
class Step:
    """What one of the two said they would do, and the conversation that it comes from, where that is known."""

    row: ActionStep
    talk: Any = None  # interviews.Interview, of an app above this one


@dataclass(frozen=True)
class Rows:
    """One person with where they stand, and what stands beside their timeline."""

    person: Person
    said: list[Said]  # the latest conversation first
    tags: list[Tag]
    other_tags: list[str]
    drafts: list[LetterDraft]
    steps: list[Step]
    talked: list[date]  # the days on which the two have talked
    outcomes: list[Outcome]
    named_by: list[Referral]
    named: list[Referral]
    interviews: list[Any]
    merge: ContactMerge | None  # the last that can be undone; one before it only after that one
    begins_here: bool  # nothing happened before they were added

    @property
    def agreed(self) -> list[str]:
        """What they said yes to in a conversation (R99)."""
        said = [one for one in self.said if one.is_finished]
        connect, stay = any(one.may_connect for one in said), any(one.may_stay_in_touch for one in said)
        return ["Connecting on LinkedIn"] * connect + ["Staying in touch"] * stay

    @property
    def would_rather_not(self) -> bool:
        """Whether the last that they said of staying in touch was that they would rather not."""
        said = (one.may_stay_in_touch for one in self.said if one.may_stay_in_touch is not None)
        return next(said, None) is False


def days_talked(contact: Contact) -> list[date]:
    """Return the days on which the two have talked, as the student’s calendar has them, the newest first."""
    return list(_by_day(contact, _interviews(contact.pk)))


def _by_day(contact: Contact, interviews: Iterable[Any]) -> dict[date, Any]:
    zone = contact.student.zone
    held = [interview for interview in interviews if interview.status == "completed"]
    return {times.local_date(interview.over_at, zone): interview for interview in held}


def rows_of(contact: Contact, now: datetime) -> Rows:
    """Return what there is of a contact; their student is not asked for anew."""
    pk = contact.pk
    people, said, tags, other_tags, drafts, steps, outcomes, named_by, named, interviews, merges, before = (
        fetch_together(
            _standing.bind(pk, now),
            _said.bind(pk),
            _tags.bind(pk),
            _other_tags.bind(contact.student_id, pk),
            _drafts.bind(pk),
            _steps.bind(pk),
            _outcomes.bind(pk),
            _named_by.bind(pk),
            _named.bind(pk),
            _interviews.bind(pk),
            _merges.bind(pk, now - UNDO_DAYS),
            _before.bind(pk, contact.created_at),
        )
    )
    (person,) = people
    person.student = contact.student
    for referral in named:
        referral.referrer = person
    talks = _by_day(contact, interviews)
    return Rows(
        person=person,
        said=[Said(connect, stay, finished_at is not None) for connect, stay, finished_at in said],
        tags=tags,
        other_tags=[name for (name,) in other_tags],
        drafts=drafts,
        steps=[Step(step, talks.get(step.talked_on)) for step in steps],
        talked=list(talks),
        outcomes=outcomes,
        named_by=named_by,
        named=named,
        interviews=interviews,
        merge=merges[0] if merges else None,
        begins_here=not before,
    )


@prepared
def _standing(contact: int, now: datetime) -> QuerySet[Person]:
    return with_standing(Contact.objects.filter(pk=contact).select_related("organization", "cadence", "alum"), now)


@prepared
def _said(contact: int) -> QuerySet[Any, tuple[Any, ...]]:
    talks = rows_above("interviews", contact=contact, debrief__isnull=False).order_by("-starts_at", "-pk")
    return talks.values_list("debrief__may_connect", "debrief__may_stay_in_touch", "debrief__finished_at")


@prepared
def _tags(contact: int) -> QuerySet[Tag]:
    return Tag.objects.filter(contacts=contact).order_by("key")


@prepared
def _other_tags(student: int, contact: int) -> QuerySet[Tag, tuple[str]]:
    """To be offered while one is typed."""
    theirs = Contact.tags.through.objects.filter(contact=contact).values("tag")
    others = Tag.objects.filter(student=student).exclude(pk__in=theirs)
    return others.order_by("key").values_list("name")[:MOST_OFFERED]


@prepared
def _drafts(contact: int) -> QuerySet[LetterDraft]:
    return LetterDraft.objects.filter(contact=contact).exclude(body="").order_by("-updated_at", "-pk")[:A_LIST]


@prepared
def _steps(contact: int) -> QuerySet[ActionStep]:
    steps = ActionStep.objects.filter(contact=contact)
    return steps.order_by(F("done_at").desc(nulls_first=True), "due_on", "pk")[:A_LIST]


@prepared
def _outcomes(contact: int) -> QuerySet[Outcome]:
    return Outcome.objects.filter(contact=contact).order_by("-happened_on", "-pk")[:A_LIST]


@prepared
def _named_by(contact: int) -> QuerySet[Referral]:
    referrals = Referral.objects.filter(contact=contact).select_related("referrer")
    return referrals.order_by("named_at", "pk")[:A_LIST]


@prepared
def _named(contact: int) -> QuerySet[Referral]:
    referrals = Referral.objects.filter(referrer=contact).select_related("contact")
    return referrals.order_by("-named_at", "-pk")[:A_LIST]


@prepared
def _interviews(contact: int) -> QuerySet[Any]:
    return rows_above("interviews", contact=contact).select_related("debrief").order_by("-starts_at", "-pk")[:A_LIST]


@prepared
def _merges(contact: int, since: datetime) -> QuerySet[ContactMerge]:
    merges = ContactMerge.objects.filter(kept=contact, merged_at__gte=since).exclude(before={})
    return merges.order_by("-merged_at", "-pk")[:1]


@prepared
def _before(contact: int, added_at: datetime) -> QuerySet[Touch, tuple[int]]:
    return Touch.objects.filter(contact=contact, at__lt=added_at).values_list("pk")[:1]
