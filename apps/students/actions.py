"""What students do on their own pages that takes more than saving a form."""

import re
from collections.abc import Collection, Mapping
from datetime import datetime
from functools import partial

from django.db import transaction

from apps.accounts.models import User
from apps.students import earlier
from apps.students.models import EarlierIntroduction, Introduction, StudentProfile
from apps.web.answers import Refused
from apps.web.autosave import differing, write
from apps.wording import jargon


@transaction.atomic
def save_introduction(
    *, by: User, version: int, values: Mapping[str, str], now: datetime, is_press: bool = True
) -> Introduction:
    """Write the parts that changed, and keep what they said before. Returns the introduction as it is now.

    `is_press`: somebody pressed a button, and it is not a script that saves while they write. Raises autosave.Conflict.
    """
    fresh = _locked(by)
    changed = differing(fresh, version, values, noun="This introduction")
    if changed:
        if earlier.is_a_version(fresh, now=now):
            earlier.keep(fresh, now=now)
        fresh.is_typing = not is_press
        write(fresh, changed)
    elif is_press:
        Introduction.objects.filter(pk=fresh.pk).update(is_typing=False)
    return fresh


@transaction.atomic
def use_again(kept: EarlierIntroduction, *, by: User, now: datetime) -> EarlierIntroduction | None:
    """Say again what the introduction said earlier. Returns where the words are that it replaces, if there were any."""
    fresh = _locked(by)
    replaced = earlier.keep(fresh, now=now)
    changed = differing(fresh, fresh.version, earlier.words_of(kept))
    if changed:
        fresh.is_typing = False
        write(fresh, changed)
    return replaced


def _locked(student: User) -> Introduction:
    return Introduction.objects.select_for_update(no_key=True, of=("self",)).get(student=student)


def in_plain_words(text: str, *, known: Collection[str]) -> str:
    """Return a part with its terms in plain words, where some are known; an article before one is not said twice."""
    for term in jargon.terms(text, known=known):
        if term.plain:
            bare = _ARTICLE.sub("", term.plain)
            text = re.sub(rf"\b(an?|the) {re.escape(term.word)}(?!\w)", partial(_after_article, bare), text)
            text = re.sub(rf"(?<!\w){re.escape(term.word)}(?!\w)", term.plain, text)
    return text


_ARTICLE = re.compile(r"^(?:an?|the) ")


def _after_article(plain: str, found: re.Match[str]) -> str:
    article = found[1] if found[1] == "the" else "an" if plain[0] in "aeiou" else "a"
    return f"{article} {plain}"


@transaction.atomic
def keep_words(*, by: User, text: str) -> None:
    """Remember that the student keeps the terms of a part as they are. No new version: its words are the same."""
    mine = _locked(by)
    kept = dict.fromkeys([*mine.kept_words, *(term.key for term in jargon.terms(text))])
    Introduction.objects.filter(pk=mine.pk).update(kept_words=list(kept)[-MOST_KEPT:])


MOST_KEPT = 60


def share_introduction(mine: Introduction, *, coach: User | None, now: datetime) -> None:
    """Let the student's coach read the introduction from now on. Raises Refused where there is none, or nothing yet."""
    if coach is None:
        raise Refused("You don’t have a coach yet. Ask the office for one.")
    if not mine.text:
        raise Refused("Write at least one part first.")
    unless_so = Introduction.objects.filter(pk=mine.pk).exclude(shared_with=coach, shared_at__isnull=False)
    unless_so.update(shared_with=coach, shared_at=now)


def stop_sharing_introduction(student: User) -> None:
    Introduction.objects.filter(student=student).update(shared_with=None, shared_at=None)


def welcome(profile: StudentProfile, *, now: datetime) -> None:
    """Remember that the student has seen the first page, whether they filled it in or not."""
    profile.welcomed_at = profile.welcomed_at or now
    profile.save(update_fields=["welcomed_at"])
