"""Whose data was deleted comes back by no file, of alumni or of students; only by hand (R254)."""

import io

import pytest
from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from apps.accounts import erased
from apps.accounts.models import ErasedMark, User
from apps.alumni import import_reading, imports
from apps.alumni.models import AlumniProfile
from apps.office import people, student_file
from apps.privacy import erasures
from apps.students.models import StudentProfile
from tests import world

pytestmark = pytest.mark.django_db
ALUMNI = "Constituent ID,First name,Last name,Email,Directory opt-in\n"


def registrars(*rows):
    data = "student_id,first_name,last_name,email\n" + "\n".join(rows)
    return people.judge(student_file.read(data.encode()).rows, now=world.NOW)


def alumni(*rows, does=imports.check, **how):
    data = (ALUMNI + "\n".join(rows)).encode()
    reading = import_reading.read(data, now=timezone.now(), default_zone="America/Chicago")
    return does(reading, **how)


@pytest.fixture
def gone(student):
    """A student of number S1, who has been deleted."""
    StudentProfile.objects.filter(user=student).update(external_id="S1")
    erasures.at_once(User.objects.get(pk=student.pk), now=timezone.now())
    return student


@pytest.mark.parametrize(
    "row",
    [
        "S1,Amira,Haddad,amira.haddad@tamarack.example",
        "S1,Amira,Haddad,another@tamarack.example",
        "s1 ,Amira,Haddad,another@tamarack.example",
        "S9,Amira,Haddad,Amira.Haddad@Tamarack.example",
        ",Amira,Haddad,amira.haddad@tamarack.example",
    ],
)
def test_the_registrars_file_brings_no_student_back(gone, row):
    verdicts = registrars(row, "S2,Bo,Lind,bo@tamarack.example")
    assert [(one.outcome, one.reason) for one in verdicts] == [("left out", erased.REASON), ("new", "")]
    assert people.held_off(verdicts) == [
        "1 row is left out because that data was deleted on request. Add a person by hand if they want to come back."
    ]
    people.bring_in(verdicts, by=None, now=timezone.now())
    assert not User.objects.filter(name="Amira Haddad").exists()
    assert User.objects.filter(email="bo@tamarack.example").exists()


def test_the_office_reads_it_before_and_counts_it(gone, as_, office):
    file = io.BytesIO(b"student_id,first_name,last_name,email\nS1,Amira,Haddad,amira.haddad@tamarack.example\n")
    file.name = "students.csv"
    html = as_(office).post("/office/people/students/", {"file": file}).content.decode()
    assert "1 row is left out because that data was deleted on request." in html
    assert erased.REASON in html


@pytest.mark.parametrize(
    "row", ["A1,Ingrid,Solheim,ingrid.solheim@alum.example,yes", "A2,Ingrid,Solheim,INGRID.SOLHEIM@alum.example,yes"]
)
def test_an_export_brings_no_alum_back_by_their_address_either(alum, row):
    erasures.at_once(alum, now=timezone.now())
    assert not AlumniProfile.objects.exists()  # no number, nothing of others': no entry is left that could be marked
    plan = alumni(row, "A3,Bo,Lind,bo@alum.example,yes", does=imports.apply, by=None, now=timezone.now())
    assert [(one.outcome, one.reason, one.name) for one in plan.verdicts][:1] == [("skipped", erased.REASON, "")]
    assert (plan.counts["erased"], plan.counts["skipped"], plan.counts["new"]) == (1, 1, 1)
    assert list(AlumniProfile.objects.values_list("name", flat=True)) == ["Bo Lind"]


def test_a_student_who_was_deleted_is_not_brought_back_as_an_alum(gone):
    plan = alumni("A7,Amira,Haddad,amira.haddad@tamarack.example,yes")
    assert plan.counts["erased"] == 1


def test_by_hand_they_come_back_and_files_speak_of_them_again(gone, as_, office):
    data = {"name": "Amira Haddad", "email": "amira.haddad@tamarack.example", "roles": ["student"]}
    assert as_(office).post("/office/people/add/", data).status_code == 302
    [verdict] = registrars("S9,Amira,Haddad,amira.haddad@tamarack.example")
    assert verdict.outcome == "changed"


def test_the_command_brings_them_back_too(gone):
    call_command("add_person", "amira.haddad@tamarack.example", "Amira Haddad", "--role", "student")
    assert not erased.Erased.now().holds("address", "amira.haddad@tamarack.example")


def test_a_row_for_somebody_who_is_here_is_held_off_by_no_mark(student):
    erased.remember([("address", student.email)])
    [verdict] = registrars("S5,Amira,Haddad,amira.haddad@tamarack.example")
    assert verdict.outcome == "changed"


# --- the key ----------------------------------------------------------------------------------------------------------


def test_nobody_reads_an_address_back_without_the_key(gone, settings):
    marks = set(ErasedMark.objects.values_list("mark", flat=True))
    assert len(marks) == 2
    settings.SECRET_KEY = "another one"
    assert erased.mark("address", gone.email) not in marks
    assert not erased.Erased.now().holds("address", gone.email)


def test_after_the_key_was_changed_they_are_still_recognized(gone, settings):
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another one"
    [verdict] = registrars("S1,Amira,Haddad,amira.haddad@tamarack.example")
    assert verdict.reason == erased.REASON
    erased.come_back("address", gone.email)
    assert not erased.Erased.now().holds("address", gone.email)


def test_the_key_is_not_in_the_database():
    assert settings.SECRET_KEY not in str(list(ErasedMark.objects.values()))
