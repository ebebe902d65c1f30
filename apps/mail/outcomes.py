"""What the end of a try means: sent, again later, failed, perhaps sent, or a mail server that cannot be used at all.

It looks only at the error and the phase; delivery.py writes what follows.
"""

import random
import smtplib
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum

from apps.mail.models import Phase

RETRY_AFTER = [timedelta(minutes=m) for m in (1, 5, 15, 60, 180, 360)]
SPREAD = 0.2  # a fifth more or less, so that a recovered server does not get everything at one moment


class End(Enum):
    SENT = "sent"
    AGAIN = "again"
    REFUSED = "refused"  # this address, for good
    POISON = "poison"  # this message can never be composed
    UNCERTAIN = "uncertain"
    CHANNEL = "channel"  # nobody's message leaves, and none is the worse for it


@dataclass(frozen=True)
class Outcome:
    end: End
    reply: str = ""
    stops: bool = False  # it cannot be about this message alone: the others are not tried now


def of(error: Exception, phase: str) -> Outcome:
    """Return what `error`, raised in `phase`, means for one message."""
    if not isinstance(error, OSError):
        return Outcome(End.POISON, describe(error))
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, text = next(iter(error.recipients.values()))
        return Outcome(End.REFUSED if code >= 500 else End.AGAIN, _line(code, text))
    if isinstance(error, smtplib.SMTPResponseException) and _is_too_large(error):
        return Outcome(End.POISON, _line(error.smtp_code, error.smtp_error))
    if isinstance(error, smtplib.SMTPResponseException):
        is_final = error.smtp_code >= 500
        return Outcome(End.CHANNEL if is_final else End.AGAIN, _line(error.smtp_code, error.smtp_error))
    if phase == Phase.AFTER_DOT:
        return Outcome(End.UNCERTAIN, describe(error))
    return Outcome(End.AGAIN, describe(error))


def _is_too_large(error: smtplib.SMTPResponseException) -> bool:
    """Whether a server refuses a message for its size (RFC 1870, RFC 3463): others leave, and nobody is to blame."""
    return error.smtp_code >= 500 and (error.smtp_code == 552 or b"5.3.4" in _line(0, error.smtp_error).encode())


def delay(attempts: int) -> timedelta:
    """Return how long to wait after the n-th try."""
    base = RETRY_AFTER[min(attempts, len(RETRY_AFTER)) - 1]
    return base * random.uniform(1 - SPREAD, 1 + SPREAD)  # noqa: S311 - nothing secret about it


def _line(code: int, text: bytes | str) -> str:
    words = text.decode(errors="replace") if isinstance(text, bytes) else str(text)
    return f"{code} {words}"


def describe(error: BaseException) -> str:
    """Return an error in the words of the outbox page."""
    return f"{type(error).__name__}: {error}"
