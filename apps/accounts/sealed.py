"""What must be read again but must not be readable where it lies: sealed with a key that no database holds.

A dump of the database, a copy of its disk, a look into a table open nothing (reliability.md 6). The key is made of
SECRET_KEY; after it was changed, SECRET_KEY_FALLBACKS read what was sealed before.
"""

import base64
import hashlib
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

MARK = "sealed:"


def seal(text: str) -> str:
    return MARK + _keys(settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS).encrypt(text.encode()).decode()


def unseal(text: str) -> str | None:
    """Return what was sealed; what never was as it is; None where it was sealed with a key that is not ours."""
    if not text.startswith(MARK):
        return text
    try:
        keys = _keys(settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
        return keys.decrypt(text.removeprefix(MARK).encode()).decode()
    except InvalidToken:
        return None


@lru_cache(maxsize=4)
def _keys(*secrets: str) -> MultiFernet:
    digests = [hashlib.sha256(f"rapport sealed {secret}".encode()).digest() for secret in secrets]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])
