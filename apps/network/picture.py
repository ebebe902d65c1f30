"""The referral map: who introduced whom, drawn as one thread (R30, R44). Pure geometry: people in, a drawing out.

The same nodes feed the SVG on a desk and the tree on a phone. Coordinates are SVG units in a 1160-wide view box.
"""

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import ClassVar, NamedTuple

from apps.network.relationship import Person, Standing

WIDTH = 1160
COLUMNS = (350, 690, 985)
ROW = 72
TOP = 50
ROOTS = 12  # more would be a list, and there is one below
BRANCH = 6  # whom one person introduced, drawn
MOST = 36  # people in the drawing
DOTS = 12  # for those who are not in it
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
    more: int = 0  # whom they introduced as well, folded away
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

    @property
    def more_y(self) -> int:
        return self.y + 35


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
    unasked: int  # left out, and not asked yet
    others: int  # left out, and known better than that
    width: ClassVar = WIDTH

    @property
    def rest(self) -> int:
        return self.unasked + self.others

    @property
    def rest_y(self) -> int:
        return self.height - 28

    @property
    def dots(self) -> list[int]:
        return [COLUMNS[0] + 22 * n for n in range(min(self.rest, DOTS))]

    @property
    def rest_x(self) -> int:
        return COLUMNS[0] + 22 * min(self.rest, DOTS) + 6


def chosen(parents: Mapping[int, int | None], active: Container[int], branch: int = BRANCH) -> set[int]:
    """Return whom the drawing has room for, of those in `parents`: {somebody: who named them}.

    First who introduced the most people, then those whom they introduced. Who is merely known, and not `active`, is
    drawn only where there is nobody else: a map of names alone is better than an empty one.
    """
    children = defaultdict[int, list[int]](list)
    for pk, parent in parents.items():
        if parent is not None and parent in parents and not is_above(pk, parent, parents):
            children[parent].append(pk)
    below = {child for part in children.values() for child in part}
    roots = [pk for pk in parents if pk not in below]
    better = [pk for pk in roots if pk in active or children[pk]]
    layer = sorted(better or roots, key=lambda pk: -len(children[pk]))[:ROOTS]
    found = set[int]()
    for _ in COLUMNS:
        found.update(layer[: MOST - len(found)])
        layer = [child for pk in layer if pk in found for child in children[pk][:branch]]
    return found


def is_above(pk: int, parent: int | None, parents: Mapping[int, int | None]) -> bool:
    """Whether `pk` already stands above `parent`: two people may have named each other."""
    seen = set[int]()
    while parent is not None and parent not in seen:
        if parent == pk:
            return True
        seen.add(parent)
        parent = parents.get(parent)
    return False


def draw(
    members: Iterable[Member], *, count: int | None = None, unasked: int | None = None, branch: int = BRANCH
) -> Drawing:
    """Draw the members of a network, as many as there is room for.

    `count` people are on the map, `unasked` of them not asked yet, where not all of them are handed in.
    """
    everybody = list(members)
    parents = {member.contact.pk: member.contact.referrer_pk for member in everybody}
    known = {member.contact.pk for member in everybody if member.state == "known"}
    fits = chosen(parents, parents.keys() - known, branch)
    nodes = {member.contact.pk: Node(*member) for member in everybody if member.contact.pk in fits}
    roots = _roots(nodes)
    _place(roots)
    flat = [node for root in roots for node in _walk(root)]
    height = max((node.y for node in flat), default=TOP) + 82
    you_y = round((flat[0].y + max(n.y for n in flat if n.depth == 0)) / 2) if flat else TOP
    edges = [_from_you(root, you_y) for root in roots] + [
        _edge(node, child) for node in flat for child in node.children
    ]
    left = (len(known) if unasked is None else unasked) - sum(1 for node in flat if node.state == "known")
    others = (len(everybody) if count is None else count) - len(flat) - left
    return Drawing(roots, flat, edges, you_y, round(height), left, others)


def _roots(nodes: Mapping[int, Node]) -> list[Node]:
    """Hang everybody on the one who named them; return those whom nobody named."""
    parents = {pk: node.contact.referrer_pk for pk, node in nodes.items()}
    roots = []
    for pk, node in nodes.items():
        parent = _who_named(node, nodes)
        if parent and not is_above(pk, parent.contact.pk, parents):
            parent.children.append(node)
        else:
            roots.append(node)
    return roots


def _who_named(node: Node, nodes: Mapping[int, Node]) -> Node | None:
    return nodes.get(node.contact.referrer_pk) if node.contact.referrer_pk else None


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
