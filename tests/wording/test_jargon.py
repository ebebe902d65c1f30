"""Words that may lose people outside a field: found in many fields, and everyday words left alone (R26)."""

import pytest

from apps.wording.jargon import Term, terms


def found(text, **known):
    return [term.word for term in terms(text, **known)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("I mapped 60 wells with QGIS and fit a GLMM to the nitrate data.", ["QGIS", "GLMM"]),
        ("We ran PCRs and western blots, then RNA-seq.", ["PCRs", "western blots", "RNA-seq"]),
        ("My thesis is about heteroscedasticity in transcriptomics.", ["heteroscedasticity", "transcriptomics"]),
        ("I built kubernetes-based pipelines in LaTeX.", ["kubernetes-based", "LaTeX"]),
        ("I read hermeneutics and historiography.", ["hermeneutics", "historiography"]),
        ("I modeled EBITDA and the amortization.", ["EBITDA", "amortization"]),
        ("A cross-sectional look at comorbidities.", ["cross-sectional", "comorbidities"]),
        ("WE MAPPED ALL THE WELLS WITH A GLMM.", ["GLMM"]),
        ("I use Python, React and SQL.", ["Python", "React", "SQL"]),
    ],
)
def test_terms_of_many_fields_are_noticed_in_their_order(text, words):
    assert found(text) == words


@pytest.mark.parametrize(
    "text",
    [
        "",
        "I’m Noor Haddad, a junior in public health at Tamarack. I read device recall notices like crime novels.",
        "I organise colourful programmes and study labour and behaviour.",
        "I tutored TAs’ spreadsheets, coded websites at a hackathon, and my GPA is 3.9 in the US.",
        "McDonald, O’Neill and Garcia-Lopez taught me welding, carpentry, bookkeeping and babysitting.",
        "I react well under pressure, lasso cattle, and saw a python. We are agile.",
        "Write to qgis@glmm.edu or www.qgis.org.",
        "WE MAPPED ALL THE WELLS WITH PIPES.",
        "I’m a first-generation student who led a student-run food pantry.",
    ],
)
def test_everyday_words_names_and_addresses_are_left_alone(text):
    assert found(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "I used QGIS, a free map tool.",
        "I used QGIS (free map software).",
        "I work with geographic information systems (GIS).",
    ],
)
def test_what_the_text_explains_itself_is_left_alone(text):
    assert found(text) == []


def test_what_is_known_is_left_alone_in_every_form():
    assert found("Epidemiology, GLMMs and QGIS.", known={"epidemiology", "glmm"}) == ["QGIS"]


def test_each_is_named_once_with_plain_words_where_there_are_some():
    assert terms("QGIS, then qgis and a QPCR.") == [Term("QGIS", "free map software"), Term("QPCR")]


def test_there_are_never_more_than_somebody_would_read():
    assert len(terms(" ".join(f"AB{letter}C" for letter in "DEFGHIJKLMNOPQ") + " and more")) == 8
