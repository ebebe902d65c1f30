"""The registrar's file as systems really write it: each row gets a verdict, and no file an error page."""

import json
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse

from apps.accounts.models import User
from apps.office import people, student_file
from apps.students.models import StudentProfile
from apps.tables.records import Unreadable
from tests import world

REGISTRAR = Path(__file__).parent / "data" / "students.csv"
HEADER = "student_id,first_name,last_name,email,expected_term\n"
GOOD = HEADER + "S1,Ana,Núñez,ana@x.example,Spring 2027\n"


def judged(data):
    data = data if isinstance(data, bytes) else data.encode()
    return people.judge(student_file.read(data).rows, now=world.NOW)


@pytest.mark.parametrize(
    ("name", "called", "pronouns"),
    [
        ("O'Brien-Núñez, Ana Maria (Annie)", "Annie O'Brien-Núñez", ""),
        ("Jane Doe (she/her)", "Jane Doe", "she/her"),
        ("Nguyễn Thị Mai", "Nguyễn Thị Mai", ""),
    ],
)
def test_what_the_name_says_beside_the_name_is_kept(db, name, called, pronouns):
    (verdict,) = judged(f'student_id,Full Name,email\nS1,"{name}",a@x.example\n')
    assert (verdict.student.user.called, verdict.student.user.pronouns) == (called, pronouns)


def test_a_dash_is_no_name(db):
    (verdict,) = judged("student_id,Full Name,email\nS1,-,a@x.example\n")
    assert (verdict.outcome, verdict.reason) == ("left out", "The name is missing.")


@pytest.fixture
def client(as_, office):
    return as_(office)


@pytest.mark.parametrize(
    "data",
    [
        GOOD.replace("\n", "\r").encode(),
        GOOD.replace("\n", "\r\n").encode("utf-16"),
        GOOD.encode("cp1252"),
        GOOD.replace(",", ";").encode(),
        GOOD.replace(",", "\t").encode("utf-8-sig"),
        f"sep=|\n{GOOD.replace(',', '|')}".encode(),
        f"Enrolled students\n\n{GOOD}".encode(),
        'EMPLID,Name,Email Addr,Exp Grad Term\nS1,"Núñez,Ana",ANA@x.example,2027SP\n'.encode(),
        "SPRIDEN_ID|SPRIDEN_LAST_NAME|SPRIDEN_FIRST_NAME|GOREMAL_EMAIL_ADDRESS|SGBSTDN_TERM_CODE_GRAD\n"
        "S1|Núñez|Ana|ana@x.example|202710\n".encode(),
    ],
)
def test_every_dress_of_the_same_row_reads_the_same(client, data):
    dry = client.post(reverse("office_students_import"), {"file": SimpleUploadedFile("students.csv", data)})
    assert dry.status_code == 200
    client.post(reverse("office_students_import"), {"text": dry.context["text"], "go": "1"})
    profile = StudentProfile.objects.select_related("user").get()
    assert (profile.external_id, profile.user.name, profile.user.email, profile.class_year) == (
        "S1",
        "Ana Núñez",
        "ana@x.example",
        2027,
    )


@pytest.mark.parametrize(
    ("row", "outcome", "why"),
    [
        ("S2,Bo\rAnders,Holm,bo@x.example,2027", "new", ""),
        ('S2,"Bo\rAnders",Holm,bo@x.example,2027', "new", ""),
        (f"S2,{'x' * 140_000},Holm,bo@x.example,2027", "left out", "A cell is longer than 128 KB."),
        (f"{'9' * 41},Bo,Holm,bo@x.example,2027", "left out", "The student ID is longer than 40 characters."),
        ("S1,Bo,Holm,bo@x.example,2027", "left out", "This student ID is already in row 2."),
        ("S2,Bo,Holm,ANA@x.example,2027", "left out", "This address is already in a row above."),
        (f"S2,Bo,Holm,bo@{'x.' * 130}example,2027", "left out", "The email address is longer than 254 characters."),
        ("S2,Bo,Holm,,2027", "left out", "The email address is missing or not valid."),
        ("S2,Suharto,,bo@x.example,2027", "new", ""),
        ("S2,,,bo@x.example,2027", "left out", "The name is missing."),
        ("S2,Bo,Holm,bo@x.example,2271", "new", "We couldn’t find a year in the term “2271”. It’s left blank."),
        ("S2,Bo,Holm,bo@x.example", "new", "It has 4 cells where the header has 5. The missing ones are left blank."),
    ],
)
def test_each_row_gets_its_verdict(db, row, outcome, why):
    verdict = judged(f"{GOOD}{row}\nS9,Last,One,last@x.example,2028\n")[1]
    assert (verdict.number, verdict.outcome) == (3, outcome)
    assert verdict.why.startswith(why)
    assert [one.outcome for one in judged(f"{GOOD}{row}\nS9,Last,One,last@x.example,2028\n")][2] == "new"


@pytest.mark.parametrize(
    ("term", "year"),
    [
        ("202710", 2027),
        ("Fall 2026", 2026),
        ("SP27", 2027),
        ("2027.0", 2027),
        ("May '27", 2027),
        ("2271", None),
        ("27105", None),
    ],
)
def test_a_term_has_a_year_or_a_remark(db, term, year):
    verdict = judged(f"{HEADER}S1,Ana,Núñez,ana@x.example,{term}\n")[0]
    assert verdict.student.profile.class_year == year
    assert bool(verdict.remarks) == (year is None)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (GOOD + 'S2,"Bo,Holm,bo@x.example,2027\nS3,Al,Poe,al@x.example,2027\n', "from row 3 (line 3) on"),
        (GOOD + "S2,B\x00o,Holm,bo@x.example,2027\n", "Line 3 has bytes that aren’t text"),
        (HEADER, "a header row but no students"),
        ("Name,Shoe size\nAna,38\n", "Missing column: email."),
        ("", "The file is empty."),
    ],
)
def test_a_file_that_cannot_be_read_is_answered_with_a_sentence(client, data, says):
    answer = client.post(
        reverse("office_students_import"), {"file": SimpleUploadedFile("students.csv", data.encode() or b" ")}
    )
    assert answer.status_code == 422
    assert says in answer.content.decode()
    with pytest.raises(Unreadable):
        student_file.read(data.encode())


@pytest.mark.parametrize(("written", "is_hers", "remarks"), [
    ("Ruth Amsel", True, []),
    ("Amsel, Ruth", True, []),
    ("RUTH AMSEL", True, []),
    ("n/a", False, []),
    ("--", False, []),
    ("Rita Amsel", False, ["No coach here is called “Rita Amsel”."]),
])  # fmt: skip
def test_a_coach_is_known_by_name_too(coach, written, is_hers, remarks):
    [found] = judged(f'student_id,Full Name,email,advisor\nS1,Ann Smith,ann@x.example,"{written}"\n')
    assert (found.student.profile.coach == coach, found.remarks) == (is_hers, remarks)


def test_of_two_coaches_with_one_name_none_is_meant(coach, other_coach):
    User.objects.filter(pk=other_coach.pk).update(name=coach.name)
    [found] = judged("student_id,Full Name,email,advisor\nS1,Ann Smith,ann@x.example,Ruth Amsel\n")
    assert (found.student.profile.coach, found.remarks) == (None, ["No coach here is called “Ruth Amsel”."])


def test_the_command_prints_one_object_a_row_and_brings_them_in(db, capsys, coach, tmp_path):
    file = tmp_path / "students.csv"
    file.write_bytes(REGISTRAR.read_bytes() + b"S9,,,,,nobody@x.example\n")
    call_command("import_students", file, "--dry-run", "--json")
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(row["number"], row["outcome"], row["reason"]) for row in rows] == [
        (2, "new", ""),
        (3, "new", ""),
        (4, "new", ""),
        (5, "left out", "The name is missing."),
    ]
    fields = rows[2]["fields"]
    assert (fields["called"], fields["greeting"], fields["class_year"]) == ("Frédéric Barbier", "Frédéric", 2027)
    assert rows[0]["fields"]["majors"] == [rows[0]["fields"]["program"]]
    assert rows[0]["remarks"] == ["No coach here has the email d.okafor@example.edu."]
    assert not StudentProfile.objects.exists()
    call_command("import_students", file)
    assert "3  new" in capsys.readouterr().out
    assert User.objects.filter(roles=["student"]).count() == 3
    strange = tmp_path / "strange.csv"
    strange.write_text("Nr,Wer,Mail\nS7,Ida Holm,ida@x.example\n")
    with pytest.raises(CommandError, match="Missing column"):
        call_command("import_students", strange)
    call_command("import_students", strange, "--column", "name=Wer", "--column", "student_id=nr")
    assert StudentProfile.objects.get(external_id="S7").user.name == "Ida Holm"
    with pytest.raises(CommandError, match="can’t be read"):
        call_command("import_students", tmp_path / "nowhere.csv")


def test_columns_that_we_do_not_know_are_matched_by_hand_and_remembered(client):
    url, strange = reverse("office_students_import"), "Nr,Wer,Anschrift\nS1,Ana Núñez,ana@x.example\n"
    asked = client.post(url, {"file": SimpleUploadedFile("students.csv", strange.encode())})
    assert "Ana Núñez" in asked.content.decode()
    matched = {"column_0": "student_id", "column_1": "name", "column_2": "email"}
    dry = client.post(url, {"text": asked.context["text"]} | matched)
    assert [(row.name, row.outcome) for row in dry.context["plain"]] == [("Ana Núñez", "new")]
    assert not User.objects.filter(email="ana@x.example").exists()
    client.post(url, {"text": dry.context["text"], "go": "1", **matched})
    assert StudentProfile.objects.get(external_id="S1").user.email == "ana@x.example"
    again = client.post(url, {"file": SimpleUploadedFile("students.csv", strange.encode())})
    assert [row.outcome for row in again.context["plain"]] == ["same"]


def test_a_row_that_cannot_be_read_keeps_its_number_and_its_verdict(client):
    data = f"Enrolled\n\n{HEADER}S1,{'x' * 140_000},Núñez,ana@x.example,2027\nS2,Bo,Holm,bo@x.example,2027\n"
    dry = client.post(reverse("office_students_import"), {"file": SimpleUploadedFile("s.csv", data.encode())})
    assert [(row.number, row.outcome) for row in dry.context["odd"]] == [(4, "left out")]


def test_the_command_says_it_where_somebody_was_quicker(db, tmp_path, monkeypatch):
    """Between the look at the file and the writing, another door brings in the same person."""
    file = tmp_path / "students.csv"
    file.write_text("name,email\nIda Holm,ida@x.example\n")
    judge = people.judge

    def judged(*rows, **how):
        found = judge(*rows, **how)
        User.objects.create_user("ida@x.example", name="Ida Holm")
        return found

    monkeypatch.setattr(people, "judge", judged)
    with pytest.raises(CommandError, match="Nothing was imported"):
        call_command("import_students", file)
    assert User.objects.filter(email="ida@x.example").count() == 1
