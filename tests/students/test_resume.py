"""A résumé: a PDF by its content, private, with its age; deleted and brought back; gone for good after an hour."""

from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from apps.files.models import PrivateFile
from apps.students import resume as resumes
from apps.students.models import Resume
from tests import world

pytestmark = pytest.mark.django_db
DAY, H = timedelta(days=1), timedelta(hours=1)
PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n%%EOF\n"


@pytest.fixture
def client(student, as_):
    with time_machine.travel(world.NOW, tick=False):
        yield as_(student)


def upload(client, data=PDF, name="me.pdf", kind="application/pdf", note="", query=""):
    file = SimpleUploadedFile(name, data, content_type=kind)
    return client.post(reverse("resume") + query, {"file": file, "note": note})


def text_of(client):
    return " ".join(client.get(reverse("resume")).content.decode().split())


def test_without_one_the_page_says_what_to_do(client):
    assert "Nothing here yet" in text_of(client)


def test_a_version_is_kept_under_a_name_of_ours_and_is_the_owners_alone(client, student, other_student, coach, as_):
    assert upload(client, name="../../Amira <b>.exe.pdf", note="Policy jobs").status_code == 302
    kept = Resume.objects.get()
    assert (kept.student, kept.note, kept.size, kept.file.kind) == (student, "Policy jobs", len(PDF), "pdf")
    opened = client.get(kept.get_absolute_url())
    assert (opened.content, opened["Content-Type"]) == (PDF, "application/pdf")
    assert opened["Content-Disposition"] == f'attachment; filename="rapport-{kept.file_id}.pdf"'
    for stranger in (other_student, coach):
        assert as_(stranger).get(kept.get_absolute_url()).status_code == 404
        assert as_(stranger).post(reverse("resume_remove", args=[kept.pk])).status_code in (403, 404)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"MZ\x90\x00 not a PDF", "couldn’t read this file as a PDF"),
        (b"PK\x03\x04 a document of Word", "couldn’t read this file as a PDF"),
        (b"<html>%PDF-1.4 %%EOF</html>", "couldn’t read this file as a PDF"),
        (b"%PDF-1.7 torn off", "couldn’t read this file as a PDF"),
        (b"", "This file is empty"),
        (b"%PDF-1.7\n" + b"x" * 5 * 1024 * 1024 + b"%%EOF", "larger than 5"),
    ],
)
def test_what_is_no_pdf_of_up_to_5_mb_is_refused_whatever_it_calls_itself(client, data, sentence):
    answer = upload(client, data)
    assert (answer.status_code, sentence in answer.content.decode()) == (422, True)
    assert not PrivateFile.objects.exists()


def test_each_version_says_how_old_it_is(client, student):
    resumes.keep(student, PDF, note="Old", now=world.NOW - 91 * DAY)
    assert "Older than 90 days" in text_of(client)
    Resume.objects.update(kept_at=world.NOW - 90 * DAY)
    assert "Older than 90 days" not in text_of(client)


def test_a_deleted_version_comes_back_within_the_hour(client, student):
    kept = resumes.keep(student, PDF, note="", now=world.NOW)
    gone = client.post(reverse("resume_remove", args=[kept.pk]), follow=True).content.decode()
    assert (reverse("resume_restore", args=[kept.pk]) in gone, "Nothing here yet" in gone) == (True, True)
    client.post(reverse("resume_restore", args=[kept.pk]))
    assert "Nothing here yet" not in text_of(client)


def test_after_an_hour_it_is_gone_for_good(client, student):
    kept = resumes.keep(student, PDF, note="", now=world.NOW)
    resumes.remove(kept, now=world.NOW - H)
    assert list(resumes.gone(world.NOW)) == [kept.file]
    answer = client.post(reverse("resume_restore", args=[kept.pk]), follow=True)
    assert "This version is gone" in answer.content.decode()
    assert not list(resumes.gone(world.NOW - timedelta(minutes=1)))


def test_no_more_than_ten_versions(client, student):
    for _ in range(10):
        resumes.keep(student, PDF, note="", now=world.NOW)
    assert "up to 10 versions" in upload(client).content.decode()


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "/\\evil.example"])
def test_it_leads_back_to_a_page_of_ours_alone(client, back):
    assert upload(client, query=f"?back={back}")["Location"] == reverse("resume")
    assert upload(client, query="?back=/conversations/1/thanks/")["Location"] == "/conversations/1/thanks/"


@pytest.mark.parametrize(
    ("name", "file"),
    [("José Núñez", "Jose-Nunez-resume.pdf"), ("王小明", "resume.pdf"), ('A"; x\r\nB', "A-X-B-resume.pdf")],
)
def test_what_it_is_called_where_it_arrives(student, name, file):
    student.name = name
    assert resumes.file_name(student) == file
