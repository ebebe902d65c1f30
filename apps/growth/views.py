"""How far a student has come, the paths they compare, and the five skills they rate."""

from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.http import HttpResponse, HttpResponseBase, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.access import allow
from apps.accounts.once import once
from apps.accounts.requests import Request
from apps.clock import regions, times
from apps.growth import page
from apps.growth.forms import MOST_PATHS, PathForm, RatingForm
from apps.growth.models import Path, SelfRating
from apps.interviews.debriefing.models import LiveNote
from apps.tables import leaving
from apps.web.answers import Refused, after, back_to, invalid, show
from apps.web.edits import edits, overtaken
from apps.web.gate import whole_number

PATH, RATE = "growth/path.html", "growth/rate.html"


@require_safe
@allow("students.own")
def progress(request: Request) -> HttpResponse:
    return show(request, "growth/progress.html", page.progress_page(request.user, timezone.now()))


@require_http_methods(["GET", "HEAD", "POST"])
@allow("students.own")
@back_to("progress_notes")
def notes(request: Request) -> HttpResponse:
    """Read one's notes, and say which path or major some of them are about (R8)."""
    if request.method == "POST":
        return _said_about(request, request.POST if "path" in request.POST else request.GET)
    return show(request, "growth/notes.html", page.notes_page(request.user, request.GET, timezone.now()))


def _said_about(request: Request, said: QueryDict) -> HttpResponse:
    """Say it, or that it is not so; the undo says the opposite of the same notes."""
    keys = [key for text in said.getlist("note") if (key := whole_number(text)) is not None]
    chosen = list(LiveNote.objects.filter(interview__student=request.user, pk__in=keys).order_by("pk"))
    path = Path.objects.kept().filter(student=request.user, pk=whole_number(said.get("path")) or 0).first()
    if not chosen or path is None:
        raise Refused("Choose at least 1 note and a path.")
    is_off = said.get("do") == "off"
    (path.notes.remove if is_off else path.notes.add)(*chosen)
    count = "1 note is" if len(chosen) == 1 else f"{len(chosen)} notes are"
    opposite = [("path", path.pk), ("do", "on" if is_off else "off"), *(("note", note.pk) for note in chosen)]
    return after(
        request,
        "progress_notes" if is_off else f"{reverse('progress_notes')}?path={path.pk}",
        say=f"{count} {'no longer ' if is_off else ''}about {path.name}.",
        undo=f"{reverse('progress_notes')}?{urlencode(opposite)}",
    )


# --- a path -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class PathPage:
    """The form of a path; a new one has none yet."""

    form: PathForm
    path: Path | None
    section: str = "network"


@allow("students.own")
@once
@back_to("progress")
def path_add(request: Request) -> HttpResponse:
    if Path.objects.kept().filter(student=request.user).count() >= MOST_PATHS:
        raise Refused(f"You have {MOST_PATHS} paths. Remove one to add another.")
    form = _form(request, Path(student=request.user))
    if request.method == "POST" and form.is_valid():
        path = form.save()
        if not form.cleaned_data["talks"]:
            path.talks.set(page.likely(path.name, page.talks_to_choose(request.user, None)))
        return after(request, "progress", say=f"{path.name} is one of your paths.")
    answer = invalid if request.method == "POST" else show
    return answer(request, PATH, PathPage(form, None))


@allow("growth.edit", Path)
@edits
def path_edit(request: Request, path: Path) -> HttpResponse:
    form = _form(request, path)
    if request.method == "POST" and form.is_valid():
        if both := overtaken(request, f"Two versions of {form.initial['name']}", form):
            return both
        form.save()
        return after(request, "progress", say="Saved.")
    answer = invalid if request.method == "POST" else show
    return answer(request, PATH, PathPage(form, path))


def _form(request: Request, path: Path) -> PathForm:
    talks = page.talks_to_choose(request.user, path)
    form = PathForm(request.POST or None, instance=path, talks=talks)
    form.fields["talks"].choices = [(talk.pk, page.about(talk)) for talk in talks]  # type: ignore[attr-defined]  # ours
    return form


@require_POST
@allow("growth.edit", Path)
def path_remove(request: Request, path: Path) -> HttpResponseBase:
    Path.objects.filter(pk=path.pk, put_away_at=None).update(put_away_at=timezone.now())
    return after(request, "progress", say=f"{path.name} removed.", undo=reverse("path_restore", args=[path.pk]))


@require_POST
@allow("growth.edit", Path)
@back_to(lambda path: reverse("progress"))
def path_restore(request: Request, path: Path) -> HttpResponseBase:
    try:
        with transaction.atomic():
            Path.objects.filter(pk=path.pk).update(put_away_at=None)
    except IntegrityError:
        raise Refused(f"You have another path named {path.name} now.") from None
    return after(request, "progress", say=f"{path.name} is back.")


# --- the five skills --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class RatePage:
    form: RatingForm
    before: SelfRating | None
    section: str = "network"


@allow("students.own")
@edits
def rate(request: Request) -> HttpResponse:
    """Rate the five skills; who does it twice on a day changes what they said."""
    today = times.local_date(timezone.now())
    mine = SelfRating.objects.filter(student=request.user)
    rating = mine.filter(rated_on=today).first() or SelfRating(student=request.user, rated_on=today)
    form = RatingForm(request.POST or None, instance=rating)
    if request.method == "POST" and form.is_valid():
        if both := overtaken(request, "Two ratings of today", form):
            return both
        form.save()
        return after(request, "progress", say="Saved. Rate yourself again in a few weeks to see what changes.")
    answer = invalid if request.method == "POST" else show
    return answer(request, RATE, RatePage(form, mine.exclude(rated_on=today).order_by("-rated_on").first()))


# --- out --------------------------------------------------------------------------------------------------------------


@require_safe
@allow("students.own")
def export(request: Request) -> HttpResponseBase:
    """The paths as a table to keep (R121)."""
    rows = [
        [
            *(one.path.name, one.path.skills, one.path.personality, one.path.goals, one.path.quote),
            *(one.before or "", one.now or "", one.held),
        ]
        for one in page.paths_shown(request.user, timezone.now())
    ]
    header = ["Path", "My skills", "My personality", "My goals", "A sentence to keep", "Fit before", "Fit now"]
    return leaving.download("paths.csv", [*header, "Conversations"], rows)


@require_safe
@allow("students.own")
def export_gains(request: Request) -> HttpResponseBase:
    """What each conversation gave, with the student’s words about it, as a table to keep (R6, R121)."""
    rows = [
        [
            *(talk.contact.name, talk.contact.organization_name),
            *(talk.starts_at.astimezone(request.user.zone).date().isoformat(), gain.label, words),
        ]
        for talk, gain, words in page.gains_noted(request.user, timezone.now())
    ]
    header = ["Conversation with", regions.spelled("Organization"), "Date", "What it gave you", "In your words"]
    return leaving.download("what-people-gave-you.csv", header, rows)
