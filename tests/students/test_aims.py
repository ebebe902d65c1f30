"""Stage and kind of goal change wording and suggestions, never into asking for a job (R3, R12, R15)."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.interviews.preparing import question_bank
from apps.interviews.preparing.models import Question, Theme
from apps.students.aims import BY_KIND, BY_STAGE, aim_of
from apps.students.models import GoalKind, Stage, StudentProfile
from apps.wording import rulebook
from tests import world
from tests.interviews import steps

pytestmark = pytest.mark.django_db


def searching(student, kind=""):
    StudentProfile.objects.filter(user=student).update(stage=Stage.SEARCHING, goal_kind=kind)


def test_every_stage_and_kind_has_its_words():
    assert set(BY_STAGE) == set(Stage)
    assert set(BY_KIND) == set(GoalKind)
    said = {aim_of(StudentProfile(stage=stage, goal_kind=kind)) for stage in Stage for kind in ("", *GoalKind)}
    assert len(said) == 4 * 6  # a job, and to learn, are said as nothing is


def test_themes_are_those_of_the_question_bank():
    assert {theme for aim in BY_STAGE.values() for theme in aim.themes} <= set(Theme.values)


def test_today_says_what_fits_the_stage(as_, student):
    world.sent_request(
        student, world.contact(student, "Ann Bo"), at=timezone.now() - timedelta(days=30), status="expired"
    )
    StudentProfile.objects.filter(user=student).update(welcomed_at=timezone.now())
    client = as_(student)
    assert "It’s a good day to ask someone new." in client.get(reverse("today")).content.decode()
    searching(student)
    today = client.get(reverse("today")).content.decode()
    assert "You ask how it is there. You don’t ask for the job." in today
    assert "Find one person who works where you’ve applied" in today


def test_the_composer_says_what_fits_stage_and_kind(as_, student, alum):
    asked = steps.draft(student, alum, timezone.now())
    client, address = as_(student), reverse("request", args=[asked.pk])
    assert "Who tends to like it." in client.get(address).content.decode()
    searching(student, GoalKind.VOLUNTEER)
    page = client.get(address).content.decode()
    assert "You may say that you’re applying." in page
    assert "If you mention volunteering, ask how it works, not for a place." in page
    assert "What volunteers really do there." in page


def test_prepare_suggests_other_questions_to_who_is_applying(as_, student):
    talk = world.interview(student, world.contact(student), starts_at=timezone.now() + timedelta(days=1))
    client, address = as_(student), reverse("prepare", args=[talk.pk])
    assert "Who tends to like it." in client.get(address).content.decode()
    before = client.get(address).context["bank"]
    searching(student)
    after = client.get(address).context["bank"]
    assert before != after
    plain = [
        one.question
        for one in after
        if not one.question.relation and not question_bank.suits(one.question, talk.format)
    ]
    assert plain[0].theme == Theme.ORGANISATION


def test_without_themes_the_order_is_that_of_the_bank():
    bank = question_bank.offered([])
    plain = question_bank.suggested(bank, [], relation="friend", stage="exploring")
    assert plain == question_bank.suggested(
        bank, [], relation="friend", stage="exploring", themes=BY_STAGE["exploring"].themes
    )
    assert isinstance(plain[0], Question)


def test_the_kind_is_chosen_on_the_page_of_the_goal(as_, student):
    client = as_(student)
    page = client.get(reverse("goal")).content.decode()
    assert [label in page for label in ("Volunteering", "A research or teaching assistantship")] == [True, True]
    sent = {"goal": "Find out", "goal_kind": "study", "goal_conversations": 3, "stage": "decided", "wants_fields": ""}
    assert client.post(reverse("goal"), sent).status_code == 302
    assert StudentProfile.objects.get(user=student).goal_kind == GoalKind.STUDY
    assert client.post(reverse("goal"), sent | {"goal_kind": "fame"}).status_code == 422


@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize("kind", ["", *GoalKind])
def test_no_example_asks_for_a_job(stage, kind):
    assert rulebook.current().caught(aim_of(StudentProfile(stage=stage, goal_kind=kind)).request_goals) == []
