"""Suggested for you: listed people who share something with the reader, another part of the directory each week (R202).

It finds who may be meant, those first who share two things; fair.py chooses among them. Who was suggested to whom is
kept for a month, for to be shown is to be asked by some.
"""

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import batched, combinations
from typing import NamedTuple

from django.db.models import FETCH_RAISE, BooleanField, F, Func, Q

from apps.alumni import limits, words
from apps.alumni.listed import Columns, columns
from apps.alumni.models import AlumniProfile, AlumniQuerySet
from apps.database.prepared import BoundQuery, PreparedQuery, among, fetch_together, prepared
from apps.directory import own_words
from apps.directory.fair import Load
from apps.directory.models import Suggested
from apps.directory.queries import Reader
from apps.policy.models import Policy

CANDIDATES = 40
TOGETHER = 50  # readers, whose questions go out as one
ENOUGH = 12  # who share two things: no others are looked for
KEPT = timedelta(days=30)


def suggested(reader: Reader, *, now: datetime, policy: Policy) -> list[AlumniProfile]:
    """Return listed people who share something with the reader, from a part of the directory that changes by the week.

    So equally fitting people are shown to different students, and nobody is asked by all of them (R202).
    """
    return suggested_to([reader], now=now, policy=policy)[0]


def suggested_to(readers: Sequence[Reader], *, now: datetime, policy: Policy) -> list[list[AlumniProfile]]:
    """Return whom to suggest to each of several readers, as `suggested` does: in a few round trips for all of them."""
    own_words.hold(policy)
    day, shared = limits.today(now, policy), [_shared(reader) for reader in readers]
    found: list[dict[int, AlumniProfile]] = [{} for _ in readers]
    for level in range(max(map(len, shared), default=0)):
        wanting = [at for at, ways in enumerate(shared) if level < len(ways) and len(found[at]) < ENOUGH]
        parts = _from_parts([(shared[at][level], readers[at]) for at in wanting], day)
        for at, people in zip(wanting, parts, strict=True):
            found[at] |= {alum.pk: alum for alum in people}
    return [[*_named(reader, day), *people.values()] for reader, people in zip(readers, found, strict=True)]


def _named(reader: Reader, day: date) -> list[AlumniProfile]:
    """Return those who were named to the reader."""
    rows = _suggestable(reader.pk, day).filter(pk__in=list(reader.introduced)) if reader.introduced else None
    return [] if rows is None else list(rows.order_by("pk")[:CANDIDATES])


class _Shared(NamedTuple):
    """What somebody shares with the reader: one of these majors, these words; both, or either where that is enough."""

    majors: list[str]
    words: str
    is_either: bool = False

    @property
    def shape(self) -> str:
        if not (self.majors and self.words):
            return "study" if self.majors else "words"
        return "either" if self.is_either else "both"


def _shared(reader: Reader) -> list[_Shared]:
    """Return what to share with the reader, those first that are the most."""
    majors, wish = reader.major_facets, words.any_of(reader.wishes)
    two = " | ".join(f"({words.any_of([one])}) & ({words.any_of([other])})" for one, other in _pairs(reader))
    if not majors or not wish:
        return [_Shared([], two)] * bool(two) + [_Shared(majors, wish)] * bool(majors or wish)
    most = [_Shared(majors, two)] * bool(two)
    return [*most, _Shared(majors, wish), _Shared(majors, wish, is_either=True)]


def _pairs(reader: Reader) -> Iterator[tuple[list[str], list[str]]]:
    return combinations(reader.wishes, 2)


def _from_parts(asked: Sequence[tuple[_Shared, Reader]], day: date) -> Iterator[list[AlumniProfile]]:
    """Yield people who share this with each, but for who was named to them, from where each starts to look; after the
    last comes the first."""
    for some in batched(asked, TOGETHER):
        bound = [query for shared, reader in some for query in _around_of(shared, reader, day)]
        sides = fetch_together(*bound)
        yield from ([*later, *earlier][:CANDIDATES] for later, earlier in zip(sides[::2], sides[1::2], strict=True))


def _around_of(shared: _Shared, reader: Reader, day: date) -> list[BoundQuery[AlumniProfile]]:
    values = (shared.majors, shared.words, _part(reader, day), reader.pk, day, sorted(reader.introduced))
    return [query.bind(*values) for query in _AROUND[shared.shape]]


def _around(shape: str, side: str) -> PreparedQuery[[list[str], str, float, int, date, Sequence[int]], AlumniProfile]:
    """Return the prepared query for who shares something on one side of where a reader starts to look."""

    def rows(
        majors: list[str], wanted: str, part: float, student: int, day: date, but: Sequence[int]
    ) -> AlumniQuerySet:
        study = _test(
            "findable__studies", majors, "IN (SELECT code FROM alumni_bundle WHERE facets && ", "::varchar[])"
        )
        meets = _test("findable__words", wanted, "@@ to_tsquery('simple', ", ")")
        shared = {"study": Q(study), "words": Q(meets), "both": Q(study) & Q(meets), "either": Q(study) | Q(meets)}
        from_here = f"{side} (SELECT max(id) FROM alumni_alumniprofile) * "  # noqa: S608 - the side is one of our two
        start = _test("pk", part, from_here, "::float8")
        left = _test("pk", but, "<> ALL(", "::bigint[])")
        return _suggestable(student, day).filter(shared[shape], start, left).order_by("pk")[:CANDIDATES]

    return prepared(rows)


def _test(column: str, value: object, before: str, behind: str) -> Func:
    """Return a condition of a column and a value that stands in a little SQL of ours."""
    return Func(F(column), value, template=f"(%(expressions)s{behind})", arg_joiner=f" {before}", output_field=_YES)


_YES = BooleanField()
_AROUND = {shape: [_around(shape, side) for side in (">=", "<")] for shape in ("study", "words", "both", "either")}


# --- how much they are asked ------------------------------------------------------------------------------------------


def loads(alumni: Sequence[AlumniProfile], now: datetime, policy: Policy) -> dict[int, Load]:
    """Return how much each of these is asked, and to how many other students they were suggested this month."""
    records = limits.records(alumni, now, policy)
    shown = Counter(
        Suggested.objects.filter(among([alum.pk for alum in alumni], "alum_id"), at__gt=now - KEPT).values_list(
            "alum_id", flat=True
        )
    )
    return {
        alum.pk: Load(record.times_asked, record.this_month, shown[alum.pk])
        for alum in alumni
        for record in [records.get(alum.pk, limits.Record())]
    }


def remember(student: int, alumni: Sequence[AlumniProfile], now: datetime) -> None:
    """Write down who was suggested to a student; the same one again counts once."""
    rows = [Suggested(student_id=student, alum=alum, at=now) for alum in alumni]
    Suggested.objects.bulk_create(rows, update_conflicts=True, unique_fields=["student", "alum"], update_fields=["at"])


def forget(now: datetime) -> None:
    """Delete what was suggested a month ago: who has not asked since will not."""
    Suggested.objects.filter(at__lte=now - KEPT).delete()


def _suggestable(student: int, day: date) -> AlumniQuerySet:
    """Return everybody listed who does not pause, has not blocked the student, and was not asked by them."""
    rows = AlumniProfile.objects.listed().exclude(requests__student=student).exclude(blocked_students__student=student)
    rows = rows.filter(Q(paused_until=None) | Q(paused_until__lte=day), is_paused=False)
    return rows.lean().fetch_mode(FETCH_RAISE)


@prepared
def suggestable_of(ids: Sequence[int], student: int, day: date) -> Columns:
    """Those of these ids who can still be suggested to a student on a day."""
    return columns(_suggestable(student, day).filter(among(ids)))


def _part(reader: Reader, day: date) -> float:
    """Return where in the directory this student starts to look this week: 0 to 1."""
    year, week, _ = day.isocalendar()
    digest = hashlib.sha256(f"{reader.pk}:{year}:{week}".encode()).digest()
    return int.from_bytes(digest[:4]) / 2**32
