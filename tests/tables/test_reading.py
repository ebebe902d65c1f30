"""One reader for every table: each way in which a real export differs from the file one imagines."""

import contextlib
import io
import random
import tracemalloc
import zipfile
from pathlib import Path

import pytest

from apps.tables import workbook
from apps.tables.reading import read
from apps.tables.records import Unreadable
from apps.tables.synonyms import ALUMNI, CONTACTS, STUDENTS

DATA = Path(__file__).parent / "data"
FILE = "student_id,first_name,last_name,email\nS1,Zoë,Núñez,zoe@x.example\nS2,Bo,Holm,bo@x.example\n"
ROWS = [["S1", "Zoë", "Núñez", "zoe@x.example"], ["S2", "Bo", "Holm", "bo@x.example"]]


def table(data, synonyms=STUDENTS):
    return read(data.encode() if isinstance(data, str) else data, synonyms)


def cells(data, synonyms=STUDENTS):
    return [row.cells for row in table(data, synonyms)]


@pytest.mark.parametrize(
    ("codec", "said"),
    [
        ("utf-8", ""),
        ("utf-8-sig", ""),
        ("utf-16", "UTF-16"),
        ("utf-16-le", "UTF-16"),
        ("utf-16-be", "UTF-16"),
        ("utf-32", "UTF-16"),
        ("cp1252", "Windows-1252"),
        ("mac_roman", "Mac Roman"),
    ],
)
def test_an_encoding_is_recognized_and_said(codec, said):
    data = FILE.encode(codec)
    assert cells(data) == ROWS
    assert [said in remark for remark in table(data).remarks] == ([True] if said else [])
    big_endian = b"\xfe\xff" + FILE.encode("utf-16-be")
    assert cells(big_endian) == ROWS


@pytest.mark.parametrize("codec", ["utf-8", "utf-16", "utf-16-be"])
def test_an_id_kept_from_losing_its_zeros_is_the_id(codec):
    data = FILE.replace("S1", '="007"').replace("S2", '"=""008"""').replace("Bo", "=1+1")
    assert [row[:2] for row in cells(data.encode(codec))] == [["007", "Zoë"], ["008", "=1+1"]]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_blank_before_a_quotation_mark_parts_no_cell(delimiter):
    line = delimiter.join(["S1", ' "Zoë, Ana"', ' "Núñez"', " zoe@x.example"])
    assert [cell.strip() for cell in cells(FILE.splitlines()[0].replace(",", delimiter) + f"\n{line}\n")[0]] == [
        "S1",
        "Zoë, Ana",
        "Núñez",
        "zoe@x.example",
    ]


def test_what_was_encoded_twice_is_put_right_and_said():
    data = FILE.encode().decode("cp1252").encode()
    assert cells(data) == ROWS
    assert table(data).remarks == ["The file was encoded twice. We fixed names with accents. Check them."]
    assert cells(FILE.replace("Bo", "JosÃ")) == [ROWS[0], ["S2", "JosÃ", *ROWS[1][2:]]]  # only somebody's odd name


@pytest.mark.parametrize("text", ["Zo\x9a Lukšić", "“Zoë” – O’Neill", "Renée Åström", "Ünal Žižek"])
def test_a_file_of_windows_is_not_taken_for_one_of_a_mac(text):
    data = f"student_id,name\nS1,{text}\n".encode("cp1252", "replace")
    assert "Windows-1252" in table(data).remarks[0]


def test_a_header_again_and_a_line_below_it_are_no_rows():
    header, *rows = FILE.splitlines()
    printed = [header, "----------,----------,---------,-----", rows[0], header, rows[1]]
    assert cells("\n".join(printed)) == ROWS


def test_lines_in_quotation_marks_as_a_whole_are_taken_out_of_them():
    data = "\n".join(f'"{line}"' for line in FILE.replace("Núñez", '""Núñez, A.""').splitlines())
    assert [row[2] for row in cells(data)] == ["Núñez, A.", "Holm"]
    assert table(data).remarks == ["Each line stood in quotation marks as a whole. We took them off."]


def test_what_a_web_page_makes_of_a_sign_is_the_sign():
    data = FILE.replace("Núñez", "O&#39;Neill &amp; Co").replace("Holm", "A&B &copy C")
    assert [row[2] for row in cells(data)] == ["O'Neill & Co", "A&B &copy C"]


def test_the_mark_at_the_end_of_an_old_file_is_no_row():
    assert cells(FILE.encode() + b"\x1a") == ROWS


def test_one_old_line_in_a_new_file_does_not_spoil_the_others():
    data = FILE.encode() + "S3,Çağla,O’Brien,c@x.example\n".encode("cp1254")
    assert cells(data)[:2] == ROWS
    assert cells(data)[2][2] == "O’Brien"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", "~", "^"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("told", [False, True])
def test_a_delimiter_is_found_or_told_and_any_line_end_ends_a_line(delimiter, end, told):
    text = FILE.replace(",", delimiter).replace("\n", end)
    rows = list(table(f"sep={delimiter}{end}{text}" if told else text))
    assert [row.cells for row in rows] == ROWS
    assert [row.number for row in rows] == [2, 3]
    assert [row.line for row in rows] == ([3, 4] if told else [2, 3])


def test_commas_in_cells_do_not_hide_the_delimiter():
    text = "ID;Full Name;Notes\n1;Holm, Ida;likes tea, coffee, and, well, commas\n2;Lee, Bo;a, b, c\n"
    assert cells(text, ALUMNI)[1] == ["2", "Lee, Bo", "a, b, c"]


def test_line_ends_may_be_mixed():
    assert cells(FILE.replace("\n", "\r", 1).replace("\n", "\r\n", 1)) == ROWS


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_carriage_return_inside_a_cell_does_not_tear_the_row(end):
    text = FILE.replace("\n", end).replace("Zoë", "Zoë\rMaria").replace("Bo", '"Bo\rAnders"')
    assert [row[1] for row in cells(text)] == ["Zoë Maria", "Bo\rAnders"]


def test_what_stands_above_the_header_is_skipped_and_said():
    linkedin = table((DATA / "linkedin.csv").read_bytes(), CONTACTS)
    assert linkedin.header[:2] == ["First Name", "Last Name"]
    assert linkedin.remarks == ["We skipped 2 lines above the header row, row 4."]
    assert next(iter(linkedin)).number == 5
    titled = f"Enrolled students, as of 9/1/2026\n\n,,,\nPrepared by: Registrar, Main Hall\n{FILE}"
    assert cells(titled) == ROWS
    unknown = "My list\n\nWer,Was,Wo,Wann\na,b,c,d\ne,f,g,h\n"
    assert table(unknown).header == ["Wer", "Was", "Wo", "Wann"]


def test_short_and_long_rows_are_read_and_said():
    rows = list(table(FILE + "S3,Al\nS4,Ed,Poe,ed@x.example,,\nS5,Jo,Ray,jo@x.example,what,\n"))[2:]
    assert [row.cells for row in rows] == [
        ["S3", "Al", "", ""],
        ["S4", "Ed", "Poe", "ed@x.example"],
        ["S5", "Jo", "Ray", "jo@x.example"],
    ]
    assert rows[0].remarks == ["It has 2 cells where the header has 4. The missing ones are left blank."]
    assert rows[1].remarks == []
    assert rows[2].remarks == ["It has 6 cells where the header has 4. The extra ones are left out."]


def test_a_formula_is_text():
    assert cells(FILE + 'S3,=1+1,"=HYPERLINK(""http://x.example"",""y"")",a@x.example\n')[2][1:3] == [
        "=1+1",
        '=HYPERLINK("http://x.example","y")',
    ]


def test_a_cell_that_is_too_long_spoils_its_row_only():
    rows = list(table(FILE + f"S3,{'x' * 140_000},Long,l@x.example\nS4,Ed,Poe,ed@x.example\n"))
    assert [bool(row.problem) for row in rows] == [False, False, True, False]
    assert "128 KB" in rows[2].problem


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (FILE + 'S3,"Never closed,Poe,x\nS4,Ed,Poe,e\n', "We can’t read the file from row 4 (line 4) on"),
        (FILE + 'S3,"Al" x,Poe,x\n', "We can’t read the file from row 4 (line 4) on"),
        ('"Two\nlines",b\n"x\ny",1\n1,"2\n', "We can’t read the file from row 3 (line 5) on"),
        (FILE + "S3,A\x00l,Poe,x\n", "Line 4 has bytes"),
    ],
)
def test_where_a_file_breaks_off_is_named(text, says):
    with pytest.raises(Unreadable) as refused:
        list(table(text))
    assert says in str(refused.value)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "The file is empty."),
        (b"\xef\xbb\xbf", "The file is empty."),
        (b" \r\n\r\n ", "The file is empty."),
        (b"\xff\xfe\x00", "We can’t read the text from line"),
        (b"a,b\n\x81\x81,c\n", "We can’t read the text from line"),
        (b"PK\x03\x04rest", "We can’t open this spreadsheet"),
        (b"\xd0\xcf\x11\xe0rest", "We can’t open this spreadsheet"),
        (b"%PDF-1.7\n", "This is a PDF"),
        (b"<html><table><tr><td>ID</td></tr></table>", "This is a web page"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "has bytes that aren’t text"),
        (b"x" * (33 * 1024 * 1024), "larger than 32 MB"),
    ],
)
def test_a_file_that_is_no_table_gets_one_plain_sentence(data, says):
    with pytest.raises(Unreadable) as refused:
        list(table(data))
    assert says in str(refused.value)


def book(rows):
    """Return the bytes of a small .xlsx: numbers as numbers, text as text, `("d", serial)` as a day."""

    def cell(at, value):
        name = f"{'ABCDEFGH'[at % 8]}{at // 8 + 1}"
        if isinstance(value, tuple):
            return f'<c r="{name}" s="1"><v>{value[1]}</v></c>'
        if isinstance(value, (int, float)):
            return f'<c r="{name}"><v>{value}</v></c>'
        return f'<c r="{name}" t="inlineStr"><is><t>{value}</t></is></c>' if value else ""

    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    rel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    office = "application/vnd.openxmlformats"
    package = "http://schemas.openxmlformats.org/package/2006"
    lines = "".join(
        f'<row r="{n + 1}">{"".join(cell(8 * n + at, value) for at, value in enumerate(row))}</row>'
        for n, row in enumerate(rows)
        if row
    )
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types">'
        f'<Default Extension="rels" ContentType="{office}-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="{office}-officedocument.spreadsheetml.sheet.main+xml"/>'
        "</Types>",
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships">'
        f'<Relationship Id="r1" Type="{rel}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{rel}"><sheets>'
        '<sheet name="People" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships">'
        f'<Relationship Id="r1" Type="{rel}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="r2" Type="{rel}/styles" Target="styles.xml"/></Relationships>',
        "xl/styles.xml": f'<styleSheet xmlns="{main}"><cellXfs count="2"><xf numFmtId="0"/>'
        '<xf numFmtId="14"/></cellXfs></styleSheet>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{lines}</sheetData></worksheet>',
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, '<?xml version="1.0" encoding="UTF-8"?>' + text)
    return file.getvalue()


def test_a_spreadsheet_is_read_as_a_person_would_write_its_cells():
    sheet = table(
        book(
            [
                ["All alumni"],
                [],
                ["ID", "Full Name", "Class", "Last Updated"],
                [17, "Núñez, Ana", 2014.0, ("d", 46284)],
                [18, "", 1.5],
            ]
        ),
        ALUMNI,
    )
    assert sheet.header == ["ID", "Full Name", "Class", "Last Updated"]
    rows = list(sheet)
    assert [row.cells for row in rows] == [["17", "Núñez, Ana", "2014", "2026-09-19"], ["18", "", "1.5", ""]]
    assert [row.number for row in rows] == [4, 5]


@pytest.mark.parametrize("seed", range(20))
def test_a_damaged_spreadsheet_gets_a_sentence(seed):
    damaged, chance = bytearray(book([["ID", "Full Name"], [1, "A"]])), random.Random(seed)
    for _ in range(3):
        damaged[chance.randrange(4, len(damaged))] ^= chance.randrange(1, 256)
    with contextlib.suppress(Unreadable):
        list(table(bytes(damaged), ALUMNI))


def test_a_spreadsheet_that_unpacks_too_far_is_not_opened(monkeypatch):
    monkeypatch.setattr(workbook, "MOST_UNPACKED", 1000)
    with pytest.raises(Unreadable, match="too large"):
        table(book([["ID", "Full Name"], [1, "A"]]), ALUMNI)


def test_a_hundred_thousand_rows_are_read_one_at_a_time():
    data = ("ID,Full Name,Email\n" + "".join(f"{n},Name {n},p{n}@x.example\n" for n in range(100_000))).encode()
    tracemalloc.start()
    try:
        assert sum(1 for _ in table(data, ALUMNI)) == 100_000
        assert tracemalloc.get_traced_memory()[1] < 4 * 1024 * 1024
    finally:
        tracemalloc.stop()
