"""Where somebody stands in a student's network: in touch, said yes, asked, suggested, going cold, not now, only known.

One annotated QuerySet and one function, so that the picture, the tree, the list and the counts cannot disagree.
Requests and interviews are read through the contact's reverse relations; this app does not import them.
"""

from datetime import timedelta

from django.db.models import F, Max, Min, OuterRef, Q, Subquery
from django.db.models.fetch_modes import FETCH_RAISE

from apps.network.models import Contact, Referral

A_DAY = timedelta(days=1)
COLD = timedelta(weeks=8)
ASKED = ["draft", "in_review", "sent", "countered"]

LABELS = {
    "talked": ("check-lg", "moss", "In touch"),
    "booked": ("calendar-check", "moss", "Said yes"),
    "asked": ("hourglass-split", "plum", "Asked"),
    "new": ("person-plus", "", "Suggested"),
    "cold": ("thermometer-low", "fjord", "Going cold"),
    "not_now": ("moon", "", "Not now"),
    "known": ("dash-lg", "", "Not asked yet"),
}


def with_standing(contacts, now):
    """Annotate contacts with what `standing` needs: next and last conversation, open request, who named them."""
    named = Referral.objects.filter(contact=OuterRef("pk")).order_by("named_at", "pk")
    told = Referral.objects.filter(referrer=OuterRef("pk")).open_loops().order_by("named_at", "pk")
    # As Interview.objects.over: whoever nobody said did not come is to be thanked as well.
    over = Q(interviews__status="completed") | Q(interviews__status="scheduled", interviews__ends_at__lte=now)
    return contacts.annotate(
        next_starts_at=Min(
            "interviews__starts_at", filter=Q(interviews__status="scheduled", interviews__ends_at__gt=now)
        ),
        next_interview=Min("interviews__pk", filter=Q(interviews__status="scheduled", interviews__ends_at__gt=now)),
        talked_at=Max("interviews__talked_until", filter=Q(interviews__status="completed")),
        unthanked=Min("interviews__pk", filter=over & Q(interviews__thank_you__sent_at=None)),
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


def people(student, now):
    """Return the student's contacts with their standing, by name; nothing more may be fetched from them lazily."""
    rows = Contact.objects.filter(student=student, archived_at=None).select_related("organization", "cadence")
    return with_standing(rows, now).order_by("sort_key", "pk").fetch_mode(FETCH_RAISE)


def standing(contact, now):
    """Return one of LABELS' keys for an annotated contact."""
    if contact.next_starts_at:
        return "booked"
    if contact.request_status:
        return "asked"
    if has_said_no(contact):
        return "not_now"
    if contact.last_touch_at:
        return "cold" if contact.talked_at and contact.last_touch_at <= now - COLD else "talked"
    return "new" if contact.referrer_pk else "known"


def has_said_no(contact):
    """Whether “not now” is the last that was heard of them and the two never talked: nothing is to be followed up."""
    is_last = contact.said_no_at and contact.last_touch_at and contact.last_touch_at <= contact.said_no_at + A_DAY
    return bool(is_last and not contact.talked_at)


def by_urgency(contact):
    """Sort key: those who were heard of longest ago first, then those never heard of."""
    return (contact.last_touch_at is None, contact.last_touch_at, contact.sort_key, contact.pk)


def most_recent_first(rows):
    return rows.order_by(F("last_touch_at").desc(nulls_last=True), "sort_key", "pk")
