"""The way out: one connection for a whole batch. Here to a mail server over our own SMTP mailer; to a provider, over
HTTP, it is provider.py's."""

import contextlib
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Self, cast

from django.core.mail import mailers
from django.db import connection

from apps.mail import outcomes
from apps.mail.letter import letter
from apps.mail.models import OutboundMessage, Phase
from apps.mail.outcomes import Outcome
from apps.mail.smtp import EmailBackend


class ChannelDown(Exception):
    """The mail server cannot be used now, by any message. `wait` is how long nobody asks again."""

    def __init__(self, words: str, wait: timedelta | None = None) -> None:
        super().__init__(words)
        self.wait = wait


class Channel(contextlib.AbstractContextManager):
    """A conversation with the mail server. After each message it tells the phase, the reply and the provider's id."""

    phase: str = Phase.NONE
    provider_id = ""
    sent_at: datetime | None = None  # when it last carried a message, by the database's clock

    def __init__(self) -> None:
        self.mailer = cast(EmailBackend, mailers.default)  # or a provider's, of which only what all share is used

    def __enter__(self) -> Self:
        self.ready()
        return self

    def __exit__(self, *error: object) -> None:
        with contextlib.suppress(OSError):
            self.mailer.close()

    @property
    def reply(self) -> str:
        return self.mailer.reply

    def ready(self) -> None:
        """Open the connection, or open it again when the last message broke it. Raises ChannelDown."""
        self._outside_a_transaction()
        if self.mailer.is_alive:
            return
        try:
            self.mailer.close()
            self.mailer.open()
        except OSError as error:
            raise ChannelDown(f"{type(error).__name__}: {error}") from error

    def send(self, message: OutboundMessage, before_dot: Callable[[], None]) -> None:
        """Send one message; `before_dot` is called just before it can no longer be taken back."""
        self._outside_a_transaction()
        self.phase = Phase.NONE
        mail = letter(message)
        self.mailer.before_dot = before_dot
        try:
            self.mailer.send_messages([mail])
        finally:
            self.phase = self.mailer.phase

    def outcome(self, error: Exception) -> Outcome:
        """Return what `error`, raised by `send`, means for the message."""
        return outcomes.of(error, self.phase)

    @staticmethod
    def _outside_a_transaction() -> None:
        if connection.in_atomic_block:
            raise RuntimeError(
                "No mail leaves inside a transaction: it may wait for a minute, and it cannot be undone."
            )
