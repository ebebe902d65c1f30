"""One export that the office brings in, from the upload to the last row: what AlumniImport records (R205).

The row is the truth; Celery only makes it prompt. Bringing one import in twice at once does nothing the second time.
"""

import csv
import logging

from django.db import connection, transaction
from django.db.models import Q

from apps.alumni import imports
from apps.alumni.models import AlumniImport
from apps.web import Refused

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


def upload(data, *, file_name, by, now):
    """Read and check a file, and remember what importing it would do. Raises Refused with the file's first problem."""
    reading = imports.read(data, now=now)
    if reading.problems:
        raise Refused(reading.problems[0])
    plan = imports.check(reading)
    return AlumniImport.objects.create(
        by=by,
        file_name=file_name[:200],
        content=data,
        counts=plan.counts,
        verdicts=verdicts(plan),
        columns={"used": reading.columns, "unused": reading.unused},
        total_rows=len(reading.rows),
    )


def remember(plan, reading, *, file_name, now):
    """Keep the record of an import that the command line carried out."""
    done = {"done_rows": len(reading.rows), "total_rows": len(reading.rows), "started_at": now, "finished_at": now}
    return AlumniImport.objects.create(
        file_name=file_name[:200],
        content=b"",
        state=State.DONE,
        counts=plan.counts,
        verdicts=verdicts(plan),
        columns={"used": reading.columns, "unused": reading.unused},
        **done,
    )


def verdicts(plan):
    """Return every row with a remark, and the first few of those without."""
    telling = [one for one in plan.verdicts if one.reason or one.notes]
    plain = [one for one in plan.verdicts if not (one.reason or one.notes)][:PLAIN_ROWS]
    return [
        [one.number, one.external_id, one.name, one.outcome, str(one.listing), one.reason, " ".join(one.notes)]
        for one in sorted(telling + plain, key=lambda one: one.number)
    ]


def start(imported, *, now):
    """Mark a checked or stopped import as being brought in, once. Returns whether this call did it."""
    waiting = Q(state__in=[State.CHECKED, State.FAILED]) | Q(state=State.RUNNING, done_rows=0)
    return bool(
        AlumniImport.objects.filter(waiting, pk=imported.pk).update(
            state=State.RUNNING, started_at=now, done_rows=0, error="", finished_at=None
        )
    )


def run(pk, *, now):
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


def _bring_in(imported, now):
    def progress(done, total):
        AlumniImport.objects.filter(pk=imported.pk).update(done_rows=done, total_rows=total)

    try:
        reading = imports.read(bytes(imported.content), now=now)
        plan = imports.apply(reading, by=imported.by, now=now, progress=progress)
    except Refused as error:
        _finish(imported, now, state=State.FAILED, error=str(error))
    except Exception:
        log.exception("import %s stopped", imported.pk)
        _finish(imported, now, state=State.FAILED, error="Something went wrong on our side. Nothing was imported.")
        raise
    else:
        done = len(reading.rows)
        found = {"counts": plan.counts, "verdicts": verdicts(plan), "done_rows": done, "content": b""}
        _finish(imported, now, state=State.DONE, **found)


def _finish(imported, now, **fields):
    with transaction.atomic():
        AlumniImport.objects.filter(pk=imported.pk).update(finished_at=now, **fields)


# --- what the page shows ----------------------------------------------------------------------------------------------


def rows(imported, show):
    """Return the verdicts of one kind, as {number, external_id, name, outcome, listing, reason, notes}."""
    names = ("number", "external_id", "name", "outcome", "listing", "reason", "notes")
    found = [dict(zip(names, row, strict=True)) for row in imported.verdicts]
    return [row for row in found if _is(row, show)]


def _is(row, show):
    if show == "look":
        return bool(row["notes"])
    if show == "not_listed":
        return row["listing"] in ("hidden", "removed", "resting")
    return show in (row["outcome"], row["listing"])


def write_errors(imported, file):
    """Write the rows with a remark as CSV, safe to open in a spreadsheet."""
    writer = csv.writer(file)
    writer.writerow(["Row", "Constituent ID", "Name", "What happens", "Listed", "Why", "What to look at"])
    for row in imported.verdicts:
        if row[5] or row[6]:
            writer.writerow([harmless(cell) for cell in row])


def harmless(cell):
    """Keep a spreadsheet from taking a cell for a formula."""
    text = str(cell)
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
