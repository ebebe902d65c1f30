"""Take back the last thing that was done on a page of the network: offered once, on the page that it leads to.

What was taken out is kept in the session of the person who did it and nowhere else, so it is gone with the session. It
decides what is offered; what an undo does to the people of a map is network.actions'.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol, cast
from urllib.parse import urlencode

from django.core import serializers
from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone

from apps.accounts.requests import Request
from apps.network import actions, adding, bulk, contact_gaps
from apps.network.adding import Added
from apps.network.merging import Whole
from apps.network.models import Contact, Referral, Touch
from apps.web.answers import Refused

KEY, LINES = "network_undo", "network_undo_lines"
MOST_LINES = 8


class Entry(Protocol):
    """A row of the student that can be taken out and put back: one of the story, or of a room above this one."""

    @property
    def pk(self) -> int: ...

    @property
    def student_id(self) -> int: ...

    @property
    def contact_id(self) -> int | None: ...

    def delete(self) -> object: ...


@dataclass(frozen=True)
class Offer:
    """What was just done, in words, and what its undo says."""

    words: str
    button: str


def offer_entry(request: Request, entry: Entry, *with_it: Entry, words: str, back: str) -> str:
    """Keep an entry that is about to be deleted, and what goes with it. Returns the page that offers it back."""
    return _offer(request, words, "Undo", back, rows=_whole(entry, *with_it))


def _whole(entry: Entry, *with_it: Entry) -> str:
    """Return an entry that is about to be deleted with all that the deletion takes along."""
    row = cast(models.Model, entry)
    along = [
        one
        for relation in row._meta.related_objects
        if relation.on_delete is models.CASCADE
        for one in relation.related_model._base_manager.filter(**{relation.field.name: row})
    ]
    rows = dict.fromkeys([row, *cast("tuple[models.Model, ...]", with_it), *along])
    return serializers.serialize("json", list(rows), cls=Whole)


def as_it_is(entry: Entry) -> str:
    """Return an entry as the database has it now, to be compared and put back."""
    row = cast(models.Model, entry)
    return serializers.serialize("json", [type(row)._base_manager.get(pk=row.pk)], cls=Whole)


def offer_edit(request: Request, entry: Entry, was: str) -> str:
    """Keep an entry as it was (`as_it_is`) before it was changed. Returns the address that takes the change back."""
    return _offer_line(request, entry, rows=was, became=as_it_is(entry))


def offer_line(request: Request, entry: Entry) -> str:
    """Keep an entry that is about to be deleted where it stands. Returns the address that puts it back."""
    return _offer_line(request, entry, rows=_whole(entry))


def _offer_line(request: Request, entry: Entry, **what: str) -> str:
    """Several lines of one page may each offer their own undo, so each is kept under its own name."""
    name = f"{cast(models.Model, entry)._meta.model_name}-{entry.pk}"
    kept = {key: value for key, value in request.session.get(LINES, {}).items() if key != name}
    request.session[LINES] = dict([*kept.items(), (name, what)][-MOST_LINES:])
    return f"{reverse('network_undo')}?{urlencode({'line': name})}"


def offer_names(request: Request, added: Added, *, words: str, back: str) -> str:
    """Keep who was put on the map. Returns the address of the page that offers to take them off again."""
    made, returned = [person.pk for person in added.made], [person.pk for person in added.returned]
    return _offer(request, words, "Undo", back, made=made, returned=returned, filled=added.changed)


def offer_change(request: Request, changed: bulk.Changed, *, back: str) -> str:
    """Keep what several people were before it was changed. Returns the address of the page that offers it back."""
    if not changed.what:
        request.session.pop(KEY, None)
        return back
    return _offer(request, changed.words, "Undo", back, changed=changed.what, was=changed.was)


def _offer(request: Request, words: str, button: str, back: str, **what: Any) -> str:
    request.session[KEY] = {"words": words, "button": button, "back": back, **what}
    return f"{back}{'&' if '?' in back else '?'}undo=1"


def offered(request: Request) -> Offer | None:
    """Return what this page offers to take back; None on any other, or once it was taken back."""
    kept = request.session.get(KEY)
    if not kept or "undo" not in request.GET or kept["back"].partition("?")[0] != request.path:
        return None
    return Offer(kept["words"], kept["button"])


class Undone(NamedTuple):
    """What to say, where it was, and the entry that stands there again."""

    said: str
    back: str = ""
    entry: Entry | None = None


@transaction.atomic
def undo(request: Request) -> Undone:
    """Take back what was offered. Raises Refused where nothing is left of it."""
    kept = _kept(request)
    if not kept:
        raise Refused("There’s nothing left to undo.")
    back = kept.get("back", "")
    if "became" in kept:
        return Undone("Undone.", back, _as_it_was(request, kept["rows"], kept["became"]))
    if "rows" in kept:
        return Undone("Restored.", back, _put_back(request, kept["rows"]))
    if "changed" in kept:
        if not bulk.put_back(request.user, kept["changed"], kept["was"]):
            raise Refused("There’s nothing left to undo.")
        return Undone("Undone.", back)
    return Undone(_without_names(request, kept), back)


def _without_names(request: Request, kept: Any) -> str:
    """Take people off again, and addresses that came with their names. Returns what to say."""
    emptied = contact_gaps.put_back([line for line in kept.get("filled", ()) if _is_own(request, line[0])])
    gone = adding.take_names_back(request.user, made=kept["made"], returned=kept["returned"], now=timezone.now())
    if not gone and not emptied:
        raise Refused("There’s nothing left to undo.")
    if not gone:
        return "Undone."
    return f"{listed(gone)} {'was' if len(gone) == 1 else 'were'} removed from your network."


def _is_own(request: Request, key: int) -> bool:
    return Contact.objects.filter(student=request.user, pk=key).exists()


def _kept(request: Request) -> Any:
    """Take what is to be undone out of the session: of the line that the address names, else the last of all."""
    if (line := request.GET.get("line")) is None:
        return request.session.pop(KEY, None)
    lines = dict(request.session.get(LINES, {}))
    kept = lines.pop(line, None)
    request.session[LINES] = lines
    return kept


def _put_back(request: Request, rows: str) -> Entry | None:
    """Put back what was taken out. Returns the entry itself, of all that went with it."""
    found = list(serializers.deserialize("json", rows))
    for kept in found:  # one after the other: what went with an entry stands on it
        entry = _own(request, kept.object)
        if _is_there(entry):
            raise Refused("There’s nothing left to undo.")
        kept.save()
        if isinstance(entry, Touch):
            actions.recount(entry.contact)
    return cast(Entry, found[0].object) if found else None


def _own(request: Request, row: Any) -> Entry:
    """Return a kept row as an entry of the one who asks; Refused where a person of it is gone."""
    entry = cast(Entry, row)
    people = {pk for pk in (entry.contact_id, getattr(entry, "referrer_id", None)) if pk is not None}
    theirs = Contact.objects.filter(student=request.user, pk__in=people).count()
    if entry.student_id != request.user.pk or theirs != len(people):
        raise Refused("There’s nothing left to undo.")
    return entry


def _as_it_was(request: Request, rows: str, became: str) -> Entry:
    """Write an entry back as it was, if nobody has changed it since; who was last in touch is counted anew."""
    kept = next(iter(serializers.deserialize("json", rows)))
    entry = _own(request, kept.object)
    now = type(kept.object)._base_manager.select_for_update(no_key=True, of=("self",)).filter(pk=entry.pk).first()
    if now is None or as_it_is(cast(Entry, now)) != became:
        raise Refused("This was changed again since, so it stays as it is.")
    if isinstance(entry, Referral) and _is_twice(entry):
        raise Refused(f"You already added that {entry.referrer.name} suggested {entry.contact.name}.")
    kept.save()
    if isinstance(entry, Touch):
        actions.recount(entry.contact, was=cast(Touch, now).at)
    return entry


def _is_twice(entry: Referral) -> bool:
    same = Referral.objects.filter(referrer=entry.referrer_id, contact=entry.contact_id)
    return same.exclude(pk=entry.pk).exists()


def _is_there(entry: Entry) -> bool:
    if isinstance(entry, Referral):
        return Referral.objects.filter(referrer=entry.referrer_id, contact=entry.contact_id).exists()
    return type(cast(models.Model, entry))._base_manager.filter(pk=entry.pk).exists()


def listed(people: Iterable[Contact], most: int = 6) -> str:
    """Return names as a sentence has them: Ana, Ben and Cy; of many the first few."""
    names = [person.name for person in people]
    if len(names) > most:
        return f"{', '.join(names[: most - 1])} and {len(names) - most + 1} more"
    return " and ".join([*[", ".join(names[:-1])][: len(names) > 1], *names[-1:]])
