"""Searches as people say and misspell them: class years in words, signs spelled out, everyday trades by ear."""

import pytest

from apps.alumni import words
from apps.alumni.models import AlumniProfile
from apps.directory import trades
from tests import world
from tests.directory.test_plain_words import ask, make, roles

# --- years ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "years"),
    [
        ("98 grads", {1998}),
        ("grads 98", {1998}),
        ("class 98", {1998}),
        ("98 alumnae", {1998}),
        ("graduated 98", {1998}),
        ("ninety eight grads", {1998}),
        ("class of ninety-eight", {1998}),
        ("Class of Nineteen Ninety Eight", {1998}),
        ("nineteen ninety-three", {1993}),
        ("class of oh five", {2005}),
        ("two thousand five", {2005}),
        ("two thousand and twelve", {2012}),
        ("twenty twelve graduates", {2012}),
        ("twelve grads", {2012}),
        ("92 to 99 grads", {1993, 1998}),
        ("nineties", {1993, 1998}),
        ("the Nineties", {1993, 1998}),
        ("90s grads", {1993, 1998}),
        ("nineties alumni", {1993, 1998}),
        ("early nineties", {1993}),
        ("late 90s", {1998}),
        ("late 1990s", {1998}),
        ("mid-eighties", {1985}),
        ("grads from the eighties", {1985}),
        ("nineteen eighties", {1985}),
        ("the 00s", {2005}),
        ("the two thousands", {2005}),
        ("aughts", {2005}),
        ("twenty-tens", {2012}),
    ],
)
def test_class_years_and_decades_as_they_are_said(db, typed, years):
    for year in (1985, 1993, 1998, 2005, 2012):
        world.alum_profile(f"Zq{year} Xu", email=f"{year}@alum.example", class_year=year, title="Clerk")
    assert {alum.class_year for alum in ask(typed).rows} == years


@pytest.mark.parametrize(
    "typed",
    [
        "help people in their fifties",
        "98 people",
        "twenty one pilots",
        "alumni 20 years experience",
        "class 98 students",
    ],
)
def test_what_says_no_year_is_none(typed):
    assert not any(words.is_year(word) for word in words.query_words(typed))


# --- signs and letters ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "employer"),
    [
        *((typed, "AT&T") for typed in ("at and t", "AT and T", "at & t", "a t & t", "A T and T", "at ampersand t")),
        *((typed, "H&M") for typed in ("h and m", "H & M", "h n m", "H + M")),
        *((typed, "3M") for typed in ("3 M", "3 m", "3-M", "three m")),
        *((typed, "Procter & Gamble") for typed in ("P & G", "p and g", "procter and gamble")),
        ("seven eleven", "7-Eleven"),
        ("seven dash eleven", "7-Eleven"),
        ("g 4 s", "G4S"),
        ("I B M", "IBM"),
        ("p w c", "PwC"),
        ("Disney plus", "Disney+"),
        ("Amazon dot com", "Amazon.com"),
        ("four seasons", "Four Seasons"),
    ],
)
def test_an_organization_is_found_however_its_signs_are_said(db, typed, employer):
    for number, other in enumerate(
        (
            "AT&T",
            "H&M",
            "3M",
            "Procter & Gamble",
            "7-Eleven",
            "G4S",
            "IBM",
            "PwC",
            "Disney+",
            "Amazon.com",
            "Four Seasons",
        )
    ):
        fields = {"field": "", "city": "", "region": "", "country": "", "class_year": 2011}
        world.alum_profile(f"Xq{number} Zq", email=f"{number}@alum.example", title="Clerk", employer=other, **fields)
    assert [alum.employer for alum in ask(typed).rows] == [employer]


def test_letters_that_are_words_of_their_own_still_are(db):
    make("C and R Developer", "Baker")
    assert roles("c and r") == roles("C & R") == roles("c r") == ["C and R Developer"]
    world.alum_profile("J. K. Rowe", email="jk@alum.example")
    assert [alum.name for alum in ask("j k rowe").rows] == ["J. K. Rowe"]
    make("C Programmer", "Clerk")
    assert "C Programmer" in roles("a c programmer")


# --- misspelled -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("docter", "Physician"),
        ("doctur", "Physician"),
        ("laywer", "Attorney"),
        ("lawer", "Attorney"),
        ("veternarian", "Vet"),
        ("vetrinarian", "Vet"),
        ("electrition", "Electrician"),
        ("plummer", "Plumber"),
        ("sychologist", "Psychologist"),
        ("psycologist", "Psychologist"),
        ("farmacist", "Pharmacist"),
        ("accountent", "Accountant"),
        ("jurnalist", "Journalist"),
        ("libarian", "Librarian"),
        ("enginear", "Engineer"),
        ("teech kids", "Elementary School Teacher"),
        ("docter for animals", "Veterinarian"),
    ],
)
def test_everyday_trades_are_known_by_ear_also_where_nobody_has_the_word(db, typed, title):
    make(title, "Door Maker", "Docker Administrator", "Welder")
    answer = ask(typed)
    assert [alum.title for alum in answer.rows][:1] == [title]


@pytest.mark.parametrize(
    "trade",
    [
        "luthier",
        "farrier",
        "cooper",
        "sommelier",
        "fuller",
        "tanner",
        "milliner",
        "cobbler",
        "sexton",
        "docent",
        "doula",
        "lector",
        "cantor",
        "actuary",
        "curator",
        "courier",
        "barber",
        "currier",
        "sawyer",
        "tiler",
        "tailor",
        "sailor",
        "caster",
        "baler",
        "dyer",
        "docker",
        "decker",
    ],
)
def test_a_trade_is_never_put_right_into_another(db, trade):
    make("Lawyer", "Teacher", "Doctor", "Nurse", "Baker", "Dealer", "Writer", "Copier Technician")
    assert ask(trade).corrected == {}


def test_what_is_as_near_to_two_is_neither():
    assert [trades.meant(word) for word in ("", "bar", "xyzzy", "zzzzzzz")] == [""] * 4


# --- by chance --------------------------------------------------------------------------------------------------------


def test_a_chance_hit_hides_nobody_who_does_the_work(db):
    make("Software Developer", "Social Worker")
    chance = {"happy_to_discuss": "How to write code, or help poor families cook"}
    world.alum_profile("Chance Hit", email="chance@alum.example", title="Shop Keeper", employer="", field="", **chance)
    answer = ask("write code")
    assert [alum.title for alum in answer.rows] == ["Software Developer", "Shop Keeper"]
    assert (answer.has_words, answer.total, bool(answer.occupations)) == (True, 2, True)
    assert "Social Worker" in roles("help poor families")
    assert "Shop Keeper" in roles("help poor families")
    AlumniProfile.objects.filter(title="Shop Keeper").delete()
    assert roles("help poor families") == ["Social Worker"]


def test_who_has_the_words_in_what_they_do_is_no_chance_hit(db):
    make("Code Writer", "Software Developer")
    assert roles("code writer") == ["Code Writer"]
    assert ask("code writer").occupations == []


def test_a_place_an_employer_or_a_name_is_never_left_out(db):
    make("Software Developer")
    world.alum_profile("Bo Zq", email="bo@alum.example", title="Clerk", city="Duluth", happy_to_discuss="write code")
    assert [alum.name for alum in ask("write code duluth").rows] == ["Bo Zq"]
