"""The office's pages: people, students from the registrar, the outbox, questions, policy."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.html import strip_tags

from apps.accounts.models import User
from apps.interviews.preparing.models import Question
from apps.mail import outbox
from apps.mail.models import OutboundMessage
from apps.policy.models import Policy
from apps.students.models import Cohort, StudentProfile
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
    assert 'aria-label="Main"' in text
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


def test_a_person_without_a_role_would_see_nothing_and_is_told_so(client, as_):
    data = {"name": "Noor Haddad", "email": "noor@tamarack.example"}
    answer = client.post(reverse("office_person_add"), data)
    assert (answer.status_code, User.objects.filter(email=data["email"]).count()) == (422, 0)
    assert "Without a role there’s nothing to see" in answer.content.decode()
    noor = world.person("Noor Haddad")
    assert "Noor has no role" in page(client, "office_person", noor.pk)
    for where in ("account", "people"):
        assert "Your account has no role yet" in as_(noor).get(reverse(where)).content.decode()
    told = client.post(reverse("office_person", args=[noor.pk]), data | {"roles": ["student"]}, follow=True)
    assert "Noor has no role" not in told.content.decode()


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


def registrar(coach, rows=CSV):
    return SimpleUploadedFile("students.csv", ("\ufeff" + rows.format(coach=coach.email)).encode())


def test_students_are_looked_over_and_only_then_read_in(client, coach):
    dry = client.post(reverse("office_students_import"), {"file": registrar(coach)})
    assert [(row.number, row.outcome, row.why) for row in (*dry.context["odd"], *dry.context["plain"])] == [
        (3, "left out", "The email address is missing or not valid."),
        (2, "new", ""),
    ]
    assert not StudentProfile.objects.exists()
    client.post(reverse("office_students_import"), {"text": dry.context["text"], "go": "1"})
    profile = StudentProfile.objects.get(external_id="S1")
    assert (profile.user.called, profile.coach, profile.cohort.name, profile.class_year) == (
        "Fred Barbier",
        coach,
        "MPH practicum",
        2027,
    )
    again = client.post(reverse("office_students_import"), {"file": registrar(coach)})
    assert [row.outcome for row in again.context["plain"]] == ["same"]
    assert User.objects.filter(roles=["student"]).count() == 1


def cells(page, row):
    """Return {label: words} of one row of a preview, as it is read."""
    html = re.search(rf'<th scope="row" class="num-l">{row}</th>(.*?)</tr>', page.content.decode(), re.DOTALL)[1]
    found = re.findall(r'<td data-label="([^"]*)">(.*?)</td>', html, re.DOTALL)
    return {label: " ".join(strip_tags(words.replace("<br>", " ")).split()) for label, words in found}


def test_a_preview_says_who_coaches_each_student_and_in_which_cohort(client, coach, other_coach):
    url, url_of = reverse("office_students_import"), {"file": registrar(coach)}
    dry = client.post(url, url_of)
    assert cells(dry, 2) == {
        "Student": "Frédéric Barbier f.barbier@tamarack.example Social Work, BS, 2027",
        "Coach": coach.called,
        "Cohort": "MPH practicum",
        "What happens": "New",
        "Why": "",
    }
    assert (cells(dry, 3)["Coach"], cells(dry, 3)["Cohort"]) == ("", "")  # nothing becomes of it
    client.post(url, {"text": dry.context["text"], "go": "1"})
    blank = CSV.replace("{coach}", "").replace("MPH practicum", "").replace("2027", "2028")
    kept = cells(client.post(url, {"file": registrar(coach, blank)}), 2)  # a blank cell changes nothing
    assert (kept["Coach"], kept["Cohort"], kept["What happens"]) == (coach.called, "MPH practicum", "Updated")
    moved = CSV.replace("MPH practicum", "Spring start")
    shown = cells(client.post(url, {"file": registrar(other_coach, moved)}), 2)
    assert (shown["Coach"], shown["Cohort"]) == (other_coach.called, "Spring start")
    nobody = cells(client.post(url, {"text": "name,email\r\nCy Twombly,cy@tamarack.example\r\n"}), 2)
    assert (nobody["Coach"], nobody["Cohort"]) == ("None", "None")


@pytest.mark.parametrize("name", ["office_import", "office_students_import", "office_questions_import"])
def test_import_is_the_choice_of_what_to_bring_in(client, name):
    page = client.get(reverse(name)).content.decode()
    choices = re.search(r'<ul class="rp-views" aria-label="What to import">(.*?)</ul>', page, re.DOTALL)[1]
    assert re.findall(r">(\w+)</a>", choices) == ["Alumni", "Students", "Questions", "Holidays"]
    assert re.findall(r'href="([^"]*)" aria-current', choices) == [reverse(name)]
    assert re.search(r'href="/office/import/" aria-current="[a-z]+"><svg[^>]*>.*?</svg>Import</a>', page, re.DOTALL)


def test_a_student_of_one_name_is_read_in_and_parts_of_a_name_stay_together(client):
    text = (
        "first_name,last_name,preferred_name,email\r\n"
        "Suharto,,,suharto@tamarack.example\r\n"
        "María José,Carreño Quiñones,Pepa,pepa@tamarack.example\r\n"
        'Ken,"Griffey, Jr.",,ken@tamarack.example\r\n'
        ",,,none@tamarack.example\r\n"
    )
    dry = client.post(reverse("office_students_import"), {"text": text})
    assert [(row.number, row.why) for row in dry.context["odd"]] == [(5, "The name is missing.")]
    client.post(reverse("office_students_import"), {"text": text, "go": "1"})
    students = User.objects.filter(roles=["student"]).order_by("sort_key")
    assert [(one.called, one.first_name, one.initials, one.sort_key) for one in students] == [
        ("Pepa Carreño Quiñones", "Pepa", "PC", "carreno quinones maria jose"),
        ("Ken Griffey Jr.", "Ken", "KG", "griffey ken jr."),
        ("Suharto", "Suharto", "S", "suharto"),
    ]


def test_what_the_registrar_leaves_empty_stays_as_it_is(client, coach):
    amira = world.student("Amira Haddad", coach=coach)
    rows = "first_name,last_name,email,advisor_email,program\r\nAmira,Haddad,{mail},nobody@x.example,Statistics\r\n"
    text = rows.format(mail=amira.email)
    dry = client.post(reverse("office_students_import"), {"text": text})
    assert [row.why for row in dry.context["odd"]] == ["Changes program. No coach here has the email nobody@x.example."]
    client.post(reverse("office_students_import"), {"text": text, "go": "1"})
    profile = StudentProfile.objects.get(user=amira)
    assert (profile.program, profile.coach, profile.class_year) == ("Statistics", coach, 2028)


def test_a_student_number_or_an_address_belongs_to_one_person(client):
    amira = world.student("Amira Haddad", external_id="S9")
    text = (
        "student_id,first_name,last_name,email\r\nS9,Some,Body,some@x.example\r\n"
        "S8,Two,Twice,two@x.example\r\nS7,Two,Again,TWO@x.example\r\n"
    )
    dry = client.post(reverse("office_students_import"), {"text": text})
    assert [(row.number, row.why) for row in dry.context["odd"]] == [
        (2, f"This student ID belongs to {amira.email}."),
        (4, "This address is already in a row above."),
    ]


def test_the_dry_run_asks_the_same_questions_at_any_size(client, django_assert_num_queries):
    client.get(reverse("office_students_import"))
    for rows in (1, 30):
        lines = "".join(f"S{n},First,Last{n},p{n}@x.example\r\n" for n in range(rows))
        text = "student_id,first_name,last_name,email\r\n" + lines
        with django_assert_num_queries(11):
            client.post(reverse("office_students_import"), {"text": text})


@pytest.mark.parametrize("content", [b"\xff\xfe broken", b"a,b\n", b"first_name\x00"])
def test_a_file_that_is_not_the_registrars_gets_a_sentence(client, content):
    upload = SimpleUploadedFile("students.csv", content)
    answer = client.post(reverse("office_students_import"), {"file": upload})
    assert (answer.status_code, "rp-error" in answer.content.decode()) == (422, True)


def test_an_account_is_closed_after_a_question_and_opened_again(client, as_, office, student):
    theirs = as_(student)
    assert theirs.get(reverse("looks")).status_code == 200
    url = reverse("office_person_close", args=[student.pk])
    assert "Close Amira Haddad’s account?" in client.get(url).content.decode()
    student.refresh_from_db()
    assert student.is_active
    client.post(url)
    assert theirs.get(reverse("looks")).status_code == 302
    assert "Amira Haddad" in page(client, "office_people", query="?role=closed")
    client.post(reverse("office_person_reopen", args=[student.pk]))
    student.refresh_from_db()
    assert student.is_active
    client.post(reverse("office_person_close", args=[office.pk]))
    office.refresh_from_db()
    assert office.is_active


@pytest.fixture
def failed(db):
    message = outbox.queue(
        "office_alert",
        to="career@tamarack.example",
        occasion=outbox.Occasion("alert:1"),
        context={"count": 1, "messages": []},
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
    assert failed.state == "closed"


@pytest.mark.parametrize("rows", [1, 30])
@pytest.mark.parametrize(("name", "queries"), [("office_people", 8), ("office_questions", 7)])
def test_lists_ask_the_same_questions_at_any_size(client, rows, name, queries, django_assert_num_queries):
    for n in range(rows):
        world.student(f"Student {n}")
        Question.objects.create(theme="path", text=f"Question {n}?")
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


def test_a_question_is_switched_off_and_on(client):
    row = Question.objects.create(theme="path", text="What would you do again?")
    for seen in (False, True):
        client.post(reverse("office_question_switch", args=[row.pk]))
        row.refresh_from_db()
        assert row.is_active is seen


def test_a_message_is_found_by_the_name_of_its_person(client, student, other_student):
    for person in (student, other_student):
        notice = {"title": f"For {person.name}", "text": "", "url": "/"}
        outbox.queue("reminder", to=person, occasion=outbox.Occasion(person.email), context={"notices": [notice]})
    text = page(client, "office_outbox", query="?q=haddad")
    assert ("For Amira Haddad" in text, "For Tomasz Wilk" in text) == (True, False)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("time_zone", "Mars/Base"),
        ("colour", "plum"),
        ("video_room", "https://meet.example/room"),
        ("student_open_cap", 0),
        ("undo_minutes", 90),
        ("answer_days", 90),
    ],
)
def test_a_setting_that_cannot_be_is_refused_with_a_sentence(client, name, value):
    form = client.get(reverse("office_policy")).context["form"]
    data = {field: form[field].value() or "" for field in form.fields}
    answer = client.post(reverse("office_policy"), data | {name: value})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [name])


def test_policy_takes_effect_and_refuses_what_cannot_be(client):
    form = client.get(reverse("office_policy")).context["form"]
    data = {name: form[name].value() or "" for name in form.fields}
    client.post(reverse("office_policy"), data | {"university": "Northfield College", "alum_monthly_cap": 1})
    assert (Policy.now().university, Policy.now().alum_monthly_cap) == ("Northfield College", 1)
    answer = client.post(reverse("office_policy"), data | {"nudge_days": 20, "answer_days": 14})
    assert (answer.status_code, Policy.now().nudge_days) == (422, 6)


def test_the_office_gives_a_cohort_a_rule_of_its_own(client, coach):
    from_seminar = world.student("Mei Lin", coach=coach)
    seminar = Cohort.objects.create(name="First-year seminar")
    StudentProfile.objects.filter(user=from_seminar).update(cohort=seminar)
    assert reverse("office_cohorts") in client.get(reverse("office_policy")).content.decode()
    page = client.get(reverse("office_cohorts")).content.decode()
    assert "First-year seminar" in page
    assert "1 student" in page
    data = {"form-TOTAL_FORMS": 1, "form-INITIAL_FORMS": 1, "form-0-id": seminar.pk, "form-0-review_rule": "first"}
    client.post(reverse("office_cohorts"), data | {"form-0-review_first": 3})
    seminar.refresh_from_db()
    assert (seminar.review_rule, seminar.review_first) == ("first", 3)
    answer = client.post(reverse("office_cohorts"), data | {"form-0-review_first": -1})
    assert (answer.status_code, "1 student" in answer.content.decode()) == (422, True)
