"""How a page is served: compressed, with a title that says when something is wrong, and with valid attributes."""

import re

import pytest
from django.urls import reverse

pytestmark = pytest.mark.django_db


def test_a_page_is_compressed_for_a_browser_that_can_read_it(client):
    address = reverse("account_login")
    packed = client.get(address, headers={"Accept-Encoding": "gzip, br"})
    plain = client.get(address)
    assert (packed["Content-Encoding"], "Content-Encoding" in plain) == ("gzip", False)
    assert "Accept-Encoding" in packed["Vary"]
    assert len(packed.content) < len(plain.content) / 2


def test_the_title_says_that_something_is_wrong(student, as_, client):
    page = as_(student).post(reverse("contact_add"), {"name": ""}).content.decode()
    assert "<title>Error: " in page
    assert "<title>Error: " not in as_(student).get(reverse("contact_add")).content.decode()
    wrong = client.post(reverse("account_login"), {"login": "x", "password": "y"}).content.decode()
    assert "<title>Error: " in wrong


@pytest.mark.parametrize(("who", "name"), [("student", "today"), ("coach", "caseload")])
def test_moments_and_the_mark_are_written_as_the_standard_wants(who, name, everybody, as_):
    text = as_(everybody[who]).get(reverse(name)).content.decode()
    moments = re.findall(r'datetime="([^"]+)"', text)
    assert moments
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d", moment) for moment in moments)
    mark = re.search(r'<link rel="icon"[^>]*href="([^"]+)"', text).group(1)
    assert re.fullmatch(r"data:image/svg\+xml,[^ <>{}]+", mark)
