"""Take back the last thing that was done on a page of the network: offered once, on the page that it leads to.

What was taken out is kept in the session of the person who did it and nowhere else, so it is gone with the session. It
decides what is offered; what an undo does to the people of a map is network.actions'.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, cast

from django.core import serializers
from django.db import models, transaction
from django.utils import timezone

from apps.accounts.requests import Request
from apps.network import actions, bulk
from apps.network.merging import Whole
from apps.network.models import ActionStep, Contact, Outcome, Referral, Touch
from apps.web.answers import Refused

KEY = "network_undo"
type Entry = Touch | ActionStep | Outcome | Referral


@dataclass(frozen=True)
class Offer:
    """What was just done, in words, and what its undo says."""

    words: str
    button: str


def offer_entry(request: Request, entry: Entry, *, words: str, back: str) -> str:
    """Keep an entry that is about to be deleted. Returns the address of the page that offers it back."""
    rows = serializers.serialize("json", [cast(models.Model, entry)], cls=Whole)
    return _offer(request, words, "Undo", back, rows=rows)


def offer_names(request: Request, added: actions.Added, *, words: str, back: str) -> str:
    """Keep who was put on the map. Returns the address of the page that offers to take them off again."""
    made, returned = [person.pk for person in added.made], [person.pk for person in added.returned]
    return _offer(request, words, "Undo", back, made=made, returned=returned)


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


@transaction.atomic
def undo(request: Request) -> tuple[str, str]:
    """Take back what was offered. Returns where it was, and what to say. Raises Refused where nothing is left of it."""
    kept = request.session.pop(KEY, None)
    if not kept:
        raise Refused("There’s nothing left to undo.")
    if "rows" in kept:
        _put_back(request, kept["rows"])
        return kept["back"], "Restored."
    if "changed" in kept:
        if not bulk.put_back(request.user, kept["changed"], kept["was"]):
            raise Refused("There’s nothing left to undo.")
        return kept["back"], "Undone."
    gone = actions.take_names_back(request.user, made=kept["made"], returned=kept["returned"], now=timezone.now())
    if not gone:
        raise Refused("There’s nothing left to undo.")
    return kept["back"], f"{listed(gone)} {'was' if len(gone) == 1 else 'were'} removed from your network."


def _put_back(request: Request, rows: str) -> None:
    for kept in serializers.deserialize("json", rows):
        entry = cast(Entry, kept.object)
        people = {pk for pk in (entry.contact_id, getattr(entry, "referrer_id", None)) if pk is not None}
        theirs = Contact.objects.filter(student=request.user, pk__in=people).count()
        if entry.student_id != request.user.pk or theirs != len(people) or _is_there(entry):
            raise Refused("There’s nothing left to undo.")
        kept.save()
        if isinstance(entry, Touch):
            actions.recount(entry.contact)


def _is_there(entry: Entry) -> bool:
    if isinstance(entry, Referral):
        return Referral.objects.filter(referrer=entry.referrer_id, contact=entry.contact_id).exists()
    return type(entry)._base_manager.filter(pk=entry.pk).exists()


def listed(people: Iterable[Contact], most: int = 6) -> str:
    """Return names as a sentence has them: Ana, Ben and Cy; of many the first few."""
    names = [person.name for person in people]
    if len(names) > most:
        return f"{', '.join(names[: most - 1])} and {len(names) - most + 1} more"
    return " and ".join([*[", ".join(names[:-1])][: len(names) > 1], *names[-1:]])
