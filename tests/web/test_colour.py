"""The office's own colour: readable wherever plum was, by day and by night, or refused with one that is."""

import re

import pytest
from django.forms import model_to_dict
from hypothesis import given
from hypothesis import strategies as st

from apps.policy.models import Policy
from apps.web import colour

COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


def pairs(chosen):
    """{name: (light, dark)} as the sheet says it."""
    return {
        n: (a, b) for n, a, b in re.findall(r"--rp-([\w-]+): light-dark\((#\w{6}), (#\w{6})\);", colour.sheet(chosen))
    }


def test_contrast_is_that_of_the_standard():
    assert colour.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert colour.contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


def test_a_colour_that_is_dark_enough_is_taken():
    assert [colour.complaint(c) for c in ("#6b2358", "#003366", "#000000", "#00693e")] == [""] * 4


def test_a_pale_one_is_refused_with_one_that_works():
    assert colour.complaint("#ffcc00") == (
        "This color is too pale to read on our background. Its contrast is 1.3 to 1, and 4.5 to 1 is needed. "
        "A darker one of the same kind works: #806600."
    )


@given(COLOURS)
def test_what_is_suggested_is_taken(chosen):
    said = colour.complaint(chosen)
    assert not said or colour.complaint(said[-8:-1]) == ""


@given(COLOURS)
def test_whatever_is_taken_can_be_read_by_day_and_by_night(chosen):
    if colour.complaint(chosen):
        return
    tokens = pairs(chosen)
    assert len(tokens) == 8
    for when, grounds in enumerate((colour.LIGHT, colour.DARK)):
        here = {name: both[when] for name, both in tokens.items()}
        assert min(colour.contrast(here["plum"], ground) for ground in (*grounds, here["plum-wash"])) >= 4.5
        assert colour.contrast(here["on-plum"], here["plum-fill"]) >= 4.5
        assert colour.contrast(here["on-plum"], here["plum-fill-hover"]) >= 4.5
        assert min(colour.contrast(here["stitch"], ground) for ground in grounds) >= 3


@pytest.mark.django_db
def test_the_sheet_is_served_and_named_by_its_colour(client):
    assert 'href="/house.css' not in client.get("/source/").content.decode()
    Policy.now()
    Policy.objects.update(colour="#003366")
    assert '<link rel="stylesheet" href="/house.css?003366">' in client.get("/source/").content.decode()
    response = client.get("/house.css?003366")
    assert response["Content-Type"] == "text/css; charset=utf-8"
    assert response["Cache-Control"] == "private, max-age=86400"
    assert response.content.decode() == colour.sheet("#003366")


@pytest.mark.django_db
def test_without_a_colour_the_sheet_is_empty(client):
    assert client.get("/house.css").content == b""


@pytest.mark.django_db
def test_the_office_hears_why_a_colour_is_refused(as_, office):
    def post(chosen):
        fields = {name: value for name, value in model_to_dict(Policy.now()).items() if value is not None}
        return as_(office).post("/office/policy/", fields | {"colour": chosen})

    response = post("#FFCC00")
    assert response.status_code == 422
    assert "A darker one of the same kind works: #806600." in response.content.decode()
    assert post("#806600").status_code == 302
    assert Policy.now().colour == "#806600"
