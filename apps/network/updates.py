"""A progress update to several people: one piece of news, and a letter of its own for each (R112).

The letters are drafts like any other until the student says that they were sent. Nobody sees who else got one.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import F, QuerySet

from apps.accounts.models import User
from apps.network import actions, noted, reasons
from apps.network.models import Contact, LetterDraft, ProgressUpdate, Touch

MOST_LETTERS = 30
MOST_OFFERED = 12


def current(student: User) -> ProgressUpdate | None:
    """Return the update that is being written; None where there is none."""
    return ProgressUpdate.objects.filter(student=student, finished_at=None).first()


def letters(update: ProgressUpdate) -> list[LetterDraft]:
    """Return the letters that are not sent yet, by name."""
    drafts = LetterDraft.objects.filter(contact__student=update.student_id, about=f"update={update.pk}")
    return list(drafts.select_related("contact").order_by("contact__sort_key", "pk")[:MOST_LETTERS])


def offered(student: User, *, but: Iterable[int] = ()) -> QuerySet[Contact]:
    """Return those who may like to hear: who talked with the student and did not say that they would rather not."""
    people = Contact.objects.filter(student=student, archived_at=None, interviews__status="completed")
    people = people.exclude(interviews__debrief__may_stay_in_touch=False).exclude(pk__in=list(but))
    return people.distinct().order_by(F("last_touch_at").asc(nulls_last=True), "sort_key", "pk")


@transaction.atomic
def begin(student: User, *, news: str, people: Iterable[Contact], now: datetime) -> ProgressUpdate:
    """Begin an update, or go on with the one that was begun, with a first draft for each of these people."""
    actions.one_at_a_time(student)
    update = current(student) or ProgressUpdate(student=student, started_at=now)
    update.news = news
    update.save()
    add(update, people)
    return update


def add(update: ProgressUpdate, people: Iterable[Contact]) -> None:
    """Write a first draft to each of these people who has none yet."""
    there = {letter.contact_id for letter in letters(update)}
    new = [person for person in people if person.pk not in there][: MOST_LETTERS - len(there)]
    notes = noted.notes_of(person.pk for person in new)
    LetterDraft.objects.bulk_create(
        LetterDraft(
            contact=person,
            about=f"update={update.pk}",
            body=reasons.update_letter(person, student=update.student, news=update.news, notes=notes[person.pk]),
        )
        for person in new
    )


@transaction.atomic
def put_news(update: ProgressUpdate, *, news: str) -> int:
    """Put what is new in the place of what was said before, in every letter that still says it.

    Returns how many letters say something else by now, and are left as they are.
    """
    actions.one_at_a_time(update.student)
    was, others = update.news.strip(), 0
    for letter in letters(update):
        if was and was in letter.body:
            letter.body = letter.body.replace(was, news.strip(), 1)
            letter.version += 1
            letter.save()
        elif news.strip() not in letter.body:
            others += 1
    update.news = news
    update.save()
    return others


@transaction.atomic
def keep(update: ProgressUpdate, typed: dict[int, tuple[int, str]]) -> None:
    """Keep the letters as they were typed: {number of the letter: (version, text)}. Raises Conflict."""
    for letter in letters(update):
        if letter.pk in typed:
            version, body = typed[letter.pk]
            actions.keep_letter(letter.contact, letter.about, version=version, body=body)


@transaction.atomic
def sent(update: ProgressUpdate, chosen: Iterable[int], *, now: datetime) -> list[Contact]:
    """Note that these letters were sent, each in the story of its person. Returns to whom."""
    actions.one_at_a_time(update.student)
    keys, people = set(chosen), []
    rest = []
    for letter in letters(update):
        if letter.pk not in keys:
            rest.append(letter)
            continue
        actions.touch(letter.contact, Touch.Kind.UPDATED, at=now, note=letter.body.strip()[:2000])
        people.append(letter.contact)
        letter.delete()
    if not rest:
        ProgressUpdate.objects.filter(pk=update.pk).update(finished_at=now)
    return people


@transaction.atomic
def forget(update: ProgressUpdate) -> None:
    """Throw the update away with its letters; nothing was sent."""
    LetterDraft.objects.filter(contact__student=update.student_id, about=f"update={update.pk}").delete()
    update.delete()
