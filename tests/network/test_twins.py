"""Who is one person, whatever the spelling (apps/network/twins.py)."""

import pytest

from apps.network import twins
from apps.network.twins import Sign

GRACE = "in/grace-otieno"


@pytest.mark.parametrize(
    "address",
    [
        "https://www.linkedin.com/in/grace-otieno",
        "https://www.linkedin.com/in/grace-otieno/",
        "http://linkedin.com/in/Grace-Otieno",
        "linkedin.com/in/grace-otieno",
        "WWW.LINKEDIN.COM/in/grace-otieno/",
        "//www.linkedin.com/in/grace-otieno",
        "https://ke.linkedin.com/in/grace-otieno?trk=public_profile",
        "https://m.linkedin.com/in/grace-otieno#experience",
        "https://www.linkedin.com/in/grace-otieno/en",
        "https://www.linkedin.com/in/grace-otieno/details/experience/",
        "https://www.linkedin.com/mwlite/in/grace-otieno",
        "https://www.linkedin.com/in//grace-otieno",
        "<https://www.linkedin.com/in/grace-otieno>",
        "  https://www.linkedin.com/in/grace%2Dotieno ",
        "in/grace-otieno",
        "/in/grace-otieno/",
    ],
)
def test_a_profile_is_the_same_in_any_form(address):
    assert twins.linkedin_key(address) == GRACE
    assert twins.linkedin_address(address) == "https://www.linkedin.com/in/grace-otieno/"


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("https://www.linkedin.com/in/jos%C3%A9-p%C3%A9rez", "in/josé-pérez"),
        ("https://www.linkedin.com/profile/view?id=123456&trk=x", "id/123456"),
        ("https://lnkd.in/eXyZ12", "lnkd.in/eXyZ12"),
        ("https://www.linkedin.com/pub/grace-otieno/12/345/678", GRACE),
        ("https://www.linkedin.com/company/corvane", ""),
        ("https://www.linkedin.com/school/tamarack", ""),
        ("https://www.linkedin.com/", ""),
        ("https://www.linkedin.com/in/", ""),
        ("https://linkedin.com.evil.example/in/grace-otieno", ""),
        ("https://example.org/in/grace-otieno", ""),
        ("http://[broken", ""),
        ("", ""),
    ],
)
def test_only_a_profile_names_somebody(address, key):
    assert twins.linkedin_key(address) == key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("María López", "Maria Lopez"),
        ("Smith, John", "john smith"),
        ("Jane Lindqvist, PhD", "Dr. Jane Lindqvist"),
        ("Grace Otieno ’13", "Grace  Otieno"),
        ("Grace Otieno'13", "Otieno, Grace"),
        ("Robert “Bob” Jones", "Robert Jones"),
        ("Rohan Som (he/him)", "ROHAN SOM"),
        ("Łukasz Żak", "Lukasz Zak"),
        ("Ana-Luisa Prado", "Ana Luisa Prado"),
    ],
)
def test_a_name_is_the_same_in_any_spelling(one, other):
    assert twins.name_key(one) == twins.name_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Marisol Vega", "Marisol Vega, county open day"),
        ("Sam", "Sam 2"),
        ("Uncle Ziad", "Ziad"),
        ("Ken Griffey", "Ken Griffey Jr."),
        ("Ana Núñez", "Ana Muñoz"),
    ],
)
def test_what_tells_two_apart_does(one, other):
    assert twins.name_key(one) != twins.name_key(other)


HELEN = {"name": "Helen Varga", "email": "helen@city.example", "linkedin": "linkedin.com/in/hvarga"}


@pytest.mark.parametrize(
    ("typed", "sign"),
    [
        ({"name": "H. V.", "email": "Helen@City.example"}, Sign.EMAIL),
        ({"name": "H. V.", "email": "mailto:helen@city.example"}, Sign.EMAIL),
        ({"name": "H. V.", "linkedin": "https://de.linkedin.com/in/HVarga/?x=1"}, Sign.LINKEDIN),
        ({"name": "Varga, Helen", "organization": "The City of Duluth, Inc."}, Sign.NAME_AND_PLACE),
        ({"name": "Varga, Helen", "organization": "Corvane"}, Sign.NAME),
        ({"name": "Helen Vargas"}, None),
        ({"name": "Helen", "email": "", "linkedin": "", "organization": "City of Duluth"}, None),
    ],
)
def test_the_surest_sign_is_told(typed, sign):
    there = twins.key(**HELEN, organization="City of Duluth")
    assert twins.sign(twins.key(**typed), there) == sign


def test_a_mail_or_a_profile_is_certain_and_a_name_is_not():
    assert [one.name for one in Sign if one.is_certain] == ["EMAIL", "LINKEDIN"]


class Somebody:
    def __init__(self, *args, **fields):
        self.twin_key = twins.key(*args, **fields)


def test_of_several_the_surest_is_found_and_a_new_one_is_known_at_once():
    namesake, same = Somebody("Ana Ruiz"), Somebody("A. R.", email="ana@x.example")
    known = twins.Known([namesake, same])
    assert known.find(twins.key("Ana Ruiz", email="ANA@x.example")) == (same, Sign.EMAIL)
    assert known.find(twins.key("Ruiz, Ana")) == (namesake, Sign.NAME)
    assert known.find(twins.key("Ben")) is None
    ben = Somebody("Ben")
    known.add(ben)
    assert known.find(twins.key("ben")) == (ben, Sign.NAME)
