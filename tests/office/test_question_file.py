"""A file of questions for the bank: each row gets a verdict, doubles are said, all new ones come in or none."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse

from apps.interviews.preparing import bank_file
from apps.interviews.preparing.models import Question
from apps.tables.models import MatchedColumns
from apps.web.answers import Refused

pytestmark = pytest.mark.django_db
HEADER = "theme,text,why,stage,relation,minutes,closing\n"
GOOD = "path,How did you begin in glass?,It opens the story.,exploring,alum,4,0\n"


def judged(data):
    return bank_file.judge(bank_file.read(data if isinstance(data, bytes) else data.encode()))


@pytest.fixture
def client(as_, office):
    return as_(office)


def post(client, data, **also):
    data = data if isinstance(data, bytes) else data.encode()
    return client.post(reverse("office_questions_import"), {"file": SimpleUploadedFile("bank.csv", data), **also})


@pytest.mark.parametrize(
    "data",
    [
        HEADER + GOOD,
        (HEADER + GOOD).replace(",", ";").encode("utf-16"),
        "Topic\tQuestion\tWhy ask this\tWhere you are\tTalk with\tTime\tClosing\n"
        "Their path\tHow did you begin in glass?\tIt opens the story.\tI have a few ideas to compare\t"
        "Alum of our university\t4 minutes\tNo\n",
    ],
)
def test_every_dress_of_the_same_question_reads_the_same(data):
    question = judged(data)[0].question
    assert (question.theme, question.text, question.why) == (
        "path",
        "How did you begin in glass?",
        "It opens the story.",
    )
    assert (question.stage, question.relation, question.minutes, question.is_closing) == ("exploring", "alum", 4, False)


THEMES = "Their path, A typical day, The field, The organization, Whether it fits me, Advice, Other people."


@pytest.mark.parametrize(
    ("row", "outcome", "why"),
    [
        ("day,What do you do first?,,any,any,,", "new", ""),
        ("A working day,What do you do last?,,any,any,,", "new", ""),
        ("day,  HOW did you begin in glass ,,,,,", "left out", "Row 2 has the same question."),
        ("day,,,,,,", "left out", "The question is missing."),
        (",What now?,,,,,", "left out", f"The theme is missing. Use one of these: {THEMES}"),
        ("love,What now?,,,,,", "left out", f"“love” isn’t a theme. Use one of these: {THEMES}"),
        (f"day,{'x' * 301},,,,,", "left out", "The question is longer than 300 characters. Shorten it."),
        ("day,What now?,,,,99,", "new", "“99” isn’t 1 to 15 minutes. We’ll use 3."),
        (
            "day,What now?,,never,,,",
            "new",
            "We don’t know “never” under “Fits students who are”. This question will fit everyone.",
        ),
        ("day,What now?,,,,,perhaps", "new", "“perhaps” isn’t Yes or No. We’ll use No."),
        (
            f"day,What now?,{'w' * 201},,,,",
            "new",
            "The reason is longer than 200 characters. Only the first 200 are kept.",
        ),
        ("day,=1+1?,,,,,", "new", ""),
        ("day,What now?", "new", "It has 2 cells where the header has 7. The missing ones are left blank."),
    ],
)
def test_each_row_gets_its_verdict(row, outcome, why):
    verdict = judged(f"{HEADER}{GOOD}{row}\n")[1]
    assert (verdict.number, verdict.outcome, verdict.why) == (3, outcome, why)


def test_new_questions_come_in_and_what_is_there_stays(client):
    there = Question.objects.order_by("pk")[0]
    text = f'{HEADER}{GOOD}advice,"{there.text.upper()}",Mine,,,9,\n,,,,,1,\n'
    before = Question.objects.count()
    dry = post(client, text)
    assert [(words, count) for _, words, count in dry.context["tally"]] == [
        ("New", 1),
        ("Already in the bank", 1),
        ("Skipped", 1),
    ]
    assert Question.objects.count() == before
    said = client.post(
        reverse("office_questions_import"), {"text": dry.context["text"], "go": "1"}, follow=True
    ).content.decode()
    assert "1 question added. Students can use it now." in said
    assert (Question.objects.count(), Question.objects.get(pk=there.pk).why) == (before + 1, there.why)
    assert [row.outcome for row in post(client, text).context["plain"]] == ["same", "same"]


def test_all_of_them_come_in_or_none():
    verdicts = judged(f"{HEADER}{GOOD}day,What do you do first?,,,,,\n")
    Question.objects.create(text="What do you do first?", theme="day")
    with pytest.raises(Refused):
        bank_file.bring_in(verdicts)
    assert not Question.objects.filter(text="How did you begin in glass?").exists()


def test_columns_that_we_do_not_know_are_matched_by_hand_and_remembered(client):
    strange = "Frage;Thema;Minuten\nHow did you begin in glass?;path;4\n"
    asked = post(client, strange)
    page = asked.content.decode()
    assert asked.status_code == 422
    for said in ("Missing columns: Question and Theme", "How did you begin in glass?", "Match the columns"):
        assert said in page
    url, text = reverse("office_questions_import"), {"text": asked.context["text"]}
    short = client.post(url, text | {"column_0": "text", "column_1": "", "column_2": ""})
    assert (short.status_code, "Missing column: Theme." in short.content.decode()) == (422, True)
    twice = client.post(url, text | {"column_0": "text", "column_1": "theme", "column_2": "theme"})
    assert (twice.status_code, "Several columns are set to Theme." in twice.content.decode()) == (422, True)
    assert not MatchedColumns.objects.exists()
    matched = {"column_0": "text", "column_1": "theme", "column_2": "minutes"}
    dry = client.post(url, text | matched)
    assert [(row.text, row.question.minutes) for row in dry.context["plain"]] == [("How did you begin in glass?", 4)]
    assert dry.context["chosen"] == [*matched.items()]
    client.post(url, {"text": dry.context["text"], "go": "1", **dict(dry.context["chosen"])})
    assert Question.objects.get(text="How did you begin in glass?").theme == "path"
    again = post(client, strange.replace("glass", "wood"))
    assert [row.text for row in again.context["plain"]] == ["How did you begin in wood?"]
    hand = client.post(url, {"text": again.context["text"], "columns": "1"}).content.decode()
    assert '<option value="text" selected>' in hand


@pytest.mark.parametrize(
    "data", [b"", b"\x89PNG\r\n\x00", b"," * 900_000, HEADER.encode(), b"x" * (1024 * 1024 + 1), b"PK\x03\x04x"]
)
def test_a_file_that_is_none_gets_a_sentence(client, data):
    answer = post(client, data)
    assert (answer.status_code, "rp-error" in answer.content.decode()) == (422, True)


def test_the_page_says_its_limits_before(client):
    assert "up to 1 MB and 2,000 questions" in client.get(reverse("office_questions_import")).content.decode()
    assert "up to 2 MB and 2,000 students" in client.get(reverse("office_students_import")).content.decode()


def test_the_command_prints_one_object_a_row_and_brings_them_in(capsys, tmp_path):
    file = tmp_path / "bank.csv"
    file.write_text(f"{HEADER}{GOOD},,,,,1,\n")
    call_command("import_questions", file, "--dry-run", "--json")
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(row["number"], row["outcome"], row["reason"]) for row in rows] == [
        (2, "new", ""),
        (3, "left out", "The question is missing."),
    ]
    assert rows[0]["fields"]["theme"] == "path"
    assert not Question.objects.filter(text="How did you begin in glass?").exists()
    call_command("import_questions", file)
    assert "1  new" in capsys.readouterr().out
    assert Question.objects.filter(text="How did you begin in glass?").exists()
    file.write_text("a,b\n1,2\n")
    with pytest.raises(CommandError):
        call_command("import_questions", file)
