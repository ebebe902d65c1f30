"""Where a student might work: the grid, one organization, what they know about it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.http import HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.access import allow
from apps.accounts.once import once
from apps.accounts.requests import Request
from apps.clock import times
from apps.clock.regions import spelled
from apps.network import undo
from apps.network.models import Contact, Organization
from apps.network.views_story import now_and_today
from apps.organizations import actions, page
from apps.organizations import grid as grids
from apps.organizations.forms import AddForm, DetailForm, KindsForm, NoteForm
from apps.organizations.grid import Grid
from apps.organizations.models import KindOfWork, Note
from apps.tables import leaving
from apps.web.answers import Refused, after, back_to, done, invalid, show
from apps.web.edits import edits, overtaken
from apps.web.gate import whole_number

GRID, ONE = "organizations/organizations.html", "organizations/organization.html"
KINDS, EDIT = "organizations/kinds.html", "organizations/edit.html"


@dataclass(frozen=True)
class GridPage:
    """The grid, with the form that adds an organization."""

    grid: Grid
    lead: str
    form: AddForm
    names: list[str]  # organizations that the student knows people at, to choose from


@allow("network.own")
@once
def organizations(request: Request) -> HttpResponse:
    form = AddForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = actions.follow(request.user, **form.cleaned_data)
        return after(request, where(made), say=f"{made.name} is one of your places now.")
    answer = invalid if request.method == "POST" else show
    grid = grids.grid(request.user, timezone.now())
    names = Organization.objects.filter(student=request.user, is_target=False).order_by("name", "pk")
    known = list(names.values_list("name", flat=True)[:200])
    return answer(request, GRID, GridPage(grid, grids.lead(grid), form, known))


def where(organization: Organization) -> str:
    return reverse("organization", args=[organization.pk])


@require_safe
@allow("network.own")
def export(request: Request) -> HttpResponseBase:
    """The grid as a file, for the student themselves."""
    grid = grids.grid(request.user, timezone.now())
    header = [spelled("Organization"), "People you know", "Talked with", *grid.kinds, "Opportunities", "Next"]
    return leaving.download("places-to-explore.csv", header, _lines(grid))


def _lines(grid: Grid) -> Iterator[list[object]]:
    for row in grid.rows:
        fields = ["Not for me" if cell.is_out else cell.people for cell in row.cells]
        yield [row.organization.name, row.known, row.talked, *fields, row.opportunities, row.next.text]


@dataclass(frozen=True)
class KindsPage:
    form: KindsForm


@allow("network.own")
@once
@edits
def kinds(request: Request) -> HttpResponse:
    """The columns of the grid: the kinds of work that the student would like."""
    form = KindsForm(request.POST or None, student=request.user)
    if request.method != "POST":
        return show(request, KINDS, KindsPage(form))
    if form.is_valid() and (both := overtaken(request, "Two versions of your kinds of work", form)):
        return both
    if form.is_valid():
        actions.set_kinds(request.user, form.names, form.new)
        return after(request, "organizations", say="Kinds of work saved.")
    return invalid(request, KINDS, KindsPage(form))


@require_safe
@allow("network.edit", Organization)
def organization(request: Request, organization: Organization) -> HttpResponse:
    found = page.organization_page(organization, request.user, timezone.now(), undo=undo.offered(request))
    return show(request, ONE, found)


@dataclass(frozen=True)
class EditPage:
    """A form about an organization, something to apply for there, or a note. `remove`: the address that deletes it."""

    title: str
    back: str
    back_name: str
    form: DetailForm | NoteForm
    remove: str = ""


@allow("network.edit", Organization)
@once
@edits
def edit(request: Request, organization: Organization) -> HttpResponse:
    form = DetailForm(request.POST or None, organization=organization)
    name = organization.name

    def save() -> None:
        actions.rename(organization, form.cleaned_data["name"])
        form.save()

    found = EditPage(f"Edit {name}", where(organization), name, form)
    return edited(request, found, save, "Two versions of this page", field="name")


def edited(
    request: Request, found: EditPage, save: Callable[[], object], heading: str, *, field: str | None = None
) -> HttpResponse:
    """Show the form, or save it and lead back; what cannot be taken stands there again, with what to do about it."""
    if request.method != "POST":
        return show(request, EDIT, found)
    if found.form.is_valid() and (both := overtaken(request, heading, found.form)):
        return both
    if found.form.is_valid() and done(found.form, save, field=field):
        return after(request, found.back, say="Saved.")
    return invalid(request, EDIT, found)


@require_POST
@allow("network.edit", Organization)
def follow(request: Request, organization: Organization) -> HttpResponse:
    """Put it on the list, or take it off: what the student wrote about it stays."""
    followed = request.POST.get("on") != "0" or "undo" in request.POST
    actions.set_followed(organization, followed=followed)
    if followed:
        return after(request, where(organization), say=f"{organization.name} is one of your places now.")
    say = f"{organization.name} removed from your places. Your notes are kept."
    return after(request, "organizations", say=say, undo=request.path)


@require_POST
@allow("network.edit", Organization)
def people(request: Request, organization: Organization) -> HttpResponse:
    """Say which kind of work each person there does."""
    kinds = {kind.pk: kind for kind in KindOfWork.objects.filter(student=request.user)}
    chosen: dict[Contact, KindOfWork | None] = {}
    for person in page.people_at(organization):
        said = request.POST.get(f"work-{person.pk}")
        if said is not None:
            chosen[person] = kinds.get(whole_number(said) or 0)
    actions.set_work(request.user, chosen)
    return after(request, f"{where(organization)}#people", say="Kinds of work saved.")


@require_POST
@allow("network.edit", Organization)
def rule_out(request: Request, organization: Organization) -> HttpResponse:
    """Say that a kind of work, there, is not for the student; pressed again, it is."""
    number = whole_number(request.POST.get("kind")) or 0
    kind = KindOfWork.objects.filter(student=request.user, pk=number).first()
    if kind is not None:
        actions.rule_out(organization, kind, is_out=request.POST.get("on") == "1")
    return after(request, f"{where(organization)}#work")


# --- what the student knows about it ----------------------------------------------------------------------------------


@require_POST
@allow("network.edit", Organization)
@once
def note_add(request: Request, organization: Organization) -> HttpResponse:
    now, today = now_and_today(request)
    form = NoteForm(request.POST, people=page.people_at(organization), instance=page.new_note(organization, today))
    if not form.is_valid():
        found = page.organization_page(organization, request.user, now, note_form=form)
        return invalid(request, ONE, found)
    form.save()
    actions.set_followed(organization, followed=True)
    return after(request, f"{where(organization)}#notes", say="Note added.")


@allow("network.edit", Note)
@once
@edits
def note_edit(request: Request, note: Note) -> HttpResponse:
    organization = note.organization
    form = NoteForm(request.POST or None, people=page.people_at(organization), instance=note)
    remove = reverse("organization_note_remove", args=[note.pk])
    found = EditPage("Edit your note", where(organization), organization.name, form, remove)
    return edited(request, found, form.save, "Two versions of one note")


@require_POST
@allow("network.edit", Note)
def note_still(request: Request, note: Note) -> HttpResponse:
    """It is still true today (R9)."""
    day = times.local_date(timezone.now(), request.user.zone)
    Note.objects.filter(pk=note.pk).update(noted_on=day)
    return after(request, f"{where(note.organization)}#notes", say="Marked as still true today.")


@require_POST
@allow("network.edit", Note)
@back_to(lambda note: where(note.organization))
def note_remove(request: Request, note: Note) -> HttpResponse:
    goal = undo.offer_entry(request, note, words="Note deleted.", back=where(note.organization))
    if not note.delete()[0]:
        raise Refused("That note was already deleted.")
    return after(request, goal)
