"""The coach's pages: the caseload, one student, one draft."""

from django.core.paginator import Paginator
from django.db.models import Count
from django.db.models.fetch_modes import FETCH_RAISE
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.access import allow
from apps.accounts.once import once
from apps.coaching import caseload as caseloads
from apps.coaching import draft, network_review
from apps.coaching.forms import CommentForm, NoteForm, VerdictForm
from apps.coaching.models import CoachNote
from apps.interviews import actions
from apps.interviews.models import InterviewRequest, Review, ReviewComment
from apps.students.models import StudentProfile
from apps.web import Refused, after, invalid, refused, show

A_PAGE, NOTES = 30, 20


@require_safe
@allow("coaching.caseload")
def caseload(request):
    now, cohort = timezone.now(), request.GET.get("cohort", "")
    everybody = caseloads.cases(request.user, now, cohort=cohort if cohort.isdecimal() else None)
    view = request.GET.get("view") if request.GET.get("view") in caseloads.VIEWS else "today"
    context = {
        "now": now,
        "view": view,
        "views": [(key, label, len(caseloads.shown(everybody, key))) for key, label in caseloads.VIEWS.items()],
        "cases": caseloads.shown(everybody, view),
        "count": len(everybody),
        "well": [case for case in everybody if case.praise and not case.reason][:5],
        "cohorts": caseloads.cohorts(request.user.pk),
        "cohort": cohort,
        "totals": caseloads.totals(request.user),
    }
    return show(request, "coaching/caseload.html", context)


@require_safe
@allow("coaching.look", StudentProfile)
def student(request, profile):
    now, shares = timezone.now(), profile.shares_network
    what = "Your network and conversations" if shares else "Your goal and requests; the network is not shared"
    network_review.log_look(profile.user, viewer=request.user, what=what, now=now)
    context = _network(request, profile.user, now) if shares else {}
    context |= {
        "now": now,
        "profile": profile,
        "requests": InterviewRequest.objects.visible_to(request.user)
        .filter(student=profile.user)
        .select_related("contact")
        .order_by("-updated_at", "-pk")[:10],
        "notes": CoachNote.objects.visible_to(request.user)
        .filter(student=profile.user)
        .select_related("author")
        .order_by("-created_at", "-pk")[:NOTES],
        "note_form": NoteForm(),
    }
    return show(request, "coaching/student.html", context)


def _network(request, owner, now):
    """Gather the shared network of `owner`: the figures, the picture, the list by pages, what happened last."""
    people = network_review.shared_people(owner, request.user, now)
    page = Paginator(people, A_PAGE).get_page(request.GET.get("page"))
    network_review.listed(page.object_list, now)
    return {
        "people": people,
        "page": page,
        "reach": network_review.reach(people),
        "drawing": network_review.picture(people, request.user, now),
        "pipeline": network_review.stages(owner, request.user),
        "story": network_review.story(owner, request.user),
    }


@require_POST
@allow("coaching.look", StudentProfile)
@once
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
@allow("students.own")
def said(request):
    """What the student's coach wrote for them to read."""
    rows = CoachNote.objects.visible_to(request.user).filter(student=request.user).select_related("author")
    page = Paginator(rows.order_by("-created_at", "-pk"), A_PAGE).get_page(request.GET.get("page"))
    return show(request, "coaching/said.html", {"page": page, "now": timezone.now()})


@require_safe
@allow("coaching.caseload")
def reviews(request):
    mine = (
        Review.objects.filter(request__student__student_profile__coach=request.user)
        .select_related("request__student", "request__contact")
        .annotate(said=Count("comments"))
        .fetch_mode(FETCH_RAISE)
    )
    answered = mine.exclude(verdict=Review.Verdict.WAITING).order_by("-asked_at", "-pk")
    context = {
        "now": timezone.now(),
        "waiting": mine.filter(verdict=Review.Verdict.WAITING).order_by("due_at", "pk"),
        "page": Paginator(answered, A_PAGE).get_page(request.GET.get("page")),
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
    """Show the letter with what was said beside it; `form` is a comment that could not be taken."""
    return (invalid if form else show)(request, "coaching/review.html", draft.page(interview_request, form))


@require_POST
@allow("interviews.review", InterviewRequest)
@once
def comment(request, interview_request):
    form = CommentForm(request.POST, texts=draft.texts(interview_request))
    if not form.is_valid():
        return _review_page(request, interview_request, form)
    try:
        actions.comment(_waiting(interview_request), by=request.user, **form.cleaned_data)
    except Refused as error:
        return refused(request, error, "review", interview_request.pk)
    return after(request, "review", interview_request.pk, say="Your comment stands beside the letter.")


@require_POST
@allow("interviews.review", ReviewComment)
def comment_change(request, said):
    """Say it better, as long as the student has not been sent it."""
    letter = said.review.request
    form = CommentForm(request.POST, texts=draft.texts(letter), said=said)
    if not form.is_valid():
        return _review_page(request, letter, form)
    try:
        actions.amend(said, by=request.user, **form.words)
    except Refused as error:
        return refused(request, error, "review", letter.pk)
    return after(request, "review", letter.pk, say="Changed.")


@require_POST
@allow("interviews.review", ReviewComment)
def comment_remove(request, said):
    letter = said.review.request
    try:
        actions.unsay(said, by=request.user)
    except Refused as error:
        return refused(request, error, "review", letter.pk)
    return after(request, "review", letter.pk, say="The comment is gone.")


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
