"""The first visit, asked about once; and what a student shares with their coach."""

import pytest

from apps.students.models import StudentProfile

pytestmark = pytest.mark.django_db

ANSWERS = {
    "program": "Public Health",
    "stage": "undecided",
    "goal": "What does a day look like?",
    "shares_network": "on",
}


def words(response):
    return " ".join(response.content.decode().split())


def profile(student):
    return StudentProfile.objects.get(user=student)


def test_it_knows_what_the_office_knows(as_, student, coach):
    html = words(as_(student).get("/welcome/"))
    assert "<h1>Welcome, Amira</h1>" in html
    assert 'name="program" value="Public Health"' in html
    assert "Ruth Amsel is your coach" in html
    assert profile(student).welcomed_at is None  # to look changes nothing


def test_the_answers_are_kept_and_it_does_not_come_again(as_, student):
    client = as_(student)
    assert client.post("/welcome/", ANSWERS).url == "/today/"
    saved = profile(student)
    assert (saved.stage, saved.goal, saved.shares_network) == ("undecided", "What does a day look like?", True)
    assert saved.welcomed_at
    assert client.get("/").url == "/today/"


def test_it_may_be_left_for_later(as_, student):
    client = as_(student)
    assert client.post("/welcome/", {"later": "1", "goal": "half a sent"}).url == "/today/"
    assert (profile(student).goal, client.get("/").url) == ("", "/today/")


def test_a_mistake_is_shown_and_nothing_is_kept(as_, student):
    response = as_(student).post("/welcome/", ANSWERS | {"goal": "x" * 241})
    assert response.status_code == 422
    assert "240 characters is the limit. You have 241." in words(response)
    assert (profile(student).goal, profile(student).welcomed_at) == ("", None)


def test_the_first_day_stays_the_first_day(as_, student):
    client = as_(student)
    client.post("/welcome/", {"later": "1"})
    first = profile(student).welcomed_at
    client.post("/welcome/", ANSWERS)
    assert profile(student).welcomed_at == first


@pytest.mark.parametrize("page", ["/welcome/", "/me/goal/"])
def test_what_a_coach_sees_is_said_plainly(as_, student, page):
    html = words(as_(student).get(page))
    assert "Your coach can then see who you know, what you asked them, and when you talked" in html
    assert "cannot see anything you mark as private" in html


def test_sharing_can_be_ended_at_once(as_, student, coach):
    network, kept = '<h2 id="way">Progress</h2>', "Amira hasn’t shared their network."
    record = f"/coach/students/{profile(student).pk}/"
    html = words(as_(coach).get(record))
    assert (network in html, kept in html) == (True, False)
    answers = {"goal": "", "goal_conversations": 3, "stage": "exploring"}
    assert as_(student).post("/me/goal/", answers).status_code == 302
    html = words(as_(coach).get(record))
    assert (network in html, kept in html) == (False, True)


def test_others_are_not_welcomed(as_, coach, alum):
    assert [as_(person).get("/welcome/").status_code for person in (coach, alum)] == [403, 403]


def test_what_nobody_has_filled_in_is_not_said_to_be_the_office_s(student, as_):
    StudentProfile.objects.filter(user=student).update(program="")
    html = words(as_(student).get("/welcome/"))
    assert ("From the office’s records" in html, "Leave it blank if you haven’t decided." in html) == (False, True)
    StudentProfile.objects.filter(user=student).update(program="Biology")
    assert "From the office’s records" in words(as_(student).get("/welcome/"))


def test_a_choice_that_nobody_made_is_said_in_our_words(student, as_):
    html = words(as_(student).get("/me/goal/"))
    assert ("Choose one" in html, "Select an option" in html) == (True, False)
