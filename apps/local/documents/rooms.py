"""The pictures of docs/architecture.md: which rooms stand on which, read from the imports themselves.

An arrow says “stands on”. One that follows from two others is left out, so that the picture stays readable; nothing
that is imported is hidden by that.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

from django.core.management.base import CommandError

type Arrows = dict[str, set[str]]


def with_pictures(page: str, apps: Path) -> str:
    """Return the page with its two pictures drawn anew: of all of `apps`, and of the method inside it."""
    page = _with_block(page, "rooms", picture(apps, "apps"))
    return _with_block(page, "method", picture(apps / "interviews", "apps.interviews"))


def _with_block(page: str, name: str, text: str) -> str:
    """Return the page with `text` between the two lines that mark a block."""
    begin, end = f"<!-- {name}: made by make docs -->\n", f"<!-- end of {name} -->\n"
    before, begins, rest = page.partition(begin)
    _, ends, after = rest.partition(end)
    if not (begins and ends):
        raise CommandError(f"docs/architecture.md has no place for a picture: {begin}{end}")
    return f"{before}{begin}\n{text}\n\n{end}{after}"


def picture(folder: Path, package: str) -> str:
    """Return a mermaid flowchart of the rooms directly inside `folder`, which is the package `package`."""
    arrows = imports_between(folder, package)
    lines = ["```mermaid", "flowchart TD"]
    lines += [f"    {room}" for room in sorted(arrows)]
    lines += [f"    {room} --> {other}" for room, others in sorted(reduced(arrows).items()) for other in sorted(others)]
    return "\n".join([*lines, "```"])


def imports_between(folder: Path, package: str) -> Arrows:
    """Return for each room the rooms that it imports."""
    rooms = {path.stem: path for path in sorted(folder.iterdir()) if _is_room(path)}
    arrows: Arrows = {room: set() for room in rooms}
    for room, place in rooms.items():
        for file in sorted(place.rglob("*.py")) if place.is_dir() else [place]:
            if "migrations" not in file.parts:
                arrows[room] |= {name for name in _imported(file, package) if name in rooms}
        arrows[room].discard(room)
    return arrows


def _is_room(path: Path) -> bool:
    if path.is_dir():
        return path.name != "migrations" and any(path.rglob("*.py"))
    return path.suffix == ".py" and path.stem not in {"__init__", "apps", "urls"}


def _imported(file: Path, package: str) -> Iterator[str]:
    """Yield the names directly inside `package` that a file imports from."""
    depth = package.count(".") + 1
    for node in ast.walk(ast.parse(file.read_text())):
        if not isinstance(node, ast.ImportFrom) or not node.module:
            continue
        for alias in node.names:
            parts = f"{node.module}.{alias.name}".split(".")
            if ".".join(parts[:depth]) == package and len(parts) > depth:
                yield parts[depth]


def reduced(arrows: Arrows) -> Arrows:
    """Return the arrows without those that a longer way makes needless."""
    return {
        room: {to for to in others if not _is_reached_by(others - {to}, to, arrows)} for room, others in arrows.items()
    }


def _is_reached_by(starts: set[str], goal: str, arrows: Arrows) -> bool:
    seen: set[str] = set()
    todo = list(starts)
    while todo:
        room = todo.pop()
        if room == goal:
            return True
        if room not in seen:
            seen.add(room)
            todo += arrows[room]
    return False
