"""Two files instead of many: the sheets, and the scripts that every page needs, each put together when it is asked for.

A finder of static files like any other, so `collectstatic` names them by their content and compresses them; a part that
changed shows at once. What only one page needs (the week, live mode) stays a file of its own (ADR 26).
"""

import os
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryDirectory
from threading import Lock
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

BUNDLES = {
    "css/rapport.css": (
        "vendor/bootstrap-subset.css",
        *(
            f"css/{part}.css"
            for part in ("theme", "components", "organizations", "growing", "practice", "cohorts", "reviews", "network")
        ),
    ),
    "js/rapport.js": ("vendor/htmx.min.js", "js/base.js", "js/autosave.js", "js/directory.js"),
}
_REMARK = re.compile(r"/\*(?!!).*?\*/\n?", re.DOTALL)  # a licence begins with /*! and stays


class BundleFinder(BaseFinder):
    """Find the bundles under their names."""

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        """Return where the bundle lies, or nothing: [] as Django asks of a finder."""
        if path not in BUNDLES:
            return []
        made = str(_made(path))
        return [made] if find_all else made

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[Any]:
        """Yield every bundle with the storage that has it: what is collected."""
        storage = FileSystemStorage(location=_folder())
        for name in BUNDLES:
            _made(name)
            yield name, storage


def _folder() -> Path:
    """Return where this process puts them; it goes when the process does. Two threads may ask for the first time."""
    with _one_at_a_time:
        return Path(_shelf().name)


_one_at_a_time = Lock()


@cache
def _shelf() -> TemporaryDirectory[str]:
    return TemporaryDirectory(prefix="rapport-bundles-")


def _made(name: str) -> Path:
    """Return the bundle as a file, written anew where a part is newer."""
    made, parts = _folder() / name, [settings.BASE_DIR / "static" / part for part in BUNDLES[name]]
    if not made.exists() or made.stat().st_mtime < max(part.stat().st_mtime for part in parts):
        made.parent.mkdir(exist_ok=True)
        with NamedTemporaryFile("w", dir=made.parent, delete=False) as file:
            file.write(together(name, [part.read_text() for part in parts]))
        os.replace(file.name, made)
    return made


def together(name: str, parts: Iterable[str]) -> str:
    """Put texts one after the other: scripts apart by a semicolon, sheets without their remarks."""
    if name.endswith(".css"):
        return "\n".join(_REMARK.sub("", part) for part in parts)
    return "\n;\n".join(parts)
