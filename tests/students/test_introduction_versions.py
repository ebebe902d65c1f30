"""The introduction in two versions: which is said to whom, what may lose somebody, and who may read it (R26)."""

import pytest

from apps.students.models import Disclosure, Introduction, StudentProfile
from apps.students.versions import Version, fits, said

pytestmark = pytest.mark.django_db

PAGE, MEASURE, SHARE = "/me/introduction/", "/me/introduction/measure/", "/me/introduction/share/"
SKILLS = "I mapped 60 wells with QGIS and fit a GLMM to the data."


def words(response):
    return " ".join(response.content.decode().split())


@pytest.fixture
def client(as_, student):
    client = as_(student)
    client.get(PAGE)
    return client


def kept(student):
    return Introduction.objects.get(student=student)


# --- which version ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("studies", "work", "is_so"),
    [
        (["Public health"], ["Public health nurse"], True),
        (["Public health"], ["Health economist", "Health care"], False),
        (["Public health"], ["", "PUBLIC HEALTH"], True),
        (["Epidemiology"], ["Epidemiologist"], True),
        (["Nursing"], ["Nurse"], True),
        (["Physics"], ["Physician"], False),
        (["Physics"], ["Physicist"], True),
        (["Computer science"], ["Computer Science"], True),
        (["Computer science"], ["Data scientist"], False),
        (["Mechanical engineering"], ["Mechanical engineer"], True),
        (["Mechanical engineering"], ["Software engineer"], False),
        (["Business administration"], ["Business analyst"], False),
        (["History", "Biology"], ["Lab manager", "Biology"], True),
        (["Biology"], [], False),
        ([], ["Biology"], False),
    ],
)
def test_who_is_of_a_field_is_told_by_their_work(studies, work, is_so):
    assert fits(studies, work) is is_so


def test_what_a_version_leaves_blank_is_said_as_to_anyone():
    mine = Introduction(who="I’m Amira.", skills="I map wells.", expert_skills="I use QGIS.")
    assert said(mine, Version.FIELD).parts == ["I’m Amira.", "I use QGIS."]
    assert said(mine, Version.ANYONE).parts == ["I’m Amira.", "I map wells."]


def test_the_two_are_written_apart(client, student):
    client.post(PAGE, {"version": 1, "who": "I’m Amira.", "skills": "I map wells.", "hopes": ""})
    client.post(f"{PAGE}?for=field", {"version": 2, "expert_who": "", "expert_skills": SKILLS, "expert_hopes": ""})
    mine = kept(student)
    assert (mine.skills, mine.expert_skills, mine.version) == ("I map wells.", SKILLS, 3)
    assert "Blank, so you say what you say to anyone: “I’m Amira.”" in words(client.get(f"{PAGE}?for=field"))


def test_a_script_saves_a_part_of_the_second_version(client, student):
    saved = client.post(
        f"{PAGE}?for=field", {"version": 1, "expert_who": "I model wells."}, headers={"x-autosave": "1"}
    )
    assert (saved.json(), kept(student).expert_who) == ({"version": 2}, "I model wells.")


# --- words that may lose somebody -------------------------------------------------------------------------------------

FLAG = "“QGIS” and “GLMM” may lose people outside your field."


def test_terms_are_named_with_plain_words_and_block_nothing(client, student):
    answer = client.post(PAGE, {"version": 1, "skills": SKILLS})
    assert (answer.status_code, kept(student).skills) == (302, SKILLS)
    page = words(client.get(PAGE))
    assert FLAG in page
    assert "Say it in plain words: “free map software”, “a model that compares groups fairly”." in page
    assert FLAG in words(client.post(MEASURE, {"skills": SKILLS}))


def test_within_the_field_nothing_is_named(client):
    client.post(f"{PAGE}?for=field", {"version": 1, "expert_skills": SKILLS})
    assert "may lose people" not in words(client.get(f"{PAGE}?for=field"))
    assert "may lose people" not in words(client.post(f"{MEASURE}?for=field", {"expert_skills": SKILLS}))


def test_a_press_says_it_in_plain_words(client, student):
    client.post(PAGE, {"version": 1, "skills": SKILLS, "plain": "skills"})
    plain = "I mapped 60 wells with free map software and fit a model that compares groups fairly to the data."
    assert kept(student).skills == plain
    assert "may lose people" not in words(client.get(PAGE))


def test_a_press_keeps_them_and_they_are_not_named_again(client, student):
    client.post(PAGE, {"version": 1, "skills": SKILLS, "keep": "skills"})
    assert kept(student).skills == SKILLS
    assert "may lose people" not in words(client.get(PAGE))
    client.post(PAGE, {"version": 2, "skills": f"{SKILLS} We ran PCR."})
    assert "“PCR” may lose people outside your field." in words(client.get(PAGE))


def test_the_name_of_one_s_own_studies_is_not_named(client, student):
    StudentProfile.objects.filter(user=student).update(program="Epidemiology")
    assert "may lose" not in words(client.post(MEASURE, {"who": "I study epidemiology."}))


# --- who may read it --------------------------------------------------------------------------------------------------

CANARY = "I keep bees on the roof."


def coach_page(as_, coach, student):
    return words(as_(coach).get(f"/coach/students/{student.student_profile.pk}/"))


def test_a_coach_reads_it_only_by_choice_and_it_is_written_down(as_, client, student, coach):
    client.post(PAGE, {"version": 1, "who": CANARY})
    assert CANARY not in coach_page(as_, coach, student)
    client.post(SHARE, {"on": "1"})
    assert CANARY in coach_page(as_, coach, student)
    assert [*Disclosure.objects.filter(what="Your introduction").values_list("viewer")] == [(coach.pk,)]
    client.post(SHARE, {"on": "0"})
    assert CANARY not in coach_page(as_, coach, student)


def test_another_coach_was_not_asked(as_, client, student, other_coach):
    client.post(PAGE, {"version": 1, "who": CANARY})
    client.post(SHARE, {"on": "1"})
    StudentProfile.objects.filter(user=student).update(coach=other_coach)
    assert CANARY not in coach_page(as_, other_coach, student)
    assert f"Ask {other_coach.first_name} to comment" in words(client.get(PAGE))


def test_nothing_is_shared_without_a_coach_or_without_words(client, student):
    assert "Write at least one part first." in words(client.post(SHARE, {"on": "1"}, follow=True))
    StudentProfile.objects.filter(user=student).update(coach=None)
    assert "You don’t have a coach yet." in words(client.post(SHARE, {"on": "1"}, follow=True))
    assert kept(student).shared_with is None
