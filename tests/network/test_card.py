"""Cards handed over (R93): the student's own, and theirs as a file or a photo that only the student sees."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from apps.files.models import PrivateFile
from apps.network import card
from apps.network.models import Contact
from tests import world

pytestmark = pytest.mark.django_db
VCARD = (
    "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Ferreira;Daniel\r\nFN:Daniel Ferreira\r\nTITLE:Chair\r\n"
    "ORG:Riverkeep Alliance\r\nEMAIL:dan@x.example\r\nTEL:+1 218 555 0142\r\nEND:VCARD\r\n"
)
WORDS = b"GPS 46.78 N"


def photo(kind="JPEG", size=(60, 40), mode="RGB"):
    out, image = io.BytesIO(), Image.new(mode, size, 3)
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, WORDS.decode()
    extra = {"exif": exif, "comment": WORDS} if kind == "JPEG" else {"exif": exif}
    image.save(out, kind, **extra)
    return out.getvalue() + WORDS


def handed(client, contact, name, data):
    url = reverse("contact_card", args=[contact.pk])
    return client.post(url, {"file": SimpleUploadedFile(name, data, "image/jpeg")}, follow=True)


@pytest.mark.parametrize("data", [VCARD.encode(), b"\xef\xbb\xbf" + VCARD.encode(), VCARD.encode("utf-16")])
def test_a_card_fills_what_is_empty_and_nothing_else(student, as_, data):
    contact = world.contact(student, "Daniel Ferreira", title="Program director")
    text = handed(as_(student), contact, "photo.jpg", data).content.decode()
    contact.refresh_from_db()
    assert (contact.title, contact.email, contact.organization.name) == (
        "Program director",
        "dan@x.example",
        "Riverkeep Alliance",
    )
    assert "Added from the card: email, phone and organization." in text


def test_the_card_of_somebody_who_is_there_already_is_refused(student, as_):
    world.contact(student, "Danny", email="dan@x.example")
    contact = world.contact(student, "Daniel Ferreira")
    answer = handed(as_(student), contact, "card.vcf", VCARD.encode())
    assert (answer.status_code, "already has this email" in answer.content.decode()) == (422, True)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_is_kept_anew_for_its_owner_alone(student, other_student, coach, office, as_, kind):
    contact = world.contact(student)
    data = photo(kind)
    assert WORDS in data
    assert handed(as_(student), contact, "../../evil.php", data).status_code == 200
    file = PrivateFile.objects.get()
    assert (WORDS in bytes(file.content), file.size) == (False, len(file.content))
    with Image.open(io.BytesIO(file.content)) as kept:
        assert (kept.format, kept.size, dict(kept.getexif()), "comment" in kept.info) == ("JPEG", (40, 60), {}, False)
    answer = as_(student).get(file.get_absolute_url())
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("image/jpeg", "nosniff")
    assert ("no-store" in answer["Cache-Control"], "evil" in str(answer.headers)) == (True, False)
    assert "sandbox" in answer["Content-Security-Policy"]
    for person in (other_student, coach, office):
        assert as_(person).get(file.get_absolute_url()).status_code in (403, 404)
    assert as_(None).get(file.get_absolute_url()).status_code == 302


def test_a_new_photo_takes_the_place_of_the_old_and_one_can_be_deleted(student, as_):
    contact, client = world.contact(student), as_(student)
    for size in ((60, 40), (30, 30)):
        handed(client, contact, "a.jpg", photo(size=size))
    assert PrivateFile.objects.count() == 1
    client.post(reverse("contact_card_remove", args=[contact.pk]))
    assert (PrivateFile.objects.count(), Contact.objects.get().card_id) == (0, None)


def bomb():
    out = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<html>hello</html>",
        b"%PDF-1.7 %%EOF",
        b"\xff\xd8\xff\xe0 cut",
        photo()[:200],
        b"BEGIN:VCARD\r\nTHIS IS NO CARD",
        (VCARD + VCARD.replace("Daniel", "Ana").replace("dan@", "ana@")).encode(),
        b"\x00" * 100,
    ],
)
def test_what_is_no_card_and_no_photo_is_refused_in_words(student, as_, data):
    answer = handed(as_(student), world.contact(student), "card.jpg", data)
    assert answer.status_code == 422
    assert PrivateFile.objects.count() == 0


def test_a_photo_that_would_fill_the_memory_is_refused(student, as_):
    answer = handed(as_(student), world.contact(student), "card.png", bomb())
    assert (answer.status_code, "too large" in answer.content.decode()) == (422, True)


def test_my_card_says_who_i_am_and_no_secret(student, as_):
    text = as_(student).get(reverse("my_vcard")).content.decode()
    assert ("BEGIN:VCARD" in text, f"EMAIL:{student.email}" in text, student.name in text) == (True, True, True)
    assert "<svg" in as_(student).get(reverse("my_card")).content.decode()


def test_a_contact_leaves_as_a_card_without_notes(student, as_):
    contact = world.contact(student, "Ana; María Ruiz\u00f1", notes="A secret", title="Chair, board; lead")
    text = as_(student).get(reverse("contact_vcard", args=[contact.pk])).content.decode()
    assert ("A secret" in text, r"TITLE:Chair\, board\; lead" in text) == (False, True)
    assert card.of_contact(contact).count("BEGIN:VCARD") == 1
