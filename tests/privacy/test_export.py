"""What stands in the zip of a person (K4, R254)."""

import csv
import io
import json
import zipfile

import pytest
import vobject
from django.core.management import CommandError, call_command
from icalendar import Calendar

from apps.accounts.models import User
from apps.network.models import ContactImport
from apps.privacy import export
from tests.privacy import canaries


def zip_of(person, now):
    file = io.BytesIO()
    export.write(person, file, now=now)
    return zipfile.ZipFile(file)


def text_of(archive):
    return "\n".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())


@pytest.mark.parametrize("name", ["student", "alum", "coach"])
def test_every_text_of_theirs_is_in_json_and_in_a_table(everybody, stage, name):
    person = everybody[name]
    planted = canaries.plant(person)
    archive = zip_of(User.objects.get(pk=person.pk), stage.now)
    whole = archive.read("data.json").decode()
    tables = "\n".join(archive.read(one).decode() for one in archive.namelist() if one.startswith("tables/"))
    given = {mark for mark, (label, column) in planted.items() if canaries.is_given(label, column)}
    assert len(given) > 20 or name == "coach"
    assert {planted[mark] for mark in given if mark not in whole} == set()
    assert {planted[mark] for mark in given if mark not in tables} == set()


def test_no_secret_is_in_it(everybody, stage):
    student = stage.student
    student.set_password("a long enough passphrase")
    student.save()
    text = text_of(zip_of(student, stage.now))
    for secret in (student.password, stage.feed, stage.mailed_notice, "KQ7-3MX", stage.rows.private_note.text):
        assert secret not in text


def test_a_coach_s_private_notes_are_in_their_own_copy_and_in_no_other(everybody, stage):
    words = stage.rows.private_note.text
    for name in ("student", "other_coach", "office", "alum"):
        assert words not in text_of(zip_of(everybody[name], stage.now))
    assert words in zip_of(stage.coach, stage.now).read("data.json").decode()
    tables = [
        zip_of(stage.coach, stage.now).read(f"tables/{name}.csv").decode() for name in ("coach-note", "shared-note")
    ]
    said = stage.rows.shared_note.text
    assert [(words in table, said in table) for table in tables] == [(True, False), (False, True)]


def test_a_table_holds_no_formula(everybody, stage):
    stage.rows.contact.notes = '=HYPERLINK("https://evil.example")'
    stage.rows.contact.save()
    archive = zip_of(stage.student, stage.now)
    rows = list(csv.DictReader(io.StringIO(archive.read("tables/contact.csv").decode("utf-8-sig"))))
    assert [row["notes"] for row in rows if row["notes"]] == ['\'=HYPERLINK("https://evil.example")']
    assert "=HYPERLINK" in json.loads(archive.read("data.json"))["tables"]["contact"][0]["notes"]


def test_other_programs_read_its_cards_calendar_and_files(everybody, stage):
    student = stage.student
    ContactImport.objects.filter(student=student).update(content=b"Name\nAna Ruiz\n", file_name="../Conn/ections.csv")
    archive = zip_of(student, stage.now)
    cards = list(vobject.readComponents(archive.read("contacts.vcf").decode()))
    assert [card.fn.value for card in cards] == [one.name for one in student.contacts.order_by("sort_key", "pk")]
    events = Calendar.from_ical(archive.read("conversations.ics")).walk("VEVENT")
    assert {f"{stage.rows.talk.uid}@rapport", f"{stage.rows.held.uid}@rapport"} <= {
        str(event["UID"]) for event in events
    }
    files = {name: archive.read(name) for name in archive.namelist() if name.startswith("files/")}
    assert files == {
        f"files/{stage.rows.people_file.pk}-.._Conn_ections.csv": b"Name\nAna Ruiz\n",
        f"files/rapport-{stage.rows.photo.pk}.jpg": b"\xff\xd8",
        f"files/rapport-{stage.rows.paper.pk}.pdf": b"%PDF-",
    }


def test_somebody_without_anything_gets_a_whole_zip(other_coach, now):
    archive = zip_of(other_coach, now)
    assert archive.testzip() is None
    assert {"data.json", "README.txt", "contacts.vcf", "conversations.ics", "tables/user.csv"} <= {*archive.namelist()}


def test_the_alum_does_not_get_what_is_the_students_alone(everybody, stage):
    asked = stage.rows.sent
    asked.about_person, asked.sent_text = "Her research is mine", "Dear Ingrid, may I ask"
    asked.save()
    text = text_of(zip_of(stage.alum, stage.now))
    assert "Dear Ingrid, may I ask" in text
    assert "Her research is mine" not in text
    assert stage.rows.leaving.contact.name not in text  # it has not left yet


def test_the_command_writes_a_file_once_and_for_us_alone(everybody, stage, tmp_path, capsys):
    file = tmp_path / "amira.zip"
    call_command("export_person", stage.student.email.upper(), str(file))
    assert zipfile.ZipFile(file).testzip() is None
    assert file.stat().st_mode & 0o077 == 0
    assert " rows of " in capsys.readouterr().out
    with pytest.raises(CommandError, match="is there already"):
        call_command("export_person", stage.student.email, str(file))
    with pytest.raises(CommandError, match="No one has the address"):
        call_command("export_person", "nobody@x.example", str(tmp_path / "b.zip"))
    with pytest.raises(CommandError, match="can’t be written"):
        call_command("export_person", stage.student.email, str(tmp_path / "no" / "b.zip"))
