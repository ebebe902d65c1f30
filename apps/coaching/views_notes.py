"""A coach's notes among coaches, and their notes to the student: two doors, two forms, two places (R237)."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from apps.accounts.access import allow
from apps.accounts.once import once
from apps.accounts.requests import Request
from apps.coaching import actions, network_review
from apps.coaching.forms import NoteForm, SharedNoteForm
from apps.coaching.models import CoachNote, SharedNote
from apps.students.disclosures import disclose
from apps.students.models import StudentProfile
from apps.web.answers import after, back_to, done, invalid, show
from apps.web.edits import edits, overtaken

PRIVATE_OUT, SHARED_OUT = "coach_note_taken_out", "shared_note_taken_out"  # in the session, apart


def taken_out(request: Request, profile: StudentProfile) -> tuple[bool, bool]:
    """Whether a note among coaches, and a shared one, were just deleted in this browser and can come back."""
    private, shared = (
        request.session.get(name, {}).get("student_id") == profile.user_id for name in (PRIVATE_OUT, SHARED_OUT)
    )
    return private, shared


def _page_of(note: CoachNote | SharedNote) -> StudentProfile:
    return note.student.student_profile


def _page(
    request: Request,
    profile: StudentProfile,
    note_form: NoteForm | None = None,
    shared_form: SharedNoteForm | None = None,
) -> HttpResponse:
    """Show the student's page again with a note that could not be kept."""
    now = timezone.now()
    disclose(profile.user_id, viewer=request.user, what=network_review.shown(profile), now=now)
    page = network_review.student_page(profile, request.user, now, None, note_form=note_form, shared_form=shared_form)
    return invalid(request, "coaching/student.html", page)


# --- among coaches ----------------------------------------------------------------------------------------------------

AMONG = "Only coaches see it."


@require_POST
@allow("coaching.look", StudentProfile)
@once
def note_add(request: Request, profile: StudentProfile) -> HttpResponse:
    form = NoteForm(request.POST)
    if not form.is_valid():
        return _page(request, profile, note_form=form)
    note = form.save(commit=False)
    note.student, note.author = profile.user, request.user
    actions.keep(note, now=timezone.now())
    return after(request, "caseload_student", profile.pk, say=f"Note saved. {AMONG}")


@dataclass(frozen=True)
class NotePage:
    """One note among coaches, to change."""

    note: CoachNote
    profile: StudentProfile
    form: NoteForm


@allow("coaching.change_note", CoachNote)
@edits
def note_change(request: Request, note: CoachNote) -> HttpResponse:
    form = NoteForm(request.POST or None, instance=note)
    if request.method == "POST" and form.is_valid():
        if both := overtaken(request, "Two versions of one note", form):
            return both
        actions.keep(form.save(commit=False), now=timezone.now())
        return after(request, "caseload_student", _page_of(note).pk, say=f"Note saved. {AMONG}")
    disclose(note.student_id, viewer=request.user, what="A note about you", now=timezone.now())
    answer = invalid if request.method == "POST" else show
    return answer(request, "coaching/note.html", NotePage(note, _page_of(note), form))


@require_POST
@allow("coaching.change_note", CoachNote)
def note_remove(request: Request, note: CoachNote) -> HttpResponse:
    profile = _page_of(note)
    request.session[PRIVATE_OUT] = actions.take_out(note)
    return after(request, "caseload_student", profile.pk)


@require_POST
@allow("coaching.look", StudentProfile)
def note_back(request: Request, profile: StudentProfile) -> HttpResponse:
    """Undo the last deletion of a note among coaches about this student."""
    if not taken_out(request, profile)[0]:
        return after(request, "caseload_student", profile.pk, say="The note was already restored.")
    actions.put_back(request.session.pop(PRIVATE_OUT), by=request.user)
    return after(request, "caseload_student", profile.pk, say=f"Note restored. {AMONG}")


# --- shared with the student ------------------------------------------------------------------------------------------


def _reach(profile: StudentProfile) -> str:
    return f"{profile.user.first_name} can read it, and sees it in Today."


@require_POST
@allow("coaching.look", StudentProfile)
@once
def shared_add(request: Request, profile: StudentProfile) -> HttpResponse:
    form = SharedNoteForm(request.POST, first=profile.user.first_name)
    if not form.is_valid():
        return _page(request, profile, shared_form=form)
    note = form.save(commit=False)
    note.student, note.author = profile.user, request.user
    actions.share(note, now=timezone.now())
    return after(request, "caseload_student", profile.pk, say=f"Note shared. {_reach(profile)}")


@dataclass(frozen=True)
class SharedNotePage:
    """One note to a student, to change."""

    note: SharedNote
    profile: StudentProfile
    form: SharedNoteForm


@allow("coaching.change_note", SharedNote)
@edits
def shared_change(request: Request, note: SharedNote) -> HttpResponse:
    profile = _page_of(note)
    form = SharedNoteForm(request.POST or None, instance=note, first=profile.user.first_name)
    if request.method == "POST" and form.is_valid():
        if both := overtaken(request, "Two versions of one note", form):
            return both
        if done(form, lambda: actions.share(form.save(commit=False), now=timezone.now())):
            return after(request, "caseload_student", profile.pk, say=f"Note saved. {_reach(profile)}")
    disclose(note.student_id, viewer=request.user, what="A note to you", now=timezone.now())
    answer = invalid if request.method == "POST" else show
    return answer(request, "coaching/shared_note.html", SharedNotePage(note, profile, form))


@require_POST
@allow("coaching.change_note", SharedNote)
@back_to(lambda note: f"/coach/students/{_page_of(note).pk}/")
def shared_remove(request: Request, note: SharedNote) -> HttpResponse:
    profile = _page_of(note)
    request.session[SHARED_OUT] = actions.unshare(note)
    return after(request, "caseload_student", profile.pk)


@require_POST
@allow("coaching.look", StudentProfile)
def shared_back(request: Request, profile: StudentProfile) -> HttpResponse:
    """Undo the last deletion of a note to this student."""
    if not taken_out(request, profile)[1]:
        return after(request, "caseload_student", profile.pk, say="The note was already restored.")
    actions.share_again(request.session.pop(SHARED_OUT), by=request.user)
    return after(request, "caseload_student", profile.pk, say=f"Note restored. {_reach(profile)}")
