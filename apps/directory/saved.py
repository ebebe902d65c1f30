"""What a student does with a search they keep, and the weekly look at who is new in it (R201).

The look begins on Sunday at noon where the office is: whoever was found is told in the mail of Monday morning, wherever
the student lives. It decides who is new; whether and when a mail leaves is apps/reminders’, as with everything that is
due. Whoever a search has found once is never new to it again.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction

from apps.accounts.models import User
from apps.alumni.models import AlumniProfile
from apps.directory import facets, search
from apps.directory.models import SavedSearch
from apps.directory.queries import DirectoryQuery
from apps.directory.readers import reader_of
from apps.policy.models import Policy
from apps.web.answers import Refused

LIMIT = 10  # searches of one student
MOST = 1000  # people: whoever searches more widely does not wait for one more
AT_ONCE = 100  # searches looked at in one sweep
UNDO = timedelta(days=1)
SUNDAY, NOON = 6, 12
FULL = f"You have {LIMIT} saved searches. Delete one, or save this in place of one."
KEPT = "You already saved this search."
GONE = "This saved search was deleted. Search again to save it."


# --- what the student does --------------------------------------------------------------------------------------------


def save(student: User, query: DirectoryQuery, *, name: str, now: datetime) -> SavedSearch:
    """Keep a search, under a name. Raises Refused where it is kept already, or as many as may be are."""
    found = _found(student, query, now)
    with _one_of_an_address():
        _lock(student)
        if SavedSearch.objects.filter(student=student).kept().count() >= LIMIT:
            raise Refused(FULL)
        return SavedSearch.objects.create(
            student=student,
            name=name or name_of(query),
            address=query.kept,
            seen_ids=found,
            finds=len(found),
            looked_at=now,
        )


def replace(saved: SavedSearch, query: DirectoryQuery, *, name: str, now: datetime) -> None:
    """Let a saved search ask something else; whoever that finds now is not new to it."""
    found = _found(saved.student, query, now)
    with _one_of_an_address():
        saved = _locked(saved)
        saved.before = {"name": saved.name, "address": saved.address}
        saved.name, saved.address = name or name_of(query), query.kept
        _look_anew(saved, found, now)


def rename(saved: SavedSearch, *, name: str) -> None:
    with transaction.atomic():
        saved = _locked(saved)
        saved.before = {"name": saved.name, "address": saved.address}
        saved.name = name or name_of(saved.query)
        saved.save(update_fields=["name", "before"])


def undo(saved: SavedSearch, *, now: datetime) -> None:
    """Take back the last change of name or of what is asked, or the deletion. Raises Refused where nothing is left."""
    with _one_of_an_address():
        _lock(saved.student)
        saved = SavedSearch.objects.select_for_update(no_key=True, of=("self",)).get(pk=saved.pk)
        if saved.removed_at is not None:
            if SavedSearch.objects.filter(student=saved.student_id).kept().count() >= LIMIT:
                raise Refused(FULL)
            saved.removed_at = None
            saved.save(update_fields=["removed_at"])
            return
        if not saved.before:
            raise Refused("There’s nothing left to undo.")
        is_other = saved.before["address"] != saved.address
        saved.name, saved.address, saved.before = saved.before["name"], saved.before["address"], {}
        saved.save(update_fields=["name", "address", "before"])
    if is_other:
        _look_anew(saved, _found(saved.student, saved.query, now, most=MOST + 1), now)


def remove(saved: SavedSearch, *, now: datetime) -> None:
    """Delete a saved search. Its undo can bring it back for a day; then it is gone."""
    SavedSearch.objects.filter(pk=saved.pk, removed_at=None).update(removed_at=now)


def mute(saved: SavedSearch, *, is_muted: bool) -> None:
    SavedSearch.objects.filter(pk=saved.pk).update(is_muted=is_muted)


def opened(saved: SavedSearch, *, now: datetime) -> None:
    """The student has seen who is new: no mail says it any more."""
    SavedSearch.objects.filter(pk=saved.pk, opened_at=None).update(opened_at=now)


def name_of(query: DirectoryQuery) -> str:
    """Return what a search is called unless the student says otherwise: its words, then its filters."""
    told = [query.text] if query.text else []
    return ", ".join([*told, *(chip.words for chip in facets.chips(query))])[:80]


def _found(student: User, query: DirectoryQuery, now: datetime, *, most: int = MOST) -> list[int]:
    """Return whom a search finds now. Raises Refused where it asks nothing, or more than is worth waiting for."""
    if query.is_plain:
        raise Refused("Add a word or a filter first, then save the search.")
    found = _ids(student, query, now)
    if len(found) > most:
        raise Refused(f"This search finds more than {MOST:,} people. Narrow it, then save it.")
    return found


def _ids(student: User, query: DirectoryQuery, now: datetime) -> list[int]:
    reader = reader_of(student, getattr(student, "student_profile", None))
    return search.ids(query, reader, now=now, policy=Policy.now(), most=MOST + 1)


def _look_anew(saved: SavedSearch, found: list[int], now: datetime) -> None:
    saved.seen_ids, saved.new_ids, saved.finds, saved.looked_at, saved.found_at = found, [], len(found), now, None
    saved.opened_at = None
    names = ("name", "address", "before", "seen_ids", "new_ids", "finds", "looked_at", "found_at", "opened_at")
    saved.save(update_fields=names)


def _lock(student: User) -> None:
    User.objects.select_for_update(no_key=True, of=("self",)).get(pk=student.pk)


def _locked(saved: SavedSearch) -> SavedSearch:
    """Return a saved search, locked. Raises Refused where it was deleted meanwhile."""
    found = SavedSearch.objects.kept().select_for_update(no_key=True, of=("self",)).filter(pk=saved.pk).first()
    if found is None:
        raise Refused(GONE)
    return found


@contextmanager
def _one_of_an_address() -> Iterator[None]:
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        raise Refused(KEPT) from error


# --- who is new -------------------------------------------------------------------------------------------------------


def newest(saved: SavedSearch, *, now: datetime, most: int) -> list[AlumniProfile]:
    """Return those found since the student last looked whom the search still finds: they may have changed since."""
    ids = set(saved.new_ids).intersection(_ids(saved.student, saved.query, now)) if saved.new_ids else set()
    return list(AlumniProfile.objects.listed().filter(pk__in=ids).lean().order_by("sort_key", "pk")[:most])


def to_look_at(now: datetime, policy: Policy) -> list[SavedSearch]:
    """Return the saved searches whose turn it is this week, those of one student together."""
    rows = SavedSearch.objects.kept().filter(looked_at__lt=week_of(now, policy), student__is_active=True)
    return list(rows.select_related("student__student_profile").order_by("student_id", "pk")[:AT_ONCE])


def week_of(now: datetime, policy: Policy) -> datetime:
    """Return the last Sunday noon where the office is."""
    local = now.astimezone(ZoneInfo(policy.time_zone))
    noon = local.replace(hour=NOON, minute=0, second=0, microsecond=0)
    noon -= timedelta(days=(local.weekday() - SUNDAY) % 7)
    return noon if noon <= local else noon - timedelta(days=7)


def look(saved: SavedSearch, now: datetime) -> None:
    """Look who is new in one saved search, and remember it."""
    found = _ids(saved.student, saved.query, now)
    with transaction.atomic():
        kept = SavedSearch.objects.kept().select_for_update(no_key=True, of=("self",)).filter(pk=saved.pk).first()
        if kept is None or kept.address != saved.address:
            return
        kept.looked_at, kept.finds = now, len(found)
        seen = set(kept.seen_ids)
        if len(found) <= MOST and (new := [pk for pk in found if pk not in seen]):
            earlier = kept.new_ids if kept.opened_at is None else []
            kept.new_ids, kept.found_at, kept.opened_at = [*new, *earlier], now, None
            kept.seen_ids = sorted(seen | set(new))
        kept.save(update_fields=["looked_at", "finds", "new_ids", "found_at", "opened_at", "seen_ids"])


def forget(now: datetime) -> None:
    """Delete for good what was deleted a day ago."""
    SavedSearch.objects.filter(removed_at__lt=now - UNDO).delete()
