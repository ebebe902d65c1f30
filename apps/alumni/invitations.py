"""Inviting alumni into the directory (R206): whom one may invite, how fast it goes, and what comes of it.

The office asks one person, or a group it describes; nobody twice in a year, and nobody who said no, whom the university
marked, or who wants no such mail. What it asks for is written down at once, and leaves so many an hour: a mail to ten
thousand people on one morning is spam to those who carry it. What the mail opens is views_claim.py’s.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.urls import reverse

from apps.accounts.models import MailLink, User
from apps.alumni.accounts import account_of
from apps.alumni.models import AlumniProfile, AlumniQuerySet, Invitation, Listing
from apps.mail import outbox
from apps.mail.models import Suppression, Unsubscribe
from apps.mail.outbox import Occasion, Topic

KIND = "alum_invitation"  # of the mail, and what an alum refuses
TOPIC = Topic("Invitations to the alumni directory", "At most once a year, while your profile isn’t in it.")
PURPOSE = "claim"  # of the mailed link
YEAR = timedelta(days=365)
LIVES = timedelta(days=90)  # the link
AN_HOUR = 100  # mails
AT_ONCE = 25  # in one sweep
MOST = 5000  # people, asked for in one go


@dataclass(frozen=True)
class Group:
    """Whom the office wants to invite: everybody who may be, unless it says more."""

    first_year: int | None = None
    last_year: int | None = None
    major: str = ""

    def people(self, now: datetime) -> AlumniQuerySet:
        rows = invitable(now)
        if self.first_year is not None:
            rows = rows.filter(class_year__gte=self.first_year)
        if self.last_year is not None:
            rows = rows.filter(class_year__lte=self.last_year)
        return rows.filter(facets__contains=[f"major:{self.major}"]) if self.major else rows


def invitable(now: datetime) -> AlumniQuerySet:
    """Those who may be invited: askable, and not asked for a year."""
    asked = Invitation.objects.filter(alum=OuterRef("pk"), asked_at__gt=now - YEAR)
    return askable().exclude(Exists(asked))


def askable() -> AlumniQuerySet:
    """Those who never said whether they want to be listed, have an address, and may be written to."""
    refused = Unsubscribe.objects.filter(person__email__iexact=OuterRef("email"), topic=KIND)
    blocked = Suppression.objects.in_force().filter(address__iexact=OuterRef("email"))
    listed = AlumniProfile.objects.listed().filter(email__iexact=OuterRef("email"))
    rows = AlumniProfile.objects.filter(listing=Listing.INVITED, is_do_not_contact=False, is_deceased=False)
    return (
        rows.exclude(email="")
        .exclude(user__is_active=False)
        .exclude(Exists(refused))
        .exclude(Exists(blocked))
        .exclude(Exists(listed))
    )


def invite(people: AlumniQuerySet, *, by: User, now: datetime) -> int:
    """Write down that these are invited; the mails follow. Returns how many: those who may not be are left out."""
    with transaction.atomic():
        ids = people.order_by("pk").values_list("pk", flat=True)[:MOST]
        locked = AlumniProfile.objects.select_for_update(no_key=True, of=("self",)).filter(pk__in=list(ids))
        found = list(invitable(now).filter(pk__in=[alum.pk for alum in locked.only("pk")]).values_list("pk", flat=True))
        Invitation.objects.bulk_create([Invitation(alum_id=pk, by=by, asked_at=now) for pk in found])
    return len(found)


def stop() -> int:
    """Take back what has not left yet. Returns how many."""
    return Invitation.objects.waiting().delete()[0]


def run(now: datetime) -> None:
    """Mail the next of those who wait, so many an hour."""
    left = AN_HOUR - Invitation.objects.filter(mailed_at__gt=now - timedelta(hours=1)).count()
    for invitation in Invitation.objects.waiting().order_by("asked_at", "pk")[: max(0, min(left, AT_ONCE))]:
        _mail(invitation.pk, now)


@transaction.atomic
def _mail(pk: int, now: datetime) -> None:
    """Mail one invitation; where the alum has said something meanwhile, or may not be asked any more, drop it."""
    waiting = Invitation.objects.waiting().select_for_update(no_key=True, of=("self",), skip_locked=True)
    invitation = waiting.select_related("alum").filter(pk=pk).first()
    if invitation is None:
        return
    alum = invitation.alum
    if not askable().filter(pk=alum.pk).exists():
        invitation.delete()
        return
    person = account_of(alum)
    token = MailLink.make(purpose=PURPOSE, object_id=alum.pk, person=person, expires_at=now + LIVES)
    url = settings.SITE_URL + reverse("claim_enter", args=[token])
    outbox.queue(KIND, to=person, occasion=Occasion(f"invitation:{pk}"), context={"alum": alum, "claim_url": url})
    invitation.mailed_at = now
    invitation.save(update_fields=["mailed_at"])
