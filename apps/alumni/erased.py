"""An entry whose alum had their data deleted: what stays of it is a mark, so that no file brings them back (R254).

The mark is a keyed hash of the Constituent ID and stands where the ID stood. From it nobody reads the ID; a file that
names the ID again is recognised (import_verdicts.py), as long as SECRET_KEY stays, or stands among the fallbacks.
"""

import hashlib
import hmac

from django.conf import settings

from apps.alumni.models import AlumniProfile, BlockedStudent, Listing, SavedAlum, Word

PREFIX = "erased:"
NAME = "An alum"


def mark(external_id: str) -> str:
    """Return what stands in the place of a Constituent ID: 39 characters, of the 40 there are."""
    return _mark(external_id, settings.SECRET_KEY)


def _mark(external_id: str, secret: str) -> str:
    key = f"apps.alumni.erased:{secret}".encode()
    return PREFIX + hmac.new(key, external_id.encode(), hashlib.sha256).hexdigest()[:32]


def marks(external_id: str) -> list[str]:
    """Return by what an ID may have been marked: by the key as it is, and as it was before."""
    return [_mark(external_id, secret) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]


def is_mark(external_id: str | None) -> bool:
    return (external_id or "").startswith(PREFIX)


def empty(entry: AlumniProfile) -> None:
    """Take everything out of an entry but what others' conversations hang on. It is listed no more, for good."""
    was_listed = entry.listing in (Listing.LISTED, Listing.CLOSED)
    kept = {"id", "external_id", "listing", "name", "created_at", "updated_at", "search"}
    fresh = AlumniProfile()
    for field in AlumniProfile._meta.concrete_fields:
        if field.name not in kept:
            setattr(entry, field.attname, getattr(fresh, field.attname))
    if entry.external_id and not is_mark(entry.external_id):
        entry.external_id = mark(entry.external_id)
    entry.name, entry.listing, entry.is_do_not_contact = NAME, Listing.REMOVED, True
    entry.save()
    SavedAlum.objects.filter(alum=entry).delete()
    BlockedStudent.objects.filter(alum=entry).delete()
    if was_listed:
        Word.objects.relearn()
