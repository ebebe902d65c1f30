"""Work on many rows: one that cannot be done holds up no other, and no row is worked on by two processes at once."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection

log = logging.getLogger(__name__)


class Apart:
    """Do things one by one: a thing that cannot be done is logged and counted, and the next is done all the same.

    Only a database that does not answer any more ends it all.
    """

    def __init__(self, of: str) -> None:
        self.of, self.failed = of, 0

    def do[**P, R](self, what: str, act: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R | None:
        """Return what `act` returns, or None where it could not be done. Its transactions are its own: one around all
        would hold the locks of the first act until the last."""
        try:
            return act(*args, **kwargs)
        except Exception:
            if not connection.is_usable():
                raise
            log.exception("%s could not do this: %s", self.of, what)
            self.failed += 1
            return None


@contextmanager
def alone(work: str, number: int) -> Iterator[bool]:
    """Hold the lock of one row for a kind of work; it goes with the connection. Yields False where another has it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtext(%s), %s)", [work, number % 2**31])
        is_mine = cursor.fetchone()[0]
    try:
        yield is_mine
    finally:
        if is_mine:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtext(%s), %s)", [work, number % 2**31])
