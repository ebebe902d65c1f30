"""The drawing of the referral map: pure geometry."""

from types import SimpleNamespace

from apps.network.picture import COLUMNS, Member, draw


def _row(pk, name, state="talked", referrer=None, line=""):
    return Member(SimpleNamespace(pk=pk, name=name, class_mark="", referrer_pk=referrer), state, line)


def test_those_named_hang_on_the_one_who_named_them():
    drawing = draw([_row(1, "Varga"), _row(2, "Marcus", "booked", referrer=1), _row(3, "Beatriz", "new", referrer=1)])
    root = drawing.roots[0]
    assert [child.contact.name for child in root.children] == ["Marcus", "Beatriz"]
    assert [node.x for node in drawing.nodes] == [COLUMNS[0], COLUMNS[1], COLUMNS[1]]
    assert root.y == (root.children[0].y + root.children[1].y) / 2
    assert [edge.css for edge in drawing.edges] == ["e-sewn", "e-stitch", "e-stitch"]


def test_no_two_people_of_a_column_share_a_row():
    rows = [_row(n, f"P{n}", referrer=n // 3 or None) for n in range(1, 30)]
    drawing = draw(rows)
    places = [(node.x, node.y) for node in drawing.nodes]
    assert len(places) == len(set(places))


def test_people_merely_known_are_counted_and_not_drawn():
    drawing = draw([_row(1, "Varga"), _row(2, "Friend", "known"), _row(3, "Cousin", "known")])
    assert (len(drawing.nodes), drawing.rest) == (1, 2)


def test_two_who_named_each_other_do_not_loop():
    drawing = draw([_row(1, "A", referrer=2), _row(2, "B", referrer=1)])
    assert sorted(node.contact.name for node in drawing.nodes) == ["A", "B"]


def test_nobody_is_drawn_right_of_the_page():
    rows = [_row(1, "A"), _row(2, "B", referrer=1), _row(3, "C", referrer=2), _row(4, "D", referrer=3)]
    drawing = draw(rows)
    assert max(node.x for node in drawing.nodes) == COLUMNS[-1]
    assert drawing.rest == 1
