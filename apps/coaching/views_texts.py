"""The coach reads what a student shared with them: an introduction, a thank-you note or a plan, and comments on it."""

from datetime import datetime

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.access import allow
from apps.accounts.once import once
from apps.accounts.requests import Request
from apps.coaching import draft
from apps.coaching.forms import CommentForm
from apps.interviews.asking import reviews as asking
from apps.interviews.asking import threads
from apps.interviews.asking.models import Review
from apps.interviews.lifecycle.models import InterviewRequest
from apps.interviews.reviewing import actions, texts
from apps.interviews.sharing.models import SharedText
from apps.students.disclosures import disclose
from apps.web.answers import Refused, after, back_to, invalid, show

UNSAID = "review_comment_unsaid"  # in the session: the comment that was deleted last


@require_safe
@allow("texts.review", SharedText)
def text_review(request: Request, text: SharedText) -> HttpResponse:
    return text_page(request, text)


def text_page(request: Request, text: SharedText, form: CommentForm | None = None) -> HttpResponse:
    """Show the text with what was said beside it; `form` is a comment that could not be taken."""
    now = timezone.now()
    disclose(text.student_id, viewer=request.user, what=f"Your {text.named}"[:120], now=now)
    page = draft.text_page(text, request.user, request.GET, form)
    read_replies(request, text, now)
    return (invalid if form else show)(request, "coaching/text_review.html", page)


@require_POST
@allow("texts.review", SharedText)
@once
@back_to("text_review")
def text_comment(request: Request, text: SharedText) -> HttpResponse:
    form = CommentForm(request.POST, texts=texts.words_of(text))
    if not form.is_valid():
        return text_page(request, text, form)
    review = text.reviews.filter(verdict=Review.Verdict.WAITING, coach=request.user).first()
    if review is None:
        raise Refused(f"{text.student.first_name} hasn’t asked for comments since your last ones.")
    asking.comment(review, by=request.user, **form.cleaned_data)
    return after(request, "text_review", text.pk, say="Comment added.")


def read_replies(request: Request, about: InterviewRequest | SharedText, now: datetime) -> None:
    """Note that the student’s own coach has what the student wrote below the comments; who stands in does not."""
    coach = threads.listener(about)
    if coach is not None and coach.pk == request.user.pk:
        threads.read(actions.handed_over(about), by_student=False, now=now)


def say_again(request: Request, about: InterviewRequest | SharedText) -> None:
    """Undo the last deletion of a comment on this draft. Raises Refused."""
    unsaid = request.session.get(UNSAID)
    if unsaid is None or not about.reviews.filter(pk=unsaid["review"]).exists():
        raise Refused("There’s nothing left to undo.")
    del request.session[UNSAID]
    asking.say_again(about, unsaid, by=request.user)


@require_POST
@allow("texts.review", SharedText)
@back_to("text_review")
def text_comment_back(request: Request, text: SharedText) -> HttpResponse:
    say_again(request, text)
    return after(request, "text_review", text.pk, say="Comment restored.")


@require_POST
@allow("texts.review", SharedText)
@back_to("text_review")
def text_return(request: Request, text: SharedText) -> HttpResponse:
    """Hand the comments over to the student."""
    note = request.POST.get("note", "").strip()
    actions.give_back(text, by=request.user, now=timezone.now(), note=note)
    return after(request, "reviews", say=f"{text.student.first_name} has your comments.")
