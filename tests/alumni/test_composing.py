"""What is stored to be searched: composed anew by the migration as by a save, and cheap."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

from apps.alumni import words
from apps.alumni.models import AlumniProfile, Word
from apps.wording import person_name
from tests import world

migration = import_module("apps.alumni.migrations.0008_former_name_and_search_text")


def test_the_migration_composes_what_a_save_composes(db):
    rows = [
        world.alum_profile("Ida Müller", title="C++ Developer", city="St. Paul", region="Minn.", country="US"),
        world.alum_profile("William J. O'Brien", preferred_name="Bill", former_name="Mueller", employer="AT&T"),
    ]
    composed = {row.pk: row.search_text for row in rows}
    AlumniProfile.objects.update(search_text="stale")
    Word.objects.all().delete()
    with connection.schema_editor() as editor:
        migration.compose_anew(apps, editor)
    assert dict(AlumniProfile.objects.values_list("pk", "search_text")) == composed
    assert Word.objects.filter(word="cplusplus").exists()
    assert not Word.objects.filter(word__startswith="0").exists()


def test_each_line_has_its_words_and_behind_them_what_nobody_reads(db):
    alum = world.alum_profile(
        "William J. O'Brien",
        preferred_name="Bill",
        former_name="Mueller",
        title="R&D Lead",
        employer="AT&T",
        field="",
        majors=[],
        city="St. Paul, MN",
        region="Minn.",
        country="US",
        class_year=2010,
    )
    name, work, place, _ = alum.search_text.split("\n")
    assert name == "william obrien bill 0j 0bill 0william 0mueller 0muller randd lead"
    assert work == "atandt"
    assert place == "st paul mn mn minnesota minn united states 2010 00saintpaul"


@pytest.mark.parametrize(
    ("name", "preferred"),
    [
        ("Ada Brown", ""),
        ("Ada Brown", "J"),
        ("Bill Mueller", ""),
        ("Plus Objective", ""),
        ("Sharp Node", "Vue"),
        ("Noelle Aase", "Bill"),
    ],
)
def test_a_plain_name_is_composed_as_any_other(name, preferred):
    """The quick way for two plain words writes what the long way does."""
    first, last = name.split()
    assert person_name.is_plainly(name, f"{last} {first}".lower())
    alum = AlumniProfile(name=name, preferred_name=preferred, employer="Plus, Inc", title="Objective C")
    assert words.search_text(alum, None) == words.search_text(alum, (first,))
