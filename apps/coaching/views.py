"""The coach's pages: the caseload, one student, one draft."""

from django.db.models import Count
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.access import allow
from apps.coaching import caseload as caseloads
from apps.coaching import network_review
from apps.coaching.forms import CommentForm, NoteForm, VerdictForm
from apps.coaching.models import CoachNote
from apps.interviews import actions
from apps.interviews.models import PARTS, InterviewRequest, Review, ReviewComment
from apps.reminders import today as todays
from apps.students.models import Cohort, StudentProfile
from apps.web import Refused, after, invalid, refused, show


@require_safe
@allow("coaching.caseload")
def caseload(request):
    now, cohort = timezone.now(), request.GET.get("cohort", "")
    everybody = caseloads.cases(request.user, now, cohort=cohort if cohort.isdigit() else None)
    view = request.GET.get("view") if request.GET.get("view") in caseloads.VIEWS else "today"
    context = {
        "now": now,
        "view": view,
        "views": [(key, label, len(caseloads.shown(everybody, key))) for key, label in caseloads.VIEWS.items()],
        "cases": caseloads.shown(everybody, view),
        "count": len(everybody),
        "well": [case for case in everybody if case.praise and not case.reason][:5],
        "cohorts": Cohort.objects.filter(students__coach=request.user).distinct().order_by("name"),
        "cohort": cohort,
        "totals": caseloads.totals(request.user),
    }
    return show(request, "coaching/caseload.html", context)


@require_safe
@allow("coaching.look", StudentProfile)
def student(request, profile):
    now = timezone.now()
    network_review.log_look(profile.user, viewer=request.user, what="Your network and conversations", now=now)
    people = network_review.shared_people(profile.user, request.user, now) if profile.shares_network else []
    context = {
        "now": now,
        "profile": profile,
        "people": people,
        "reach": network_review.reach(people),
        "drawing": network_review.picture(people, request.user, now),
        "pipeline": todays.pipeline(profile.user) if profile.shares_network else None,
        "requests": InterviewRequest.objects.visible_to(request.user)
        .filter(student=profile.user)
        .select_related("contact")
        .order_by("-updated_at", "-pk")[:10],
        "notes": CoachNote.objects.visible_to(request.user).filter(student=profile.user).order_by("-created_at", "-pk"),
        "note_form": NoteForm(),
    }
    return show(request, "coaching/student.html", context)


@require_POST
@allow("coaching.look", StudentProfile)
def note_add(request, profile):
    form = NoteForm(request.POST)
    if not form.is_valid():
        return refused(request, "Write the note first.", "caseload_student", profile.pk)
    note = form.save(commit=False)
    note.student, note.author = profile.user, request.user
    note.save()
    say = f"{profile.user.first_name} can read it." if note.is_shared else "Only coaches see it."
    return after(request, "caseload_student", profile.pk, say=f"Kept. {say}")


@require_safe
@allow("coaching.caseload")
def reviews(request):
    waiting = (
        Review.objects.filter(request__student__student_profile__coach=request.user)
        .select_related("request__student", "request__contact")
        .annotate(said=Count("comments"))
        .order_by("-asked_at", "-pk")
    )
    context = {
        "now": timezone.now(),
        "waiting": waiting.filter(verdict=Review.Verdict.WAITING),
        "answered": waiting.exclude(verdict=Review.Verdict.WAITING)[:20],
    }
    return show(request, "coaching/reviews.html", context)


@require_safe
@allow("interviews.review", InterviewRequest)
def review(request, interview_request):
    network_review.log_look(
        interview_request.student,
        viewer=request.user,
        what=f"Your request to {interview_request.contact.name}",
        now=timezone.now(),
    )
    return _review_page(request, interview_request)


def _review_page(request, interview_request, form=None):
    """Show the letter part by part with what was said beside it; `form` is a comment that could not be taken."""
    said = ReviewComment.objects.filter(review__request=interview_request).order_by("created_at", "pk")
    texts = dict(zip(PARTS, (interview_request.subject, *interview_request.parts), strict=True))
    parts = [
        {
            "key": key,
            "label": label,
            "text": texts[key],
            "comments": [comment for comment in said if comment.part == key],
            "form": form
            if form and form.data.get("part") == key
            else CommentForm(initial={"part": key}, auto_id=f"c-{key}-%s"),
        }
        for key, label in PARTS.items()
    ]
    current = interview_request.reviews.filter(verdict=Review.Verdict.WAITING).first()
    context = {"asked": interview_request, "parts": parts, "review": current, "said": len(said), "now": timezone.now()}
    return (invalid if form else show)(request, "coaching/review.html", context)


@require_POST
@allow("interviews.review", InterviewRequest)
def comment(request, interview_request):
    form = CommentForm(request.POST)
    if not form.is_valid():
        return _review_page(request, interview_request, form)
    try:
        actions.comment(_waiting(interview_request), by=request.user, **form.cleaned_data)
    except Refused as error:
        return refused(request, error, "review", interview_request.pk)
    return after(request, "review", interview_request.pk, say="Your comment stands beside the letter.")


@require_POST
@allow("interviews.review", InterviewRequest)
def verdict(request, interview_request):
    form = VerdictForm(request.POST)
    if not form.is_valid():
        return refused(request, "Choose what should happen with the letter.", "review", interview_request.pk)
    decide = actions.approve if form.cleaned_data["verdict"] == "approve" else actions.return_
    name = interview_request.student.first_name
    try:
        decide(interview_request, by=request.user, now=timezone.now(), note=form.cleaned_data["note"])
    except Refused as error:
        return refused(request, error, "review", interview_request.pk)
    say = (
        f"It is on its way in {name}’s name."
        if decide is actions.approve
        else f"{name} has it back, with your comments."
    )
    return after(request, "reviews", say=say)


def _waiting(interview_request):
    """Return the review that waits for an answer. Raises Refused where there is none any more."""
    review = interview_request.reviews.filter(verdict=Review.Verdict.WAITING).first()
    if review is None:
        raise Refused(f"{interview_request.student.first_name} has taken the draft back meanwhile.")
    return review
