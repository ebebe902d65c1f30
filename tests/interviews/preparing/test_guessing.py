"""What a student’s own question is about: guessed, shown, changed with one press, and counted as covered."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.interviews.preparing import actions, guessing, question_bank
from apps.interviews.preparing.models import PlannedQuestion, Theme
from tests import world

HELD_BACK = Path(__file__).parent / "data" / "own_questions.txt"
HTMX = {"HTTP_HX_REQUEST": "true"}
pytestmark = pytest.mark.django_db


def lines(file):
    rows = (line for line in file.read_text().splitlines() if not line.startswith("#"))
    return [(theme, f"{text[0].upper()}{text[1:]}?") for theme, _, text in (row.partition(" ") for row in rows)]


@pytest.fixture
def bank():
    question_bank.bring_in()


@pytest.fixture
def talk(bank, student):
    return world.interview(
        student, world.contact(student, "Marcus Adeyemi"), starts_at=timezone.now() + timedelta(days=1)
    )


@pytest.fixture
def post(talk, student, as_):
    client = as_(student)
    return lambda name, data, *args, **more: client.post(reverse(name, args=[talk.pk, *args]), data, **more)


def covered(html, theme):
    """Whether the line of what the questions cover has a theme checked."""
    line = html.partition('<ul class="rp-cover')[2].partition("</ul>")[0]
    (part,) = [part for part in line.split("<li>") if f" {Theme(theme).label}" in part]
    return "rp-moss" in part


def test_of_questions_held_back_nine_in_ten_are_guessed_or_asked_about(bank):
    """Right, asked about, wrong: none of these sentences has been learned from."""
    held = lines(HELD_BACK)
    learned = {text for _, text in lines(guessing.FILE)}
    assert not learned & {text for _, text in held}
    found = [(theme, guessing.guessed(text)) for theme, text in held]
    right, asked = sum(theme == guess for theme, guess in found), sum(not guess for _, guess in found)
    assert (len(held), right, asked, len(held) - right - asked) == (99, 87, 9, 3)


def test_every_theme_has_everyday_sentences():
    assert {theme for theme, _ in lines(guessing.FILE)} == set(Theme.values)


@pytest.mark.parametrize("text", ["?", "Hm?", "Zebrafish?", "日本?"])
def test_of_words_that_tell_nothing_nothing_is_guessed(bank, text):
    assert guessing.guessed(text) == ""


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_an_own_question_counts_and_its_topic_is_shown_and_changed_with_one_press(talk, post, headers):
    page = post("prepare_add", {"text": "What does your week look like?"}, **headers, follow=not headers)
    html = page.content.decode()
    assert (covered(html, "day"), covered(html, "field"), "Counts as “A typical day”." in html) == (True, False, True)
    row = PlannedQuestion.objects.get()
    html = post("prepare_question", {"act": "about", "theme": "field"}, row.pk, **headers, follow=not headers)
    html = html.content.decode()
    row.refresh_from_db()
    assert (row.theme, covered(html, "day"), covered(html, "field")) == ("field", False, True)
    assert "Counts as “The field”." in html  # the choice is still there for who slipped


def test_where_nothing_is_guessed_the_page_asks_until_a_topic_is_chosen(talk, post, student, as_):
    actions.add_own(talk, text="Zebrafish?", now=timezone.now())
    actions.add_own(talk, text="What does your week look like?", now=timezone.now())
    address = reverse("prepare", args=[talk.pk])
    html = as_(student).get(address).content.decode()
    assert (html.count("What is this question about?"), "Counts as" in html) == (1, False)
    post("prepare_question", {"act": "about", "theme": "path"}, PlannedQuestion.objects.get(text="Zebrafish?").pk)
    html = as_(student).get(address).content.decode()
    assert ("What is this question about?" in html, covered(html, "path")) == (False, True)


@pytest.mark.parametrize("theme", ["", "money", "PATH"])
def test_a_topic_that_there_is_not_changes_nothing(talk, post, theme):
    row = actions.add_own(talk, text="What does your week look like?", now=timezone.now())
    answer = post("prepare_question", {"act": "about", "theme": theme}, row.pk, **HTMX)
    row.refresh_from_db()
    assert (answer.status_code, row.theme, "Choose one of the topics." in answer.content.decode()) == (422, "day", True)
