"""The narrow row that a search reads says what the entry says, whoever writes that; who is not listed has none."""

from collections import Counter
from datetime import date

import pytest
from django.db import connection

from apps.alumni import visibility
from apps.alumni.models import AlumniProfile, Bundle, Findable, Hidden

pytestmark = pytest.mark.django_db


def told():
    """Return {entry: what its narrow row says, the bundles opened}."""
    facets = {0: [], **{one.code: one.facets for one in Bundle.objects.all()}}
    return {
        row.pk: (
            (row.sort_key, row.class_year, row.is_paused, row.paused_until, row.words),
            Counter(facet for code in (row.offers, row.studies, row.work, row.place) for facet in facets[code])
            + Counter([f"organization:{row.organization}"] if row.organization else []),
        )
        for row in Findable.objects.all()
    }


def plain():
    """Return the same from the plainest code: of everybody listed, one by one."""
    return {
        alum.pk: (
            (alum.sort_key, alum.class_year, alum.is_paused, alum.paused_until, alum.search),
            Counter(alum.facets),
        )
        for alum in AlumniProfile.objects.filter(listing="listed")
    }


def by_hand(sql, *params):
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE alumni_alumniprofile SET {sql}", params)


@pytest.fixture
def entries(db):
    """Some of each listing, who share much and differ in all that is counted."""
    made = [
        AlumniProfile(
            name=f"Person{n} Lund{n % 5}",
            email=f"findable{n}@alum.example",
            listing="listed" if n % 4 else "hidden",
            class_year=1990 + n if n % 3 else None,
            degrees="BA, PhD" if n % 2 else "",
            majors=["Biology", "History"][: n % 3],
            field="Law" if n % 2 else "",
            employer=f"Company {n}" if n % 5 else "",
            title="Nurse",
            city="Duluth" if n % 3 else "",
            region="MN" if n % 3 else "",
            helps=["talk", "panel"][: n % 3],
            languages=["Spanish"] if n % 7 == 0 else [],
            usual_times="Mondays" if n % 2 else "",
        )
        for n in range(24)
    ]
    for alum in made:
        alum.compose()
    return AlumniProfile.objects.bulk_create(made)


def saved(alum):
    alum = AlumniProfile.objects.get(pk=alum.pk)
    alum.title, alum.majors, alum.employer = "Clerk", ["Music"], "Elsewhere"
    alum.save()


WRITES = {
    "nothing more": lambda alum: None,
    "a page": saved,
    "who left": lambda alum: AlumniProfile.objects.filter(pk__lt=alum.pk).update(listing="removed"),
    "who came": lambda alum: AlumniProfile.objects.update(listing="listed"),
    "who pauses": lambda alum: AlumniProfile.objects.update(is_paused=True, paused_until=date(2026, 12, 1)),
    "some facets": lambda alum: by_hand("facets = facets || '{help:panel,help:panel,odd}'::varchar[]"),
    "no facets": lambda alum: by_hand("facets = '{}'"),
    "other words": lambda alum: by_hand("search_text = 'somebody else' || chr(10), sort_key = 'Zoe'"),
    "a number": lambda alum: by_hand("id = id + 1000000"),
    "a note": lambda alum: by_hand("office_notes = 'Call them'"),
    "one deleted": lambda alum: alum.delete(),
    "all deleted": lambda alum: AlumniProfile.objects.all().delete(),
}


@pytest.mark.parametrize("write", WRITES)
def test_whoever_writes_the_row_says_what_the_entry_says(entries, write):
    WRITES[write](entries[-1])
    assert told() == plain()


def test_an_emptied_directory_has_nobody_to_find(entries):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("TRUNCATE alumni_alumniprofile CASCADE")
    assert told() == plain() == {}


def test_what_is_taken_back_changes_nothing(entries):
    before = told()
    with connection.cursor() as cursor:
        cursor.execute("SAVEPOINT here")
        by_hand("listing = 'hidden', facets = '{}'")
        cursor.execute("ROLLBACK TO SAVEPOINT here")
    assert told() == before == plain()


def test_what_an_alum_hides_is_in_no_column(entries):
    alum = entries[-1]
    visibility.cover(alum, Hidden.values)
    alum.save()
    row = Findable.objects.get(alum=alum)
    facets = [facet for one in Bundle.objects.filter(code__in=(row.work, row.place)) for facet in one.facets]
    assert (row.organization, row.class_year, facets) == ("", None, ["field:Law"])
    assert "lund3" not in row.sort_key + row.words
    assert told() == plain()


def lying():
    """Return (field, title) of everybody listed, as their rows lie on the disk."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT a.field, a.title FROM alumni_findable f JOIN alumni_alumniprofile a ON a.id = f.alum_id"
            " ORDER BY f.ctid"
        )
        return cursor.fetchall()


@pytest.mark.parametrize("write", [lambda: None, lambda: by_hand("search_text = search_text || ' again'")])
def test_who_comes_in_together_lies_by_work(write):
    made = [
        AlumniProfile(
            name=f"Person{n} Holm",
            email=f"lying{n}@alum.example",
            listing="listed",
            field=("Law", "Arts", "health")[n % 3],
            title=("Nurse", "clerk", "Actor", "")[n % 4],
        )
        for n in range(24)
    ]
    for alum in made:
        alum.compose()
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE alumni_findable")  # new pages, without the gaps that other tests left
    AlumniProfile.objects.bulk_create(made)
    write()
    assert lying() == sorted(lying())
    assert len(set(lying())) == 12
