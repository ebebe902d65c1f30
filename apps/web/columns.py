"""The page on which somebody says which column of their file is which: one for every kind of file that comes in.

Where the file stays meanwhile is the caller's: in a row of its own, or in the page itself (`text`).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django import forms
from django.forms import BoundField
from django.http import QueryDict

from apps.tables.columns import SHOWN
from apps.tables.headers import Synonyms, matched

TEMPLATE = "components/columns_page.html"
FILES = (".csv", ".txt", ".tsv", ".tab", ".xlsx", ".xls", ".ods")
ACCEPT = ",".join([*FILES, "text/csv"])


class ColumnsForm(forms.Form):
    """For each column of a file where it goes. `labels`: our fields that a person may choose, in words."""

    def __init__(
        self,
        data: QueryDict | None,
        *,
        header: Sequence[str],
        labels: Mapping[str, str],
        synonyms: Synonyms,
        used: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(data)
        self.header, self.labels = list(header[:SHOWN]), labels
        known = {name: ours for ours, name in reversed(list((used or {}).items()))}
        if not known:
            places = matched(self.header, synonyms).known
            known = {self.header[at]: ours for ours, at in places.items() if ours in labels}
        for at, name in enumerate(self.header):
            self.fields[f"column_{at}"] = forms.ChoiceField(
                label=f"{name or 'A column without a name'} is saved as",
                choices=[("", "Don’t import"), *labels.items()],
                initial=known.get(name, ""),
                required=False,
            )

    @property
    def chosen(self) -> dict[str, str]:
        """{our field: its column}, "" for a field that no column goes to."""
        said = {self.cleaned_data[f"column_{at}"]: name for at, name in enumerate(self.header)}
        return {ours: said.get(ours, "") for ours in self.labels}

    def clean(self) -> None:
        super().clean()
        places = Counter(value for name, value in self.cleaned_data.items() if name.startswith("column_") and value)
        for ours, count in places.items():
            if count > 1:
                raise forms.ValidationError(f"Several columns are set to {self.labels[ours]}. Choose one.")


def is_posted(data: QueryDict) -> bool:
    """Whether a form says where columns go."""
    return "column_0" in data


@dataclass(frozen=True)
class Column:
    """One column of the file, and where it goes."""

    name: str
    samples: list[str]
    field: BoundField


@dataclass(frozen=True)
class ColumnsPage:
    """Each column of a file and where it goes, to be matched by hand."""

    form: ColumnsForm
    columns: list[Column]
    problem: str  # without its full stop, and what else one could do
    needs: str  # what a file of this kind cannot do without
    back: str  # the address where a file is chosen
    back_label: str
    file_name: str = ""
    text: str = ""  # the file, where it stays in the page
    section: str = ""
    stages: Sequence[object] = ()  # the steps of the import, as components/thread.html draws them, where it has any


def columns_of(form: ColumnsForm, samples: Sequence[list[str]]) -> list[Column]:
    return [
        Column(name, samples[at] if at < len(samples) else [], form[f"column_{at}"])
        for at, name in enumerate(form.header)
    ]


def first_sentence(problems: Sequence[str]) -> str:
    """Return what the page says of why it asks, without what else one could do."""
    return next(iter(problems), "").partition(". ")[0].removesuffix(".")
