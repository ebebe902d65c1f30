"""docs/access.md: every address and whom its view lets in, read from the doors themselves."""

from collections.abc import Callable, Iterator
from operator import itemgetter

from django.contrib.admindocs.views import simplify_regex
from django.urls import URLPattern, URLResolver, get_resolver

from apps.accounts.middleware import THEIRS

DOORS = {
    "public": "everybody",
    "signed_in": "everybody who is signed in, for their own rows",
    "theirs": "django-allauth decides",
}
HEAD = """# Who may open which address

Made by `make docs` from the doors of the views; do not edit it by hand (`make check` compares). What a permission
means stands in `apps/accounts/access.py`; `tests/test_access.py` walks every address as every person. A row that is
not there and a row that one may not see look alike: 404.

| address | opens for |
| --- | --- |
"""


def access() -> str:
    """Return the page."""
    views = sorted(_views(get_resolver()), key=itemgetter(0))
    return HEAD + "".join(f"| `{_plain(address)}` | {_door(view)} |\n" for address, view in views)


def _views(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, Callable[..., object]]]:
    """Yield (address, view) of every address but those of the local stack, which no installation has."""
    for pattern in resolver.url_patterns:
        address = prefix + str(pattern.pattern)
        if not isinstance(pattern, URLPattern):
            yield from _views(pattern, address)
        elif not pattern.callback.__module__.startswith("apps.local."):
            yield address, pattern.callback


def _plain(address: str) -> str:
    """Return an address without the signs of a regular expression."""
    return simplify_regex(address) if "^" in address else f"/{address}"


def _door(view: Callable[..., object]) -> str:
    door = "theirs" if view.__module__.startswith(THEIRS) else getattr(view, "door", "nobody: it has no door")
    if door.startswith("link:"):
        return f"the holder of a mailed link for `{door.removeprefix('link:')}`"
    return DOORS.get(door, f"`{door}`")
