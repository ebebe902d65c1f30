"""A progress update: one piece of news, a letter for each person, and nobody sees who else got one (R112)."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.mail import outbox, suppression
from apps.mail.models import OutboundMessage, Suppression
from apps.network import noted, reasons, update_mails, updates
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


# --- sent by Rapport --------------------------------------------------------------------------------------------------


@pytest.fixture
def sendable(people, begun):
    """The update of both, of whom Daniel has talked with the student and left a mail."""
    people[0].email = "daniel@riverkeep.example"
    people[0].save()
    client, update = begun
    return client, update, {letter.contact_id: letter for letter in updates.letters(update)}


def pressed(client, letters, do, *people):
    typed = {f"body_{letter.pk}": letter.body for letter in letters.values()}
    typed |= {f"version_{letter.pk}": letter.version for letter in letters.values()}
    return client.post(URL, typed | {"do": do, "news": NEWS, "send": [letters[one.pk].pk for one in people]})


def test_rapport_sends_one_mail_to_each_in_the_students_name(student, people, sendable):
    client, update, letters = sendable
    daniel, varga = people
    text = client.get(URL).content.decode()
    assert ("Send the checked notes" in text, f"Replies go to {student.email}" in text) == (True, True)
    assert "you haven’t talked with Helen yet" in text
    assert pressed(client, letters, "send", daniel).status_code == 302
    mail = OutboundMessage.objects.get()
    assert (mail.kind, mail.recipient, mail.reply_to) == ("progress_update", daniel.email, student.email)
    assert (mail.from_name.startswith(student.called), mail.subject) == (True, f"An update from {student.called}")
    assert mail.due_at - mail.created_at > timedelta(minutes=4)
    assert (NEWS in mail.text, NEWS in mail.html, "Varga" in mail.text) == (True, True, False)
    touch = daniel.touches.get(kind="updated")
    assert (touch.note in mail.text, NEWS in touch.note) == (True, True)
    assert [letter.contact for letter in updates.letters(update)] == [varga]
    assert NEWS in client.get(daniel.get_absolute_url()).content.decode()


def test_what_rapport_has_not_sent_yet_is_taken_back(people, sendable):
    client, update, letters = sendable
    daniel, _ = people
    pressed(client, letters, "send", daniel)
    said = client.get(URL).content.decode()
    take_back = re.search(r'action="(/network/update/[^"]+)"', said)[1]
    before = daniel.touches.get(kind="updated").note
    text = client.post(take_back, {"undo": "1"}, follow=True).content.decode()
    assert "Nothing was sent to Daniel Ferreira." in text
    assert OutboundMessage.objects.get().state == "cancelled"
    assert (daniel.touches.filter(kind="updated").exists(), len(updates.letters(update))) == (False, 2)
    letters = {letter.contact_id: letter for letter in updates.letters(update)}
    assert letters[daniel.pk].body == before
    pressed(client, letters, "send", daniel)
    assert OutboundMessage.objects.filter(state="pending").count() == 1
    OutboundMessage.objects.filter(state="pending").update(state="sent", sent_at=timezone.now())
    client.post(take_back, {"undo": "1"})
    assert daniel.touches.filter(kind="updated").count() == 1


def test_two_presses_of_one_form_send_one_mail_and_lead_to_one_page(people, sendable):
    client, _, letters = sendable
    typed = {f"body_{letter.pk}": letter.body for letter in letters.values()}
    typed |= {f"version_{letter.pk}": letter.version for letter in letters.values()}
    typed |= {"do": "send", "news": NEWS, "send": [letters[people[0].pk].pk], "once": "one-form"}
    answers = [client.post(URL, typed) for _ in range(2)]
    assert [answer.get("Location") for answer in answers] == [URL, URL]
    assert OutboundMessage.objects.count() == 1


def _rather_not(student, daniel):
    daniel.interviews.get(status="completed").debrief.__class__.objects.update(may_stay_in_touch=False)


def _blocked(student, daniel):
    suppression.suppress("Daniel@Riverkeep.example", cause="by_hand")


def _lately(student, daniel):
    Touch.objects.create(
        student=student, contact=daniel, kind="updated", key="update:900:1", at=timezone.now() - timedelta(days=9)
    )


def _do_not_contact(student, daniel):
    alum = world.alum("Daniel Ferreira", email="other@x.example").alumni_profile
    type(alum).objects.filter(pk=alum.pk).update(is_do_not_contact=True, listing="hidden")
    type(daniel).objects.filter(pk=daniel.pk).update(alum=alum)


def _no_address(student, daniel):
    type(daniel).objects.filter(pk=daniel.pk).update(email="", email_key="")


def _unsubscribed(student, daniel):
    alum = world.alum("Daniel Ferreira")
    type(daniel).objects.filter(pk=daniel.pk).update(alum=alum.alumni_profile)
    outbox.unsubscribe(alum, "progress_update")


@pytest.mark.parametrize("why", [_rather_not, _blocked, _lately, _do_not_contact, _no_address, _unsubscribed])
def test_rapport_writes_to_nobody_who_should_not_hear(student, people, sendable, why):
    client, _, letters = sendable
    why(student, people[0])
    answer = pressed(client, letters, "send", people[0])
    text = answer.content.decode()
    assert (answer.status_code, "send it yourself" in text) == (422, True)
    assert (OutboundMessage.objects.count(), Touch.objects.filter(kind="updated", note__contains=NEWS).count()) == (
        0,
        0,
    )
    assert "Send the checked notes" not in client.get(URL).content.decode()


def test_nobody_is_written_to_with_whom_the_student_has_not_talked(people, sendable):
    client, _, letters = sendable
    type(people[1]).objects.filter(pk=people[1].pk).update(email="varga@x.example")
    answer = pressed(client, letters, "send", *people)
    assert (answer.status_code, OutboundMessage.objects.count()) == (422, 0)
    assert "you haven’t talked with Helen yet" in answer.content.decode()


def test_somebody_with_an_account_can_refuse_such_mail_alone(people, sendable):
    client, _, letters = sendable
    alum = world.alum("Daniel Ferreira")
    type(people[0]).objects.filter(pk=people[0].pk).update(alum=alum.alumni_profile)
    pressed(client, letters, "send", people[0])
    mail = OutboundMessage.objects.get()
    assert (mail.recipient, mail.person, mail.topic) == (alum.email, alum, "progress_update")
    assert "List-Unsubscribe" in mail.headers


def test_somebody_without_an_account_stops_them_by_the_link(client, people, sendable):
    mine, _, letters = sendable
    pressed(mine, letters, "send", people[0])
    mail = OutboundMessage.objects.get()
    link = re.search(r"/network/stop/[\w-]+/", mail.text)[0]
    assert mail.headers["List-Unsubscribe"] == f"<{settings.SITE_URL}{link}>"
    assert (client.get(link).status_code, Suppression.objects.count()) == (200, 0)
    type(people[0]).objects.filter(pk=people[0].pk).update(email="another@x.example")
    stranger = Client(enforce_csrf_checks=True)  # a mail program: no session, no cookie, no token of a page (RFC 8058)
    for _ in range(2):
        assert "You’ve unsubscribed" in stranger.post(link, {"List-Unsubscribe": "One-Click"}).content.decode()
    assert Suppression.objects.get().address == "daniel@riverkeep.example"
    assert client.get("/network/stop/x/").status_code == 410


def test_a_day_has_room_for_so_many(student, people, sendable, monkeypatch):
    client, _, letters = sendable
    monkeypatch.setattr(update_mails, "MOST_IN_A_DAY", 0)
    assert pressed(client, letters, "send", people[0]).status_code == 422
    assert OutboundMessage.objects.count() == 0


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
    """R37."""
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
