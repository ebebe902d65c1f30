"""Suggested for you: listed people who share something with the reader, another part of the directory each week (R202).

It finds who may be meant, those first who share two things; fair.py chooses among them. Who was suggested to whom is
kept for a month, for to be shown is to be asked by some.
"""

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import combinations

from django.contrib.postgres.search import SearchQuery
from django.db.models import FETCH_RAISE, Func, IntegerField, Q, Value

from apps.alumni import limits, words
from apps.alumni.models import AlumniProfile, AlumniQuerySet, Bundle
from apps.database.prepared import among, prepared
from apps.directory.fair import Load
from apps.directory.models import Suggested
from apps.directory.queries import Reader
from apps.policy.models import Policy

CANDIDATES = 40
ENOUGH = 12  # who share two things: no others are looked for
KEPT = timedelta(days=30)


def suggested(reader: Reader, *, now: datetime, policy: Policy) -> list[AlumniProfile]:
    """Return listed people who share something with the reader, from a part of the directory that changes by the week.

    So equally fitting people are shown to different students, and nobody is asked by all of them (R202).
    """
    rows = suggestable(reader, now=now, policy=policy).order_by("pk")
    named = list(rows.filter(pk__in=list(reader.introduced))[:CANDIDATES]) if reader.introduced else []
    rows = rows.exclude(pk__in=list(reader.introduced))
    found: dict[int, AlumniProfile] = {}
    for shared in _shared(reader):
        if len(found) < ENOUGH:
            found |= {alum.pk: alum for alum in _from_a_part(rows.filter(shared), reader, now, policy)}
    return named + list(found.values())


def _shared(reader: Reader) -> list[Q]:
    """Return the conditions of sharing something with the reader, those first that share the most."""
    majors = Bundle.objects.filter(facets__overlap=reader.major_facets).values("code")
    study = Q(findable__studies__in=majors) if reader.majors else None
    wish = _met(words.any_of(reader.wishes))
    two = _met(" | ".join(f"({words.any_of([one])}) & ({words.any_of([other])})" for one, other in _pairs(reader)))
    if study is None or wish is None:
        return [one for one in (study, two, wish) if one is not None]
    return [*([study & two] if two is not None else []), study & wish, study | wish]


def _pairs(reader: Reader) -> Iterator[tuple[list[str], list[str]]]:
    return combinations(reader.wishes, 2)


def _met(wanted: str) -> Q | None:
    return Q(findable__words=SearchQuery(wanted, config="simple", search_type="raw")) if wanted else None


def _from_a_part(rows: AlumniQuerySet, reader: Reader, now: datetime, policy: Policy) -> list[AlumniProfile]:
    last = Func(function="", template="(SELECT max(id) FROM alumni_alumniprofile)", output_field=IntegerField())
    start = last * Value(_part(reader, limits.today(now, policy)))
    later, earlier = rows.filter(pk__gte=start)[:CANDIDATES], rows.filter(pk__lt=start)[:CANDIDATES]
    return list(later.union(earlier, all=True))[:CANDIDATES]


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


def suggestable(reader: Reader, *, now: datetime, policy: Policy) -> AlumniQuerySet:
    """Everybody listed who does not pause and whom the reader has not asked."""
    return _suggestable(reader.pk, limits.today(now, policy))


def _suggestable(student: int, day: date) -> AlumniQuerySet:
    rows = AlumniProfile.objects.listed().exclude(requests__student=student)
    rows = rows.filter(Q(paused_until=None) | Q(paused_until__lte=day), is_paused=False)
    return rows.lean().fetch_mode(FETCH_RAISE)


@prepared
def suggestable_of(ids: Sequence[int], student: int, day: date) -> AlumniQuerySet:
    """Those of these ids who can still be suggested to a student on a day."""
    return _suggestable(student, day).filter(among(ids))


def _part(reader: Reader, day: date) -> float:
    """Return where in the directory this student starts to look this week: 0 to 1."""
    year, week, _ = day.isocalendar()
    digest = hashlib.sha256(f"{reader.pk}:{year}:{week}".encode()).digest()
    return int.from_bytes(digest[:4]) / 2**32
