"""What changed between two texts: to the letter, and in pieces that somebody can read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.wording.changes import changes

WORDS = st.text(alphabet="ab .,’\n", max_size=40)


@given(WORDS, WORDS)
def test_both_texts_can_be_read_out_of_it_to_the_letter(before, after):
    found = changes(before, after)
    assert "".join(words for kind, words in found if kind != "added") == before
    assert "".join(words for kind, words in found if kind != "removed") == after
    assert all(words for _, words in found)


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        ("", "", []),
        ("I map wells.", "I map wells.", [("same", "I map wells.")]),
        ("I map wells.", "I map old wells.", [("same", "I map "), ("added", "old "), ("same", "wells.")]),
        ("I’m here.", "I’ve been here.", [("removed", "I’m"), ("added", "I’ve been"), ("same", " here.")]),
        (  # one word alone between two changes is read with them
            "the big red dog ran",
            "the small red cat ran",
            [("same", "the "), ("removed", "big red dog"), ("added", "small red cat"), ("same", " ran")],
        ),
    ],
)
def test_a_change_is_read_as_a_person_would(before, after, found):
    assert changes(before, after) == found
