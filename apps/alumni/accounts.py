"""The account behind a directory entry, made when somebody first asks (docs/adr/0002); the entry behind an account."""

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime

from django.db.models import Case, Value, When

from apps.accounts import address, roles
from apps.accounts.address import Change, Way
from apps.accounts.models import Role, User
from apps.alumni.models import AlumniProfile, Listing
from apps.web.addresses import folded
from apps.web.answers import Refused


def account_of(alum: AlumniProfile) -> User:
    """Return the person behind an entry, making the account on the first request. Call it inside a transaction."""
    alum = AlumniProfile.objects.select_for_update(no_key=True, of=("self",)).select_related("user").get(pk=alum.pk)
    person = alum.user or _person(alum)
    if alum.user is None:
        AlumniProfile.objects.filter(user=person).exclude(pk=alum.pk).update(user=None)  # an older one, listed no more
        AlumniProfile.objects.filter(pk=alum.pk).update(user=person)
    if Role.ALUM not in person.roles:
        roles.give(person, Role.ALUM)
    return person


def _person(alum: AlumniProfile) -> User:
    """Return the person with the entry's address (a student may be an alum too), or a new one without a password."""
    email = folded(alum.email)
    person = User.objects.filter(email__iexact=email).first()
    return person or User.objects.create_user(
        email,
        name=alum.name,
        preferred_name=alum.preferred_name,
        sort_key=alum.sort_key,
        pronouns=alum.pronouns,
        time_zone=alum.time_zone,
        is_zone_chosen=False,
    )


# --- what hangs on being an alum --------------------------------------------------------------------------------------

_LISTED_FIRST = Case(When(listing=Listing.LISTED, then=Value(0)), default=Value(1))


def begin(person: User) -> str:
    """An alum has an entry: the one that waits for their address, or else a new one, which no student sees yet."""
    if AlumniProfile.objects.filter(user=person).exists():
        return ""
    waiting = AlumniProfile.objects.filter(user=None, email__iexact=person.email, is_deceased=False)
    entry = waiting.order_by(_LISTED_FIRST, "pk").first()
    if entry is not None:
        AlumniProfile.objects.filter(pk=entry.pk).update(user=person)
        return ""
    AlumniProfile.objects.create(
        user=person,
        name=person.name,
        preferred_name=person.preferred_name,
        sort_key=person.sort_key,
        pronouns=person.pronouns,
        email=person.email,
        time_zone=person.time_zone,
    )
    return ""


def end(person: User) -> str:
    """Nobody finds who is no alum. Somebody who asked to be removed stays so."""
    entry = AlumniProfile.objects.filter(user=person).exclude(listing=Listing.REMOVED).first()
    if entry is not None:
        entry.listing = Listing.HIDDEN
        entry.save(update_fields=["listing"])
    return ""


# --- the address ------------------------------------------------------------------------------------------------------


def follow_address(change: Change) -> None:
    """Let the entry of somebody follow their address, and keep it from the next file, unless this is the file's."""
    entry = AlumniProfile.objects.filter(user=change.person, email__iexact=change.was).first()
    if entry is None or change.way == Way.FILE:
        return
    taken = AlumniProfile.objects.filter(listing=Listing.LISTED, email__iexact=change.became).exclude(pk=entry.pk)
    if entry.listing == Listing.LISTED and taken.exists():
        return
    entry.email, entry.own_fields = change.became, sorted({*entry.own_fields, "email"})
    entry.save(update_fields=["email", "own_fields"])


def follow_file(moved: Iterable[tuple[int, str]], *, by: User | None, now: datetime) -> None:
    """Give people the addresses that a file has for them. Where somebody else signs in with one, the old one stays."""
    for pk, email in moved:
        with suppress(Refused):
            address.change(User(pk=pk), email, way=Way.FILE, by=by, now=now)


# --- the account closes, and opens again ------------------------------------------------------------------------------


def foresee(person: User, now: datetime) -> list[str]:
    is_listed = AlumniProfile.objects.listed().filter(user=person).exists()
    return ["Students won’t find them in the directory."] if is_listed else []


def close(person: User, by: User, now: datetime) -> None:
    """Nobody finds somebody who cannot answer. The database lists nobody whose account is closed, whoever writes."""
    for entry in AlumniProfile.objects.listed().filter(user=person):
        entry.listing = Listing.CLOSED
        entry.save(update_fields=["listing"])


def reopen(person: User) -> None:
    """Let students find them again, unless another entry has the address by now."""
    for entry in AlumniProfile.objects.filter(user=person, listing=Listing.CLOSED):
        is_taken = AlumniProfile.objects.listed().filter(email__iexact=entry.email).exists()
        may_be_asked = entry.email and not (entry.is_do_not_contact or entry.is_deceased or is_taken)
        entry.listing = Listing.LISTED if may_be_asked else Listing.HIDDEN
        entry.save(update_fields=["listing"])
