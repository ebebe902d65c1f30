"""What of the shelf stands on a page, and how the office puts it in order."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from apps.shelf.models import Resource, Topic, last


@dataclass(frozen=True)
class Shelf:
    """What there is on one topic."""

    topic: str
    label: str
    resources: list[Resource]


def shelf(*topics: Topic) -> list[Resource]:
    """Return what students may see on these topics: one statement."""
    return list(Resource.objects.shown().filter(topic__in=topics))


def two(topic: Topic) -> list[Resource]:
    """Return the first two on a topic, for a line beside something else: one statement."""
    return list(Resource.objects.shown().filter(topic=topic)[:2])


def shelves(resources: Iterable[Resource]) -> list[Shelf]:
    """Return them by topic, in the order of the method; a topic with nothing on it is left out."""
    every = list(resources)
    by_topic = [Shelf(topic, topic.label, [one for one in every if one.topic == topic]) for topic in Topic]
    return [one for one in by_topic if one.resources]


@transaction.atomic
def save(resource: Resource, *, was: str = "") -> Resource:
    """Write something new, or what was changed; on another topic than it `was` it comes last."""
    if resource.topic != was:
        resource.position = last(resource.topic)
    resource.save()
    return resource


def archive(resource: Resource, *, now: datetime) -> None:
    Resource.objects.filter(pk=resource.pk, archived_at=None).update(archived_at=now)


def restore(resource: Resource) -> None:
    Resource.objects.filter(pk=resource.pk).update(archived_at=None)


@transaction.atomic
def move(resource: Resource, *, steps: int) -> None:
    """Move one up (negative) or down among those of its topic that are shown; at the ends it stays."""
    rows = list(Resource.objects.select_for_update(no_key=True, of=("self",)).shown().filter(topic=resource.topic))
    at = next((index for index, row in enumerate(rows) if row.pk == resource.pk), None)
    if at is None:
        return
    row = rows.pop(at)
    rows.insert(max(0, min(at + steps, len(rows))), row)
    for place, one in enumerate(rows, 1):
        if one.position != place:
            one.position = place
            one.save(update_fields=["position"])
