"""Two entries of one person become one, field by field, and can be made two again for 30 days.

What hangs on the entry that goes (requests, talks, notes, steps, who named whom) hangs on the one that stays. `before`
of a ContactMerge holds both entries as they were, the keys of every row that was moved, and the rows that could not
stay beside another. Which two may be one person is duplicates.py's.
"""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.core import serializers
from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, models, transaction
from django.db.models import Q

from apps.network import actions
from apps.network.models import Cadence, Contact, ContactMerge, LetterDraft, Referral
from apps.web.answers import Refused

UNDO_DAYS = timedelta(days=30)
# What is chosen, one of the two: the names of the form, and so the lines of the page, in order.
CHOSEN = (
    *("name", "pronouns", "class_year", "title", "organization", "email", "phone", "linkedin", "city"),
    *("time_zone", "relation", "source"),
)
RHYTHM = "rhythm"  # and how often to be in touch


class Whole(DjangoJSONEncoder):
    """Keeps a moment to its last microsecond, so that what is put back is what was taken out."""

    def default(self, value: Any) -> Any:
        return value.isoformat() if isinstance(value, datetime) else super().default(value)


@transaction.atomic
def merge(kept: Contact, other: Contact, *, values: Mapping[str, Any], now: datetime) -> ContactMerge:
    """Make two entries of one student one person: `kept` stays, with these values of CHOSEN, notes and cadence.

    Raises Refused where a request to each is under way, or where both are alumni of the directory.
    """
    actions.one_at_a_time(kept.student)
    rows = Contact.objects.select_for_update(no_key=True, of=("self",)).filter(student=kept.student_id)
    found = {row.pk: row for row in rows.filter(pk__in=[kept.pk, other.pk]).order_by("pk")}
    if len(found) < 2:
        raise Refused("One of the 2 is no longer in your network, so there’s nothing to put together.")
    kept, other = found[kept.pk], found[other.pk]
    if kept.alum_id and other.alum_id:
        raise Refused("The alumni directory lists them as 2 people, so they stay 2 people here.")
    before: dict[str, Any] = {"kept": _kept(kept), "other": _kept(other)}
    before["gone"] = _make_room(kept, other, is_rhythm_of_other=values.get(RHYTHM) == "second")
    before["moved"] = _move(kept, other)
    _fill(kept, other, values)
    _remove(other)
    with actions.one_person():
        kept.version += 1
        kept.save()
    actions.recount(kept)
    return ContactMerge.objects.create(
        student_id=kept.student_id, kept=kept, name=other.name, before=before, merged_at=now
    )


def _kept(row: models.Model) -> Any:
    """Return a row as it is, to be put back."""
    return json.loads(serializers.serialize("json", [row], cls=Whole))[0]


def _make_room(kept: Contact, other: Contact, *, is_rhythm_of_other: bool) -> list[Any]:
    """Take out what cannot stand twice on one person: of two rhythms the one not chosen. Returns the rows."""
    begun = LetterDraft.objects.filter(contact=kept).values("about")
    of_both = Q(referrer=kept, contact=other) | Q(referrer=other, contact=kept)
    twice = Q(contact=other, referrer__in=kept.named_by.values("referrer"))
    twice |= Q(referrer=other, contact__in=kept.named.values("contact"))
    gone: list[models.QuerySet[Any]] = [
        LetterDraft.objects.filter(contact=other, about__in=begun),
        Referral.objects.filter(of_both | twice),
    ]
    if Cadence.objects.filter(contact__in=[kept, other]).count() > 1:
        gone.append(Cadence.objects.filter(contact=kept if is_rhythm_of_other else other))
    rows = [_kept(row) for found in gone for row in found.order_by("pk")]
    for found in gone:
        found.delete()
    return rows


def _move(kept: Contact, other: Contact) -> dict[str, list[int]]:
    """Let all that hangs on `other` hang on `kept`. Returns which rows, by model and column."""
    moved = {}
    try:
        with transaction.atomic():
            for relation in Contact._meta.related_objects:
                model, column = relation.related_model, relation.field.name
                rows = model._base_manager.filter(**{column: other})
                keys = list(rows.order_by("pk").values_list("pk", flat=True))
                if keys:
                    rows.update(**{column: kept})
                    moved[f"{model._meta.label}:{column}"] = keys
    except IntegrityError as error:
        raise Refused(f"You have 2 open requests to {kept.first_name}. Withdraw one of them first.") from error
    return moved


def _fill(kept: Contact, other: Contact, values: Mapping[str, Any]) -> None:
    for name in CHOSEN:
        if name in values:
            setattr(kept, name, values[name])
    kept.notes = values.get("notes", "\n\n".join(filter(None, dict.fromkeys([kept.notes, other.notes]))))
    kept.tags.add(*other.tags.all())
    kept.closeness = max(filter(None, [kept.closeness, other.closeness]), default=None)
    kept.phase = kept.phase or other.phase
    kept.alum = kept.alum or other.alum
    kept.card = kept.card or other.card
    kept.is_private = kept.is_private or other.is_private
    kept.archived_at = None
    kept.told_apart = sorted({*kept.told_apart, *other.told_apart} - {kept.alum_id})
    kept.told_from = sorted({*kept.told_from, *other.told_from} - {kept.pk, other.pk})


def _remove(other: Contact) -> None:
    """Delete the entry of which nothing hangs any more; the card it may have held is the other's now."""
    Contact.objects.filter(pk=other.pk).delete()


@transaction.atomic
def undo(merge: ContactMerge, *, now: datetime) -> Contact:
    """Make two of them again, as they were; what was added since stays with the one that stayed. Raises Refused."""
    actions.one_at_a_time(merge.student)
    fresh = ContactMerge.objects.select_for_update(no_key=True, of=("self",)).filter(pk=merge.pk).first()
    if fresh is None or not fresh.before or fresh.merged_at < now - UNDO_DAYS:
        raise Refused("This can no longer be undone.")
    try:
        with transaction.atomic():
            _put_back(fresh.before["kept"])
            _put_back(fresh.before["other"])
            _move_back(fresh, fresh.before["other"]["pk"])
            for row in fresh.before["gone"]:
                _put_back(row)
    except IntegrityError as error:
        raise Refused(
            "Something was changed since, so they can’t be separated again. Add the other person anew."
        ) from error
    kept = Contact.objects.get(pk=fresh.kept_id)
    other = Contact.objects.get(pk=fresh.before["other"]["pk"])
    fresh.delete()
    for contact in (kept, other):
        actions.recount(contact)
    return other


def _put_back(kept: Any) -> None:
    for row in serializers.deserialize("json", json.dumps([kept]), ignorenonexistent=True):
        row.save()  # raw: every field as it was, and the tags


def _move_back(merge: ContactMerge, other: int) -> None:
    for mark, keys in merge.before["moved"].items():
        label, column = mark.split(":")
        rows = apps.get_model(label)._base_manager.filter(pk__in=keys, **{column: merge.kept_id})
        rows.update(**{column: other})
