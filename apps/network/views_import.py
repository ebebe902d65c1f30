"""A student brings people in from a file: choose the file, match its columns, choose the people, see who came.

Pressed twice, each form does what one press does, by what it says: a file takes the place of one that waits, and people
are chosen from it once.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import FETCH_RAISE
from django.http import HttpResponse, QueryDict
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts.access import allow
from apps.accounts.requests import Request
from apps.clock.regions import spelled_lazily
from apps.network import contact_imports
from apps.network.contact_file import LABELS
from apps.network.contact_gaps import GAP, NOTHING, TITLE
from apps.network.contact_imports import CAN_COME, OUTCOMES, Verdict
from apps.network.first_asked import First, first_asked
from apps.network.forms_import import ContactFileForm, RelationForm
from apps.network.models import Contact, ContactImport
from apps.tables.synonyms import CONTACTS
from apps.web.answers import after, back_to, invalid, made, page, show
from apps.web.columns import TEMPLATE, ColumnsForm, ColumnsPage, columns_of, first_sentence
from apps.web.gate import whole_number
from apps.wording.text import folded

PAGE, FIRST_NAMES = 50, 20
State = ContactImport.State


@dataclass(frozen=True)
class Stage:
    """One step of an import, as components/thread.html draws it."""

    label: str
    state: str = "next"
    url: str = ""
    is_here: bool = False
    when: str = ""


def _stages(here: int, imported: ContactImport | None = None) -> list[Stage]:
    """Return the four steps; those before can be gone back to while nobody is chosen."""
    labels = ["Choose a file", "Match the columns", "Choose people", "Done"]
    urls = [page("contact_import"), "", "", ""]
    if imported and imported.state == State.CHOOSING and imported.columns.get("origin") != "cards":
        urls[1] = f"{imported.get_absolute_url()}columns/"
    states = ["done" if at < here else "now" if at == here else "next" for at in range(4)]
    return [Stage(label, states[at], urls[at] if at < here else "", at == here) for at, label in enumerate(labels)]


@dataclass(frozen=True)
class FilePage:
    """Choosing a file; the one that waits, and what came in before."""

    form: ContactFileForm
    stages: list[Stage]
    waiting: ContactImport | None
    history: list[ContactImport]


@require_http_methods(["GET", "HEAD", "POST"])
@allow("network.own")
def imports(request: Request) -> HttpResponse:
    """Choose a file of people."""
    form = ContactFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        imported = made(form, lambda: _upload(request, form), field="file")
        if imported is not None:
            return after(request, imported)
    before = ContactImport.objects.visible_to(request.user).defer("content", "rows", "columns")
    history = list(before.order_by("-created_at", "-pk").fetch_mode(FETCH_RAISE)[:20])
    waiting = next((one for one in history if one.state == State.CHOOSING), None)
    done = [one for one in history if one.state != State.CHOOSING]
    answer = invalid if request.method == "POST" else show
    return answer(request, "network/import_file.html", FilePage(form, _stages(0), waiting, done))


def _upload(request: Request, form: ContactFileForm) -> ContactImport:
    file = form.cleaned_data["file"]
    return contact_imports.upload(file.read(), file_name=file.name, student=request.user, now=timezone.now())


@require_http_methods(["GET", "HEAD", "POST"])
@allow("network.edit", ContactImport)
@back_to()
def columns(request: Request, imported: ContactImport) -> HttpResponse:
    """Say which column is which; the student's next file of this shape is read so too."""
    kept = imported.columns
    if imported.state != State.CHOOSING or kept.get("origin") == "cards":
        return after(request, imported)
    data = request.POST if request.method == "POST" else None
    form = ColumnsForm(data, header=kept["header"], labels=LABELS, synonyms=CONTACTS, used=kept["used"])
    if form.is_valid() and made(form, lambda: contact_imports.match(imported, form.chosen)):
        return after(request, imported)
    columns_page = ColumnsPage(
        form=form,
        columns=columns_of(form, kept["samples"]),
        problem=first_sentence(kept["problems"]),
        needs="We need a name, in one column or as first and last name.",
        back=page("contact_import"),
        back_label="Import people",
        file_name=imported.file_name,
        section="network",
        stages=_stages(1, imported),
    )
    return (invalid if form.errors else show)(request, TEMPLATE, columns_page)


# --- choosing ---------------------------------------------------------------------------------------------------------

PARTS = {
    "targets": spelled_lazily("Organizations you follow"),
    "directory": "In the directory",
}  # of those who can come
SHOWS = {str(outcome): words for outcome, words in OUTCOMES.items()} | {"chosen": "Chosen"}
SHOWS = {"new": SHOWS["new"]} | PARTS | SHOWS


@dataclass(frozen=True)
class Row:
    """One row of the file, with what the student says of it."""

    verdict: Verdict
    is_chosen: bool
    takes: Collection[str] = ()  # what of it is to be taken over by the one who is there

    @property
    def can_come(self) -> bool:
        return self.verdict.outcome in CAN_COME

    @property
    def is_open(self) -> bool:
        """Whether there is something to say of it."""
        return self.can_come or self.verdict.better != NOTHING


@dataclass(frozen=True)
class ChoosePage:
    """Who is in a file, who of them is new, and whom the student chooses."""

    imported: ContactImport
    stages: list[Stage]
    form: RelationForm
    shows: list[tuple[str, str, int]]  # key, words, how many
    show: str
    q: str
    page: "Page[Row]"
    numbers: str  # of the rows on this page
    chosen: int
    elsewhere: int  # chosen, and not shown here: on another page, in another part, or not what a search is for
    remarks: list[str]
    error: str = ""
    section: str = "network"


@dataclass(frozen=True)
class DonePage:
    """Who came with a file, and how to take them out again."""

    imported: ContactImport
    stages: list[Stage]
    people: list[Contact]
    more: int
    count: int  # of the network
    can_undo: bool
    undo_until: datetime | None
    changed: int  # people who were there already, and know more now
    first: list[First]
    section: str = "network"


@require_http_methods(["GET", "HEAD", "POST"])
@allow("network.edit", ContactImport)
@back_to()
def one(request: Request, imported: ContactImport) -> HttpResponse:
    """Choose whom to bring in; later, see who came."""
    if contact_imports.is_unmatched(imported):
        return after(request, f"{imported.get_absolute_url()}columns/")
    if imported.state != State.CHOOSING:
        return after(request, imported) if request.method == "POST" else _done(request, imported)
    if request.method != "POST":
        return show(request, "network/import_choose.html", _choose_page(imported, request.GET))
    shown = _numbers(request.POST, "shown")
    said = {kind: set(_numbers(request.POST, kind)) for kind in (GAP, TITLE)}
    updates = {row: takes for row in shown if (takes := [kind for kind, rows in said.items() if row in rows])}
    contact_imports.choose(imported, shown=shown, ticked=_numbers(request.POST, "row"), updates=updates)
    return _pressed(request, imported)


def _numbers(data: QueryDict, name: str) -> list[int]:
    texts = data.get(name, "").split(",") if name == "shown" else data.getlist(name)
    return [number for text in texts if (number := whole_number(text)) is not None and number < 2**31]


def _pressed(request: Request, imported: ContactImport) -> HttpResponse:
    """Do what the button says; the ticks of the page are kept already."""
    act, _, what = request.POST.get("act", "").partition(":")
    asked = {"show": request.POST.get("show", ""), "q": request.POST.get("q", ""), "page": ""}
    if act == "bring":
        return _bring(request, imported)
    if act in ("all", "none"):
        numbers = [row.verdict.number for row in _rows(imported, asked["show"], asked["q"]) if row.can_come]
        contact_imports.choose(imported, shown=numbers, ticked=numbers if act == "all" else [])
    elif act in ("show", "page"):
        asked[act] = what
    elif act in ("clear", "chosen"):
        asked |= {"q": ""} | ({"show": "chosen"} if act == "chosen" else {})
    elif act == "search":
        asked["show"] = _first_with(_all_rows(imported), asked["show"], asked["q"].strip()[:100])
    query = urlencode({name: value for name, value in asked.items() if value})
    return after(request, f"{imported.get_absolute_url()}{'?' if query else ''}{query}")


def _bring(request: Request, imported: ContactImport) -> HttpResponse:
    form = RelationForm(request.POST)
    if form.is_valid() and made(form, lambda: _brought(imported, **form.cleaned_data)):
        return after(request, imported)
    return invalid(request, "network/import_choose.html", _choose_page(imported, request.POST, form))


def _brought(imported: ContactImport, relation: str, tag: str) -> bool:
    contact_imports.bring_in(imported, relation=relation, tag=tag, now=timezone.now())
    return True


def _choose_page(imported: ContactImport, asked: QueryDict, form: RelationForm | None = None) -> ChoosePage:
    shown, q = asked.get("show", ""), asked.get("q", "").strip()[:100]
    shown = shown if shown in SHOWS else "new"
    everybody = _all_rows(imported)
    rows = _sieved(everybody, shown, q)
    on_page = Paginator(rows, PAGE).get_page(asked.get("page"))
    chosen = sum(1 for row in everybody if row.is_chosen and row.can_come)
    here = sum(1 for row in on_page if row.is_chosen and row.can_come)
    usual = contact_imports.usual_relation(imported.columns.get("origin", ""))
    errors = form.non_field_errors() if form else []
    return ChoosePage(
        imported=imported,
        stages=_stages(2, imported),
        form=form or RelationForm(initial={"relation": usual}),
        shows=_shows(everybody, shown, q),
        show=shown,
        q=q,
        page=on_page,
        numbers=",".join(str(row.verdict.number) for row in on_page if row.is_open),
        chosen=chosen,
        elsewhere=chosen - here,
        remarks=imported.columns.get("remarks", []),
        error=str(next(iter(errors), "")),
    )


def _first_with(everybody: list[Row], shown: str, q: str) -> str:
    """Return the part of the file where a search finds somebody: the one that is shown, else the first that has one."""
    return next((part for part in (shown, *SHOWS) if part in SHOWS and _sieved(everybody, part, q)), shown)


def _shows(everybody: list[Row], shown: str, q: str) -> list[tuple[str, str, int]]:
    """Return the parts of the file with how many they have; those of the student's world only where somebody is."""
    counted = [(key, str(words), len(_sieved(everybody, key, q))) for key, words in SHOWS.items()]
    return [(key, words, count) for key, words, count in counted if count or key not in PARTS or key == shown]


def _all_rows(imported: ContactImport) -> list[Row]:
    chosen, takes = {*imported.chosen}, imported.updates
    found = contact_imports.verdicts(imported)
    return [Row(verdict, verdict.number in chosen, takes.get(str(verdict.number), ())) for verdict in found]


def _rows(imported: ContactImport, shown: str, q: str) -> list[Row]:
    return _sieved(_all_rows(imported), shown if shown in SHOWS else "new", q.strip()[:100])


def _sieved(rows: list[Row], shown: str, q: str) -> list[Row]:
    words = folded(q).split()
    return [row for row in rows if _is_shown(row, shown) and (not words or _holds(row, words))]


def _is_shown(row: Row, shown: str) -> bool:
    reasons = row.verdict.reasons
    match shown:
        case "chosen":
            return row.is_chosen and row.can_come
        case "targets":
            return reasons.is_target
        case "directory":
            return reasons.entry is not None
    return row.verdict.outcome == shown


def _holds(row: Row, words: list[str]) -> bool:
    text = folded(f"{row.verdict.person.name} {row.verdict.person.about} {row.verdict.person.fields['city']}")
    return all(word in text for word in words)


# --- afterwards -------------------------------------------------------------------------------------------------------


def _done(request: Request, imported: ContactImport) -> HttpResponse:
    came = imported.contacts.select_related("organization").order_by("sort_key", "pk").fetch_mode(FETCH_RAISE)
    until = imported.done_at + contact_imports.UNDO_DAYS if imported.done_at else None
    people = list(came[:FIRST_NAMES])
    done_page = DonePage(
        imported=imported,
        stages=_stages(3, imported),
        people=people,
        more=came.count() - len(people),
        count=Contact.objects.filter(student=request.user, archived_at=None).count(),
        can_undo=contact_imports.can_undo(imported, timezone.now()),
        undo_until=until,
        changed=len({line[0] for line in imported.changed}),
        first=first_asked(came, request.user) if imported.state == State.DONE else [],
    )
    return show(request, "network/import_done.html", done_page)


@require_POST
@allow("network.edit", ContactImport)
@back_to()
def undo(request: Request, imported: ContactImport) -> HttpResponse:
    """Take those out again who are still as they came."""
    undone = contact_imports.undo(imported, now=timezone.now())
    gone = "1 person was" if undone.gone == 1 else f"{undone.gone:,} people were"
    say = f"{gone} removed from your network."
    if undone.put_back:
        say += (
            f" {'1 person has' if undone.put_back == 1 else f'{undone.put_back} people have'} their old details again."
        )
    if undone.kept:
        names = ", ".join(contact.name for contact in undone.kept[:5])
        more = f" and {len(undone.kept) - 5} more" if len(undone.kept) > 5 else ""
        say += f" We kept {names}{more}, because you added something since."
    return after(request, imported, say=say)


@require_POST
@allow("network.edit", ContactImport)
def forget(request: Request, imported: ContactImport) -> HttpResponse:
    """Forget a file from which nobody was brought in."""
    contact_imports.forget(imported)
    return after(request, "contact_import", say="File discarded. No one was added.")
