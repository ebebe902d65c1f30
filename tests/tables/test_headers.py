"""Columns are known by the names that real systems give them, and matched by hand where we do not know them."""

import pytest

from apps.tables.headers import by_hand, fingerprint, matched
from apps.tables.synonyms import ALUMNI, CONTACTS, STUDENTS


def found(header, synonyms):
    header = header.split("|")
    return {ours: header[place] for ours, place in matched(header, synonyms).known.items()}


@pytest.mark.parametrize(
    ("header", "synonyms", "wanted"),
    [
        (
            "CnBio_ID|CnBio_First_Name|CnBio_Last_Name|CL YR|CnPrBs_Org_Name|CnPrBs_Position|CnBio_Deceased",
            ALUMNI,
            "external_id first_name last_name class_year employer title deceased",
        ),
        (
            "Contact ID|First Name|Last Name|npe01__HomeEmail__c|Account Name|Title|ucinn_ascendv2__Class_Year__c"
            "|Mailing City|Mailing State/Province|npsp__Do_Not_Contact__c",
            ALUMNI,
            "external_id first_name last_name email employer title class_year city region do_not_contact",
        ),
        (
            "ID_NUMBER|PREF_MAIL_NAME|PREF_CLASS_YEAR|EMPLOYER_NAME1|JOB_TITLE|EMAIL_ADDRESS",
            ALUMNI,
            "external_id name class_year employer title email",
        ),
        (
            "SPRIDEN_ID|SPRIDEN_LAST_NAME|SPRIDEN_FIRST_NAME|GOREMAL_EMAIL_ADDRESS|SGBSTDN_PROGRAM_1"
            "|SGBSTDN_TERM_CODE_GRAD",
            STUDENTS,
            "student_id last_name first_name email program expected_term",
        ),
        (
            "EMPLID|NAME|EMAIL_ADDR|ACAD_PLAN.DESCR|EXP_GRAD_TERM",
            STUDENTS,
            "student_id name email program expected_term",
        ),
        (
            "Ref|First|Last|Preferred|Email|Class",
            STUDENTS,
            "student_id first_name last_name preferred_name email expected_term",
        ),
        (
            "First Name|Middle Name|Last Name|Organization Name|Organization Title|E-mail 1 - Value|Phone 1 - Value",
            CONTACTS,
            "first_name middle_name last_name organization role email phone",
        ),
        (
            "First Name|Last Name|Company|Job Title|E-mail Address|Home Phone",
            CONTACTS,
            "first_name last_name organization role email phone",
        ),
        (
            "First Name|Last Name|URL|Email Address|Company|Position|Connected On",
            CONTACTS,
            "first_name last_name linkedin email organization role met_on",
        ),
    ],
)
def test_a_systems_own_names_are_known(header, synonyms, wanted):
    assert found(header, synonyms) == dict(zip(wanted.split(), header.split("|"), strict=True))


@pytest.mark.parametrize(
    "written", ["E-Mail", "e_mail", " EMAIL* ", "Email (required)", "É-mail", "Primary Email", "Student Email"]
)
def test_case_spaces_underscores_and_signs_do_not_matter(written):
    assert found(f"ID|{written}", ALUMNI)["email"] == written


def test_the_surer_name_wins_and_the_other_is_told():
    match = matched(["ID", "Title", "Position", "Deceased", "Date of Death", "Shoe size", ""], ALUMNI)
    assert (match.known["title"], match.others) == (2, {"title": [1], "deceased": [4]})
    assert match.unknown == [1, 4, 5]
    twice = matched(["Email", "Name", "Email"], ALUMNI)
    assert (twice.known["email"], twice.ambiguous) == (0, {"email": [0, 2]})


def test_the_spouse_is_somebody_else():
    header = "CnSpSpBio_First_Name|CnRelInd_1_01_Last_Name|CnBio_First_Name|CnBio_Last_Name"
    assert found(header, ALUMNI) == {"first_name": "CnBio_First_Name", "last_name": "CnBio_Last_Name"}


@pytest.mark.parametrize(
    ("header", "ours"),
    [
        ("Deceased Date (if known)", "deceased"),
        ("Dec. Date", "deceased"),
        ("Primary Record Deceased Ind.", "deceased"),
        ("CnSolCd_1_01_Solicit_Code", "do_not_contact"),
        ("Contact Restriction Code 1", "do_not_contact"),
        ("Has Opted Out of All Email", "do_not_contact"),
        ("Alumni: do not contact (reason)", "do_not_contact"),
        ("Opt in to the online directory", "opt_in"),
    ],
)
def test_what_keeps_somebody_out_is_seen_in_a_name_that_nobody_listed(header, ours):
    assert found(f"ID|Name|{header}", ALUMNI)[ours] == header


IN_OTHER_LANGUAGES = {
    "Nachname;Vorname;E-Mail;Abschlussjahr;Arbeitgeber;Position;Ort;Land;Verstorben": (
        "last_name first_name email class_year employer title city country deceased"
    ),
    "Nom;Prénom;Courriel;Promotion;Employeur;Poste;Ville;Pays;Décédé": (
        "last_name first_name email class_year employer title city country deceased"
    ),
    "Apellidos;Nombre;Correo electrónico;Año de graduación;Empresa;Puesto;Ciudad;País;Fallecido": (
        "last_name first_name email class_year employer title city country deceased"
    ),
}
OF_AN_ADDRESS_BOOK = {
    "Anrede;Vorname;Weitere Vornamen;Nachname;Firma;Position;E-Mail-Adresse;Mobiltelefon;Notizen": (
        "prefix first_name middle_name last_name organization role email phone note"
    ),
    "Prénom;Deuxième prénom;Nom;Société;Fonction;Adresse de messagerie;Tél. mobile": (
        "first_name middle_name last_name organization role email phone"
    ),
    "Nombre;Apellidos;URL;Dirección de correo electrónico;Empresa;Cargo;Enlazado el": (
        "first_name last_name linkedin email organization role met_on"
    ),
    "Vorname;Nachname;URL;E-Mail-Adresse;Unternehmen;Position;Verbunden am": (
        "first_name last_name linkedin email organization role met_on"
    ),
    "Nome;Sobrenome;URL;Endereço de e-mail;Empresa;Cargo;Conectado em": (
        "first_name last_name linkedin email organization role met_on"
    ),
}


@pytest.mark.parametrize(
    ("header", "synonyms", "wanted"),
    [
        *((header, ALUMNI, wanted) for header, wanted in IN_OTHER_LANGUAGES.items()),
        *((header, CONTACTS, wanted) for header, wanted in OF_AN_ADDRESS_BOOK.items()),
    ],
)
def test_columns_are_known_in_other_languages(header, synonyms, wanted):
    assert found(header.replace(";", "|"), synonyms) == dict(zip(wanted.split(), header.split(";"), strict=True))


@pytest.mark.parametrize(
    ("header", "ours"),
    [
        *((header, "deceased") for header in ("Date of Passing", "Passed Away", "Died", "In Memoriam")),
        *((header, "living") for header in ("Living?", "Is Alive")),
        *(
            (header, "do_not_contact")
            for header in ("Unsubscribed from all email", "FERPA Block", "SPBPERS_CONFID_IND")
        ),
        *(
            (header, "may_contact")
            for header in ("OK to Email", "Email Permission", "Contact Preference", "Can Contact")
        ),
        *((header, "opt_out") for header in ("Do Not List", "Exclude from Directory", "Directory Opt-Out")),
        *((header, "region") for header in ("State/Region", "State / Prov")),
        *((header, "class_year") for header in ("Reunion Year", "Graduating Class", "YOG", "4. Class Year")),
        *((header, "external_id") for header in ("CWID", "Donor Number", "1. Constituent ID")),
        *((header, "email") for header in ("Best Email", "Email:", "3) Email")),
    ],
)
def test_a_column_is_known_by_what_others_call_it(header, ours):
    assert found(header, ALUMNI) == {ours: header}


@pytest.mark.parametrize(
    "header", ["Spouse Deceased", "Father’s Date of Death", "In memory of (deceased)", "Relative deceased"]
)
def test_the_death_of_somebody_else_is_not_theirs(header):
    assert "deceased" not in found(f"ID|Name|{header}", ALUMNI)


def test_columns_are_matched_by_hand_and_a_shape_is_recognized_again():
    header = ["Nr", "Wer", "Title"]
    chosen = {"external_id": "Nr", "name": "Wer", "preferred_name": "title"}
    match = by_hand(header, chosen, ALUMNI)
    assert match.known == {"external_id": 0, "name": 1, "preferred_name": 2}
    assert by_hand(header, {"name": "Wer"}, ALUMNI).known == {"name": 1, "title": 2}
    assert by_hand(header, {"name": "Wer", "title": ""}, ALUMNI).known == {"name": 1}
    with pytest.raises(ValueError, match="no column “Wo”"):
        by_hand(header, {"name": "Wo"}, ALUMNI)
    with pytest.raises(ValueError, match="no field “shoes”"):
        by_hand(header, {"shoes": "Nr"}, ALUMNI)
    assert fingerprint(header) == fingerprint([" title", "WER", "nr", ""]) != fingerprint(["Nr", "Wer"])


def test_the_surest_name_of_a_column_wins_wherever_it_stands():
    header = ["First Name", "Last Name", "Personal Email", "Campus Email"]
    assert matched(header, STUDENTS).known["email"] == 3


def test_a_column_chosen_by_hand_keeps_what_else_is_read_beside_it():
    header = ["Constituent ID", "Full Name", "Deceased", "Date of Death"]
    of_itself = matched(header, ALUMNI)
    match = by_hand(header, {"deceased": "Deceased"}, ALUMNI)
    assert (match.known["deceased"], match.others["deceased"]) == (2, of_itself.others["deceased"])
