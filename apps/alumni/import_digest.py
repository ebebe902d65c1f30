"""By what an import sees that a row, and the entry it was brought into, are as they were left: `source_digest`.

It is made of the row's own text, of how rows are read in this release, and of what stands in the entry. Whoever changes
the entry by any door, or the row, or how we read, makes it another one; then the row is read and judged anew.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cache
from operator import itemgetter
from typing import NamedTuple
from unicodedata import unidata_version

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from apps.alumni.models import AlumniProfile

BETWEEN, WITHIN, NONE = "\x1f", "\x1e", "\\N"


class Said(NamedTuple):
    """What stands in an entry: its texts, its lists, and in text all else, as True, 1987, 2026-09-19 or NONE."""

    texts: tuple[str, ...]
    lists: tuple[list[str], ...]
    others: list[str]


class State:
    """What stands in an entry, in some of its fields and in those that decide whether an import may write them."""

    def __init__(self, fields: Sequence[str]) -> None:
        kinds = {name: AlumniProfile._meta.get_field(name) for name in ("external_id", *fields, "own_fields")}
        self.texts = [name for name, kind in kinds.items() if isinstance(kind, models.CharField | models.TextField)]
        self.lists = [name for name, kind in kinds.items() if isinstance(kind, ArrayField)]
        self.others = [name for name in kinds if name not in (*self.texts, *self.lists)]
        self._of = tuple(itemgetter(*names) for names in (self.texts, self.lists, self.others))
        in_sql = [
            *(f"coalesce({name}, '')" for name in self.texts),
            *(f"array_to_string({name}, '{WITHIN}')" for name in self.lists),
            *(f"coalesce(initcap({name}::text), '{NONE}')" for name in self.others),
        ]
        self.sql = f"encode(sha256(convert_to(concat_ws('{BETWEEN}', {', '.join(in_sql)}), 'UTF8')), 'hex')"

    def said(self, alum: AlumniProfile) -> Said:
        """Return what stands in an entry all of whose fields are loaded."""
        (texts, lists, others), values = self._of, vars(alum)
        return Said(texts(values), lists(values), [NONE if one is None else str(one) for one in others(values)])

    def of(self, said: Said) -> str:
        """Return the state of an entry, as the server tells it by `sql`."""
        whole = BETWEEN.join((*said.texts, *map(WITHIN.join, said.lists), *said.others))
        return hashlib.sha256(whole.encode()).hexdigest()


def of_rows(
    places: Mapping[str, Sequence[int]], default_zone: str, now: datetime
) -> Callable[[Sequence[str], str], str]:
    """Return what makes the digest of (the cells of a row, the state of its entry) in a file with these columns."""
    used = sorted(places.items())
    said = (_how_we_read(), default_zone, now.year, [(ours, len(at)) for ours, at in used])
    begun, cells_of = hashlib.sha256(repr(said).encode()), itemgetter(*(place for _, at in used for place in at))

    def digest(cells: Sequence[str], state: str) -> str:
        whole = begun.copy()
        whole.update(BETWEEN.join((*cells_of(cells), state)).encode(errors="surrogatepass"))
        return whole.hexdigest()[:32]

    return digest


@cache
def _how_we_read() -> str:
    """Return what changes with the code and the data that rows are read by."""
    rooms = [settings.BASE_DIR / "apps" / room for room in ("alumni", "clock", "tables", "web", "wording")]
    files = sorted(path for room in rooms for path in room.rglob("*") if path.suffix in (".csv", ".py", ".txt"))
    whole = hashlib.sha256(unidata_version.encode())
    for path in (*files, settings.BASE_DIR / "uv.lock"):
        whole.update(path.read_bytes() if path.exists() else b"")
    return whole.hexdigest()
