"""{% url %} and {% static %} are Django's own but for what they remember."""

import pytest
from django.template import Context, Template
from django.templatetags.static import static
from django.urls import NoReverseMatch


def shown(source, **context):
    return [Template(source).render(Context(context)) for _ in range(2)]


@pytest.mark.parametrize(
    ("source", "path"),
    [
        ("{% url 'today' %}", "/today/"),
        ("{% url name %}", "/people/"),
        ("{% url 'TODAY'|lower %}", "/today/"),
        ("{% url 'contact' 7 %}", "/network/7/"),
        ("{% url 'contact' pk=8 %}", "/network/8/"),
        ("{% url 'today' as here %}<{{ here }}>", "</today/>"),
        ("{% url 'nowhere' as here %}<{{ here }}>", "<>"),
    ],
)
def test_an_address_is_the_one_of_django(source, path):
    assert shown(source, name="people") == [path] * 2


def test_a_page_that_is_not_there_is_an_error():
    with pytest.raises(NoReverseMatch):
        shown("{% url 'nowhere' %}")


def test_a_file_is_the_one_of_django():
    assert shown("{% static 'js/base.js' %}") == [static("js/base.js")] * 2
