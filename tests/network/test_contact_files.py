"""Files of people as LinkedIn, Google, Outlook, phones and people themselves write them: by kind, not by program."""

import io
import zipfile

import pytest
from django.urls import reverse

from apps.network import contact_file
from apps.tables.records import Unreadable
from tests.network.test_contact_import import IDA, LINKEDIN, bring, first, read

pytestmark = pytest.mark.django_db
BELOW = "Ida,Holm,https://linkedin.com/in/ida-holm,ida@x.example,Corvane,Nurse,"


@pytest.fixture
def client(student, as_):
    return as_(student)


OF_A_MAC = "__MACOSX/Basic/._Connections.csv"


def packed(**files):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as parts:
        for name, text in files.items():
            parts.writestr(OF_A_MAC if name == "MAC" else name.replace("_in_", "/").replace("_", "."), text)
    return data.getvalue()


@pytest.mark.parametrize("language", [
    "jan feb mar apr may jun jul aug sept oct nov dec",
    "Jan. Feb. Mrz Apr. Mai Juni Juli Aug. Sept. Okt. Nov. Dez.",
    "janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc.",
    "ene feb mar abr may jun jul ago sept oct nov dic",
    "jan fev mar abr mai jun jul ago set out nov dez",
    "gen feb mar apr mag giu lug ago set ott nov dic",
    "januari februari maart april mei juni juli augustus september oktober november december",
])  # fmt: skip
def test_a_month_is_read_in_full_and_cut_short_in_every_language(language):
    rows = "".join(f"Ida,Holm{at},,,,,3 {month} 2024\n" for at, month in enumerate(language.split()))
    days = [person.fields["source"].split()[2] for person in read(LINKEDIN + rows).people]
    assert [day[:3] for day in days] == "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()  # noqa: SIM905


@pytest.mark.parametrize("header", [
    "Vorname,Nachname,Profil-URL,E-Mail-Adresse,Unternehmen,Position,Vernetzt am",
    "Prénom,Nom,URL,Adresse courriel,Entreprise,Titre du poste,Connecté(e) le",
    "Nombre,Apellidos,URL,Dirección de correo electrónico,Empresa,Cargo,Fecha de conexión",
    "Nome,Sobrenome,URL,Endereço de e-mail,Empresa,Cargo,Data da conexão",
    "Nome,Cognome,URL,Indirizzo e-mail,Azienda,Posizione,Collegato il",
    "Voornaam,Achternaam,URL,E-mailadres,Organisatie,Functietitel,Gekoppeld op",
])  # fmt: skip
def test_linkedin_is_read_in_every_language(header):
    found = read(f"Hinweise:\nEine Zeile, und noch eine\n\n{header}\n{BELOW}2024-03-03\n")
    assert (found.origin, len(found.used)) == ("linkedin", 7)
    assert found.people[0].fields["source"] == "LinkedIn, connected March 3, 2024"


@pytest.mark.parametrize(("given", "family", "name"), [
    ("Ida", "Holm - CPA, CFE", "Ida Holm"),
    ("Ida", "Holm | We’re hiring", "Ida Holm"),
    ("Ida", "Holm at Corvane", "Ida Holm"),
    ("Margarita (Rita)", "Holm", "Margarita “Rita” Holm"),
    ("Ida", "Holm (Rey)", "Ida Holm"),
])  # fmt: skip
def test_what_is_added_to_a_last_name_takes_no_name_away(given, family, name):
    assert first(f'{LINKEDIN}"{given}","{family}",,,,,\n').name == name


@pytest.mark.parametrize(("data", "fields"), [
    ("Name,Mobile Phone,Home Phone\nIda Holm,,555\n", {"phone": "555"}),
    ("Name,Home Phone,Mobile Phone\nIda Holm,555,777\n", {"phone": "777"}),
    ("First Name,Last Name,Title,Job Title\nIda,Holm,Dr.,Nurse\n", {"name": "Dr. Ida Holm", "title": "Nurse"}),
    ("First Name,Last Name,Nickname\n,,Mum\n", {"name": "Mum"}),
    ("Name,Organization Name\nIda Holm,Corvane ::: Nordlys\n", {"organization": "Corvane"}),
    ("Vorname,Nachname,E-Mail 1 – Wert\nIda,Holm,i@x.example\n", {"email": "i@x.example"}),
    ("Name,Primary Email,Secondary Email\nIda Holm,,i@x.example\n", {"email": "i@x.example"}),
    ("BEGIN:VCARD\nVERSION:4.0\nFN:Ida Holm\nEMAIL;PREF=2:b@x.example\nEMAIL;PREF=1:a@x.example\nEND:VCARD\n",
     {"email": "a@x.example"}),
    ("Made by a phone\nBEGIN:VCARD\nN:;;;;\nNICKNAME:Coach Mike\nEND:VCARD\n", {"name": "Coach Mike"}),
])  # fmt: skip
def test_a_field_is_read_from_whichever_place_says_it(data, fields):
    found = first(data)
    assert ({name: found.fields[name] for name in fields}, found.problem) == (fields, "")


def test_a_shop_that_a_phone_keeps_is_nobody():
    card = "BEGIN:VCARD\nN:;;;;\nFN:Corner Deli\nORG:Corner Deli\nEND:VCARD\n"
    assert first(card).problem == "This card is an organization, not a person."
    assert first(card.replace("N:;;;;", "N:Deli;Corner;;;")).problem == ""  # who works for themselves


def test_text_encoded_three_times_is_read():
    data = (LINKEDIN + "Zoë,Núñez,,,,,\n").encode()
    assert first(data.decode("cp1252").encode().decode("cp1252").encode()).name == "Zoë Núñez"


@pytest.mark.parametrize(("data", "header", "people"), [
    ("Tove Brandt\nKai Mercer\nAna Ruiz\n", ["Name"], ["Tove Brandt", "Kai Mercer", "Ana Ruiz"]),
    ("Ana Ruiz,ana@x.example,Corvane\nKai Moe,,\n", ["Name", "Email", "Column 3"], ["Ana Ruiz", "Kai Moe"]),
    ("Ruiz,Ana,a@x.example\nMoe,Ben,\n", ["Last name", "First name", "Email"], ["Ana Ruiz", "Ben Moe"]),
    ("Ana,Ruiz,612-555-0100\nBen,Moe,\n", ["First name", "Last name", "Phone"], ["Ana Ruiz", "Ben Moe"]),
])  # fmt: skip
def test_without_a_header_the_first_row_is_a_person_too(data, header, people):
    found = read(data)
    assert ([person.name for person in found.people], found.header) == (people, header)
    assert "no header row" in found.remarks[0]


@pytest.mark.parametrize(
    "data", ["Friends list\nAna Ruiz\nKai Moe\n", "Klassenliste\nAna Ruiz\n", "Lincoln High School\nAna Ruiz\n"]
)
def test_a_heading_of_another_kind_is_asked_about(data):
    assert read(data).problem.startswith("We can’t tell which column")


# --- a .zip, and what is no table -------------------------------------------------------------------------------------


@pytest.mark.parametrize("files", [
    {"Connections_csv": LINKEDIN + IDA, "Profile_csv": "a,b\n", "messages_csv": "c\n"},
    {"Basic_in_Connections_csv": LINKEDIN + IDA, "MAC": "x"},
    {"contacts_csv": LINKEDIN + IDA, "readme_txt": "x"},
    {"cards_vcf": "BEGIN:VCARD\nFN:Ida Holm\nEND:VCARD\n"},
])  # fmt: skip
def test_the_table_in_a_zip_is_read(client, files):
    found = read(packed(**files))
    assert ([person.name for person in found.people], "from the .zip file" in found.remarks[0]) == (["Ida Holm"], True)
    assert bring(client, packed(**files), "archive.zip").status_code == 302


@pytest.mark.parametrize(("name", "data", "said"), [
    ("a.zip", packed(a_vcf="x", b_vcf="y"), "This .zip file has several tables"),
    ("a.zip", packed(photo_jpg="x"), "This .zip file has no table of people"),
    ("a.zip", packed(Connections_csv="a" * 6_000_000), "The file in this .zip is larger than 5 MB"),
    ("a.zip", packed(Connections_csv=LINKEDIN)[:-30], "can’t open"),
    ("a.zip", b"x" * (contact_file.MOST_BYTES + 1), "The .zip file is larger than 5 MB. Unpack it"),
    ("a.ldif", b"dn: cn=Ida Holm\nobjectclass: top\n", "In Thunderbird, select Export"),
    ("a.csv", b"version: 1\n\ndn:: Y249\ncn: A\n", "In Thunderbird, select Export"),
    ("friends.json", b'{"friends": []}', "This is a JSON file"),
    ("a.csv", b"<!-- saved --><html>", "This is a web page"),
    ("a.docx", b"x", "Choose a CSV file"),
])  # fmt: skip
def test_what_we_cannot_read_is_said_with_what_to_do(client, name, data, said):
    answer = bring(client, data, name)
    assert (answer.status_code, said in answer.content.decode()) == (422, True), answer.content.decode()


def test_the_page_says_that_a_zip_may_stay_one(client):
    text = client.get(reverse("contact_import")).content.decode()
    assert "LinkedIn’s .zip" in text
    assert ".zip," in text


def test_a_locked_zip_is_said():
    data = bytearray(packed(Connections_csv=LINKEDIN + IDA))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + at] |= 1  # says that it is encrypted
    with pytest.raises(Unreadable, match=r"can’t open this \.zip"):
        read(bytes(data))
