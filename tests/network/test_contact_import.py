"""A student brings people in from a file: read as the real world writes them, judged, chosen, brought in, undone."""

import io
import json
import re
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from apps.network import actions, contact_file, contact_imports
from apps.network.models import Contact, ContactImport, Organization
from apps.tables.records import Unreadable
from apps.web.answers import Refused
from tests import world

pytestmark = pytest.mark.django_db
DATA = Path(__file__).parent / "data"
LINKEDIN = "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n"
IDA = "Ida,Holm,https://www.linkedin.com/in/ida-holm,ida@x.example,Corvane,Nurse,12 Nov 2025\n"


def read(data, **chosen):
    return contact_file.read(data if isinstance(data, bytes) else data.encode(), **chosen)


def first(data):
    return read(data).people[0]


@pytest.fixture
def client(student, as_):
    return as_(student)


def bring(client, data, name="Connections.csv"):
    data = data if isinstance(data, bytes) else data.encode()
    return client.post(reverse("contact_import"), {"file": SimpleUploadedFile(name, data)})


def press(client, imported, act="bring", **said):
    page = client.get(imported.get_absolute_url(), said.pop("query", {}))
    posted = {"shown": page.context["numbers"], "show": page.context["show"], "relation": "linkedin", "act": act}
    return client.post(imported.get_absolute_url(), posted | said)


@pytest.mark.parametrize(("cells", "email"), [
    ("Ana Lima <ana@x.example>,", "ana@x.example"),
    ("Ana Lima (ana@x.example),", "ana@x.example"),
    ("Ana Lima ana@x.example,", "ana@x.example"),
    ('"Lima, Ana <ana@x.example>",', "ana@x.example"),
    ('"""Ana Lima"" <mailto:ana@x.example>",', "ana@x.example"),
    ("Ana Lima <ana@x.example>,lima@y.example", "lima@y.example"),
])  # fmt: skip
def test_an_address_beside_a_name_is_no_part_of_it(cells, email):
    person = first(f"Name,Email\n{cells}\n")
    assert (person.name, person.fields["email"], person.problem) == ("Ana Lima", email, "")


@pytest.mark.parametrize(
    "cell", ["ana@x.example", "<ana@x.example>", "Ana Lima <ana@x>", "ana@x.example lima@y.example"]
)
def test_an_address_in_place_of_a_name_is_nobody(cell):
    assert first(f"Name,Email\n{cell},\n").problem == "There’s an email in place of a name."


@pytest.mark.parametrize("written", ["n/a", "-", "None", "(blank)", "Unknown"])
def test_a_cell_that_says_that_nothing_is_known_says_nothing(written):
    person = first(f"{LINKEDIN}Ida,Holm,,,{written},{written},\n")
    assert (person.fields["organization"], person.fields["title"]) == ("", "")


def test_what_a_name_is_read_as_ends_with_one_dot():
    assert first(f'{LINKEDIN}John,"Smith, Jr.",,,,,\n').remarks == ["“John Smith, Jr.” is read as John Smith Jr."]


def test_a_mail_that_was_added_meanwhile_is_refused_in_words(student, monkeypatch):
    """Another tab adds her after the file was judged, and before it is written."""
    read_, judge = read(LINKEDIN + IDA), contact_imports.judge

    def judged(people, **whose):
        found = judge(people, **whose)
        world.contact(student, "I. H.", email="ida@x.example")
        return found

    monkeypatch.setattr(contact_imports, "judge", judged)
    with pytest.raises(Refused, match="already has this email"):
        contact_imports.bring_in_all(read_, file_name="x.csv", student=student, relation="linkedin", now=timezone.now())
    assert not Contact.objects.filter(name="Ida Holm").exists()


def test_the_command_says_so_too(student, monkeypatch, tmp_path):
    judge = contact_imports.judge

    def judged(people, **whose):
        found = judge(people, **whose)
        world.contact(student, "I. H.", email="ida@x.example")
        return found

    monkeypatch.setattr(contact_imports, "judge", judged)
    (tmp_path / "x.csv").write_text(LINKEDIN + IDA)
    with pytest.raises(CommandError, match="already has this email"):
        call_command("import_contacts", tmp_path / "x.csv", "--student", student.email)


# --- how files are written --------------------------------------------------------------------------------------------

NOTES = 'Notes:\n"When exporting your connection data, you may notice that some are missing."\n\n'
OUTLOOK = (
    "First Name,Middle Name,Last Name,Title,Suffix,Nickname,E-mail Address,E-mail 2 Address,Mobile Phone,"
    "Company,Job Title,Business City,Web Page,Notes\n"
    "Ida,,Holm,Dr.,,,ida@x.example,ida@y.example,555,Corvane,Nurse,Oslo,http://www.linkedin.com/in/ida-holm,met\n"
)
GOOGLE_OLD = (
    "Name,Given Name,Additional Name,Family Name,E-mail 1 - Type,E-mail 1 - Value,Phone 1 - Value,"
    "Organization 1 - Type,Organization 1 - Name,Organization 1 - Title,Website 1 - Value\n"
    "Ida Holm,Ida,,Holm,* Work,ida@x.example ::: ida@y.example,555,,Corvane,Nurse,linkedin.com/in/ida-holm\n"
)
GOOGLE_NEW = (
    "First Name,Middle Name,Last Name,Name Prefix,Name Suffix,Nickname,File As,Organization Name,Organization Title,"
    "Notes,Photo,Labels,E-mail 1 - Label,E-mail 1 - Value,Phone 1 - Value,Website 1 - Value\n"
    "Ida,,Holm,,,,,Corvane,Nurse,,,* myContacts,* Work,ida@x.example,555,https://linkedin.com/in/ida-holm\n"
)
CARD = (
    "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Holm;Ida;;;\r\nFN:Ida Holm\r\nORG:Corvane;Ward 3\r\nTITLE:Nurse\r\n"
    "item1.EMAIL;type=INTERNET;type=pref:ida@x.example\r\nTEL;type=CELL:555\r\n"
    "X-SOCIALPROFILE;type=linkedin:http://www.linkedin.com/in/ida-holm\r\nEND:VCARD\r\n"
)


@pytest.mark.parametrize(
    "data",
    [
        LINKEDIN + IDA,
        NOTES + LINKEDIN + IDA,
        OUTLOOK,
        GOOGLE_OLD,
        GOOGLE_NEW,
        CARD,
        CARD.replace("VERSION:3.0", "VERSION:4.0").replace("ida@x", "mailto:ida@x").encode("utf-16"),
        "Vorname;Nachname;E-Mail-Adresse;Firma;Position;LinkedIn\nIda;Holm;ida@x.example;Corvane;Nurse;/in/ida-holm\n",
        "Full name;Email;Employer;Role;LinkedIn\nHolm, Ida;ida@x.example;Corvane;Nurse;www.linkedin.com/in/ida-holm\n",
    ],
)
def test_every_dress_of_the_same_person_reads_the_same(data):
    found = first(data)
    assert (found.name.removeprefix("Dr. "), found.fields["email"], found.problem) == ("Ida Holm", "ida@x.example", "")
    assert (found.fields["organization"], found.fields["title"]) == ("Corvane", "Nurse")
    assert found.fields["linkedin"].endswith("linkedin.com/in/ida-holm")


@pytest.mark.parametrize(
    ("given", "family", "name", "pronouns"),
    [
        ("🌟 Jane", "Doe, PhD (she/her)", "Jane Doe PhD", "she/her"),
        ("Rohan", "Som (he/him)", "Rohan Som", "he/him"),
        ("AMY", "TERRY 🌱", "Amy Terry", ""),
        ("Dr. Ana", "Núñez", "Dr. Ana Núñez", ""),
        ("Prince", "", "Prince", ""),
        ("Margaret (Peggy)", "Sloan", "Margaret “Peggy” Sloan", ""),
        ("Anneke", "van der Berg", "Anneke van der Berg", ""),
        ("민호", "김", "김민호", ""),
    ],
)
def test_names_are_tidied_and_said(given, family, name, pronouns):
    found = first(f'First Name,Last Name,Company\n"{given}","{family}",X\n')
    assert (found.name, found.fields["pronouns"]) == (name, pronouns)
    written = f"{given} {family}".strip()
    assert any(f"“{written}” is read as" in remark for remark in found.remarks) == (name != written)


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        (",,https://www.linkedin.com/in/x,,Corvane,Nurse,", "There’s no name."),
        ("🌱,,,,Corvane,,", "There’s no name."),
        ("ida@x.example,,,ida@x.example,,,", "There’s an email in place of a name."),
        (f"{'x' * 140_000},Holm,,,,,", "A cell is longer than 128 KB."),
    ],
)
def test_who_cannot_come_in_is_said(row, problem):
    assert first(LINKEDIN + row + "\n").problem.startswith(problem)


def test_cards_of_old_phones_are_read():
    card = (
        "begin:vcard\nVERSION:2.1\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Y=c4=b1lma;=C5=9Eafak;;;\n"
        "TEL;HOME:1\nTEL;CELL;PREF:2\nTEL;FAX:3\nEMAIL;INTERNET:s@x.example\nORG:Reed\\, Cowan\n"
        "PHOTO;ENCODING=BASE64;JPEG:/9j/4AAQ\n SkZJ\n\nADR;WORK:;;1 Main;Duluth;MN;55801;USA\n"
        "NOTE;encoding=quoted-printable:Met at the=0D=0A=\n fair\n"
        "AGENT:\nBEGIN:VCARD\nN:Other;One\nEND:VCARD\nend:vcard\n"
    )
    [found] = read(card).people
    assert (found.name, found.fields["phone"], found.fields["city"]) == ("Şafak Yılma", "2", "Duluth")
    assert (found.fields["organization"], found.fields["email"]) == ("Reed, Cowan", "s@x.example")
    assert (found.fields["notes"].split(), found.fields["source"]) == (
        ["Met", "at", "the", "fair"],
        "Your address book",
    )


@pytest.mark.parametrize("charset", ["ISO-8859-1", "windows-1252", "shift_jis", "windows-1251", "utf-8", "no-such"])
def test_a_card_is_read_in_the_charset_that_its_lines_name(charset):
    name = {"shift_jis": "山田;太郎", "windows-1251": "Иванов;Иван"}.get(charset, "Núñez;José")
    known = charset if charset != "no-such" else "cp1252"
    card = f"BEGIN:VCARD\nVERSION:2.1\nN;CHARSET={charset}:{name}\nEND:VCARD\n".encode(known)
    family, given = name.split(";")
    found = first(card + "BEGIN:VCARD\nN:Ñu;Añ\nEND:VCARD\n".encode("cp1252"))
    assert found.name in (f"{given} {family}", f"{family}{given}")


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        ("FN:Corvane\nORG:Corvane\nX-ABShowAs:COMPANY\n", "This card is an organization, not a person."),
        ("FN:Family\nKIND:group\n", "This card is a group, not a person."),
        ("TEL:1\n", "There’s no name."),
        ("N;ENCODING=QUOTED-PRINTABLE;CHARSET=no-such:=FF\nTEL:1\n", "There’s no name."),
        (f"NOTE:{'x' * 70_000}\n", "This card is longer than 64 KB without its pictures."),
    ],
)
def test_a_card_that_is_nobody_is_said(lines, problem):
    people = read(f"BEGIN:VCARD\nVERSION:3.0\n{lines}END:VCARD\n{CARD}").people
    assert [(one.number, one.problem) for one in people] == [(1, problem), (2, "")]


def test_what_an_encoding_hides_can_be_kept(client):
    bring(
        client,
        "BEGIN:VCARD\nN;ENCODING=QUOTED-PRINTABLE:Ho=00lm;Ida\nNOTE;ENCODING=QUOTED-PRINTABLE:=00\nEND:VCARD\n",
        "a.vcf",
    )
    assert ContactImport.objects.get().rows[0]["fields"]["name"] == "Ida Holm"


def test_an_unclosed_card_costs_no_other():
    people = read("BEGIN:VCARD\nFN:Bo Lee\n" + CARD).people
    assert [(one.name, one.problem) for one in people] == [
        ("", "This card starts in line 1 and doesn’t end."),
        ("Ida Holm", ""),
    ]


def _zip_bomb():
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/worksheets/sheet1.xml", b"0" * 500 * 1024 * 1024)
    return data.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.csv", b"", "The file is empty."),
        ("a.csv", b"," * 4_900_000, "The file is empty."),
        ("a.csv", b"a" + b"," * 4_900_000 + b"b", "has more than 1,000 columns"),
        ("a.csv", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + b"\x00" * 100, "This is not a CSV file"),
        ("a.csv", b"\xff\xd8\xff\xe0" + bytes(range(256)) * 10, "This is not a CSV file"),
        ("a.csv", b"%PDF-1.7 x", "This is a PDF, not a CSV file"),
        ("a.csv", b"<html><table>", "This is a web page"),
        ("a.csv", b'First Name,Last Name\n"Ida,Holm\n', "a quotation mark opens there"),
        ("a.csv", b"First Name,Last Name\n", "no people below it"),
        ("a.csv", b"First Name,Last Name\n" + b"a,b\n" * 10_001, "more than 10,000 people"),
        ("a.csv", b"x" * (5 * 1024 * 1024 + 1), "larger than 5 MB"),
        ("a.png", b"x", "Choose a CSV file"),
        ("a.xlsx", b"PK\x03\x04broken", "can’t open"),
        ("a.xlsx", _zip_bomb(), "too large to open"),
        ("a.vcf", b"BEGIN:VCARD\n" * 20_000, "more than 10,000 people"),
        ("a.vcf", "BEGIN:VCARD\nFN:\ud83d".encode("utf-16-le", "surrogatepass") * 9, "can’t read"),
    ],
)
def test_a_file_that_is_none_gets_a_sentence(client, name, data, said):
    answer = bring(client, data, name)
    assert (answer.status_code, said in answer.content.decode()) == (422, True), answer.content.decode()
    assert not ContactImport.objects.exists()


@pytest.mark.parametrize(
    "cell", ['=HYPERLINK("http://x.example")', "<script>alert(1)</script>", "Ida\x0b", "'; DROP--"]
)
def test_what_stands_in_a_cell_stays_text(client, cell):
    quoted = cell.replace('"', '""')
    bring(client, f'First Name,Last Name,Company\n"{quoted}",Holm,"{quoted}"\n')
    page = client.get(ContactImport.objects.get().get_absolute_url())
    assert (page.status_code, "<script>alert" in page.content.decode()) == (200, False)


# --- who is there already ---------------------------------------------------------------------------------------------


REMOVED = "You removed this person. To restore, open “People you removed” on your network page."


@pytest.mark.parametrize(
    ("row", "outcome", "reason"),
    [
        ("Ida,Holm,,,Corvane,,", "there", ""),
        ("IDA,HÓLM 🌱,,,,,", "there", ""),
        ("I.,H.,,IDA@x.example,,,", "there", "Same email as Ida Holm."),
        ("Someone,Else,http://no.linkedin.com/in/Ida-Holm/?x=1,,,,", "there", "Same LinkedIn address as Ida Holm."),
        ("Ida,Holm,,,Potter and Sons,,", "perhaps", "Might be the same as Ida Holm."),
        ("Idalia,Holm,,,corvane,,", "perhaps", "Might be the same as Ida Holm."),
        ("Idalia,Holm,,,Potter and Sons,,", "new", ""),
        ("Bo,Holm,,,Corvane,,", "new", ""),
        (
            "Gone,Away,,,,,",
            "there",
            "You removed this person. To restore, open “People you removed” on your network page.",
        ),
        ("Amira,Haddad,,,,,", "left out", "This is you."),
    ],
)
def test_each_row_gets_its_verdict(student, row, outcome, reason):
    place = Organization.objects.create(student=student, name="Corvane")
    known = {"email": "ida@x.example", "linkedin": "https://www.linkedin.com/in/ida-holm", "organization": place}
    world.contact(student, "Ida Holm", **known)
    actions.archive(world.contact(student, "Gone Away"), now=world.NOW)
    student.name = "Amira Haddad"
    [verdict] = contact_imports.judge(read(f"{LINKEDIN}{row}\n").people, student=student)
    assert (verdict.outcome, verdict.reason) == (outcome, reason)


def test_the_same_person_twice_in_a_file_comes_once(student):
    rows = [IDA, IDA, "Ida,Holm,,,Potter,,\n", "X,Y,,ida@x.example,,,\n", "Wei,Zhang,,,A,,\n", "Wei,Zhang,,,,,\n"]
    found = contact_imports.judge(read(LINKEDIN + "".join(rows)).people, student=student)
    assert [verdict.reason for verdict in found] == [
        "",
        "Same as row 2.",
        "",
        "Same as row 2.",
        "",
        "Same as row 6.",
    ]


def test_another_student_has_a_network_of_their_own(student, other_student):
    world.contact(other_student, "Ida Holm", email="ida@x.example")
    assert contact_imports.judge(read(LINKEDIN + IDA).people, student=student)[0].outcome == "new"


# --- choosing ---------------------------------------------------------------------------------------------------------


def test_a_student_chooses_and_only_those_come_in(client, student):
    world.contact(student, "Amy Terry", linkedin="https://www.linkedin.com/in/amy-terry1")
    answer = bring(client, (DATA / "linkedin.csv").read_bytes())
    imported = ContactImport.objects.get()
    assert answer["Location"] == imported.get_absolute_url()
    page = client.get(answer["Location"])
    assert [(key, count) for key, _, count in page.context["shows"]] == [
        ("new", 19),
        ("perhaps", 0),
        ("there", 1),
        ("left out", 0),
        ("chosen", 0),
    ]
    assert Contact.objects.filter(student=student).count() == 1
    done = press(client, imported, row=["5", "7", "9"])
    assert done["Location"] == imported.get_absolute_url()
    came = Contact.objects.exclude(came_with=None).select_related("organization").order_by("pk")
    assert [(one.name, one.organization_name, one.relation, one.source) for one in came] == [
        ("Yılma Şafak", "Phillips-Miller", "linkedin", "LinkedIn, connected November 12, 2025"),
        ("Janina Igras", "Bowen, Thomas and Perez", "linkedin", "LinkedIn, connected July 29, 2024"),
        ("Diego Marroquín", "Potter and Sons", "linkedin", "LinkedIn, connected December 1, 2020"),
    ]
    imported.refresh_from_db()
    assert (imported.state, imported.added, bytes(imported.content), imported.rows) == ("done", 3, b"", [])
    shown = client.get(imported.get_absolute_url()).content.decode()
    assert "You added 3 people" in shown
    assert "Undo import" in shown


def test_nobody_chosen_is_said(client):
    bring(client, LINKEDIN + IDA)
    answer = press(client, ContactImport.objects.get())
    assert (answer.status_code, "Choose at least 1 person." in answer.content.decode()) == (422, True)
    assert not Contact.objects.exists()


def test_ticks_are_kept_from_page_to_page_without_a_script(client):
    bring(client, LINKEDIN + "".join(f"P{n:03},Holm,,p{n}@x.example,,,\n" for n in range(120)))
    imported = ContactImport.objects.get()
    turned = press(client, imported, act="page:2", row=["2", "3"])
    assert turned["Location"] == f"{imported.get_absolute_url()}?show=new&page=2"
    press(client, imported, act="page:3", row=["60"], query={"page": "2"})
    press(client, imported, act="page:3", row=["3"])  # back on the first: one is taken away again
    imported.refresh_from_db()
    assert imported.chosen == [3, 60]
    press(client, imported, act="all", q="p00")
    imported.refresh_from_db()
    assert len(imported.chosen) == 11
    press(client, imported, act="none", row=["3"])
    press(client, imported, act="bring", row=["5"])
    assert [contact.name for contact in Contact.objects.all()] == ["P003 Holm"]


def test_who_is_chosen_and_not_in_what_a_search_found_is_said_and_shown(client):
    """They are on no other page: a search hides them, or another part of the file does."""
    bring(client, LINKEDIN + IDA + "Bo,Lee,,,Corvane,Cook,\n")
    imported = ContactImport.objects.get()
    press(client, imported, act="search", row=["2", "3"], q="cook")
    url = imported.get_absolute_url()
    for query, hidden in (({"q": "cook"}, 1), ({"q": "cook", "show": "chosen"}, 1), ({"show": "left out"}, 2), ({}, 0)):
        page = client.get(url, query)
        found = re.findall(r"You also chose (.+) shown here", page.content.decode())
        assert found == {0: [], 1: ["1 person who isn’t"], 2: ["2 people who aren’t"]}[hidden]
    shown = client.get(press(client, imported, act="chosen", query={"q": "cook"}, row=["3"])["Location"])
    assert [row.verdict.person.name for row in shown.context["page"]] == ["Ida Holm", "Bo Lee"]


def test_only_who_can_come_in_comes_in(client, student):
    world.contact(student, "Ida Holm")
    bring(client, f"{LINKEDIN}{IDA},,,,Corvane,,\nBo,Lee,,,,,\n")
    press(client, ContactImport.objects.get(), row=["2", "3", "4", "99", "x", "9" * 30])
    assert sorted(Contact.objects.values_list("name", flat=True)) == ["Bo Lee", "Ida Holm"]


def test_somebody_else_of_the_same_name_comes_in_where_the_student_says_so(client, student):
    place = Organization.objects.create(student=student, name="Corvane")
    world.contact(student, "Wei Zhang", organization=place)
    bring(client, f"{LINKEDIN}Wei,Zhang,,,Northlight,,\n")
    press(client, ContactImport.objects.get(), row=["2"], query={"show": "perhaps"})
    assert Contact.objects.filter(name="Wei Zhang").count() == 2


def test_a_second_press_brings_nobody_in_twice(client):
    bring(client, LINKEDIN + IDA)
    imported = ContactImport.objects.get()
    page = client.get(imported.get_absolute_url())
    posted = {"shown": page.context["numbers"], "row": "2", "relation": "linkedin", "act": "bring"}
    for _ in range(2):
        assert client.post(imported.get_absolute_url(), posted)["Location"] == imported.get_absolute_url()
    assert Contact.objects.count() == 1
    bring(client, LINKEDIN + IDA)
    assert contact_imports.verdicts(ContactImport.objects.get(state="choosing"))[0].outcome == "there"


def test_a_new_file_takes_the_place_of_one_that_waits(client, student):
    bring(client, LINKEDIN + IDA)
    assert "is ready for you to choose people" in client.get(reverse("contact_import")).content.decode()
    bring(client, CARD, "card.vcf")
    assert [one.file_name for one in ContactImport.objects.all()] == ["card.vcf"]
    imported = ContactImport.objects.get()
    client.post(reverse("contact_import_forget", args=[imported.pk]))
    assert not ContactImport.objects.exists()


def test_a_file_that_nobody_chose_from_is_not_kept(client, other_student, as_):
    bring(as_(other_student), LINKEDIN + IDA)
    theirs = ContactImport.objects.get()
    bring(client, LINKEDIN + IDA)
    assert ContactImport.objects.count() == 2
    with time_machine.travel(timezone.now() + timedelta(days=31)):
        student = ContactImport.objects.exclude(pk=theirs.pk).get().student
        contact_imports.upload(CARD.encode(), file_name="c.vcf", student=student, now=timezone.now())
    assert [one.file_name for one in ContactImport.objects.all()] == ["c.vcf"]
    with pytest.raises(Refused):
        contact_imports.choose(theirs, shown=[], ticked=[2])


@pytest.mark.parametrize("count", [1, 30])
def test_choosing_takes_the_same_statements_however_long(client, count, django_assert_num_queries):
    bring(client, LINKEDIN + "".join(f"P{n},Holm,,p{n}@x.example,C{n},,\n" for n in range(count)))
    url = ContactImport.objects.get().get_absolute_url()
    client.get(url)
    with django_assert_num_queries(10):
        client.get(url)


def shown(client, **query):
    page = client.get(ContactImport.objects.get().get_absolute_url(), query)
    return page.content.decode(), {row.verdict.person.name for row in page.context["page"]}


def test_what_speaks_for_somebody_is_said_and_can_be_sifted_by(client, student, other_student):
    Organization.objects.create(student=student, name="Corvane", is_target=True)
    Organization.objects.create(student=other_student, name="Bergen Lab", is_target=True)
    place = Organization.objects.create(student=student, name="CORVANE  Inc")
    world.contact(student, "Grace Otieno", organization=place)
    entry = world.alum_profile("Bo Lee", employer="Bergen Lab", class_year=2011)
    bring(client, f"{LINKEDIN}{IDA}Bo,Lee,,,Bergen Lab,,\nCy,Dao,,,,,\n")
    text, names = shown(client)
    assert names == {"Ida Holm", "Bo Lee", "Cy Dao"}
    assert f'Maybe <a href="{entry.get_absolute_url()}">Bo Lee ’11</a> in the directory.' in text
    assert text.count("You follow this organization.") == 1
    assert shown(client, show="targets")[1] == {"Ida Holm"}
    assert shown(client, show="directory")[1] == {"Bo Lee"}
    press(client, ContactImport.objects.get(), "all", query={"show": "directory"})
    assert shown(client, show="chosen")[1] == {"Bo Lee"}
    press(client, ContactImport.objects.get(), query={"show": "directory"}, row=["3"])
    assert list(Contact.objects.exclude(came_with=None).values_list("name", "alum")) == [("Bo Lee", None)]
    assert "Grace Otieno</a> works there too." in text


@pytest.mark.parametrize(
    ("fields", "row", "is_found"),
    [
        ({"employer": "Bergen Lab"}, "Bo,Lee,,,Bergen Lab,,", True),
        ({"employer": "Bergen Lab"}, "Bo,LEE,,,bergen lab,,", True),
        ({"email": "bo@x.example"}, "Bo,Lee,,bo@x.example,Corvane,,", True),
        ({"linkedin": "https://linkedin.com/in/bo-lee/"}, "Bo,Lee,https://www.linkedin.com/in/bo-lee,,Corvane,,", True),
        ({}, "Bo,Lee,,,,,", True),
        ({"employer": "Bergen Lab"}, "Bo,Lee,,,Corvane,,", False),
        ({"employer": "Bergen Lab"}, "Bob,Lee,,,Bergen Lab,,", False),
        ({"employer": "Bergen Lab", "listing": "hidden"}, "Bo,Lee,,,Bergen Lab,,", False),
        ({"employer": "Bergen Lab", "listing": "removed"}, "Bo,Lee,,,Bergen Lab,,", False),
    ],
)
def test_only_who_is_listed_is_found_in_the_directory(client, fields, row, is_found):
    world.alum_profile("Bo Lee", **fields)
    bring(client, f"{LINKEDIN}{row}\n")
    assert ("in the directory." in shown(client)[0]) == is_found


def test_of_two_namesakes_in_the_directory_neither_is_guessed(client):
    for employer in ("Bergen Lab", "Corvane"):
        world.alum_profile("Bo Lee", email=f"bo@{employer[:3].lower()}.example", employer=employer)
    bring(client, f"{LINKEDIN}Bo,Lee,,,,,\n")
    assert "in the directory." not in shown(client)[0]


def test_who_is_known_at_a_place_is_named_unless_removed(client, student, other_student, now):
    for owner, name, gone in (
        (student, "Grace Otieno", None),
        (student, "Gone Ruiz", now),
        (other_student, "Canary", None),
    ):
        place = actions.organization("Bergen Lab" if name != "Gone Ruiz" else "Old Place", student=owner)
        world.contact(owner, name, organization=place, archived_at=gone)
    bring(client, f"{LINKEDIN}Bo,Lee,,,Bergen Lab,,\nCy,Dao,,,Old Place,,\n")
    text, _ = shown(client)
    assert (text.count("works there too"), "Grace Otieno</a> works there too." in text) == (1, True)
    assert "Canary" not in text


# --- columns ----------------------------------------------------------------------------------------------------------

STRANGE = "Wer,Wohin,Title\nIda Holm,Duluth,Nurse\nBo Lee,Oslo,Baker\n"


def test_columns_that_we_do_not_know_are_matched_by_hand_and_remembered(client, other_student, as_):
    url = bring(client, STRANGE)["Location"]
    url = client.get(url)["Location"]
    assert url.endswith("/columns/")
    page = client.get(url).content.decode()
    for said in ("We can’t tell which column has people’s names", "Ida Holm, Bo Lee", '<option value="role" selected>'):
        assert said in page
    steps = page.partition('aria-label="Steps of this import"')[2].partition("</nav>")[0]
    assert '<span aria-current="step">Match the columns</span>' in steps
    missing = client.post(url, {"column_0": "", "column_1": "city", "column_2": ""})
    assert (missing.status_code, "Choose the column that holds the names" in missing.content.decode()) == (422, True)
    client.post(url, {"column_0": "name", "column_1": "city", "column_2": "role"})
    [ida, _] = contact_imports.verdicts(ContactImport.objects.get())
    assert (ida.person.name, ida.person.fields["city"], ida.outcome) == ("Ida Holm", "Duluth", "new")
    bring(client, STRANGE.replace("Duluth", "Bergen"))
    assert contact_imports.verdicts(ContactImport.objects.get())[0].person.fields["city"] == "Bergen"
    bring(as_(other_student), STRANGE)
    assert contact_imports.is_unmatched(ContactImport.objects.get(student=other_student))


# --- undo -------------------------------------------------------------------------------------------------------------


def brought(student, *names):
    rows = "".join(f"{name.replace(' ', ',')},,,Corvane,,\n" for name in names)
    _, came = contact_imports.bring_in_all(
        read(LINKEDIN + rows), file_name="c.csv", student=student, relation="linkedin", now=timezone.now()
    )
    return ContactImport.objects.get(), came


def test_undo_takes_out_who_is_as_they_came(student, client):
    imported, [_, bo, cleo, dan] = brought(student, "Ida Holm", "Bo Lee", "Cleo Ray", "Dan Orr")
    actions.touch(bo, "wrote", at=timezone.now())
    actions.edit(cleo, version=1, values={"title": "Cook"})
    actions.archive(dan, now=timezone.now())
    said = client.post(reverse("contact_import_undo", args=[imported.pk]), follow=True).content.decode()
    assert (
        "2 people were removed from your network. We kept Bo Lee, Cleo Ray, because you added something since." in said
    )
    assert sorted(Contact.objects.values_list("name", flat=True)) == ["Bo Lee", "Cleo Ray"]
    assert Organization.objects.filter(name="Corvane").exists()
    assert client.post(reverse("contact_import_undo", args=[imported.pk]))["Location"] == imported.get_absolute_url()


def test_undo_takes_the_organizations_along_that_came_with_it(student):
    kept = Organization.objects.create(student=student, name="corvane")
    imported, _ = brought(student, "Ida Holm")
    contact_imports.undo(imported, now=timezone.now())
    assert [place.pk for place in Organization.objects.all()] == [kept.pk]
    ContactImport.objects.all().delete()
    kept.delete()
    imported, _ = brought(student, "Ida Holm")
    contact_imports.undo(imported, now=timezone.now())
    assert not Organization.objects.exists()


def test_after_30_days_there_is_no_undo(student):
    imported, _ = brought(student, "Ida Holm")
    with time_machine.travel(timezone.now() + timedelta(days=31)), pytest.raises(Refused):
        contact_imports.undo(imported, now=timezone.now())
    assert Contact.objects.count() == 1


def test_every_kind_of_story_keeps_somebody(student):
    """A table that one day points at a contact is asked about as well."""
    imported, [ida] = brought(student, "Ida Holm")
    world.interview_request(student, ida)
    assert contact_imports.undo(imported, now=timezone.now()).kept == [ida]


# --- the command ------------------------------------------------------------------------------------------------------


def lines(student, file, *args):
    out = io.StringIO()
    call_command("import_contacts", file, "--student", student.email, *args, stdout=out)
    return out.getvalue()


def test_the_command_says_what_would_be_stored(student, tmp_path):
    file = tmp_path / "c.csv"
    file.write_text(
        f'{LINKEDIN}🌟 Jane,"Doe, PhD (she/her)",,jane@x.example,Corvane,Nurse,12 Nov 2025\n,,,,,,\n,X,,,,,\n'
    )
    row, _ = [json.loads(line) for line in lines(student, file, "--dry-run", "--json").splitlines()]
    assert (row["number"], row["outcome"], row["reason"]) == (2, "new", "")
    assert row["remarks"] == ["“🌟 Jane Doe, PhD (she/her)” is read as Jane Doe PhD, she/her."]
    expected = {
        "name": "Jane Doe PhD",
        "called": "Jane Doe PhD",
        "greeting": "Jane",
        "sort_key": "doe jane",
        "pronouns": "she/her",
        "email": "jane@x.example",
        "organization": "Corvane",
        "title": "Nurse",
        "relation": "linkedin",
    }
    assert {name: row["fields"][name] for name in expected} == expected
    assert not Contact.objects.exists()


def test_the_command_brings_in_one_batch_that_can_be_undone(student):
    said = lines(student, DATA / "contacts.vcf")
    assert "6  new" in said
    imported = ContactImport.objects.get()
    assert (imported.added, imported.state) == (6, "done")
    assert "6  already there" in lines(student, DATA / "contacts.vcf")
    assert ContactImport.objects.count() == 1
    contact_imports.undo(imported, now=timezone.now())
    assert not Contact.objects.exists()


@pytest.mark.parametrize(
    ("who", "text"), [("nobody@x.example", LINKEDIN + IDA), (None, "x\n"), (None, STRANGE), (None, "")]
)
def test_the_command_says_what_is_wrong(student, tmp_path, who, text):
    file = tmp_path / "c.csv"
    file.write_text(text)
    with pytest.raises(CommandError):
        call_command("import_contacts", file, "--student", who or student.email)


def test_the_limits_of_a_file_hold_for_the_command_too():
    with pytest.raises(Unreadable):
        contact_file.read(b"x" * (contact_file.MOST_BYTES + 1))


def test_a_search_opens_the_part_of_the_file_where_it_finds_somebody(client, student):
    world.contact(student, "Janina Igras")
    data = f"{LINKEDIN}Janina,Igras,,,Bowen,Stage Manager,29 Jul 2024\nAmy,Terry,,,Ballard,Coordinator,28 Mar 2026\n"
    bring(client, data)
    imported = ContactImport.objects.get()
    found = press(client, imported, "search", q="igras", show="new")
    assert found.url == f"{imported.get_absolute_url()}?show=there&q=igras"
    page = client.get(found.url).content.decode()
    assert ("Janina Igras" in page, "Amy Terry" in page, "Show everyone" in page) == (True, False, True)
    assert press(client, imported, "search", q="terry", show="new").url.endswith("?show=new&q=terry")
    assert press(client, imported, "search", q="nobody at all", show="new").url.endswith("?show=new&q=nobody+at+all")
    assert press(client, imported, "clear", q="igras", show="new").url == f"{imported.get_absolute_url()}?show=new"
