"""The student asks: a draft is opened, with three lines of research or a reason to go without."""

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import User
from apps.alumni.actions import leave
from apps.alumni.models import AlumniProfile
from apps.interviews.asking import actions as asking
from apps.interviews.lifecycle.models import Interview, InterviewRequest
from apps.interviews.preparing import actions as preparing
from apps.network.models import Contact
from apps.students import spoken
from apps.students.models import Introduction
from apps.web.answers import Refused
from tests import world
from tests.interviews import steps
from tests.interviews.asking.pages import page


def test_asking_makes_one_draft_a_contact_and_the_alums_account(as_, student):
    entry = world.alum_profile("Yuki Tanabe")
    client = as_(student)
    first = client.post(reverse("ask", args=[entry.pk]))
    second = client.post(reverse("ask", args=[entry.pk]))
    asked = InterviewRequest.objects.get()
    assert (first.url, second.url) == (asked.get_absolute_url(), asked.get_absolute_url())
    assert (asked.status, asked.contact.alum, asked.student) == ("draft", entry, student)
    entry.refresh_from_db()
    assert (entry.user.email, entry.user.roles, entry.user.has_usable_password()) == (entry.email, ["alum"], False)
    assert asked.part_who == "I’m Amira Haddad, a student in public health at Tamarack."
    assert "Start with 5 minutes of research" in page(client, asked)


@pytest.mark.parametrize(
    ("said", "opens"),
    [
        ("I’m Amira Haddad, a junior who maps wells.", "I’m Amira Haddad, a junior who maps wells."),
        ("I’m a junior who maps wells.", "I’m Amira Haddad, a junior who maps wells."),
        ("i am studying wells.", "I’m Amira Haddad, studying wells."),
        ("My name is Amira and I map wells.", "My name is Amira and I map wells."),
        ("Wells are my subject.", "I’m Amira Haddad. Wells are my subject."),
        ("  ", "I’m Amira Haddad, a student in public health at Tamarack."),
    ],
)
def test_a_request_begins_with_the_introduction(as_, student, said, opens):
    Introduction.objects.create(student=student, who=said)
    as_(student).post(reverse("ask", args=[world.alum_profile("Yuki Tanabe").pk]))
    assert InterviewRequest.objects.get().part_who == opens


def test_a_name_within_another_word_is_not_the_name():
    assert spoken.opening("I’m also new here.", called="Al Roe", first_name="Al") == "I’m Al Roe. I’m also new here."
    assert spoken.opening("我是李明。", called="李明", first_name="李明") == "我是李明。"


def test_three_lines_or_a_reason_open_the_letter(as_, student):
    entry, client = world.alum_profile("Yuki Tanabe"), as_(student)
    client.post(reverse("ask", args=[entry.pk]))
    asked = InterviewRequest.objects.get()
    url, lines = reverse("request_research", args=[asked.pk]), {"about_person": "Maps wells", "about_field": "New law"}
    half = client.post(url, lines)
    assert half.status_code == 422
    assert "Write one line" in half.content.decode()
    assert 'value="Maps wells"' in half.content.decode()
    with pytest.raises(Refused, match="your 3 lines"):
        asking.press_send(asked, by=student, now=timezone.now())
    assert client.post(url, lines | {"about_organization": "Two labs"}).url == asked.get_absolute_url()
    assert "Ask Yuki Tanabe" in page(client, asked)
    assert "Two labs" in page(client, asked)
    asked.refresh_from_db()
    assert (asked.wants_research, asked.about_person, asked.about_organization) == (False, "Maps wells", "Two labs")


def test_the_three_lines_are_met_again_in_the_plan(student, alum, at):
    talk = steps.agreed(student, alum, at)
    InterviewRequest.objects.update(about_person="Maps wells", about_organization="Two labs", about_field="New law")
    plan = preparing.plan_of(Interview.objects.get(pk=talk.pk))
    assert (plan.about_person, plan.about_organization, plan.about_field) == ("Maps wells", "Two labs", "New law")


def test_asking_finds_the_account_of_a_student_who_is_an_alum_too(as_, student, other_student):
    entry = world.alum_profile("Tomasz Wilk", email=other_student.email.upper())
    as_(student).post(reverse("ask", args=[entry.pk]))
    entry.refresh_from_db()
    assert entry.user == other_student
    assert sorted(User.objects.get(pk=other_student.pk).roles) == ["alum", "student"]


def test_a_person_who_was_suggested_by_name_becomes_the_same_contact(as_, student):
    entry = world.alum_profile("Yuki Tanabe")
    yuki = world.contact(student, "Yuki Tanabe", relation="referred")
    referral = world.referral(world.contact(student), yuki, name_permission="yes")
    as_(student).post(reverse("ask", args=[entry.pk]))
    asked = InterviewRequest.objects.get()
    assert (asked.contact, asked.referral) == (yuki, referral)
    assert Contact.objects.filter(student=student, name="Yuki Tanabe").count() == 1


def test_an_alum_who_pauses_is_not_asked(as_, student, alum):
    alum.alumni_profile.is_paused = True
    alum.alumni_profile.save()
    answer = as_(student).post(reverse("ask", args=[alum.alumni_profile.pk]), follow=True)
    assert not InterviewRequest.objects.exists()
    assert "isn’t taking requests right now" in answer.content.decode()


@pytest.mark.parametrize(
    ("known", "silent", "channel"),
    [({"email": "i@home.example"}, False, "email"), ({}, False, None), ({"phone": "1"}, True, None)],
)
def test_who_left_the_directory_is_asked_at_the_students_own_address(as_, student, alum, known, silent, channel):
    entry = alum.alumni_profile
    contact = world.contact(student, "Ingrid Solheim", alum=entry, **known)
    leave(entry)
    AlumniProfile.objects.filter(pk=entry.pk).update(is_do_not_contact=silent)
    client = as_(student)
    assert "Ask for a conversation" in client.get(contact.get_absolute_url()).content.decode()
    answer = client.post(reverse("ask_contact", args=[contact.pk]), follow=True)
    assert [(asked.alum, asked.channel) for asked in InterviewRequest.objects.all()] == [(None, channel)] * bool(
        channel
    )
    assert ("no longer in the directory" in answer.content.decode()) == (not channel)
