"""What the student wrote down about people that a letter to them can begin with: read for one or for many at once."""

from collections.abc import Iterable

from apps.network.models import ActionStep, Contact
from apps.network.reasons import Notes


def notes_of(people: Iterable[int]) -> dict[int, Notes]:
    """Return for each of these people the last step that was done, and the sentence kept from the last talk."""
    pks = list(people)
    done = ActionStep.objects.filter(contact__in=pks, done_at__isnull=False, is_theirs=False).order_by("done_at", "pk")
    steps = dict(done.values_list("contact", "text"))  # the last one wins
    talks = Contact.objects.filter(pk__in=pks, interviews__status="completed").order_by("interviews__starts_at")
    quotes, talked = dict[int, str](), set[int]()
    for pk, quote in talks.values_list("pk", "interviews__debrief__quote"):
        talked.add(pk)
        if quote:
            quotes[pk] = quote
    return {pk: Notes(pk in talked, steps.get(pk) or "", quotes.get(pk, "")) for pk in pks}


def note_of(contact: Contact) -> Notes:
    return notes_of([contact.pk])[contact.pk]
