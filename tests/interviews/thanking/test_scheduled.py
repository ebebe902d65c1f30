"""A thank-you for a chosen time: promised at once, changed and cancelled until it goes, and never lost."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from apps.accounts.models import User
from apps.clock import times
from apps.interviews import closing, deadlines
from apps.interviews.debriefing.models import Debrief
from apps.interviews.thanking.models import ThankYou
from apps.mail.models import OutboundMessage, State
from apps.network import actions as network
from apps.network.models import Touch
from apps.reminders import sweep
from apps.reminders.models import Notice
from tests import world

pytestmark = pytest.mark.django_db
H = timedelta(hours=1)
WORDS = {
    "subject": "Thank you",
    "channel": "rapport",
    "body": "Dear Ingrid,\n\nThank you. A number nobody trusts changes nothing. I will read the data.\n\nAmira",
}


@pytest.fixture
def talk(student, alum):
    contact = network.contact_for(alum.alumni_profile, student=student)
    made = world.interview(student, contact, starts_at=world.NOW - 3 * H, status="completed")
    Debrief.objects.create(
        interview=made, quote="A number nobody trusts changes nothing.", learned="Numbers.", finished_at=world.NOW
    )
    return made


@pytest.fixture
def client(student, as_):
    with time_machine.travel(world.NOW, tick=False):
        yield as_(student)


def address(name, talk):
    return reverse(name, args=[talk.pk])


def schedule(client, talk, at=world.NOW + 20 * H, **fields):
    version = ThankYou.objects.filter(interview=talk).values_list("version", flat=True).first() or 1
    data = WORDS | {"version": version, "offered": at.isoformat()} | fields
    return client.post(address("thanks_schedule", talk), data)


def page(client, talk, name="thanked"):
    return " ".join(client.get(address(name, talk)).content.decode().split())


def mails():
    return list(OutboundMessage.objects.filter(kind="thank_you").order_by("subject_no").values_list("state", "due_at"))


def test_it_is_promised_for_its_time_and_shown_as_scheduled_everywhere(talk, client):
    at = world.NOW + 20 * H
    assert schedule(client, talk)["Location"] == address("thanked", talk)
    note = ThankYou.objects.get()
    assert (note.send_at, note.sent_at, mails()) == (at, None, [(State.PENDING, at)])
    assert "Your note to Ingrid is scheduled" in page(client, talk)
    assert client.get(address("thank_you", talk))["Location"] == address("thanked", talk)
    assert "will be sent" in page(client, talk, "conversation")
    assert not Touch.objects.filter(kind="thanked").exists()


def test_the_page_offers_the_next_morning_of_the_reader_within_the_48_hours(talk, client):
    offer = client.get(address("thank_you", talk)).context["morning"]
    said = [times.plain(words) for words in (offer.said, offer.own)]
    assert said == ["tomorrow at 8:00 am Dublin time", "tomorrow at 2:00 am"]
    with time_machine.travel(talk.thank_by - 2 * H, tick=False):
        assert client.get(address("thank_you", talk)).context["morning"] is None


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"offered": "", "send_on": "2026-11-12", "send_time": "09:00"}, "That time has passed"),
        ({"offered": "", "send_on": "2026-11-15", "send_time": "09:00"}, "after the 48 hours"),
        ({"offered": "", "send_on": "", "send_time": "09:00"}, "Choose a day and a time"),
        ({"offered": "", "send_on": "2026-11-13"}, "Choose a day and a time"),
        ({"offered": "soon"}, "Choose a day and a time"),
        ({"body": "[gap]"}, "is a placeholder"),
    ],
)
def test_a_time_or_a_note_that_cannot_be_is_refused_and_the_words_stay(talk, client, fields, sentence):
    answer = schedule(client, talk, **fields)
    assert (answer.status_code, sentence in answer.content.decode(), mails()) == (422, True, [])
    assert ThankYou.objects.get().body == fields.get("body", WORDS["body"])


def test_a_day_and_a_time_are_on_the_students_own_clock(talk, client):
    schedule(client, talk, offered="", send_on="2026-11-13", send_time="09:15")
    assert mails() == [(State.PENDING, world.NOW.replace(day=13, hour=15, minute=15))]


def test_another_time_takes_the_place_of_the_first(talk, client):
    schedule(client, talk)
    client.post(address("thanks_time", talk), {"send_on": "2026-11-13", "send_time": "11:00"})
    assert [state for state, _ in mails()] == [State.CANCELLED, State.PENDING]
    assert mails()[1][1] == ThankYou.objects.get().send_at == world.NOW.replace(day=13, hour=17, minute=0)


def test_it_is_sent_now_after_all(talk, client):
    schedule(client, talk)
    client.post(address("thanks_time", talk), {"now": "1"})
    note = ThankYou.objects.get()
    assert (note.sent_at, note.send_at) == (world.NOW, None)
    assert mails() == [(State.CANCELLED, world.NOW + 20 * H), (State.PENDING, world.NOW + timedelta(minutes=5))]
    assert Touch.objects.filter(kind="thanked").count() == 1


def test_it_becomes_a_draft_again_with_its_words(talk, client):
    schedule(client, talk)
    client.post(address("thanks_back", talk))
    note = ThankYou.objects.get()
    assert (note.send_at, note.leaves_at, note.body.startswith("Dear Ingrid"), mails()[0][0]) == (
        *(None, None, True),
        State.CANCELLED,
    )
    assert "<textarea" in page(client, talk, "thank_you")


def test_a_window_left_open_does_not_write_into_what_waits(talk, client):
    schedule(client, talk)
    late = client.post(
        address("thanks_save", talk), WORDS | {"body": "Other", "version": 3}, headers={"X-Autosave": "1"}
    )
    assert (late.status_code, ThankYou.objects.get().body) == (403, WORDS["body"])


def test_who_thanked_by_hand_meanwhile_takes_it_out_of_the_outbox(talk, client):
    schedule(client, talk)
    client.post(address("thanked", talk), {"channel": "card", "day": "2026-11-12", "at": "10:20"})
    note = ThankYou.objects.get()
    assert (note.channel, note.send_at, mails()[0][0]) == ("card", None, State.CANCELLED)


def test_nothing_reminds_of_what_is_scheduled(talk, client):
    schedule(client, talk, at=talk.thank_by - H)
    for hours in (20, 40):
        sweep.run(talk.over_at + hours * H)
    assert not Notice.objects.filter(rule__startswith="thank-you").exists()
    client.post(address("thanks_back", talk))
    sweep.run(talk.over_at + 40 * H)
    assert Notice.objects.filter(rule="thank-you-second").exists()


def test_once_it_left_it_counts_as_sent_at_that_moment(talk, client):
    at = world.NOW + 20 * H
    schedule(client, talk)
    deadlines.clock(at + H)
    assert ThankYou.objects.get().sent_at is None  # it waits in the outbox still: whoever sends is late
    OutboundMessage.objects.update(state=State.SENT, sent_at=at)
    deadlines.clock(at + H)
    deadlines.clock(at + 2 * H)
    note = ThankYou.objects.get()
    assert (note.sent_at, note.was_in_time) == (at, True)
    assert list(Touch.objects.filter(kind="thanked").values_list("at", flat=True)) == [at]
    answer = client.post(address("thanks_back", talk), follow=True)
    assert "already sent" in answer.content.decode()


def test_where_the_alum_leaves_it_becomes_a_draft_and_says_why(talk, client, alum):
    schedule(client, talk)
    User.objects.filter(pk=alum.pk).update(is_active=False)
    deadlines.clock(world.NOW + H)
    note = ThankYou.objects.get()
    assert (note.send_at, note.body, mails()[0][0]) == (None, WORDS["body"], State.CANCELLED)
    assert "Ingrid no longer uses Rapport" in page(client, talk, "thank_you")
    assert talk.student.interviews.awaiting_thanks(world.NOW + H).exists()


def test_where_the_mail_is_gone_it_becomes_a_draft(talk, client):
    schedule(client, talk)
    OutboundMessage.objects.filter(kind="thank_you").delete()
    deadlines.clock(world.NOW + H)
    assert ThankYou.objects.get().send_at is None


def test_it_leaves_although_the_students_account_closes(talk, client, student):
    schedule(client, talk)
    User.objects.filter(pk=student.pk).update(is_active=False)
    deadlines.clock(world.NOW + H)
    assert mails() == [(State.PENDING, world.NOW + 20 * H)]


def test_closing_an_account_says_what_becomes_of_it(talk, client, student, alum):
    schedule(client, talk)
    assert "1 scheduled thank-you note is still sent at its time." in closing.foresee(student, world.NOW)
    said = "1 scheduled thank-you note to Ingrid becomes a draft again, and its student sees why."
    assert said in closing.foresee(alum, world.NOW)


def test_a_talk_that_is_thanked_for_cannot_be_moved_away_under_it(student, alum, client):
    contact = network.contact_for(alum.alumni_profile, student=student)
    passed = world.interview(student, contact, starts_at=world.NOW - 3 * H)
    schedule(client, passed)
    client.post(address("interview_move", passed), {})
    client.post(address("interview_cancel", passed), {})
    passed.refresh_from_db()
    assert (passed.status, mails()[0][0]) == ("completed", State.PENDING)


def test_the_note_for_linkedin_is_short_and_says_how_long_it_is(talk, client):
    client.post(address("thanked", talk), {"channel": "email", "day": "2026-11-12", "at": "10:20"})
    shown = client.get(address("thanked", talk))
    words = shown.context["linkedin"]
    assert "A number nobody trusts changes nothing." in words
    assert f"{len(words)} of 200 characters" in " ".join(shown.content.decode().split())
    Debrief.objects.update(quote="One word after another, and then one more. " * 6)
    longer = client.get(address("thanked", talk)).context["linkedin"]
    assert (len(longer) <= 200, "…" in longer, longer.endswith(" Amira")) == (True, True, True)


def test_a_card_is_offered_with_what_is_known_of_the_address(talk, client):
    text = page(client, talk, "thank_you")
    assert "?way=card" in text
    shown = client.get(address("thanked", talk) + "?way=card")
    assert (shown.context["form"]["channel"].value(), shown.context["address"][0]) == ("card", talk.contact.name)
