"""The office's page for bringing in alumni: choose the file, see what would happen, bring it in, look over the rest."""

import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import FETCH_RAISE, QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts import erased
from apps.accounts.access import allow
from apps.accounts.once import once
from apps.accounts.requests import Request
from apps.alumni import import_runs, tasks
from apps.alumni.forms import COLUMNS, ExportForm
from apps.alumni.models import AlumniImport
from apps.clock.regions import spelled
from apps.tables import leaving
from apps.tables.synonyms import ALUMNI
from apps.web.answers import Refused, after, back_to, invalid, made, page, refused, show
from apps.web.columns import TEMPLATE, ColumnsForm, ColumnsPage, columns_of, first_sentence

PAGE = 50
FORGETTABLE = ("checked", "unreadable", "failed", "cancelled")
A_MINUTE = timedelta(minutes=1)
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class ImportsPage:
    """Choosing a file, and what came in before."""

    form: ExportForm
    under_way: AlumniImport | None  # until it is over, no other is taken
    history: QuerySet[AlumniImport]


@require_http_methods(["GET", "HEAD", "POST"])
@allow("alumni.import")
@once
def imports(request: Request) -> HttpResponse:
    """Choose a file, and see what came in before."""
    form = ExportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        imported = made(form, lambda: _upload(request, form), field="file")
        if imported is not None:
            _nudge(imported.pk)
            return after(request, "office_import_one", imported.pk)
    history = AlumniImport.objects.visible_to(request.user).select_related("by")
    history = history.order_by("-created_at", "-pk").fetch_mode(FETCH_RAISE)
    answer = invalid if form.errors else show
    return answer(request, "office/import.html", ImportsPage(form, import_runs.under_way(), history[:20]))


def _upload(request: Request, form: ExportForm) -> AlumniImport:
    file = form.cleaned_data["file"]
    return import_runs.upload(file.read(), file_name=file.name, by=request.user)


@require_http_methods(["GET", "HEAD", "POST"])
@allow("alumni.import", AlumniImport)
def columns(request: Request, imported: AlumniImport) -> HttpResponse:
    """Say which column is which; the next file of this shape is read so too."""
    if imported.state != "checked":
        return after(request, "office_import_one", imported.pk)
    kept = imported.columns
    data = request.POST if request.method == "POST" else None
    form = ColumnsForm(data, header=kept.get("header", []), labels=COLUMNS, synonyms=ALUMNI, used=kept.get("used", {}))
    if form.is_valid() and made(form, lambda: _match(imported, form)):
        return after(request, "office_import_one", imported.pk)
    columns_page = ColumnsPage(
        form=form,
        columns=columns_of(form, kept.get("samples", [])),
        problem=first_sentence(kept.get("problems", [])),
        needs="We need the Constituent ID and a name.",
        back=page("office_import"),
        back_label="Import alumni",
        file_name=imported.file_name,
        section="office_import",
    )
    return (invalid if form.errors else show)(request, TEMPLATE, columns_page)


def _match(imported: AlumniImport, form: ColumnsForm) -> bool:
    import_runs.match(imported, form.chosen)
    _nudge(imported.pk)
    return True


@dataclass(frozen=True)
class Stage:
    """One step of an import; `when` is the word under it."""

    label: str
    state: str
    when: str


@dataclass(frozen=True)
class ImportPage:
    """One import: what would happen or has happened, row by row."""

    imported: AlumniImport
    counts: dict[str, int]
    chosen: str
    shows: list[tuple[str, str, int]]  # key, words, how many
    page: Page[import_runs.Line]
    is_cut: bool
    is_open: bool  # a worker has it, or soon has
    is_stuck: bool
    columns: dict[str, Any]  # as AlumniImport keeps them: used, unused
    stages: list[Stage]
    in_file: int = 0  # rows of the file to download
    only_reason: int = 0  # of these, without a note
    held_off: str = ""  # of rows that would bring somebody back
    section: str = "office_import"


@require_safe
@allow("alumni.import", AlumniImport)
def one(request: Request, imported: AlumniImport) -> HttpResponse:
    """One import: what would happen, how far it is, or what became of it."""
    if import_runs.is_unmatched(imported):
        return after(request, "office_import_columns", imported.pk)
    default = "look" if imported.counts.get("noted") else "new"
    wanted = request.GET.get("show", "")
    chosen = wanted if wanted in import_runs.SHOWS else default
    is_open = imported.state in import_runs.OPEN
    lines = [] if is_open else import_runs.rows(imported, chosen)
    in_file = [] if is_open else list(import_runs.errors(imported))
    page = ImportPage(
        imported=imported,
        counts=imported.counts,
        chosen=chosen,
        shows=[(key, words, _count(imported, key)) for key, words in import_runs.SHOWS.items()],
        page=Paginator(lines, PAGE).get_page(request.GET.get("page")),
        is_cut=len(lines) < _count(imported, chosen),
        is_open=is_open,
        is_stuck=is_open and _waits_long(imported),
        columns=imported.columns,
        stages=_stages(imported),
        in_file=len(in_file),
        only_reason=sum(not line.notes for line in in_file),
        held_off=erased.in_words(imported.counts["erased"]) if imported.counts.get("erased") else "",
    )
    response = show(request, "office/import_one.html", page, swap="progress")
    if request.htmx and not is_open:
        response["HX-Refresh"] = "true"  # it is over: the whole page has changed
    return response


def _count(imported: AlumniImport, key: str) -> int:
    return imported.counts.get("noted" if key == "look" else key, 0)


def _waits_long(imported: AlumniImport) -> bool:
    since = imported.started_at or imported.created_at
    return not imported.done_rows and timezone.now() - since > A_MINUTE


NOW = {  # state -> which of the stages is under way, and the word under it where it is another
    "waiting": (1, "waiting"),
    "checking": (1, "now"),
    "unreadable": (1, "stopped"),
    "checked": (1, "now"),
    "running": (2, "now"),
    "failed": (2, "stopped"),
    "cancelled": (2, "canceled"),
    "done": (3, ""),
}


def _stages(imported: AlumniImport) -> list[Stage]:
    at, word = NOW[imported.state]
    labels = ("Choose file", "Preview", "Import", "Check the notes")
    before = [Stage(label, state="done", when="done") for label in labels[:at]]
    return [*before, Stage(labels[at], "now", word), *(Stage(label, "next", "") for label in labels[at + 1 :])]


@require_POST
@allow("alumni.import", AlumniImport)
@back_to("office_import_one")
def start(request: Request, imported: AlumniImport) -> HttpResponse:
    """Bring it in, in the background; the page shows how far it is."""
    if import_runs.start(imported, now=timezone.now()):
        _nudge(imported.pk)
    return after(request, "office_import_one", imported.pk)


@require_POST
@allow("alumni.import", AlumniImport)
def cancel(request: Request, imported: AlumniImport) -> HttpResponse:
    """Stop reading it, or bringing it in; nothing of it stays."""
    if import_runs.cancel(imported, now=timezone.now()):
        return after(request, "office_import_one", imported.pk)
    late = Refused(f"The import finished before you {spelled('canceled')} it.")
    return refused(request, late, "office_import_one", imported.pk)


def _nudge(pk: int) -> None:
    """Tell a worker. If the broker is away, one finds it at the next look."""
    try:
        tasks.import_alumni.apply_async([pk], retry=False)
    except tasks.import_alumni.OperationalError:
        log.exception("nobody could be told of import %s", pk)


@require_POST
@allow("alumni.import", AlumniImport)
def discard(request: Request, imported: AlumniImport) -> HttpResponse:
    """Forget a file that was only checked."""
    AlumniImport.objects.filter(pk=imported.pk, state__in=FORGETTABLE).delete()
    return after(request, "office_import", say="File discarded. Nothing was imported.")


@require_safe
@allow("alumni.import", AlumniImport)
def errors(request: Request, imported: AlumniImport) -> HttpResponseBase:
    """The rows with a reason or a note, to send back to the advancement office."""
    name = f"import-{imported.pk}-rows-with-reasons.csv"
    return leaving.download(name, import_runs.ERRORS, import_runs.errors(imported))
