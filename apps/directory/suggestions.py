"""Suggested for you: listed people who share something with the reader, another part of the directory each week (R202).

It chooses candidates; views.py orders them by what joins them and the reader.
"""

import hashlib
from collections.abc import Sequence
from datetime import date, datetime

from django.contrib.postgres.search import SearchQuery
from django.db.models import FETCH_RAISE, Func, IntegerField, Q, Value

from apps.alumni import limits, words
from apps.alumni.models import AlumniProfile, AlumniQuerySet
from apps.database.prepared import among, prepared
from apps.directory.queries import Reader
from apps.policy.models import Policy

CANDIDATES = 40


def suggested(reader: Reader, *, now: datetime, policy: Policy) -> list[AlumniProfile]:
    """Return listed people who share something with the reader, from a part of the directory that changes by the week.

    So equally fitting people are shown to different students, and nobody is asked by all of them (R202).
    """
    shared = Q(facets__overlap=reader.major_facets) if reader.majors else Q()
    wished = words.any_of(reader.wishes)
    if wished:
        shared |= Q(search=SearchQuery(wished, config="simple", search_type="raw"))
    rows = suggestable(reader, now=now, policy=policy).order_by("pk")
    named = list(rows.filter(pk__in=list(reader.introduced))[:CANDIDATES]) if reader.introduced else []
    if not shared:
        return named
    rows = rows.filter(shared).exclude(pk__in=list(reader.introduced))
    last = Func(function="", template="(SELECT max(id) FROM alumni_alumniprofile)", output_field=IntegerField())
    start = last * Value(_part(reader, limits.today(now, policy)))
    later, earlier = rows.filter(pk__gte=start)[:CANDIDATES], rows.filter(pk__lt=start)[:CANDIDATES]
    return named + list(later.union(earlier, all=True))[:CANDIDATES]


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
    """Return where in the directory this student starts to look this week: 0 to 0.8."""
    year, week, _ = day.isocalendar()
    digest = hashlib.sha256(f"{reader.pk}:{year}:{week}".encode()).digest()
    return int.from_bytes(digest[:4]) / 2**32 * 0.8
