"""The mails that the local sink has kept, newest first, read from their files."""

import os
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from functools import cached_property
from pathlib import Path
from typing import Literal


def folder() -> Path | None:
    """Return where the sink keeps its mails, or None where the local stack runs without one."""
    place = os.environ.get("RAPPORT_MAIL", "")
    return Path(place) if place else None


def mails() -> list["Mail"]:
    """Return all mails, newest first."""
    place = folder()
    return [Mail(path) for path in sorted(place.glob("*.eml"), reverse=True)] if place else []


def find(name: str) -> "Mail | None":
    """Return the mail of that name, or None."""
    return next((mail for mail in mails() if mail.name == name), None)


@dataclass(frozen=True, eq=False)
class Mail:
    path: Path

    @property
    def name(self) -> str:
        return self.path.stem

    @cached_property
    def message(self) -> EmailMessage:
        return message_from_bytes(self.path.read_bytes(), policy=policy.default)

    @property
    def headers(self) -> list[tuple[str, str]]:
        """Every header as (name, text), in order."""
        return [(name, str(text)) for name, text in self.message.items()]

    @property
    def subject(self) -> str:
        return self.message["Subject"] or "(no subject)"

    @property
    def sender(self) -> str | None:
        return self.message["From"]

    @property
    def to(self) -> str | None:
        return self.message["X-Sent-To"]

    @property
    def sent_at(self) -> datetime | None:
        return parsedate_to_datetime(self.message["Date"]) if self.message["Date"] else None

    @property
    def text(self) -> str:
        return self._body("plain")

    @property
    def html(self) -> str:
        return self._body("html")

    def _body(self, kind: Literal["plain", "html"]) -> str:
        part = self.message.get_body((kind,))
        return part.get_content().replace("\r\n", "\n") if part else ""

    @property
    def attachments(self) -> list[tuple[int, str, str]]:
        """The attached files as (number, file name, type), calendar parts among them."""
        return [
            (number, part.get_filename() or f"part-{number}.{part.get_content_subtype()}", part.get_content_type())
            for number, part in enumerate(self.message.walk())
            if _is_file(part)
        ]

    def attachment(self, number: int) -> tuple[str, str, bytes] | None:
        """Return (file name, type, bytes) of one attached file, or None."""
        part = dict(enumerate(self.message.walk())).get(number)
        if part is None or not _is_file(part):
            return None
        named = next(name for place, name, _ in self.attachments if place == number)
        content = part.get_payload(decode=True)
        return (named, part.get_content_type(), content) if isinstance(content, bytes) else None


def _is_file(part: EmailMessage) -> bool:
    return not part.is_multipart() and (
        part.get_content_disposition() == "attachment"
        or part.get_content_maintype() != "text"
        or part.get_content_subtype() == "calendar"
    )
