"""The yearly question to an alum: is your entry still right (R206)? And the rest of an entry nobody speaks for.

One mail a year, answered by one click; no second one behind it. An entry rests, quietly, when the last of as many
questions as the office allows has stood unanswered for 30 days, and the alum answered no student meanwhile. The mail
of that last question says so. One word of the alum brings the entry back. It decides whom to ask and when; what the
question says is rules.py's and templates/email/profile_check.html.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from apps.alumni import actions as alumni
from apps.alumni.accounts import account_of
from apps.alumni.models import AlumniProfile, Listing
from apps.interviews.lifecycle.models import InterviewRequest
from apps.mail.models import Unsubscribe
from apps.policy.models import Policy
from apps.reminders.models import ProfileCheck

TOPIC = "profile-check"
PURPOSE = "profile-check"  # of the mailed link
YEAR = timedelta(days=365)
ANSWER_IN = timedelta(days=30)
AT_ONCE = 200  # in one sweep: a directory that was read in on one day is not asked in one minute


def run(now: datetime) -> None:
    """Ask whom it is time to ask, and let rest what nobody speaks for."""
    rest_silent(now)
    for alum in due(now).order_by("pk")[:AT_ONCE]:
        ask(alum, now)


def due(now: datetime) -> QuerySet[AlumniProfile]:
    """The listed alumni who said nothing about their entry for a year, and were asked nothing."""
    checked = ProfileCheck.objects.filter(alum=OuterRef("pk"), asked_at__gt=now - YEAR)
    refused = Unsubscribe.objects.filter(person=OuterRef("user"), topic=TOPIC)
    return (
        AlumniProfile.objects.listed()
        .filter(created_at__lte=now - YEAR, is_paused=False)
        .exclude(confirmed_at__gt=now - YEAR)
        .exclude(paused_until__gt=now.date())
        .exclude(user__is_active=False)
        .exclude(Exists(checked))
        .exclude(Exists(refused))
    )


def next_at(alum: AlumniProfile) -> datetime:
    """Return when a listed alum is asked next, as far as can be said now."""
    earlier = ProfileCheck.objects.filter(alum=alum).values_list("asked_at", flat=True)
    return max(moment for moment in (alum.created_at, alum.confirmed_at, *earlier) if moment) + YEAR


def ask(alum: AlumniProfile, now: datetime) -> None:
    """Remember that an alum is asked now; the rule and its mail follow from that. Somebody else first: nothing."""
    with transaction.atomic():
        account_of(alum)  # holds the entry locked
        if due(now).filter(pk=alum.pk).exists():
            allowed, before = Policy.now().unanswered_checks, unanswered(alum)
            ProfileCheck.objects.create(alum=alum, asked_at=now, is_last=0 < allowed <= before + 1)


def unanswered(alum: AlumniProfile) -> int:
    """Return how many questions stand unanswered."""
    checks = ProfileCheck.objects.filter(alum=alum)
    return checks.exclude(asked_at__lte=F("alum__confirmed_at")).count()


def open_at(now: datetime) -> QuerySet[ProfileCheck]:
    """The questions that an alum may still answer by the click in their mail."""
    return (
        ProfileCheck.objects.select_related("alum__user")
        .filter(asked_at__range=(now - ANSWER_IN, now), alum__listing=Listing.LISTED, alum__user__isnull=False)
        .exclude(alum__confirmed_at__gte=F("asked_at"))
    )


def silent(now: datetime) -> QuerySet[ProfileCheck]:
    """The last questions that were not answered in time, by an alum who answered no student either."""
    answered = InterviewRequest.objects.filter(alum=OuterRef("alum"), answered_at__gte=OuterRef("asked_at"))
    return ProfileCheck.objects.select_related("alum").filter(
        Q(alum__confirmed_at=None) | Q(alum__confirmed_at__lt=F("asked_at")),
        ~Exists(answered),
        is_last=True,
        asked_at__lte=now - ANSWER_IN,
        alum__listing=Listing.LISTED,
    )


def rest_silent(now: datetime) -> None:
    for check in silent(now).order_by("pk")[:AT_ONCE]:
        alumni.rest(check.alum)
