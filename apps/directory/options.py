"""The organizations and places that somebody may mean who has begun to type one: to choose from, or to put it right.

Looked up among listed people by the words of their entry, so it is as fast as a search; a page works without it.
"""

from collections import Counter
from collections.abc import Sequence

from django.db import connection

from apps.alumni import families, words

LOOKED_AT = 2000  # people
SHOWN = 10
_LINES = {"organization": "B", "place": families.PLACE}
GROUPS = tuple(_LINES)


def options(group: str, typed: str) -> list[str]:
    """Return the values of a group that fit what was typed, those of most people first; whoever begins so before."""
    found = words.words(typed)[: words.MOST_WORDS]
    if group not in _LINES or not found:
        return []
    begun = " & ".join(f"'{word}':*{_LINES[group]}" for word in found)
    with connection.cursor() as cursor:
        cursor.execute(_VALUES[group], [begun, LOOKED_AT])
        values = Counter(dict(cursor.fetchall()))
    fitting = [value for value in values if _begins(found, words.words(value))]
    folded = " ".join(found)
    fitting.sort(key=lambda value: (not " ".join(words.words(value)).startswith(folded), -values[value], value))
    return fitting[:SHOWN]


_VALUES = {
    "organization": """
        SELECT organization, count(*) FROM (
            SELECT organization FROM alumni_findable WHERE words @@ to_tsquery('simple', %s) LIMIT %s
        ) people WHERE organization <> '' GROUP BY organization
    """,
    "place": """
        SELECT substr(f, 7), count(*) FROM (
            SELECT place FROM alumni_findable WHERE words @@ to_tsquery('simple', %s) LIMIT %s
        ) people JOIN alumni_bundle ON code = place, unnest(facets) f GROUP BY f
    """,
}


def _begins(typed: Sequence[str], value: Sequence[str]) -> bool:
    """Whether every word that was typed begins a word of the value."""
    return all(any(word.startswith(part) for word in value) for part in typed)
