"""An organization of several words, a slip or two off: who works there is found, and nobody who works elsewhere."""

from urllib.parse import urlencode

import pytest
from django.http import QueryDict

from apps.directory import search
from apps.directory.queries import DirectoryQuery, Reader
from apps.policy.models import Policy
from tests import world

BLANK = {"title": "", "field": "", "majors": [], "city": "", "region": "", "country": "", "degrees": ""}
EMPLOYERS = (
    *("Procter & Gamble", "Johnson & Johnson", "Goldman Sachs", "McKinsey & Company", "Ernst & Young LLP"),
    *("Barnes & Noble", "Booz Allen Hamilton", "Ben & Jerry's", "Black + Veatch", "Wells Fargo", "Morgan Stanley"),
    *("Marks and Spencer", "Lockheed Martin", "Johns Hopkins University", "Capital One", "Smith Barker Painting"),
)
OTHERS = (  # each misspelled word is somebody's own, or the word of a trade
    *("Lia Proctor", "Bo Sacks", "Ernest Yong", "Cy Barns", "Noble Gambel", "Jonson Merril", "Di Linch", "Al Stanely"),
    *("Vic Weach", "Hal Marten", "Hopkin Alen", "Merry Capitol", "Nobel Xu"),
)


@pytest.fixture
def people(db):
    for number, employer in enumerate(EMPLOYERS):
        world.alum_profile(f"Xq{number} Zq", employer=employer, **BLANK)
    for name in OTHERS:
        world.alum_profile(name, employer="", **BLANK)


def ask(text, **more):
    query = DirectoryQuery.of(QueryDict(urlencode({"q": text} | more)))
    return search.find(query, Reader(), now=world.NOW, policy=Policy.now())


def employers(text, **more):
    return [alum.employer for alum in ask(text, **more).rows]


@pytest.mark.parametrize(
    ("typed", "employer"),
    [
        *((typed, "Procter & Gamble") for typed in ("proctor and gamble", "Proctor & Gamble", "proctor + gamble")),
        *((typed, "Procter & Gamble") for typed in ("proctor gamble", "proctor & gambel", "procter n gamble")),
        *((typed, "Johnson & Johnson") for typed in ("jonson & jonson", "Johnson and Jonson", "johnsen & johnsen")),
        *((typed, "Goldman Sachs") for typed in ("goldman sacks", "Goldman Sach", "goldmen sachs", "goldmann sacks")),
        *((typed, "McKinsey & Company") for typed in ("mckinsy and company", "McKinzey & Company")),
        *((typed, "Ernst & Young LLP") for typed in ("ernst and yong", "Ernest & Young", "ernest n yung")),
        *((typed, "Barnes & Noble") for typed in ("Barns and Noble", "barns + nobel", "barnes n noble")),
        *((typed, "Booz Allen Hamilton") for typed in ("booz alen hamilton", "booz allen hamelton", "booz alen")),
        *((typed, "Black + Veatch") for typed in ("black and veach", "black & veatsh")),
        *((typed, "Morgan Stanley") for typed in ("morgan stanely", "morgen stanley")),
        ("marks and spenser", "Marks and Spencer"),
        ("lockheed marten", "Lockheed Martin"),
        ("john hopkin university", "Johns Hopkins University"),
        ("wells fargoe", "Wells Fargo"),
        ("ben and jery's", "Ben & Jerry's"),
    ],
)
def test_who_works_there_is_found(people, typed, employer):
    assert employers(typed) == [employer]


def test_what_was_put_right_is_said(people):
    assert ask("proctor and gamble").corrected == {"proctor": "procter"}
    assert ask("jonson & jonson").corrected == {"jonson": "johnson"}
    assert ask("barnes n noble").corrected == {}


def test_it_may_stand_within_more_words(people):
    world.alum_profile("Xu Zq", **BLANK | {"employer": "Goldman Sachs", "title": "Analyst", "city": "Chicago"})
    assert employers("analyst at goldman sacks in chicago") == ["Goldman Sachs"]
    assert employers("analyst goldman sacks", sort="name") == ["Goldman Sachs"]


@pytest.mark.parametrize(
    ("typed", "listed"),
    [
        ("boston college", "Bolton College"),
        ("central bank", "Central Bark"),
        ("boston harbor", "Bolton Harbor"),
        ("summit paint", "Summit Point"),
        ("smith painting", "Smith Printing"),
        ("baker & sons", "Banker & Sons"),
        ("baker and co", "Barker & Co"),
        ("delta dental", "Delta Rental"),
        ("marsh & mclennan", "Walsh & McLennan"),
        ("first national bank", "First Rational Bank"),
        ("lia gamble", "Leo Gamble Studio"),
        ("iowa state university", "Iona State University"),
        ("ford foundation", "Fort Foundation"),
        ("hansen & sons", "Jensen & Sons"),
        ("lee & co", "Lea & Co"),
    ],
)
def test_it_is_never_put_right_into_another_trade_or_organization(people, typed, listed):
    world.alum_profile("Wren Zq", **BLANK | {"employer": listed})
    for word in typed.split():
        if word.isalpha():
            world.alum_profile(f"{word.title()} Aa{word}", employer="", **BLANK)
    assert listed not in employers(typed)


def test_an_organization_that_is_there_is_no_slip_of_another(people):
    """Where it has nobody in a place, nobody of another one is shown instead."""
    world.alum_profile("Wren Zq", **BLANK | {"employer": "Jonson & Jonson", "city": "Duluth"})
    world.alum_profile("Mia Zq", **BLANK | {"employer": "Johnson & Johnson", "city": "Chicago"})
    assert employers("jonson & jonson chicago") == []
    assert employers("jonson & jonson") == ["Jonson & Jonson"]


def test_who_is_not_listed_lends_no_name(people):
    world.alum_profile("Wren Zq", listing="hidden", **BLANK | {"employer": "Canary & Zanzibar"})
    answer = ask("canery and zanzibar")
    assert (answer.total, answer.corrected) == (0, {})
