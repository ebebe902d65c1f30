"""The office's own search words: every search knows them at once, and each can be tried before it is saved (R274)."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.audit.models import AuditEntry
from apps.directory import own_words, plain_words, search, suggestions
from apps.directory.queries import DirectoryQuery, Reader
from apps.policy.models import Policy, SearchWord
from tests import world

pytestmark = pytest.mark.django_db
CITIES = {"phrase": "the  Cities", "kind": "place", "means": "Minneapolis, MN\n\n Saint Paul,  MN\nMinneapolis, MN"}


@pytest.fixture
def client(office, as_):
    return as_(office)


@pytest.fixture
def people():
    blank = {"employer": "", "field": "", "majors": [], "degrees": "", "city": "", "region": "", "country": ""}

    def make(name, **fields):
        return world.alum_profile(
            name, email=f"{name.split()[0]}@alum.example", **blank | {"title": "Clerk", "class_year": None} | fields
        )

    make("Xa Zq", city="Minneapolis", region="MN", country="US")
    make("Xb Zq", city="St. Paul", region="MN", country="US", title="Nurse")
    make("Xc Zq", city="Minneapolis", region="KS", country="US")
    make("Xd Zq", title="Crane Operator")
    make("Xe Zq", title="Physician")
    make("Xf Zq", title="Chef", employer="Mayo Clinic")
    make("Xg Zq", field="Arts and Culture")
    make("Xh Zq", majors=["Human Biology"])
    make("Xi Zq", title="Choreographer", happy_to_discuss="How crane operators are paid, in Minneapolis")


def found(text):
    query = DirectoryQuery(text=text)
    return [alum.name[:2] for alum in search.find(query, Reader(), now=world.NOW, policy=Policy.now()).rows]


def add(kind, phrase, means):
    return SearchWord.objects.create(kind=kind, phrase=phrase, means=means)


@pytest.mark.parametrize(
    ("kind", "phrase", "means", "typed", "who"),
    [
        ("place", "the Cities", "Minneapolis, MN\nSt. Paul, MN", "THE cities", ["Xa", "Xb"]),
        ("place", "the Cities", "Minneapolis, MN\nSt. Paul, MN", "nurse in the cities", ["Xb"]),
        ("place", "up nort", "Minnesota", "up nort", ["Xa", "Xb"]),
        ("place", "mill town", "Minneapolis, Minnesota", "Mill Town", ["Xa"]),
        ("place", "mill town", "Minneapolis", "mill-town", ["Xa", "Xc"]),
        ("occupation", "swinger", "Crane Operators", "swingers", ["Xd"]),
        ("occupation", "sawbones", "doctor", "sawbones", ["Xe"]),
        ("occupation", "boom jockey", "Crane and Tower Operators", "boom jockey", ["Xd"]),
        ("occupation", "lift big things", "Crane and Tower Operators", "people who lift very big things", ["Xd"]),
        ("organization", "the Castle", "Mayo Clinic", "THE castle", ["Xf"]),
        ("organization", "m & c", "Mayo Clinic", "M and C", ["Xf"]),
        ("organization", "R2 D2", "Mayo Clinic", "r2 d2", ["Xf"]),
        ("field", "quackers", "Human Biology", "quackers", ["Xh"]),
        ("field", "glitterati", "Arts and Culture", "glitterati", ["Xg"]),
    ],
)
def test_a_search_finds_whom_the_office_means(people, kind, phrase, means, typed, who):
    before = found(typed)
    assert before != who
    row = add(kind, phrase, means)
    assert found(typed) == who
    row.delete()
    assert found(typed) == before


def test_a_word_is_added_changed_and_deleted_with_undo(client, people, office):
    page = client.get(reverse("office_words")).content.decode()
    assert "None yet." in page
    client.post(reverse("office_words"), CITIES)
    row = SearchWord.objects.get()
    assert (row.phrase, row.meanings) == ("the Cities", ["Minneapolis, MN", "Saint Paul, MN"])
    assert found("cities") == ["Xa", "Xb"]
    edit = reverse("office_word", args=[row.pk])
    assert "Minneapolis, MN" in client.get(edit).content.decode()
    client.post(edit, CITIES | {"means": "Minneapolis, KS"})
    assert found("cities") == ["Xc"]
    page = client.post(reverse("office_word_delete", args=[row.pk]), follow=True).content.decode()
    assert "Deleted: “the Cities”." in page
    assert found("cities") == []
    client.post(reverse("office_word_back"))
    assert found("cities") == ["Xc"]
    assert "nothing left to undo" in client.post(reverse("office_word_back"), follow=True).content.decode()
    lines = AuditEntry.objects.filter(subject="policy_searchword").order_by("pk")
    assert [(line.act, line.actor) for line in lines] == [
        (act, office.pk) for act in ("added", "changed", "removed", "added")
    ]
    assert "Search word" in client.get(reverse("office_log")).content.decode()


def test_a_word_is_tried_before_it_is_saved(client, people):
    url = reverse("office_words")
    page = client.post(url, CITIES | {"text": "nurse in the cities", "try": "1"})
    trial = page.context["trial"]
    assert (trial.before.count, trial.after.count, trial.after.people) == (
        "No one",
        "1 person",
        ["Xb Zq, Nurse, St. Paul"],
    )
    assert trial.after.said[-1:] == ["“cities” also means Minneapolis, MN; Saint Paul, MN"]
    assert "Nothing is saved yet." in page.content.decode()
    assert (SearchWord.objects.count(), found("cities")) == (0, [])
    assert client.post(url, CITIES | {"try": "1"}).context["trial"].text == "the Cities"
    row = add("place", "the Cities", "Minneapolis, MN")
    trial = client.get(url, {"q": "the cities"}).context["trial"]
    assert (trial.before.count, trial.after.count) == ("No one", "1 person")
    edit = reverse("office_word", args=[row.pk])
    trial = client.post(edit, CITIES | {"means": "Minneapolis, KS", "try": "1"}).context["trial"]
    assert (trial.before.people, trial.after.people) == (
        ["Xa Zq, Clerk, Minneapolis"],
        ["Xc Zq, Clerk, Minneapolis"],
    )
    row.refresh_from_db()
    assert row.means == "Minneapolis, MN"
    assert found("cities") == ["Xa"]


def test_the_command_says_the_same(client, people):
    add("place", "the Cities", "Minneapolis, MN")
    out = StringIO()
    call_command("find_people", "the", "cities", stdout=out)
    assert "1 person for “the cities”" in out.getvalue()
    assert "Xa Zq | Clerk | Minneapolis" in out.getvalue()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"phrase": "of the"}, "says more than"),
        ({"phrase": "!!"}, "says more than"),
        ({"phrase": "class of 2010"}, "already read as a class year"),
        ({"phrase": "the nineties"}, "already read as a class year"),
        ({"means": "  \n "}, "rp-error"),
        ({"means": "Minneapolis\n--"}, "has no word we can search for"),
        ({"means": "\n".join(f"Place {n}" for n in range(9))}, "8 meanings at most"),
        ({"means": "x" * 130}, "One meaning per line"),
        ({"kind": "color"}, "rp-error"),
        ({"phrase": "THE cities"}, "You’ve already added this word."),
        ({"phrase": "cities"}, "You’ve already added this word."),
    ],
)
def test_what_cannot_stand_is_said(client, changes, sentence):
    add("place", "the Cities", "Duluth")
    typed = {"phrase": "the Port", "kind": "place", "means": "Duluth"} | changes
    answer = client.post(reverse("office_words"), typed)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert SearchWord.objects.count() == 1


def test_one_word_may_mean_a_place_and_an_organization(client, people):
    add("place", "the Mill", "Minneapolis, KS")
    client.post(reverse("office_words"), {"phrase": "the mill", "kind": "organization", "means": "Mayo Clinic"})
    assert sorted(found("mill")) == ["Xc", "Xf"]


def test_it_costs_a_search_no_query_more(people):
    def queries():
        policy = Policy.now()
        with CaptureQueriesContext(
            connection,
        ) as told:
            search.find(DirectoryQuery(text="nurse"), Reader(), now=world.NOW, policy=policy)
        return len(told)

    without = queries()
    add("place", "the Twin Towns", "Minneapolis, MN")  # as no other test: the last words read are kept
    assert queries() == without + 1  # it reads them once
    assert queries() == without


def test_a_search_by_another_version_of_the_words_never_sees_a_tried_one(people):
    add("place", "the Cities", "Minneapolis, MN")
    with own_words.trying([("place", "the Cities", "Minneapolis, KS")]):
        assert found("cities") == ["Xc"]
    assert found("cities") == ["Xa"]
    add("occupation", "lift", "Crane Operator")
    assert found("cities") == ["Xa"]


def test_suggestions_know_them_too(people):
    add("place", "the Cities", "Minneapolis, MN")
    reader = Reader(pk=7, wishes=(["cities"],))
    assert [alum.name for alum in suggestions.suggested(reader, now=world.NOW, policy=Policy.now())] == ["Xa Zq"]


def test_every_name_of_an_occupation_is_known(people):
    index = plain_words._index()
    assert all(plain_words.titles_of(one.called) for one in index.occupations)


def test_the_page_does_not_grow_with_its_words(client):
    def queries():
        with CaptureQueriesContext(connection) as told:
            client.get(reverse("office_words"))
        return len(told)

    add("place", "port", "Duluth")
    client.get(reverse("office_words"))
    one = queries()
    SearchWord.objects.bulk_create(SearchWord(kind="place", phrase=f"port {n}", means="Duluth") for n in range(29))
    assert queries() == one
