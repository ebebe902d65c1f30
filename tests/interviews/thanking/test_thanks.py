"""The thank-you: drafted from the student's own words, read over, sent or marked as sent, and never asked for again."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from apps.interviews.debriefing import actions as debriefing
from apps.interviews.debriefing.models import Debrief, LiveNote, NamedPerson, PromisedStep
from apps.interviews.thanking import actions as thanking
from apps.interviews.thanking import checks as thanks_checks
from apps.interviews.thanking.first_draft import Piece, pieces_of
from apps.interviews.thanking.models import ThankYou
from apps.mail.models import OutboundMessage, State
from apps.network import actions as network
from apps.network.models import ActionStep, Touch
from apps.reminders import recheck, sweep
from apps.reminders.models import Notice
from tests import world

pytestmark = pytest.mark.django_db
H, S = timedelta(hours=1), timedelta(seconds=1)


@pytest.fixture
def talk(student, alum):
    contact = network.contact_for(alum.alumni_profile, student=student)
    return world.interview(student, contact, starts_at=world.NOW - 3 * H, status="completed")


@pytest.fixture
def debrief(talk):
    written = Debrief.objects.create(
        interview=talk,
        learned="She sits with the night shift before she draws a chart. It takes weeks.",
        quote="A number nobody trusts changes nothing.",
        finished_at=world.NOW,
    )
    PromisedStep.objects.create(debrief=written, text="Read the county asthma data", due_on=world.NOW.date())
    PromisedStep.objects.create(debrief=written, text="Send Ingrid my résumé")
    NamedPerson.objects.create(debrief=written, name="Grace Otieno", name_permission="yes")
    return written


@pytest.fixture
def client(student, as_):
    with time_machine.travel(world.NOW, tick=False):
        yield as_(student)


def address(name, talk):
    return reverse(name, args=[talk.pk])


def page(client, talk, name="thank_you"):
    return client.get(address(name, talk)).content.decode()


GOOD = """Dear Ingrid,

Thank you for talking with me today. I keep thinking about this: a number nobody trusts changes nothing. I had pictured
a desk and two screens, and you told me about the night shift and the chart that nobody believed.

I will read the county asthma data by Thursday and look for what is wrong in it.

With thanks,
Amira"""


def post(client, name, talk, **fields):
    version = ThankYou.objects.filter(interview=talk).values_list("version", flat=True).first() or 1
    data = {"subject": "Thank you", "body": GOOD, "channel": "rapport", "version": version} | fields
    return client.post(address(name, talk), data)


# --- the draft --------------------------------------------------------------------------------------------------------


def test_the_draft_is_made_of_the_students_own_words(talk, debrief, client):
    note = client.get(address("thank_you", talk)).context["note"]
    assert note.subject == "Thank you for talking with me today"
    assert note.body == (
        "Dear Ingrid,\n\n"
        "Thank you for talking with me today. This has stayed with me: A number nobody trusts changes nothing.\n\n"
        "I will read the county asthma data by Thursday.\n\n"
        "I will write to Grace Otieno and use your name, as you kindly offered.\n\n"
        "I will let you know how it goes.\n\n"
        "With thanks,\nAmira"
    )
    assert not ThankYou.objects.exists()


def test_without_a_debrief_the_draft_leaves_a_gap_that_must_be_filled(talk, client):
    text = page(client, talk)
    assert "one thing they said that you still think about" in text
    body = client.get(address("thank_you", talk)).context["note"].body
    answer = post(client, "thanks_send", talk, body=body)
    assert answer["Location"] == address("thank_you", talk)
    assert not OutboundMessage.objects.filter(kind="thank_you").exists()


def test_a_quotation_from_the_talk_serves_where_nothing_was_written_down(talk, client):
    LiveNote.objects.create(interview=talk, kind="quote", text="I missed people", at=world.NOW)
    assert (
        "You said: I missed people. I’m still thinking about it."
        in client.get(address("thank_you", talk)).context["note"].body
    )


def test_only_one_name_is_asked_for(talk, debrief, client):
    for name in ("Beatriz Lima", "Otto Lang"):
        NamedPerson.objects.create(debrief=debrief, name=name)
    body = client.get(address("thank_you", talk)).context["note"].body
    assert ("when I write to Beatriz Lima?" in body, "Otto Lang" in body) == (True, False)


def test_the_first_save_keeps_what_the_page_showed(talk, debrief, client):
    answer = client.post(
        address("thanks_save", talk), {"subject": "The night shift", "version": 1}, headers={"X-Autosave": "1"}
    )
    note = ThankYou.objects.get()
    assert (answer.json(), note.subject, note.body[:12]) == ({"version": 2}, "The night shift", "Dear Ingrid,")


def test_a_newer_note_is_shown_and_nothing_is_overwritten(talk, client):
    post(client, "thanks_save", talk, subject="From the phone")
    stale = client.post(
        address("thanks_save", talk), {"subject": "From the desk", "version": 1}, headers={"X-Autosave": "1"}
    )
    text = stale.content.decode()
    assert (stale.status_code, "From the phone" in text, "From the desk" in text) == (409, True, True)
    assert ThankYou.objects.get().subject == "From the phone"


# --- reading it over --------------------------------------------------------------------------------------------------


def remarks(talk, body=GOOD, subject="Thank you", kept=()):
    note = ThankYou(interview=talk, subject=subject, body=body, kept=list(kept))
    return {(one.name, one.tone) for one in thanks_checks.review(note, talk, getattr(talk, "debrief", None))}


def test_a_good_note_is_told_so(talk, debrief):
    assert remarks(talk) == {("specific", "moss"), ("forward", "moss"), ("length", "moss")}


@pytest.mark.parametrize(
    ("words", "remark"),
    [
        ("", ("missing", "brick")),
        ("Dear Ingrid,\n\nThank you so much for your time. It was great.\n\nAmira", ("specific", "gold")),
        ("Dear Ingrid,\n\nThank you so much for your time. It was great.\n\nAmira", ("forward", "gold")),
        ("Dear Ingrid,\n\nThank you so much for your time. It was great.\n\nAmira", ("length", "gold")),
        (GOOD + " word" * 150, ("length", "gold")),
        (GOOD + " May I use your name?", ("ask", "moss")),
        (GOOD + " May I use your name? Could you send me the chart?", ("asks", "gold")),
        (GOOD + " Please let me know if your company is hiring.", ("job", "gold")),
        (GOOD.replace("Ingrid", "Ingird"), ("spelling", "gold")),
        (GOOD.replace("Ingrid", "Teresa"), ("greeting", "gold")),
        (GOOD + " [their team]", ("placeholder", "brick")),
    ],
)
def test_each_remark_is_made(talk, debrief, words, remark):
    assert remark in remarks(talk, words)


def test_a_resume_that_was_asked_for_is_no_ask_for_a_job(talk, debrief):
    with_resume = GOOD + " I attach my résumé."
    assert ("job", "gold") in remarks(talk, with_resume)
    debrief.asked_for_resume = True
    assert ("resume", "gold") in remarks(talk)
    assert {("job", "gold"), ("resume", "gold")} & remarks(talk, with_resume) == set()


def test_keep_mine_silences_a_remark_until_the_words_change(talk, debrief, client):
    asking = GOOD + " Please let me know if your company is hiring."
    note = ThankYou(interview=talk, subject="Thank you", body=asking)
    key = next(one.key for one in thanks_checks.review(note, talk, debrief) if one.name == "job")
    post(client, "thanks_hint", talk, body=asking, keep=key)
    saved = ThankYou.objects.get()
    assert (saved.body, saved.kept) == (asking, [key])
    assert ("job", "gold") not in remarks(talk, asking, kept=saved.kept)
    assert ("job", "gold") in remarks(talk, asking.replace("company", "team"), kept=saved.kept)


def test_a_suggestion_takes_the_place_of_the_sentence(talk, debrief, client):
    asking = GOOD.replace("\n\nWith", " Please let me know if your company is hiring.\n\nWith")
    note = ThankYou(interview=talk, subject="Thank you", body=asking)
    key = next(one.key for one in thanks_checks.review(note, talk, debrief) if one.name == "job")
    post(client, "thanks_hint", talk, body=asking, use=key)
    assert ThankYou.objects.get().body == GOOD.replace("\n\nWith", f" {thanks_checks.INSTEAD}\n\nWith")


def test_what_was_written_down_is_put_in_before_the_farewell(talk, debrief, client):
    debrief.surprised = "More than half of it is talking."
    debrief.save()
    post(client, "thanks_hint", talk, put="surprised")
    assert ThankYou.objects.get().body.endswith(
        "It changed how I see the work: more than half of it is talking.\n\nWith thanks,\nAmira"
    )


def test_the_preview_reads_what_is_typed_and_saves_nothing(talk, debrief, client):
    answer = post(client, "thanks_preview", talk, body=GOOD + " [gap]").content.decode()
    assert ("“[gap]” is a placeholder" in answer, "<html" in answer, ThankYou.objects.count()) == (True, False, 0)


# --- sending ----------------------------------------------------------------------------------------------------------


def test_an_alum_gets_it_from_the_student_after_the_undo(talk, debrief, client, student, alum):
    answer = post(client, "thanks_send", talk)
    assert answer["Location"] == address("thanked", talk)
    sent = OutboundMessage.objects.get(kind="thank_you")
    assert (sent.person, sent.reply_to, sent.subject) == (alum, student.email, "Thank you")
    assert (sent.due_at, sent.from_name) == (world.NOW + timedelta(minutes=5), sent.from_name)
    assert sent.from_name.startswith("Amira Haddad via ")
    assert sent.text.startswith("Dear Ingrid,\n\nThank you for talking with me today.")
    assert list(Touch.objects.filter(kind="thanked").values_list("key", "at")) == [(f"thanked:{talk.pk}", world.NOW)]
    assert ThankYou.objects.get().was_in_time


def test_sending_twice_is_one_mail(talk, debrief, client):
    post(client, "thanks_send", talk)
    post(client, "thanks_send", talk)
    assert (OutboundMessage.objects.filter(kind="thank_you").count(), Touch.objects.filter(kind="thanked").count()) == (
        1,
        1,
    )


def test_it_can_be_taken_back_and_sent_again(talk, debrief, client):
    post(client, "thanks_send", talk)
    assert "Undo sending" in page(client, talk, "thanked")
    client.post(address("thanks_back", talk))
    note = ThankYou.objects.get()
    assert (note.sent_at, note.leaves_at, Touch.objects.filter(kind="thanked").count()) == (None, None, 0)
    post(client, "thanks_send", talk, body=GOOD + " And again.")
    states = OutboundMessage.objects.filter(kind="thank_you").order_by("subject_no").values_list("state", flat=True)
    assert list(states) == [State.CANCELLED, State.PENDING]


def test_what_has_left_cannot_be_taken_back(talk, debrief, client):
    post(client, "thanks_send", talk)
    OutboundMessage.objects.filter(kind="thank_you").update(state=State.SENT, sent_at=world.NOW)
    answer = client.post(address("thanks_back", talk), follow=True)
    assert "Your note was already sent" in answer.content.decode()
    assert ThankYou.objects.get().sent_at == world.NOW


def test_what_was_never_sent_cannot_be_taken_back(talk, client):
    answer = client.post(address("thanks_back", talk))
    assert (answer.status_code, ThankYou.objects.count()) == (302, 0)


def test_thanking_somebody_says_that_they_talked(student, alum, client):
    contact = network.contact_for(alum.alumni_profile, student=student)
    passed = world.interview(student, contact, starts_at=world.NOW - 3 * H)
    post(client, "thanks_send", passed, body=GOOD)
    passed.refresh_from_db()
    assert (passed.status, passed.talked_until) == ("completed", passed.ends_at)


@pytest.mark.parametrize("status", ["cancelled", "no_show", "scheduled"])
def test_nobody_is_thanked_for_what_did_not_take_place(student, alum, client, status):
    contact = network.contact_for(alum.alumni_profile, student=student)
    start = world.NOW + H if status == "scheduled" else world.NOW - 3 * H
    talk = world.interview(student, contact, starts_at=start, status=status)
    post(client, "thanks_send", talk)
    assert not OutboundMessage.objects.filter(kind="thank_you").exists()
    assert "<textarea" not in page(client, talk)


# --- sent by hand -----------------------------------------------------------------------------------------------------


@pytest.fixture
def outside(student):
    return world.interview(student, world.contact(student), starts_at=world.NOW - 3 * H, status="completed")


def test_outside_the_directory_it_is_copied_and_said(outside, client):
    assert "Email, sent by Rapport" not in page(client, outside)
    assert post(client, "thanks_send", outside, channel="email")["Location"] == address("thanked", outside)
    assert "How did you thank Helen?" in page(client, outside, "thanked")
    assert ThankYou.objects.get().sent_at is None
    client.post(address("thanked", outside), {"channel": "linkedin", "day": "2026-11-12", "at": "09:00"})
    note = ThankYou.objects.get()
    assert (note.channel, note.sent_at) == ("linkedin", world.NOW.replace(hour=15, minute=0))
    assert list(Touch.objects.filter(kind="thanked").values_list("at", flat=True)) == [note.sent_at]
    assert client.get(address("thank_you", outside))["Location"] == address("thanked", outside)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"day": "2026-11-12", "at": "10:41"}, "That time is in the future"),
        ({"day": "2026-11-11", "at": "10:00"}, "That’s before you talked"),
        ({"day": "", "at": "10:00"}, "Day"),
    ],
)
def test_a_time_that_cannot_be_is_refused(outside, client, fields, sentence):
    answer = client.post(address("thanked", outside), {"channel": "email"} | fields)
    assert (answer.status_code, sentence in answer.content.decode()) == (422, True)
    assert not ThankYou.objects.filter(sent_at__isnull=False).exists()


def test_looking_changes_nothing(outside, client):
    page(client, outside, "thanked")
    assert ThankYou.objects.count() == 0


def test_the_channel_is_the_one_of_the_request(student, client):
    contact = world.contact(student)
    asked = world.sent_request(student, contact, channel="linkedin")
    talk = world.interview(student, contact, starts_at=world.NOW - 3 * H, status="completed", request=asked)
    assert client.get(address("thank_you", talk)).context["note"].channel == "linkedin"


# --- afterwards -------------------------------------------------------------------------------------------------------


def test_afterwards_the_student_chooses_how_to_stay_in_touch_and_closes_the_loop(talk, debrief, student, client):
    yuki = world.contact(student, "Yuki Tanabe")
    world.referral(yuki, talk.contact)
    debrief.may_stay_in_touch = True
    debrief.save()
    post(client, "thanks_send", talk)
    shown = client.get(address("thanked", talk))
    text = shown.content.decode()
    assert (shown.context["months"], "Tell Yuki Tanabe how it went" in text) == (3, True)
    assert "I keep thinking about what you said: A number nobody trusts changes nothing." in text
    client.post(reverse("contact_cadence", args=[talk.contact_id]), {"months": "6"})
    assert client.get(address("thanked", talk)).context["months"] == 6


def test_staying_in_touch_is_not_presumed(talk, debrief, client):
    post(client, "thanks_send", talk)
    assert client.get(address("thanked", talk)).context["months"] == 0


def test_another_students_note_is_not_there(talk, other_student, as_):
    stranger = as_(other_student)
    for name in ("thanks_save", "thanks_preview", "thanks_hint", "thanks_send", "thanks_back", "thanked"):
        assert stranger.post(address(name, talk)).status_code == 404
    for name in ("thank_you", "thanked"):
        assert stranger.get(address(name, talk)).status_code == 404


# --- the reminders stop -----------------------------------------------------------------------------------------------


def waiting(now):
    """Return the rules about this talk that are open after a sweep at `now`."""
    sweep.run(now)
    return set(Notice.objects.filter(closed_at=None).values_list("rule", flat=True))


@pytest.mark.parametrize(
    ("after", "rules"),
    [
        (-S, set()),
        (0 * S, {"write-down"}),
        (20 * H - S, {"write-down"}),
        (20 * H, {"write-down", "thank-you-first"}),
        (40 * H - S, {"write-down", "thank-you-first"}),
        (40 * H, {"write-down", "thank-you-second"}),
        (48 * H - S, {"write-down", "thank-you-second"}),
        (48 * H, {"write-down", "thank-you-second", "thank-you-late"}),
    ],
)
def test_the_clock_asks_at_its_hours_to_the_second(student, after, rules):
    talk = world.interview(student, world.contact(student), starts_at=world.NOW - H)
    assert waiting(talk.ends_at + after) == rules


@pytest.mark.parametrize("hours", [0, 20, 40, 48])
def test_nothing_asks_again_once_they_are_thanked(talk, debrief, student, hours):
    now = talk.over_at + hours * H
    waiting(now)
    thanking.thanked_by_hand(talk, channel="email", at=now, by=student, now=now)
    for later in (0 * H, 1 * H, 30 * H, 60 * H):
        assert waiting(now + later) == set()


def test_a_reminder_that_waits_is_dropped_when_they_are_thanked(talk, debrief, student):
    now = talk.over_at + 20 * H
    sweep.run(now)
    reminder = Notice.objects.get(rule="thank-you-first").message
    assert recheck.still_due(reminder, now)
    thanking.thanked_by_hand(talk, channel="email", at=now, by=student, now=now)
    assert not recheck.still_due(reminder, now)


def test_the_48_hours_of_a_talk_that_ended_early_begin_when_it_ended(student, talk):
    talk.starts_at, talk.ends_at = world.NOW - 10 * H, world.NOW + 10 * H
    talk.talked_until = world.NOW
    talk.save()
    mine = type(talk).objects.filter(student=student)
    assert list(mine.awaiting_thanks(world.NOW - S)) == []
    assert list(mine.awaiting_thanks(world.NOW)) == [talk]
    assert list(mine.awaiting_debrief(world.NOW)) == [talk]


@pytest.mark.parametrize(
    ("label", "body", "is_in"),
    [
        ("A number nobody trusts changes nothing.", "A number that nobody trusts changes nothing, you said.", True),
        ("A number nobody trusts changes nothing.", "I trust that this changes my plans. What a number!", False),
        ("Read the county report", "I will read about the county.", False),
        ("Grace Otieno", "I will write to Grace tomorrow.", False),
        ("Grace Otieno", "I will write to Grace Otieno tomorrow.", True),
        ("Your résumé", "My résumé is here.", True),
    ],
)
def test_only_what_a_sentence_says_is_in_the_note(label, body, is_in):
    assert Piece("x", label, label).is_in(f"Dear Helen,\n\n{body}\n\nWith thanks,\nAmira") is is_in


def test_the_resume_that_went_with_the_note_is_no_step_any_more(talk, debrief, client):
    debrief.asked_for_resume = True
    debrief.save()
    debriefing.finish_debrief(talk, now=world.NOW)
    step = ActionStep.objects.get(text="Send Ingrid your résumé with your thank-you note")
    note = "Dear Ingrid,\n\nA number nobody trusts changes nothing. You asked for my résumé: https://example.edu/a.pdf"
    post(client, "thanks_send", talk, body=note)
    step.refresh_from_db()
    assert step.done_at is not None
    client.post(address("thanks_back", talk))
    step.refresh_from_db()
    assert step.done_at is None


@pytest.mark.parametrize(
    ("days", "said"), [(2, "by Saturday."), (6, "by Wednesday."), (7, "by November 19."), (60, "by January 11, 2027.")]
)
def test_a_step_of_another_week_says_its_day(talk, debrief, days, said):
    """“By Wednesday” of which week? “By January 1” of which year?"""
    day = talk.starts_at.date() + timedelta(days=days)
    debrief.promised_steps.update(text="Read the county asthma data", due_on=day)
    sentences = [piece.sentence for piece in pieces_of(talk, debrief) if piece.key.startswith("step-")]
    assert sentences[0].endswith(said)


@pytest.mark.parametrize(
    ("words", "is_ticked"),
    [
        ("I will read the county data.", True),
        ("I’ll also write to Grace on Friday.", True),
        ("I have put an hour aside on Sunday.", True),
        ("I’m going to register for the course.", True),
        ("I have never heard that before.", False),
        ("I’ve enjoyed it very much.", False),
        ("I will never forget it.", False),
        ("I’ll always remember your kindness.", False),
        ("I want to thank you.", False),
    ],
)
def test_looking_ahead_is_ticked_for_what_they_will_do_alone(talk, words, is_ticked):
    assert (("forward", "moss") in remarks(talk, f"Dear Ingrid,\n\n{words}\n\nAmira")) is is_ticked


@pytest.mark.parametrize(
    ("words", "is_ticked"),
    [
        ("I keep thinking of the night shift and the chart.", True),
        ("You sit with the night shift first, which I admire.", True),
        ("Thank you for the night you gave me. I will never draw a blank again about charts.", False),
        ("Thank you so much for your helpful advice and the interesting conversation about your career.", False),
        ("Your team sounds great, Ingrid Solheim.", False),
    ],
)
def test_specific_is_ticked_where_one_sentence_speaks_of_what_was_noted(talk, words, is_ticked):
    Debrief.objects.create(
        interview=talk,
        learned="She sits with the night shift before she draws a chart.\nInteresting advice. Her team is helpful.",
    )
    assert (("specific", "moss") in remarks(talk, f"Dear Ingrid,\n\n{words}\n\nAmira")) is is_ticked
