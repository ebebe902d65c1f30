"""The coach's pages: one student, the drafts, one draft."""

from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Page, Paginator
from django.db.models import Count, QuerySet
from django.db.models.fetch_modes import FETCH_RAISE
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.access import allow
from apps.accounts.models import User
from apps.accounts.once import once
from apps.accounts.requests import Request
from apps.coaching import draft, network_review
from apps.coaching.forms import CommentForm, VerdictForm
from apps.coaching.views_notes import taken_out
from apps.coaching.views_texts import UNSAID, read_replies, say_again, text_page
from apps.interviews.asking import reviews as asking
from apps.interviews.asking import threads
from apps.interviews.asking.models import CommentReply, Review, ReviewComment
from apps.interviews.lifecycle.models import InterviewRequest
from apps.interviews.reviewing import texts
from apps.policy.working_days import office_hours
from apps.students.disclosures import disclose, disclose_each
from apps.students.models import StudentProfile
from apps.web.answers import Refused, after, back_to, invalid, show

A_PAGE = 30


@require_safe
@allow("coaching.look", StudentProfile)
def student(request: Request, profile: StudentProfile) -> HttpResponse:
    now = timezone.now()
    disclose(profile.user_id, viewer=request.user, what=network_review.shown(profile), now=now)
    page = network_review.student_page(
        profile,
        request.user,
        now,
        request.GET.get("page"),
        taken_out=taken_out(request, profile),
        story_page=request.GET.get("story"),
    )
    if page.introduction:
        disclose(profile.user_id, viewer=request.user, what="Your introduction", now=now)
    return show(request, "coaching/student.html", page)


@dataclass(frozen=True)
class Waiting:
    """A draft that waits for the coach; `age` counts the hours in which the office was open."""

    review: Review
    url: str
    age: str
    is_late: bool
    instead_of: str  # the coach of the student, who is away
    reader: str  # who reads it instead of this coach


@dataclass(frozen=True)
class ReviewsPage:
    """The drafts that wait for the coach, and those that were answered."""

    now: datetime
    waiting: list[Waiting]
    replies: list[CommentReply]  # of students, to comments, that the coach has not read
    page: Page[Review]


@require_safe
@allow("coaching.caseload")
def reviews(request: Request) -> HttpResponse:
    now = timezone.now()
    whose = ("request__student__student_profile__coach", "text__student__student_profile__coach")
    about = ("coach", "request__contact", "text__interview__contact", *whose)
    mine = Review.objects.of_coach(request.user.pk).select_related(*about).fetch_mode(FETCH_RAISE)
    waiting = mine.waiting(now).annotate(comment_count=Count("comments")).order_by("due_at", "pk")
    answered = mine.exclude(verdict=Review.Verdict.WAITING).order_by("-asked_at", "-pk")
    page = ReviewsPage(
        now=now,
        waiting=_waiting(list(waiting), request.user, now),
        replies=list(_replies(request.user)),
        page=Paginator(answered, A_PAGE).get_page(request.GET.get("page")),
    )
    read = (reply.comment.review for reply in page.replies)
    seen = [review.about.student_id for review in (*(one.review for one in page.waiting), *page.page, *read)]
    disclose_each(seen, viewer=request.user, what="What you sent for review, in the coach’s reviews", now=now)
    return show(request, "coaching/reviews.html", page)


def _replies(coach: User) -> QuerySet[CommentReply]:
    about = ("request__student", "request__contact", "text__student", "text__interview__contact")
    rows = CommentReply.objects.for_coach(coach.pk).select_related(*(f"comment__review__{name}" for name in about))
    return rows.order_by("said_at", "pk").fetch_mode(FETCH_RAISE)[:A_PAGE]


def _waiting(rows: list[Review], coach: User, now: datetime) -> list[Waiting]:
    if not rows:
        return []
    hours = office_hours(min(review.asked_at for review in rows))
    return [Waiting(row, row.url, hours.age(row.asked_at, now), row.due_at <= now, *_away(row, coach)) for row in rows]


def _away(review: Review, coach: User) -> tuple[str, str]:
    """Return whom this coach stands in for, and who stands in for them; each a first name or nothing."""
    own = review.student.student_profile.coach
    if own is not None and own.pk != coach.pk:
        return own.first_name, ""
    other = review.coach
    return "", other.first_name if other is not None and other.pk != coach.pk else ""


@require_safe
@allow("interviews.review", InterviewRequest)
def review(request: Request, asked: InterviewRequest) -> HttpResponse:
    return _review_page(request, asked)


def _review_page(request: Request, asked: InterviewRequest, form: CommentForm | None = None) -> HttpResponse:
    """Show the letter with what was said beside it; `form` is a comment that could not be taken."""
    what, now = f"Your request to {asked.contact.name}", timezone.now()
    disclose(asked.student_id, viewer=request.user, what=what, now=now)
    page = draft.page(asked, request.user, form, request.GET)
    read_replies(request, asked, now)
    return (invalid if form else show)(request, "coaching/review.html", page)


@require_POST
@allow("interviews.review", InterviewRequest)
@once
@back_to("review")
def comment(request: Request, asked: InterviewRequest) -> HttpResponse:
    form = CommentForm(request.POST, texts=asking.texts(asked))
    if not form.is_valid():
        return _review_page(request, asked, form)
    review = asked.reviews.filter(verdict=Review.Verdict.WAITING).first()
    if review is None:
        raise Refused(f"{asked.student.first_name} withdrew the draft from review while you had it open.")
    asking.comment(review, by=request.user, **form.cleaned_data)
    return after(request, "review", asked.pk, say="Comment added.")


def _review_of(comment: ReviewComment) -> str:
    return comment.review.url


@require_POST
@allow("interviews.review", ReviewComment)
@back_to(_review_of)
def comment_change(request: Request, comment: ReviewComment) -> HttpResponse:
    """Say it better, as long as the student has not been sent it."""
    review = comment.review
    about = review.about
    words = asking.texts(about) if isinstance(about, InterviewRequest) else texts.words_of(about)
    form = CommentForm(request.POST, texts=words, comment=comment)
    if form.is_valid():
        asking.amend(comment, by=request.user, **form.words)
        return after(request, _review_of(comment), say="Comment saved.")
    if isinstance(about, InterviewRequest):
        return _review_page(request, about, form)
    return text_page(request, about, form)


@require_POST
@allow("interviews.review", ReviewComment)
@back_to(_review_of)
def comment_remove(request: Request, comment: ReviewComment) -> HttpResponse:
    to, review = _review_of(comment), comment.review
    back = "text_comment_back" if review.text_id else "review_comment_back"
    request.session[UNSAID] = asking.unsay(comment, by=request.user)
    return after(request, to, say="Comment deleted.", undo=reverse(back, args=[review.text_id or review.request_id]))


@require_POST
@allow("interviews.review", ReviewComment)
@back_to(_review_of)
def comment_reply(request: Request, comment: ReviewComment) -> HttpResponse:
    """Say something to what the student wrote below a comment."""
    reply = threads.say(comment, text=request.POST.get("text", ""), by=request.user, now=timezone.now())
    say = f"Reply saved. {comment.review.student.first_name} sees it in Today."
    return after(
        request, f"{_review_of(comment)}#said-{comment.pk}", say=say, undo=reverse("reply_remove", args=[reply.pk])
    )


@require_POST
@allow("interviews.review", InterviewRequest)
@back_to("review")
def comment_back(request: Request, asked: InterviewRequest) -> HttpResponse:
    """Undo the last deletion of a comment on this draft."""
    say_again(request, asked)
    return after(request, "review", asked.pk, say="Comment restored.")


@require_POST
@allow("interviews.review", InterviewRequest)
@back_to("review")
def verdict(request: Request, asked: InterviewRequest) -> HttpResponse:
    form, name = VerdictForm(request.POST), asked.student.first_name
    if not form.is_valid():
        raise Refused("Choose “Approve and send” or “Return with comments”.")
    is_approved = form.cleaned_data["verdict"] == "approve"
    decide = asking.approve if is_approved else asking.return_
    decide(asked, by=request.user, now=timezone.now(), note=form.cleaned_data["note"])
    say = (
        f"Approved. The request is on its way in {name}’s name."
        if is_approved
        else f"Returned to {name} with comments."
    )
    return after(request, "reviews", say=say)
