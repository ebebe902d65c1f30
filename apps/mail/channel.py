"""The way out: one connection to the mail server for a whole batch, whether it is our SMTP mailer or a provider's.

With a provider nothing is known of phases; a message handed over counts as past the dot until an answer says otherwise.
"""

import contextlib

from django.core.mail import mailers
from django.db import connection

from apps.mail.models import Phase
from apps.mail.smtp import EmailBackend


class ChannelDown(Exception):
    """The mail server cannot be used now, by any message."""


class Channel(contextlib.AbstractContextManager):
    def __init__(self):
        self.mailer = mailers.default
        self.is_phased = isinstance(self.mailer, EmailBackend)
        self._phase = Phase.NONE

    def __enter__(self):
        self.ready()
        return self

    def __exit__(self, *error):
        with contextlib.suppress(OSError):
            self.mailer.close()

    def ready(self):
        """Open the connection, or open it again when the last message broke it. Raises ChannelDown."""
        _outside_a_transaction()
        if self.is_phased and self.mailer.is_alive:
            return
        try:
            self.mailer.close()
            self.mailer.open()
        except OSError as error:
            raise ChannelDown(f"{type(error).__name__}: {error}") from error

    def send(self, mail, before_dot):
        """Send one mail; `before_dot` is called just before it can no longer be taken back."""
        _outside_a_transaction()
        self._phase = Phase.NONE
        if self.is_phased:
            self.mailer.before_dot = before_dot
        else:
            before_dot()
            self._phase = Phase.AFTER_DOT
        self.mailer.send_messages([mail])
        self._phase = Phase.ANSWERED

    @property
    def phase(self):
        return self.mailer.phase if self.is_phased else self._phase

    @property
    def reply(self):
        return self.mailer.reply if self.is_phased else ""


def _outside_a_transaction():
    if connection.in_atomic_block:
        raise RuntimeError("No mail leaves inside a transaction: it may wait for a minute, and it cannot be undone.")
