"""{% url %} says what Django's own says, and refuses what that refuses."""

import pytest
from django.template import Context, Engine, TemplateSyntaxError
from django.urls import NoReverseMatch

from apps.web.links import KnownURL

OURS = Engine(builtins=["apps.web.links"])
TEXTS = [
    "{% url 'network' %}",
    "{% url 'contact' number %}",
    "{% url 'contact' text %}",
    "{% url 'contact' 0 %}",
    "{% url 'contact' pk=number %}",
    "{% url name %}",
    "{% url name|lower %}",
    "{% url 'contact' number as there %}[{{ there }}]",
    "{% url 'nowhere' as there %}[{{ there }}]",
    "{% url 'contact' number %}?a=1&amp;b={{ number }}",
    "{% url 'card_update' text %}",
]
WRONG = ["{% url 'nowhere' %}", "{% url 'contact' %}", "{% url 'contact' nothing %}", "{% url 'contact' minus %}"]
NAMES = {"number": 7, "text": "7", "name": "network", "minus": -7, "nothing": None}


def said(engine, text):
    try:
        return engine.from_string(text).render(Context(NAMES))
    except NoReverseMatch:
        return NoReverseMatch


@pytest.mark.parametrize("text", [*TEXTS, *WRONG])
def test_it_is_what_django_says(text):
    assert said(OURS, text) == said(Engine(), text)


def test_what_is_wrong_in_a_template_is_said_when_it_is_read():
    with pytest.raises(TemplateSyntaxError):
        OURS.from_string("{% url %}")


def test_every_page_uses_it(settings):
    assert "apps.web.links" in settings.TEMPLATES[0]["OPTIONS"]["builtins"]
    assert isinstance(OURS.from_string("{% url 'network' %}").nodelist[0], KnownURL)
