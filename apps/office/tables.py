"""Tables that the office brings in and looks over before anything is written: students, questions.

The file stays in the page while it is looked over, as text; columns that we do not know are matched by hand, on the
page of apps/web/columns.py, and remembered. What becomes of a row is the caller's.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse

from apps.accounts.requests import Request
from apps.tables.columns import Unmatched, as_text, samples
from apps.tables.headers import Synonyms, fingerprint, matched
from apps.tables.models import MatchedColumns
from apps.tables.reading import Table
from apps.tables.reading import read as read_table
from apps.tables.records import Unreadable
from apps.web.answers import invalid, page, show
from apps.web.columns import ACCEPT, TEMPLATE, ColumnsForm, ColumnsPage, columns_of, first_sentence, is_posted

SOME = 100  # plain rows that are shown


class Read(Protocol):
    """A file as its kind reads it."""

    @property
    def remarks(self) -> list[str]: ...


class Judged(Protocol):
    """What one row would do."""

    @property
    def outcome(self) -> str: ...
    @property
    def why(self) -> str: ...


@dataclass(frozen=True)
class Kind[R: Read]:
    """One kind of table: how it is read, and what its pages say. `read` raises Unreadable with a sentence."""

    name: str  # of MatchedColumns
    title: str
    address: str  # the name of its page
    synonyms: Synonyms
    labels: Mapping[str, str]
    needs: str
    most_bytes: int
    most_rows: int
    read: Callable[[bytes, Mapping[str, str]], R]


class TableForm(forms.Form):
    """A file, or the text of one that was looked over already."""

    file = forms.FileField(required=False, widget=forms.FileInput(attrs={"accept": ACCEPT}))
    text = forms.CharField(required=False, strip=False, widget=forms.HiddenInput)

    def __init__(self, request: Request, *, label: str, limits: str, most_bytes: int) -> None:
        is_post = request.method == "POST"
        super().__init__(request.POST if is_post else None, request.FILES if is_post else None)
        self.fields["file"].label, self.fields["file"].help_text = label, limits
        self.label, self.most_bytes = label, most_bytes

    def clean(self) -> None:
        super().clean()
        if self.errors:
            return
        data = self.cleaned_data
        upload: UploadedFile | None = data.get("file")
        if upload is None and not data.get("text"):
            raise forms.ValidationError({"file": f"Choose {self.label[0].lower()}{self.label[1:]} first."})
        content = data["text"].encode() if upload is None else upload.read(self.most_bytes + 1)
        if upload is not None and len(content) > self.most_bytes:
            size = f"{self.most_bytes // 1024**2} MB"
            raise forms.ValidationError({"file": f"The file is larger than {size}. Check that it’s the right one."})
        data["content"] = content


@dataclass(frozen=True)
class LookedOver[R: Read]:
    """A file that was read, with its text to send along, and the columns that were chosen for it."""

    read: R
    text: str
    chosen: list[tuple[str, str]]  # fields of the form of columns, to send along


def look_over[R: Read](request: Request, form: TableForm, kind: Kind[R]) -> LookedOver[R] | HttpResponse | None:
    """Read the file of a valid form. Returns it, or the page that asks for its columns, or None: the form says why."""
    content = form.cleaned_data["content"]
    try:
        table = read_table(content, kind.synonyms, most_bytes=2 * kind.most_bytes)
        text = as_text(table, most_rows=kind.most_rows + 1)  # one too many is for `read` to refuse
        if len(text) > 2 * kind.most_bytes:
            raise Unreadable("The file has too much text. Split it in two and import each part.")
        return _read(request, kind, table, content, text)
    except Unreadable as problem:
        form.add_error("file", str(problem))
        return None


def _read[R: Read](
    request: Request, kind: Kind[R], table: Table, content: bytes, text: str
) -> LookedOver[R] | HttpResponse:
    shape = fingerprint(table.header)
    chosen = MatchedColumns.objects.chosen(kind.name, shape)
    columns = _form(request, kind, table, chosen)
    if "columns" in request.POST or (columns.is_bound and not columns.is_valid()):
        return _ask(request, kind, table, text, columns)
    if columns.is_bound:
        chosen = columns.chosen
    try:
        read = kind.read(content, chosen)
    except Unmatched as problem:
        if not any(samples(table)):
            raise
        if columns.is_bound:
            columns.add_error(None, str(problem))
        return _ask(request, kind, table, text, columns, str(problem))
    if columns.is_bound:
        MatchedColumns.objects.remember(kind.name, shape, chosen)
    sent = [(name, str(value)) for name, value in request.POST.items() if name.startswith("column_")]
    return LookedOver(read, text, sent)


def _form[R: Read](request: Request, kind: Kind[R], table: Table, chosen: Mapping[str, str]) -> ColumnsForm:
    known = matched(table.header, kind.synonyms).known
    used = {ours: name for ours, name in chosen.items() if name} or {
        ours: table.header[at] for ours, at in known.items()
    }
    data = request.POST if is_posted(request.POST) else None
    return ColumnsForm(data, header=table.header, labels=kind.labels, synonyms=kind.synonyms, used=used)


def _ask[R: Read](
    request: Request, kind: Kind[R], table: Table, text: str, form: ColumnsForm, problem: str = ""
) -> HttpResponse:
    columns_page = ColumnsPage(
        form=form,
        columns=columns_of(form, samples(table)),
        problem=first_sentence([problem]),
        needs=kind.needs,
        back=page(kind.address),
        back_label=kind.title,
        text=text,
        section="office_import",
    )
    return (invalid if problem or form.errors else show)(request, TEMPLATE, columns_page)


@dataclass(frozen=True)
class TablePage[V: Judged]:
    """Choosing a file; with a tally, what its rows would do."""

    form: TableForm
    text: str = ""
    chosen: list[tuple[str, str]] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)  # on the whole file
    tally: list[tuple[str, str, int]] = field(default_factory=list)
    odd: list[V] = field(default_factory=list)  # rows with a remark
    plain: list[V] = field(default_factory=list)
    more: int = 0  # plain ones that are not shown
    writes: int = 0
    section: str = "office_import"


def preview[R: Read, V: Judged](
    form: TableForm, looked: LookedOver[R], verdicts: Sequence[V], tally: Sequence[tuple[str, str, int]]
) -> TablePage[V]:
    """Return the page of a dry run: all that is not plain, and the first of the rest."""
    odd = [verdict for verdict in verdicts if verdict.outcome == "left out" or verdict.why]
    plain = [verdict for verdict in verdicts if verdict.outcome != "left out" and not verdict.why]
    return TablePage(
        form=form,
        text=looked.text,
        chosen=looked.chosen,
        remarks=looked.read.remarks,
        tally=list(tally),
        odd=odd,
        plain=plain[:SOME],
        more=max(0, len(plain) - SOME),
        writes=sum(1 for verdict in verdicts if verdict.outcome in ("new", "changed")),
    )
