"""Django's SMTP mailer, telling how far each message got. It decides nothing about retries: outcomes.py does."""

import email.policy
import io
import re
import select
import smtplib
import socket
import ssl
import time
from collections.abc import Buffer, Callable, Sequence
from contextlib import suppress

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend as DjangoBackend

from apps.mail.letter import Letter, return_path
from apps.mail.models import Phase

PLAIN = re.compile(r"(?P<named>[\w .]+ <)?(?P<address>[\w.+-]+@[\w-]+(\.[\w-]+)+)(?(named)>)", re.ASCII)
PIECE = 256 * 1024  # bytes
WHOLE_S = 4 * settings.MAIL_TIMEOUT  # one message, all operations together


class LeaseLost(Exception):
    """Somebody else has this message now; not a byte more of it may be committed to the server."""


class Timed(io.RawIOBase):
    """What a server says, read under the deadline of the whole conversation and not only under that of each byte."""

    def __init__(self, conversation: "PhasedSMTP") -> None:
        self.conversation = conversation

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Buffer) -> int:
        self.conversation.open_sock.settimeout(self.conversation.time_left())
        return self.conversation.open_sock.recv_into(buffer)


class PhasedSMTP(smtplib.SMTP):
    """One conversation that records its phase and asks `before_dot` before the only irrevocable byte."""

    phase: str = Phase.NONE
    last_reply = ""
    deadline = 0.0
    before_dot: Callable[[], None]

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        """Connect, and let the dot leave at once: held back until the text is acknowledged, it costs 40 ms a mail."""
        connected = super()._get_socket(host, port, timeout)  # type: ignore[misc]  # left out by typeshed
        connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.deadline = time.monotonic() + WHOLE_S  # of the greeting and all up to the first message
        return connected

    def begin(self, before_dot: Callable[[], None]) -> None:
        """Start the clock of a new message; `before_dot` is called, and may raise, just before the final dot."""
        self.phase, self.last_reply, self.before_dot = Phase.NONE, "", before_dot
        self.deadline = time.monotonic() + WHOLE_S

    def mail(self, sender: str, options: Sequence[str] = ()) -> tuple[int, bytes]:
        self.phase = Phase.ENVELOPE
        return super().mail(sender, options)

    def send(self, s: Buffer | str) -> None:
        if self.sock is not None:
            try:
                self.sock.settimeout(self.time_left())
            except OSError as error:
                self.close()
                raise smtplib.SMTPServerDisconnected(str(error)) from error
        super().send(s)

    def getreply(self) -> tuple[int, bytes]:
        if self.file is None and self.sock is not None:
            self.file = io.BufferedReader(Timed(self))
        code, text = super().getreply()
        self.last_reply = f"{code} {text.decode(errors='replace')}"
        return code, text

    def data(self, msg: Buffer | str) -> tuple[int, bytes]:
        """Send the text up to its last line, then ask, then send the dot."""
        code, reply = self.docmd("data")
        if code != 354:
            self._rset()  # type: ignore[attr-defined]  # left out by typeshed
            raise smtplib.SMTPDataError(code, reply)
        self.phase = Phase.DATA
        text = memoryview(_stuffed(msg))
        for at in range(0, len(text), PIECE):  # each under its own time: a large file on a slow line is no failure
            self.send(text[at : at + PIECE])
        try:
            self.before_dot()
            self._refuse_early_word()
        except BaseException:
            self.close()  # without a dot the server must forget the message
            raise
        self.phase = Phase.AFTER_DOT
        self.send(b".\r\n")
        answer = self.getreply()
        self.phase = Phase.ANSWERED
        return answer

    def _refuse_early_word(self) -> None:
        """Notice a server that hung up or spoke before the dot. (Over TLS there may be other things to read.)"""
        if not isinstance(self.sock, ssl.SSLSocket):
            early = select.poll()
            early.register(self.open_sock, select.POLLIN)
            if early.poll(0):
                raise smtplib.SMTPServerDisconnected("The server parted before the dot")

    @property
    def open_sock(self) -> socket.socket:
        """The socket as long as there is one. Raises SMTPServerDisconnected."""
        if self.sock is None:
            raise smtplib.SMTPServerDisconnected("The connection is closed")
        return self.sock

    def time_left(self) -> float:
        """Return how long the next word may take. Raises TimeoutError when the whole conversation took too long."""
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("The whole conversation took too long")
        return min(self.timeout, left)


class PhasedSMTPS(PhasedSMTP, smtplib.SMTP_SSL):
    """The same over TLS from the first byte."""


def _stuffed(text: Buffer | str) -> bytes:
    """Return the text of a mail as it goes over the line: dots doubled at line starts, ending in a line end."""
    stuffed = re.sub(rb"(?m)^\.", b"..", text.encode("ascii") if isinstance(text, str) else bytes(text))
    return stuffed if stuffed.endswith(b"\r\n") else stuffed + b"\r\n"


def _return_path(mail: EmailMessage) -> str:
    return return_path(mail.promised) if isinstance(mail, Letter) else mail.from_email


class EmailBackend(DjangoBackend):
    """Django's backend over `PhasedSMTP`; `before_dot` is set by the sender before each message."""

    connection: PhasedSMTP | None
    before_dot: Callable[[], None] = staticmethod(lambda: None)
    has_sent = False  # over the present connection

    @property
    def connection_class(self) -> type[PhasedSMTP]:
        return PhasedSMTPS if self.use_ssl else PhasedSMTP

    @property
    def conversation(self) -> PhasedSMTP:
        """The connection that there is. Raises SMTPServerDisconnected where there is none."""
        if self.connection is None:
            raise smtplib.SMTPServerDisconnected("There is no connection")
        return self.connection

    @property
    def phase(self) -> str:
        return self.connection.phase if self.connection else Phase.NONE

    @property
    def reply(self) -> str:
        return self.connection.last_reply if self.connection else ""

    @property
    def is_alive(self) -> bool:
        return self.connection is not None and self.connection.sock is not None

    def prep_address(self, address: str, force_ascii: bool = True) -> str:
        """Return the address without its name. One that is plain already, as ours are, needs no parser."""
        plain = PLAIN.fullmatch(address)
        return plain["address"] if plain else super().prep_address(address, force_ascii)

    def _send(self, email_message: EmailMessage) -> bool:
        self.conversation.begin(self.before_dot)
        sender = self.prep_address(_return_path(email_message))
        recipients = [self.prep_address(address) for address in email_message.recipients()]
        content = email_message.message(policy=email.policy.SMTP).as_bytes()
        try:
            self.conversation.sendmail(sender, recipients, content)
        except smtplib.SMTPServerDisconnected:
            if self.phase != Phase.ENVELOPE or not self.has_sent:
                raise
            self._again(sender, recipients, content)
        self.has_sent = True
        return True

    def _again(self, sender: str, recipients: Sequence[str], content: bytes) -> None:
        """Greet anew: a server may part after some messages, and that is nobody's failure."""
        self.close()
        self.has_sent = False
        self.open()
        self.conversation.begin(self.before_dot)
        self.conversation.sendmail(sender, recipients, content)

    def _close_connection(self, connection: PhasedSMTP) -> None:
        """Say goodbye, but wait for no answer: every message has had its own."""
        with suppress(OSError, smtplib.SMTPException):
            if connection.sock is not None:
                connection.deadline = time.monotonic() + 2
                connection.putcmd("quit")
        connection.close()
