"""What a student says about themselves: three parts (R21), how long they take (R22), and no word lost."""

import pytest

from apps.students.models import Introduction
from apps.students.spoken import measure

pytestmark = pytest.mark.django_db

PAGE, MEASURE = "/me/introduction/", "/me/introduction/measure/"
TYPED = {
    "who": "I’m Amira Haddad, a junior in public health.",
    "skills": "I run the desk of a clinic.",
    "hopes": "What do you do all day?",
}


def words(response):
    return " ".join(response.content.decode().split())


def save(client, version, script=False, **fields):
    headers = {"x-autosave": "1"} if script else {}
    return client.post(PAGE, {"version": version, **fields}, headers=headers)


def kept(student):
    return Introduction.objects.filter(student=student).values_list("who", "skills", "hopes", "version").get()


def test_it_begins_empty_and_says_what_to_do(as_, student):
    html = words(as_(student).get(PAGE))
    assert [f'name="{name}"' in html for name in TYPED] == [True] * 3
    assert "Write 3 short parts. Together they take 1 to 2 minutes to say." in html
    assert "Full text" not in html


def test_the_button_saves_all_of_it(as_, student):
    client = as_(student)
    client.get(PAGE)
    assert save(client, 1, **TYPED).url == PAGE
    assert kept(student) == (*TYPED.values(), 2)
    html = words(client.get(PAGE))
    assert "Saved. Come back whenever you like." in html
    assert '<p class="rp-serif">What do you do all day?</p>' in html
    assert 'data-copy="#whole-text"' in html


def test_a_script_saves_the_part_that_changed(as_, student):
    client = as_(student)
    save(client, 1, **TYPED)
    response = save(client, 2, script=True, skills="I love statistics.")
    assert (response.status_code, response.json()) == (200, {"version": 3})
    assert kept(student) == (TYPED["who"], "I love statistics.", TYPED["hopes"], 3)


def test_the_same_words_again_are_no_new_version(as_, student):
    client = as_(student)
    save(client, 1, **TYPED)
    assert save(client, 2, script=True, **TYPED).json() == {"version": 2}


@pytest.mark.parametrize("version", [1, "", "nonsense", "99999999999"])
def test_a_newer_text_is_not_overwritten(as_, student, version):
    client = as_(student)
    save(client, 1, **TYPED)
    response = save(client, version, who="Typed in the other window.")
    assert response.status_code == 409
    html = words(response)
    assert TYPED["who"] in html
    assert "Typed in the other window." in html
    assert kept(student) == (*TYPED.values(), 2)


def test_a_script_gets_the_two_texts_alone(as_, student):
    client = as_(student)
    save(client, 1, **TYPED)
    response = save(client, 1, script=True, who="Typed in the other window.")
    assert response.status_code == 409
    assert "<html" not in words(response)
    assert "Typed in the other window." in words(response)


def test_too_long_a_part_is_shown_again(as_, student):
    client = as_(student)
    response = save(client, 1, **TYPED | {"who": "x" * 601})
    assert response.status_code == 422
    assert "600 characters is the limit. You have 601." in words(response)
    assert save(client, 1, script=True, who="x" * 601).status_code == 422
    assert kept(student) == ("", "", "", 1)


def test_it_is_measured_as_it_stands_in_the_form_and_not_saved(as_, student):
    client = as_(student)
    client.get(PAGE)
    html = words(client.post(MEASURE, TYPED | {"hopes": "word " * 150}))
    assert "<html" not in html
    assert "165 words, 1 minute 10 to say" in html
    assert "1 to 2 minutes is a good length." in html
    assert kept(student) == ("", "", "", 1)


@pytest.mark.parametrize(
    ("counts", "time", "advice"),
    [
        ((0, 0, 0), "0 seconds", "Write 3 short parts. Together they take 1 to 2 minutes to say."),
        ((30, 0, 0), "15 seconds", "Still to write: “I’m good at”."),
        ((40, 30, 30), "45 seconds", "Under 1 minute. You have room for about 40 words. Add an example?"),
        ((70, 35, 35), "1 minute", "1 to 2 minutes is a good length. Now say it aloud once, to anyone."),
        ((140, 70, 70), "2 minutes", "1 to 2 minutes is a good length. Now say it aloud once, to anyone."),
        ((140, 70, 71), "2 minutes", "Longer than 2 minutes. Cut about 1 word. What would they not miss?"),
        ((200, 100, 50), "2 minutes 30", "Longer than 2 minutes. Cut about 70 words. What would they not miss?"),
    ],
)
def test_the_length_and_what_to_do_about_it(counts, time, advice):
    who, skills, hopes = ("word " * count for count in counts)
    length = measure(Introduction(who=who, skills=skills, hopes=hopes))
    assert (length.words, length.time, length.advice.sentence) == (sum(counts), time, advice)


def test_only_students_have_one(as_, coach, alum, office):
    assert [as_(person).get(PAGE).status_code for person in (coach, alum, office)] == [403] * 3
    assert as_(None).get(PAGE).url == f"/accounts/login/?next={PAGE}"


def test_one_s_own_is_the_only_one_there_is(as_, student, other_student):
    save(as_(student), 1, **TYPED)
    assert TYPED["who"] not in words(as_(other_student).get(PAGE))
