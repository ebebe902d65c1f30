"""Acts on where a student looks and who they met there."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from apps.accounts.models import User
from apps.clock import times
from apps.finding.models import Event, LookingPlace, Meeting
from apps.network import actions, adding
from apps.network.adding import Added
from apps.network.models import Contact, Relation, Touch
from apps.network.pasted import Named
from apps.web.answers import Refused

MOST_PLACES, NOON = 30, timedelta(hours=12)


@transaction.atomic
def add_place(student: User, name: str) -> LookingPlace:
    """Add a place of the student's own, once. Raises Refused where there are too many."""
    actions.one_at_a_time(student)
    own = LookingPlace.objects.filter(student=student, kind="")
    if there := own.filter(name__iexact=name).first():
        return there
    if own.count() >= MOST_PLACES:
        raise Refused(f"Keep up to {MOST_PLACES} places of your own. Delete one to make room.")
    return LookingPlace.objects.create(student=student, name=name)


def tick(student: User, key: str, looked_on: date | None) -> None:
    """Say of one of our places when the student looked there; None: they didn't."""
    LookingPlace.objects.update_or_create(student=student, kind=key, defaults={"looked_on": looked_on})


@transaction.atomic
def meet(event: Event, names: Iterable[Named], *, now: datetime) -> Added:
    """Put those who were met at an event on the map, with the event as where, and note that they met."""
    added = adding.add_names(event.student, names, relation=Relation.EVENT)
    Contact.objects.filter(pk__in=[person.pk for person in added.people], source="").update(source=event.name)
    at = min(times.midnight(event.held_on, event.student.zone) + NOON, now)
    noted = set(met_at(event).values_list("pk", flat=True))
    for person in [*added.people, *added.there]:
        if person.pk not in noted:
            Meeting.objects.create(event=event, touch=actions.touch(person, Touch.Kind.MET, at=at, note=event.name))
    answered(event, now=now)
    return added


def answered(event: Event, *, now: datetime | None) -> None:
    """Ask no more who was met; without a time, ask again."""
    Event.objects.filter(pk=event.pk).update(answered_at=now)


def met_at(event: Event) -> QuerySet[Contact]:
    """Return who was met there, by name: in whose history it stands."""
    people = Contact.objects.filter(student=event.student_id, archived_at=None)
    met = Touch.objects.filter(meeting__event=event, kind=Touch.Kind.MET).values("contact")
    return people.filter(pk__in=met).select_related("organization").order_by("sort_key", "pk")


@transaction.atomic
def change(event: Event, *, was: str) -> None:
    """Save an event that was edited; who was met there keeps it as where, under its new name."""
    event.save()
    if event.name != was:
        met = Touch.objects.filter(meeting__event=event)
        people = Contact.objects.filter(student=event.student_id, pk__in=met.values("contact"))
        people.filter(source=was, relation=Relation.EVENT).update(source=event.name)
        met.filter(note=was).update(note=event.name)
