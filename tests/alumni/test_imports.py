"""An advancement export with every habit we know of becomes entries; who must not be listed is not."""

import json
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from apps.alumni import export_rows, import_digest, import_reading, import_verdicts, import_writes, imports
from apps.alumni.import_writes import Writer
from apps.alumni.models import AlumniImport, AlumniProfile, Word
from apps.directory import search as directory
from apps.directory.queries import DirectoryQuery, Reader
from apps.policy.models import Policy
from apps.web.answers import Refused
from tests import world

QUIRKS = Path(__file__).parent / "data" / "export.csv"
EXPORT = settings.BASE_DIR.parent / "shared" / "data" / "alumni-advancement-export.csv"
HEADER = "Constituent ID,Full Name,Email,Directory Opt-In\n"


def read(data, now=world.NOW):
    data = data if isinstance(data, bytes) else data.encode()
    return import_reading.read(data, now=now, default_zone="America/Chicago")


def bring(data, now=world.NOW):
    return imports.apply(read(data), by=None, now=now)


@pytest.fixture
def plan(db):
    return bring(QUIRKS.read_bytes())


def entry(external_id):
    return AlumniProfile.objects.get(external_id=external_id)


def verdict(plan, number):
    return next(one for one in plan.verdicts if one.number == number)


# --- one row ----------------------------------------------------------------------------------------------------------


def test_a_full_row_is_read_to_the_last_cell(plan):
    ana = entry("T1")
    assert (ana.name, ana.preferred_name, ana.sort_key) == ("Ana María Núñez", "Ana", "nunez ana maria")
    assert (ana.class_year, ana.majors, ana.employer) == (2014, ["Biology", "Epidemiology"], "Turner, Hale and Sons")
    assert (ana.helps, ana.monthly_cap, ana.time_zone) == (["talk", "resume"], 2, "America/Chicago")
    assert ana.linkedin == "https://www.linkedin.com/in/ana-nunez"
    assert ana.source_updated_on == date(2026, 9, 19)
    assert ana.office_notes == 'Met at "Homecoming" 2024, offered to host'


def test_what_the_file_says_nothing_of_is_as_in_any_new_entry(plan):
    ana, blank = entry("T1"), AlumniProfile()
    names = (
        "user_id",
        "shows_email",
        "shows_former_name",
        "formats",
        "languages",
        "quote",
        "usual_times",
        "paused_until",
        "is_paused",
    )
    for name in (*names, "own_fields", "confirmed_at"):
        assert getattr(ana, name) == getattr(blank, name), name
    assert ana.created_at == ana.updated_at == world.NOW


def test_a_formula_in_a_note_stays_text(plan):
    assert entry("T3").office_notes == '=HYPERLINK("http://example.com","see")'


@pytest.mark.parametrize(
    ("written", "year"), [("'14", 2014), ("’99", 1999), ("1973", 1973), ("'73", 1973), ("209", None), ("", None)]
)
def test_a_class_is_a_year_however_it_is_written(written, year):
    found = export_rows._class_year(written, world.NOW.year + 8)
    assert (found.value, bool(found.remarks)) == (year, written == "209")


@pytest.mark.parametrize(
    ("cells", "name", "key"),
    [
        ({"name": "  Solheim ,  Ingrid "}, "Ingrid Solheim", "solheim ingrid"),
        ({"name": "van der Berg, Jan"}, "Jan van der Berg", "van der berg jan"),
        ({"name": "King, Martin, Jr."}, "Martin King Jr.", "king martin jr."),
        ({"name": "Jones, Mary, M.D."}, "Mary Jones M.D.", "jones mary"),
        ({"name": "LEE, MIN-HO"}, "Min-Ho Lee", "lee min-ho"),
        ({"first_name": "Deborah", "last_name": "Adkins, PhD"}, "Deborah Adkins PhD", "adkins deborah"),
        ({"name": "Suharto"}, "Suharto", "suharto"),
        ({"name": "Ingrid Solheim"}, "Ingrid Solheim", "solheim ingrid"),
        ({"last_name": "Łaś", "first_name": "Ewa"}, "Ewa Łaś", "las ewa"),
    ],
)
def test_a_name_is_turned_round_and_sorts_by_the_last(cells, name, key):
    found = export_rows._named({"name": "", "first_name": "", "last_name": "", "former_name": ""} | cells)
    assert found[:2] == (name, key)


def test_the_zone_comes_from_the_file_else_the_place_else_the_office(plan):
    zones = {one.external_id: one.time_zone for one in AlumniProfile.objects.all()}
    assert zones["T3"] == "Europe/Berlin"
    assert zones["T2"] == "Europe/Warsaw"
    assert zones["T9"] == "America/Phoenix"
    assert zones["T13"] == "America/Toronto"
    assert zones["T11"] == "America/Chicago"


def test_what_cannot_be_read_is_left_out_and_said(plan):
    bo = entry("T8")
    assert (bo.email, bo.class_year, bo.country, bo.linkedin, bo.source_updated_on) == ("", None, "", "", None)
    assert verdict(plan, 9).notes == [
        "We don’t know the country “Atlantis”. It’s left blank.",
        "“bo at home” isn’t an email address. It’s left blank.",
        "“www.example.com/bo” isn’t a LinkedIn address. It’s left blank.",
        "“209” isn’t a class year. It’s left blank.",
        "We don’t know the time zone “Mars/Olympus”. "
        "We used the office’s time zone: we don’t know the place “Atlantis”.",
        "“soon” isn’t a date. It’s left blank.",
    ]
    assert verdict(plan, 4).notes == [
        "“juggling” isn’t something we can list under what they offer.",
        "“ten” isn’t a number of requests. The office’s limit is used.",
    ]


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("https://LinkedIn.com/in/jane", "https://LinkedIn.com/in/jane"),
        ("LinkedIn.com/in/jane", "https://LinkedIn.com/in/jane"),
        ("www.linkedin.com/in/jane", "https://www.linkedin.com/in/jane"),
        ("HTTPS://uk.linkedin.com/in/jane/", "https://uk.linkedin.com/in/jane/"),
        ("//linkedin.com/in/jane", "https://linkedin.com/in/jane"),
        ("in/jane", "https://www.linkedin.com/in/jane"),
        ("https://linkedin.com.evil.example/in/jane", ""),
        ("javascript:alert(1)//linkedin.com/in/x", ""),
        ("https://example.com/linkedin.com/in/jane", ""),
        ("linkedin.com", ""),
    ],
)
def test_an_address_of_linkedin_is_kept_however_it_is_written(written, kept):
    found = export_rows._linkedin(written)
    assert (found.value, bool(found.remarks)) == (kept, kept == "")


# --- who is listed ----------------------------------------------------------------------------------------------------


def test_only_who_opted_in_and_can_be_reached_is_listed(plan):
    listed = {one.external_id for one in AlumniProfile.objects.listed()}
    assert listed == {"T1", "T2", "T3", "T9", "T11"}
    assert entry("T7").listing == "invited"


@pytest.mark.parametrize(
    "written",
    ["2019-03-04", "Deceased", "D", "3/2019", "T", "checked", "Died in office", "?", "unknown", "✓", "Yes (2019)"],
)
def test_whoever_may_have_died_is_never_listed(written, db):
    header = "Constituent ID,Full Name,Email,Deceased,Directory Opt-In\n"
    verdict = bring(f"{header}1,Ann Lee,ann@alum.example,{written},Y\n").verdicts[0]
    assert (verdict.listing, verdict.reason) == ("hidden", "The file says they have died.")
    assert verdict.notes == ([] if written == "✓" else [f"“{written}” under Deceased counts as Yes."])


@pytest.mark.parametrize(
    "written", ["Do Not Contact", "DNC", "No Contact", "checked", "T", "Per request 2020", "R4", "no mail"]
)
def test_whoever_may_not_be_contacted_is_not(written, db):
    header = "Constituent ID,Full Name,Email,Do Not Contact,Directory Opt-In\n"
    verdict = bring(f"{header}1,Ann Lee,ann@alum.example,{written},Y\n").verdicts[0]
    assert (verdict.listing, verdict.reason) == ("hidden", "The file says Do Not Contact.")
    assert verdict.notes == [f"“{written}” under Do Not Contact counts as Yes."]


@pytest.mark.parametrize(
    "written",
    [
        *(
            "",
            "N",
            "no",
            "FALSE",
            "0",
            "0.0",
            "F",
            "None",
            "N/A",
            "n.a.",
            "-",
            "00/00/0000",
            "Living",
            "☐",
            "Not deceased",
        ),
        *("Not applicable", "No (living)", "N - ok", "[ ]", "1/0/1900", "1900-01-00", "vivant"),
    ],
)
def test_only_a_clear_no_is_one(written):
    assert export_rows._marked(written, "Deceased") == (False, ())


@pytest.mark.parametrize(
    ("written", "wants", "is_noted"),
    [
        *(
            (yes, True, False)
            for yes in ("Y", "Yes", "TRUE", "1.0", "x", "T", "checked", "Opted In", "opt-in", "✓", "✔\ufe0f")
        ),
        *((yes, True, False) for yes in ("Yes, please", "Sí", "Ja")),
        *((day, True, True) for day in ("Opted in 1/2/2020", "opt-in 2020", "Yes - May 2019")),
        *((no, False, False) for no in ("Do Not Include", "never list", "Opted-out 2020", "no, thanks")),
        *((open_, None, True) for open_ in ("No answer", "Not yet", "No preference", "Yes, but not my email")),
        *((no, False, False) for no in ("N", "No", "Opted Out", "opt-out", "Declined", "Do not list", "No thanks")),
        *((day, True, True) for day in ("2021-05-01", "5/1/2021", "May 1, 2021")),
        *((unclear, None, True) for unclear in ("maybe", "pending", "?", "ask Ruth")),
        ("", None, False),
    ],
)
def test_nobody_is_listed_by_a_guess(written, wants, is_noted):
    found = export_rows.wants_listing(written)
    assert (found.value, bool(found.remarks)) == (wants, is_noted)


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        (5, "The file says they have died."),
        (6, "The file says Do Not Contact."),
        (7, "They opted out of the directory."),
        (8, "They haven’t said if they want to be listed."),
        (9, "The file has no email address for them."),
        (11, "Dora Double in row 10 has the same email address."),
        (12, "Row 2 has the same Constituent ID and is used."),
        (3, "Row 13 has the same Constituent ID and is newer."),
        (14, "There is no Constituent ID."),
        (16, "The file has no email address for them."),
    ],
)
def test_each_row_gets_its_verdict_in_words(plan, number, reason):
    assert verdict(plan, number).reason == reason


def test_the_counts_add_up(plan):
    counts = plan.counts
    assert counts["rows"] == 16
    assert counts["rows"] == counts["new"] + counts["changed"] + counts["unchanged"] + counts["skipped"]
    assert (counts["new"], counts["skipped"], counts["listed"], counts["invited"]) == (13, 3, 5, 1)


def test_of_two_rows_the_newer_is_used(plan):
    assert entry("T2").employer == "New Mill"
    assert entry("T1").employer == "Turner, Hale and Sons"


# --- again ------------------------------------------------------------------------------------------------------------


def test_the_same_file_again_changes_nothing(plan):
    before = list(AlumniProfile.objects.order_by("pk").values())
    again = bring(QUIRKS.read_bytes())
    assert (again.counts["unchanged"], again.counts["new"], again.counts["changed"]) == (13, 0, 0)
    assert list(AlumniProfile.objects.order_by("pk").values()) == before


def test_a_large_file_is_checked_some_rows_at_a_time(plan, monkeypatch):
    monkeypatch.setattr(import_verdicts, "AT_ONCE", 2)
    assert imports.check(read(QUIRKS.read_bytes())).counts == plan.counts | {"new": 0, "unchanged": 13}


def test_a_file_with_too_many_rows_is_refused_as_soon_as_that_is_seen(db, monkeypatch):
    monkeypatch.setattr(import_reading, "MOST_ROWS", 2)
    assert read(HEADER + "A,One,,\nB,Two,,\n").problems == []
    reading = read(HEADER + "A,One,,\nB,Two,,\nC,Three,,\n")
    assert reading.problems == ["The file has more than 2 rows. Split it in two and import one after the other."]


def test_what_alumni_told_us_themselves_is_kept(plan):
    ana = entry("T1")
    ana.quote, ana.is_paused, ana.shows_email = "Ask me about maps.", True, True
    ana.employer, ana.own_fields = "My own practice", ["employer", "quote"]
    ana.save()
    changed = QUIRKS.read_bytes().replace(b"Epidemiologist,Public Health", b"Director,Public Health")
    assert bring(changed).counts["changed"] == 1
    ana = entry("T1")
    assert (ana.quote, ana.is_paused, ana.shows_email, ana.employer) == (
        "Ask me about maps.",
        True,
        True,
        "My own practice",
    )
    assert ana.title == "Director"
    assert "director" in ana.search_text


def test_who_asked_to_be_removed_stays_removed(plan):
    AlumniProfile.objects.filter(external_id="T1").update(listing="removed")
    bring(QUIRKS.read_bytes())
    assert entry("T1").listing == "removed"


def test_who_came_in_by_their_own_word_stays_though_the_file_does_not_know(plan):
    AlumniProfile.objects.filter(external_id="T7").update(listing="listed", own_fields=["listing"])
    bring(QUIRKS.read_bytes())
    assert entry("T7").listing == "listed"


def test_a_later_death_takes_the_entry_out(plan):
    died = QUIRKS.read_bytes().replace(b"\xc3\xa9 review,2,,,Y", b"\xc3\xa9 review,2,,Y,Y")
    assert bring(died).counts["changed"] == 1
    assert (entry("T1").listing, entry("T1").is_deceased) == ("hidden", True)


def test_a_column_that_the_file_lacks_is_left_alone(plan):
    bring(HEADER + 'T1,"Núñez, Ana María",new.address@alum.example,Y\n')
    ana = entry("T1")
    assert (ana.email, ana.employer, ana.majors) == (
        "new.address@alum.example",
        "Turner, Hale and Sons",
        ["Biology", "Epidemiology"],
    )
    assert ana.time_zone == "America/Chicago"


def test_a_known_address_is_kept_where_the_file_has_none(plan):
    bring(HEADER + 'T1,"Núñez, Ana María",,Y\n')
    assert (entry("T1").email, entry("T1").listing) == ("ana.nunez@alum.example", "listed")


def test_two_people_may_swap_their_addresses(db):
    bring(HEADER + "A,One Person,one@alum.example,Y\nB,Two Person,two@alum.example,Y\n")
    bring(HEADER + "A,One Person,two@alum.example,Y\nB,Two Person,one@alum.example,Y\n")
    assert {one.external_id: one.email for one in AlumniProfile.objects.listed()} == {
        "A": "two@alum.example",
        "B": "one@alum.example",
    }


def test_an_entry_made_here_is_recognized_by_name_and_address(db):
    made = world.alum_profile("Ingrid Solheim", email="ingrid@alum.example", quote="Hello")
    bring(HEADER + 'X9,"Solheim, Ingrid",Ingrid@alum.example,Y\n')
    made.refresh_from_db()
    assert (made.external_id, made.quote, AlumniProfile.objects.count()) == ("X9", "Hello", 1)


def test_an_address_taken_by_somebody_else_is_not_listed_twice(db):
    world.alum_profile("Ingrid Solheim", email="shared@alum.example")
    plan = bring(HEADER + 'X9,"Holm, Ida",shared@alum.example,Y\n')
    assert (plan.verdicts[0].listing, plan.verdicts[0].reason) == (
        "hidden",
        "Ingrid Solheim has the same email address.",
    )


def test_an_edit_made_while_the_file_is_read_is_not_lost(plan):
    reading = read(QUIRKS.read_bytes().replace(b"Epidemiologist,Public Health", b"Director,Public Health"))

    def writes(verdict):
        if verdict.external_id == "T1":
            ana = entry("T1")
            ana.title = "Written by Ana just now"
            ana.save()

    with transaction.atomic(), Writer(import_verdicts.STATE, world.NOW) as writer:
        for verdict in import_verdicts.judged(reading, writer, None, False):
            writes(verdict)
        writer.finish()
    assert entry("T1").title == "Written by Ana just now"


def test_a_large_file_is_copied_some_rows_at_a_time(db, monkeypatch):
    monkeypatch.setattr(import_writes, "TOGETHER", 2)
    bring(HEADER + "".join(f"N{at},Person{at} Sole,p{at}@alum.example,Y\n" for at in range(5)))
    assert sorted(AlumniProfile.objects.listed().values_list("external_id", flat=True)) == [f"N{at}" for at in range(5)]
    assert {f"person{at}" for at in range(5)} <= {*Word.objects.values_list("word", flat=True)}


def test_what_the_database_refuses_while_more_is_read_brings_nothing_in(db, monkeypatch):
    monkeypatch.setattr(import_writes, "TOGETHER", 2)
    reading = read(HEADER + "".join(f"N{at},Person{at} Sole,p{at}@alum.example,Y\n" for at in range(5)))

    def beside_us(verdict):
        if verdict.external_id == "N0":
            world.alum_profile("Someone Else", external_id="N1")

    with pytest.raises(Refused, match="Someone changed the directory while we read the file"):
        imports.apply(reading, by=None, now=world.NOW, tell=beside_us)
    assert not AlumniProfile.objects.exists()


def test_an_address_may_go_from_one_person_to_a_new_one(db):
    bring(HEADER + "A,One Person,shared@alum.example,Y\n")
    bring(HEADER + "B,New Person,shared@alum.example,Y\nA,One Person,own@alum.example,Y\n")
    assert {one.external_id: (one.email, one.listing) for one in AlumniProfile.objects.all()} == {
        "A": ("own@alum.example", "listed"),
        "B": ("shared@alum.example", "listed"),
    }
    bring(HEADER + "A,One Person,shared@alum.example,Y\nB,New Person,,N\n")
    assert [one.external_id for one in AlumniProfile.objects.listed()] == ["A"]


SIGNS = r"C:\\temp\N", "tab\tand\nline", '{"a","b"}', "NULL", "\x01", 'quote " and, comma', "Zoë ’26 😀"


@pytest.mark.parametrize("sign", SIGNS)
def test_what_means_something_to_copy_is_only_text(db, sign):
    cells = "".join(f',"{cell}"' for cell in [sign.replace('"', '""')] * 3)
    bring(f"Constituent ID,Full Name,Majors,Employer,Notes\nA,Ida Holm{cells}\n")
    ida = entry("A")
    line = "" if sign == "NULL" else " ".join(sign.split())  # NULL says that nothing is known
    assert (ida.majors, ida.employer, ida.office_notes) == ([line] if line else [], line, sign.strip())
    organization = [f"organization:{line}"] if line else []
    assert ida.facets == [f"major:{major}" for major in ida.majors] + organization


# --- recognized without reading ---------------------------------------------------------------------------------------


@pytest.fixture
def read_anew(plan, monkeypatch):
    """Return what tells which rows are read, not only recognized, when a file comes again, and how many changed."""
    numbers = []
    row = import_reading.Reading.row
    monkeypatch.setattr(
        import_reading.Reading, "row", lambda self, source: numbers.append(source.number) or row(self, source)
    )

    def again(data=None):
        numbers.clear()
        counts = imports.check(read(data or QUIRKS.read_bytes())).counts
        return {number for number in numbers if number in plain(plan)}, counts["changed"]

    return again


def plain(plan):
    """Return the numbers of the rows that are used and have no remark."""
    return {one.number for one in plan.verdicts if not one.notes and one.outcome != "skipped"}


def test_an_unchanged_row_is_recognized(read_anew):
    assert read_anew() == (set(), 0)


@pytest.mark.parametrize(
    ("changes", "changed"),
    [
        ({"title": "Written elsewhere"}, 1),
        ({"own_fields": ["quote"]}, 0),
        ({"majors": []}, 1),
        ({"source_updated_on": None}, 1),
        ({"is_deceased": True, "listing": "hidden"}, 1),
    ],
)
def test_an_entry_that_was_changed_by_any_door_is_read_anew(read_anew, changes, changed):
    AlumniProfile.objects.filter(external_id="T1").update(**changes)
    assert read_anew() == ({2}, changed)


def test_a_changed_cell_is_read_anew(read_anew):
    changed = QUIRKS.read_bytes().replace(b"Epidemiologist,Public Health", b"Director,Public Health")
    assert read_anew(changed) == ({2}, 1)


def test_an_address_that_somebody_gave_back_is_noticed(db):
    other = world.alum_profile("Somebody Else", email="ana.nunez@alum.example")
    assert verdict(bring(QUIRKS.read_bytes()), 2).reason == "Somebody Else has the same email address."
    assert verdict(bring(QUIRKS.read_bytes()), 2).reason == "Somebody Else has the same email address."
    other.delete()
    assert verdict(bring(QUIRKS.read_bytes()), 2).outcome == "changed"
    assert entry("T1").listing == "listed"


def test_another_way_of_reading_reads_everything_anew(plan, read_anew, monkeypatch):
    monkeypatch.setattr(import_digest, "_how_we_read", lambda: "the next release")
    assert read_anew() == (plain(plan), 0)


def test_the_number_of_statements_does_not_grow_with_the_rows(db):
    def statements(rows):
        file = HEADER + "".join(f"R{n},Person {n},person{n}@alum.example,Y\n" for n in range(rows))
        reading = read(file)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            imports.apply(reading, by=None, now=world.NOW)
        AlumniProfile.objects.all().delete()
        return len(queries)

    assert statements(1) == statements(300)


# --- files that are none ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "The file is empty."),
        (HEADER.encode() + b"A,Zo\x81,zoe@alum.example,Y\n", "We can’t read the text from line"),
        ("a,b\n".encode("utf-16"), "no column “Constituent ID”"),
        (b"PK\x03\x04rest", "We can’t open this spreadsheet."),
        (b"Constituent ID,Full Name\nA,\x00\n", "Line 2 has bytes that aren’t text"),
        (b"%PDF-1.7\n", "This is a PDF, not a CSV file"),
        (b"Name,Email\nA,b\n", "no column “Constituent ID”"),
        (b"Constituent ID,Email\nA,b\n", "no column “Full Name”"),
        (b'Constituent ID,Full Name\nA,One\nB,"Two\nC,Three\n', "We can’t read the file from row 3 (line 3) on"),
        (b'Constituent ID,Full Name\nA,"One" x,\n', "We can’t read the file from row 2 (line 2) on"),
    ],
)
def test_a_file_that_cannot_be_one_gets_one_plain_sentence(data, says):
    reading = read(data)
    assert reading.rows == []
    assert len(reading.problems) == 1
    assert says in reading.problems[0]
    with pytest.raises(Refused):
        imports.apply(reading, by=None, now=world.NOW)


def test_headers_are_known_however_they_are_written():
    reading = read("lookup id;LAST NAME;First_Name;E-Mail;Shoe size\n7;Holm;Ida;ida@alum.example;38\n")
    assert (reading.rows[0].name, reading.rows[0].values["email"]) == ("Ida Holm", "ida@alum.example")
    assert reading.unused == ["Shoe size"]


def test_what_was_read_in_another_encoding_is_said():
    reading = read((HEADER + "A,Zoë Núñez,zoe@alum.example,Y\n").encode("cp1252"))
    assert (reading.rows[0].name, len(reading.remarks)) == ("Zoë Núñez", 1)
    assert "Windows-1252" in reading.remarks[0]


# --- rows as the real world writes them -------------------------------------------------------------------------------


def only(text):
    reading = read(text)
    assert reading.problems == []
    return reading.rows[0]


def test_a_line_that_names_the_delimiter_is_no_header():
    row = only("sep=;\r\nConstituent ID;Full Name;Notes\r\n7;Holm, Ida;tea, coffee\r\n")
    assert (row.number, row.name, row.values["office_notes"]) == (2, "Ida Holm", "tea, coffee")


def test_missing_cells_are_empty(db):
    plan = bring(HEADER + 'A,"Holm, Ida",ida@alum.example\n')
    assert (plan.verdicts[0].outcome, plan.verdicts[0].listing) == ("new", "invited")
    assert plan.verdicts[0].notes == ["It has 3 cells where the header has 4. The missing ones are left blank."]


@pytest.mark.parametrize(
    ("header", "cells", "title"),
    [
        ("Title,Position", "Mrs.,Director", "Director"),
        ("Position,Title", "Director,Dr.", "Director"),
        ("Title", "Mrs.", ""),
        ("Title", "Dr", ""),
        *(
            (header, job, job)
            for header in ("Position", "Job Title", "Title")
            for job in ("Professor", "Rabbi", "Reverend")
        ),
        ("Title", "Director", "Director"),
        ("Salutation,Job Title", "Mr.,Nurse", "Nurse"),
    ],
)
def test_a_title_may_be_a_role_or_how_one_is_addressed(header, cells, title):
    assert only(f"ID,Full Name,{header}\n7,Ida Holm,{cells}\n").values["title"] == title


def test_columns_of_raisers_edge_are_read():
    row = only(
        "CnBio_ID,CnBio_First_Name,CnBio_Last_Name,CL YR,CnPrBs_Org_Name,CnPrBs_Position\n"
        "7,Ida,Holm,2014,Rhein GmbH,Director\n"
    )
    values = row.values
    assert (row.name, values["class_year"], values["employer"], values["title"]) == (
        "Ida Holm",
        2014,
        "Rhein GmbH",
        "Director",
    )


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ("01/02/2020 8:00 AM", "11/05/2026 9:14 AM"),
        ("2026-11-05 08:00", "2026-11-05 09:14"),
        ("11/05/2026 9:14 AM", "11/05/2026 1:00 PM"),
        ("2025-12-31T23:59:59Z", "Jan 1, 2026"),
        ("", "11/05/2026 9:14 AM"),
    ],
)
@pytest.mark.parametrize("turned", [False, True])
def test_of_two_rows_the_one_updated_last_is_used(older, newer, turned):
    lines = [f'7,Old Name,"{older}"', f'7,New Name,"{newer}"']
    reading = read("\n".join(["ID,Full Name,Last Updated", *(lines[::-1] if turned else lines)]))
    assert [row.name for row in reading.rows if not row.skipped] == ["New Name"]


def test_degrees_name_subjects_and_classes_years():
    row = only('ID,Full Name,Class,Degrees\n7,Ida Holm,2014.0,"MBA 2004; Bachelor of Arts in Economics 1998"\n')
    assert (row.values["class_year"], row.values["majors"]) == (2014, ["Economics"])
    assert only("ID,Full Name,Class\n7,Ida Holm,Class of 1998\n").values["class_year"] == 1998


def test_the_address_is_taken_from_whichever_column_has_one():
    header = "Contact ID,First Name,Last Name,npe01__Preferred_Email__c,npe01__HomeEmail__c,npe01__WorkEmail__c\n"
    assert only(f"{header}7,Ida,Holm,Work,,ida@work.example\n").values["email"] == "ida@work.example"


def test_a_second_column_of_the_same_meaning_is_not_missed():
    row = only("ID,Full Name,Deceased,Is Deceased,Do Not Contact,Do Not Contact\n7,Ida Holm,,Yes,No,Y\n")
    assert (row.is_deceased, row.is_do_not_contact) == (True, True)


@pytest.mark.parametrize(
    ("column", "written", "listing"),
    [
        ("Do Not Contact Reason", "Asked by phone", "hidden"),
        ("Do Not Contact Date", "2020-01-01", "hidden"),
        ("HasOptedOutOfEmail", "TRUE", "hidden"),
        ("Do Not Email", "Y", "hidden"),
        ("Do Not Email", "N", "listed"),
        ("Record Status", "Deceased", "hidden"),
        ("RECORD_STATUS_CODE", "D", "hidden"),
        ("Record Status", "Active", "listed"),
        ("Record Status", "Not deceased", "listed"),
        ("DT_OF_DEATH", "2020-01-01", "hidden"),
    ],
)
def test_a_reason_a_date_or_a_status_says_it_as_well(db, column, written, listing):
    plan = bring(f"ID,Full Name,Email,Opt In,{column}\n7,Ida Holm,ida@alum.example,Y,{written}\n")
    assert plan.verdicts[0].listing == listing


@pytest.mark.parametrize(
    ("column", "written", "listing"),
    [
        *(("Living", written, "hidden") for written in ("N", "No", "Deceased", "no longer living")),
        *(("Living", written, "listed") for written in ("Y", "Yes", "", "Living")),
        *(("OK to Email", written, "hidden") for written in ("N", "No", "Do not email", "0")),
        *(("OK to Email", written, "listed") for written in ("Y", "", "Yes")),
        *(("Contact Preference", written, "hidden") for written in ("Do Not Contact", "No Contact")),
        *(("Contact Preference", written, "listed") for written in ("Email", "No preference")),
        *(("Exclude from Directory", written, "hidden") for written in ("Y", "x", "2024-03-01")),
        *(("Exclude from Directory", written, "listed") for written in ("N", "")),
        ("Inactive Reason", "Deceased", "hidden"),
    ],
)
def test_what_keeps_somebody_out_may_be_said_the_other_way_round(db, column, written, listing):
    plan = bring(f"ID,Full Name,Email,Opt In,{column}\n7,Ida Holm,ida@alum.example,Y,{written}\n")
    assert plan.verdicts[0].listing == listing


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ('"Doe, Jane (Deceased)"', "Jane Doe"),
        ('"†Doe, Jane"', "Jane Doe"),
        ("Jane Doe †", "Jane Doe"),
        ("Jane Doe - DECEASED", "Jane Doe"),
        ("The late Jane Doe", "Jane Doe"),
        ("Estate of Jane Doe", "Jane Doe"),
    ],
)
def test_a_name_may_say_that_somebody_has_died(db, written, name):
    verdict = bring(HEADER + f"7,{written},jane@alum.example,Y\n").verdicts[0]
    assert (verdict.name, verdict.listing, verdict.reason) == (name, "hidden", "The file says they have died.")
    assert "in the name counts as Deceased." in verdict.notes[0]


@pytest.mark.parametrize("name", ["Rip Torn", "Ann Late", "Dexter Decker", "Latea Estates"])
def test_a_name_that_sounds_like_it_says_no_such_thing(db, name):
    assert bring(HEADER + f"7,{name},ann@alum.example,Y\n").verdicts[0].listing == "listed"


@pytest.mark.parametrize("foot", ["Total,2", "Grand Totals (2 records)", "Count,2 people", "*** End of report ***,x"])
def test_the_foot_of_a_report_is_nobody(db, foot):
    plan = bring(HEADER + f"7,Ida Holm,ida@alum.example,Y\n{foot}\n")
    assert [verdict.outcome for verdict in plan.verdicts] == ["new", "skipped"]


def test_an_empty_cell_gives_way_to_another_of_its_meaning():
    values = only("ID,Full Name,Employer,Company,Class Year,Degree Year\n7,Ida Holm,,Acme,2003,2009\n").values
    assert (values["employer"], values["class_year"]) == ("Acme", 2003)


@pytest.mark.parametrize(
    ("city", "place", "zone"),
    [
        ("Washington, D.C.", ("Washington", "D.C.", ""), "America/New_York"),
        ("Portland, OR 97201", ("Portland", "OR", ""), "America/Los_Angeles"),
        ("Denver, CO, USA", ("Denver", "CO", "US"), "America/Denver"),
        ("London, England, United Kingdom", ("London", "England", "GB"), "Europe/London"),
        ("Lyon, France", ("Lyon", "", "FR"), "Europe/Paris"),
        ("Greater Boston Area", ("Greater Boston Area", "", ""), "America/New_York"),
        ("San Francisco Bay Area", ("San Francisco Bay Area", "", ""), "America/Los_Angeles"),
        ("NYC", ("NYC", "", ""), "America/New_York"),
        ("Here, there", ("Here, there", "", ""), "America/Chicago"),
    ],
)
def test_a_place_in_one_cell_is_parted(city, place, zone):
    values = only(f'ID,Full Name,Location\n7,Ida Holm,"{city}"\n').values
    assert ((values["city"], values["region"], values["country"]), values["time_zone"]) == (place, zone)


@pytest.mark.parametrize(
    ("written", "preferred"),
    [("N/A", ""), ("none", ""), ('"""Jack"""', "Jack"), ("‘Jack’", "Jack"), ("Jack", "Jack")],
)
def test_a_preferred_name_is_a_name(written, preferred):
    assert only(f"ID,Full Name,Nickname\n7,Ida Holm,{written}\n").values["preferred_name"] == preferred


@pytest.mark.parametrize("written", ["noemail@x.example", "ida@alum.example INVALID", "ida@alum.example (bounced)"])
def test_an_address_that_reaches_nobody_is_left_blank_and_said(written):
    row = only(f"ID,Full Name,Email\n7,Ida Holm,{written}\n")
    assert (row.values["email"], len(row.notes)) == ("", 1)


@pytest.mark.parametrize(("written", "key"), [("'00123", "00123"), ("777.0", "777"), ("１２", "12"), ("A.0", "A.0")])
def test_an_id_is_read_past_what_a_spreadsheet_makes_of_it(written, key):
    assert only(f"ID,Full Name\n{written},Ida Holm\n").external_id == key


@pytest.mark.parametrize("column", ["Deceased", "Record Status", "Do Not Contact"])
def test_a_mark_outlives_a_file_without_its_column(db, column):
    header, row = "ID,Full Name,Email,Opt In", "7,Ida Holm,ida@alum.example,Y"
    bring(f"{header},{column}\n{row},D\n")
    assert bring(f"{header}\n{row}\n").verdicts[0].listing == "hidden"
    assert bring(f"{header},{column}\n{row},No\n").verdicts[0].listing == "listed"


@pytest.mark.parametrize("written", ["n/a", "-", "None", "#N/A", "Unknown", "(blank)"])
def test_a_cell_that_says_that_nothing_is_known_says_nothing(written):
    row = only(
        f"ID,Full Name,Job Title,Employer,City,Degrees,State\n7,Ida Holm,{written},{written},{written},{written},IL\n"
    )
    said = [row.values[name] for name in ("title", "employer", "city", "degrees", "majors")]
    assert said == ["", "", "", "", []]
    assert (row.values["time_zone"], row.notes) == ("America/Chicago", [])


@pytest.mark.parametrize(
    ("name", "column", "former"),
    [
        ("Jane Doe née Brown", "", "Brown"),
        ("Jane Doe (nee Brown)", "", "Brown"),
        ("Jane Doe", "née Smith", "Smith"),
        ("Jane Doe", "(Smith)", "Smith"),
        ("Jane Doe née Brown", "Smith", "Smith"),
    ],
)
def test_a_former_name_stands_in_the_name_as_well(name, column, former):
    assert only(f"ID,Full Name,Maiden Name\n7,{name},{column}\n").values["former_name"] == former


def test_columns_of_raisers_edge_that_say_where_they_stand_are_read():
    header = r"Constituent ID,Name,Primary Alumni Information\Class of,Preferred Email\Number,Primary Business\Org name"
    values = only(f"{header}\n1,Ann Lee,1998,ann@alum.example,Acme\n".replace("\\\\", "\\")).values
    assert (values["class_year"], values["email"], values["employer"]) == (1998, "ann@alum.example", "Acme")


def test_an_id_that_a_spreadsheet_wrote_as_text_is_the_id():
    assert only('ID,Full Name\n"=""00123""",Ida Holm\n').external_id == "00123"
    assert only('ID,Full Name\n="00123",Ida Holm\n').external_id == "00123"


# --- the command, and the real thing ----------------------------------------------------------------------------------


def test_the_command_says_what_would_happen_and_writes_nothing(db, capsys):
    call_command("import_alumni", QUIRKS, "--dry-run")
    said = capsys.readouterr().out
    assert "13  new" in said
    assert "row 5, T4 Greta Gone: new. The file says they have died." in said
    assert "Nothing was saved." in said
    assert AlumniProfile.objects.count() == 0


def test_the_command_brings_them_in(db, capsys):
    call_command("import_alumni", QUIRKS)
    assert AlumniProfile.objects.count() == 13
    assert [(one.state, one.file_name, one.by) for one in AlumniImport.objects.all()] == [("done", "export.csv", None)]
    with pytest.raises(CommandError, match="can’t be read"):
        call_command("import_alumni", QUIRKS.with_name("nowhere.csv"))


def test_columns_are_matched_by_hand(db, tmp_path):
    file = tmp_path / "strange.csv"
    file.write_text("Our alumni\n\nNr,Wer,Abschluss\n7,Ida Holm,1998\n")
    with pytest.raises(CommandError, match="no column “Constituent ID”"):
        call_command("import_alumni", file)
    with pytest.raises(CommandError, match="The file has no column “Wo”"):
        call_command("import_alumni", file, "--column", "name=Wo")
    columns = ("external_id=Nr", "name=wer", "class_year=Abschluss")
    call_command("import_alumni", file, *(part for column in columns for part in ("--column", column)))
    assert (entry("7").name, entry("7").class_year) == ("Ida Holm", 1998)


def test_the_command_prints_one_object_a_row(db, capsys):
    call_command("import_alumni", QUIRKS, "--dry-run", "--json")
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [row["number"] for row in rows] == [*range(2, 17), 18]
    ana = rows[0]["fields"]
    assert (ana["called"], ana["greeting"], ana["majors"], ana["class_year"], ana["email"], ana["time_zone"]) == (
        "Ana Núñez",
        "Ana",
        ["Biology", "Epidemiology"],
        2014,
        "ana.nunez@alum.example",
        "America/Chicago",
    )
    assert (ana["listing"], ana["is_deceased"], ana["source_updated_on"]) == ("listed", False, "2026-09-19")
    assert (rows[1]["outcome"], rows[1]["reason"], rows[1]["fields"]) == (
        "skipped",
        "Row 13 has the same Constituent ID and is newer.",
        None,
    )
    assert AlumniProfile.objects.count() == 0


def test_every_row_is_printed_though_few_are_kept(db, capsys, tmp_path):
    file = tmp_path / "many.csv"
    file.write_text(HEADER + "".join(f"R{n},Person Number{n},person{n}@alum.example,Y\n" for n in range(300)))
    call_command("import_alumni", file, "--json")
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(row["number"], row["outcome"], row["fields"]["email"]) for row in rows] == [
        (n + 2, "new", f"person{n}@alum.example") for n in range(300)
    ]
    assert len(AlumniImport.objects.get().verdicts) == imports.PLAIN_ROWS


def test_nothing_is_printed_of_an_import_that_was_not_kept(db, capsys, monkeypatch):
    def refuse(*args):
        raise Refused("Somebody changed the directory.")

    monkeypatch.setattr(Writer, "finish", refuse)
    with pytest.raises(CommandError, match="Somebody changed"):
        call_command("import_alumni", QUIRKS, "--json")
    assert (capsys.readouterr().out, AlumniProfile.objects.count()) == ("", 0)


def test_only_words_of_listed_people_are_learnt(plan):
    words = set(Word.objects.values_list("word", flat=True))
    assert {"nunez", "dang", "hess", "epidemiologist"} <= words
    assert not {"gone", "quiet", "nope", "unknown"} & words


@pytest.mark.skipif(not EXPORT.exists(), reason="the sample export is not beside this checkout")
def test_the_whole_sample_export(db):
    plan = bring(EXPORT.read_bytes())
    assert plan.counts == {
        "rows": 5020,
        "new": 5000,
        "changed": 0,
        "unchanged": 0,
        "skipped": 20,
        "listed": 3689,
        "invited": 696,
        "not_listed": 615,
        "noted": 14,
        "erased": 0,
    }
    wrong = AlumniProfile.objects.listed().exclude(is_deceased=False, is_do_not_contact=False)
    assert (AlumniProfile.objects.count(), wrong.count()) == (5000, 0)
    assert bring(EXPORT.read_bytes()).counts["unchanged"] == 5000


# --- a former name ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("column", ["Maiden Name", "Former Name", "Birth Name", "former_name"])
def test_a_former_name_is_read_and_not_shown(db, column):
    file = f"Constituent ID,Full Name,Email,Directory Opt-In,{column}\n"
    bring(file + 'T1,"Ruiz, Ana",ana@alum.example,Y,Lee\nT2,"Holm, Ida",ida@alum.example,Y,Holm\nT3,Bo Xu,,N,-\n')
    assert [entry(f"T{number}").former_name for number in (1, 2, 3)] == ["Lee", "", ""]
    assert entry("T1").shows_former_name is False
    assert entry("T1").formerly == ""
    bring(HEADER + 'T1,"Ruiz, Ana",ana@alum.example,Y\n')
    assert entry("T1").former_name == "Lee"


@pytest.mark.parametrize("column", ["Middle Name", "Middle", "MI", "middle_name"])
def test_a_middle_name_of_its_own_column_is_found_and_not_shown(db, column):
    file = f"Constituent ID,First Name,{column},Last Name,Email,Directory Opt-In\n"
    bring(file + "T1,Ana,Zenobia,Ruiz,ana@alum.example,Y\nT2,Ida Zenobia,Zenobia,Holm,ida@alum.example,Y\n")
    assert [entry(f"T{number}").middle_name for number in (1, 2)] == ["Zenobia", ""]
    assert entry("T1").name == "Ana Ruiz"
    query = DirectoryQuery.of(QueryDict("q=zenobia"))
    found = directory.find(query, Reader(), now=world.NOW, policy=Policy.now())
    assert sorted(alum.name for alum in found.rows) == ["Ana Ruiz", "Ida Zenobia Holm"]


def test_a_former_name_that_the_alum_told_us_is_kept(db):
    file = "Constituent ID,Full Name,Email,Directory Opt-In,Maiden Name\n"
    bring(file + 'T1,"Ruiz, Ana",ana@alum.example,Y,Lee\n')
    ana = entry("T1")
    ana.former_name, ana.own_fields = "", ["former_name"]
    ana.save()
    bring(file + 'T1,"Ruiz, Ana",ana@alum.example,Y,Lee\n')
    assert entry("T1").former_name == ""
