"""The links in a promised mail, of which each opens a door: sealed while it waits, only their hash once it has left.

A mail holds its tokens when a program reads the row, so that it can be sent; the table holds them sealed, and a trigger
(migration 0012) puts the hash in their place as soon as nothing will be sent any more. That hash is the one of
accounts.MailLink. Who sends such a mail again gives each link a new token first: `renew`.
"""

import re
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from apps.accounts.models import MailLink, token_hash
from apps.accounts.sealed import seal, unseal

TOKEN = re.compile(r"(?<![\w-])[\w-]{40,}(?![\w-])")
HASH = re.compile(r"(?<![\w-])[0-9a-f]{64}(?![\w-])")
_SEALED = re.compile(r"⟦([0-9a-f]{64})\.([^⟧]+)⟧")


def closed(text: str) -> str:
    """Return a text as the table holds it: each token in a link of ours sealed, beside its hash."""
    links = re.compile(rf"({re.escape(settings.SITE_URL)}/[\w/-]*?)(?<![\w-])([\w-]{{40,}})(?![\w-])")
    return links.sub(lambda found: found[1] + _one(found[2]), text)


def _one(token: str) -> str:
    return token if HASH.fullmatch(token) else f"⟦{token_hash(token)}.{seal(token)}⟧"


def opened(text: str) -> str:
    """Return a text as it leaves. What was sealed with a key that is not ours stays a hash, which opens nothing."""
    return _SEALED.sub(lambda found: unseal(found[2]) or found[1], text) if "⟦" in text else text


class SealedText(models.TextField):  # type: ignore[type-arg]  # the stubs give it the types of a TextField
    """A text whose links are sealed in the table. To the database, and to migrations, it is a text."""

    def deconstruct(self) -> Any:
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.TextField", args, kwargs

    def get_prep_value(self, value: Any) -> Any:
        text = super().get_prep_value(value)
        return closed(text) if isinstance(text, str) else text

    def from_db_value(self, value: str | None, *_: object) -> str | None:
        return opened(value) if value else value


class SealedHeaders(models.JSONField):  # type: ignore[type-arg]  # as above
    """Headers of a mail, of which one may hold a link."""

    def deconstruct(self) -> Any:
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.JSONField", args, kwargs

    def get_db_prep_value(self, value: Any, connection: BaseDatabaseWrapper, prepared: bool = False) -> Any:
        return super().get_db_prep_value(_each(value, closed), connection, prepared)

    def from_db_value(self, value: str | None, expression: Any, connection: BaseDatabaseWrapper) -> Any:
        return _each(super().from_db_value(value, expression, connection), opened)


def _each(headers: Any, change: Callable[[str], str]) -> Any:
    if not isinstance(headers, dict):
        return headers
    return {name: change(value) if isinstance(value, str) else value for name, value in headers.items()}


def hashes_in(text: str) -> set[str]:
    """Return the hashes of the links in a text, whether it has left or not."""
    return {found if HASH.fullmatch(found) else token_hash(found) for found in TOKEN.findall(text)}


def renew(*texts: str) -> dict[str, str]:
    """Give the links of a mail that has left, and is sent again, new tokens. Returns {what stands there: its token}."""
    hashes = {found for text in texts for found in HASH.findall(text)}
    links = MailLink.objects.filter(token_hash__in=hashes, revoked_at=None)
    return {link.token_hash: link.renew() for link in links.order_by("pk")}
