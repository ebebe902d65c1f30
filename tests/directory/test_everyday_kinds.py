"""Kinds of words that students type: misspelled, of another language, short forms, what a city is called at home."""

import pytest

from apps.alumni import families
from apps.alumni.words import other_words, query_words
from apps.directory import plain_words, trades


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
