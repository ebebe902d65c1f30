"""The office's pages: people, students from the registrar, the outbox, questions, policy."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from apps.accounts.models import User
from apps.interviews.models import Question
from apps.mail import outbox
from apps.mail.models import OutboundMessage
from apps.policy.models import Policy
from apps.students.models import StudentProfile
from tests import world

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(office, as_):
    return as_(office)


def page(client, name, *args, query=""):
    return client.get(reverse(name, args=args) + query).content.decode()


def test_people_are_found_by_part_of_a_name_without_accents(client):
    world.student("Mónica Tejeda")
    world.student("Someone Else")
    text = page(client, "office_people", query="?q=monica")
    assert "Mónica Tejeda" in text
    assert "Someone Else" not in text


def test_a_person_is_added_and_given_roles(client, coach):
    data = {"name": "Noor Haddad", "email": "Noor@Tamarack.example", "roles": ["student"], "is_active": "on"}
    client.post(reverse("office_person_add"), data)
    noor = User.objects.get(email="noor@tamarack.example")
    assert (noor.roles, noor.has_usable_password()) == (["student"], False)
    client.post(reverse("office_person", args=[noor.pk]), data | {"coach": coach.pk, "program": "Public Health"})
    assert StudentProfile.objects.get(user=noor).coach == coach
    twice = client.post(reverse("office_person_add"), data)
    assert (twice.status_code, User.objects.filter(email__iexact="noor@tamarack.example").count()) == (422, 1)


def test_nobody_takes_the_office_from_themselves(client, office):
    data = {"name": office.name, "email": office.email, "roles": ["coach"], "is_active": "on"}
    client.post(reverse("office_person", args=[office.pk]), data)
    office.refresh_from_db()
    assert office.roles == ["office"]


CSV = (
    "student_id,first_name,last_name,preferred_name,pronouns,email,program,degree,expected_term,advisor_email,cohort\r\n"
    "S1,Frédéric,Barbier,Fred,he/him,f.barbier@tamarack.example,Social Work,BS,Spring 2027,{coach},MPH practicum\r\n"
    "S2,No,Address,,,,Biology,BS,Fall 2026,,\r\n"
)


def test_students_are_read_in_and_reading_again_changes_nothing(client, coach):
    for _ in range(2):
        upload = SimpleUploadedFile("students.csv", ("\ufeff" + CSV.format(coach=coach.email)).encode())
        text = client.post(reverse("office_students_import"), {"file": upload}).content.decode()
        assert "Row 3: the e-mail address is missing or broken." in text
    profile = StudentProfile.objects.get(external_id="S1")
    assert (profile.user.called, profile.coach, profile.cohort.name, profile.class_year) == (
        "Fred Barbier",
        coach,
        "MPH practicum",
        2027,
    )
    assert User.objects.filter(roles=["student"]).count() == 1


@pytest.mark.parametrize("content", [b"\xff\xfe broken", b"a,b\n1,2\n", b"first_name\x00"])
def test_a_file_that_is_not_the_registrars_gets_a_sentence(client, content):
    upload = SimpleUploadedFile("students.csv", content)
    answer = client.post(reverse("office_students_import"), {"file": upload})
    assert (answer.status_code, "rp-error" in answer.content.decode()) == (422, True)


@pytest.fixture
def failed(db):
    message = outbox.queue(
        "office_alert", to="career@tamarack.example", key="alert:1", context={"count": 1, "messages": []}
    )
    OutboundMessage.objects.filter(pk=message.pk).update(state="failed", last_error="550 no such person")
    message.refresh_from_db()
    return message


def test_a_failed_message_is_shown_and_sent_again(client, failed):
    assert "550 no such person" in page(client, "office_message", failed.pk)
    assert failed.subject in page(client, "office_outbox", query="?state=human")
    client.post(reverse("office_message_resend", args=[failed.pk]))
    failed.refresh_from_db()
    assert failed.state == "pending"


def test_a_failed_message_is_closed_once(client, failed):
    for _ in range(2):
        client.post(reverse("office_message_close", args=[failed.pk]))
    failed.refresh_from_db()
    assert failed.state == "cancelled"


@pytest.mark.parametrize("rows", [1, 30])
@pytest.mark.parametrize(("name", "queries"), [("office_people", 5), ("office_outbox", 10), ("office_questions", 6)])
def test_lists_ask_the_same_questions_at_any_size(client, rows, name, queries, django_assert_num_queries):
    for n in range(rows):
        world.student(f"Student {n}")
        Question.objects.create(theme="path", text=f"Question {n}?")
        outbox.queue("office_alert", to="a@b.example", key=f"k{n}", context={"count": 1, "messages": []})
    client.get(reverse(name))
    with django_assert_num_queries(queries):
        client.get(reverse(name))


def test_a_question_is_added_and_hidden(client):
    data = {"text": "What surprised you in your first month?", "theme": "path", "minutes": 3, "is_active": "on"}
    client.post(reverse("office_question_add"), data)
    row = Question.objects.get(text=data["text"])
    del data["is_active"]
    client.post(reverse("office_question", args=[row.pk]), data)
    row.refresh_from_db()
    assert row.is_active is False


def test_policy_takes_effect_and_refuses_what_cannot_be(client):
    form = client.get(reverse("office_policy")).context["form"]
    data = {name: form[name].value() or "" for name in form.fields}
    client.post(reverse("office_policy"), data | {"university": "Northfield College", "alum_monthly_cap": 1})
    assert (Policy.now().university, Policy.now().alum_monthly_cap) == ("Northfield College", 1)
    answer = client.post(reverse("office_policy"), data | {"nudge_days": 20, "answer_days": 14})
    assert (answer.status_code, Policy.now().nudge_days) == (422, 6)
