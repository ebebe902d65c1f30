"""Questions to the database whose SQL is written once in a process and then asked with other values. Knows no model.

Django writes the SQL of a QuerySet anew each time, which on a page of a dozen questions costs more than the answers
and the template together. A question that many pages ask, or one page many times, is decorated instead:

    @prepared
    def talks_since(student, since):
        return Interview.objects.filter(student=student, ends_at__gt=since)

    talks_since(student.pk, now - TOO_LATE)

The arguments stand for values: the function must not look at them, and what it filters by must not be None.
"""

import copy
import functools
import inspect

from django.db import connections
from django.db.models import Expression


class Given(Expression):
    """A value that is known only when the question is asked."""

    def __init__(self, name):
        super().__init__()
        self.name = name

    def as_sql(self, compiler, connection):
        return "%s", [self]


class Question:
    """A QuerySet that was written once. Calling it returns the list of its rows; `plain` is the function."""

    def __init__(self, plain):
        functools.update_wrapper(self, plain)
        self.plain = plain
        self._signature = inspect.signature(plain)

    def __call__(self, *args, **kwargs):
        given = self._signature.bind(*args, **kwargs).arguments
        rows = self._rows.all()
        rows.query.get_compiler = functools.partial(self._bound, given)
        return list(rows)  # never the QuerySet: what is filtered further would be asked as it was written here

    @functools.cached_property
    def _rows(self):
        return self.plain(**{name: Given(name) for name in self._signature.parameters})

    @functools.cached_property
    def _written(self):
        compiler = self._rows.query.get_compiler(self._rows.db)
        sql, params = compiler.as_sql()
        converters = compiler.get_converters([column for column, *_ in compiler.select])
        return compiler, sql, params, converters

    def _bound(self, given, using, **_):
        written, sql, params, converters = self._written
        compiler = copy.copy(written)
        compiler.connection = connections[using]
        values = tuple(given[param.name] if isinstance(param, Given) else param for param in params)
        compiler.as_sql = lambda: (sql, values)
        compiler.get_converters = lambda _: converters
        return compiler


prepared = Question
