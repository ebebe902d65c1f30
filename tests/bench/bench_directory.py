"""The directory at the demo's size: the page as it opens, and a day's worth of searches, against a bare Django page.

bench_directory_100k and bench_directory_million ask the same of as many distinct people.
"""

import random
from itertools import batched, count, cycle, islice

from django.conf import settings
from django.db import connection
from django.utils import timezone

from apps.alumni import import_reading, imports
from apps.alumni.models import AlumniProfile, Word
from apps.directory import plain_words
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
        _times(floor, get, "directory")
    _statements(bench.client(reader))


def at_size(people, name, reader):
    """Measure the same pages among so many listed people, none like another. Returns the p50 of a search."""
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
    for some in batched(islice(_distinct(), people), 5000):
        AlumniProfile.objects.bulk_create(some)
    Word.objects.relearn()
    _analyzed()
    bench.say(f"{name}_people", AlumniProfile.objects.listed().count(), "people")
    with bench.served(reader) as (floor, get):
        return _times(floor, get, name)


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
    _analyzed()
    return a_reader()


def _analyzed():
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # as the server does by itself within a minute


def a_reader():
    return world.student("Bench Reader", program="Biology", wants_fields="Public health, Duluth")


def _distinct():
    """Yield people, each with a name, an employer and a role that few share; the roles are O*NET's."""
    choose = random.Random(20)
    roles = [" ".join(title).title() for one in plain_words._index().occupations for title in one.titles]
    cities = [city.title() for city in CITIES.split()]
    for number in count():
        last, other = ("".join(choose.choices(SOUNDS.split(), k=3)).capitalize() for _ in range(2))
        alum = AlumniProfile(
            name=f"{choose.choice(FIRST.split())} {choose.choice(COMMON.split()) if number % 4 == 0 else last}",
            email=f"distinct{number}@alum.example",
            listing="listed",
            class_year=1960 + choose.randrange(65),
            majors=choose.sample(MAJORS, 1 + number % 2),
            field=choose.choice(FIELDS),
            title=choose.choice(COMMON_ROLES) if number % 3 == 0 else choose.choice(roles),
            employer=f"{other} {choose.choice(('Group', 'LLC', 'and Sons', 'Hospital', 'School', 'Museum', 'Energy'))}",
            city=choose.choice(cities),
            region="MN",
            country="US",
            helps=choose.sample(("talk", "resume", "shadow", "mock"), choose.randrange(4)),
            formats=choose.sample(("video", "phone", "in_person"), choose.randrange(3)),
        )
        alum.compose()
        yield alum


FIRST = "Ana Ben Carla Dmitri Elena Farah Grace Hugo Ines José Keiko Liam Maya Nils Oma Priya Quinn Rosa Sam Tariq"
COMMON = "Smith Nguyen Johnson Garcia Lee Brown Larsen Ahmed Haddad Kim Patel Jones Martin Lopez Wilson Olson"
SOUNDS = "ba der fel gar hol kin lor mar nak pe ros sol tor vis wen zu"
CITIES = "duluth minneapolis chicago boston seattle madison fargo rochester denver austin oakland tulsa omaha"
FIELDS = ("Healthcare", "Education", "Energy", "Law", "Public Health", "Software", "Nonprofit", "Government & Policy")
MAJORS = ("Biology", "History", "Physics", "Economics", "Nursing", "Music", "Art History", "Social Work", "Geology")
COMMON_ROLES = (
    *("Paramedic", "Policy Analyst", "Epidemiologist", "Teacher", "Archivist", "Nurse", "Lawyer", "Software Engineer"),
    *("Regulatory Affairs Manager", "Museum Curator", "City Planner", "Accountant", "Researcher", "Consultant"),
)


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
