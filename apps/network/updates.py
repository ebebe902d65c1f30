"""A progress update to several people: one piece of news, and a letter of its own for each (R112).

The letters are drafts like any other until they are sent, by Rapport or by the student's own hand. Nobody sees who else
got one. By what address somebody may be written to at all is update_mails.py's.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import F, QuerySet

from apps.accounts.models import User
from apps.network import actions, noted, reasons, update_mails
from apps.network.models import Contact, LetterDraft, ProgressUpdate, Touch
from apps.web.answers import Refused

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
    """Note that the student sent these letters, each in the story of its person. Returns to whom."""
    letters = _taken(update, chosen)
    for letter in letters:
        actions.touch(letter.contact, Touch.Kind.UPDATED, at=now, note=letter.body.strip()[:2000])
    _leave(update, letters, now)
    return [letter.contact for letter in letters]


@transaction.atomic
def send(update: ProgressUpdate, chosen: Iterable[int], *, now: datetime) -> list[Contact]:
    """Let Rapport send these letters, once they can’t be taken back any more. Returns to whom.

    Raises Refused where one of these people can’t be written to by Rapport; then nothing is sent.
    """
    letters = _taken(update, chosen)
    ways = update_mails.ways([letter.contact for letter in letters], update.student, now)
    for letter in letters:
        if ways[letter.contact_id].to is None:
            raise Refused(f"{ways[letter.contact_id].why} Copy that note and send it yourself.")
    for letter in letters:
        key = _key(update, letter)
        update_mails.queue(letter, ways[letter.contact_id], key=key, student=update.student, now=now)
        actions.touch(letter.contact, Touch.Kind.UPDATED, at=now, note=letter.body.strip(), key=key)
    _leave(update, letters, now)
    return [letter.contact for letter in letters]


@transaction.atomic
def take_back(update: ProgressUpdate) -> list[Contact]:
    """Make those letters drafts again that Rapport has not sent yet. Returns whose. Raises Refused where all have left.

    Also where another update was begun meanwhile: there is one at a time.
    """
    actions.one_at_a_time(update.student)
    begun = current(update.student)
    if begun is not None and begun.pk != update.pk:
        raise Refused("You’ve begun another update. Send or delete it first.")
    touches = Touch.objects.filter(student=update.student_id, key__startswith=f"update:{update.pk}:")
    back = [touch for touch in touches.select_related("contact").order_by("pk") if update_mails.cancel(touch.key or "")]
    if not back:
        raise Refused("Your notes were already sent.")
    for touch in back:
        LetterDraft.objects.create(contact=touch.contact, about=f"update={update.pk}", body=touch.note)
        was = touch.at
        touch.delete()
        actions.recount(touch.contact, was=was)
    ProgressUpdate.objects.filter(pk=update.pk).update(finished_at=None)
    return [touch.contact for touch in back]


def _key(update: ProgressUpdate, letter: LetterDraft) -> str:
    """One letter of an update, as its mail and the story call it. A letter that was taken back is another one."""
    return f"update:{update.pk}:{letter.pk}"


def _taken(update: ProgressUpdate, chosen: Iterable[int]) -> list[LetterDraft]:
    actions.one_at_a_time(update.student)
    keys = set(chosen)
    return [letter for letter in letters(update) if letter.pk in keys]


def _leave(update: ProgressUpdate, sent: Iterable[LetterDraft], now: datetime) -> None:
    """Let letters go that were sent; the update is over with the last of them."""
    LetterDraft.objects.filter(pk__in=[letter.pk for letter in sent]).delete()
    if not letters(update):
        ProgressUpdate.objects.filter(pk=update.pk).update(finished_at=now)


@transaction.atomic
def forget(update: ProgressUpdate) -> None:
    """Throw the update away with its letters; nothing was sent."""
    LetterDraft.objects.filter(contact__student=update.student_id, about=f"update={update.pk}").delete()
    update.delete()
