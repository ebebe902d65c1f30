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
from apps.accounts.once import once
from apps.accounts.requests import Request
from apps.coaching import draft, network_review
from apps.coaching.forms import CommentForm, VerdictForm
from apps.coaching.views_notes import taken_out
from apps.interviews.asking import reviews as asking
from apps.interviews.asking.models import Review, ReviewComment
from apps.interviews.lifecycle.models import InterviewRequest
from apps.students.disclosures import disclose, disclose_each
from apps.students.models import StudentProfile
from apps.web.answers import Refused, after, back_to, invalid, show

A_PAGE = 30
UNSAID = "review_comment_unsaid"  # in the session: the comment that was deleted last


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
class ReviewsPage:
    """The drafts that wait for the coach, and those that were answered."""

    now: datetime
    waiting: QuerySet[Review]
    page: Page[Review]


@require_safe
@allow("coaching.caseload")
def reviews(request: Request) -> HttpResponse:
    mine = (
        Review.objects.filter(request__student__student_profile__coach=request.user)
        .select_related("request__student", "request__contact")
        .fetch_mode(FETCH_RAISE)
    )
    waiting = mine.filter(verdict=Review.Verdict.WAITING)
    answered = mine.exclude(verdict=Review.Verdict.WAITING).order_by("-asked_at", "-pk")
    page = ReviewsPage(
        now=timezone.now(),
        waiting=waiting.annotate(comment_count=Count("comments")).order_by("due_at", "pk"),
        page=Paginator(answered, A_PAGE).get_page(request.GET.get("page")),
    )
    seen = [review.request.student_id for review in (*page.waiting, *page.page)]
    disclose_each(seen, viewer=request.user, what="Who your requests are to, in the coach’s reviews", now=page.now)
    return show(request, "coaching/reviews.html", page)


@require_safe
@allow("interviews.review", InterviewRequest)
def review(request: Request, asked: InterviewRequest) -> HttpResponse:
    return _review_page(request, asked)


def _review_page(request: Request, asked: InterviewRequest, form: CommentForm | None = None) -> HttpResponse:
    """Show the letter with what was said beside it; `form` is a comment that could not be taken."""
    what = f"Your request to {asked.contact.name}"
    disclose(asked.student_id, viewer=request.user, what=what, now=timezone.now())
    return (invalid if form else show)(request, "coaching/review.html", draft.page(asked, form))


@require_POST
@allow("interviews.review", InterviewRequest)
@once
@back_to("review")
def comment(request: Request, asked: InterviewRequest) -> HttpResponse:
    form = CommentForm(request.POST, texts=draft.texts(asked))
    if not form.is_valid():
        return _review_page(request, asked, form)
    review = asked.reviews.filter(verdict=Review.Verdict.WAITING).first()
    if review is None:
        raise Refused(f"{asked.student.first_name} withdrew the draft from review while you had it open.")
    asking.comment(review, by=request.user, **form.cleaned_data)
    return after(request, "review", asked.pk, say="Comment added.")


def _review_of(comment: ReviewComment) -> str:
    return reverse("review", args=[comment.review.request_id])


@require_POST
@allow("interviews.review", ReviewComment)
@back_to(_review_of)
def comment_change(request: Request, comment: ReviewComment) -> HttpResponse:
    """Say it better, as long as the student has not been sent it."""
    asked = comment.review.request
    form = CommentForm(request.POST, texts=draft.texts(asked), comment=comment)
    if not form.is_valid():
        return _review_page(request, asked, form)
    asking.amend(comment, by=request.user, **form.words)
    return after(request, "review", asked.pk, say="Comment saved.")


@require_POST
@allow("interviews.review", ReviewComment)
@back_to(_review_of)
def comment_remove(request: Request, comment: ReviewComment) -> HttpResponse:
    to, asked = _review_of(comment), comment.review.request_id
    request.session[UNSAID] = asking.unsay(comment, by=request.user)
    return after(request, to, say="Comment deleted.", undo=reverse("review_comment_back", args=[asked]))


@require_POST
@allow("interviews.review", InterviewRequest)
@back_to("review")
def comment_back(request: Request, asked: InterviewRequest) -> HttpResponse:
    """Undo the last deletion of a comment on this draft."""
    unsaid = request.session.get(UNSAID)
    if unsaid is None or not asked.reviews.filter(pk=unsaid["review"]).exists():
        raise Refused("There’s nothing left to undo.")
    del request.session[UNSAID]
    asking.say_again(asked, unsaid, by=request.user)
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
