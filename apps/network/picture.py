"""The referral map: who introduced whom, drawn as one thread (R30, R44). Pure geometry: people in, a drawing out.

The same nodes feed the SVG on a desk and the tree on a phone. Coordinates are SVG units in a 1160-wide view box.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import ClassVar, NamedTuple

from apps.network.relationship import Person, Standing

WIDTH = 1160
COLUMNS = (350, 690, 985)
ROW = 72
TOP = 50
ROOTS = 12  # more would be a list, and there is one below
LETTER = 9.4  # the width of a letter of a name, roughly; of the line below it, 6.8
ROOM = (34, 30, 17)  # letters of a name that fit in each column
EDGES: dict[Standing, str] = {"talked": "e-sewn", "cold": "e-cold"}


class Member(NamedTuple):
    """One person of the network: where they stand, and what to say of it below their name."""

    contact: Person
    state: Standing
    line: str


@dataclass
class Node:
    """One person in the drawing."""

    contact: Person
    state: Standing
    line: str
    depth: int = 0
    x: int = 0
    y: int = 0
    children: list["Node"] = field(default_factory=list)
    radius: ClassVar = 9

    @property
    def name(self) -> str:
        return f"{self.contact.name} {self.contact.class_mark}".strip()

    @property
    def short_name(self) -> str:
        return _cut(self.name, ROOM[self.depth])

    @property
    def short_line(self) -> str:
        return _cut(self.line, round(ROOM[self.depth] * 1.4))

    @property
    def text_x(self) -> int:
        return self.x + 20

    @property
    def name_y(self) -> int:
        return self.y - 1

    @property
    def line_y(self) -> int:
        return self.y + 18


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 1].rstrip()}…"


@dataclass(frozen=True)
class Edge:
    css: str
    d: str


@dataclass(frozen=True)
class Drawing:
    """What the template draws: the roots as a tree, all nodes and edges flat, and how many people are left out."""

    roots: list[Node]
    nodes: list[Node]
    edges: list[Edge]
    you_y: int
    height: int
    rest: int
    width: ClassVar = WIDTH

    @property
    def rest_y(self) -> int:
        return self.height - 28

    @property
    def dots(self) -> list[int]:
        return [COLUMNS[0] + 22 * n for n in range(min(self.rest, 20))]

    @property
    def rest_x(self) -> int:
        return COLUMNS[0] + 22 * min(self.rest, 20) + 6


def draw(members: Iterable[Member]) -> Drawing:
    """Draw the members of a network. Those without a thread of their own are counted in `rest`."""
    nodes = {member.contact.pk: Node(*member) for member in members}
    roots = _roots(nodes)
    shown = roots[:ROOTS]
    _place(shown)
    flat = [node for root in shown for node in _walk(root)]
    height = max((node.y for node in flat), default=TOP) + 82
    you_y = round((flat[0].y + max(n.y for n in flat if n.depth == 0)) / 2) if flat else TOP
    edges = [_from_you(root, you_y) for root in shown] + [
        _edge(node, child) for node in flat for child in node.children
    ]
    return Drawing(shown, flat, edges, you_y, round(height), len(nodes) - len(flat))


def _roots(nodes: Mapping[int, Node]) -> list[Node]:
    """Hang everybody on the one who named them; return those nobody named, without the merely known."""
    roots = []
    for node in nodes.values():
        parent = _who_named(node, nodes)
        if parent and not _above(node, parent, nodes):
            parent.children.append(node)
        else:
            roots.append(node)
    return [root for root in roots if root.children or root.state != "known"]


def _who_named(node: Node, nodes: Mapping[int, Node]) -> Node | None:
    return nodes.get(node.contact.referrer_pk) if node.contact.referrer_pk else None


def _above(node: Node, parent: Node | None, nodes: Mapping[int, Node]) -> bool:
    """Whether `node` already stands above `parent`: two people may have named each other."""
    seen: set[int] = set()
    while parent and parent.contact.pk not in seen:
        if parent is node:
            return True
        seen.add(parent.contact.pk)
        parent = _who_named(parent, nodes)
    return False


def _place(roots: Iterable[Node]) -> None:
    """Give every node its column and row: leaves in order, the one who named them in their middle."""
    row = 0
    for root in roots:
        row = _place_below(root, 0, row)


def _place_below(node: Node, depth: int, row: int) -> int:
    node.depth = depth
    node.x = COLUMNS[depth]
    if depth == len(COLUMNS) - 1:
        node.children = []  # further out than the page is wide: the list has them
    if not node.children:
        node.y = TOP + ROW * row
        return row + 1
    for child in node.children:
        row = _place_below(child, depth + 1, row)
    node.y = round((node.children[0].y + node.children[-1].y) / 2)
    return row


def _walk(node: Node) -> Iterator[Node]:
    yield node
    for child in node.children:
        yield from _walk(child)


def _from_you(root: Node, you_y: int) -> Edge:
    return Edge(_css(root), f"M50 {you_y}C195 {you_y} 180 {root.y} {root.x - 10} {root.y}")


def _edge(node: Node, child: Node) -> Edge:
    start = min(node.x + 28 + max(len(node.short_name) * LETTER, len(node.short_line) * 6.8), child.x - 30)
    middle = round((start + child.x) / 2)
    return Edge(_css(child), f"M{round(start)} {node.y}C{middle} {node.y} {middle} {child.y} {child.x - 10} {child.y}")


def _css(node: Node) -> str:
    return EDGES.get(node.state, "e-stitch")
