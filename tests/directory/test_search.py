"""Who is found, in which order, how many: each fast path against the plain query, and nobody who must stay hidden."""

from collections import Counter
from dataclasses import replace
from datetime import date
from urllib.parse import urlencode

import pytest
from django.core.cache import caches
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from apps.alumni import families, words
from apps.alumni.models import AlumniProfile, SavedAlum
from apps.directory import facets, found, search, suggestions
from apps.directory.queries import FLAGS, GROUPS, PAGE, DirectoryQuery, Reader
from apps.policy.models import Policy
from tests import world

NOBODY = Reader()


def ask(address="", reader=NOBODY):
    query = DirectoryQuery.of(QueryDict(address))
    return search.find(query, reader, now=world.NOW, policy=Policy.now())


def names(address="", reader=NOBODY):
    return [alum.name for alum in ask(address, reader).rows]


@pytest.fixture
def people(db):
    """A small directory in which every person differs from the next in one thing."""
    make = world.alum_profile
    blank = {"employer": "", "title": "", "field": "", "majors": [], "city": "", "country": "", "class_year": None}
    return [
        make("Ana Núñez", **blank | {"title": "Paramedic", "field": "Healthcare", "city": "Duluth", "region": "MN"}),
        make("Bo Larsen", **blank | {"title": "Epidemiologist", "field": "Public Health", "majors": ["Biology"]}),
        make("Cy Đặng", **blank | {"title": "Regulatory Affairs Manager", "city": "Dublin", "country": "IE"}),
        make("Di Heß", **blank | {"title": "High School Teacher", "employer": "Duluth School", "class_year": 2014}),
        make("Ed Smith", **blank | {"title": "Curator", "majors": ["Art History", "Biology"], "helps": ["resume"]}),
        make("Flo Grant", **blank | {"title": "Software Engineer", "happy_to_discuss": "Leaving biology for code"}),
    ]


# --- words ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("paramedic", ["Ana Núñez"]),
        ("PARAMEDICS", ["Ana Núñez"]),
        ("param", ["Ana Núñez"]),
        ("EMT", ["Ana Núñez"]),
        ("emergency medical technician", ["Ana Núñez"]),
        ("somebody who works as a paramedic in Duluth", ["Ana Núñez"]),
        ("nunez", ["Ana Núñez"]),
        ("Núñez", ["Ana Núñez"]),
        ("dang", ["Cy Đặng"]),
        ("hess", ["Di Heß"]),
        ("epidemiology", ["Bo Larsen"]),
        ("ireland", ["Cy Đặng"]),
        ("minnesota", ["Ana Núñez"]),
        ("2014", ["Di Heß"]),
        ("class of '14", ["Di Heß"]),
        ("programmer", ["Flo Grant"]),
        ("duluth", ["Di Heß", "Ana Núñez"]),
        ("duluth teacher", ["Di Heß"]),
        ("biology curator", ["Ed Smith"]),
    ],
)
def test_people_are_found_by_what_they_do_and_where_however_it_is_written(people, text, found):
    assert sorted(names(f"q={text}")) == sorted(found)


@pytest.mark.parametrize(
    ("typed", "meant", "found"),
    [
        ("epidemioligist", "epidemiologist", "Bo Larsen"),
        ("paramedik", "paramedic", "Ana Núñez"),
        ("larsne", "larsen", "Bo Larsen"),
        ("dublim", "dublin", "Cy Đặng"),
    ],
)
def test_a_mistyped_word_is_put_right_and_said(people, typed, meant, found):
    answer = ask(f"q={typed}")
    assert ([alum.name for alum in answer.rows], answer.corrected) == ([found], {typed: meant})


@pytest.mark.parametrize(
    ("typed", "listed"),
    [
        ("doctor", "Door Installer"),
        ("doctors", "Door Installer"),
        ("doct", "Dock Hand"),
        ("nurse", "Purser"),
        ("barista", "Barrister"),
        ("baker", "Banker"),
        ("bakers", "Banker"),
        ("painter", "Printer"),
        ("welder", "Wilder"),
        ("farrier", "Carrier"),
        ("pluber", "Buber"),
    ],
)
def test_a_trade_is_never_put_right_into_another(people, typed, listed):
    world.alum_profile("Quentin Xu", title=listed)
    answer = ask(f"q={typed}")
    assert ([alum.name for alum in answer.rows if alum.name == "Quentin Xu"], answer.corrected) == ([], {})


@pytest.mark.parametrize(("typed", "title"), [("docter", "Doctor"), ("welderr", "Welder"), ("enginer", "Engineer")])
def test_a_mistyped_trade_is_put_right_into_itself(people, typed, title):
    world.alum_profile("Quentin Xu", title=title)
    answer = ask(f"q={typed}")
    assert "Quentin Xu" in [alum.name for alum in answer.rows]
    assert answer.corrected == ({} if title.lower().startswith(typed) else {typed: title.lower()})


@pytest.mark.parametrize("text", ["zebrafish quantum", "'; DROP TABLE x", "\\q", "z" * 500, "日本", "b:*q", "\x00q"])
def test_whatever_is_typed_breaks_nothing(people, text):
    assert names(urlencode({"q": text})) == []


@pytest.mark.parametrize("text", ["", "& | ! ( ) :*", "’ ’", "-"])
def test_signs_alone_ask_for_everybody(people, text):
    found = names(urlencode({"q": text, "sort": "name"}))
    assert found == [alum.name for alum in sorted(people, key=lambda alum: alum.sort_key)]


def test_role_comes_before_a_mention(people):
    world.alum_profile("Aa First", title="Baker", employer="Paramedic Supplies", majors=[], field="", city="")
    assert names("q=paramedic") == ["Ana Núñez", "Aa First"]


def test_closest_first_who_was_named_then_study_then_wishes(people):
    reader = Reader(pk=1, majors=("Biology",), wishes=(["software"],), introduced={people[2].pk: "Yuki named Cy"})
    assert names("sort=closest", reader) == [
        *("Cy Đặng", "Bo Larsen", "Ed Smith", "Flo Grant"),  # named; study Biology, by name; the wish
        *("Di Heß", "Ana Núñez"),  # nothing in common: by name
    ]


def test_every_family_of_synonyms_is_read():
    assert ("emt",) in families.jobs()
    assert families.jobs()[("paramedic",)] == families.jobs()[("emt",)]
    assert all(phrase for phrase in (*families.jobs(), *families.of_places()))


# --- narrowing --------------------------------------------------------------------------------------------------------


def counted(rows):
    return Counter(facet for alum in rows for facet in alum.facets)


@pytest.fixture
def directory(db):
    """Eighty people over a few values, so that every filter leaves somebody."""
    fields, majors = ("Law", "Energy", "Education"), ("Biology", "History", "Physics", "Music")
    rows = [
        AlumniProfile(
            name=f"Person {chr(65 + n % 26)}{n}",
            email=f"p{n}@alum.example",
            listing="listed" if n % 8 else "hidden",
            class_year=1985 + n % 40,
            field=fields[n % 3],
            majors=[majors[n % 4], *(["Nursing"] if n % 5 == 0 else [])],
            title=("Clerk", "Archivist", "Nurse")[n % 3],
            city=("Duluth", "Chicago")[n % 2],
            region="MN",
            country="US",
            helps=["talk"] if n % 3 else ["resume", "talk"],
            formats=["video"] if n % 2 else [],
        )
        for n in range(80)
    ]
    for row in rows:
        row.compose()
    AlumniProfile.objects.bulk_create(rows)
    return rows


ADDRESSES = [
    "",
    "help=resume",
    "field=Law&field=Energy",
    "field=Law&major=Biology",
    "years=1990&place=Duluth%2C+MN",
    "q=nurse&help=resume&format=video",
    "q=archivist&sort=name",
    "q=duluth&sort=year",
    "sort=year",
    "sort=closest",
]


def plainly(address):
    """The same answer from the plainest code: everybody listed, looked at one by one."""
    query = DirectoryQuery.of(QueryDict(address))
    rows = [alum for alum in AlumniProfile.objects.all() if alum.listing == "listed"]
    if query.words:
        tsquery = words.tsquery(query.words)
        with connection.cursor() as cursor:
            cursor.execute("SELECT id FROM alumni_alumniprofile WHERE search @@ to_tsquery('simple', %s)", [tsquery])
            fits = {pk for (pk,) in cursor.fetchall()}
        rows = [alum for alum in rows if alum.pk in fits]
    return query, rows


def chosen(rows, query, *, but=None):
    for group, values in query.chosen.items():
        if group != but:
            rows = [alum for alum in rows if {f"{group}:{value}" for value in values} & set(alum.facets)]
    return rows


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize(("cap", "looked_at"), [(10_000, 250), (3, 250), (3, 1)])
def test_rows_are_those_of_the_plain_query(directory, monkeypatch, address, cap, looked_at):
    monkeypatch.setattr(found, "CAP", cap)  # 3: the way that is taken when more fit than we sort
    monkeypatch.setattr(found, "LOOKED_AT", looked_at)  # 1: the first part of the walk does not fill the page
    query, rows = plainly(address)
    rows = chosen(rows, query)
    if query.order == "year":
        rows.sort(key=lambda one: (-one.class_year, one.sort_key, one.pk))
    else:
        rows.sort(key=lambda one: (one.sort_key, one.pk))
    answer = ask(address)
    assert [alum.pk for alum in answer.rows] == [alum.pk for alum in rows[:PAGE]]
    assert answer.total == min(len(rows), cap + 1)


@pytest.mark.parametrize("address", ADDRESSES)
def test_counts_are_those_of_the_plain_query(directory, address):
    query, rows = plainly(address)
    counts = ask(address).counts
    everywhere = counted(chosen(rows, query))
    for group in GROUPS:
        plain = counted(chosen(rows, query, but=group)) if group in query.chosen else everywhere
        ours = {facet: count for facet, count in counts.items() if facet.startswith(f"{group}:")}
        assert ours == {facet: count for facet, count in plain.items() if facet.startswith(f"{group}:")}, group


@pytest.mark.parametrize(
    "address", ["", "sort=closest", "free=1", "q=nurse", "help=resume&place=Duluth%2C+MN", "soon=1"]
)
def test_each_box_about_availability_counts_who_stays_if_it_is_ticked(directory, student, address):
    """As asked for one by one: who is paused, full, without usual times, saved, or known."""
    caches["near"].clear()
    rows = list(AlumniProfile.objects.listed().order_by("pk"))
    AlumniProfile.objects.filter(pk__in=[one.pk for one in rows[::3]]).update(is_paused=True)
    for one in AlumniProfile.objects.filter(pk__in=[one.pk for one in rows[::2]]):
        one.usual_times = "Fridays after 4"
        one.save()
    world.sent_request(student, world.contact(student, alum=rows[1]), at=world.NOW)
    Policy.now()
    Policy.objects.update(alum_monthly_cap=1)
    SavedAlum.objects.bulk_create([SavedAlum(student=student, alum=one) for one in rows[:5]])
    reader = Reader(pk=student.pk, introduced={one.pk: "" for one in rows[3:7]})
    query = DirectoryQuery.of(QueryDict(address))
    answer = search.find(query, reader, now=world.NOW, policy=Policy.now())
    for flag in FLAGS:
        ticked = replace(query, flags=query.flags | {flag})
        assert answer.counts[f"flag:{flag}"] == search.find(ticked, reader, now=world.NOW, policy=Policy.now()).total, (
            flag
        )
    if not address:
        assert 0 < answer.counts["flag:soon"] < answer.counts["flag:free"] < answer.total


def test_what_is_searched_for_is_read_once_and_not_for_every_row(people):
    """A plan that is kept knows no values: there `words @@ to_tsquery(…)` reads the words anew for each row."""
    with CaptureQueriesContext(connection) as queries:
        ask("q=biology&help=talk&free=1", Reader(pk=1, majors=("Biology",), wishes=(["code"],)))
    asked = " ".join(query["sql"] for query in queries if "to_tsquery" in query["sql"])
    assert asked.count("to_tsquery") == asked.count("@@ (SELECT to_tsquery") > 2


def test_pages_hold_everybody_once(directory):
    pages = [ask(f"sort=year&page={page}").rows for page in (1, 2, 3, 4)]
    found = [alum.pk for rows in pages for alum in rows]
    assert [len(rows) for rows in pages] == [20, 20, 20, 10]
    assert sorted(found) == sorted(AlumniProfile.objects.listed().values_list("pk", flat=True))
    assert ask("page=99").rows == []


def test_the_address_of_a_question_asks_it_again():
    address = "?q=maps&help=talk&help=resume&major=Art+History&free=1&sort=year&page=3"
    query = DirectoryQuery.of(QueryDict(address[1:]))
    assert query.address(page=3) == address
    assert query.without("help", "talk") == "?q=maps&help=resume&major=Art+History&free=1&sort=year"
    assert query.without("free") == "?q=maps&help=talk&help=resume&major=Art+History&sort=year"


def test_what_makes_no_sense_in_an_address_is_left_out():
    query = DirectoryQuery.of(QueryDict("page=-4&sort=money&colour=red&help=&q=%00x&page=9999999999"))
    assert (query.text, query.chosen, query.sort, query.page) == ("x", {}, "", 1)


def test_where_nobody_fits_the_filter_that_hides_most_is_named_first(directory):
    answer = ask("q=nurse&years=1980&place=Duluth%2C+MN&format=video")
    assert answer.total == 0
    said, address, count = facets.wider(answer)[0]
    assert said == "Remove “Video”"
    assert count == ask(address[1:]).total > 0


@pytest.mark.parametrize(
    "address",
    [
        "q=nurse&years=1980&place=Duluth%2C+MN&format=video",
        "q=nurse&place=Atlantis",
        "q=nurse+zebrafish",
        "q=zebrafish+unicorn+nurse",
        "q=zebrafish&format=video",
        "place=Atlantis&format=video",
        "q=nurse&free=1&known=1",
        "known=1",
        "saved=1&free=1",
        "help=talk&help=panel&place=Atlantis",
    ],
)
def test_every_way_to_widen_finds_as_many_as_it_says(directory, address):
    """Each is one address, and what it promises is what its page has."""
    answer = ask(address)
    assert answer.total == 0
    ways = facets.wider(answer)
    assert ways
    assert [way.finds for way in ways] == [ask(way.address[1:]).total for way in ways]
    assert len({way.address for way in ways}) == len(ways)


def test_a_mistyped_word_is_put_right_on_the_way_as_well(people):
    answer = ask("q=epidemologist&place=Atlantis")
    (way,) = facets.wider(answer)
    assert (answer.total, way.words, way.finds) == (0, "Remove all filters", 1)
    assert ask(way.address[1:]).total == 1


@pytest.mark.parametrize("address", ["q=zebrafish", "q=zebrafish+unicorn", "q=zebrafish&place=Atlantis"])
def test_where_no_way_helps_none_is_offered(directory, address):
    assert facets.wider(ask(address)) == []


def test_what_was_left_out_is_named(directory):
    said = {way.words for way in facets.wider(ask("q=nurse+zebrafish"))}
    assert said == {"Search for “nurse”"}
    assert "Remove “Taking requests now”" not in {way.words for way in facets.wider(ask("q=zebrafish&free=1"))}
    assert "Remove “zebrafish”" in {way.words for way in facets.wider(ask("q=zebrafish&format=video"))}


# --- who is never there -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fields",
    [
        {"listing": "hidden"},
        {"listing": "removed"},
        {"listing": "invited"},
        {"listing": "hidden", "is_deceased": True},
        {"listing": "hidden", "is_do_not_contact": True},
    ],
)
@pytest.mark.parametrize(
    "address", ["", "q=canary", "q=canarry", "help=talk", "q=zanzibar", "known=1", "saved=1", "free=1"]
)
def test_who_is_not_listed_appears_nowhere(people, student, fields, address):
    canary = world.alum_profile("Canary Zanzibar", **fields)
    canary.saved_by.create(student=student)
    reader = Reader(pk=student.pk, majors=("Biology",), introduced={canary.pk: "Named"})
    answer = ask(address, reader)
    assert "Canary Zanzibar" not in [alum.name for alum in answer.rows]
    assert answer.corrected == {}
    assert canary not in suggestions.suggested(reader, now=world.NOW, policy=Policy.now())


def test_a_word_of_somebody_who_left_is_not_suggested(people):
    canary = world.alum_profile("Canary Zanzibar")
    assert ask("q=zanzibarr").corrected == {"zanzibarr": "zanzibar"}
    AlumniProfile.objects.filter(pk=canary.pk).update(listing="removed")
    assert ask("q=zanzibarr").corrected == {}
    world.alum_profile("Berta Zanzibor")
    assert ask("q=zanzibarr").corrected == {"zanzibarr": "zanzibor"}


# --- who can be asked, who is suggested -------------------------------------------------------------------------------


def test_free_leaves_out_who_pauses_and_who_is_full(people, student):
    for alum, fields in ((people[0], {"is_paused": True}), (people[1], {"paused_until": date(2026, 12, 1)})):
        AlumniProfile.objects.filter(pk=alum.pk).update(**fields)
    AlumniProfile.objects.filter(pk=people[2].pk).update(monthly_cap=1)
    world.sent_request(student, world.contact(student, "Cy Đặng", alum=people[2]))
    assert names("free=1&sort=name") == ["Flo Grant", "Di Heß", "Ed Smith"]


def test_suggested_people_share_something_and_are_not_those_asked_before(people, student):
    reader = Reader(pk=student.pk, majors=("Biology",), wishes=(["regulatory"],))
    policy = Policy.now()
    assert {one.name for one in suggestions.suggested(reader, now=world.NOW, policy=policy)} == {
        "Bo Larsen",
        "Ed Smith",
        "Cy Đặng",
    }
    world.sent_request(student, world.contact(student, "Bo Larsen", alum=people[1]))
    AlumniProfile.objects.filter(pk=people[4].pk).update(is_paused=True)
    assert [one.name for one in suggestions.suggested(reader, now=world.NOW, policy=policy)] == ["Cy Đặng"]
    assert suggestions.suggested(Reader(pk=student.pk), now=world.NOW, policy=policy) == []
