"""A directory of any size of people none of whom is like another, copied in: the indexes are made after the rows."""

import random
from contextlib import contextmanager
from itertools import count, islice, product

from django.db import connection
from django.utils import timezone

from apps.alumni.models import AlumniProfile, Findable, Word
from apps.directory import plain_words

TABLE = AlumniProfile._meta.db_table
COLUMNS = [field.attname for field in AlumniProfile._meta.concrete_fields if not (field.generated or field.primary_key)]
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
KINDS = ("Group", "LLC", "and Sons", "Hospital", "School", "Museum", "Energy")


def fill(people):
    """Put so many listed people into the empty directory, and bring it into order as an import does."""
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("SET maintenance_work_mem = '512MB'")
        cursor.execute("SET work_mem = '64MB'")
    copied = f"COPY {TABLE} ({', '.join(COLUMNS)}) FROM STDIN"
    with _indexes_made_after(), connection.cursor() as cursor, cursor.copy(copied) as copy:
        for alum in islice(everybody(), people):
            copy.write_row([_value(alum, name) for name in COLUMNS])
    Word.objects.relearn()
    with connection.cursor() as cursor:
        cursor.execute("RESET maintenance_work_mem")
        cursor.execute("RESET work_mem")
    analyzed()


def analyzed():
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")  # as the server does by itself within a minute


def _value(alum, name):
    return "{}" if name == "kept_back" else getattr(alum, name)


@contextmanager
def _indexes_made_after():
    indexes = [(model, index) for model in (AlumniProfile, Findable) for index in model._meta.indexes]
    with connection.schema_editor() as editor:
        for model, index in indexes:
            editor.remove_index(model, index)
    yield
    with connection.schema_editor() as editor:
        for model, index in indexes:
            editor.add_index(model, index)


def everybody():
    """Yield people without end, each with a name, an address and an employer of their own, and a role of O*NET’s."""
    choose = random.Random(20)
    roles = [" ".join(title).title() for one in plain_words._index().occupations for title in one.titles]
    cities = [city.title() for city in CITIES.split()]
    seconds, lasts = (
        ["".join(parts).capitalize() for parts in product(SOUNDS.split(), repeat=size)] for size in (2, 4)
    )
    firsts, now = [*FIRST.split(), *seconds], timezone.now()
    for number in count():
        first, last, other = (
            few[number * step % len(few)] for few, step in ((firsts, 31), (lasts, 7919), (lasts, 104_729))
        )
        is_common = number % 4 == 0
        name = f"{first} {last} {choose.choice(COMMON.split())}" if is_common else f"{first} {last}"
        alum = AlumniProfile(
            name=name,
            email=f"distinct{number}@alum.example",
            listing="listed",
            class_year=1960 + choose.randrange(65),
            majors=choose.sample(MAJORS, 1 + number % 2),
            field=choose.choice(FIELDS),
            title=choose.choice(COMMON_ROLES) if number % 3 == 0 else choose.choice(roles),
            employer=f"{other} {seconds[number % len(seconds)]} {choose.choice(KINDS)}",
            city=choose.choice(cities),
            region="MN",
            country="US",
            helps=choose.sample(("talk", "resume", "shadow", "mock"), choose.randrange(4)),
            formats=choose.sample(("video", "phone", "in_person"), choose.randrange(3)),
            created_at=now,
            updated_at=now,
        )
        alum.compose()
        yield alum
