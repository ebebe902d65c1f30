"""A year of suggestions, played: is the load fair, and does anybody lose by it (R272)? Figures, and the time it takes.

First 2,000 alumni and 500 students, then 20,000 and 5,000, seeded; the time grows with the visits of students.
Candidates come from the real query, and the choice is the real one; what is played is only who asks: of the four who
are suggested a student asks one, the nearer the top the likelier, or nobody. What students look for is uneven, as it
is: a few subjects and fields have most of them. `hidden` is a mark that neither the query nor the choice knows; whoever
has it must be offered as good a fit.
"""

import random
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import batched, groupby

from django.db import connection

from apps.alumni import limits
from apps.alumni.models import AlumniProfile
from apps.directory import cards, fair, suggestions
from apps.directory.queries import Reader
from apps.policy.models import Policy
from tests import bench

BEGINS = datetime(2026, 9, 7, 15, 0, tzinfo=UTC)
MAJORS = ("Biology", "Economics", "History", "Nursing", "Physics", "Art", "Chemistry", "English", "Geology", "Music")
FIELDS = ("Healthcare", "Finance", "Education", "Government", "Media", "Energy", "Law", "Technology")
CITIES = ("Duluth", "Chicago", "Denver", "Boston", "Seattle", "Austin")
SUGGESTED = 4
VISITS = 6  # of a student in a year
ASKS = (0.4, 0.25, 0.15, 0.1)  # whom of the four they ask; else nobody


def main():
    for alumni, students in ((2_000, 500), (20_000, 5_000)):
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE alumni_alumniprofile CASCADE")
        begun = time.process_time()
        figures = year(alumni=alumni, students=students)
        each = 1000 * (time.process_time() - begun) / (students * VISITS)
        for name, value, unit in [*figures, ("fair_visit", each, "ms of our own for a visit, PostgreSQL apart")]:
            bench.say(f"{name}_{alumni}", value, unit)


def year(*, alumni, students, seed=1):
    """Return the figures of one year, as lines of the table."""
    play = random.Random(seed)
    policy = Policy.now()
    _alumni(play, alumni)
    everybody = list(AlumniProfile.objects.only("pk", "majors", "field", "city", "title", "employer"))
    readers = [_reader(play, pk) for pk in range(1, students + 1)]
    alike = Counter((alum.majors[0], alum.field, alum.city) for alum in everybody)
    kinds = [(_of_kind(*kind), number) for kind, number in alike.items()]
    best, by_pk = {}, {alum.pk: alum for alum in everybody}
    asked, this_month, shown, own = Counter(), Counter(), Counter(), {reader.pk: set() for reader in readers}
    fits, ideals, by_mark, over, most_expected, month = [], [], {True: [], False: []}, 0, 0.0, None
    visits = sorted((play.uniform(0, 270), reader.pk) for reader in readers for _ in range(VISITS))
    for now, reader, found in _days(visits, readers, policy):
        pk = reader.pk
        if (now.year, now.month) != month:
            month, this_month, shown = (now.year, now.month), Counter(), Counter()
        candidates = [alum for alum in found if alum.pk not in own[pk]]
        loads = {a.pk: fair.Load(asked[a.pk], this_month[a.pk], shown[a.pk]) for a in candidates}
        chosen = fair.choose(candidates, reader, loads, policy, most=SUGGESTED)
        if not chosen:
            continue
        fit = sum(cards.closeness(alum, reader) for alum in chosen) / len(chosen)
        key = (reader.majors, tuple(map(tuple, reader.wishes)))
        if key not in best:
            best[key] = _levels(reader, kinds)
        ideal = _ideal(best[key], [by_pk[asked_pk] for asked_pk in own[pk]], reader)
        fits.append(fit)
        ideals.append(ideal)
        by_mark[pk % 3 == 0].append(fit / ideal)
        for alum in chosen:
            shown[alum.pk] += 1
            most_expected = max(most_expected, this_month[alum.pk] + fair.ASKED_OF_SHOWN * shown[alum.pk])
        at = play.choices(range(SUGGESTED + 1), weights=(*ASKS, 1 - sum(ASKS)))[0]
        if at < len(chosen):
            alum = chosen[at]
            asked[alum.pk] += 1
            this_month[alum.pk] += 1
            own[pk].add(alum.pk)
            over += this_month[alum.pk] > policy.alum_monthly_cap
    counts = [asked[alum.pk] for alum in everybody]
    marked, others = (sum(one) / max(1, len(one)) for one in (by_mark[True], by_mark[False]))
    return [
        ("fair_asks", sum(counts), "requests"),
        ("fair_gini", gini(counts), "of 1, at most 0.35"),
        ("fair_asked", 100 * sum(map(bool, counts)) / len(counts), "% of the willing, at least 60"),
        ("fair_fit_lost", 100 * (1 - sum(fits) / sum(ideals)), "% of the best fit, at most 5"),
        ("fair_over_budget", over, "requests, none"),
        ("fair_most_expected", most_expected, f"in a month, of {policy.alum_monthly_cap}"),
        ("fair_by_mark", 100 * abs(marked - others), "% of fit between those with a hidden mark and without"),
    ]


def _days(visits, readers, policy):
    """Yield each visit with whom the directory finds: those of one day are asked for together."""
    moments = [(BEGINS + timedelta(days=day), readers[pk - 1]) for day, pk in visits]
    for _, some in groupby(moments, key=lambda visit: limits.today(visit[0], policy)):
        some = list(some)
        found = suggestions.suggested_to([reader for _, reader in some], now=some[0][0], policy=policy)
        yield from ((now, reader, alumni) for (now, reader), alumni in zip(some, found, strict=True))


def gini(counts):
    """Return how unevenly something is spread: 0 where everybody has as much, near 1 where one has all."""
    ranked, whole = sorted(counts), sum(counts)
    if not whole:
        return 0.0
    return sum((2 * at - len(ranked) - 1) * count for at, count in enumerate(ranked, 1)) / (len(ranked) * whole)


def _alumni(play, number):
    rows = []
    for at in range(number):
        alum = AlumniProfile(
            name=f"Ada N{at}",
            email=f"a{at}@alum.example",
            listing="listed",
            majors=[_uneven(play, MAJORS)],
            field=_uneven(play, FIELDS),
            city=_uneven(play, CITIES),
            country="US",
            title="Manager",
            helps=["talk"],
        )
        alum.compose()
        rows.append(alum)
    for some in batched(rows, 5000):
        AlumniProfile.objects.bulk_create(some)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE alumni_alumniprofile, alumni_findable, alumni_bundle")


def _reader(play, pk):
    return Reader(
        pk=pk,
        majors=(_uneven(play, MAJORS),),
        wishes=([_uneven(play, FIELDS).lower()], [_uneven(play, CITIES).lower()]),
    )


def _uneven(play, values):
    """Return one of the values, the first ones more often: the first three times as often as the last."""
    return play.choices(values, weights=[3 - 2 * at / (len(values) - 1) for at in range(len(values))])[0]


def _of_kind(major, field, city):
    return AlumniProfile(majors=[major], field=field, city=city, title="Manager")


def _levels(reader, kinds):
    """Return how many there are of each fit."""
    levels = Counter()
    for alum, number in kinds:
        levels[cards.closeness(alum, reader)] += number
    return levels


def _ideal(levels, asked, reader):
    """Return the mean fit of the best whom a student has not asked yet, however much others ask them."""
    left = levels - Counter(cards.closeness(alum, reader) for alum in asked)
    top = [fit for fit, number in sorted(left.items(), reverse=True) for _ in range(min(number, SUGGESTED))][:SUGGESTED]
    return sum(top) / len(top)
