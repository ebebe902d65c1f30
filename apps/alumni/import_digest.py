"""By what an import sees that a row, and the entry it was brought into, are as they were left: `source_digest`.

It is made of the row's own text, of how rows are read in this release, and of what stands in the entry. Whoever changes
the entry by any door, or the row, or how we read, makes it another one; then the row is read and judged anew.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cache
from operator import attrgetter, itemgetter
from unicodedata import unidata_version

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from apps.alumni.models import AlumniProfile

BETWEEN, WITHIN = "\x1f", "\x1e"


class State:
    """What stands in an entry, in some of its fields and in those that decide whether an import may write them."""

    def __init__(self, fields: Sequence[str]) -> None:
        names = ("external_id", *fields, "own_fields")
        self._values = attrgetter(*names)
        whole = f"concat_ws('{BETWEEN}', {', '.join(map(_in_sql, names))})"
        self.sql = f"encode(sha256(convert_to({whole}, 'UTF8')), 'hex')"

    def of(self, alum: AlumniProfile) -> str:
        """Return the state of an entry, as the server tells it by `sql`."""
        texts = [value if type(value) is str else _text(value) for value in self._values(alum)]
        return hashlib.sha256(BETWEEN.join(texts).encode()).hexdigest()


def _in_sql(name: str) -> str:
    match AlumniProfile._meta.get_field(name):
        case models.BooleanField():
            return f"{name}::int::text"
        case ArrayField():
            return f"array_to_string({name}, '{WITHIN}')"
    return f"coalesce({name}::text, '')"


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return WITHIN.join(value)
    return str(int(value) if isinstance(value, bool) else value)  # a date as ISO writes it


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
