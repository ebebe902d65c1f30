"""Where a line may end inside an address: between its parts, never in the middle of one."""

import pytest

from apps.web.breaks import LONGEST, breakable


@pytest.mark.parametrize(
    ("address", "pieces"),
    [
        ("noor.rahman@tamarack.example", ["noor.", "rahman", "@tamarack.", "example"]),
        ("a@b.example", ["a", "@b.", "example"]),
        ("no address", ["no address"]),
        ("", [""]),
        ("x@@y", ["x", "@", "@y"]),
    ],
)
def test_a_line_ends_between_the_parts(address, pieces):
    assert breakable(address).split("<wbr>") == pieces


@pytest.mark.parametrize("address", ["a" * 64 + "@example.org", ".." * 40, "<b>@x.org", "a&b@x.org"])
def test_nothing_is_lost_cut_too_wide_or_taken_for_markup(address):
    pieces = breakable(address).split("<wbr>")
    escaped = address.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert "".join(pieces) == escaped
    assert max(len(piece) for piece in pieces) <= LONGEST + 6
