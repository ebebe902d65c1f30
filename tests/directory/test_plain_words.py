"""What people do in everyday words: the right occupation among the first three, and who is found by it."""

import time
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.http import QueryDict

from apps.alumni.models import AlumniProfile
from apps.directory import plain_words, search
from apps.directory.queries import DirectoryQuery, Reader
from apps.policy.models import Policy
from tests import world

TABLE = Path(__file__).parent / "data" / "plain_phrases.tsv"
VARIED = Path(__file__).parent / "data" / "varied_phrases.tsv"


def table():
    lines = [line for line in TABLE.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    return [(phrase, codes.split()) for phrase, _, codes in (line.partition("\t") for line in lines)]


def is_right(code, wanted):
    return code.startswith(wanted) if "." in wanted or len(wanted) < 7 else code == f"{wanted}.00"


def ask(text, **more):
    query = DirectoryQuery.of(QueryDict(urlencode({"q": text} | more)))
    return search.find(query, Reader(), now=world.NOW, policy=Policy.now())


def roles(text, **more):
    return [alum.title for alum in ask(text, **more).rows]


def make(*titles, **fields):
    blank = {"employer": "", "field": "", "majors": [], "degrees": "", "city": "", "region": "", "country": ""}
    for number, title in enumerate(titles):
        email = f"{number}.{title.replace(' ', '')}@alum.example"
        world.alum_profile(f"Xq{number} Zq", title=title, email=email, **blank | fields)


def test_the_right_occupation_is_among_the_first_three():
    """Of all of these, for we have worked on them; of fresh ones, before words were added, 78, 88 and 90 of 100, then
    85 of 89, 83 of 92 and 86 of 91."""
    missed = [
        (phrase, [found.name for found in plain_words.meant(phrase)])
        for phrase, codes in table()
        if not any(is_right(found.code, code) for found in plain_words.meant(phrase)[:3] for code in codes)
    ]
    assert (len(table()), missed) == (703, [])


@pytest.mark.parametrize(
    ("phrase", "code"),
    [
        *((phrase, "15-1242.00") for phrase in ("look after our databases", "looking after data backups")),
        *((phrase, "39-2021.00") for phrase in ("look after elephants", "feeds the giraffes", "panda keeper")),
        *((phrase, "19-1023.00") for phrase in ("study gorillas", "tigers in the wild")),
        *((phrase, "13-1121.00") for phrase in ("organize marathons", "charity walks", "plans a fun run", "5k races")),
        *((phrase, "11-9151.00") for phrase in ("run a charity", "start a charity")),  # which is no event
    ],
)
def test_other_forms_of_what_was_missed_once(phrase, code):
    assert code in [found.code for found in plain_words.meant(phrase)[:3]]


def test_each_occupation_has_titles_and_each_phrase_an_occupation():
    index = plain_words._index()
    codes = {occupation.code for occupation in index.occupations}
    assert len(codes) == len(index.occupations) == 1016
    assert all(occupation.titles and occupation.stems for occupation in index.occupations)
    assert {code for code, _ in plain_words._phrases()} <= codes
    assert all(phrase.strip() for _, phrase in plain_words._phrases())


@pytest.mark.parametrize(
    "text", ["", "!!", "zebrafish", "the of and", "xyzzy plugh", "Taylor Cook", "日本", "Maria Baker-Xq"]
)
def test_what_says_nothing_of_work_means_nothing(text):
    assert plain_words.meant(text) == []


def test_it_takes_little_time():
    plain_words.meant("once")
    begun = time.process_time()
    for phrase, _ in table():
        plain_words._meant.__wrapped__(phrase, 3)
    assert (time.process_time() - begun) / len(table()) < 0.030


@pytest.mark.parametrize(
    ("typed", "role"),
    [
        ("help kids who can't speak well", "Speech-Language Pathologist"),
        ("fix people's teeth", "Dentist"),
        ("doctor for animals", "Veterinarian, Small Animals"),
        ("talk to people about money", "Financial Advisor"),
        ("someone who designs buildings", "Senior Architect"),
        ("works with numbers for insurance", "Actuary"),
        ("teeth cleaner", "Dental Hygienist"),
        ("stop hackers", "Information Security Analyst"),
    ],
)
def test_people_are_found_by_what_they_do(db, typed, role):
    make(role, "Ukulele Maker", "Clerk")
    answer = ask(typed)
    assert [alum.title for alum in answer.rows] == [role]
    assert answer.occupations
    assert answer.corrected == {}


def test_the_likelier_occupation_comes_first(db):
    make("Ophthalmologist", "Optometrist", "Clerk")
    assert plain_words.meant("eye exams")[0].code == "29-1041.00"
    assert roles("eye doctor", sort="closest") == ["Optometrist", "Ophthalmologist"]


def test_of_a_phrase_with_several_right_occupations_two_kinds_are_among_the_first_three():
    """Of 40 such phrases 33 before phrases were added for those that were missed, and 39 after."""
    lines = [line for line in VARIED.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    missed = []
    for phrase, _, kinds in (line.partition("\t") for line in lines):
        found = {one.code[:7] for one in plain_words.meant(phrase)}
        if sum(not found.isdisjoint(kind.split("|")) for kind in kinds.split()) < 2:
            missed.append(phrase)
    assert (len(lines), missed) == (40, ["work with music"])


def test_the_first_people_found_are_of_different_occupations(db):
    make(*["Registered Nurse"] * 4, "Pediatrician", "School Social Worker", "Pediatrician")
    assert roles("work with sick children")[:4] == [
        "Registered Nurse",
        "Pediatrician",
        "School Social Worker",
        "Registered Nurse",
    ]
    assert [alum.sort_key for alum in ask("work with sick children", sort="name").rows] == sorted(
        alum.sort_key for alum in AlumniProfile.objects.all()
    )


def test_who_is_called_as_the_occupation_is_comes_before_who_has_a_rare_title_of_it(db):
    """A "jockey" drives a truck, among much else."""
    make("Disc Jockey", "Jumper", "Tractor Trailer Truck Driver")
    assert roles("lorry driver")[0] == "Tractor Trailer Truck Driver"


@pytest.mark.parametrize("title", ["Pediatrician", "Kindergarten Teacher", "Preschool Teacher", "Electronics Engineer"])
def test_an_occupation_is_found_by_its_plain_name(title):
    """O*NET calls them "Pediatricians, General": nobody has that on their card."""
    typed = tuple(title.lower().split())
    assert [one.name for one in plain_words._index().occupations if typed in one.titles]


def test_whoever_was_introduced_comes_before_the_variety(db):
    make(*["Registered Nurse"] * 3, "Pediatrician")
    nurses = AlumniProfile.objects.filter(title="Registered Nurse").order_by("pk")
    reader = Reader(introduced={nurses[1].pk: "Ruth", nurses[2].pk: "Ruth"})
    query = DirectoryQuery.of(QueryDict(urlencode({"q": "work with sick children"})))
    found = search.find(query, reader, now=world.NOW, policy=Policy.now()).rows
    assert [alum.pk for alum in found][:2] == [nurses[1].pk, nurses[2].pk]
    assert sorted(alum.title for alum in found[2:]) == ["Pediatrician", "Registered Nurse"]


def test_a_place_at_the_end_is_kept(db):
    make("Veterinarian", city="Duluth", region="MN", country="US")
    make("Veterinarian Surgeon", city="Chicago", region="IL", country="US")
    assert roles("doctor for animals in Duluth") == ["Veterinarian"]
    assert roles("doctor for animals near chicago") == ["Veterinarian Surgeon"]


def test_everyday_words_are_read_only_where_nobody_has_the_words(db):
    make("Dentist", "Teeth Fixer")
    answer = ask("fixer teeth")
    assert ([alum.title for alum in answer.rows], answer.occupations) == (["Teeth Fixer"], [])
    assert ask("fix teeth", help="resume").total == 0


def test_filters_hold_for_them_too(db):
    make("Dentist", helps=["talk"])
    make("Dentist Two", helps=["resume"])
    assert roles("tooth doctor", help="resume") == ["Dentist Two"]


def test_the_page_says_what_was_looked_for(as_, student):
    make("Dentist", "Clerk", city="Brooklyn", region="NY", country="US")
    page = as_(student).get("/people/?" + urlencode({"q": "fix people's teeth"})).content.decode()
    assert "No one has all of these words in their profile." in page
    assert "Dentists" in page
    page = as_(student).get("/people/?" + urlencode({"q": "dentist NYC"})).content.decode()
    assert "We also searched for words close to “NYC”" in page
    assert "Brooklyn" in page
