"""E-mail addresses: one rule for every form and file. What it accepts can be sent; what cannot is refused in words.

Kept and sent is what goes over the line: letters of ASCII, a domain like bücher.example as xn--bcher-kva.example.
"""

import re
import unicodedata
from functools import lru_cache
from typing import Any
from urllib.parse import unquote

import idna
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator, validate_email

MOST, MOST_BEFORE_AT = 254, 64  # characters, of the whole and of what stands before the @ (RFC 5321)
LONGEST = 2000  # characters that are looked at; an address is shorter
PLAIN = re.compile(r"[a-z0-9][a-z0-9._+-]*@[a-z0-9-]+(?:\.[a-z0-9-]+)+", re.IGNORECASE)  # nothing to take off
NAMED = re.compile(r".*<\s*([^<>]*@[^<>]*?)\s*>[\s,;.]*", re.DOTALL)
PREFIX = re.compile(r"(?:mailto|smtp|e-?mail)\s*:/*\s*", re.IGNORECASE)
JOINERS = re.compile(
    r"(?<![^\x00-\x7f])[\u200c\u200d]|[\u200c\u200d](?![^\x00-\x7f])"
)  # between plain letters; else they mean something
UNSEEN = {"\u034f", "\u115f", "\u1160", "\u3164", *map(chr, range(0xFE00, 0xFE10))}
BEHIND = re.compile(
    r"(?P<name>[^<>(\[@]*[^\W\d_][^<>(\[@]*?)\s*[\s<(\[](?P<address>[^\s<>()\[\]]+@[^\s<>()\[\]]+)[>)\]]?"
)
AROUND = " \t\r\n<>,;:"
QUOTES = "\"'“”‘’«»`"


def sendable(text: str) -> str:
    """Return the address in a text as it is kept and sent. Raises ValidationError, in words, for what cannot be."""
    return _checked(tidied(text))


def _checked(address: str) -> str:
    local, at, domain = address.rpartition("@")
    if not at or not local or not domain or domain.startswith("["):  # no mail goes to the number of a machine
        raise _broken()
    if not address.isascii() and any(unicodedata.category(char) == "Cs" for char in address):
        raise _broken()
    if not local.isascii():
        strange = next(letter for letter in local if not letter.isascii())
        said = f"We can’t send to an address with “{strange}” before the @. Use plain a to z there."
        raise ValidationError(said, code="not_ascii")
    address = f"{local}@{_in_ascii(domain)}"
    if len(address) > MOST:
        raise ValidationError(
            f"{MOST} characters is the limit for an email address. This one has {len(address)}.", "too_long"
        )
    if len(local) > MOST_BEFORE_AT:
        said = f"{MOST_BEFORE_AT} characters is the limit before the @. This one has {len(local)}."
        raise ValidationError(said, "too_long")
    if not (PLAINEST.fullmatch(local) and _is_plain_domain(address.rpartition("@")[2])):
        validate_email(address)
    return address


PLAINEST = re.compile(r"[a-z0-9]+(?:[._+-][a-z0-9]+)*", re.IGNORECASE)
PLAINEST_WHOLE = re.compile(rf"(?P<local>{PLAINEST.pattern})@(?P<domain>[a-z0-9.-]+)", re.IGNORECASE | re.ASCII)


@lru_cache(4096)  # many have theirs with few
def _is_plain_domain(domain: str) -> bool:
    try:
        validate_email(f"somebody@{domain}")
    except ValidationError:
        return False
    return True


def tidied(text: str) -> str:
    """Take off what programs and people put around an address: a name, brackets, `mailto:`, marks that nobody sees."""
    if PLAIN.fullmatch(text):
        return text
    seen = _seen(text)
    if named := NAMED.fullmatch(seen):
        seen = named[1]
    seen = re.sub(r"(?<=\S)\s*\([^()@]*\)\s*$", "", seen.strip(AROUND))
    if prefix := PREFIX.match(seen):
        seen = _seen(unquote(re.split(r"[?&]", seen[prefix.end() :])[0]))
    if seen[:1] in QUOTES and seen[-1:] in QUOTES:
        seen = seen[1:-1]
    return re.sub(r"\s*@\s*", "@", seen.strip(AROUND)).rstrip(".")


def _seen(text: str) -> str:
    """Return what somebody sees of a text, in one way of writing it: blanks of all widths are one kind of blank."""
    spaced = "".join(" " if char.isspace() else char for char in text[:LONGEST])
    shown = (char for char in spaced if char in "\u200c\u200d" or not _is_unseen(char))
    whole = unicodedata.normalize("NFC", JOINERS.sub("", "".join(shown)))
    return whole.replace("＠", "@").replace("﹫", "@").strip()


def _is_unseen(char: str) -> bool:
    return unicodedata.category(char) in ("Cf", "Cc") or char in UNSEEN


def on_the_line(address: str) -> str:
    """Return a kept address as it is sent: one kept long ago may have another domain than mail can carry."""
    if address.isascii():
        return address
    try:
        return sendable(address)
    except ValidationError:
        return address


def _in_ascii(domain: str) -> str:
    """Return a domain in ASCII and lower case. Raises ValidationError for one that there cannot be."""
    if domain.isascii():
        return domain.lower()
    try:
        return idna.encode(domain, uts46=True).decode("ascii").lower()
    except idna.IDNAError:
        raise _broken() from None


def _broken() -> ValidationError:
    return ValidationError(EmailValidator.message, code="invalid")


def folded(text: str) -> str:
    """Return an address as accounts are compared by it, in lower case; what is none comes back as it can be read."""
    try:
        return sendable(text).lower()
    except ValidationError:
        return tidied(text).lower()


SETTLED = r"^[a-z0-9][a-z0-9._+-]*@[a-z0-9][a-z0-9.-]*$"  # nothing about it can change


def stored(text: str) -> str | None:
    """Return an address stored long ago as it is kept today; None for one that cannot be sent to."""
    try:
        return sendable(text)
    except ValidationError:
        return None


def stored_folded(text: str) -> str | None:
    """The same, as accounts are compared by it."""
    address = stored(text)
    return address and address.lower()


def apart(text: str) -> tuple[str, str]:
    """Return a name and the address behind it, of “Ana Lima <ana@x.example>”; the text and "" where it is not so."""
    found = BEHIND.fullmatch(text.strip()) if "@" in text else None
    if found is None:
        return text, ""
    try:
        return found["name"].strip(" \"'“”"), _checked(tidied(found["address"]))
    except ValidationError:
        return text, ""


def found_in(text: str) -> tuple[list[str], str]:
    """Return the addresses in a cell of a file, each once, and why there is none, where a reason is known."""
    plainest = PLAINEST_WHOLE.fullmatch(text)  # as most are, and quickly told
    if plainest and len(text) <= MOST and len(plainest["local"]) <= MOST_BEFORE_AT:
        domain = plainest["domain"].lower()
        if _is_plain_domain(domain):
            return [f"{plainest['local']}@{domain}"], ""
    parts = [text] if PLAIN.fullmatch(text) else map(tidied, _parts(text))
    found, reason = dict[str, str](), ""
    for part in parts:
        try:
            address = _checked(part)
            found.setdefault(address.lower(), address)
        except ValidationError as error:
            reason = reason or ("" if error.code == "invalid" else " ".join(error.messages))
    if not found and not reason:
        found = {part.lower(): part for part in _unwrapped(text)}
    return list(found.values()), reason


def _unwrapped(text: str) -> list[str]:
    """Return the addresses within what a program made of them: a link of a page, a formula, a field of a database."""
    pieces = (piece.strip("'").rstrip(".") for piece in re.split(r"[\[\](){}<>\"#*=?:;,|\\\s]+", _seen(text)))
    return [_checked(piece) for piece in pieces if PLAIN.fullmatch(piece) and stored(piece)]


def _parts(text: str) -> list[str]:
    """Return the words of a cell that may be addresses, or all of it where none is."""
    words = re.split(r"[;,|\s]+", re.sub(r"\s*@\s*", "@", _seen(text)))
    return [word for word in words if "@" in word] or [text]


class AddressField(forms.EmailField):
    """An address as somebody types or pastes it; cleaned, it is one that a mail can be sent to."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**(kwargs | {"max_length": None}))
        self.widget.attrs.pop("maxlength", None)

    def to_python(self, value: str | None) -> str:
        text = super().to_python(value) or ""
        return sendable(text) if text.strip() else ""
