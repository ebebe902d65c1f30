"""By which address Rapport may send somebody a student's update, and the mail itself (R112).

Care first: only people the student has talked with, who did not say that they would rather not stay in touch or get
such mail, and none of them twice within ONCE_IN. To everyone else the student writes from their own mail.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.db.models.functions import Lower
from django.db.models.lookups import In
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import MailLink, User
from apps.alumni.models import AlumniProfile, Listing
from apps.mail import outbox, suppression
from apps.mail.models import Suppression, Unsubscribe
from apps.mail.outbox import Occasion, Topic, sender_of
from apps.network.models import Contact, LetterDraft, Touch
from apps.policy.models import Policy
from apps.web.addresses import folded, sendable, tidied
from apps.wording.text import one_line

KIND = "progress_update"  # of the mail, and what somebody with an account refuses
STOP = "stop-updates:"  # what a link is for that is mailed to an address without one; the address follows
TOPIC = Topic("Updates from students you talked with", "What came of a conversation, in the student’s own words.")
ONCE_IN = timedelta(days=30)
A_DAY = timedelta(days=1)
MOST_IN_A_DAY = 30
LINK_LIFE = timedelta(days=400)


@dataclass(frozen=True)
class Way:
    """To whom a letter can go: an account, or a bare address; else why it can't."""

    to: User | str | None = None
    why: str = ""


def ways(people: Iterable[Contact], student: User, now: datetime) -> dict[int, Way]:
    """Return for each of these people of a student how Rapport may write to them now."""
    people = list(people)
    known = _Known.of(people, student, now)
    found = {person.pk: _way(person, known) for person in people}
    room = MOST_IN_A_DAY - known.today
    for place, key in enumerate([key for key, way in found.items() if way.to is not None]):
        if place >= room:
            found[key] = Way(why="That’s as many notes as Rapport sends for you in a day.")
    return found


def _way(person: Contact, known: "_Known") -> Way:
    first = person.first_name
    if person.pk in known.lately:
        return Way(why=f"{first} got an update in the last 30 days.")
    if person.pk not in known.talked:
        return Way(why=f"Rapport emails only people you’ve talked with, and you haven’t talked with {first} yet.")
    if person.pk in known.rather_not:
        return Way(why=f"{first} would rather not stay in touch.")
    address = folded(person.email)
    account = known.of_entry.get(person.alum_id or 0) or known.of_address.get(address)
    if account is None and not address:
        return Way(why=f"We have no email for {person.name}.")
    reached = account.email if account else person.email.strip()
    if folded(reached) in known.closed or not _is_one(reached) or (account and not account.is_active):
        return Way(why=f"Rapport can’t email {person.name}.")
    return Way(account or reached)


def _is_one(address: str) -> bool:
    try:
        return bool(sendable(address)) and tidied(address) == address
    except ValidationError:
        return False


@dataclass(frozen=True)
class _Known:
    """What is asked of all of them at once."""

    talked: set[int]
    rather_not: set[int]
    lately: set[int]
    of_entry: dict[int, User]  # accounts by entry of the directory
    of_address: dict[str, User]
    closed: set[str]  # addresses to which none of this goes; why is nobody's business
    today: int  # how many Rapport has sent for the student

    @classmethod
    def of(cls, people: list[Contact], student: User, now: datetime) -> "_Known":
        rows = Contact.objects.filter(student=student, pk__in=[person.pk for person in people])
        sent = Touch.objects.filter(student=student, key__startswith="update:")
        said = rows.filter(interviews__debrief__may_stay_in_touch__isnull=False).order_by(
            "pk", "-interviews__starts_at"
        )
        last = said.distinct("pk").values_list("pk", "interviews__debrief__may_stay_in_touch")
        entries = AlumniProfile.objects.filter(pk__in=[person.alum_id for person in people if person.alum_id])
        of_entry = {entry.pk: entry.user for entry in entries.select_related("user") if entry.user}
        typed = {folded(person.email) for person in people if person.email}
        of_address = {folded(user.email): user for user in User.objects.filter(_is_among(typed))}
        accounts = [*of_entry.values(), *of_address.values()]
        reached = typed | {folded(user.email) for user in accounts}
        return cls(
            talked=set(rows.filter(interviews__status="completed").values_list("pk", flat=True)),
            rather_not={pk for pk, may in last if not may},
            lately=set(sent.filter(contact__in=rows, at__gt=now - ONCE_IN).values_list("contact", flat=True)),
            of_entry=of_entry,
            of_address=of_address,
            closed=_closed(reached, accounts, [person.alum_id for person in people if person.alum_id], student),
            today=sent.filter(at__gt=now - A_DAY).count(),
        )


def _is_among(addresses: set[str], name: str = "email") -> In:
    return In(Lower(name), addresses)


def _closed(addresses: set[str], accounts: list[User], entries: list[int], student: User) -> set[str]:
    """Return those of these addresses that get no such mail, and those of the entries that want none of it."""
    blocked = Suppression.objects.in_force().filter(_is_among(addresses, "address"))
    refused = Unsubscribe.objects.filter(person__in=accounts, topic=KIND).values_list("person__email", flat=True)
    left = Q(is_do_not_contact=True) | Q(is_deceased=True) | Q(listing__in=[Listing.REMOVED, Listing.CLOSED])
    theirs = AlumniProfile.objects.filter(left).filter(Q(_is_among(addresses)) | Q(pk__in=entries))
    theirs |= AlumniProfile.objects.filter(pk__in=entries, blocked_students__student=student)
    gone = [address for pair in theirs.values_list("email", "user__email") for address in pair if address]
    return {folded(address) for address in [*blocked.values_list("address", flat=True), *refused, *gone]}


# --- the mail ---------------------------------------------------------------------------------------------------------


def subject(student: User) -> str:
    return f"An update from {one_line(student.called)}"


def queue(letter: LetterDraft, way: Way, *, key: str, student: User, now: datetime) -> None:
    """Promise one letter; it leaves when it can't be taken back any more, and an answer reaches the student."""
    if way.to is None:
        raise ValueError(f"Nobody to send {key} to.")
    # An account gets a link by itself: outbox._unsubscribe_url.
    stop_url = _stop_url(way.to, letter.contact, student) if isinstance(way.to, str) else ""
    outbox.queue(
        KIND,
        to=way.to,
        occasion=Occasion(key, due_at=now + timedelta(minutes=Policy.now().undo_minutes)),
        sender=sender_of(student),
        context={
            "subject": subject(student),
            "body": letter.body.strip(),
            "student_name": one_line(student.called),
        },
        stop_url=stop_url,
    )


def cancel(key: str) -> bool:
    return outbox.cancel(Occasion(key))


def _stop_url(address: str, contact: Contact, student: User) -> str:
    """Return a link that holds the address itself: the student may write down another one meanwhile."""
    expires_at = timezone.now() + LINK_LIFE
    token = MailLink.make(purpose=STOP + address, object_id=contact.pk, person=student, expires_at=expires_at)
    return settings.SITE_URL + reverse("updates_stop", args=[token])


def stop(address: str) -> None:
    """Nothing more goes to an address of somebody without an account who asked for that."""
    suppression.suppress(address, cause=Suppression.Cause.UNSUBSCRIBED, reason="Asked by a link in an update.")


def is_stopped(address: str) -> bool:
    return Suppression.objects.in_force().of(address).exists()
