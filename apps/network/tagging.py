"""Tags on one person: put on, taken off. What a tag is and how it is compared, the model says."""

from django.db import transaction

from apps.network import actions
from apps.network.models import Contact, Tag
from apps.web.answers import Refused

MOST_TAGS = 200  # of one student: words to find people by, and no second set of notes


@transaction.atomic
def put_on(contact: Contact, name: str) -> Tag:
    """Put a tag on somebody, made if it is new. Raises Refused where nothing of it is left to read."""
    actions.one_at_a_time(contact.student)
    new = Tag(student_id=contact.student_id, name=name)
    new.compose()
    if not new.key:
        raise Refused("Write a word as a tag, for example water.")
    tag = Tag.objects.filter(student=contact.student_id, key=new.key).first()
    if tag is None:
        if Tag.objects.filter(student=contact.student_id).count() >= MOST_TAGS:
            raise Refused(f"You have {MOST_TAGS} tags. Use one of them, or remove one first.")
        tag = new
        tag.save()
    contact.tags.add(tag)
    return tag


def take_off(contact: Contact, tag: Tag) -> None:
    """Take a tag off somebody; one that nobody has any more is gone."""
    contact.tags.remove(tag)
    if not tag.contacts.exists():
        tag.delete()
