"""Kinds of words that students type: misspelled, of another language, short forms, what a city is called at home."""

from urllib.parse import urlencode

import pytest
from django.http import QueryDict

from apps.alumni import families, spoken
from apps.alumni.words import other_words, query_words
from apps.directory import plain_words, trades, wanted
from apps.directory.queries import DirectoryQuery


def said(text):
    return {label.lower() for labels in other_words(query_words(text)).values() for label in labels}


@pytest.mark.parametrize(("typed", "meant"), [
    *(("technition", "technician"), ("electrition", "electrician"), ("physition", "physician")),
    *(("musition", "musician"), ("politition", "politician")),  # -cian as -tion
    *(("achitect", "architect"), ("mechancic", "mechanic")),  # of which only the plural names an occupation
    *(("laywer", "lawyer"), ("docter", "doctor"), ("phycologist", "psychologist"), ("teachr", "teacher")),
])  # fmt: skip
def test_a_misspelled_word_of_work_is_known(typed, meant):
    assert trades.meant(typed) == meant


@pytest.mark.parametrize(("typed", "english"), [
    ("abogada", "lawyer"),
    ("Médico", "doctor"),
    ("enfermero", "nurse"),
    ("infirmière", "nurse"),
    ("ingénieur", "engineer"),
    ("trabajadora social", "social worker"),
    ("assistante sociale", "social worker"),
    ("comptable", "accountant"),
    ("recursos humanos", "hr"),
])  # fmt: skip
def test_a_word_in_spanish_or_french_finds_what_english_calls_it(typed, english):
    assert english in said(typed)
    assert not said(english) & {"abogada", "medico", "enfermero", "comptable"}  # and not the other way round


def test_every_line_of_another_language_says_what_it_finds():
    assert len(families.abroad()) > 100
    assert all(meanings and all(one.phrase for one in meanings) for meanings in families.abroad().values())


@pytest.mark.parametrize(("typed", "city"), [
    ("ATX", "austin"),
    ("H-town", "houston"),
    ("Bmore", "baltimore"),
    ("CLT", "charlotte"),
    ("RDU", "raleigh"),
    ("Motown", "detroit"),
    ("Silicon Beach", "santa monica"),
    ("the Cape", "cape cod"),
    ("tri-state", "new jersey"),
    ("NoVA", "fairfax"),
    ("Silicon Slopes", "provo"),
    ("the Rust Belt", "ohio"),
    ("upstate New York", "syracuse"),
])  # fmt: skip
def test_a_place_is_known_by_what_people_there_call_it(typed, city):
    assert city in said(typed)


@pytest.mark.parametrize(("typed", "name"), [
    ("DS", "data scientist"),
    ("GC", "general counsel"),
    ("ADA", "assistant district attorney"),
    ("PI", "principal investigator"),
    ("IRS", "internal revenue service"),
    ("RDH", "dental hygienist"),
    ("TPM", "technical program manager"),
])  # fmt: skip
def test_a_short_form_is_known(typed, name):
    assert name in said(typed)


@pytest.mark.parametrize(("typed", "code"), [
    ("i like puzzles and money", "13-2051.00"),
    ("work with spreadsheets all day", "13-2051.00"),
    ("figure out crimes", "33-3021.00"),
    ("make beats", "27-2041.00"),
    ("lunch lady", "35-2012.00"),
    ("help people retire", "13-2052.00"),
    ("loan officer", "13-2072.00"),  # Loan is a given name as well
])  # fmt: skip
def test_a_wish_finds_its_occupation(typed, code):
    assert code in [one.code for one in plain_words.meant(typed)]


def test_a_name_is_still_no_occupation():
    assert plain_words.meant("Loan Nguyen") == plain_words.meant("Taylor Cook") == []


@pytest.mark.parametrize(("typed", "code"), [
    *(("🦷", "29-1021.00"), ("👩‍💻", "15-1252.00"), ("👨🏽‍🍳", "35-1011.00")),
    *(("🚒", "33-2011.00"), ("⚖️", "23-1023.00"), ("seamstresses", "51-6052.00")),
    *(("psych major", "19-3033.00"), ("econ majors", "19-3011.00"), ("computer science majors", "15-1252.00")),
    *(("FAANG", "15-1252.00"), ("big 4", "13-2011.00"), ("MSF", "29-1141.00"), ("NHS", "29-1141.00")),
    *(("mech e", "17-2141.00"), ("poli sci", "19-3094.00"), ("math prof", "25-1022.00")),  # half a word
    *(("barrister", "23-1011.00"), ("lorry driver", "53-3032.00"), ("headmistress", "11-9032.00")),
])  # fmt: skip
def test_each_kind_of_short_or_other_word_finds_its_occupation(typed, code):
    assert code in [one.code for one in plain_words.meant(typed)]


@pytest.mark.parametrize("typed", ["😂", "❤️ nurse", "", "!!", "日本", "٣"])
def test_pictures_of_feelings_and_beside_words_say_nothing(typed):
    assert spoken.of_pictures(typed) == typed


@pytest.mark.parametrize(("typed", "english"), [
    *(("Anwältin", "lawyer"), ("Krankenschwester", "nurse"), ("lehrer", "teacher"), ("architetto", "architect")),
    *(("enfermeira", "nurse"), ("camarera", "waitress")),
])  # fmt: skip
def test_german_italian_and_portuguese_words_find_what_english_calls_it(typed, english):
    assert english in said(typed)


@pytest.mark.parametrize(("typed", "meant"), [("structral", "structural"), ("carpinter", "carpenter")])
def test_a_long_word_of_any_trade_is_put_right(typed, meant):
    assert not trades.is_known(typed)
    assert trades.meant(typed) == meant


@pytest.mark.parametrize(("typed", "code"), [("periodista", "27-3023.00"), ("CFO", "11-3031.00")])
def test_a_short_or_foreign_name_is_read_by_what_it_stands_for(db, typed, code):
    query = DirectoryQuery.of(QueryDict(urlencode({"q": typed})))
    assert code in [one.code for other in wanted.second_tries(query) for one in other.occupations]


def test_a_nickname_of_a_place_is_kept_though_its_words_are_everyday_ones():
    assert next(iter(wanted._parted("accountant in the Windy City"))) == ("accountant", "Windy City")
