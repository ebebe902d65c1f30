"""What an alum does with their own entry: pause, resume, confirm it, leave the directory, come back."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from apps.alumni import visibility
from apps.alumni.models import AlumniProfile, Listing
from apps.web.answers import Refused


def pause(alum: AlumniProfile, *, until: date | None = None) -> None:
    """Take no requests until a day, or until the alum resumes."""
    alum.paused_until, alum.is_paused = until, until is None
    alum.save(update_fields=["paused_until", "is_paused"])


def resume(alum: AlumniProfile) -> None:
    alum.paused_until, alum.is_paused = None, False
    alum.save(update_fields=["paused_until", "is_paused"])


def set_limit(alum: AlumniProfile, *, cap: int | None) -> None:
    """Say how many requests a month one takes; a pause stays as it is."""
    set_availability(alum, cap=cap, paused_until=alum.paused_until, is_paused=alum.is_paused)


def set_availability(alum: AlumniProfile, *, cap: int | None, paused_until: date | None, is_paused: bool) -> None:
    """Say how often one may be asked: so many a month (None: as the office says), and not during a pause."""
    if cap != alum.monthly_cap:
        alum.own_fields = sorted({*alum.own_fields, "monthly_cap"})
    alum.monthly_cap, alum.paused_until, alum.is_paused = cap, paused_until, is_paused
    alum.save(update_fields=["monthly_cap", "own_fields", "paused_until", "is_paused"])


def confirm(alum: AlumniProfile, *, now: datetime) -> None:
    """It is still right, says the alum; one that rested is back in the directory. Raises Refused as `join` does."""
    alum.confirmed_at = now
    alum.save(update_fields=["confirmed_at"])
    alum.confirmed_parts.all().delete()  # it was said of all of it
    if alum.listing == Listing.RESTING:
        join(alum)


def tell(alum: AlumniProfile, columns: Mapping[str, Any], *, now: datetime) -> None:
    """The alum says some columns anew; no import writes over them."""
    alum.confirmed_at = now
    written = visibility.write(alum, **columns)
    alum.own_fields = sorted({*alum.own_fields, *columns})
    alum.save(update_fields=[*written, "confirmed_at", "own_fields"])


def rest(alum: AlumniProfile) -> None:
    """Out of the directory until the alum says a word; nobody answered whether the entry is still right."""
    alum.listing = Listing.RESTING
    alum.save(update_fields=["listing"])


def leave(alum: AlumniProfile) -> None:
    """Out of the directory, whatever later files say."""
    _list_as(alum, Listing.REMOVED)


def stay(alum: AlumniProfile, *, listing: str, own_fields: list[str]) -> None:
    """Take back a `leave`: the entry is listed as it was before. Where it is not gone any more, nothing changes."""
    with _one_of_an_address():
        AlumniProfile.objects.filter(pk=alum.pk, listing=Listing.REMOVED).update(listing=listing, own_fields=own_fields)


@contextmanager
def _one_of_an_address() -> Iterator[None]:
    """Refuse in words what the database does: two listed entries of one address."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        raise Refused(
            "Another profile with your email address is already in the directory. Ask the office to fix it."
        ) from error


def join(alum: AlumniProfile) -> None:
    """Into the directory, by the alum's own word. Raises Refused where the office's file forbids it."""
    if alum.is_do_not_contact or alum.is_deceased:
        raise Refused("The university marked your record “Do Not Contact”. Ask the office to change it.")
    if not alum.email:
        raise Refused("Your profile has no email address. Ask the office to add one.")
    with _one_of_an_address():
        _list_as(alum, Listing.LISTED)


def _list_as(alum: AlumniProfile, listing: Listing) -> None:
    alum.listing = listing
    alum.own_fields = sorted({*alum.own_fields, "listing"})
    alum.save(update_fields=["listing", "own_fields"])
