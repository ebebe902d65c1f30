"""Questions saved for every conversation, and what is suggested with its reason (R76 to R79)."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.interviews.preparing import actions as preparing
from apps.interviews.preparing import question_bank, saved
from apps.interviews.preparing.models import PlannedQuestion, Question, SavedQuestion, Theme
from apps.network.models import Relation
from apps.students.models import Stage
from apps.web.answers import Refused
from tests import world

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def talk_of(student, name, **fields):
    return world.interview(student, world.contact(student, name, **fields), starts_at=timezone.now() + 3 * DAY)


@pytest.fixture
def talk(student):
    return talk_of(student, "Teresa Quiroga")


@pytest.fixture
def client(as_, student):
    return as_(student)


def page(client, talk, **query):
    text = client.get(reverse("prepare", args=[talk.pk]), query).content.decode()
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", text)).split())


def texts(talk):
    return list(
        PlannedQuestion.objects.filter(plan__interview=talk).order_by("position").values_list("text", flat=True)
    )


def test_a_question_saved_in_one_plan_is_added_to_another_and_stays_when_it_is_removed_there(talk, student, client):
    row = preparing.add_own(talk, text="What do you read on Mondays?", now=timezone.now())
    preparing.change_question(talk, number=row.pk, values={"because": "Private", "theme": "day"}, now=timezone.now())
    said = client.post(reverse("prepare_saved", args=[talk.pk]), {"number": row.pk}, follow=True)
    assert "Saved for other conversations" in said.content.decode()
    other = talk_of(student, "Ingrid Solheim")
    assert "What do you read on Mondays?" not in page(client, other)
    assert "What do you read on Mondays?" in page(client, other, theme="saved")
    kept = SavedQuestion.objects.get()
    for _ in range(2):  # pressed twice, it is planned once
        client.post(reverse("prepare_add", args=[other.pk]), {"saved": kept.pk, "shown": "saved"})
    planned = PlannedQuestion.objects.get(plan__interview=other)
    assert (planned.text, planned.theme, planned.because) == ("What do you read on Mondays?", "day", "")
    assert "You’ve added all your saved questions." in page(client, other, theme="saved")
    client.post(reverse("prepare_question", args=[other.pk, planned.pk]), {"act": "out"})
    assert SavedQuestion.objects.filter(pk=kept.pk).exists()


def test_what_is_no_longer_saved_can_be_put_back_and_stays_in_its_plans(talk, client):
    row = preparing.add_own(talk, text="What do you read?", now=timezone.now())
    address = reverse("prepare_saved", args=[talk.pk])
    client.post(address, {"number": row.pk})
    after = client.post(address, {"remove": SavedQuestion.objects.get().pk}, follow=True)
    assert "No longer saved: “What do you read?”" in after.content.decode()
    assert (SavedQuestion.objects.count(), texts(talk)) == (0, ["What do you read?"])
    client.post(address, {"again": "1"})
    assert SavedQuestion.objects.get().text == "What do you read?"
    gone = client.post(address, {"remove": "987654"}, follow=True)
    assert "already removed that question" in gone.content.decode()


def test_htmx_gets_the_plan_with_the_undo(talk, client):
    row = preparing.add_own(talk, text="What do you read?", now=timezone.now())
    kept = saved.save_planned(talk, number=row.pk, now=timezone.now())
    words = {"remove": kept.pk, "shown": "saved"}
    answer = client.post(reverse("prepare_saved", args=[talk.pk]), words, headers={"HX-Request": "true"})
    assert "No longer saved" in answer.content.decode()
    assert "<html" not in answer.content.decode()


def test_nobody_adds_or_removes_what_another_student_saved(talk, other_student, client):
    theirs = SavedQuestion.objects.create(student=other_student, text="Why?", saved_at=timezone.now())
    client.post(reverse("prepare_add", args=[talk.pk]), {"saved": theirs.pk})
    client.post(reverse("prepare_saved", args=[talk.pk]), {"remove": theirs.pk})
    assert (SavedQuestion.objects.count(), texts(talk)) == (1, [])


def test_fifty_can_be_saved(student):
    SavedQuestion.objects.bulk_create(
        SavedQuestion(student=student, text=f"Question {number}?", saved_at=timezone.now()) for number in range(50)
    )
    one = Question.objects.create(text="One more?", theme=Theme.FIT)
    with pytest.raises(Refused, match="up to 50 questions"):
        saved.save_from_bank(student, question=one.pk, now=timezone.now())


def test_without_any_it_is_said_how(talk, client):
    assert "Nothing saved yet." in page(client, talk, theme="saved")


# --- suggestions, with their reasons ----------------------------------------------------------------------------------


def question(**fields):
    return Question(**{"text": "Why?", "theme": Theme.FIT, "minutes": 3} | fields)


@pytest.mark.parametrize(
    ("fields", "way", "said"),
    [
        ({"relation": "event"}, "phone", "You met Teresa at an event."),
        ({"minutes": 1}, "phone", "It’s short, which helps by phone."),
        ({"minutes": 1}, "video", "No question is about whether it fits you yet."),
        ({"theme": Theme.DAY}, "video", "By video, Teresa can show you something."),
        ({"theme": Theme.ORGANISATION}, "in_person", "You meet in person, so you can ask about what you see."),
        ({"stage": "searching"}, "video", "It fits because you’re already applying."),
        ({"theme": Theme.REFERRALS}, "video", ""),
    ],
)
def test_every_suggestion_says_its_strongest_reason(fields, way, said):
    assert question_bank.reason(question(**fields), [], first="Teresa", way=way) == said


def test_what_is_covered_is_no_reason():
    planned = [PlannedQuestion(theme=Theme.FIT)]
    assert question_bank.reason(question(), planned, first="Teresa", way="video") == ""


def test_what_suits_the_way_they_talk_comes_first_and_the_page_says_why(student, client):
    Question.objects.update(is_active=False)
    long = Question.objects.create(text="Tell me all of it?", theme=Theme.DAY, minutes=5)
    short = Question.objects.create(text="What’s one word for it?", theme=Theme.DAY, minutes=1)
    asked = {"relation": "", "stage": ""}
    assert question_bank.suggested([long, short], [], **asked, way="phone") == [short, long]
    assert question_bank.suggested([long, short], [], **asked, way="in_person") == [long, short]
    talk = talk_of(student, "Teresa Quiroga")
    type(talk).objects.filter(pk=talk.pk).update(format="phone")
    assert "What’s one word for it? Why now: It’s short, which helps by phone." in page(client, talk)


def test_every_relation_stage_and_theme_has_its_words():
    assert set(question_bank.RELATIONS) == set(Relation)
    assert set(question_bank.STAGES) == set(Stage)
    assert set(question_bank.UNCOVERED) == set(Theme) - {Theme.REFERRALS}
