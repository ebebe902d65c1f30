"""The way out: one connection for a whole batch. Here to a mail server over our own SMTP mailer; to a provider, over
HTTP, it is provider.py's."""

import contextlib

from django.core.mail import mailers
from django.db import connection

from apps.mail import outcomes
from apps.mail.letter import letter
from apps.mail.models import Phase


class ChannelDown(Exception):
    """The mail server cannot be used now, by any message. `wait` is how long nobody asks again."""

    def __init__(self, words, wait=None):
        super().__init__(words)
        self.wait = wait


class Channel(contextlib.AbstractContextManager):
    """A conversation with the mail server. After each message it tells the phase, the reply and the provider's id."""

    phase = Phase.NONE
    provider_id = ""
    sent_at = None  # when it last carried a message, by the database's clock

    def __init__(self):
        self.mailer = mailers.default

    def __enter__(self):
        self.ready()
        return self

    def __exit__(self, *error):
        with contextlib.suppress(OSError):
            self.mailer.close()

    @property
    def reply(self):
        return self.mailer.reply

    def ready(self):
        """Open the connection, or open it again when the last message broke it. Raises ChannelDown."""
        self._outside_a_transaction()
        if self.mailer.is_alive:
            return
        try:
            self.mailer.close()
            self.mailer.open()
        except OSError as error:
            raise ChannelDown(f"{type(error).__name__}: {error}") from error

    def send(self, message, before_dot):
        """Send one message; `before_dot` is called just before it can no longer be taken back."""
        self._outside_a_transaction()
        self.phase = Phase.NONE
        mail = letter(message)
        self.mailer.before_dot = before_dot
        try:
            self.mailer.send_messages([mail])
        finally:
            self.phase = self.mailer.phase

    def outcome(self, error):
        """Return what `error`, raised by `send`, means for the message."""
        return outcomes.of(error, self.phase)

    @staticmethod
    def _outside_a_transaction():
        if connection.in_atomic_block:
            raise RuntimeError(
                "No mail leaves inside a transaction: it may wait for a minute, and it cannot be undone."
            )
