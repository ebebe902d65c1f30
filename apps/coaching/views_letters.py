"""A coach's short letters: to one student, to several, undone within five minutes; and where the student reads them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.http import Http404, HttpResponse, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.access import allow, by_program
from apps.accounts.models import MailLink, User
from apps.accounts.once import once
from apps.accounts.requests import Request
from apps.coaching import mails, sending
from apps.coaching.attention import Clock, find
from apps.coaching.filters import Wanted
from apps.coaching.forms import LetterForm, ManyForm
from apps.coaching.letters import LETTERS, TO_A_COHORT, Letter, sent_lately, whole
from apps.coaching.models import Kind, MutedNudges, SharedNote
from apps.policy.models import Policy
from apps.students.disclosures import disclose, disclose_each
from apps.students.models import StudentProfile
from apps.web.answers import HtmxRequest, Refused, after, back_to, invalid, made, show
from apps.web.edits import wanted
from apps.web.gate import whole_number

A_PAGE = 30
AT_ONCE = 300  # students whom one press reaches
LISTED = 12  # of them stand on the page at once, the others behind a line
LEAVES = "We’ll send it in 5 minutes."


@dataclass(frozen=True)
class LetterPage:
    """A letter before it is sent: to whom, in whose name, and the words, which the coach may change."""

    profile: StudentProfile
    letter: Letter
    form: LetterForm
    already: str  # why it cannot be sent now
    sent: SharedNote | None  # the one of this kind that was sent within the week


@allow("coaching.look", StudentProfile)
@once
def letter(request: Request, profile: StudentProfile, kind: str) -> HttpResponse:
    """Show the words of a short letter, and send it in the coach's name."""
    if kind not in LETTERS:
        raise Http404
    chosen, student, now = LETTERS[Kind(kind)], profile.user, timezone.now()
    form = LetterForm(request.POST or None, initial={"text": chosen.text(student, request.user)})
    if request.method == "POST" and form.is_valid():
        text = form.cleaned_data["text"]
        note = made(form, lambda: sending.send(student, chosen.kind, text=text, by=request.user, now=now), field="text")
        if note:
            said = f"Your email to {student.first_name} is on its way. {LEAVES}"
            return after(request, "caseload", say=said, undo=_undo_of(note.batch))
    disclose(profile.user_id, viewer=request.user, what="Emails to you", now=now)
    why = sending.why_not(student, kind, by=request.user, now=now)
    page = LetterPage(profile, chosen, form, why, sent_lately(student, kind, now))
    return (invalid if request.method == "POST" else show)(request, "coaching/letter.html", page)


@dataclass(frozen=True)
class Audience:
    """Who is to be written to, with which letters to begin with, and the page one came from."""

    profiles: list[StudentProfile]
    letters: list[Letter]  # the first one where none was chosen
    address: str  # of this page
    back: str
    back_to: str
    undo: str
    shown: str = ""  # which part of the caseload one came from


@dataclass(frozen=True)
class ManyPage:
    """The same words to several students, before they leave: who gets them, who does not and why, and how it reads."""

    letter: Letter
    letters: list[Letter]
    form: ManyForm
    to: list[StudentProfile]
    others: list[StudentProfile]  # who get it as well, folded away where there are many
    count: int
    is_cut: bool  # more fit the filters than one press reaches
    left_out: list[tuple[User, str]]
    sample: str  # as the first of them will read it
    whom: Audience


@allow("coaching.caseload")
@once
def many(request: Request) -> HttpResponse:
    """Write to several students at once: choose and change the words, see who gets them, send."""
    said = typed_by(request)
    came_from = Wanted.read(QueryDict(said.get("from", "")).dict())
    profiles = _every(request.user, came_from, timezone.now()) if said.get("every") else _chosen(request.user, said)
    others = [letter for kind, letter in LETTERS.items() if kind != Kind.HELLO]
    whom = Audience(
        profiles,
        [LETTERS[Kind.HELLO], *others, *(TO_A_COHORT if came_from.cohort else ())],
        address=reverse("coach_letters"),
        back=f"{reverse('caseload')}?{came_from.query}",
        back_to="Caseload",
        undo=reverse("coach_letter_back"),
        shown=came_from.query,
    )
    return write(request, whom, is_cut=bool(said.get("every")) and len(profiles) == AT_ONCE)


def typed_by(request: Request) -> QueryDict:
    return request.POST if request.method == "POST" else request.GET


def write(request: Request, whom: Audience, *, is_cut: bool) -> HttpResponse:
    """Show the words and who gets them; send them where Send was pressed."""
    now, profiles = timezone.now(), whom.profiles
    kind = typed_by(request).get("kind", "")
    chosen = next((one for one in whom.letters if one.key == kind), whom.letters[0])
    body = chosen.body(request.user)
    is_sent = request.method == "POST" and "send" in request.POST
    typed = request.POST if request.method == "POST" and request.POST.get("words") == chosen.key else None
    form = ManyForm(typed, initial={"text": body, "subject": chosen.subject})
    form.fields["subject"].required = not chosen.subject
    if is_sent and typed is not None and form.is_valid() and profiles:
        return _send(request, chosen, form, now, whom)
    refused = sending.refusals([one.user for one in profiles], chosen.kind, by=request.user, now=now)
    left_out = [(one.user, refused[one.user_id]) for one in profiles if one.user_id in refused]
    to = [profile for profile in profiles if profile.user_id not in refused]
    words = form.data.get("text", body) if typed is not None else body
    disclose_each([one.user_id for one in profiles], viewer=request.user, what="Emails to you", now=now)
    page = ManyPage(
        letter=chosen,
        letters=whom.letters,
        form=form,
        to=to[:LISTED],
        others=to[LISTED:],
        count=len(to),
        is_cut=is_cut,
        left_out=left_out,
        sample=whole(words, to[0].user, request.user) if to else "",
        whom=whom,
    )
    is_wrong = is_sent and (form.errors or not profiles)
    return (invalid if is_wrong else show)(request, "coaching/letters.html", page)


def _every(coach: User, wanted: Wanted, now: datetime) -> list[StudentProfile]:
    """Return all that a part of the caseload shows, the most urgent first, as many as one press reaches."""
    found = find(coach.pk, wanted, Clock(now, Policy.now().term_since(coach.zone)), most=AT_ONCE).keys
    profiles = StudentProfile.objects.filter(coach=coach, user__in=found).select_related("user")
    of_student = {profile.user_id: profile for profile in profiles}
    return [of_student[pk] for pk in found if pk in of_student]


def _chosen(coach: User, said: QueryDict) -> list[StudentProfile]:
    """Return the coach's own students among these, by name; the numbers of others are as if they were not there."""
    keys = {pk for pk in map(whole_number, [*said.getlist("student"), *said.getlist("s")][:AT_ONCE]) if pk is not None}
    profiles = StudentProfile.objects.filter(coach=coach, user__is_active=True, pk__in=keys).select_related("user")
    return list(profiles.order_by("user__sort_key", "pk"))


def _send(request: Request, letter: Letter, form: ManyForm, now: datetime, whom: Audience) -> HttpResponse:
    body, subject = form.cleaned_data["text"], form.cleaned_data["subject"] or letter.subject
    students = [profile.user for profile in whom.profiles]
    sent = sending.send_many(students, letter.kind, body=body, subject=subject, by=request.user, now=now)
    if not sent.to:
        return after(request, whom.back, say="No one got this email. Each of them had one this week, or muted nudges.")
    n, out = len(sent.to), len(sent.left_out)
    said = f"Your email to {n} {'student' if n == 1 else 'students'} is on its way. {LEAVES}"
    said += f" {out} {'was' if out == 1 else 'were'} left out." if out else ""
    return after(request, whom.back, say=said, undo=f"{whom.undo}?press={sent.batch}")


def _undo_of(batch: UUID) -> str:
    return f"{reverse('coach_letter_back')}?press={batch}"


@require_POST
@allow("coaching.caseload")
@back_to("caseload")
def letter_back(request: Request) -> HttpResponse:
    """Undo what the press in the address sent, as long as it has not left."""
    return after(request, "caseload", say=taken_back(request))


def taken_back(request: Request) -> str:
    """Undo that press of this person. Returns what to say of it. Raises Refused."""
    try:
        batch = UUID(request.GET.get("press", ""))
    except ValueError as error:
        raise Refused(sending.GONE) from error
    n = sending.take_back(batch, by=request.user, now=timezone.now())
    return f"{n} {'email was' if n == 1 else 'emails were'} not sent."


# --- the student's side -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class SharedNotesPage:
    page: Page[SharedNote]
    is_muted: bool


@require_safe
@allow("students.own")
def shared_notes(request: Request) -> HttpResponse:
    """What the student's coach wrote for them. What they see here for the first time is new, and read from then on."""
    notes = SharedNote.objects.visible_to(request.user).filter(student=request.user)
    newest = notes.select_related("author").order_by("-created_at", "-pk")
    page = Paginator(newest, A_PAGE).get_page(request.GET.get("page"))
    shown = [note.pk for note in page]
    SharedNote.objects.filter(pk__in=shown, read_at=None).update(read_at=timezone.now())
    is_muted = MutedNudges.objects.filter(student=request.user).exists()
    return show(request, "coaching/said.html", SharedNotesPage(page, is_muted))


@require_POST
@allow("students.own")
def mute(request: Request) -> HttpResponse:
    """Mute nudges, or hear them again: what the button said."""
    mine = MutedNudges.objects.filter(student=request.user)
    if wanted(request, now=mine.exists()):
        MutedNudges.objects.bulk_create([MutedNudges(student=request.user)], ignore_conflicts=True)
        return after(request, "coach_said", say="Nudges are muted. Notes from your coach still appear here.")
    mine.delete()
    return after(request, "coach_said", say="Nudges are on again: one a week at most.")


@dataclass(frozen=True)
class NudgesStopPage:
    """What the link in a nudge opens: whether nudges are muted."""

    is_done: bool
    may_go_on: bool  # to a page of theirs: nobody else is signed in here


@by_program(mails.STOP_NUDGES)
def nudges_stop(request: HtmxRequest, link: MailLink) -> HttpResponse:
    """Mute nudges, or take that back."""
    mine = MutedNudges.objects.filter(student=link.person)
    if request.method == "POST" and "again" in request.POST:
        mine.delete()
    elif request.method == "POST":
        MutedNudges.objects.bulk_create([MutedNudges(student=link.person)], ignore_conflicts=True)
    may_go_on = not request.user.is_authenticated or request.user == link.person
    page = NudgesStopPage(mine.exists(), may_go_on)
    return show(request, "coaching/nudges_stop.html", page)
