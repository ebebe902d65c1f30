"""The office's page of what gets a reply: what it says, hides and hands out (R276). Figures: test_what_works.py."""

import csv
import re

import pytest
from django.core.cache import caches
from django.urls import reverse

from apps.interviews.asking.what_works import ALL, Group

pytestmark = pytest.mark.django_db
PAGE, FILE = "office_replies", "office_replies_export"
LARGE = {
    ALL: [Group(True, 80, 35, 60, 20, 20)],
    "named": [Group(True, 40, 25, 31, 9, 9), Group(False, 40, 10, 29, 9, 9)],
    "shared": [Group(True, 40, 18, 30, 9, 9), Group(False, 40, 17, 30, 9, 9)],
    "short": [Group(True, 51, 20, 37, 9, 9), Group(False, 29, 15, 23, 9, 9)],
    "soon": [Group(True, 40, 17, 39, 9, 9), Group(False, 40, 18, 21, 9, 9)],
    "few": [Group(True, 80, 35, 60, 20, 20)],
}


@pytest.fixture
def found():
    """Put figures in the place of those that are counted once a day."""
    caches["near"].delete("what_works")
    yield lambda counted: caches["near"].set("what_works", counted)
    caches["near"].delete("what_works")


def words(client):
    main = re.search(r"<main.*?</main>", client.get(reverse(PAGE)).content.decode(), re.DOTALL)[0]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


def test_with_nothing_yet_it_says_what_is_needed(desk, found):
    said = words(desk)
    assert "Figures appear when the reply is due for at least 30 requests, from 5 or more students" in said
    assert "Download" not in said
    assert len(lines(desk)) == 1


def test_it_tells_shares_with_their_range_and_only_clear_differences(desk, found):
    found(LARGE)
    said = words(desk)
    assert "All requests 80 44% (33% to 55%) 75% (65% to 83%)" in said
    assert "Requests that name who suggested the alum get a yes more often: 62% against 25%. Names" in said
    assert "Field of study No clear difference. Same as the alum’s 40 45% (31% to 60%)" in said
    assert (
        "Requests that offer a first time within 4 business days get a reply more often: 98% against 52%. Within"
        in said
    )


def test_a_fact_with_a_small_group_is_hidden_whole(desk, found):
    found(LARGE)
    assert "Length Too few to compare. Under 120 words Too few to say 120 words or more Too few to say" in words(desk)
    assert "Times offered Too few to compare. 3 or fewer 80" in words(desk)
    assert all("29" not in row and "51" not in row for row in lines(desk) if row[0] == "Length")


def lines(client):
    answer = client.get(reverse(FILE))
    assert answer["Content-Type"].startswith("text/csv")
    return list(csv.reader(b"".join(answer).decode("utf-8-sig").splitlines()))


def test_the_file_has_the_same_figures_and_is_safe_in_a_spreadsheet(desk, found):
    found(LARGE)
    header, everything, named, *rest = lines(desk)
    assert header[:5] == ["Fact", "Group", "Requests", "Yes", "Yes (%)"]
    assert everything == ["", "All requests", "80", "35", "43.8", "33.4", "54.7", "60", "75.0", "64.5", "83.2"]
    assert named[:5] == ["Who suggested the alum", "Names who suggested the alum", "40", "25", "62.5"]
    assert ["Length", "Under 120 words", "Too few to say", *[""] * 8] in rest
    assert not [cell for row in lines(desk) for cell in row if cell[:1] in "=+-@\t" and cell]


@pytest.mark.parametrize("who", ["student", "coach", "alum"])
@pytest.mark.parametrize("name", [PAGE, FILE])
def test_only_the_office_reads_it(request, as_, who, name):
    assert as_(request.getfixturevalue(who)).get(reverse(name)).status_code in (403, 404)


def test_the_page_asks_the_same_questions_with_figures_and_without(desk, found, django_assert_num_queries):
    desk.get(reverse(PAGE))
    for counted in ({}, LARGE):
        found(counted)
        with django_assert_num_queries(4):
            desk.get(reverse(PAGE))
