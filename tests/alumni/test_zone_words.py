"""Best times say their zone once (words.md, 2)."""

import pytest

from apps.alumni.models import AlumniProfile


@pytest.mark.parametrize(
    ("words", "zone", "added"),
    [
        ("Tuesdays after 5, Dublin time", "Europe/Dublin", ""),
        ("Tuesdays after 5 (Irish time)", "Europe/Dublin", ""),
        ("tuesdays after 5, dublin", "Europe/Dublin", ""),
        ("Fridays 9 to 11 GMT", "Europe/Dublin", ""),
        ("Any lunch hour, my time zone", "Europe/Dublin", ""),
        ("Evenings, New York time", "Europe/Dublin", ""),
        ("Mornings ET", "America/New_York", ""),
        ("Mornings, Eastern Time", "America/New_York", ""),
        ("Any time on Fridays", "Europe/Dublin", "Dublin time"),
        ("Best time: after lunch time", "Europe/Dublin", "Dublin time"),
        ("At the office, after 4. It is best", "Europe/Dublin", "Dublin time"),
        ("Fridays after 4", "America/New_York", "Eastern Time"),
    ],
)
def test_the_zone_is_added_only_where_the_words_name_none(words, zone, added):
    assert AlumniProfile(usual_times=words, time_zone=zone).times_zone == added
