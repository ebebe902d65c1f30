"""Django's cache in the database, which says when it could not write.

Django's own takes every error as “somebody else was faster”. Behind it allauth counts tries under a lock, and with a
full disk there was never a lock: whoever signed in was told that it was too often. Here only a row that is there
already counts as that; any other error is raised, and answered as every error of the database is (apps/web/gate.py).
"""

from collections.abc import Callable
from typing import Any

from django.core.cache.backends.db import DatabaseCache
from django.db import DatabaseError, IntegrityError, connections, router


class HonestCache(DatabaseCache):
    """A cache in which `set`, `add` and `touch` raise what kept them from writing."""

    def _base_set(self, mode: str, key: str, value: object, *timeout: object) -> bool:
        failures: list[DatabaseError] = []

        def noting(execute: Callable[..., Any], sql: str, params: object, many: bool, context: dict[str, Any]) -> Any:
            try:
                return execute(sql, params, many, context)
            except IntegrityError:
                raise
            except DatabaseError as error:
                failures.append(error)
                raise

        with connections[router.db_for_write(self.cache_model_class)].execute_wrapper(noting):
            is_done = bool(super()._base_set(mode, key, value, *timeout))  # type: ignore[misc]  # unknown to the stubs
        if failures:
            raise failures[0]
        return is_done
