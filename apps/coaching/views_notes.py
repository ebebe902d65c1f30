"""A coach's notes and short letters to a student, and the page on which the student reads them."""

from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.access import allow
from apps.accounts.once import once
from apps.accounts.requests import Request
from apps.coaching import actions, network_review
from apps.coaching.forms import LetterForm, NoteForm
from apps.coaching.letters import LETTERS, Letter, sent_lately
from apps.coaching.models import CoachNote, Kind
from apps.students.disclosures import disclose
from apps.students.models import StudentProfile
from apps.web.answers import after, back_to, done, invalid, show
from apps.web.edits import edits, overtaken

A_PAGE = 30
TAKEN_OUT = "coach_note_taken_out"


def is_taken_out(request: Request, profile: StudentProfile) -> bool:
    """Whether a note about this student was just deleted in this browser, and can come back."""
    return request.session.get(TAKEN_OUT, {}).get("student") == profile.user_id


def _where(note: CoachNote) -> str:
    first = note.student.first_name
    return f"{first} can read it, and sees it in Today." if note.is_shared else "Only coaches see it."


@require_POST
@allow("coaching.look", StudentProfile)
@once
def note_add(request: Request, profile: StudentProfile) -> HttpResponse:
    form, now = NoteForm(request.POST), timezone.now()
    if not form.is_valid():
        disclose(profile.user_id, viewer=request.user, what=network_review.shown(profile), now=now)
        page = network_review.student_page(profile, request.user, now, None, note_form=form)
        return invalid(request, "coaching/student.html", page)
    note = form.save(commit=False)
    note.student, note.author = profile.user, request.user
    actions.keep(note, now=now)
    return after(request, "caseload_student", profile.pk, say=f"Note saved. {_where(note)}")


@dataclass(frozen=True)
class NotePage:
    """One note, to change."""

    note: CoachNote
    profile: StudentProfile
    form: NoteForm


@allow("coaching.change_note", CoachNote)
@edits
def note_change(request: Request, note: CoachNote) -> HttpResponse:
    """Change a note of one's own: its words, and who reads it."""
    profile = note.student.student_profile
    form = NoteForm(request.POST or None, instance=note)
    if request.method == "POST" and form.is_valid() and (both := overtaken(request, "Two versions of one note", form)):
        return both
    if request.method == "POST" and form.is_valid() and done(form, lambda: actions.keep(note, now=timezone.now())):
        return after(request, "caseload_student", profile.pk, say=f"Note saved. {_where(note)}")
    disclose(note.student_id, viewer=request.user, what="A note about you", now=timezone.now())
    answer = invalid if request.method == "POST" else show
    return answer(request, "coaching/note.html", NotePage(note, profile, form))


def _page_of(note: CoachNote) -> StudentProfile:
    return note.student.student_profile


@require_POST
@allow("coaching.change_note", CoachNote)
@back_to(lambda note: f"/coach/students/{_page_of(note).pk}/")
def note_remove(request: Request, note: CoachNote) -> HttpResponse:
    profile = _page_of(note)
    request.session[TAKEN_OUT] = actions.take_out(note)
    return after(request, "caseload_student", profile.pk)


@require_POST
@allow("coaching.look", StudentProfile)
def note_back(request: Request, profile: StudentProfile) -> HttpResponse:
    """Undo the last deletion of a note about this student."""
    if not is_taken_out(request, profile):
        return after(request, "caseload_student", profile.pk, say="The note was already restored.")
    note = actions.put_back(request.session.pop(TAKEN_OUT), by=request.user)
    return after(request, "caseload_student", profile.pk, say=f"Note restored. {_where(note)}")


@dataclass(frozen=True)
class LetterPage:
    """A letter before it is sent: to whom, in whose name, and the words, which the coach may change."""

    profile: StudentProfile
    letter: Letter
    form: LetterForm
    already: str  # why it cannot be sent now
    sent: CoachNote | None  # the one of this kind that was sent within the week


@allow("coaching.look", StudentProfile)
@once
def letter(request: Request, profile: StudentProfile, kind: str) -> HttpResponse:
    """Show the words of a short letter, and send it in the coach's name."""
    if kind not in LETTERS:
        raise Http404
    chosen, student, now = LETTERS[Kind(kind)], profile.user, timezone.now()
    words = chosen.text(student, request.user)
    form = LetterForm(request.POST or None, initial={"text": words})
    if request.method == "POST" and form.is_valid():
        text = form.cleaned_data["text"]
        if done(form, lambda: actions.send(student, chosen.kind, text=text, by=request.user, now=now), field="text"):
            return after(request, "caseload", say=f"Your email to {student.first_name} is on its way.")
    sent = sent_lately(student, kind, now)
    disclose(profile.user_id, viewer=request.user, what="Emails to you", now=now)
    page = LetterPage(profile, chosen, form, actions.already(sent, request.user) if sent else "", sent)
    return (invalid if request.method == "POST" else show)(request, "coaching/letter.html", page)


@dataclass(frozen=True)
class SharedNotesPage:
    page: Page[CoachNote]


@require_safe
@allow("students.own")
def shared_notes(request: Request) -> HttpResponse:
    """What the student's coach wrote for them. What they see here for the first time is new, and read from then on."""
    notes = CoachNote.objects.visible_to(request.user).filter(student=request.user, is_shared=True)
    newest = notes.select_related("author").order_by("-created_at", "-pk")
    page = Paginator(newest, A_PAGE).get_page(request.GET.get("page"))
    shown = [note.pk for note in page]
    CoachNote.objects.filter(pk__in=shown, read_at=None).update(read_at=timezone.now())
    return show(request, "coaching/said.html", SharedNotesPage(page))
