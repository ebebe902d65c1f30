"""The directory at the demo's size: the page as it opens, and a day's worth of searches, against a bare Django page."""

from itertools import cycle

from django.conf import settings
from django.db import connection
from django.utils import timezone

from apps.alumni import import_reading, imports
from apps.alumni.models import AlumniProfile
from tests import bench, world

EXPORTS = ("../shared/data/alumni-advancement-export.csv", "apps/local/data/alumni.csv")
PEOPLE = 5_000
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
        _times(floor, get)
    _statements(bench.client(reader))


def _times(floor, get):
    floors, ours = bench.alternating(floor, lambda: get("/people/"))
    bench.say("bare_page", bench.p(floors, 0.5) * 1000, "ms")
    bench.say("directory_list_vs_bare", bench.ratio(ours, floors), "ratio")
    searches = cycle(SEARCHES)
    floors, ours = bench.alternating(floor, lambda: get(f"/people/?{next(searches)}"), times=40)
    bench.say("directory_search_vs_bare", bench.ratio(ours, floors), "ratio")
    bench.say("directory_search_p95_vs_p50", bench.p(ours, 0.95) / bench.p(ours, 0.5), "ratio")


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
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # as the server does by itself within a minute
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
