"""Words that run from right to left, in pages and mails that run from left to right."""

import pytest

from apps.web.directions import isolated
from tests import world


@pytest.mark.parametrize(("markup", "isolate"), [
    ("<p>Ana ’10</p>", "<p>Ana ’10</p>"),
    ("<p>יעל כהן ’10</p>", "<p><bdi>יעל כהן</bdi> ’10</p>"),
    ("<p>Tell ג&#x27;ורג 3 times</p>", "<p>Tell <bdi>ג&#x27;ורג</bdi> 3 times</p>"),
    ("<p>محمد علي, 20 minutes</p>", "<p><bdi>محمد علي</bdi>, 20 minutes</p>"),
    ('<a aria-label="Ask יעל">Ask יעל</a>', '<a aria-label="Ask יעל">Ask <bdi>יעל</bdi></a>'),
    ("<title>יעל</title><textarea>יעל</textarea><option>יעל</option>",) * 2,
    ("<p><bdi>יעל</bdi></p>",) * 2,
])  # fmt: skip
def test_a_run_is_set_apart(markup, isolate):
    assert isolated(markup) == isolate


def test_a_page_keeps_the_class_behind_the_name(as_, student):
    alum = world.alum_profile("יעל כהן", class_year=2010, email="yael@alum.example")
    response = as_(student).get(f"/people/{alum.pk}/")
    page = response.content.decode()
    assert page.index("<bdi>יעל כהן</bdi>") < page.index("’10")
    assert response["Content-Length"] == str(len(response.content))
    assert "<bdi>יעל כהן</bdi>" in as_(student).get("/people/").content.decode()
