"""Queries whose SQL is written once in a process and then run with other values. Knows no model.

Django writes the SQL of a QuerySet anew each time, which on a page of a dozen queries costs more than the answers and
the template together. What the session, the person, Today, the caseload, the directory and the office's first page ask
is decorated instead:

    @prepared
    def talks_since(student, since):
        return Interview.objects.filter(student=student, ends_at__gt=since)

    talks_since(student.pk, now - TOO_LATE)

The arguments stand for values: the function must not look at them, and what it filters by must not be None.

Most of what is left is waiting for the server to wake. Queries that do not need each other's rows go out as one:

    talks, steps = fetch_together(talks_since.bind(student.pk, since), due_steps.bind(student.pk, today))

And those that mostly find nothing, as one statement among them:

    talks, (steps, notes) = fetch_together(talks_since.bind(…), AsOne(due_steps.bind(…), unread_notes.bind(…)))

All that leans on Django's insides is `_Statement` and what stands below it; tests/database/test_private_names.py says
on what.
With the setting PREPARED_QUERIES off none of it runs: the plain QuerySets are asked, one after the other.
"""

import functools
import inspect
from collections.abc import Callable, Mapping, Sequence
from itertools import chain
from typing import Any, cast

from django.conf import settings
from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper
from django.db.models import BooleanField, Expression, F, Func, JSONField, Model, QuerySet
from django.db.models.sql.compiler import SQLCompiler
from psycopg.pq import Format

type Values = Mapping[str, Any]  # by the name of the argument; whatever psycopg can adapt
type Columns = tuple[Any, ...]  # of a row, as the database answered it


def among(keys: "Sequence[int] | Sequence[str] | Given", field: str = "pk") -> Func:
    """The condition that a row has one of these keys, in one parameter: PostgreSQL takes 65,535, and slowly."""
    template, joiner = "%(expressions)s)", " = ANY("
    return Func(F(field), keys, template=template, arg_joiner=joiner, output_field=BooleanField())


class PreparedQuery[**P, Row]:
    """A QuerySet that was written once. Calling it returns the list of its rows; `plain` is the function."""

    def __init__(self, plain: Callable[P, QuerySet[Model, Row]]) -> None:
        functools.update_wrapper(self, plain)
        self.plain = plain
        self._signature = inspect.signature(plain)
        self._names = tuple(self._signature.parameters)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> list[Row]:
        return self.bind(*args, **kwargs).fetch()

    def bind(self, *args: P.args, **kwargs: P.kwargs) -> "BoundQuery[Row]":
        """Return the query with its values, for `fetch_together`."""
        if not kwargs and len(args) == len(self._names):
            return BoundQuery(self, dict(zip(self._names, args, strict=True)))
        return BoundQuery(self, self._signature.bind(*args, **kwargs).arguments)

    def rows(self, values: Values) -> QuerySet[Model, Row]:
        """Return the plain QuerySet with these values."""
        return cast("Callable[..., QuerySet[Model, Row]]", self.plain)(**values)

    @functools.cached_property
    def statement(self) -> "_Statement[Row]":
        """A thread's own until it is done: a QuerySet that two threads write at the same time is written wrong."""
        return _Statement(self.rows({name: Given(name) for name in self._names}))


class BoundQuery[Row]:
    """A prepared query and its values."""

    format = Format.TEXT

    def __init__(self, query: PreparedQuery[..., Row], values: Values) -> None:
        self.query, self.values = query, values

    def fetch(self) -> list[Row]:
        """Return the list of rows."""
        return self.read(_rows_of(self)) if is_on() else list(self.query.rows(self.values))

    def written(self) -> tuple[str, tuple[Any, ...]]:
        """Return (sql, parameters), for a place within a larger statement."""
        if is_on():
            return self.query.statement.filled(self.values)
        return self.query.rows(self.values).query.sql_with_params()

    def read(self, rows: Sequence[Columns]) -> list[Row]:
        """Return the list of rows out of what the database answered."""
        return self.query.statement.read(rows) if rows else []


class AsOne:
    """Several queries as one statement; its rows are the list of rows of each.

    A statement of its own costs as much as a few rows. No column may be JSON.
    """

    format = Format.BINARY  # in text, a record does not say what its columns are

    def __init__(self, *queries: BoundQuery[Any]) -> None:
        self.queries = queries

    def fetch(self) -> list[list[Any]]:
        """Return the list of rows of each."""
        return fetch_together(self)[0] if is_on() else [query.fetch() for query in self.queries]

    def written(self) -> tuple[str, tuple[Any, ...]]:
        """Return (sql, parameters)."""
        sql = _in_turn(tuple(query.query.statement for query in self.queries))
        return sql, tuple(chain.from_iterable(query.written()[1] for query in self.queries))

    def read(self, rows: Sequence[Columns]) -> list[list[Any]]:
        """Return the list of rows of each out of what the database answered."""
        of_each: list[list[Columns]] = [[] for _ in self.queries]
        for number, row in rows:
            of_each[number].append(row)
        return [query.read(found) for query, found in zip(self.queries, of_each, strict=True)]


def fetch_together(*queries: BoundQuery[Any] | AsOne) -> list[list[Any]]:
    """Run queries in one round trip to the database. Returns the list of rows of each, in this order."""
    if not is_on():
        return [query.fetch() for query in queries]
    return [query.read(rows) for query, rows in zip(queries, _answered(queries), strict=True)]


def is_on() -> bool:
    return settings.PREPARED_QUERIES


prepared = PreparedQuery

# --- below here stands what leans on Django's insides -----------------------------------------------------------------


class Given(Expression):
    """A value that is known only when the query is run."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[Any, ...]]:
        return "%s", (self,)  # it stands where a value will stand


class _Statement[Row]:
    """The SQL of a QuerySet over `Given`s, and how its rows are read."""

    def __init__(self, rows: QuerySet[Model, Row]) -> None:
        self._rows = rows
        self._compiler = rows.query.get_compiler(rows.db)
        self.sql, self._params = self._compiler.as_sql()
        self._converters = self._compiler.get_converters([column for column, *_ in self._compiler.select])

    @property
    def holds_json(self) -> bool:
        return any(isinstance(column.output_field, JSONField) for column, *_ in self._compiler.select)

    def filled(self, values: Values) -> tuple[str, tuple[Any, ...]]:
        """Return (sql, parameters) with these values."""
        return self.sql, tuple(values[one.name] if isinstance(one, Given) else one for one in self._params)

    def read(self, rows: Sequence[Columns]) -> list[Row]:
        """Return the list of rows out of what the database answered."""
        query = _twin(self._rows.query, get_compiler=functools.partial(self._compiler_of, rows))
        return list(_twin(self._rows, _query=query))  # never a QuerySet: what is filtered further would be run as is

    def _compiler_of(self, rows: Sequence[Columns], using: str, **_: object) -> SQLCompiler:
        """Return Django's compiler, that has asked already."""
        width = self._compiler.col_count if self._compiler.has_extra_select else None
        answer = {"execute_sql": lambda *_, **__: [[row[:width] for row in rows]]}
        return _twin(self._compiler, connection=connections[using], get_converters=lambda _: self._converters, **answer)


def _twin[Thing](thing: Thing, **changes: object) -> Thing:
    """Return another that shares all but `changes`: Django's own copies are deep, a QuerySet's asks the database."""
    twin = object.__new__(type(thing))
    twin.__dict__ |= thing.__dict__ | changes
    return twin


@functools.cache
def _in_turn(statements: tuple[_Statement[Any], ...]) -> str:
    """Return one statement that gives the rows of each, with its number, as a record: whatever their columns are.

    Raises TypeError for a column of JSON: out of a record it comes as what it says, which Django would read once more.
    """
    if any(statement.holds_json for statement in statements):
        raise TypeError("A query that reads JSON is no part of another.")
    parts = (f"SELECT {n}, ROW(rows.*) FROM ({one.sql}) AS rows" for n, one in enumerate(statements))  # noqa: S608 - Django wrote them
    return " UNION ALL ".join(parts)


def _answered(queries: Sequence[BoundQuery[Any] | AsOne]) -> list[list[Columns]]:
    """Send queries as one, and return the rows of each as they come."""
    cursors = [connection.cursor() for _ in queries]  # first: asking for one opens the connection, or a new one
    with connection.wrap_database_errors, connection.connection.pipeline():
        for cursor, query in zip(cursors, queries, strict=True):
            cursor.cursor.format = query.format
            cursor.execute(*query.written())
    return [_all_of(cursor) for cursor in cursors]


def _rows_of(query: BoundQuery[Any]) -> list[Columns]:
    """Ask one query alone."""
    cursor = connection.cursor()
    cursor.execute(*query.written())
    return _all_of(cursor)


def _all_of(cursor: CursorWrapper) -> list[Columns]:
    with cursor:
        return cursor.fetchall()
