"""The directory at the demo's size: the page as it opens, and a day's worth of searches, against a bare Django page.

bench_directory_100k and bench_directory_million ask the same of as many distinct people.
"""

import time
from concurrent.futures import ThreadPoolExecutor
from itertools import count, cycle
from typing import NamedTuple

from django.conf import settings
from django.utils import timezone

from apps.alumni import import_reading, imports
from apps.alumni.models import AlumniProfile
from tests import bench, world
from tests.bench import bench_import, distinct

EXPORTS = ("../shared/data/alumni-advancement-export.csv", "apps/local/data/alumni.csv")
PEOPLE = 5_000
IMPORTED = 20_000  # rows of the file that comes in while others search
SEARCHES = (
    *("q=paramedic", "q=epidemiologist", "q=duluth", "q=2014", "q=nguyen", "q=regulatory+affairs", "q=teacher"),
    *("q=nurse+minneapolis", "q=epidemioligist", "q=software+engineer", "q=lawyer+chicago", "q=art+history"),
    *("help=talk&field=Healthcare", "major=Biology", "q=policy&help=resume", "q=emt", "years=2010&q=energy"),
    *("q=museum", "place=Duluth%2C+MN", "q=smith"),
)


def main():
    reader = _world()
    bench.say("directory_people", AlumniProfile.objects.listed().count(), "people")
    with bench.served(reader) as (floor, get):
        _times(floor, get, "directory")
    _statements(bench.client(reader))


def at_size(people, name, reader):
    """Measure the same pages among so many listed people, none like another. Returns the p50 of a search."""
    distinct.fill(people)
    bench.say(f"{name}_people", AlumniProfile.objects.listed().count(), "people")
    with bench.served(reader) as (floor, get):
        return _times(floor, get, name)


def under_load(name, reader):
    """Say how many searches two workers answer, and how a search fares while a file of alumni is brought in."""
    with bench.served(reader, workers=2) as (_, get):
        alone = _several(get, 4, lambda done: done >= 300)
        bench.say(f"{name}_searches", alone.rate, "a second")
        with bench_import.running(IMPORTED) as is_running:
            beside = _several(get, 1, lambda done: not is_running())
        single = _several(get, 1, lambda done: done >= 60)
    bench.say(f"{name}_search_p95_beside_import", beside.p95 / single.p95, "ratio")


class Fared(NamedTuple):
    """How searches fared: how many a second, and how long the slowest of twenty took."""

    rate: float
    p95: float


def _several(get, threads, is_enough):
    """Search from several threads until it is enough, which is asked how many were answered."""
    searches, took, begun = count(), [], time.perf_counter()

    def go_on(_):
        while not is_enough(len(took)):
            at = time.perf_counter()
            get(f"/people/?{SEARCHES[next(searches) % len(SEARCHES)]}")
            took.append(time.perf_counter() - at)

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(go_on, range(threads)))
    return Fared(len(took) / (time.perf_counter() - begun), sorted(took)[int(len(took) * 0.95)])


def _times(floor, get, name):
    """Say how the list and the searches compare with the bare page. Returns the p50 of a search, in seconds."""
    floors, ours = bench.alternating(floor, lambda: get("/people/"))
    bench.say("bare_page", bench.p(floors, 0.5) * 1000, "ms")
    bench.say(f"{name}_list_vs_bare", bench.ratio(ours, floors), "ratio")
    searches = cycle(SEARCHES)
    floors, ours = bench.alternating(floor, lambda: get(f"/people/?{next(searches)}"), times=40)
    bench.say(f"{name}_search_vs_bare", bench.ratio(ours, floors), "ratio")
    bench.say(f"{name}_search_p95_vs_p50", bench.p(ours, 0.95) / bench.p(ours, 0.5), "ratio")
    return bench.p(ours, 0.5)


def _statements(client):
    client.get("/people/")  # what is kept for a while
    queries, size = bench.queries_and_bytes(client, "/people/")
    bench.say("directory_list_queries", queries, "queries")
    bench.say("directory_list_bytes", size, "bytes")
    most = [bench.queries_and_bytes(client, f"/people/?{search}") for search in SEARCHES]
    bench.say("directory_search_queries", max(queries for queries, _ in most), "queries")
    bench.say("directory_search_bytes", max(size for _, size in most), "bytes")


def _world():
    """Fill the directory from the export beside the checkout, or from made-up people where there is none."""
    found = next((path for path in (settings.BASE_DIR / name for name in EXPORTS) if path.exists()), None)
    if found:
        now = timezone.now()
        imports.apply(import_reading.read(found.read_bytes(), now=now), by=None, now=now)
    missing = PEOPLE - AlumniProfile.objects.count()
    made = [_made_up(number) for number in range(max(missing, 0))]
    for alum in made:
        alum.compose()
    AlumniProfile.objects.bulk_create(made, batch_size=1000)
    distinct.analyzed()
    return a_reader()


def a_reader():
    return world.student("Bench Reader", program="Biology", wants_fields="Public health, Duluth")


def _made_up(number):
    fields = ("Healthcare", "Education", "Energy", "Law", "Public Health", "Software", "Nonprofit")
    majors = ("Biology", "History", "Physics", "Economics", "Nursing", "Music")
    cities = ("Duluth", "Minneapolis", "Chicago", "Boston", "Seattle")
    return AlumniProfile(
        name=f"Person{number % 700} Example{number}",
        email=f"person{number}@alum.example",
        listing="listed",
        class_year=1970 + number % 55,
        majors=[majors[number % 6]],
        field=fields[number % 7],
        title=("Paramedic", "Policy Analyst", "Epidemiologist", "Teacher", "Archivist")[number % 5],
        employer=f"Company {number % 900}",
        city=cities[number % 5],
        region="MN",
        country="US",
        helps=["talk"],
    )
