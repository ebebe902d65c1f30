"""Photos of notes on paper: kept privately, judged by what is in them, deleted with an undo, exported and erased."""

import io
from datetime import timedelta
from zipfile import ZipFile

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from apps.files.models import PrivateFile
from apps.interviews.debriefing.models import Debrief, PaperNote
from apps.privacy import cleaning, export
from apps.privacy.models import Hold
from tests import world

H = timedelta(hours=1)


@pytest.fixture(autouse=True)
def at():
    with time_machine.travel(world.NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def talk(student):
    contact = world.contact(student, "Teresa Quiroga")
    return world.interview(student, contact, starts_at=world.NOW - 2 * H, status="completed")


@pytest.fixture
def client(student, as_):
    return as_(student)


def photo(colour="white", kind="JPEG", **more):
    out = io.BytesIO()
    Image.new("RGB", (60, 80), colour).save(out, kind, **more)
    return out.getvalue()


@pytest.fixture
def post(client, talk):
    """Return a function that presses a button of the page, without scripts."""

    def send(*photos, button="debrief_save", **fields):
        files = [SimpleUploadedFile(f"IMG_{n}.jpg", data) for n, data in enumerate(photos)]
        version = Debrief.objects.filter(interview=talk).values_list("version", flat=True).first() or 1
        data = {"version": version, **({"photo": files} if files else {})} | fields
        return client.post(reverse(button, args=[talk.pk]), data, follow=True)

    return send


def page(client, talk):
    return client.get(reverse("debrief", args=[talk.pk])).text


def test_size_and_kind_are_said_before_and_a_photo_is_kept(client, talk, post):
    html = page(client, talk)
    assert "JPEG, PNG or WebP, up to 5 MB. Only you can see it." in html
    assert 'accept="image/jpeg,image/png,image/webp"' in html
    html = post(photo(), photo("red", "PNG"), add="photo", learned="She counts first").text
    assert html.count('of your notes" loading') == 2
    assert "Only you can see your photos." in html
    assert Debrief.objects.get().learned == "She counts first"  # what was typed beside it went along
    kept = PrivateFile.objects.order_by("pk").first()
    assert client.get(kept.get_absolute_url()).headers["Content-Type"] == "image/jpeg"


@pytest.mark.parametrize("button", ["debrief_save", "debrief_finish"])
def test_a_photo_that_was_chosen_goes_along_with_any_button(post, button):
    post(photo(), button=button, learned="She counts first")
    assert PaperNote.objects.count() == 1


def test_nobody_else_gets_it(talk, post, as_, other_student, coach, office):
    post(photo(), add="photo")
    address = PrivateFile.objects.get().get_absolute_url()
    for person in (other_student, coach, office):
        assert as_(person).get(address).status_code in (403, 404)


def test_where_it_was_taken_is_not_kept(post):
    exif = Image.Exif()
    exif[0x010F] = "A secret camera"
    post(photo(exif=exif), add="photo")
    assert b"secret camera" not in bytes(PrivateFile.objects.get().content)


def test_the_same_photo_twice_is_one(post):
    post(photo(), photo(), add="photo")
    post(photo(), add="photo")
    assert (PaperNote.objects.count(), PrivateFile.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "This file is empty."),
        (b"%PDF-1.7 %%EOF", "We couldn’t read this file as a photo."),
        (b"<svg><script>alert(1)</script></svg>", "We couldn’t read this file as a photo."),
        (photo()[:200], "This photo is damaged"),
        (b"\xff" * (5 * 1024 * 1024 + 1), "larger than 5 MB"),
    ],
)
def test_what_is_no_photo_is_refused_in_words_and_takes_nothing_typed_away(client, talk, post, data, said):
    html = post(data, add="photo", learned="She counts first").text
    assert said in html
    assert (PrivateFile.objects.count(), Debrief.objects.get().learned) == (0, "She counts first")


def test_no_photo_chosen_is_said(post):
    assert "Choose a photo first." in post(add="photo").text


def test_ten_are_enough(post):
    html = post(*[photo((n, 0, 0)) for n in range(0, 220, 20)], add="photo").text
    assert "You can keep 10 photos with a conversation." in html
    assert PaperNote.objects.count() == 0  # all or none


def test_deleted_it_can_be_put_back_for_a_day_and_is_gone_then(client, talk, post, at):
    post(photo(), add="photo")
    note = PaperNote.objects.get()
    html = post(photo_out=note.pk).text
    assert ("Photo deleted. You can undo this for a day." in html, "<img" in html) == (True, False)
    assert "Photo restored." in post(photo_back=note.pk).text
    assert 'alt="Photo 1 of your notes"' in page(client, talk)
    post(photo_out=note.pk)
    at.shift(timedelta(hours=25))
    assert "Photo deleted" not in page(client, talk)
    assert "That photo can no longer be restored. Add it again." in post(photo_back=note.pk).text
    cleaning.run(world.NOW + timedelta(hours=25))
    assert (PaperNote.objects.count(), PrivateFile.objects.count()) == (0, 0)


def test_a_hold_keeps_a_photo_that_was_taken_out(student, post):
    post(photo(), add="photo")
    post(photo_out=PaperNote.objects.get().pk)
    hold = Hold.objects.create(person=student, reason="Case 12", set_at=world.NOW)
    cleaning.run(world.NOW + 25 * H)
    assert PrivateFile.objects.exists()
    hold.delete()
    cleaning.run(world.NOW + 25 * H)
    assert not PrivateFile.objects.exists()


def test_a_photo_of_another_talk_is_not_touched(student, client, talk, post):
    post(photo(), add="photo")
    other = world.interview(student, world.contact(student, "Helen"), starts_at=world.NOW - 9 * H, status="completed")
    fields = {"version": 1, "photo_out": PaperNote.objects.get().pk}
    client.post(reverse("debrief_save", args=[other.pk]), fields)
    assert PaperNote.objects.get().removed_at is None


def test_it_is_in_the_copy_of_ones_data(student, post):
    post(photo(), add="photo")
    kept = PrivateFile.objects.get()
    out = io.BytesIO()
    counts = export.write(student, out, now=world.NOW)
    assert counts["paper-note"] == counts["private-file"] == 1
    with ZipFile(out) as made:
        assert made.read(f"files/{kept.name}") == bytes(kept.content)
