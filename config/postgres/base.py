"""Django's PostgreSQL backend, which asks a kept connection whether it lives only when there is reason to (ADR 11)."""

import select

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    def is_usable(self) -> bool:
        """Whether the connection can be used. A server that hung up has said so, and what it said is to be read."""
        if self.connection is None or self.errors_occurred or self._has_news():
            return super().is_usable()
        return not self.connection.closed

    def _has_news(self) -> bool:
        found = select.poll()
        found.register(self.connection.fileno(), select.POLLIN)
        return bool(found.poll(0))
