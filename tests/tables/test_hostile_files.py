"""Every file that nobody sends in good faith, at every door by which one comes in (H1 to H6 of the reliability plan).

The doors are found, not listed: each form of each page that takes a file, and each command that reads one. A new door
is tried by itself. Whatever the file: no error page, all of it or nothing of it, and a sentence.
"""

import contextlib
import csv
import html
import io
import re
import resource
import zipfile
import zlib
from contextlib import redirect_stderr, redirect_stdout
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from html.parser import HTMLParser

import psycopg
import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command, get_commands, load_command_class
from django.db import InterfaceError, OperationalError, connection
from django.test import Client
from django.urls import resolve, reverse
from django.utils import timezone

from apps.accounts.models import Role, User
from apps.alumni import import_runs, tasks
from apps.alumni.models import AlumniImport, AlumniProfile
from apps.tables.reading import read
from apps.tables.records import Unreadable
from apps.tables.synonyms import ALUMNI
from tests.access.stage import browser
from tests.database import _settings
from tests.tables.test_reading import book
from tests.test_access import DOORS, people, staged, url_of

pytestmark = [pytest.mark.django_db, pytest.mark.whole]

HEADER = "ID,First Name,Last Name,Email,Notes\n"
ROWS = [f"S{n},Ana{n},Núñez,ana{n}@x.example,none\n" for n in range(4)]
GOOD = HEADER + "".join(ROWS)
# A file that waits, and what pages leave.
BESIDE = {"AlumniImport", "AuditEntry", "Disclosure", "Press", "Policy", "MailLink"}


# --- the doors --------------------------------------------------------------------------------------------------------


class Forms(HTMLParser):
    """The forms of a page that take a file: [(action, {name: value}, name of the file, what it accepts)]."""

    def __init__(self, page):
        super().__init__()
        self.found, self.form = [], None
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        said = dict(attributes)
        if tag == "form":
            self.form = {"action": said.get("action", ""), "values": {}, "file": None, "accept": ""}
        elif self.form is not None and tag == "input" and said.get("type") == "file":
            self.form |= {"file": said["name"], "accept": said.get("accept") or ""}
        elif self.form is not None and tag == "input" and said.get("name"):
            self.form["values"][said["name"]] = said.get("value") or ""

    def handle_endtag(self, tag):
        if tag == "form" and self.form is not None:
            if self.form["file"]:
                self.found.append(self.form)
            self.form = None


@dataclass(frozen=True)
class Door:
    """A form that takes a file: who sees it on which page, and where among its forms."""

    person: str
    page: str
    at: int
    target: str  # the name of the address that takes it
    accepts: str


_found = []


def doors(cast, stage):
    """Return every form that takes a file, of everybody. The pages are asked once in a process."""
    if not _found:
        for person in ("student", "alum", "coach", "office"):
            client = browser(cast[person])
            for name, (_, get, _, let_in, _) in DOORS.items():
                if get != 200 or person not in people(let_in):
                    continue
                url = url_of(name, stage)
                answer = client.get(url)
                if answer.streaming or b"multipart" not in answer.content:
                    continue
                for at, form in enumerate(Forms(answer.content.decode()).found):
                    target = resolve((form["action"] or url).partition("?")[0]).url_name
                    if target not in {door.target for door in _found}:
                        _found.append(Door(person, name, at, target, form["accept"]))
    return _found


@cache
def commands():
    """Return {command of ours that reads a file: whether it can say beforehand what it would do}."""
    ours = [(name, app) for name, app in get_commands().items() if app.startswith("apps.")]
    taken = {name: load_command_class(app, name).create_parser("manage.py", name)._actions for name, app in ours}
    names = {name: {action.dest for action in actions} for name, actions in taken.items()}
    return {name: "dry_run" in dests for name, dests in names.items() if "file" in dests}


def changed(before):
    """Return {table: (rows before, rows now)} where they differ."""
    now = tables()
    return {name: (before[name], now[name]) for name in now if now[name] != before[name]}


def tables():
    """Return how many rows there are of everything that an import could write."""
    with connection.cursor() as cursor:
        cursor.execute(_counting())
        return dict(cursor.fetchall())


@cache
def _counting():
    """Return one statement that counts all of them: it is asked a thousand times."""
    models = [model for model in apps.get_models() if model.__module__.startswith("apps.")]
    return " UNION ALL ".join(
        f"SELECT '{model.__name__}', (SELECT count(*) FROM {model._meta.db_table})"
        for model in models
        if model.__name__ not in BESIDE
    )


# --- the files --------------------------------------------------------------------------------------------------------


def edited(data, change, more=None):
    """Return a spreadsheet with its sheet changed, and more parts in it."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(old.read(name)) if name.endswith("sheet1.xml") else old.read(name))
        for name, part in (more or {}).items():
            new.writestr(name, part)
    return file.getvalue()


def sheet(rows=None):
    return book(rows or [["ID", "First Name", "Last Name", "Email"], ["S1", "Ana", "Holm", "ana@x.example"]])


def bomb():
    """Return a spreadsheet of half a megabyte that unpacks to half a gigabyte."""
    return edited(sheet(), lambda part: part.replace(b"<sheetData>", b" " * 450_000_000 + b"<sheetData>"))


def lying_bomb():
    """Return one that says it is small: its directory names another size than what unpacks."""
    data = bytearray(edited(sheet(), lambda part: part.replace(b"<sheetData>", b" " * 50_000_000 + b"<sheetData>")))
    for at in [found.start() for found in re.finditer(rb"PK\x01\x02", bytes(data))]:
        data[at + 24 : at + 28] = (100).to_bytes(4, "little")
    return bytes(data)


def far_cell():
    corner = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    return edited(sheet(), lambda part: part.replace(b"</sheetData>", corner))


def far_cell_of_ods():
    """Return an OpenDocument sheet whose one row says that it is there a million times."""
    office = "urn:oasis:names:tc:opendocument:xmlns"
    cell = '<table:table-cell office:value-type="string" table:number-columns-repeated="16384"><text:p>ID</text:p>'
    content = (
        f'<?xml version="1.0"?><office:document-content xmlns:office="{office}:office:1.0" '
        f'xmlns:table="{office}:table:1.0" xmlns:text="{office}:text:1.0"><office:body><office:spreadsheet>'
        f'<table:table table:name="A"><table:table-row table:number-rows-repeated="1048576">{cell}</table:table-cell>'
        "</table:table-row></table:table></office:spreadsheet></office:body></office:document-content>"
    )
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr("content.xml", content)
    return file.getvalue()


def one_long_text_named_often():
    cells = b"".join(b'<row r="%d"><c r="A%d" t="s"><v>0</v></c></row>' % (n, n) for n in range(2, 5_000))
    strings = f"<sst><si><t>{'x' * 500_000}</t></si></sst>".encode()
    more = {"xl/sharedStrings.xml": strings}
    return edited(sheet(), lambda part: part.replace(b"</sheetData>", cells + b"</sheetData>"), more)


def xxe():
    evil = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd"><!ENTITY f SYSTEM "http://127.0.0.1:9/">]>'
    return edited(sheet(), lambda part: part.replace(b"?>", b"?>" + evil, 1).replace(b"Holm", b"&e;&f;"))


def laughs():
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "ha"}">' for n in range(12))
    evil = f"<!DOCTYPE x [{entities}]>".encode()
    return edited(sheet(), lambda part: part.replace(b"?>", b"?>" + evil, 1).replace(b"Holm", b"&a11;"))


def calendar(body):
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y\r\n{body}END:VCALENDAR\r\n"


def card(body):
    return f"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ana Holm\r\n{body}END:VCARD\r\n"


def png():
    body = b"IHDR" + (1).to_bytes(4, "big") * 2 + b"\x08\x02\x00\x00\x00"
    return b"\x89PNG\r\n\x1a\n" + (13).to_bytes(4, "big") + body + zlib.crc32(body).to_bytes(4, "big")


EVENT = "BEGIN:VEVENT\r\nUID:1\r\nDTSTART;VALUE=DATE:20261225\r\nSUMMARY:Break\r\nEND:VEVENT\r\n"
FILES = {  # name of the file: (what is in it, what is said of it at the latest when it is brought in)
    "good.csv": (lambda: GOOD, ""),
    "one bad row.csv": (lambda: GOOD.replace("ana2@x.example", "no address"), ""),
    "all bad.csv": (lambda: HEADER + ",,,,\n,,,x,\n" * 50, ""),
    "BOM.csv": (lambda: GOOD.encode("utf-8-sig"), ""),
    "BOM twice.csv": (lambda: b"\xef\xbb\xbf" + GOOD.encode("utf-8-sig"), ""),
    "Windows-1252.csv": (lambda: GOOD.encode("cp1252"), ""),
    "neither.csv": (lambda: GOOD.encode() + b"S9,\x81\x8d,\x9d,x@x.example,\n", "line"),
    "unclosed quote.csv": (lambda: HEADER + ROWS[0] + '"S9,Ana,Holm\n' + ROWS[1], "row 3"),
    "quote in a cell.csv": (lambda: HEADER + 'S1,"A"na,Holm,a@x.example,\n', "row 2"),
    "CR.csv": (lambda: GOOD.replace("\n", "\r"), ""),
    "CR in a cell.csv": (lambda: HEADER + 'S1,"An\ra",Holm,a@x.example,"x\ry"\n' + ROWS[1], ""),
    "lone CR.csv": (lambda: GOOD.replace("Núñez", "Nú\rñez"), ""),
    "LF CR.csv": (lambda: GOOD.replace("\n", "\n\r"), ""),
    "long cell.csv": (lambda: HEADER + f"S1,Ana,Holm,a@x.example,{'x' * 200_000}\n" + ROWS[1], ""),
    "long name.csv": (lambda: HEADER + f"S1,{'Ana' * 5000},Holm,a@x.example,\n" + ROWS[1], ""),
    "long number.csv": (lambda: HEADER + f"{'9' * 5000},Ana,Holm,a@x.example,\n" + ROWS[1], ""),
    "same number.csv": (lambda: HEADER + ROWS[0] + ROWS[0].replace("ana0", "bo"), ""),
    "same row.csv": (lambda: HEADER + ROWS[0] * 3, ""),
    "long address.csv": (lambda: HEADER + f"S1,Ana,Holm,{'a' * 300}@x.example,\n" + ROWS[1], ""),
    "odd address.csv": (lambda: HEADER + "S1,Ana,Holm,ana@\u202ex.example,\nS2,Bo,Holm,bo@-.example,\n", ""),
    "NUL.csv": (lambda: GOOD.replace("none", "no\x00ne"), "has bytes that aren’t text"),
    "surrogate.csv": (lambda: GOOD.encode() + b"S9,\xed\xa0\x80,Holm,s@x.example,\n", ""),
    "UTF-16.csv": (lambda: GOOD.encode("utf-16"), ""),
    "UTF-16 without a mark.csv": (lambda: GOOD.encode("utf-16-le"), ""),
    "half of UTF-16.csv": (lambda: GOOD.encode("utf-16")[:-3], ""),
    "surrogate in UTF-16.csv": (lambda: GOOD.encode("utf-16") + b"\x00\xd8A\x00\n\x00", ""),
    "UTF-32.csv": (lambda: GOOD.encode("utf-32"), ""),
    "UTF-7.csv": (lambda: GOOD.encode("utf-7"), ""),
    "EBCDIC.csv": (lambda: GOOD.encode("cp037"), ""),
    "image.csv": (png, "not"),
    "PDF.csv": (lambda: b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n", "PDF"),
    "web page.xls": (lambda: "<html><body><table><tr><td>ID</td></tr></table></body></html>", "web page"),
    "bytes.csv": (lambda: bytes(range(256)) * 500, ""),
    "empty.csv": (lambda: b"", "empty"),
    "only a mark.csv": (lambda: b"\xef\xbb\xbf", "empty"),
    "blanks.csv": (lambda: b" \r\n\t\r\n" * 500, "empty"),
    "only a header.csv": (lambda: HEADER, ""),
    "no header.csv": (lambda: "".join(ROWS), ""),
    "header twice.csv": (lambda: HEADER + HEADER + "".join(ROWS), ""),
    "same column twice.csv": (lambda: GOOD.replace("Notes", "Email"), ""),
    "10,000 columns.csv": (lambda: ",".join(f"c{n}" for n in range(10_000)) + "\n" + "," * 9_999 + "\n", ""),
    "10,000 columns beside ours.csv": (
        lambda: HEADER.strip() + "".join(f",c{n}" for n in range(10_000)) + "\n" + "".join(ROWS),
        "",
    ),
    "commas.csv": (lambda: "," * 1_000_000, ""),
    "quotes.csv": (lambda: HEADER + '"' * 100_001, ""),
    "wrong sep.csv": (lambda: "sep=" + "x" * 1000 + "\n" + GOOD, ""),
    "formulas.csv": (
        lambda: HEADER + "S1,=1+1,@SUM(A1),a@x.example,+1\nS2,\"=HYPERLINK(\"\"http://x\"\")\",-2,b@x.example,\t=1\n"
        "=cmd|'/C calc'!A0,Ana,Holm,c@x.example,\r=1\n＝1+1,＋a,－b,d@x.example,＠e\n",
        "",
    ),
    "markup.csv": (lambda: HEADER + "S1,<script>alert(1)</script>,{{ 7 }}{% now %},a@x.example,%s%(x)s\n", ""),
    "days as numbers.xlsx": (
        lambda: sheet([["ID", "First Name", "Last Name", "Email", "Last Updated", "Class"]]
        + [["S1", "Ana", "Holm", "a@x.example", ("d", serial), ("d", serial)] for serial in (0, -1, 60, 2958465, 9e9)]),
        "",
    ),
    "merged cells.xlsx": (
        lambda: edited(sheet(), lambda part: part.replace(
            b"</sheetData>", b'</sheetData><mergeCells><mergeCell ref="A1:XFD1"/><mergeCell ref="B1:A9"/></mergeCells>'
        )),
        "",
    ),
    "macros.xlsx": (lambda: edited(sheet(), lambda part: part, {"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0" * 999}), ""),
    "a path in it.xlsx": (lambda: edited(sheet(), lambda part: part, {"../../evil.py": b"x"}), ""),
    "bomb.xlsx": (bomb, "too large"),
    "lying bomb.xlsx": (lying_bomb, ""),
    "a cell far away.xlsx": (far_cell, "too large"),
    "a row for ever.ods": (far_cell_of_ods, "spreadsheet"),
    "one long text named often.xlsx": (one_long_text_named_often, ""),
    "XXE.xlsx": (xxe, ""),
    "laughs.xlsx": (laughs, ""),
    "half of one.xlsx": (lambda: sheet()[:-200], "spreadsheet"),
    "another zip.xlsx": (lambda: edited(sheet(), lambda part: b"not xml at all <"), ""),
    "a zip of nothing.xlsx": (lambda: b"PK\x05\x06" + b"\0" * 18, ""),
    "old one.xls": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\xff" * 4000, "spreadsheet"),
    "good.ics": (lambda: calendar(EVENT), ""),
    "no end.ics": (lambda: calendar(EVENT)[:-40], ""),
    "nested.ics": (lambda: calendar("BEGIN:VEVENT\r\n" * 5000 + "END:VEVENT\r\n" * 5000), ""),
    "for ever.ics": (lambda: calendar(EVENT.replace("SUMMARY", "RRULE:FREQ=SECONDLY\r\nSUMMARY")), ""),
    "long ago.ics": (lambda: calendar("".join(EVENT.replace("20261225", day) for day in ("00010101", "99991231"))), ""),
    "no such day.ics": (lambda: calendar(EVENT.replace("20261225", "20261345")), ""),
    "no such zone.ics": (lambda: calendar(EVENT.replace("VALUE=DATE:20261225", "TZID=Mars/Base:20261225T100000")), ""),
    "ten thousand.ics": (lambda: calendar(EVENT * 10_000), ""),
    "NUL.ics": (lambda: calendar(EVENT.replace("Break", "Br\x00eak\x07")), ""),
    "folded.ics": (lambda: calendar(EVENT.replace("Break", "Br\r\n eak" * 20_000)), ""),
    "bytes.ics": (lambda: calendar(EVENT).encode().replace(b"Break", b"\xff\xfe\xed\xa0\x80"), ""),
    "good.vcf": (lambda: card("EMAIL:ana@x.example\r\n"), ""),
    "no end.vcf": (lambda: card("EMAIL:ana@x.example\r\n") * 3 + "BEGIN:VCARD\r\nFN:Bo\r\n", ""),
    "nested.vcf": (lambda: "BEGIN:VCARD\r\n" * 5000 + "END:VCARD\r\n" * 5000, ""),
    "photo.vcf": (lambda: card(f"PHOTO;ENCODING=b;TYPE=JPEG:{'A' * 2_000_000}\r\n"), ""),
    "a photo elsewhere.vcf": (lambda: card("PHOTO;VALUE=uri:file:///etc/passwd\r\nURL:javascript:alert(1)\r\n"), ""),
    "no name.vcf": (lambda: "BEGIN:VCARD\r\nVERSION:4.0\r\nEND:VCARD\r\n" * 3, ""),
    "quoted-printable.vcf": (lambda: card("N;CHARSET=no-such;ENCODING=QUOTED-PRINTABLE:=FF=0=\r\n=;;;\r\n"), ""),
    "NUL.vcf": (lambda: card("NOTE:a\x00b\r\nN:\x00;\ud7ff;;;\r\n"), ""),
    "bytes.vcf": (lambda: card("NOTE:x\r\n").encode().replace(b"Ana", b"\xff\xfe\xed\xa0\x80"), ""),
    "formulas.vcf": (lambda: card("NOTE:=1+1\r\nORG:@SUM(A1)\r\n"), ""),
    "UTF-16.vcf": (lambda: card("NOTE:x\r\n").encode("utf-16"), ""),
    "twenty thousand.vcf": (lambda: card("EMAIL:a@x.example\r\n") * 20_000, ""),
}  # fmt: skip


@cache
def content(name):
    made = FILES[name][0]()
    return made.encode() if isinstance(made, str) else made


# --- every file at every door -----------------------------------------------------------------------------------------


def seated(cast, person):
    """Return a browser as it was when they signed in, once in a test; what an earlier file left in it is not there."""
    if person not in cast["seats"]:
        cast["seats"][person] = browser(cast[person]).cookies
    client = Client(raise_request_exception=False)
    client.cookies = deepcopy(cast["seats"][person])
    return client


def put(door, cast, stage, name, data):
    """Choose a file on a page and press its button. Returns (client, answer, the page that one sees)."""
    client = seated(cast, door.person)
    url = url_of(door.page, stage)
    form = Forms(client.get(url).content.decode()).found[door.at]
    upload = SimpleUploadedFile(name, data, content_type="application/octet-stream")
    answer = client.post(form["action"] or url, form["values"] | {form["file"]: upload})
    page = client.get(answer.url) if answer.status_code == 302 else answer
    return client, answer, page


def names_for(door, name):
    """Return the names under which a file is tried: its own, and one that this door takes."""
    taken = [part.strip() for part in door.accepts.split(",") if part.strip().startswith(".")]
    return [name] if not taken or name.lower().endswith(tuple(taken)) else [name, name.rpartition(".")[0] + taken[0]]


def words(page):
    return html.unescape(re.sub(r"<[^<>]+>", " ", page.content.decode()))


@pytest.fixture(autouse=True)
def _quiet(caplog):
    caplog.set_level("CRITICAL")


@pytest.fixture
def patient(db):
    """A test is one transaction, and a busy machine reads a file for longer than one may wait in it."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")


@pytest.fixture
def cast(everybody, patient):
    return everybody | {"stage": staged(everybody), "seats": {}}


def finished(door, client, page):
    """Bring in what was looked over, where a door asks first. Returns (how many are new, how many it promised)."""
    if door.target == "office_import":
        imported = AlumniImport.objects.order_by("-pk").first()
        before = AlumniProfile.objects.count()
        tasks.import_alumni(imported.pk)  # it is read by a worker
        client.post(reverse("office_import_start", args=[imported.pk]))
        tasks.import_alumni(imported.pk)
        imported.refresh_from_db()
        assert imported.state in ("done", "failed", "checked", "unreadable")
        assert client.get(reverse("office_import_one", args=[imported.pk])).status_code in (200, 302)
        return AlumniProfile.objects.count() - before, imported.counts.get("new", 0) if imported.state == "done" else 0
    before, promised = User.objects.count(), {key: count for key, _, count in page.context["tally"]}["new"]
    assert client.post(reverse(door.target), {"text": page.context["text"], "go": "1"}).status_code in (302, 422)
    return User.objects.count() - before, promised


OWN_READER = {
    "office_holidays",
    "office_holidays_read",
    "contact_card",
    "resume",
}  # no tables: a calendar, a card with a person on it, and a PDF


@pytest.mark.parametrize("name", FILES)
def test_a_hostile_file_is_no_error_at_any_door_and_nothing_is_half_done(name, cast):
    said = FILES[name][1]
    found = doors(cast, cast["stage"])
    assert {"office_import", "office_students_import"} <= {door.target for door in found}
    for door in found:
        for as_name in names_for(door, name):
            before = tables()
            client, answer, page = put(door, cast, cast["stage"], as_name, content(name))
            assert (door.target, answer.status_code) in [(door.target, code) for code in (200, 302, 400, 413, 422)]
            assert page.status_code < 500
            is_refused = answer.status_code not in (200, 302)
            asks_first = door.target in ("office_import", "office_students_import")
            if is_refused or asks_first:
                assert (door.target, changed(before)) == (door.target, {})
            if is_refused:
                errors = re.findall(r'class="rp-error".*?</p>', page.content.decode(), re.DOTALL) or [words(page)]
                assert any(re.search(r"\w{3,}.*\.", error) for error in errors)
                assert "Traceback" not in words(page)
                if as_name == name and door.target not in OWN_READER:
                    assert said in words(page)
            elif asks_first:
                new, promised = finished(door, client, page)
                assert (door.target, new) == (door.target, promised)
            assert "root:x:0" not in words(page)


def commanded(name, path, *arguments):
    """Call a command. Returns the sentence with which it refuses the file, or ""."""
    if name == "import_contacts":
        arguments = (*arguments, "--student", User.objects.holding(Role.STUDENT).order_by("pk").first().email)
    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        try:
            call_command(name, str(path), *arguments)
        except CommandError as error:
            return str(error)
    return ""


@pytest.mark.parametrize("name", FILES)
def test_a_hostile_file_is_no_traceback_at_any_command_and_nothing_is_half_done(name, tmp_path, everybody, patient):
    path = tmp_path / name
    path.write_bytes(content(name))
    assert {"import_alumni", "import_students"} <= commands().keys()
    for command, has_dry_run in commands().items():
        before = tables()
        refused = commanded(command, path, "--dry-run") if has_dry_run else ""
        assert (command, changed(before)) == (command, {})
        refused = commanded(command, path) or refused
        after = tables()
        if refused:
            assert re.search(r"\w{3,}.*\.", refused, re.DOTALL)
            assert (command, changed(before)) == (command, {})
        if refused and command not in ("check_phrases", "import_questions"):  # whose columns are others
            assert FILES[name][1] in refused
        commanded(command, path)  # the same file twice (H3)
        assert (command, changed(after)) == (command, {})


# --- what has a test of its own ---------------------------------------------------------------------------------------


def test_no_table_that_we_hand_out_holds_a_formula(cast):
    """Every address that answers with a table, after a file full of formulas was looked over (H6)."""
    stage, handed_out = cast["stage"], 0
    found = next(door for door in doors(cast, stage) if door.target == "office_import")
    put(found, cast, stage, "formulas.csv", content("formulas.csv"))
    imported = AlumniImport.objects.order_by("-pk").first()
    tasks.import_alumni(imported.pk)
    for person in ("student", "alum", "coach", "office"):
        client = browser(cast[person])
        for name, (of, get, _, let_in, _) in DOORS.items():
            if get == 200 and person in people(let_in):
                url = reverse(name, args=[imported.pk]) if of == "imported" else url_of(name, stage)
                answer = client.get(url)
                if answer["Content-Type"].startswith(("text/csv", "text/tab-separated")):
                    table = io.StringIO(answer.getvalue().decode("utf-8-sig"))
                    cells = [cell for row in csv.reader(table) for cell in row]
                    handed_out += sum(cell.startswith("'") for cell in cells)
                    assert [
                        cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝"))
                    ] == []
    assert handed_out


@pytest.mark.parametrize("name", ["a cell far away.xlsx", "bomb.xlsx", "one long text named often.xlsx", "laughs.xlsx"])
def test_a_spreadsheet_that_grows_takes_no_memory_of_ours(name):
    """What opens it is another process; in this one its size is that of what is kept of it."""
    data = content(name)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with contextlib.suppress(Unreadable):
        for _ in read(data, ALUMNI):
            pass
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 700 * 1024


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("needle", ["pg_try_advisory_xact_lock", "set_config", '"verdicts" = %s'])
def test_an_import_that_is_killed_leaves_nothing(needle, office):
    """The connection dies before or after the rows are copied, as when the worker is killed (H2); started again, it is
    all there. In the middle of the rows: tests/faults/test_imports.py."""
    imported = import_runs.upload(GOOD.encode(), file_name="good.csv", by=office)
    import_runs.run(imported.pk, now=timezone.now())
    import_runs.start(imported, now=timezone.now())
    before = tables()

    def dies(execute, sql, params, many, context):
        if needle in str(sql):
            pid = connection.connection.info.backend_pid
            with psycopg.connect(
                **_settings() | {"dbname": connection.settings_dict["NAME"]}, autocommit=True
            ) as killer:
                killer.execute("SELECT pg_terminate_backend(%s)", [pid])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(dies), pytest.raises((OperationalError, InterfaceError)):
        import_runs.run(imported.pk, now=timezone.now())
    connection.close()
    assert tables() == before
    AlumniImport.objects.filter(pk=imported.pk).update(state="failed")
    import_runs.start(imported, now=timezone.now())
    import_runs.run(imported.pk, now=timezone.now())
    assert AlumniProfile.objects.count() == before["AlumniProfile"] + 4


MANY = 20_000
LARGE = {
    "100,000 rows": (lambda: HEADER + "".join(f"S{n},Ana,Holm,a{n}@x.example,\n" for n in range(100_000)), 100_000),
    "one bad among many": (
        lambda: HEADER + "".join(f"S{n},Ana,Holm,{'no' if n == 7 else f'a{n}@x.example'},\n" for n in range(MANY)),
        MANY,
    ),
    "many bad rows": (lambda: HEADER + ",,,no,\n" * MANY, 0),
    "a quote after many": (lambda: HEADER + "S1,A,B,a@x.example,\n" * (MANY - 1) + 'S9,"Ana\n', 0),
    "one number many times": (lambda: HEADER + "1,a\n" * MANY, 1),
}


@pytest.mark.django_db(transaction=True)  # no transaction around it: a busy machine reads for longer than one may wait
@pytest.mark.parametrize("name", LARGE)
def test_a_large_file_comes_in_whole_or_not_at_all(name, tmp_path):
    made, count = LARGE[name]
    path = tmp_path / "large.csv"
    path.write_text(made())
    refused = commanded("import_alumni", path)
    assert AlumniProfile.objects.count() == (0 if refused else count)
    assert (bool(refused), f"row {MANY + 1}" in refused) == ("quote" in name, "quote" in name)


def test_a_million_short_rows_are_read_one_at_a_time():
    data = b"ID,First Name\n" + b"1,a\n" * 1_100_000
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert sum(1 for _ in read(data, ALUMNI)) == 1_100_000
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100 * 1024
