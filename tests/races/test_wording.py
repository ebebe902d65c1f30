"""A coach's wording is taken over while the student saves other words in another tab: neither is lost."""

import pytest
from django.utils import timezone

from apps.interviews.asking.models import Review, ReviewComment
from apps.interviews.reviewing import actions
from apps.interviews.sharing import wording
from apps.interviews.sharing.models import Kind, SharedText
from apps.interviews.thanking.actions import save_thanks
from apps.interviews.thanking.models import ThankYou
from apps.web.autosave import Conflict
from tests import world
from tests.races.together import at_once

pytestmark = pytest.mark.whole
WORDS, DULL, BETTER = "I am interested. I map wells.", "I am interested.", "Who drinks it?"
TYPED = f"{WORDS} More in the other tab."


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("anchor", [DULL, ""])
def test_of_a_wording_and_newer_words_nothing_is_written_over_unseen(student, coach, anchor):
    now = timezone.now()
    talk = world.interview(student, world.contact(student), starts_at=now, status="completed")
    note = ThankYou.objects.create(interview=talk, body=WORDS)
    shared = {"shared_with": coach, "shared_at": now}
    text = SharedText.objects.create(student=student, kind=Kind.THANKS, interview=talk, **shared)
    review = Review.objects.create(text=text, coach=coach, asked_at=now, due_at=now, verdict="returned")
    said = ReviewComment.objects.create(review=review, part="body", anchor=anchor, text="?", suggestion=BETTER)

    def take():
        actions.take(text, number=said.pk, seen=wording.seen(WORDS), now=now)

    def save():
        save_thanks(talk, version=note.version, values={"body": TYPED}, now=now)

    taken, saved = at_once(take, save)
    note.refresh_from_db()
    whole = WORDS.replace(anchor, BETTER) if anchor else BETTER
    if isinstance(saved, Conflict):  # the wording came first: the other tab is shown both
        assert (taken, note.body, saved.newer["body"]) == (None, whole, whole)
    elif anchor:  # the words came first, and the wording went into them
        assert (taken, saved, note.body) == (None, saved, TYPED.replace(anchor, BETTER))
    else:
        assert (isinstance(taken, Conflict), note.body) == (True, TYPED)
