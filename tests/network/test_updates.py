"""A progress update: one piece of news, a letter for each person, and nobody sees who else got one (R112)."""

from datetime import timedelta

import pytest
from django.urls import reverse

from apps.network import noted, reasons, updates
from apps.network.models import Cadence, LetterDraft, ProgressUpdate, Referral, Touch
from apps.network.reasons import Notes
from apps.wording.hints import PLACEHOLDER
from tests import world
from tests.network.story_of import everything_with

pytestmark = pytest.mark.django_db
URL = "/network/update/"
NEWS = "This fall I mapped 60 wells."


@pytest.fixture
def people(student):
    daniel = everything_with(student)
    varga = world.contact(student, "Helen Varga")
    return daniel, varga


@pytest.fixture
def begun(student, as_, people):
    daniel, varga = people
    client = as_(student)
    client.post(URL, {"news": NEWS, "people": [daniel.pk], "other": varga.pk})
    return client, updates.current(student)


def test_each_gets_a_letter_of_their_own(people, begun):
    first, second = LetterDraft.objects.order_by("pk")
    assert (first.contact, second.contact) == people
    assert "I planned this because of you: Sign up for the mapping course. I did it." in first.body
    assert second.body == "Dear Helen,\n\nI have a short update for you.\n\n" + NEWS + second.body.partition(NEWS)[2]
    assert ("Varga" in first.body, "Daniel" in second.body) == (False, False)
    text = begun[0].get(URL).content.decode()
    assert text.count(NEWS) == 3


def test_news_go_into_every_letter_but_those_changed_by_hand(student, begun):
    client, update = begun
    one, two = updates.letters(update)
    body = one.body.replace(NEWS, "All mine.")
    typed = {f"body_{one.pk}": body, f"version_{one.pk}": 1, f"body_{two.pk}": two.body, f"version_{two.pk}": 1}
    said = client.post(URL, typed | {"do": "refresh", "news": "I have 90 now."}, follow=True).content.decode()
    assert "You changed 1 letter by hand" in said
    one, two = updates.letters(update)
    assert ("All mine." in one.body, "I have 90 now." in two.body, NEWS in two.body) == (True, True, False)


def test_what_was_sent_is_noted_and_moves_the_rhythm(student, now, people, begun):
    client, update = begun
    daniel, varga = people
    Cadence.objects.create(
        student=student, contact=varga, months=3, due_on=now.date(), chosen_at=now - timedelta(days=90)
    )
    letters = {letter.contact_id: letter for letter in updates.letters(update)}
    typed = {f"body_{letter.pk}": letter.body for letter in letters.values()}
    typed |= {f"version_{letter.pk}": letter.version for letter in letters.values()}
    client.post(URL, typed | {"do": "sent", "news": NEWS, "send": [letters[varga.pk].pk]})
    touch = varga.touches.get()
    assert (touch.kind, NEWS in touch.note) == ("updated", True)
    assert Cadence.objects.get(contact=varga).due_on > now.date()
    assert [letter.contact for letter in updates.letters(update)] == [daniel]
    assert updates.current(student) == update
    client.post(URL, {"do": "sent", "send": [letters[daniel.pk].pk]})
    update.refresh_from_db()
    assert update.finished_at is not None


def test_a_letter_with_a_hole_or_none_at_all_is_not_sent(begun):
    client, update = begun
    letter = updates.letters(update)[0]
    typed = {f"body_{letter.pk}": "Dear [name]", f"version_{letter.pk}": 1, "do": "sent"}
    answer = client.post(URL, typed | {"send": [letter.pk]})
    assert (answer.status_code, "is a placeholder" in answer.content.decode()) == (422, True)
    assert client.post(URL, {"do": "sent"}).status_code == 422
    assert Touch.objects.filter(kind="updated").count() == 0


def test_two_windows_lose_no_letter(begun):
    client, update = begun
    letter = updates.letters(update)[0]
    for words, status in (("First", 302), ("Second", 422)):
        typed = {f"body_{letter.pk}": words, f"version_{letter.pk}": 1, "do": "save"}
        answer = client.post(URL, typed)
        assert answer.status_code == status
    assert "Second" in answer.content.decode()
    letter.refresh_from_db()
    assert letter.body == "First"


def test_nothing_chosen_is_said_and_nothing_is_begun(student, as_):
    answer = as_(student).post(URL, {"news": ""})
    assert (answer.status_code, ProgressUpdate.objects.count()) == (422, 0)
    text = answer.content.decode()
    assert ("Write what’s new first." in text, "Choose at least 1 person." in text) == (True, True)


def test_it_can_be_thrown_away(student, begun):
    asked = begun[0].post(URL, {"do": "forget"}).content.decode()
    assert ("Delete this update?" in asked, LetterDraft.objects.count()) == (True, 2)
    begun[0].post(URL, {"do": "forget", "sure": "1"})
    assert (ProgressUpdate.objects.count(), LetterDraft.objects.count()) == (0, 0)


# --- one letter -------------------------------------------------------------------------------------------------------

NOTES = [
    Notes(),
    Notes(has_talked=True),
    Notes(True, step="Read the report.", quote="“Make a map”"),
    Notes(True, quote="Why not?"),
]


@pytest.mark.parametrize("notes", NOTES)
@pytest.mark.parametrize("reason", [*reasons.REASONS, reasons.AGAIN], ids=lambda reason: reason.key)
def test_no_letter_has_a_hole(student, reason, notes):
    letter = reasons.letter(reason, contact=world.contact(student), student=student, notes=notes)
    assert PLACEHOLDER.search(letter) is None
    assert ("{" in letter, ".." in letter, "  " in letter) == (False, False, False)
    if notes.step and notes.quote:
        assert "Read the report" in letter or "“Make a map.”" in letter or reason is reasons.AGAIN


def test_notes_are_read_for_many_at_once(student, people, django_assert_num_queries):
    with django_assert_num_queries(2):
        notes = noted.notes_of(person.pk for person in people)
    assert notes[people[0].pk] == Notes(
        True, "Sign up for the mapping course", "Make a map before you learn another formula"
    )
    assert notes[people[1].pk] == Notes()


def test_an_introduction_is_asked_for_with_a_paragraph_to_forward(student, as_, people):
    client, url = as_(student), reverse("contact_write", args=[people[0].pk])
    assert "Who would you like to meet?" in client.get(f"{url}?intro=1").content.decode()
    assert "Write who you’d like to meet." in client.get(f"{url}?intro=1&to=").content.decode()
    text = client.get(f"{url}?intro=1&to=Leila+Brandt&why=she+decides").content.decode()
    for words in ("introducing me to Leila Brandt? She decides.", "To forward:", "not about a job", student.email):
        assert words in text
    client.post(f"{url}?intro=1", {"body": "Dear Daniel, would you?"})
    assert people[0].touches.filter(kind="intro", note="Dear Daniel, would you?").exists()


# --- who named them hears ---------------------------------------------------------------------------------------------


def told(student):
    return {referral.contact.name: referral.news for referral in Referral.objects.filter(student=student).to_tell()}


def test_the_one_who_named_somebody_may_hear_of_each_step(student, as_, now):
    varga, grace = world.contact(student, "Helen Varga"), world.contact(student, "Grace Otieno")
    referral = world.referral(varga, grace, at=now)
    assert told(student) == {}
    request = world.sent_request(student, grace, at=now)
    assert told(student) == {"Grace Otieno": "asked"}
    client, url = as_(student), f"{reverse('contact_write', args=[varga.pk])}?loop={referral.pk}"
    assert "I’ve asked" in client.get(url).content.decode()
    client.post(url, {"body": "I asked her."})
    assert told(student) == {}
    type(request).objects.filter(pk=request.pk).update(status="declined", answered_at=now)
    assert told(student) == {"Grace Otieno": "declined"}
    client.post(url, {"body": "Not this time."})
    world.interview(student, grace, starts_at=now - timedelta(days=1), status="completed")
    assert told(student) == {"Grace Otieno": "met"}
    assert Referral.objects.open_loops().count() == 1
    client.post(url, {"body": "We talked."})
    assert (told(student), Referral.objects.open_loops().count()) == ({}, 0)
    assert varga.touches.filter(kind="updated").count() == 3
