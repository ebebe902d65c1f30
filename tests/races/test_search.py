"""A search while four others write: its rows, their order and its counts are those of the plain query, each time."""

import random
from collections import Counter
from contextlib import contextmanager
from dataclasses import replace
from threading import Event

import pytest
from django.db import connection, transaction
from django.http import QueryDict

from apps.alumni import words
from apps.alumni.models import AlumniProfile
from apps.directory import found, search
from apps.directory.queries import FLAGS, PAGE, DirectoryQuery, Reader
from apps.policy.models import Policy
from tests import world
from tests.races.together import SCALE, at_once

pytestmark = pytest.mark.whole

FIELDS, MAJORS = ("Law", "Energy", "Education"), ("Biology", "History", "Physics", "Music")
TITLES, CITIES = ("Nurse", "Archivist", "Teacher", "Clerk"), ("Duluth", "Chicago", "Boston")
ROUNDS = 12 * SCALE
ADDRESSES = (
    *("q=nurse", "q=nurse&page=2", "q=duluth", "q=archivist&help=resume", "q=teacher+duluth", "q=nurse&sort=year"),
    *("field=Law&major=Biology&sort=closest", "q=clerk&field=Law&help=talk", "q=boston&sort=name", "sort=closest"),
)
WISHES = (["energy"], ["boston"])


def made(number, choose):
    alum = AlumniProfile(
        name=f"{choose.choice('ABCDEFGHIJ')}{choose.choice(('ana', 'en', 'ola'))} Xq{number}",
        email=f"xq{number}@alum.example",
        listing="listed",
        class_year=choose.randrange(1980, 2020),
        field=choose.choice(FIELDS),
        majors=choose.sample(MAJORS, choose.randrange(3)),
        title=choose.choice(TITLES),
        city=choose.choice(CITIES),
        helps=choose.sample(("talk", "resume"), choose.randrange(3)),
        happy_to_discuss=choose.choice(("", "How a nurse works", "Being a teacher")),  # in no name or role
    )
    alum.compose()
    return alum


@pytest.fixture
def people(transactional_db):
    choose = random.Random(7)
    return AlumniProfile.objects.bulk_create([made(number, choose) for number in range(240)])


def plainly(query, reader):
    """The same from the plainest code: everybody, looked at one by one."""

    def have(tsquery):
        with connection.cursor() as cursor:
            cursor.execute("SELECT id FROM alumni_alumniprofile WHERE search @@ to_tsquery('simple', %s)", [tsquery])
            return {pk for (pk,) in cursor.fetchall()}

    rows = [alum for alum in AlumniProfile.objects.all() if alum.listing == "listed"]
    if query.words:
        fits, in_role = have(words.tsquery(query.words)), have(words.tsquery(query.words, "A"))
        rows = [alum for alum in rows if alum.pk in fits]
    else:
        in_role = set()
    for group, values in query.chosen.items():
        rows = [alum for alum in rows if {f"{group}:{value}" for value in values} & set(alum.facets)]
    wished = have(words.any_of(reader.wishes))

    def rank(alum):
        if query.order == "year":
            return alum.class_year or 0
        if query.order == "name":
            return 0
        shares = bool(set(reader.major_facets) & set(alum.facets))
        return 1000 * (alum.pk in reader.introduced) + 4 * (alum.pk in in_role) + 2 * shares + (alum.pk in wished)

    rows.sort(key=lambda alum: (-rank(alum), alum.sort_key, alum.pk))
    start = (query.page - 1) * PAGE
    return [alum.pk for alum in rows[start : start + PAGE]], len(rows), Counter(f for alum in rows for f in alum.facets)


@contextmanager
def one_moment():
    """What is read within is what was committed when it began."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield


def who_stays(query, flag, reader):
    """Return how many are found once the box of a flag is ticked."""
    ticked = replace(query, flags=query.flags | {flag})
    return search.find(ticked, reader, now=world.NOW, policy=Policy.now()).total


def differences(address, reader):
    query = DirectoryQuery.of(QueryDict(address))
    with one_moment():
        answer = search.find(query, reader, now=world.NOW, policy=Policy.now())
        rows, total, counts = plainly(query, reader)
        counts |= {f"flag:{flag}": who_stays(query, flag, reader) for flag in FLAGS}
    ours, plain = (
        {facet: count for facet, count in told.items() if count and facet.partition(":")[0] not in query.chosen}
        for told in (answer.counts, counts)
    )
    return [
        (address, name, one, other)
        for name, one, other in (
            ("rows", [alum.pk for alum in answer.rows], rows),
            ("total", answer.total, total),
            ("counts", ours, plain),
        )
        if one != other
    ]


def test_four_writers_change_nothing_of_what_is_found(people, student):
    done, writes, ids = Event(), Counter(), [alum.pk for alum in people]
    introduced = dict.fromkeys(ids[:5], "Named")
    readers = [Reader(student.pk, ("Biology",), WISHES, introduced), Reader(student.pk, (), WISHES), Reader()]

    def until_done(act):
        def run():
            choose = random.Random(act.__name__)
            while not done.is_set():
                act(choose)
                writes[act.__name__] += 1

        return run

    def saves(choose):
        alum = AlumniProfile.objects.filter(pk=choose.choice(ids)).first()
        if alum:
            alum.title, alum.majors, alum.city = choose.choice(TITLES), [choose.choice(MAJORS)], choose.choice(CITIES)
            alum.save()

    def updates(choose):
        some = AlumniProfile.objects.filter(pk__in=choose.sample(ids, 9))
        some.update(listing=choose.choice(("listed", "listed", "hidden")))

    def writes_sql(choose):
        changes = "facets = facets || '{help:panel}'::varchar[], sort_key = %s"
        with connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE alumni_alumniprofile SET {changes} WHERE id = %s",
                [choose.choice("abcdefgh"), choose.choice(ids)],
            )

    def comes_and_goes(choose):
        alum = made(choose.randrange(10**6, 10**9), choose)
        alum.save()
        if choose.random() < 0.8:
            alum.delete()

    def reads():
        try:
            return [
                one
                for _ in range(ROUNDS)
                for address in ADDRESSES
                for one in differences(address, random.choice(readers))
            ]
        finally:
            done.set()

    found_different, *others = at_once(reads, *map(until_done, (saves, updates, writes_sql, comes_and_goes)))
    assert others == [None] * 4
    assert found_different == []
    assert min(writes.values()) > 10, writes


def test_who_was_hidden_while_the_page_was_read_is_not_on_it(people):
    """The rows are read last: who left the directory since they were counted is left out."""
    ids = [alum.pk for alum in people[:3]]
    AlumniProfile.objects.filter(pk=ids[1]).update(listing="hidden")
    assert [alum.pk for alum in found.rows_of(ids)] == [ids[0], ids[2]]
