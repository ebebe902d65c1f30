"""The coach's part of the ask: read a draft, say something, let it go or give it back; never block it (R233).

It decides who must be read and what follows a verdict. The pages are apps.coaching's.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TypedDict

from django.db.models import Count, Q, QuerySet

from apps.accounts.models import User
from apps.interviews.asking import mails
from apps.interviews.asking.leaving import check_complete, dispatch, lock_with_entry
from apps.interviews.asking.models import PARTS, Review, ReviewComment, ReviewedPart
from apps.interviews.lifecycle.acts import Stale, act, lock, lock_people, move
from apps.interviews.lifecycle.models import InterviewRequest
from apps.interviews.lifecycle.moves import Actor, RequestStatus
from apps.interviews.sharing import wording
from apps.interviews.sharing.away import Reader, reader_of
from apps.interviews.sharing.models import SharedText
from apps.policy.models import Policy, ReviewRule
from apps.policy.working_days import one_working_day
from apps.students.models import Cohort
from apps.web.answers import Refused
from apps.web.autosave import write


def must_be_read(request: InterviewRequest, reader: Reader) -> bool:
    """Whether the rule of the cohort, or of the office, wants a coach to read this request first; and one is there."""
    profile = request.student.student_profile
    if profile.coach_id is None or reader.is_released:
        return False
    rule, first = _rule(profile.cohort, Policy.now())
    if rule == ReviewRule.FIRST:
        return _sent_before(request) < first
    return rule == ReviewRule.ALWAYS


def _rule(cohort: Cohort | None, policy: Policy) -> tuple[str, int]:
    if cohort is None or not cohort.review_rule:
        return policy.review_rule, policy.review_first
    return cohort.review_rule, policy.review_first if cohort.review_first is None else cohort.review_first


def _sent_before(request: InterviewRequest) -> int:
    """Count what left by Rapport; what a student sent from their own mailbox no coach could read first."""
    others = InterviewRequest.objects.filter(student=request.student_id, alum__isnull=False).exclude(pk=request.pk)
    return others.exclude(sent_at=None).count()


@act
def submit(request: InterviewRequest, *, by: User, now: datetime) -> InterviewRequest:
    """The student hands a draft to the coach, who answers within one working day."""
    lock_people(request.student_id)
    check_complete(lock(request), now)
    coach = reader_of(request.student, now).coach
    if coach is None:
        raise Refused("You don’t have a coach yet. You can send it yourself.")
    request = move(request, "submit", actor="student", by=by, now=now)
    close_answered(request)
    review = Review.objects.create(request=request, coach=coach, asked_at=now, due_at=one_working_day(now))
    keep_words(review, ((key, PARTS[key], words) for key, words in texts(request).items()))
    mails.review_waits(review, request, coach)
    return request


def keep_words(review: Review, parts: Iterable[tuple[str, str, str]]) -> None:
    """Keep (key, label, words) of each part as it was handed over: a version to compare with."""
    rows = [
        ReviewedPart(review=review, part=key, label=label[:80], position=place, words=words)
        for place, (key, label, words) in enumerate(parts, 1)
    ]
    ReviewedPart.objects.bulk_create(rows)


def texts(request: InterviewRequest) -> dict[str, str]:
    """Return {part: its words} of a request."""
    return dict(zip(PARTS, (request.subject, *request.parts), strict=True))


@act
def reclaim(request: InterviewRequest, *, by: User, now: datetime) -> InterviewRequest:
    """The student takes the draft back from the coach."""
    lock_people(request.student_id)
    request = move(request, "reclaim", actor="student", by=by, now=now)
    _answer(request, Review.Verdict.RETURNED, now=now, note="", is_quiet=True)
    return request


@act
def approve(request: InterviewRequest, *, by: User, now: datetime, note: str = "") -> InterviewRequest:
    """The coach lets it go: it leaves in the student's name at once (docs/adr/0004)."""
    return _approve(request, actor="coach", verdict=Review.Verdict.APPROVED, by=by, now=now, note=note)


def _approve(
    request: InterviewRequest,
    *,
    actor: Actor,
    verdict: Review.Verdict,
    now: datetime,
    by: User | None = None,
    note: str = "",
) -> InterviewRequest:
    sent = dispatch(lock_with_entry(request), "approve", actor=actor, by=by, now=now, note=note)
    _answer(sent, verdict, now=now, note=note, is_sent=True, by_clock=actor == "clock")
    return sent


@act
def return_(request: InterviewRequest, *, by: User, now: datetime, note: str = "") -> InterviewRequest:
    """The coach gives it back, with the comments."""
    return _give_back(request, actor="coach", by=by, now=now, note=note)


def _give_back(
    request: InterviewRequest, *, actor: Actor, now: datetime, by: User | None = None, note: str = ""
) -> InterviewRequest:
    lock_people(request.student_id)
    request = move(request, "return", actor=actor, by=by, now=now, note=note, wants_review=False)
    _answer(request, Review.Verdict.RETURNED, now=now, note=note, by_clock=actor == "clock")
    return request


def _answer(
    request: InterviewRequest,
    verdict: Review.Verdict,
    *,
    now: datetime,
    note: str,
    is_sent: bool = False,
    is_quiet: bool = False,
    by_clock: bool = False,
) -> None:
    review = Review.objects.filter(request=request, verdict=Review.Verdict.WAITING).select_related("coach").first()
    if review is None:
        return
    review.verdict, review.answered_at, review.note = verdict, now, note[:600]
    review.save(update_fields=["verdict", "answered_at", "note"])
    if not is_quiet:
        mails.reviewed(review, request, is_sent=is_sent, note=note, by_clock=by_clock)


@act
def comment(review: Review, *, part: str, text: str, by: User, anchor: str = "", suggestion: str = "") -> ReviewComment:
    """The coach says something about one part. The words stay the student's."""
    review = _still_waiting(review)
    return ReviewComment.objects.create(review=review, part=part, text=text, anchor=anchor[:300], suggestion=suggestion)


@act
def amend(remark: ReviewComment, *, text: str, by: User, anchor: str = "", suggestion: str = "") -> ReviewComment:
    """The coach says it better, before the student reads it."""
    _still_waiting(remark.review)
    remark.text, remark.anchor, remark.suggestion = text, anchor[:300], suggestion
    remark.save(update_fields=["text", "anchor", "suggestion"])
    return remark


def close_answered(request: InterviewRequest) -> None:
    """Close what the coach said of words that the student has changed since; of a whole part, once it goes out again.

    What is about words that still stand there stays open.
    """
    close_changed(ReviewComment.objects.filter(review__request=request), texts(request))


def close_changed(comments: QuerySet[ReviewComment], words: Mapping[str, str]) -> None:
    """Do that for any text: {part: its words} is how it reads now."""
    still_open = comments.filter(is_done=False)
    answered = [one.pk for one in still_open if not (one.anchor and one.anchor in words.get(one.part, ""))]
    ReviewComment.objects.filter(pk__in=answered).update(is_done=True)


@act
def close(request: InterviewRequest, *, remark: int) -> str:
    """The student has read a comment and is done with it. Returns the part it was about, or nothing."""
    rows = _own(request, remark)
    rows.update(is_done=True)
    return rows.values_list("part", flat=True).first() or ""


def _own(request: InterviewRequest, remark: int) -> QuerySet[ReviewComment]:
    """Return a comment of this request, which is a draft again. Raises Stale where it is none."""
    fresh = lock(request)
    if fresh.status != RequestStatus.DRAFT:
        raise Stale("This request is no longer a draft.")
    return ReviewComment.objects.filter(review__request=fresh, pk=remark)


@act
def take_wording(request: InterviewRequest, *, remark: int, now: datetime) -> str:
    """Put the coach's wording in the place of the words it is about, or of the whole part; that closes the comment.

    Returns the part.
    """
    found = _own(request, remark).exclude(suggestion="").first()
    if found is None:
        raise Stale("That comment was deleted.")
    if found.taken_at:
        return found.part  # pressed twice
    fresh = lock(request)
    name = _field(found.part)
    text = getattr(fresh, name)
    _put(fresh, name, wording.taken(found, text))
    found.save(update_fields=wording.mark_taken(found, text, now))
    return found.part


@act
def undo_wording(request: InterviewRequest, *, remark: int) -> str:
    """Put the student's own words back where the coach's stand; the comment is open again. Returns the part."""
    found = _own(request, remark).exclude(taken_at=None).first()
    if found is None:
        raise Stale("You already undid this.")
    fresh = lock(request)
    name = _field(found.part)
    _put(fresh, name, wording.put_back(found, getattr(fresh, name)))
    found.save(update_fields=wording.mark_open(found))
    return found.part


def _field(part: str) -> str:
    return "subject" if part == "subject" else f"part_{part}"


def _put(fresh: InterviewRequest, name: str, words: str) -> None:
    most = getattr(fresh._meta.get_field(name), "max_length", None)
    if most and len(words) > most:
        raise Refused(f"This wording makes the part longer than {most} characters. Shorten the part first.")
    write(fresh, {name: words})


class Unsaid(TypedDict):
    """A comment that was taken back, as it was: enough to say it again."""

    review: int
    part: str
    anchor: str
    text: str
    suggestion: str
    said_at: str


@act
def unsay(remark: ReviewComment, *, by: User) -> Unsaid:
    """The coach takes a comment back, before the student reads it. Returns what brings it back."""
    _still_waiting(remark.review)
    remark.delete()
    return {
        "review": remark.review_id,
        "part": remark.part,
        "anchor": remark.anchor,
        "text": remark.text,
        "suggestion": remark.suggestion,
        "said_at": remark.created_at.isoformat(),
    }


@act
def say_again(about: InterviewRequest | SharedText, unsaid: Unsaid, *, by: User) -> ReviewComment:
    """Put a comment back where and when it stood. Raises Stale where the draft is no longer with the coach."""
    review = about.reviews.filter(pk=unsaid["review"]).first()
    if review is None:
        raise Stale("There’s nothing left to undo.")
    words = {name: unsaid[name] for name in ("part", "anchor", "text", "suggestion")}
    remark = ReviewComment.objects.create(review=_still_waiting(review), **words)
    remark.created_at = datetime.fromisoformat(unsaid["said_at"])
    remark.save(update_fields=["created_at"])
    return remark


def _still_waiting(review: Review) -> Review:
    """Lock a reading that has no verdict yet. Raises Stale where it ended meanwhile."""
    review = Review.objects.select_for_update(no_key=True, of=("self",)).get(pk=review.pk)
    if review.verdict != Review.Verdict.WAITING:
        raise Stale("This draft is no longer with you. Here is the latest version.")
    return review


def lapse_reviews(now: datetime) -> int:
    """Send what no coach has read within one working day, as if approved. Returns how many were settled."""
    late = InterviewRequest.objects.filter(reviews__verdict=Review.Verdict.WAITING, reviews__due_at__lte=now)
    return sum(_lapse(request, now) for request in late.order_by("reviews__due_at", "reviews__pk"))


def _lapse(request: InterviewRequest, now: datetime) -> int:
    try:
        _lapse_one(request, now=now)
    except Stale:
        return 0
    except Refused as refusal:
        _give_back_by_clock(request, now=now, note=str(refusal))
    return 1


@act
def _lapse_one(request: InterviewRequest, *, now: datetime) -> InterviewRequest:
    return _approve(request, actor="clock", verdict=Review.Verdict.LAPSED, now=now)


@act
def _give_back_by_clock(request: InterviewRequest, *, now: datetime, note: str) -> InterviewRequest:
    return _give_back(request, actor="clock", now=now, note=note)


def comments_by_part(request: InterviewRequest) -> dict[str, list[ReviewComment]]:
    """Return {part: comments} of a request, oldest first: the open ones, and wordings taken over that can be undone."""
    found: dict[str, list[ReviewComment]] = {}
    words = texts(request)
    shown = Q(is_done=False) | Q(taken_at__isnull=False)
    rows = ReviewComment.objects.filter(shown, review__request=request).select_related("review__coach")
    for remark in rows.annotate(replied=Count("replies")).order_by("created_at", "pk"):
        if remark.taken_at is None or wording.stands(remark, words[remark.part]):
            found.setdefault(remark.part, []).append(remark)
    return found


def given_back(request: InterviewRequest) -> Review | None:
    """Return the last reading, if it ended with the coach handing the draft back: neither student nor clock did."""
    last = request.reviews.select_related("coach").order_by("-asked_at", "-pk").first()
    if last is None or last.answered_at is None or last.verdict != Review.Verdict.RETURNED:
        return None
    by_coach = request.events.filter(event="return", actor="coach", at=last.answered_at)
    return last if by_coach.exists() else None
