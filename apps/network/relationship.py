"""Where somebody stands in a student's network: in touch, said yes, asked, suggested, going cold, not now, only known.

One annotated QuerySet and one function, so that the picture, the tree, the list and the counts cannot disagree.
Requests and interviews are read through the contact's reverse relations; this app does not import them.
"""

from datetime import datetime, timedelta
from typing import Literal, NamedTuple, cast

from django.db.models import Case, CharField, F, Max, Min, OuterRef, Q, QuerySet, Subquery, Value, When

from apps.database.prepared import Given
from apps.network.above import rows_above
from apps.network.models import Contact, Referral

A_DAY = timedelta(days=1)
COLD = timedelta(weeks=8)
ASKED = ["draft", "in_review", "sent", "countered"]

type Standing = Literal["talked", "booked", "asked", "new", "cold", "not_now", "known"]


class Label(NamedTuple):
    """How a standing is shown."""

    icon: str
    colour: str
    text: str


LABELS: dict[Standing, Label] = {
    "talked": Label("check-lg", "moss", "In touch"),
    "booked": Label("calendar-check", "moss", "Scheduled"),
    "asked": Label("hourglass-split", "plum", "Asked"),
    "new": Label("person-plus", "", "Suggested"),
    "cold": Label("thermometer-low", "fjord", "It’s been a while"),
    "not_now": Label("moon", "", "Not now"),
    "known": Label("dash-lg", "", "Not asked yet"),
}


class Person(Contact):
    """A contact with what `standing` needs. The rows stay contacts; this names what `with_standing` puts onto them."""

    next_starts_at: datetime | None
    next_interview: int | None
    talked_at: datetime | None
    unthanked: int | None
    request_status: str | None
    request_id: int | None
    request_sent_at: datetime | None
    said_no_at: datetime | None
    referrer_name: str | None
    referrer_pk: int | None
    name_permission: str | None
    loop_pk: int | None
    loop_name: str | None

    class Meta:
        abstract = True


def with_standing(contacts: QuerySet[Contact], now: datetime) -> QuerySet[Person]:
    """Annotate contacts with what `standing` needs: next and last conversation, open request, who named them."""
    named = Referral.objects.filter(contact=OuterRef("pk")).order_by("named_at", "pk")
    told = Referral.objects.filter(referrer=OuterRef("pk")).open_loops().order_by("named_at", "pk")
    # As Interview.objects.over: whoever nobody said did not come is to be thanked as well.
    over = Q(interviews__status="completed") | Q(interviews__status="scheduled", interviews__ends_at__lte=now)
    unthanked = Q(interviews__thank_you__sent_at=None, interviews__thank_you__send_at=None)
    annotated = contacts.annotate(
        next_starts_at=Min(
            "interviews__starts_at", filter=Q(interviews__status="scheduled", interviews__ends_at__gt=now)
        ),
        next_interview=Min("interviews__pk", filter=Q(interviews__status="scheduled", interviews__ends_at__gt=now)),
        talked_at=Max("interviews__talked_until", filter=Q(interviews__status="completed")),
        unthanked=Min("interviews__pk", filter=over & unthanked),
        request_status=Max("requests__status", filter=Q(requests__status__in=ASKED)),
        request_id=Max("requests__pk", filter=Q(requests__status__in=ASKED)),
        request_sent_at=Max("requests__sent_at", filter=Q(requests__status__in=ASKED)),
        said_no_at=Max("requests__answered_at", filter=Q(requests__status="declined")),
        referrer_name=Subquery(named.values("referrer__name")[:1]),
        referrer_pk=Subquery(named.values("referrer_id")[:1]),
        name_permission=Subquery(named.values("name_permission")[:1]),
        loop_pk=Subquery(told.values("pk")[:1]),
        loop_name=Subquery(told.values("contact__name")[:1]),
    )
    return cast("QuerySet[Person]", annotated)


def asked_of(contacts: QuerySet[Contact], student: int | Given, now: datetime | Given) -> QuerySet[Contact]:
    """Return those of a student of whom more than the name is known: whose standing is not `known`."""
    request = rows_above("requests", student=student, status__in=ASKED)
    talk = rows_above("interviews", student=student, status="scheduled", ends_at__gt=now)
    named = Referral.objects.filter(student=student)
    known = Q(last_touch_at__isnull=False) | Q(pk__in=named.values("contact"))
    return contacts.filter(known | Q(pk__in=request.values("contact")) | Q(pk__in=talk.values("contact")))


def by_silence(contacts: QuerySet[Contact]) -> QuerySet[Contact]:
    """Sort those who were heard of longest ago first, then those never heard of."""
    return contacts.order_by(F("last_touch_at").asc(nulls_last=True), "sort_key", "pk")


def standing(person: Person, now: datetime) -> Standing:
    """Return one of LABELS' keys for a person of `with_standing`."""
    if person.next_starts_at:
        return "booked"
    if person.request_status:
        return "asked"
    if has_said_no(person):
        return "not_now"
    if person.last_touch_at:
        return "cold" if person.talked_at and person.last_touch_at <= now - COLD else "talked"
    return "new" if person.referrer_pk else "known"


def phase_of(person: Person, now: datetime) -> Standing:
    """Return the phase of a person: what the student chose, else where they stand."""
    return cast("Standing", person.phase) or standing(person, now)


def with_phase(
    contacts: QuerySet[Contact], student: int | Given, now: datetime | Given, cold_since: datetime | Given
) -> QuerySet[Contact]:
    """Annotate contacts of a student with `where`, what `phase_of` says of each; `cold_since` is `now` less COLD.

    The database works it out for all of them at once, to count, to filter and to sort by.
    """
    booked = rows_above("interviews", student=student, status="scheduled", ends_at__gt=now)
    asked = rows_above("requests", student=student, status__in=ASKED)
    talked = rows_above("interviews", student=student, status="completed", talked_until__isnull=False)
    refused = rows_above("requests", student=student, status="declined")
    refused = refused.filter(answered_at__gte=F("contact__last_touch_at") - A_DAY)
    named = Referral.objects.filter(student=student)
    where = Case(
        When(phase__gt="", then=F("phase")),
        When(pk__in=booked.values("contact"), then=Value("booked")),
        When(pk__in=asked.values("contact"), then=Value("asked")),
        When(Q(pk__in=refused.values("contact")) & ~Q(pk__in=talked.values("contact")), then=Value("not_now")),
        When(last_touch_at__lte=cold_since, pk__in=talked.values("contact"), then=Value("cold")),
        When(last_touch_at__isnull=False, then=Value("talked")),
        When(pk__in=named.values("contact"), then=Value("new")),
        default=Value("known"),
        output_field=CharField(),
    )
    return contacts.annotate(where=where)


def has_said_no(person: Person) -> bool:
    """Whether “not now” is the last that was heard of them and the two never talked: nothing is to be followed up."""
    is_last = person.said_no_at and person.last_touch_at and person.last_touch_at <= person.said_no_at + A_DAY
    return bool(is_last and not person.talked_at)
