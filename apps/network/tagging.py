"""Tags on one person: put on, taken off. What a tag is, the model says; of many people at once it is bulk.py's."""

from django.db import transaction

from apps.network import actions, bulk
from apps.network.models import Contact, Tag


@transaction.atomic
def put_on(contact: Contact, name: str) -> Tag:
    """Put a tag on somebody, made if it is new. Raises Refused where nothing of it is left to read."""
    actions.one_at_a_time(contact.student)
    tag = bulk.tag_named(name, contact.student)
    contact.tags.add(tag)
    return tag


def take_off(contact: Contact, tag: Tag) -> None:
    """Take a tag off somebody; it stays to be put on others."""
    contact.tags.remove(tag)
