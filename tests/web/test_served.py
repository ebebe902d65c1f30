"""How a page is served: compressed, with a title that says when something is wrong, and with valid attributes."""

import gzip
import os
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.urls import reverse

from apps.web.bundles import BUNDLES
from tests.test_access import DOORS, browser_of, url_of

pytestmark = pytest.mark.django_db
TOKEN = re.compile(r'csrfmiddlewaretoken" value="([^"]+)"|X-CSRFToken&quot;: &quot;([^&]+)|"X-CSRFToken": "([^"]+)"')


def test_a_page_is_compressed_for_a_browser_that_can_read_it(client):
    address = reverse("account_login")
    packed = client.get(address, headers={"Accept-Encoding": "gzip, br"})
    plain = client.get(address)
    assert (packed["Content-Encoding"], "Content-Encoding" in plain) == ("gzip", False)
    assert "Accept-Encoding" in packed["Vary"]
    assert len(packed.content) < len(plain.content) / 2


def padding(packed):
    """Return the chance bytes in the header of a gzip file: its name, RFC 1952 2.3."""
    assert packed["Content-Encoding"] == "gzip"
    assert packed.content[3] & 8, "there is no name"
    return packed.content[10 : packed.content.index(b"\0", 10)]


@pytest.mark.parametrize(
    ("who", "name", "swap"),
    [
        ("by_link", "answer", False),  # behind a mailed link
        ("by_link", "answer_times", False),
        ("visitor", "account_login", False),  # a token in each form
        ("student", "account", False),
        ("student", "people", True),  # swapped in by htmx: what somebody looks for stands beside it
        ("office", "office_message", False),  # a mail with its links
    ],
)
def test_how_long_a_page_with_secrets_is_tells_nobody_what_stands_in_it(who, name, swap, everybody, stage):
    """BREACH compares the lengths of many answers. Each has a length of its own, by chance, and masks its token."""
    browser = browser_of(who, everybody, stage)
    address = url_of(name, stage) if name in DOORS else reverse(name)
    asks = {"Accept-Encoding": "gzip, br"} | ({"HX-Request": "true"} if swap else {})
    answers = [browser.get(address, headers=asks) for _ in range(16)]
    assert {answer.status_code for answer in answers} == {200}
    assert len({len(padding(answer)) for answer in answers}) > 4
    assert max(len(padding(answer)) for answer in answers) <= 100
    tokens = [set(TOKEN.findall(gzip.decompress(answer.content).decode())) for answer in answers]
    assert swap or all(tokens)
    assert all(tokens[0].isdisjoint(others) for others in tokens[1:])


def test_how_long_a_sign_in_code_page_is_tells_nothing_either(client, student):
    client.post(reverse("account_request_login_code"), {"email": student.email})
    pages = [client.get("/accounts/login/code/confirm/", headers={"Accept-Encoding": "gzip"}) for _ in range(16)]
    assert {page.status_code for page in pages} == {200}
    assert len({len(padding(page)) for page in pages}) > 4


def test_the_manifest_is_small_public_and_of_its_own_type(client):
    told = client.get(reverse("manifest"))
    assert told["Content-Type"] == "application/manifest+json"
    assert told["Cache-Control"] == "public, max-age=86400"
    assert not told.cookies
    assert {icon["purpose"] for icon in told.json()["icons"]} == {"any", "maskable"}
    page = client.get(reverse("account_login")).content.decode()
    assert f'<link rel="manifest" href="{reverse("manifest")}">' in page


@pytest.mark.parametrize(
    ("scheme", "colours"),
    [("", {"#f9f5f2": "light", "#17131a": "dark"}), ("light", {"#f9f5f2": ""}), ("dark", {"#17131a": ""})],
)
def test_the_bar_around_a_page_has_the_colour_of_its_scheme(scheme, colours, student, as_):
    student.scheme = scheme
    student.save()
    page = as_(student).get(reverse("today")).content.decode()
    found = re.findall(
        r'<meta name="theme-color" content="([^"]+)"(?: media="\(prefers-color-scheme: (\w+)\)")?>', page
    )
    assert dict(found) == colours


def test_the_sheets_and_the_scripts_of_every_page_come_as_two_files(client):
    page = client.get(reverse("account_login")).content.decode()
    assert re.findall(r'<link rel="stylesheet" href="([^"]+)"', page) == ["/static/css/rapport.css"]
    assert re.findall(r'<script src="([^"]+)"', page) == ["/static/js/rapport.js"]
    for name, parts in BUNDLES.items():
        made = Path(finders.find(name)).read_text()
        for part in parts:
            last = (settings.BASE_DIR / "static" / part).read_text().rstrip().splitlines()[-1]
            assert last in made, part
    assert "/* " not in Path(finders.find("css/rapport.css")).read_text()
    assert "Licensed under MIT" in Path(finders.find("css/rapport.css")).read_text()


def test_a_part_that_changed_is_in_the_bundle_at_once(settings, tmp_path):
    for part in BUNDLES["css/rapport.css"]:
        (tmp_path / "static" / part).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "static" / part).write_text("a {}")
    settings.BASE_DIR = tmp_path
    made = Path(finders.find("css/rapport.css"))
    changed = tmp_path / "static/css/theme.css"
    changed.write_text("b {}")
    os.utime(changed, (made.stat().st_mtime + 5,) * 2)
    try:
        assert "b {}" in Path(finders.find("css/rapport.css")).read_text()
    finally:
        made.unlink()  # the next page finds the real one


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
