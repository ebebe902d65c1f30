"""The office's import page: choose, look, bring in, look over the rest. The task is called as a worker calls it."""

import csv
import io
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from apps.alumni import import_reading, import_runs, tasks
from apps.alumni.models import AlumniImport, AlumniProfile

QUIRKS = Path(__file__).parent / "data" / "export.csv"


def upload(client, data=None, name="alumni.csv"):
    file = SimpleUploadedFile(name, QUIRKS.read_bytes() if data is None else data, content_type="text/csv")
    return client.post("/office/import/", {"file": file})


@pytest.fixture
def client(as_, office):
    return as_(office)


def read_by_worker(client, *args):
    """Upload a file, and let a worker have a look."""
    assert upload(client, *args).status_code == 302
    imported = AlumniImport.objects.order_by("pk").last()
    tasks.import_alumni(imported.pk)
    imported.refresh_from_db()
    return imported


@pytest.fixture
def checked(client):
    return read_by_worker(client)


def text(client, path):
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def test_a_file_is_checked_and_nothing_is_written(client, checked, office):
    assert (checked.state, checked.by, AlumniProfile.objects.count()) == ("checked", office, 0)
    page = text(client, f"/office/import/{checked.pk}/")
    for said in ("Ready to review: 16 rows", "Nothing is saved yet", "Import 16 rows", "alumni.csv"):
        assert said in page


@pytest.mark.parametrize(
    ("show", "there", "not_there"),
    [
        ("look", "isn’t a LinkedIn address", "They opted out"),
        ("not_listed", "They opted out of the directory.", "is newer."),
        ("skipped", "Row 13 has the same Constituent ID and is newer.", "They opted out"),
        ("invited", "Uma Unknown", "Nora Nope"),
        ("new", "Ana María Núñez", "Ned Nobody"),
        ("unchanged", "No rows to show.", "Ana María Núñez"),
    ],
)
def test_rows_are_shown_by_what_happens_to_them(client, checked, show, there, not_there):
    page = text(client, f"/office/import/{checked.pk}/?show={show}")
    assert there in page
    assert not_there not in page


def test_bringing_in_is_a_task_that_runs_once(client, checked):
    client.post(f"/office/import/{checked.pk}/start/")
    checked.refresh_from_db()
    assert checked.state == "running"
    assert 'hx-trigger="every 1s"' in text(client, f"/office/import/{checked.pk}/")
    for _ in range(2):
        tasks.import_alumni(checked.pk)
    checked.refresh_from_db()
    assert (checked.state, checked.done_rows, bytes(checked.content)) == ("done", 16, b"")
    assert (AlumniProfile.objects.count(), AlumniProfile.objects.listed().count()) == (13, 5)
    page = text(client, f"/office/import/{checked.pk}/")
    assert "Imported 16 rows" in page
    assert 'hx-trigger="every 1s"' not in page


def test_a_waiting_page_is_told_to_look_again_when_it_is_over(client, checked):
    path = f"/office/import/{checked.pk}/"
    import_runs.start(checked, now=timezone.now())
    assert "HX-Refresh" not in client.get(path, headers={"HX-Request": "true"})
    import_runs.run(checked.pk, now=timezone.now())
    assert client.get(path, headers={"HX-Request": "true"})["HX-Refresh"] == "true"


def test_an_upload_is_kept_and_read_by_a_worker(client):
    assert upload(client).status_code == 302
    imported = AlumniImport.objects.get()
    assert (imported.state, bytes(imported.content), imported.verdicts) == ("waiting", QUIRKS.read_bytes(), [])
    page = text(client, f"/office/import/{imported.pk}/")
    for said in ("Reading your file", "Waiting for a worker", "Cancel import", 'hx-trigger="every 1s"', "Refresh"):
        assert said in page
    AlumniImport.objects.update(state="checking", done_rows=12_000, total_rows=100_000)
    part = client.get(f"/office/import/{imported.pk}/", headers={"HX-Request": "true"})
    assert '12,000</span> <span class="rp-quiet">of 100,000 rows read' in part.content.decode()
    tasks.take_up()
    answer = client.get(f"/office/import/{imported.pk}/", headers={"HX-Request": "true"})
    assert answer["HX-Refresh"] == "true"


@pytest.mark.parametrize(
    ("data", "name", "said"),
    [
        (b"PK\x03\x04 broken", "x.xlsx", "We can’t open this spreadsheet"),
        (b"Constituent ID,Full Name\n" + b"7,Ida\n" * 50 + b'8,"Bo\n', "x.csv", "from row 52 (line 52) on"),
        (b"Constituent ID,Full Name\n7,Ida\n8,Bo\n9,Cy\n", "x.csv", "The file has more than 2 rows."),
    ],
)
def test_what_a_worker_cannot_read_is_said_on_its_page(client, monkeypatch, data, name, said):
    monkeypatch.setattr(import_reading, "MOST_ROWS", 2 if "more than" in said else import_reading.MOST_ROWS)
    imported = read_by_worker(client, data, name)
    assert imported.state == "unreadable"
    page = text(client, f"/office/import/{imported.pk}/")
    assert "We couldn’t read this file" in page
    assert said in page
    assert "Choose another file" in page


def test_the_limits_are_said_beforehand(client):
    assert "up to 32 MB and 250,000 rows" in text(client, "/office/import/")


def test_a_second_file_waits_until_the_first_is_over(client, checked):
    import_runs.start(checked, now=timezone.now())
    answer = upload(client)
    assert answer.status_code == 422
    assert "“alumni.csv” is still being imported. Wait until it’s done, or cancel it." in answer.content.decode()
    assert "See its progress" in text(client, "/office/import/")
    client.post(f"/office/import/{checked.pk}/cancel/")
    assert upload(client).status_code == 302


@pytest.mark.parametrize("state", ["waiting", "checking", "running"])
def test_whatever_is_under_way_can_be_canceled_and_is_not_taken_up_again(client, checked, state):
    AlumniImport.objects.update(state=state)
    client.post(f"/office/import/{checked.pk}/cancel/")
    tasks.take_up()
    checked.refresh_from_db()
    assert (checked.state, bytes(checked.content), AlumniProfile.objects.count()) == ("cancelled", b"", 0)
    page = text(client, f"/office/import/{checked.pk}/")
    assert "You canceled this import" in page
    assert "Cancel import" not in page


@pytest.mark.parametrize("state", ["checking", "running"])
def test_a_cancel_in_the_last_moment_wins_over_the_work(client, checked, state):
    AlumniImport.objects.update(state=state)
    checked.refresh_from_db()
    import_runs.cancel(checked, now=timezone.now())
    import_runs._work(checked, timezone.now())  # who had begun before
    checked.refresh_from_db()
    assert (checked.state, AlumniProfile.objects.count()) == ("cancelled", 0)


def test_what_is_over_cannot_be_canceled(client, checked):
    import_runs.start(checked, now=timezone.now())
    import_runs.run(checked.pk, now=timezone.now())
    page = client.post(f"/office/import/{checked.pk}/cancel/", follow=True).content.decode()
    assert "The import finished before you canceled it." in page
    assert AlumniProfile.objects.count() == 13


@pytest.mark.parametrize(("state", "then"), [("checking", "unreadable"), ("running", "failed")])
def test_what_stops_again_and_again_is_given_up(client, checked, state, then):
    AlumniImport.objects.update(state=state, attempts=import_runs.MOST_ATTEMPTS)
    tasks.take_up()
    checked.refresh_from_db()
    assert (checked.state, AlumniProfile.objects.count()) == (then, 0)
    assert "The import stopped 3 times before it finished." in text(client, f"/office/import/{checked.pk}/")


def test_one_whose_worker_died_is_taken_up_again(client, checked):
    AlumniImport.objects.update(state="running", attempts=1, done_rows=9)
    tasks.take_up()
    checked.refresh_from_db()
    assert (checked.state, AlumniProfile.objects.count()) == ("done", 13)


def test_an_import_that_was_not_started_does_not_run(checked):
    tasks.import_alumni(checked.pk)
    assert AlumniProfile.objects.count() == 0


def test_a_finished_import_is_not_started_again(client, checked):
    assert import_runs.start(checked, now=timezone.now())
    import_runs.run(checked.pk, now=timezone.now())
    assert not import_runs.start(checked, now=timezone.now())


def test_what_stops_an_import_stands_on_its_page(client, checked):
    AlumniImport.objects.filter(pk=checked.pk).update(content=b"broken")
    import_runs.start(checked, now=timezone.now())
    import_runs.run(checked.pk, now=timezone.now())
    page = text(client, f"/office/import/{checked.pk}/")
    assert "Nothing was imported" in page
    assert "no column “Constituent ID”" in page
    assert "Try again" in page


@pytest.mark.parametrize(
    ("data", "name", "said"),
    [
        (b"\x89PNG\r\n\x1a\n\x00", "x.csv", "not a CSV file"),
        (b"a,b\n", "x.docx", "Choose a CSV file or a spreadsheet."),
        (b"%PDF-1.7", "x.csv", "a PDF"),
        (b"", "x.csv", "empty"),
    ],
)
def test_what_is_no_export_is_refused_in_a_sentence(client, data, name, said):
    response = upload(client, data, name)
    assert response.status_code == 422
    assert said in response.content.decode()
    assert AlumniImport.objects.count() == 0


def test_the_error_file_is_safe_in_a_spreadsheet(client):
    imported = read_by_worker(client, b'Constituent ID,Full Name,Email\nA1,"=cmd|x, @sum",nowhere\n')
    response = client.get(f"/office/import/{imported.pk}/errors.csv")
    assert response["Content-Disposition"].startswith("attachment;")
    rows = list(csv.reader(io.StringIO(response.getvalue().decode("utf-8-sig"))))
    assert rows[1][:5] == ["2", "A1", "'@sum =cmd|x", "New", "Not listed"]
    assert rows[1][6] == "“nowhere” isn’t an email address. It’s left blank."


def test_a_checked_file_can_be_forgotten_and_an_imported_one_not(client, checked):
    import_runs.start(checked, now=timezone.now())
    import_runs.run(checked.pk, now=timezone.now())
    client.post(f"/office/import/{checked.pk}/discard/")
    assert AlumniImport.objects.count() == 1
    AlumniImport.objects.update(state="checked")
    client.post(f"/office/import/{checked.pk}/discard/")
    assert AlumniImport.objects.count() == 0


def test_only_the_office_gets_in(as_, checked, student, coach, alum):
    for person in (student, coach, alum):
        assert as_(person).get("/office/import/").status_code == 403
        for path in ("", "errors.csv"):
            assert as_(person).get(f"/office/import/{checked.pk}/{path}").status_code == 404
        assert as_(person).post(f"/office/import/{checked.pk}/start/").status_code == 404


@pytest.mark.parametrize("count", [1, 30])
def test_the_history_takes_the_same_statements_however_long(client, office, count, django_assert_num_queries):
    for _ in range(count):
        AlumniImport.objects.create(by=office, file_name="x.csv", counts={}, verdicts=[])
    client.get("/office/import/")
    with django_assert_num_queries(6):
        client.get("/office/import/")


STRANGE = b"Nr,Wer,Wohin,Title\n7,Ida Holm,Duluth,Nurse\n8,Bo Lee,Oslo,Baker\n"


def match(client, imported, *fields):
    return client.post(
        f"/office/import/{imported.pk}/columns/", {f"column_{at}": ours for at, ours in enumerate(fields)}
    )


def test_columns_that_we_do_not_know_are_matched_by_hand_and_remembered(client):
    imported = read_by_worker(client, STRANGE)
    path = f"/office/import/{imported.pk}/columns/"
    assert client.get(f"/office/import/{imported.pk}/")["Location"] == path
    page = text(client, path)
    for said in ("no column “Constituent ID”", "Ida Holm, Bo Lee", '<option value="title" selected>'):
        assert said in page
    lacking = match(client, imported, "external_id", "", "city", "").content.decode()
    assert "no column “Full Name”. Choose a column for each." in lacking
    assert "Use the file with its header row" not in lacking
    twice = match(client, imported, "external_id", "name", "city", "city")
    assert (twice.status_code, "Several columns are set to City." in twice.content.decode()) == (422, True)
    assert match(client, imported, "external_id", "name", "city", "")["Location"] == f"/office/import/{imported.pk}/"
    tasks.import_alumni(imported.pk)
    client.post(f"/office/import/{imported.pk}/start/")
    tasks.import_alumni(imported.pk)
    ida = AlumniProfile.objects.get(external_id="7")
    assert (ida.name, ida.city, ida.title) == ("Ida Holm", "Duluth", "")
    again = read_by_worker(client, STRANGE.replace(b"Duluth", b"Bergen"))
    assert (again.counts["changed"], again.counts["unchanged"]) == (1, 1)
    assert match(client, imported, "external_id", "name", "", "")["Location"] == f"/office/import/{imported.pk}/"
