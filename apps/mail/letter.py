"""One message as bytes for the line. Composed with the compat32 parts: a third of the work of the newer policy."""

import binascii
import re
from collections.abc import Iterator
from email.encoders import encode_base64
from email.header import Header
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart
from email.policy import Compat32, Policy
from email.utils import format_datetime, formataddr

from anymail.message import AnymailStatus
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.utils import timezone

from apps.mail.models import Attachment, OutboundMessage
from apps.web.addresses import on_the_line


class AsWritten(Compat32):
    """Headers go as they stand, one line each or folded already, and nothing is parsed a second time.

    A mail program looks for its one-click address on the line of its name, so nothing is folded here.
    """

    def fold_binary(self, name: str, value: str) -> bytes:
        line = value.replace("\r\n ", " ")
        if "\r" in line or "\n" in line:
            raise ValueError(f"A line break in the header {name}")
        return f"{name}: {value}\r\n".encode("ascii")


POLICY = AsWritten(linesep="\r\n", max_line_length=None)
LONGEST_LINE = 998
_ATOM = re.compile(r"[A-Za-z0-9!#$%&'*+/^_`{|}~-]+")  # what may stand bare in a name (RFC 5322)
METADATA = "message"  # under this name a provider keeps which of our messages it has


def letter(message: OutboundMessage, *, by_provider: bool = False) -> "Letter":  # words: ok
    """Return the Django mail of an OutboundMessage: for our own mailer, or as the fields that a provider takes."""
    mail = Letter(
        subject=message.subject,
        body=message.text,
        from_email=formataddr((message.from_name, settings.MAIL_FROM)),
        to=[on_the_line(message.recipient)],
        reply_to=[message.reply_to] if message.reply_to else None,
        headers={"Message-ID": message.message_id} | message.headers,
    )
    mail.attach_alternative(message.html, "text/html")
    if by_provider:
        _for_provider(mail, message)
    mail.promised = message
    return mail


def return_path(message: OutboundMessage) -> str:
    """Return the address that a mail comes back to where it cannot be delivered; it names the message."""
    before, _, domain = settings.MAIL_RETURN_PATH.rpartition("@")
    return f"{before}+{message.pk.hex}@{domain}" if before else settings.MAIL_FROM


def _for_provider(mail: "Letter", message: OutboundMessage) -> None:  # words: ok
    """Add what our own composition takes from the row. A provider takes a calendar as a file only."""
    mail.metadata = {METADATA: message.pk.hex}
    for file in _files(message):
        mail.attach(file.name, bytes(file.content), file.media_type)
    if message.ics:
        mail.attach("invite.ics", message.ics.encode(), f"text/calendar; method={message.ics_method}; charset=utf-8")


class Letter(EmailMultiAlternatives):
    """A mail that composes itself quickly; otherwise Django's own."""

    promised: OutboundMessage
    metadata: dict[str, str]  # what anymail hands to a provider
    anymail_status: AnymailStatus  # and what it tells of it

    def message(self, *, policy: Policy | None = None) -> MIMEMultipart:  # type: ignore[override]  # older parts: quick
        """Return the whole mail, ready for `as_bytes()`, whatever policy is asked for."""
        message = self.promised
        parts = _around("alternative", message)
        parts.attach(_text(message.text, "plain"))
        parts.attach(_text(message.html, "html"))
        whole = parts
        if message.ics:
            parts.attach(_calendar(message, "text", "calendar"))
            whole = _around("mixed", message)
            whole.attach(parts)
            whole.attach(_invite(message))
        for file in _files(message):
            if whole is parts:
                whole = _around("mixed", message)
                whole.attach(parts)
            whole.attach(_attached(file))
        for name, value in self._lines():
            whole[name] = value
        return whole

    def _lines(self) -> Iterator[tuple[str, str]]:
        """Yield the headers. Their values are one line each: the outbox and the database saw to it."""
        message = self.promised
        yield "Subject", _encoded(message.subject)
        yield "From", _mailbox(message.from_name)
        yield "To", on_the_line(message.recipient)
        if message.reply_to:
            yield "Reply-To", message.reply_to
        yield "Date", format_datetime(timezone.now())
        yield "Message-ID", message.message_id
        for name, value in message.headers.items():
            yield name, _encoded(value)


def _mailbox(name: str) -> str:
    """Return our address under a name. Of a name beyond ASCII only the words that need it are encoded.

    No encoded word may be longer than 75 characters (RFC 2047), and some readers double the blank between two of them.
    """
    if name.isascii() and "=?" not in name:
        return formataddr((name, settings.MAIL_FROM))
    words = name.split()
    odd = [at for at, word in enumerate(words) if not _ATOM.fullmatch(word)]
    begins, ends = odd[0], odd[-1] + 1
    encoded = _encoded(" ".join(words[begins:ends])).replace("\r\n ", " ")
    return f"{' '.join([*words[:begins], encoded, *words[ends:]])} <{settings.MAIL_FROM}>"


def _encoded(value: str) -> str:
    """Return a header's words in ASCII. Words that only look encoded are encoded too, so that nobody decodes them."""
    if value.isascii() and "=?" not in value:
        return value
    return Header(value, "utf-8", maxlinelen=75).encode(linesep="\r\n")  # no encoded word may be longer (RFC 2047)


def _around(subtype: str, message: OutboundMessage) -> MIMEMultipart:
    """Return an empty multipart. Its boundary holds what quoted text cannot (=_), and an id that nobody has seen."""
    return MIMEMultipart(subtype, boundary=f"=_{subtype}_{message.pk.hex}", policy=POLICY)


def _text(words: str, subtype: str) -> MIMENonMultipart:
    """Return a text part, as it is when that is safe on every line, else quoted-printable."""
    part = MIMENonMultipart("text", subtype, charset="utf-8", policy=POLICY)
    is_plain = words.isascii() and max(map(len, words.split("\n"))) <= LONGEST_LINE
    part["Content-Transfer-Encoding"] = "7bit" if is_plain else "quoted-printable"
    part.set_payload(words if is_plain else binascii.b2a_qp(words.encode()).decode("ascii"))
    return part


def _files(message: OutboundMessage) -> list[Attachment]:
    """Return the file of a mail; only one that has some is asked about."""
    return list(Attachment.objects.filter(message=message)) if message.attached else []


def _attached(file: Attachment) -> MIMEBase:
    """Return a file as a part. Its name is ours: ASCII, and nothing that would end the quotation."""
    maintype, _, subtype = file.media_type.partition("/")
    part = MIMEBase(maintype, subtype, name=file.name, policy=POLICY)
    part["Content-Disposition"] = f'attachment; filename="{file.name}"'
    part.set_payload(bytes(file.content))
    encode_base64(part)
    return part


def _calendar(message: OutboundMessage, maintype: str, subtype: str, **names: str) -> MIMEBase:
    part = MIMEBase(maintype, subtype, method=message.ics_method, charset="utf-8", policy=POLICY, **names)
    part.set_payload(message.ics.encode())
    encode_base64(part)
    return part


def _invite(message: OutboundMessage) -> MIMEBase:
    part = _calendar(message, "application", "ics", name="invite.ics")
    part["Content-Disposition"] = 'attachment; filename="invite.ics"'
    return part
