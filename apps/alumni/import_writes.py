"""How an import puts entries into the directory: new ones straight into the table, changed ones beside it first.

It decides nothing about people. All of it happens in the caller's transaction, so all of it stays or nothing does.
The server takes new entries in while the next ones are read: that a thread waits for it is all that happens in there.
"""

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from types import TracebackType
from typing import Self

from django.db import connection, models
from django.db.backends.utils import CursorWrapper
from psycopg import Connection

from apps.alumni.import_digest import Said, State
from apps.alumni.models import AlumniProfile, Listing, Word
from apps.alumni.spelling import MARK
from apps.web.answers import Refused

_TABLE = AlumniProfile._meta.db_table
_FIELDS = {
    field.attname: field
    for field in AlumniProfile._meta.get_fields()
    if isinstance(field, models.Field) and not isinstance(field, models.GeneratedField)
}
SEARCHED = "external_id, listing, email, sort_key"  # what queries choose and sort by
COMPOSED = ("search_text", "facets", "source_digest")


class Columns:
    """How an entry stands in a line of COPY: texts and lists first, then what needs no escape, then what is alike in
    every new entry. What an import writes over is `written`: what the file says, and what is composed of it."""

    def __init__(self, state: State, now: datetime) -> None:
        texts, lists = (*state.texts, "search_text"), (*state.lists, "facets")
        own = (*texts, *lists, *state.others, "source_digest")
        alike = [name for name in _FIELDS if name not in (*own, "id", "updated_at")]
        self.written = [name for name in own if name != "own_fields"]
        self.names = ", ".join((*own, *alike, "updated_at"))
        new = AlumniProfile(created_at=now)
        self._alike = "\t".join(_column(getattr(new, name)) for name in alike)

    def line(self, alum: AlumniProfile, said: Said, updated_at: str) -> str:
        """Return an entry, which says `said`, as a line without its end."""
        whole = "\0".join((*said.texts, alum.search_text, *map(_array, said.lists), _array(alum.facets)))
        if "\\" in whole or "\t" in whole or "\r" in whole:  # as in few
            whole = whole.replace("\\", "\\\\").replace("\t", "\\t").replace("\r", "\\r")
        whole = whole.replace("\n", "\\n").replace("\0", "\t")
        return "\t".join((whole, *said.others, alum.source_digest, self._alike, updated_at))


def _array(values: Sequence[str]) -> str:
    if not values:
        return "{}"
    whole = "\0".join(values)
    if '"' in whole or "\\" in whole:  # as in few
        whole = whole.replace("\\", "\\\\").replace('"', '\\"')
    return '{"' + whole.replace("\0", '","') + '"}'


def _column(value: object) -> str:
    match value:
        case None:
            return "\\N"
        case list():
            return _array(value)
        case datetime():
            return value.isoformat()
    return str(value)


def _copy(server: Connection, statement: str, lines: Sequence[str]) -> None:
    with server.cursor() as cursor, cursor.copy(statement) as copy:
        copy.write("\n".join((*lines, "")).encode())


TOGETHER = 5000  # lines of one COPY: the server keeps what is searched once for all of them (alumni_findable_follows)
LIMITS = {
    "statement_timeout": "10min",
    "idle_in_transaction_session_timeout": "5min",
    "work_mem": "64MB",
    "default_statistics_target": "25",  # a first look at what is new; autovacuum soon takes the usual one
}


class Writer:
    """Takes entries one by one. While it copies, the connection can do nothing else: `rest` before any question."""

    def __init__(self, state: State, now: datetime) -> None:
        self._now, self._begun, self._columns = now, now.isoformat(), Columns(state, now)
        self._thread = ThreadPoolExecutor(1)
        self._copying: Future[None] | None = None
        self._lines: list[str] = []
        self._texts: list[str] = []  # to search by, of who is listed among the lines
        self._staged: list[str] = []
        self._is_staging = self._has_changed = False
        self._words: set[str] = set()
        self.moved: list[tuple[int, str]] = []  # whose account goes to a new address with their entry, once finished

    def __enter__(self) -> Self:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(hashtext('alumni import'))")
            if not cursor.fetchone()[0]:
                raise Refused("Another file is being imported right now. Wait until it’s done.")
            for name, value in LIMITS.items():
                cursor.execute("SELECT set_config(%s, %s, true)", [name, value])
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._thread.shutdown()

    def put(self, alum: AlumniProfile, said: Said, *, waits: bool) -> None:
        """Write an entry that was composed and says `said`; a new one that `waits` only after the changed ones."""
        line = self._columns.line(alum, said, alum.updated_at.isoformat() if alum.pk else self._begun)
        if alum.pk is None and not waits:
            self._lines.append(line)
        else:
            self._staged.append(f"{line}\t{_column(alum.pk)}")
            self._has_changed |= alum.pk is not None
        if alum.listing == Listing.LISTED:
            self._texts.append(alum.search_text)
        if len(self._lines) == TOGETHER:
            self._send()

    def rest(self) -> None:
        """Wait until all is copied, and put aside what waits to be written over."""
        self._send()
        self._wait()
        if self._staged:
            self._stage()

    def finish(self) -> None:
        """Write over what was put aside, and learn the words of those who are listed."""
        self.rest()
        with connection.cursor() as cursor:
            if self._is_staging:
                self._write_over(cursor)
            if self._has_changed:
                Word.objects.relearn()
            elif self._words:
                Word.objects.learn_all([word for word in self._words if not word.startswith(MARK)])
            if self._words or self._has_changed:
                cursor.execute("SELECT alumni_clean_pending_lists()")  # else every search reads new rows one by one
                cursor.execute(f"ANALYZE {_TABLE} ({SEARCHED}), alumni_findable, alumni_bundle, alumni_word")

    def _write_over(self, cursor: CursorWrapper) -> None:
        """Write what was put aside into the entries that nobody changed meanwhile, and add those who waited."""
        cursor.execute(
            f"SELECT u.id, staged.email FROM staged JOIN {_TABLE} a ON a.id = staged.id"  # noqa: S608 - our own column names
            " JOIN accounts_user u ON u.id = a.user_id AND lower(u.email) = lower(a.email)"
            " WHERE a.updated_at = staged.updated_at AND staged.email <> '' AND lower(staged.email) <> lower(a.email)"
            " ORDER BY u.id"
        )
        self.moved = cursor.fetchall()
        assignments = ", ".join(f"{name} = staged.{name}" for name in self._columns.written)
        cursor.execute(
            f"UPDATE {_TABLE} a SET listing = 'invited' FROM staged"  # noqa: S608 - our own column names
            " WHERE a.id = staged.id AND a.updated_at = staged.updated_at AND a.listing = 'listed'"
            " AND (staged.listing <> 'listed' OR lower(a.email) <> lower(staged.email))"
        )
        cursor.execute(
            f"UPDATE {_TABLE} a SET {assignments}, updated_at = %s FROM staged"  # noqa: S608 - our own column names
            " WHERE a.id = staged.id AND a.updated_at = staged.updated_at",
            [self._now],
        )
        names = self._columns.names
        cursor.execute(f"INSERT INTO {_TABLE} ({names}) SELECT {names} FROM staged WHERE id IS NULL")  # noqa: S608 - our own column names
        cursor.execute("DROP TABLE staged")

    def _send(self) -> None:
        self._wait()
        lines, texts, self._lines, self._texts = self._lines, self._texts, [], []
        if lines:
            into = f"COPY {_TABLE} ({self._columns.names}) FROM STDIN"
            self._copying = self._thread.submit(_copy, connection.connection, into, lines)
        self._words.update(" ".join(texts).split())

    def _wait(self) -> None:
        """Wait for what is being copied. Raises what the database says of it."""
        if self._copying:
            with connection.wrap_database_errors:
                self._copying.result()
            self._copying = None

    def _stage(self) -> None:
        """Put whole entries aside, so that a new one has whatever Django gives it where the file says nothing."""
        names = f"{self._columns.names}, id"
        if not self._is_staging:
            with connection.cursor() as cursor:
                cursor.execute(
                    f"CREATE TEMP TABLE staged ON COMMIT DROP AS SELECT {names} FROM {_TABLE} WITH NO DATA"  # noqa: S608 - our own column names
                )
            self._is_staging = True
        with connection.wrap_database_errors:
            _copy(connection.connection, f"COPY staged ({names}) FROM STDIN", self._staged)
        self._staged = []
