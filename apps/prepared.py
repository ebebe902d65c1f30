"""Questions to the database whose SQL is written once in a process and then asked with other values. Knows no model.

Django writes the SQL of a QuerySet anew each time, which on a page of a dozen questions costs more than the answers
and the template together. A question that many pages ask, or one page many times, is decorated instead:

    @prepared
    def talks_since(student, since):
        return Interview.objects.filter(student=student, ends_at__gt=since)

    talks_since(student.pk, now - TOO_LATE)

The arguments stand for values: the function must not look at them, and what it filters by must not be None.

Most of what is left is waiting for the server to wake. Questions that do not need each other's answers go out as one:

    talks, steps = together(talks_since.asked(student.pk, since), due_steps.asked(student.pk, today))
"""

import functools
import inspect
from types import SimpleNamespace

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import BooleanField, Expression, F, Func
from django.db.models.sql.compiler import cursor_iter
from django.db.models.sql.constants import GET_ITERATOR_CHUNK_SIZE


class Given(Expression):
    """A value that is known only when the question is asked."""

    def __init__(self, name):
        super().__init__()
        self.name = name

    def as_sql(self, compiler, connection):
        return "%s", [self]


def among(pks):
    """The condition that a row has one of these keys, in one parameter: thousands take long to write and to read."""
    template, joiner = "%(expressions)s)", " = ANY("
    return Func(F("pk"), pks, template=template, arg_joiner=joiner, output_field=BooleanField())


class Question:
    """A QuerySet that was written once. Calling it returns the list of its rows; `plain` is the function."""

    def __init__(self, plain):
        functools.update_wrapper(self, plain)
        self.plain = plain
        self._signature = inspect.signature(plain)

    def __call__(self, *args, **kwargs):
        return self.asked(*args, **kwargs).answer()

    def asked(self, *args, **kwargs):
        """Return the question with its values, for `together`."""
        return _Asked(self, self._signature.bind(*args, **kwargs).arguments)

    @functools.cached_property
    def _written(self):
        """A thread's own until it is done: a QuerySet that two threads write at the same time is written wrong."""
        rows = self.plain(**{name: Given(name) for name in self._signature.parameters})
        compiler = rows.query.get_compiler(rows.db)
        sql, params = compiler.as_sql()
        converters = compiler.get_converters([column for column, *_ in compiler.select])
        return SimpleNamespace(rows=rows, compiler=compiler, sql=sql, params=params, converters=converters)

    def statement(self, given):
        """Return (sql, parameters) with these values."""
        params = self._written.params
        return self._written.sql, tuple(given[one.name] if isinstance(one, Given) else one for one in params)

    def answer(self, given, cursor=None):
        """Return the list of rows with these values; `cursor`: where the answer lies already."""
        rows = self._written.rows
        query = _twin(rows.query, get_compiler=functools.partial(self._compiler, given, cursor))
        return list(_twin(rows, _query=query))  # never a QuerySet: what is filtered further would be asked as written

    def _compiler(self, given, cursor, using, **_):
        converters = self._written.converters
        changes = {"as_sql": lambda: self.statement(given), "get_converters": lambda _: converters}
        compiler = _twin(self._written.compiler, connection=connections[using], **changes)
        if cursor is not None:
            compiler.execute_sql = lambda *_, **__: _fetched(cursor, compiler)
        return compiler


def _twin(thing, **changes):
    """Return another that shares all but `changes`: Django's own copies are deep, a QuerySet's asks the database."""
    twin = object.__new__(type(thing))
    twin.__dict__ |= thing.__dict__ | changes
    return twin


def _fetched(cursor, compiler):
    """What Django's own `execute_sql` returns, of a statement that was executed before."""
    width = compiler.col_count if compiler.has_extra_select else None
    nothing = compiler.connection.features.empty_fetchmany_value
    return cursor_iter(cursor, nothing, width, GET_ITERATOR_CHUNK_SIZE)


class _Asked:
    """A question and its values."""

    def __init__(self, question, given):
        self.question, self.given = question, given

    def answer(self):
        return self.question.answer(self.given)


def together(*asked, using=DEFAULT_DB_ALIAS):
    """Ask questions in one round trip to the database. Returns the list of rows of each, in this order."""
    connection = connections[using]
    cursors = [connection.cursor() for _ in asked]
    with connection.wrap_database_errors, connection.connection.pipeline():
        for cursor, one in zip(cursors, asked, strict=True):
            cursor.execute(*one.question.statement(one.given))
    return [one.question.answer(one.given, cursor) for cursor, one in zip(cursors, asked, strict=True)]


prepared = Question
