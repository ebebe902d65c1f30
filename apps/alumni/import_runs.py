"""One export that the office brings in, from the upload to the last row: what AlumniImport records (R205).

A worker reads and checks the file, and brings it in when somebody says so. The row is the truth; Celery only makes it
prompt: `take_up` finds what nobody works at. Whoever works holds a lock that goes with them, so that one import is done
once, and one whose worker died is taken up again.
"""

import logging
import time
from collections.abc import Iterator
from datetime import datetime
from types import TracebackType
from typing import Any, NamedTuple, Self

from django.db import connection, transaction
from django.db.models import F, Q
from django.utils import timezone

from apps.accounts.models import User
from apps.alumni import import_reading, import_verdicts, imports
from apps.alumni.models import AlumniImport, Listing
from apps.database.apart import alone
from apps.tables.columns import SHOWN
from apps.tables.models import MatchedColumns
from apps.web.answers import Refused

MOST_ATTEMPTS = 3
TOLD_EVERY_S = 0.5
State = AlumniImport.State
OPEN = (State.WAITING, State.CHECKING, State.RUNNING)
OURS = "Something went wrong on our side. Nothing was imported."
SHOWS = {
    "look": "Needs review",
    "new": "New",
    "changed": "Updated",
    "unchanged": "No change",
    "invited": "To invite",
    "not_listed": "Not listed",
    "skipped": "Skipped",
}
LISTINGS = dict(Listing.choices)
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

    @property
    def does(self) -> str:
        """What happens to the row, in words."""
        return SHOWS[self.outcome]


# --- what the office does ---------------------------------------------------------------------------------------------


def upload(data: bytes, *, file_name: str, by: User) -> AlumniImport:
    """Keep a file for a worker to read and check. Raises Refused where it is none, or another is being worked at."""
    _refuse_beside_another()
    if problem := import_reading.refusal(data):
        raise Refused(problem)
    return AlumniImport.objects.create(by=by, file_name=file_name[:200], content=data, state=State.WAITING)


def _refuse_beside_another(pk: int = 0) -> None:
    another = under_way(pk)
    if another is not None:
        does = "imported" if another.state == State.RUNNING else "read"
        raise Refused(f"“{another.file_name}” is still being {does}. Wait until it’s done, or cancel it.")


def under_way(pk: int = 0) -> AlumniImport | None:
    """Return the import that a worker has, or soon has, other than this one."""
    others = AlumniImport.objects.defer("content", "verdicts").filter(state__in=OPEN).exclude(pk=pk)
    return others.order_by("pk").first()


def match(imported: AlumniImport, chosen: dict[str, str]) -> None:
    """Have a file checked anew with the columns as a person matched them. Raises Refused where they do not suffice."""
    _refuse_beside_another(imported.pk)
    if problem := import_reading.problem_of(imported.columns.get("header", []), chosen):
        raise Refused(f"{problem.partition('. ')[0]}. Choose a column for each.")
    fields = {"columns": imported.columns | {"chosen": chosen}, "attempts": 0, "done_rows": 0, "total_rows": 0}
    if not _moved(imported, State.CHECKED, state=State.WAITING, started_at=timezone.now(), **fields):
        raise Refused("This file is already being imported.")
    MatchedColumns.objects.remember("alumni", imported.columns.get("shape", ""), chosen)


def start(imported: AlumniImport, *, now: datetime) -> bool:
    """Mark a checked or stopped import as being brought in, once. Returns whether this call did it."""
    _refuse_beside_another(imported.pk)
    waiting = Q(state__in=[State.CHECKED, State.FAILED]) | Q(state=State.RUNNING, done_rows=0)
    fields = {"state": State.RUNNING, "started_at": now, "done_rows": 0, "error": "", "finished_at": None}
    return bool(AlumniImport.objects.filter(waiting, pk=imported.pk).update(**fields, attempts=0))


def cancel(imported: AlumniImport, *, now: datetime) -> bool:
    """Stop what a worker does with a file, or would do; nothing of it stays. Returns False where it was over before."""
    rows = AlumniImport.objects.filter(pk=imported.pk, state__in=OPEN)
    return bool(rows.update(state=State.CANCELLED, finished_at=now, content=b"", counts={}, verdicts=[]))


def _moved(imported: AlumniImport, before: State, **fields: Any) -> bool:
    """Write what became of an import, unless it is not `before` any more: somebody canceled it."""
    with transaction.atomic():
        return bool(AlumniImport.objects.filter(pk=imported.pk, state=before).update(**fields))


# --- what a worker does -----------------------------------------------------------------------------------------------


def take_up(*, now: datetime) -> None:
    """Work at what was left: by a worker that died, or because none could be told."""
    for pk in AlumniImport.objects.filter(state__in=OPEN).order_by("pk").values_list("pk", flat=True):
        run(pk, now=now)


def run(pk: int, *, now: datetime) -> None:
    """Read and check a file that waits, or bring in one that was started. What goes wrong stands on the row."""
    with alone("alumni import run", pk) as is_mine:
        imported = _begun(pk, now) if is_mine else None
        if imported is not None:
            _work(imported, now)


def _begun(pk: int, now: datetime) -> AlumniImport | None:
    """Return an import that there is something to do for; what stopped again and again is given up."""
    imported = AlumniImport.objects.select_related("by").filter(pk=pk, state__in=OPEN).first()
    if imported is None:
        return None
    before = State(imported.state)
    if imported.attempts >= MOST_ATTEMPTS:
        stopped = f"The import stopped {MOST_ATTEMPTS} times before it finished. Nothing was imported."
        _moved(imported, before, state=_failed(imported), error=stopped, finished_at=now)
        return None
    imported.state = State.CHECKING if before == State.WAITING else before
    is_begun = _moved(imported, before, state=imported.state, attempts=F("attempts") + 1, done_rows=0)
    return imported if is_begun else None


def _failed(imported: AlumniImport) -> State:
    return State.FAILED if imported.state == State.RUNNING else State.UNREADABLE


class Canceled(Exception):
    """Somebody pressed Cancel: whoever works stops, and nothing of it stays."""


def _work(imported: AlumniImport, now: datetime) -> None:
    state = State(imported.state)
    try:
        with _Watch(imported.pk) as watch:
            (_bring_in if state == State.RUNNING else _check)(imported, now, watch)
    except Canceled:
        log.info("import %s was canceled", imported.pk)
    except Refused as error:
        _moved(imported, state, state=_failed(imported), error=str(error), finished_at=timezone.now())
    except Exception:
        log.exception("import %s stopped", imported.pk)
        _moved(imported, state, state=_failed(imported), error=OURS, finished_at=timezone.now())
        raise


def _bring_in(imported: AlumniImport, now: datetime, watch: "_Watch") -> None:
    reading = import_reading.read(
        bytes(imported.content), now=now, chosen=imported.columns.get("chosen"), progress=watch
    )
    with transaction.atomic():  # what is said of it is so together with it, or not at all
        plan = imports.apply(reading, by=imported.by, now=now, progress=watch)
        told = _told(plan, reading) | {"state": State.DONE, "content": b"", "done_rows": reading.total}
        if not _moved(imported, State.RUNNING, finished_at=timezone.now(), **told):
            raise Canceled


def _check(imported: AlumniImport, now: datetime, watch: "_Watch") -> None:
    """Check a file as somebody matched its columns, or those of the last file of this shape.

    One whose columns we do not know is kept: `is_unmatched` until somebody matches them.
    """
    data = bytes(imported.content)
    shape = import_reading.shape(data)
    chosen = imported.columns.get("chosen", MatchedColumns.objects.chosen("alumni", shape))
    reading = import_reading.read(data, now=now, chosen=chosen, progress=watch)
    if reading.problems and not reading.is_unmatched:
        raise Refused(reading.problems[0])
    plan = imports.check(reading, progress=watch) if not reading.problems else imports.Plan()
    columns = _columns(reading) | {"chosen": chosen, "shape": shape, "problems": reading.problems}
    columns |= {"header": reading.header[:SHOWN], "samples": reading.samples[:SHOWN]}
    _moved(imported, State.CHECKING, state=State.CHECKED, columns=columns, done_rows=0, **_told(plan, reading))


def _told(plan: imports.Plan, reading: import_reading.Reading) -> dict[str, Any]:
    return {"counts": plan.counts, "verdicts": verdicts(plan), "total_rows": reading.total}


class _Watch:
    """Says how far it is, on a connection of its own so that it is seen meanwhile, and hears whether to stop."""

    def __init__(self, pk: int) -> None:
        self._pk, self._told_at = pk, time.monotonic()
        self._connection = connection.copy()  # it is opened when it is first used

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._connection.close()

    def __call__(self, done: int, total: int) -> None:
        if time.monotonic() - self._told_at < TOLD_EVERY_S:
            return
        self._told_at = time.monotonic()
        with self._connection.cursor() as cursor:
            cursor.execute(
                "UPDATE alumni_alumniimport SET done_rows = %s, total_rows = %s WHERE id = %s RETURNING state",
                [done, total, self._pk],
            )
            found = cursor.fetchone()
        if found and found[0] == State.CANCELLED:
            raise Canceled


def _columns(reading: import_reading.Reading) -> dict[str, Any]:
    return {"used": reading.columns, "unused": reading.unused, "remarks": reading.remarks}


def is_unmatched(imported: AlumniImport) -> bool:
    """Whether somebody has to match the columns first."""
    return imported.state == State.CHECKED and bool(imported.columns.get("problems"))


def remember(plan: imports.Plan, reading: import_reading.Reading, *, file_name: str, now: datetime) -> AlumniImport:
    """Keep the record of an import that the command line carried out."""
    return AlumniImport.objects.create(
        file_name=file_name[:200],
        content=b"",
        state=State.DONE,
        counts=plan.counts,
        verdicts=verdicts(plan),
        columns=_columns(reading),
        done_rows=reading.total,
        total_rows=reading.total,
        started_at=now,
        finished_at=now,
    )


def verdicts(plan: imports.Plan) -> list[Line]:
    """Return every row with a remark, and the first few of those without."""
    return [_line(verdict) for verdict in plan.verdicts]


def _line(verdict: import_verdicts.Verdict) -> Line:
    return Line(
        verdict.number,
        verdict.external_id,
        verdict.name,
        verdict.outcome,
        str(verdict.listing),
        verdict.reason,
        " ".join(verdict.notes),
    )


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
        return line.listing in ("hidden", "removed", "resting", "closed")
    return show in (line.outcome, line.listing)


ERRORS = ("Row", "Constituent ID", "Name", "What happens", "Directory", "Why", "Notes")


def errors(imported: AlumniImport) -> Iterator[Line]:
    """Yield the rows with a remark, as ERRORS heads them."""
    for line in _lines(imported):
        if line.reason or line.notes:
            yield line._replace(outcome=line.does, listing=LISTINGS.get(line.listing, ""))
