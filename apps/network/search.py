"""Who of a student's people is looked for: the words typed, the filters, the order; all of it stands in the address.

It searches everything that is the student's own: names, organizations, notes, the history, what was said in a
conversation, next steps, results, tags. Where nobody has a word, a word of a name or an organization like it is tried.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlencode

from django.contrib.postgres.fields import ArrayField
from django.db import connection
from django.db.models import BigIntegerField, F, Func, IntegerField, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast
from django.http import QueryDict

from apps.alumni.words import distance
from apps.network.circles import BY_KEY
from apps.network.folding import Says, pattern_of
from apps.network.models import Contact, Phase
from apps.network.relationship import COLD, by_silence, with_phase
from apps.wording.text import folded, one_line

WORDS = 6  # of a search, looked for
SORTS = {
    "next": "What comes next",
    "name": "Name",
    "silence": "Longest since contact",
    "close": "Closest to you",
    "newest": "Newest",
}
WARMTH = {"warm": "Someone or something connects you", "cold": "You’d be new to them"}
TOUCH = {"quiet": "It’s been a while", "due": "A note is due", "none": "No reminder chosen"}
CHOICES: dict[str, Iterable[str]] = {"circle": BY_KEY, "phase": Phase.values, "warmth": WARMTH, "touch": TOUCH}
GROUPS = (*CHOICES, "tag")


@dataclass(frozen=True)
class PeopleQuery:
    """What an address asks for. `chosen` holds the ticked values of each of GROUPS, without those that are unknown."""

    text: str
    chosen: dict[str, tuple[str, ...]]
    organization: str
    sort: str

    @property
    def is_narrow(self) -> bool:
        return bool(self.text or self.organization or any(self.chosen.values()))

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """What stands in the address, but for the page."""
        found = [("q", self.text)] if self.text else []
        found += [(group, value) for group, values in self.chosen.items() for value in values]
        found += [("org", self.organization)] if self.organization else []
        return found + ([("sort", self.sort)] if self.sort != "next" else [])

    @property
    def address(self) -> str:
        return f"?{urlencode(self.pairs)}"

    def without(self, group: str, value: str) -> "PeopleQuery":
        if group == "org":
            return replace(self, organization="")
        left = tuple(one for one in self.chosen[group] if one != value)
        return replace(self, chosen=self.chosen | {group: left})


def read(query: QueryDict) -> PeopleQuery:
    """Read an address; what it says that is not known is left out."""
    chosen = {
        group: tuple(dict.fromkeys(value for value in query.getlist(group) if value in values))
        for group, values in CHOICES.items()
    }
    chosen["tag"] = tuple(dict.fromkeys(key for tag in query.getlist("tag")[:20] if (key := folded(tag[:80]))))
    sort = query.get("sort", "")
    return PeopleQuery(
        text=_typed(query.get("q", "")),
        chosen=chosen,
        organization=_typed(query.get("org", "")),
        sort=sort if sort in SORTS else "next",
    )


def _typed(text: str) -> str:
    return one_line(text.replace("\0", " "))[:200]


def find(people: QuerySet[Contact], query: PeopleQuery, *, student: int, now: datetime) -> QuerySet[Contact]:
    """Return those of `people` whom a query asks for, with their phase as `where`, in its order."""
    rows = with_phase(people, student, now, now - COLD).filter(_filters(query, now))
    if words := words_of(query.text):
        asked = Value(patterns(words), output_field=ArrayField(TextField()))
        rows = rows.filter(pk__in=Saying(Value(student), asked))
    return _sorted(rows, query.sort)


def words_of(text: str) -> list[str]:
    return re.findall(r"[^\s,;“”\"()]+", text)[:WORDS]


def _filters(query: PeopleQuery, now: datetime) -> Q:
    """Within a group any of the boxes that are ticked, and something of every group."""
    wanted, kinds = query.chosen, [kind for key in query.chosen["circle"] for kind in BY_KEY[key].relations]
    asked = Q(relation__in=kinds) if kinds else Q()
    if wanted["phase"]:
        asked &= Q(where__in=wanted["phase"])
    if len(wanted["warmth"]) == 1:
        cold = Q(relation__in=COLD_WAYS)
        asked &= cold if wanted["warmth"] == ("cold",) else ~cold
    if wanted["touch"]:
        asked &= _any(TOUCHES[one](now) for one in wanted["touch"])
    if wanted["tag"]:
        asked &= Q(pk__in=_TAGGED.objects.filter(tag__key__in=wanted["tag"]).values("contact"))
    if query.organization:
        asked &= Q(Says("organization__name", query.organization))
    return asked


COLD_WAYS = BY_KEY["event"].relations  # apps.network.models.WARM holds the others
TOUCHES = {
    "quiet": lambda now: Q(where="cold"),
    "due": lambda now: Q(cadence__due_on__lte=now.date()),
    "none": lambda now: Q(cadence=None),
}
_TAGGED = Contact.tags.through


def _any(conditions: Iterable[Q]) -> Q:
    found = Q()
    for condition in conditions:
        found |= condition
    return found


class Saying(Func):
    """The people of a student of whom every one of these patterns stands somewhere: see migration 0010."""

    function = "network_saying"
    template = "(SELECT %(function)s(%(expressions)s))"
    output_field = BigIntegerField()


def patterns(words: Iterable[str]) -> list[str]:
    """Return what stands behind LIKE where these words are looked for."""
    return [pattern_of(word) for word in words]


NEXT = ["booked", "cold", "new", "asked", "talked", "known", "not_now"]


def _sorted(rows: QuerySet[Contact], sort: str) -> QuerySet[Contact]:
    if sort == "next":
        return by_next(rows)
    if sort == "silence":
        return by_silence(rows)
    if sort == "close":
        return rows.order_by(F("closeness").desc(nulls_last=True), F("last_touch_at").desc(nulls_last=True), "pk")
    return rows.order_by("-pk") if sort == "newest" else rows.order_by("sort_key", "pk")


def by_next(rows: QuerySet[Contact]) -> QuerySet[Contact]:
    """Sort people with their phase by what is to be done soonest: talk, write again, ask; then by silence."""
    # Not by CASE: it would write the phase out, and work it out, once for each.
    order = Value(NEXT, output_field=ArrayField(TextField()))
    rank = Func(order, Cast("where", TextField()), function="array_position", output_field=IntegerField())
    return rows.order_by(rank, F("last_touch_at").asc(nulls_last=True), "sort_key", "pk")


# --- a word mistyped --------------------------------------------------------------------------------------------------

_NEAR = """
    WITH wanted AS MATERIALIZED (
        SELECT asked, size, slips, network_folded(asked) AS plain
        FROM unnest(%(asked)s::text[], %(sizes)s::int[], %(slips)s::int[]) AS typed(asked, size, slips)
    ), known AS (
        SELECT unnest(search_words) AS word FROM network_contact WHERE student_id = %(student)s AND archived_at IS NULL
        UNION SELECT regexp_split_to_table(network_folded(place.name), '[^[:alnum:]]+')
        FROM network_organization place
        WHERE student_id = %(student)s AND EXISTS (
            SELECT FROM network_contact WHERE organization_id = place.id AND archived_at IS NULL)
        UNION SELECT key FROM network_tag WHERE student_id = %(student)s
    ), near AS MATERIALIZED (
        SELECT asked, word, similarity(word, plain) AS likeness FROM wanted, known
        WHERE length(word) > 2 AND abs(length(word) - size) <= slips
    )
    SELECT asked, word FROM near WHERE likeness >= 0.2 ORDER BY asked, likeness DESC, word
"""


def corrected(query: PeopleQuery, student: int) -> PeopleQuery | None:
    """Return the query with words that the student's people have, for those that were mistyped; None if there is none.

    Asked only where a search finds nobody.
    """
    typed = words_of(query.text)
    asked = {word: folded(word) for word in typed if len(word) > 2}
    sizes, slips = [len(plain) for plain in asked.values()], [_slips(plain) for plain in asked.values()]
    with connection.cursor() as cursor:
        cursor.execute(_NEAR, {"student": student, "asked": list(asked), "sizes": sizes, "slips": slips})
        near = cursor.fetchall()
    meant = [_meant(word, [other for asked, other in near if asked == word]) for word in typed]
    return replace(query, text=" ".join(meant)) if meant != typed else None


def _meant(word: str, others: list[str]) -> str:
    """Return the first of those that are the fewest slips away; the word itself where none is near, or it is one."""
    plain = folded(word)
    if plain in others:
        return word
    best, most = word, _slips(plain) + 1
    for other in others:
        if _at_least(plain, other) < most and (slips := distance(plain, other)) < most:
            best, most = other, slips
        if most == 1:
            break
    return best


def _at_least(word: str, other: str) -> int:
    """Return how many slips there are at least: letters that only one of the two has. Much quicker than to count."""
    mine, theirs = Counter(word), Counter(other)
    return max((mine - theirs).total(), (theirs - mine).total())


def _slips(word: str) -> int:
    return 1 if len(word) < 5 else 2 if len(word) < 9 else 3
