"""One export that the office brings in, from the upload to the last row: what AlumniImport records (R205).

The row is the truth; Celery only makes it prompt. Bringing one import in twice at once does nothing the second time.
"""

import csv
import logging
import re
from datetime import datetime
from io import TextIOBase
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.db.models import Q
from django.http import HttpResponse

from apps.accounts.models import User
from apps.alumni import imports
from apps.alumni.models import AlumniImport
from apps.tables.columns import SHOWN
from apps.tables.models import MatchedColumns
from apps.web.answers import Refused

PLAIN_ROWS = 200  # rows without a remark that are kept to be looked at
State = AlumniImport.State
SHOWS = {
    "look": "Need a look",
    "new": "New",
    "changed": "Changed",
    "unchanged": "Unchanged",
    "invited": "To invite",
    "not_listed": "Not listed",
    "skipped": "Left out",
}
log = logging.getLogger(__name__)


class Line(NamedTuple):
    """What becomes of one row of the file, as AlumniImport keeps it and the page shows it."""

    number: int
    external_id: str
    name: str
    outcome: str
    listing: str
    reason: str
    notes: str


def upload(data: bytes, *, file_name: str, by: User, now: datetime) -> AlumniImport:
    """Read and check a file, and remember what importing it would do. Raises Refused with the file's first problem.

    Columns that the office matched by hand in a file of this shape are matched so again. A file whose columns we do
    not know is kept: `is_unmatched` until somebody matches them.
    """
    shape = imports.shape(data)
    chosen = MatchedColumns.objects.chosen("alumni", shape)
    reading = imports.read(data, now=now, chosen=chosen)
    if reading.problems and not reading.is_unmatched:
        raise Refused(reading.problems[0])
    imported = AlumniImport(by=by, file_name=file_name[:200], content=data)
    _check(imported, reading, chosen, shape)
    imported.save()
    return imported


def match(imported: AlumniImport, chosen: dict[str, str], *, now: datetime) -> None:
    """Check a file anew with the columns as a person matched them. Raises Refused where they do not suffice."""
    reading = imports.read(bytes(imported.content), now=now, chosen=chosen)
    if reading.problems:
        raise Refused(reading.problems[0])
    _check(imported, reading, chosen, imported.columns.get("shape", ""))
    with transaction.atomic():
        checked = AlumniImport.objects.select_for_update(no_key=True, of=("self",)).filter(
            pk=imported.pk, state=State.CHECKED
        )
        if not checked.exists():
            raise Refused("This file is being brought in already.")
        imported.save(update_fields=["counts", "verdicts", "columns", "total_rows"])
        MatchedColumns.objects.remember("alumni", imported.columns["shape"], chosen)


def _check(imported: AlumniImport, reading: imports.Reading, chosen: dict[str, str], shape: str) -> None:
    plan = imports.check(reading) if not reading.problems else imports.Plan()
    imported.counts, imported.verdicts, imported.total_rows = plan.counts, verdicts(plan), len(reading.rows)
    imported.columns = _columns(reading) | {"chosen": chosen, "shape": shape, "problems": reading.problems}
    imported.columns |= {"header": reading.header[:SHOWN], "samples": reading.samples[:SHOWN]}


def _columns(reading: imports.Reading) -> dict[str, Any]:
    return {"used": reading.columns, "unused": reading.unused, "remarks": reading.remarks}


def is_unmatched(imported: AlumniImport) -> bool:
    """Whether somebody has to match the columns first."""
    return imported.state == State.CHECKED and bool(imported.columns.get("problems"))


def remember(plan: imports.Plan, reading: imports.Reading, *, file_name: str, now: datetime) -> AlumniImport:
    """Keep the record of an import that the command line carried out."""
    return AlumniImport.objects.create(
        file_name=file_name[:200],
        content=b"",
        state=State.DONE,
        counts=plan.counts,
        verdicts=verdicts(plan),
        columns=_columns(reading),
        done_rows=len(reading.rows),
        total_rows=len(reading.rows),
        started_at=now,
        finished_at=now,
    )


def verdicts(plan: imports.Plan) -> list[Line]:
    """Return every row with a remark, and the first few of those without."""
    telling = [verdict for verdict in plan.verdicts if verdict.reason or verdict.notes]
    plain = [verdict for verdict in plan.verdicts if not (verdict.reason or verdict.notes)][:PLAIN_ROWS]
    return [_line(verdict) for verdict in sorted(telling + plain, key=lambda verdict: verdict.number)]


def _line(verdict: imports.Verdict) -> Line:
    return Line(
        verdict.number,
        verdict.external_id,
        verdict.name,
        verdict.outcome,
        str(verdict.listing),
        verdict.reason,
        " ".join(verdict.notes),
    )


def start(imported: AlumniImport, *, now: datetime) -> bool:
    """Mark a checked or stopped import as being brought in, once. Returns whether this call did it."""
    waiting = Q(state__in=[State.CHECKED, State.FAILED]) | Q(state=State.RUNNING, done_rows=0)
    return bool(
        AlumniImport.objects.filter(waiting, pk=imported.pk).update(
            state=State.RUNNING, started_at=now, done_rows=0, error="", finished_at=None
        )
    )


def run(pk: int, *, now: datetime) -> None:
    """Bring in a started import. What goes wrong stands on the row in a sentence."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtext('alumni import run'), %s)", [pk % 2**31])
        if not cursor.fetchone()[0]:
            return
    try:
        imported = AlumniImport.objects.select_related("by").filter(pk=pk, state=State.RUNNING).first()
        if imported is not None:
            _bring_in(imported, now)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(hashtext('alumni import run'), %s)", [pk % 2**31])


def _bring_in(imported: AlumniImport, now: datetime) -> None:
    def progress(done: int, total: int) -> None:
        AlumniImport.objects.filter(pk=imported.pk).update(done_rows=done, total_rows=total)

    try:
        reading = imports.read(bytes(imported.content), now=now, chosen=imported.columns.get("chosen"))
        plan = imports.apply(reading, by=imported.by, now=now, progress=progress)
    except Refused as error:
        _finish(imported, now, state=State.FAILED, error=str(error))
    except Exception:
        log.exception("import %s stopped", imported.pk)
        _finish(imported, now, state=State.FAILED, error="Something went wrong on our side. Nothing was imported.")
        raise
    else:
        done = {"counts": plan.counts, "verdicts": verdicts(plan), "done_rows": len(reading.rows), "content": b""}
        _finish(imported, now, state=State.DONE, **done)


def _finish(imported: AlumniImport, now: datetime, **fields: Any) -> None:
    with transaction.atomic():
        AlumniImport.objects.filter(pk=imported.pk).update(finished_at=now, **fields)


# --- what the page shows ----------------------------------------------------------------------------------------------


def rows(imported: AlumniImport, show: str) -> list[Line]:
    """Return the lines of one kind, a key of SHOWS."""
    return [line for line in _lines(imported) if _is(line, show)]


def _lines(imported: AlumniImport) -> list[Line]:
    return [Line(*cells) for cells in imported.verdicts]


def _is(line: Line, show: str) -> bool:
    if show == "look":
        return bool(line.notes)
    if show == "not_listed":
        return line.listing in ("hidden", "removed", "resting")
    return show in (line.outcome, line.listing)


def write_errors(imported: AlumniImport, file: TextIOBase | HttpResponse) -> None:
    """Write the rows with a remark as CSV, safe to open in a spreadsheet."""
    writer = csv.writer(file)
    writer.writerow(["Row", "Constituent ID", "Name", "What happens", "Listed", "Why", "What to look at"])
    for line in _lines(imported):
        if line.reason or line.notes:
            writer.writerow([harmless(cell) for cell in line])


FORMULA = re.compile(r"\s*[=+\-@＝＋－＠−]|[\t\r\n]")


def harmless(cell: object) -> str:
    """Keep a spreadsheet from taking a cell for a formula; some take the wide signs of East Asia for one, too."""
    text = str(cell)
    return f"'{text}" if FORMULA.match(text) else text
