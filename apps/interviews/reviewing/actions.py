"""Comments on an introduction, a thank-you note or a plan: asked for, said, taken over, settled (R233).

It decides when a coach may say something, and what becomes of it; the student keeps the last word, and a text that
is with the coach can still be written in and sent. How a request is reviewed, which waits for it: asking.reviews.
"""

from datetime import datetime

from django.db.models import QuerySet

from apps.accounts.models import User
from apps.interviews.asking import threads
from apps.interviews.asking.models import Review, ReviewComment
from apps.interviews.asking.reviews import close_changed, keep_words
from apps.interviews.lifecycle.acts import Stale, act, lock, lock_people
from apps.interviews.lifecycle.models import Interview, InterviewRequest
from apps.interviews.reviewing import mails, texts
from apps.interviews.reviewing.texts import Passage
from apps.interviews.sharing import wording
from apps.interviews.sharing.away import reader_of
from apps.interviews.sharing.models import Kind, SharedText
from apps.policy.working_days import one_working_day
from apps.students import actions as students
from apps.students.models import Introduction
from apps.web.answers import Refused
from apps.web.autosave import Conflict

WAITING = Review.Verdict.WAITING


@act
def ask(
    student: User, *, kind: Kind, interview: Interview | None, now: datetime, stand_in: int | None = None
) -> Review:
    """The student shares one text with their coach, who is asked to comment. Asked twice, it is asked once.

    `stand_in`: it goes to this coach, while their own is away. Raises Refused where there is no coach, or nothing to
    read, and Stale where somebody else, or nobody, reads for a coach who is away.
    """
    lock_people(student.pk)
    student = User.objects.select_related("student_profile__coach").get(pk=student.pk)
    coach = student.student_profile.coach
    if coach is None:
        raise Refused("You don’t have a coach yet. Ask the office for one.")
    text, _ = SharedText.objects.get_or_create(student=student, kind=kind, interview=interview)
    texts.begin(text, now)
    reader = coach if stand_in is None else _standing_in(student, stand_in, now)
    waiting = text.reviews.filter(verdict=WAITING).first()
    if waiting and waiting.coach_id == reader.pk and text.shared_with_id == coach.pk:
        return waiting
    _end(text, now)
    _share(text, coach, now)
    passages = texts.locked(text)
    close_changed(ReviewComment.objects.filter(review__text=text), {part.key: part.words for part in passages})
    review = Review.objects.create(text=text, coach=reader, asked_at=now, due_at=_due(text, now))
    keep_words(review, ((part.key, part.label, part.words) for part in passages))
    mails.to_review(review, text, reader)
    return review


def _standing_in(student: User, number: int, now: datetime) -> User:
    """Return the coach whom the student's page named, as long as they read for the student's own. Raises Stale."""
    reader = reader_of(student, now)
    if reader.coach is None or reader.away is None or reader.coach.pk != number:
        raise Stale("Who comments while your coach is away just changed. Here is the latest version.")
    return reader.coach


def _share(text: SharedText, coach: User, now: datetime) -> None:
    if text.shared_with_id != coach.pk:
        text.shared_with, text.shared_at = coach, now
        text.save(update_fields=["shared_with", "shared_at"])
    if text.interview_id is None:
        students.share_introduction(Introduction.objects.get(student=text.student_id), coach=coach, now=now)


def _due(text: SharedText, now: datetime) -> datetime:
    """Within one working day, or before the student needs it."""
    due, interview = one_working_day(now), text.interview
    if interview is None:
        return due
    needed = interview.thank_by if text.kind == Kind.THANKS else interview.starts_at
    return min(due, needed) if needed > now else due


def _end(text: SharedText, now: datetime) -> None:
    """End a reading that waits without telling anyone: the student wants it so."""
    text.reviews.filter(verdict=WAITING).update(verdict=Review.Verdict.RETURNED, answered_at=now)


@act
def stop(student: User, *, kind: Kind, interview: Interview | None, now: datetime) -> None:
    """Share a text no longer. What was said of it stays with the student."""
    lock_people(student.pk)
    for text in SharedText.objects.filter(student=student, kind=kind, interview=interview):
        _end(text, now)
        text.shared_with, text.shared_at = None, None
        text.save(update_fields=["shared_with", "shared_at"])
    if kind == Kind.INTRODUCTION:
        students.stop_sharing_introduction(student)


@act
def give_back(text: SharedText, *, by: User, now: datetime, note: str = "") -> Review:
    """The coach hands over what they said, and the student is told. Raises Stale where it is not asked any more."""
    fresh = lock(text)
    review = Review.objects.filter(text=fresh, verdict=WAITING, coach=by).first()
    if review is None or fresh.shared_with_id is None:
        raise Stale("You already sent your comments, or it’s no longer shared with you.")
    if not note and not review.comments.exists():
        raise Refused("Write a comment or a message first, so that there’s something to read.")
    review.verdict, review.answered_at, review.note = Review.Verdict.RETURNED, now, note[:600]
    review.save(update_fields=["verdict", "answered_at", "note"])
    mails.reviewed(review, fresh, by)
    return review


# --- the student's side -----------------------------------------------------------------------------------------------


def handed_over(about: SharedText | InterviewRequest) -> QuerySet[ReviewComment]:
    """Return what the student may read: a coach can change a comment until they hand it over."""
    of = {"review__text": about} if isinstance(about, SharedText) else {"review__request": about}
    return ReviewComment.objects.filter(**of).exclude(review__verdict=WAITING)


def open_page(about: SharedText | InterviewRequest, *, now: datetime) -> None:
    """Note that the student has what was said of a text or a request before them, below its comments too."""
    threads.read(handed_over(about), by_student=True, now=now)
    about.reviews.filter(read_at=None).exclude(verdict=WAITING).update(read_at=now)


def _comment(text: SharedText, number: int) -> ReviewComment:
    found = handed_over(text).select_for_update(no_key=True, of=("self",)).filter(pk=number).first()
    if found is None:
        raise Stale("That comment was deleted.")
    return found


def _passage(text: SharedText, key: str, now: datetime) -> Passage:
    if not texts.is_open(text, now):
        raise Stale(texts.CLOSED[Kind(text.kind)])
    found = next((passage for passage in texts.locked(text) if passage.key == key), None)
    if found is None:
        raise Stale("You already took this part out.")
    return found


@act
def take(text: SharedText, *, number: int, seen: str, now: datetime) -> None:
    """Put the coach's wording in the place of the words it is about; that settles the comment. Twice, it is there once.

    `seen` tells the part as the page showed it (wording.seen). Raises Conflict with both texts where the words that
    would go have changed since.
    """
    lock_people(text.student_id)
    passage_key = handed_over(text).filter(pk=number).values_list("part", flat=True).first()
    passage = _passage(text, passage_key or "", now)
    comment = _comment(text, number)
    if comment.taken_at or not comment.suggestion:
        return
    was_changed = wording.seen(passage.words) != seen
    if was_changed and not (comment.anchor and comment.anchor in passage.words):
        raise Conflict({comment.part: passage.words}, noun=passage.label)
    texts.put(text, passage, wording.taken(comment, passage.words), now=now)
    comment.save(update_fields=wording.mark_taken(comment, passage.words, now))


@act
def undo(text: SharedText, *, number: int, now: datetime) -> None:
    """Put the student's own words back; the comment is open again."""
    lock_people(text.student_id)
    part = handed_over(text).filter(pk=number).values_list("part", flat=True).first()
    passage = _passage(text, part or "", now)
    comment = _comment(text, number)
    if comment.taken_at is None:
        raise Stale("You already undid this.")
    texts.put(text, passage, wording.put_back(comment, passage.words), now=now)
    comment.save(update_fields=wording.mark_open(comment))


@act
def settle(text: SharedText, *, number: int, is_done: bool) -> None:
    """The student is done with a comment, or opens it again."""
    comment = _comment(text, number)
    comment.is_done = is_done
    comment.save(update_fields=["is_done"])
