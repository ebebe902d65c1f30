"""A mail provider reached over HTTP (django-anymail) in the place of a mail server: what its answers mean.

Nothing is known of phases. What was handed over counts as past the dot until an answer says otherwise, so every doubt
ends as "perhaps sent", and a provider in trouble is left alone until the next look. What it says later, of bounces and
complaints, is provider_events.py's.
"""

from collections.abc import Callable

import requests
import urllib3
from anymail.exceptions import AnymailRecipientsRefused
from django.conf import settings

from apps.mail.channel import Channel
from apps.mail.letter import letter
from apps.mail.models import OutboundMessage, Phase
from apps.mail.outcomes import End, Outcome, describe

BUSY = (429, 503)  # said before anything was taken
NEVER_CONNECTED = (urllib3.exceptions.NewConnectionError, urllib3.exceptions.ConnectTimeoutError)


class ProviderChannel(Channel):
    """One session with a provider for a whole batch."""

    provider_id = ""

    @property
    def reply(self) -> str:
        return f"{settings.MAIL_PROVIDER} took it" + (f" as {self.provider_id}" if self.provider_id else "")

    def ready(self) -> None:
        """Open a session; nothing is asked of the provider yet."""
        self._outside_a_transaction()
        self.mailer.open()

    def send(self, message: OutboundMessage, before_dot: Callable[[], None]) -> None:
        self._outside_a_transaction()
        self.phase, self.provider_id = Phase.NONE, ""
        mail = letter(message, by_provider=True)
        before_dot()
        self.phase = Phase.AFTER_DOT
        self.mailer.send_messages([mail])
        self.phase, self.provider_id = Phase.ANSWERED, (mail.anymail_status.message_id or "")[:200]

    def outcome(self, error: Exception) -> Outcome:
        self.phase, outcome = _judged(error)
        return outcome


def _judged(error: Exception) -> tuple[Phase, Outcome]:
    """Return the phase that `error` shows to have been reached, and the outcome."""
    if isinstance(error, AnymailRecipientsRefused):
        return Phase.ENVELOPE, Outcome(End.REFUSED, _line(error))
    if not isinstance(error, requests.RequestException):
        return Phase.NONE, Outcome(End.POISON, describe(error))  # it could not even be written for this provider
    if error.response is not None:
        return _answered(error, error.response.status_code)
    if isinstance(error, requests.exceptions.SSLError):
        return Phase.NONE, Outcome(End.CHANNEL, _line(error), stops=True)
    if _never_connected(error):
        return Phase.NONE, Outcome(End.CHANNEL, _line(error), stops=True)
    return Phase.AFTER_DOT, Outcome(End.UNCERTAIN, _line(error), stops=True)


def _answered(error: requests.RequestException, status: int) -> tuple[Phase, Outcome]:
    if status in BUSY:
        return Phase.ANSWERED, Outcome(End.CHANNEL, _line(error), stops=True)
    if 400 <= status < 500:
        return Phase.ANSWERED, Outcome(End.CHANNEL, _line(error))  # a wrong key, a sender it does not know
    return Phase.AFTER_DOT, Outcome(End.UNCERTAIN, _line(error), stops=True)


def _never_connected(error: Exception) -> bool:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, NEVER_CONNECTED):
            return True
        cause = cause.__cause__ or cause.__context__
    return False


def _line(error: Exception) -> str:
    """Return what a provider said, or what broke, on one line."""
    return " ".join(str(error).split())
