"""The alum answers from the mail, without an account; and the same signed in (R207, R208, reliability.md 4)."""

import re
from datetime import timedelta

import pytest
from django.apps import apps
from django.db.models import F
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts import times
from apps.accounts.models import MailLink
from apps.alumni import care
from apps.alumni.models import AlumniProfile
from apps.interviews import actions, views_answer
from apps.interviews.models import ImpactNote, Interview, InterviewRequest, ThankYou, TimeWindow
from apps.mail.models import OutboundMessage
from apps.network.models import Referral
from apps.policy.models import Policy
from tests import world
from tests.interviews import asking


@pytest.fixture
def at():
    return timezone.now()


@pytest.fixture
def asked(student, alum, at):
    student.pronouns = "she/her"
    student.save()
    student.student_profile.year = "Junior"
    student.student_profile.save()
    return asking.sent(student, alum, at)


@pytest.fixture
def visitor(asked):
    """A browser that came in by the link of the mail."""
    client = Client()
    client.get(asking.link_in(asking.mail("request_sent_to_alum")))
    return client


def act(client, asked, name, data=None, door="answer"):
    address = {"answer": "answer_act", "alum": "alum_act"}[door]
    return client.post(reverse(address, args=[asked.pk, name]), data or {}, follow=True)


def page(client, asked):
    return client.get(reverse("answer", args=[asked.pk])).content.decode()


def rows():
    """Count every row of ours, and the states that matter, for "nothing changed"."""
    own = [m for m in apps.get_models() if m.__module__.startswith("apps.")]
    return {m.__name__: list(m._base_manager.order_by("pk").values()) for m in own}


# --- coming in --------------------------------------------------------------------------------------------------------


def test_the_link_leads_to_an_address_without_its_token(asked):
    client = Client()
    answer = client.get(asking.link_in(asking.mail("request_sent_to_alum")))
    assert (answer.status_code, answer.url) == (302, reverse("answer", args=[asked.pk]))
    assert answer["Referrer-Policy"] == "no-referrer"
    shown = client.get(answer.url)
    assert shown["Cache-Control"] == "private, no-store"
    assert shown["Referrer-Policy"] == "same-origin"  # with less, browsers post from this page as from nowhere
    assert "Amira would like 20 minutes of your time" in shown.content.decode()
    assert "She is a junior in public health." in shown.content.decode()


def test_looking_changes_nothing_however_often(asked, at):
    token = asking.link_in(asking.mail("request_sent_to_alum"))
    client, before = Client(), rows()
    for method in (client.get, client.head):
        for url in (token, reverse("answer", args=[asked.pk]), reverse("answer", args=[asked.pk]) + "?zone=Asia/Tokyo"):
            method(url)
    assert rows() == before


def test_an_act_by_get_is_refused(visitor, asked):
    for name in views_answer.ACTS:
        assert visitor.get(reverse("answer_act", args=[asked.pk, name])).status_code == 405
    assert InterviewRequest.objects.get().status == "sent"


@pytest.mark.parametrize("kind", ["forged", "expired", "revoked", "other purpose"])
def test_links_that_do_not_work_all_look_the_same(asked, at, kind):
    token = asking.link_in(asking.mail("request_sent_to_alum"))
    if kind == "forged":
        token = token[:-5] + "AAAA/"
    MailLink.objects.update(
        **{
            "forged": {},
            "expired": {"expires_at": at - timedelta(minutes=1)},
            "revoked": {"revoked_at": at},
            "other purpose": {"purpose": "unsubscribe:reminder"},
        }[kind]
    )
    client = Client()
    answer = client.get(token)
    assert answer.status_code == 410
    assert client.get(reverse("answer", args=[asked.pk])).status_code == 410
    assert client.post(reverse("answer_act", args=[asked.pk, "decline"])).status_code == 410
    assert InterviewRequest.objects.get().status == "sent"


def test_a_link_opens_one_request_only(visitor, asked, other_student, at):
    entry = world.alum("Leila Brandt")
    other = asking.sent(other_student, entry, at)
    assert visitor.get(reverse("answer", args=[other.pk])).status_code == 410
    assert visitor.post(reverse("answer_act", args=[other.pk, "decline"])).status_code == 410


def test_the_entry_ends_after_half_an_hour_and_the_same_link_opens_another(visitor, asked):
    session = visitor.session
    links = session["links"]
    links[f"answer:{asked.pk}"]["at"] -= 31 * 60
    session["links"] = links
    session.save()
    assert visitor.get(reverse("answer", args=[asked.pk])).status_code == 410
    answer = act(visitor, asked, "decline", {"note": "Only <after> March."})
    assert answer.status_code == 410
    assert "open the link in your letter once more" in answer.content.decode()
    assert "Only &lt;after&gt; March." in answer.content.decode()
    visitor.get(asking.link_in(asking.mail("request_sent_to_alum")))
    assert visitor.get(reverse("answer", args=[asked.pk])).status_code == 200


def test_a_revoked_link_closes_a_page_that_is_open(visitor, student, asked, at):
    actions.take_back(asked, by=student, now=at)
    assert visitor.get(reverse("answer", args=[asked.pk])).status_code == 410


# --- yes --------------------------------------------------------------------------------------------------------------


def test_a_time_is_picked_in_their_zone_and_both_are_invited(visitor, asked, student, alum, at):
    assert "Shown in Dublin time" in page(visitor, asked)
    first = asking.slot(asked, at)
    answer = act(visitor, asked, "accept", {"slot": first, "format": "phone"})
    interview = Interview.objects.get()
    assert "Thank you, Ingrid. It is set." in answer.content.decode()
    assert (interview.format, interview.alum_zone, interview.zone) == ("phone", "Europe/Dublin", "Europe/Dublin")
    assert sorted(t.person_id for t in interview.taken_times.all()) == sorted([student.pk, alum.pk])
    for person in (student, alum):
        mail = asking.mail("interview_scheduled", recipient=person.email)
        assert mail.ics_method == "REQUEST"


def test_another_zone_can_be_chosen_and_stays(visitor, asked, at):
    shown = visitor.get(reverse("answer", args=[asked.pk]) + "?zone=Asia/Tokyo").content.decode()
    assert "Shown in Tokyo time" in shown
    act(visitor, asked, "accept", {"slot": asking.slot(asked, at), "format": "video", "zone": "Asia/Tokyo"})
    assert Interview.objects.get().alum_zone == "Asia/Tokyo"


@pytest.mark.parametrize(("format", "place"), [("phone", "+353 1 555 0100"), ("video", "")])
def test_a_number_is_kept_for_a_call_and_only_for_a_call(visitor, asked, at, student, format, place):
    data = {"slot": asking.slot(asked, at), "format": format, "number": " +353 1\n555 0100 "}
    act(visitor, asked, "accept", data)
    assert Interview.objects.get().place == place
    assert ("+353 1 555 0100" in asking.mail("interview_scheduled", recipient=student.email).text) is (
        format == "phone"
    )


def test_an_unknown_zone_is_the_alums_own(visitor, asked):
    shown = visitor.get(reverse("answer", args=[asked.pk]) + "?zone=../etc/passwd").content.decode()
    assert "Shown in Dublin time" in shown


def test_accepting_twice_is_one_conversation_and_the_same_page(visitor, asked, at):
    data = {"slot": asking.slot(asked, at), "format": "video"}
    act(visitor, asked, "accept", data)
    again = act(visitor, asked, "accept", data)
    assert Interview.objects.count() == 1
    assert "It is set." in again.content.decode()


def test_a_time_that_is_not_offered_is_refused_with_fresh_ones(visitor, asked, at):
    asked.windows.order_by("starts_at").first().delete()
    answer = act(visitor, asked, "accept", {"slot": "20200101T1000Z", "format": "video"})
    assert answer.status_code == 409
    assert "not on offer any more" in answer.content.decode()
    assert "Pick a time" in answer.content.decode()
    assert not Interview.objects.exists()


def test_a_time_taken_meanwhile_is_refused_with_fresh_ones(visitor, asked, alum, other_student, at):
    taken = asking.slot(asked, at)
    world_alum = InterviewRequest.objects.get(pk=asked.pk)
    other = asking.sent(other_student, alum, at)
    actions.accept(other, slot=taken, format="video", by=alum, now=at)
    answer = act(visitor, world_alum, "accept", {"slot": taken, "format": "video"})
    shown = answer.content.decode()
    assert answer.status_code == 409
    assert "That time was just taken" in shown
    free = [f'value="{slot.value}"' in shown for slot in actions.open_slots(asked, by="student", now=at)]
    assert (f'value="{taken}"' in shown, all(free), any(free)) == (False, True, True)
    assert Interview.objects.count() == 1


@pytest.mark.parametrize("whose", ["student", "alum"])
def test_what_another_talk_takes_is_not_on_offer(visitor, asked, student, alum, other_student, at, whose):
    """A talk of 20 minutes on the half hour takes that start and leaves the next."""
    first, second = actions.open_slots(asked, by="student", now=at)[:2]
    other = asking.sent(other_student, alum, at) if whose == "alum" else _to_somebody_else(student, at)
    actions.accept(other, slot=first.value, format="video", by=alum, now=at)
    shown = page(visitor, asked)
    assert [f'value="{slot.value}"' in shown for slot in (first, second)] == [False, True]


def test_times_that_are_all_taken_are_not_said_to_be_open(visitor, asked, student, at):
    asked.windows.exclude(pk=asked.windows.order_by("starts_at").first().pk).delete()
    asked.windows.update(ends_at=F("starts_at") + timedelta(minutes=20))
    other = _to_somebody_else(student, at)
    actions.accept(other, slot=asking.slot(other, at), format="video", by=other.alum.user, now=at)
    shown = page(visitor, asked)
    assert "Amira has none of the offered times free any more." in shown
    assert "Pick a time" not in shown


def test_a_move_does_not_offer_what_another_talk_takes(visitor, asked, student, at):
    act(visitor, asked, "accept", {"slot": asking.slot(asked, at), "format": "video"})
    other = _to_somebody_else(student, at)
    taken, free = asking.slot(other, at, 1), asking.slot(other, at, 2)
    actions.accept(other, slot=taken, format="video", by=other.alum.user, now=at)
    shown = page(visitor, asked)
    assert [f'value="{value}"' in shown for value in (taken, free)] == [False, True]


def _to_somebody_else(student, at):
    return asking.sent(student, world.alum("Leila Brandt"), at)


# --- other answers ----------------------------------------------------------------------------------------------------


def test_other_times_go_to_the_student_who_takes_one(visitor, asked, as_, student, alum, at):
    day = (at + timedelta(days=10)).date().isoformat()
    data = {"w0-day": day, "w0-starts": "16:00", "w0-ends": "17:00", "note": "Any Friday after four."}
    act(visitor, asked, "counter", data)
    asked.refresh_from_db()
    assert (asked.status, asked.turn, asked.answer_note) == ("countered", "student", "Any Friday after four.")
    assert asking.mail("request_countered").recipient == student.email
    client = as_(student)
    shown = client.get(asked.get_absolute_url()).content.decode()
    assert "Any Friday after four." in shown
    offered = actions.open_slots(asked, by="alum", now=at)
    assert [slot.starts_at.astimezone(alum.zone).hour for slot in offered] == [16, 16]
    client.post(reverse("request_answer", args=[asked.pk]), {"slot": offered[0].value, "format": "video"})
    assert Interview.objects.get().starts_at == offered[0].starts_at


@pytest.mark.parametrize(
    ("act_name", "ends", "note", "status", "said"),
    [
        ("counter", "10:10", "Or later that day?", 409, "Make it at least 20 minutes long"),
        ("question", "10:10", "Very little, so far.", 409, "Make it at least 20 minutes long"),
        ("question", "", "Very little, so far.", 422, "This field is required"),
        ("question", "11:00", "so " * 300, 422, "at most 600 characters"),
    ],
)
def test_what_the_student_answered_stays_when_it_is_refused(
    visitor, asked, as_, student, at, act_name, ends, note, status, said
):
    day = (at + timedelta(days=8)).date().isoformat()
    offered = {"w0-day": day, "w0-starts": "16:00", "w0-ends": "17:00"}
    act(visitor, asked, act_name, {"note": "What do you know?"} if act_name == "question" else offered)
    data = {"w0-day": day, "w0-starts": "10:00", "w0-ends": ends, "note": note}
    answer = as_(student).post(reverse("request_answer", args=[asked.pk]), data)
    shown = answer.content.decode()
    assert (answer.status_code, said in shown) == (status, True)
    assert (f">{note}</textarea>" in shown, f'value="{day}"' in shown) == (True, True)
    asked.refresh_from_db()
    assert asked.turn == "student"


def test_the_student_sees_what_was_said_and_what_is_on_offer_now(visitor, asked, as_, student, at):
    day = (at + timedelta(days=10)).date().isoformat()
    act(visitor, asked, "counter", {"w0-day": day, "w0-starts": "16:00", "w0-ends": "17:00", "note": "Any Friday."})
    client = as_(student)
    data = {"w0-day": day, "w0-starts": "10:00", "w0-ends": "11:00", "note": "I have a lab at four."}
    client.post(reverse("request_answer", args=[asked.pk]), data)
    shown = client.get(asked.get_absolute_url()).content.decode()
    assert "Times Ingrid can choose" in shown
    assert "10:00 to 11:00 am" in shown
    assert "4:00 to 5:00 pm for her" in shown or "4:00 to 5:00 pm for them" in shown
    assert "“Any Friday.”" in shown
    assert "“I have a lab at four.”" in shown


def test_an_answer_to_what_has_ended_is_shown_to_copy(visitor, asked, as_, student, at):
    act(visitor, asked, "question", {"note": "What do you know?"})
    actions.withdraw(asked, by=student, now=at)
    answer = as_(student).post(reverse("request_answer", args=[asked.pk]), {"note": "Very little, so far."})
    assert answer.status_code == 409
    assert "What you wrote was not sent." in answer.content.decode()
    assert "Very little, so far." in answer.content.decode()


@pytest.mark.parametrize("act_name", ["question", "counter"])  # words without a time ask something, too
def test_a_question_first_is_answered_and_the_same_request_is_open_again(visitor, asked, as_, student, at, act_name):
    answer = act(visitor, asked, act_name, {"note": "What do you know of audits?"})
    assert "Amira has your question." in answer.content.decode()
    asked.refresh_from_db()
    assert (asked.status, asked.turn, asked.has_question) == ("countered", "student", True)
    question = asking.mail("request_question")
    assert (question.recipient, "> What do you know of audits?" in question.text) == (student.email, True)
    shown = as_(student).get(asked.get_absolute_url()).content.decode()
    assert "Answer the question" in shown
    day = (at + timedelta(days=8)).date().isoformat()
    data = {"w0-day": day, "w0-starts": "10:00", "w0-ends": "12:00", "note": "Very little."}
    as_(student).post(reverse("request_answer", args=[asked.pk]), data)
    asked.refresh_from_db()
    assert (asked.status, asked.turn, asked.has_question) == ("sent", "alum", False)
    assert TimeWindow.objects.count() == 1
    mail = asking.mail("request_question", recipient=asked.alum.user.email)
    assert "> Very little." in mail.text
    client = Client()
    client.get(asking.link_in(mail))
    act(client, asked, "accept", {"slot": asking.slot(asked, at), "format": "video"})
    assert Interview.objects.count() == 1


def test_an_empty_counter_says_what_to_do(visitor, asked):
    answer = act(visitor, asked, "counter")
    assert "Offer at least one time." in answer.content.decode()
    assert InterviewRequest.objects.get().status == "sent"


def test_not_now_needs_no_reason_and_is_told_kindly_once(visitor, asked, student):
    act(visitor, asked, "decline")
    again = act(visitor, asked, "decline")
    assert InterviewRequest.objects.get().status == "declined"
    assert "Thank you for saying so" in again.content.decode()
    assert "It says nothing about you" in asking.mail("request_declined").text


def test_an_answer_without_new_times_keeps_the_old_ones(visitor, asked, as_, student, at):
    before = [slot.value for slot in actions.open_slots(asked, by="student", now=at)]
    act(visitor, asked, "question", {"note": "What do you know of audits?"})
    as_(student).post(reverse("request_answer", args=[asked.pk]), {"note": "Very little."})
    asked.refresh_from_db()
    assert asked.deadline_at == max(w.ends_at for w in asked.windows.all()) - timedelta(minutes=20)
    assert [slot.value for slot in actions.open_slots(asked, by="student", now=at)] == before
    assert "These times suit me" in asking.mail("request_question", recipient=asked.alum.user.email).text


@pytest.mark.parametrize("note", ["", "   "])
def test_a_question_needs_words_and_an_answer_too(visitor, asked, as_, student, at, note):
    assert act(visitor, asked, "question", {"note": note}).status_code == 409
    assert InterviewRequest.objects.get().status == "sent"
    act(visitor, asked, "question", {"note": "What do you know of audits?"})
    as_(student).post(reverse("request_answer", args=[asked.pk]), {"note": note})
    assert InterviewRequest.objects.get().status == "countered"
    assert not OutboundMessage.objects.filter(kind="request_question", recipient=asked.alum.user.email).exists()


def test_who_asked_something_first_is_not_nudged(visitor, asked, student, at):
    InterviewRequest.objects.update(deadline_at=at + timedelta(days=14), sent_at=at - timedelta(days=7))
    act(visitor, asked, "question", {"note": "What do you know of audits?"})
    actions.reply(asked, note="Very little.", by=student, now=at)
    assert actions.nudge_unanswered(at) == 0


def test_times_go_to_and_fro_and_each_side_sees_the_newest(visitor, asked, student, alum, at):
    """Three rounds: what stands on offer of each side is what they said last, and the deadline follows it."""
    hour = at.replace(minute=0, second=0, microsecond=0)
    for n in (1, 2, 3):
        theirs = [(hour + timedelta(days=10 + n), hour + timedelta(days=10 + n, hours=1), "Europe/Dublin")]
        asked = actions.counter(asked, windows=theirs, note=f"Round {n}", by=alum, now=at)
        assert actions.open_slots(asked, by="alum", now=at)[0].starts_at == theirs[0][0]
        mine = [(hour + timedelta(days=20 + n), hour + timedelta(days=20 + n, hours=1), "America/Chicago")]
        asked = actions.offer_again(asked, windows=mine, note="", by=student, now=at + timedelta(seconds=n))
        assert actions.open_slots(asked, by="student", now=at)[0].starts_at == mine[0][0]
        assert (asked.status, asked.turn, asked.deadline_at) == (
            "countered",
            "alum",
            at + timedelta(days=14, seconds=n),
        )
    assert asked.windows.count() == 2
    talk = actions.accept(asked, slot=asking.slot(asked, at), format="video", by=alum, now=at)
    assert talk.starts_at == mine[0][0]


# --- what was said so far ---------------------------------------------------------------------------------------------


def test_a_browser_lets_one_time_of_three_be_enough(visitor, asked, at):
    assert " required" not in _fold(page(visitor, asked), "counter")


def test_the_alum_sees_their_own_other_times_and_words(visitor, asked, at):
    act(visitor, asked, "counter", {**_window(at), "note": "Any Friday after four."})
    day = times.day((at + timedelta(days=10)).date())
    shown = page(visitor, asked)
    assert f"{day}, 4:00 to 5:00 pm" in shown
    assert "You wrote: “Any Friday after four.”" in shown


@pytest.mark.parametrize("with_times", [False, True])
def test_the_reply_to_a_question_stands_on_the_page_until_the_next_answer(visitor, asked, student, at, with_times):
    act(visitor, asked, "question", {"note": "What do you know of audits?"})
    assert "You wrote: “What do you know of audits?”" in page(visitor, asked)
    hour = at.replace(minute=0, second=0, microsecond=0) + timedelta(days=9)
    windows = [(hour, hour + timedelta(hours=1), "America/Chicago")] if with_times else []
    actions.reply(asked, note="Very <little>.", by=student, now=at, windows=windows)
    shown = page(visitor, asked)
    assert "You wrote: “What do you know of audits?”" in shown
    assert "Amira answers:</strong> “Very &lt;little&gt;.”" in shown
    act(visitor, asked, "counter", _window(at))
    assert "Amira answers:" not in page(visitor, asked)


@pytest.mark.parametrize("declines", ["", "on"])
def test_a_suggestion_is_acknowledged(visitor, asked, declines):
    shown = act(visitor, asked, "suggest", {"name": "Leila Brandt", "declines": declines}).content.decode()
    assert "Thank you for naming Leila Brandt." in shown
    if not declines:
        shown = act(visitor, asked, "suggest", {"name": "Nadia Noor"}).content.decode()
        assert "Thank you for naming Leila Brandt and Nadia Noor." in shown


def test_a_wish_whose_times_have_passed_is_no_question_any_more(visitor, asked, student, at):
    act(visitor, asked, "accept", {"slot": asking.slot(asked, at, -1), "format": "video"})
    talk, soon = Interview.objects.get(), at + timedelta(hours=3)
    wish = [(soon, soon + timedelta(hours=1), "America/Chicago")]
    actions.propose(talk, windows=wish, note="An exam", actor="student", by=student, now=at)
    assert "Amira asks for another time." in page(visitor, asked)
    talk.proposals.update(starts_at=at - timedelta(minutes=30), ends_at=at + timedelta(minutes=30))
    assert "Amira asks for another time." not in page(visitor, asked)
    talk.proposals.update(offered_by="alum")
    assert "has the times you offered" not in page(visitor, asked)


def test_the_alum_keeps_the_agreed_time(visitor, asked, student, at):
    act(visitor, asked, "accept", {"slot": asking.slot(asked, at, -1), "format": "video"})
    talk, day = Interview.objects.get(), at + timedelta(days=9)
    assert "/keep/" not in page(visitor, asked)
    wish = [(day, day + timedelta(hours=1), "America/Chicago")]
    actions.propose(talk, windows=wish, note="An exam", actor="student", by=student, now=at)
    assert "/keep/" in page(visitor, asked)
    for _ in range(2):
        act(visitor, asked, "keep")
    assert (Interview.objects.get().starts_at, talk.proposals.count()) == (talk.starts_at, 0)
    mail = asking.mail("interview_kept")
    assert (mail.recipient, mail.subject.startswith("Ingrid Solheim keeps ")) == (student.email, True)


@pytest.mark.parametrize(("letter", "named"), [("Yuki\nTanabe suggested that I write.", True), ("I found you.", False)])
def test_the_page_names_nobody_whom_the_letter_does_not(visitor, asked, student, at, letter, named):
    yuki = world.contact(student, "Yuki Tanabe")
    referral = Referral.objects.create(
        student=student, referrer=yuki, contact=asked.contact, name_permission="yes", named_at=at
    )
    InterviewRequest.objects.update(referral=referral, sent_text=letter)
    assert ("Yuki Tanabe suggested you." in page(visitor, asked)) is named


def test_not_now_says_how_long_the_peace_lasts(visitor, asked, at):
    until = times.long_day(care.today(asked.sent_at + timedelta(days=180), Policy.now()))
    assert f"does not ask again before {until}" in page(visitor, asked)
    assert f"does not ask again before {until}" in act(visitor, asked, "decline").content.decode()
    Policy.objects.update(cooling_off_days=0)
    assert "ask again" not in page(visitor, asked)


def test_every_zone_can_be_chosen_and_a_time_says_whose_it_is(visitor, asked, at):
    asked.windows.all().delete()
    asking.offer(asked, (at + timedelta(days=3)).replace(hour=20, minute=0, second=0, microsecond=0))
    shown = visitor.get(reverse("answer", args=[asked.pk]) + "?zone=Asia/Kathmandu").content.decode()
    groups = re.findall(r'<optgroup label="([^"]+)">', shown)
    assert groups[:3] == ["Often chosen", "The Americas", "Europe"]
    assert shown.count('<option value="Asia/Kathmandu" selected>') == 1
    assert '<option value="America/Boise">Boise</option>' in shown
    assert '<span class="visually-hidden"> Kathmandu time</span>' in shown
    moment = asked.windows.get().starts_at
    there = f"{times.clock(moment, 'America/Chicago')} {times.weekday(moment, 'America/Chicago')}"
    assert f"<small>Amira, {there}</small>" in shown


# --- what was typed stays ---------------------------------------------------------------------------------------------


def _window(at, *, starts="16:00", ends="17:00", days=10):
    return {"w0-day": (at + timedelta(days=days)).date().isoformat(), "w0-starts": starts, "w0-ends": ends}


@pytest.mark.parametrize(("ends", "status"), [("16:10", 409), ("15:00", 422)])
@pytest.mark.parametrize("act_name", ["counter", "move"])
def test_times_that_cannot_be_offered_stand_there_again_with_the_words(visitor, asked, at, act_name, ends, status):
    if act_name == "move":
        act(visitor, asked, "accept", {"slot": asking.slot(asked, at), "format": "video"})
    answer = act(visitor, asked, act_name, {**_window(at, ends=ends), "note": "Any Friday,\r\nafter four."})
    shown = answer.content.decode()
    fold = _fold(shown, act_name)
    assert answer.status_code == status
    assert 'role="alert"' in shown
    assert f'href="#to-{act_name}"' in shown
    assert " open>" in fold
    assert 'class="rp-error"' in fold
    assert f'value="{ends}"' in fold
    assert "Any Friday," in fold
    assert InterviewRequest.objects.get().status == ("accepted" if act_name == "move" else "sent")


def _fold(shown, act_name):
    return re.search(rf'<details class="rp-fold" id="to-{act_name}".*?</details>', shown, re.DOTALL).group()


def test_a_refused_yes_keeps_the_number_the_time_and_the_way(visitor, asked, student, at):
    taken = asking.slot(asked, at)
    other = _to_somebody_else(student, at)
    actions.accept(other, slot=taken, format="video", by=other.alum.user, now=at)
    data = {"slot": taken, "format": "phone", "number": "+353 1 555 0100"}
    shown = act(visitor, asked, "accept", data).content.decode()
    assert 'value="+353 1 555 0100"' in shown
    assert 'value="phone" checked' in shown
    assert 'value="video" checked' not in shown
    shown = act(visitor, asked, "accept", data | {"slot": asking.slot(asked, at, 3), "format": "carrier"}).content
    assert f'value="{asking.slot(asked, at, 3)}" checked' in shown.decode()


@pytest.mark.parametrize(("name", "earlier"), [("", 0), ("Leila Brandt", 3)])
def test_a_suggestion_that_is_refused_keeps_both_ticks(visitor, asked, alum, at, name, earlier):
    for n in range(earlier):
        actions.suggest(asked, name=f"Nadia N{n}", about="", may_use_name=False, declines=False, by=alum, now=at)
    data = {"name": name, "about": "Auditor", "may_use_name": "on", "declines": "on"}
    fold = _fold(act(visitor, asked, "suggest", data).content.decode(), "suggest")
    assert fold.count(" checked") == 2
    assert 'value="Auditor"' in fold
    assert InterviewRequest.objects.get().status == "sent"


@pytest.mark.parametrize("act_name", ["question", "decline", "cancel"])
def test_too_many_words_are_not_cut_and_not_lost(visitor, asked, at, act_name):
    if act_name == "cancel":
        act(visitor, asked, "accept", {"slot": asking.slot(asked, at), "format": "video"})
    words = "word " * 121
    answer = act(visitor, asked, act_name, {"note": words})
    assert answer.status_code == 409
    fold = _fold(answer.content.decode(), act_name)
    assert words in fold
    assert "under 600 characters" in fold


def test_a_line_break_counts_as_one_character(visitor, asked):
    note = "\n".join(["x" * 99] * 6)
    act(visitor, asked, "decline", {"note": note.replace("\n", "\r\n")})
    assert InterviewRequest.objects.get().answer_note == note


def test_words_for_a_request_that_has_closed_are_shown_to_copy(visitor, asked, student, at):
    actions.withdraw(asked, by=student, now=at)
    answer = act(visitor, asked, "question", {"note": "What do you know of audits?"})
    assert "You wrote: “What do you know of audits?”" in answer.content.decode()


# --- a second thought -------------------------------------------------------------------------------------------------


def test_a_not_now_is_taken_back_before_anybody_heard(visitor, asked, student):
    shown = act(visitor, asked, "decline", {"note": "A full month."}).content.decode()
    assert "I changed my mind" in shown
    answer = act(visitor, asked, "reconsider")
    assert "Pick a time" in answer.content.decode()
    asked.refresh_from_db()
    assert (asked.status, asked.turn, asked.answer_note) == ("sent", "alum", "")
    assert asking.mail("request_declined").state == "cancelled"
    assert not OutboundMessage.objects.filter(kind="request_reopened").exists()


def test_a_not_now_that_was_told_is_taken_back_with_a_mail_and_can_be_said_again(visitor, asked, student, at):
    act(visitor, asked, "decline")
    OutboundMessage.objects.filter(kind="request_declined").update(state="sent", sent_at=at)
    act(visitor, asked, "reconsider")
    act(visitor, asked, "reconsider")
    mail = asking.mail("request_reopened")
    assert (mail.recipient, "thought again" in mail.subject) == (student.email, True)
    act(visitor, asked, "decline")
    assert OutboundMessage.objects.filter(kind="request_declined").count() == 2
    story = list(asked.events.order_by("pk").values_list("event", flat=True))
    assert story == ["send", "decline", "reconsider", "decline"]


def test_after_the_deadline_there_is_no_second_thought(visitor, asked, at):
    act(visitor, asked, "decline")
    InterviewRequest.objects.update(deadline_at=at - timedelta(seconds=1))
    assert "I changed my mind" not in page(visitor, asked)
    answer = act(visitor, asked, "reconsider")
    assert (answer.status_code, "The days for an answer are over" in answer.content.decode()) == (409, True)
    assert InterviewRequest.objects.get().status == "declined"


def test_a_newer_request_to_the_same_person_stands_in_the_way(visitor, asked, student):
    act(visitor, asked, "decline")
    world.interview_request(student, asked.contact)
    answer = act(visitor, asked, "reconsider")
    assert (answer.status_code, "Amira has begun a new request" in answer.content.decode()) == (409, True)


@pytest.mark.parametrize(("declines", "status"), [("", "sent"), ("on", "declined")])
def test_somebody_else_is_suggested_with_or_without_leave(visitor, asked, student, declines, status):
    data = {"name": "Leila Brandt", "about": "Auditor", "may_use_name": "on", "declines": declines}
    act(visitor, asked, "suggest", data)
    referral = Referral.objects.get()
    assert (referral.contact.name, referral.name_permission) == ("Leila Brandt", "yes")
    assert referral.referrer == asked.contact
    assert InterviewRequest.objects.get().status == status
    assert "Leila Brandt" in asking.mail("request_declined").text


def test_pause_and_remove_work_at_once(visitor, asked, alum):
    act(visitor, asked, "pause", {"until": ""})
    alum.alumni_profile.refresh_from_db()
    assert alum.alumni_profile.is_paused
    act(visitor, asked, "remove")
    alum.alumni_profile.refresh_from_db()
    assert alum.alumni_profile.listing == "removed"
    assert "You are off the list" in page(visitor, asked)


def test_a_pause_can_end_on_a_day_of_their_own(visitor, asked, alum, at):
    day = care.today(at, Policy.now()) + timedelta(days=40)
    refused = act(visitor, asked, "pause", {"until": "", "day": "2001-01-15"})
    fold = _fold(refused.content.decode(), "pause")
    assert (refused.status_code, "still to come" in fold, 'value="2001-01-15"' in fold) == (422, True, True)
    shown = act(visitor, asked, "pause", {"until": "", "day": day.isoformat()}).content.decode()
    alum.alumni_profile.refresh_from_db()
    assert (alum.alumni_profile.paused_until, alum.alumni_profile.is_paused) == (day, False)
    assert f"You take no requests until {times.long_day(day)}." in shown


@pytest.mark.parametrize("kind", ["request_nudge", "interview_moved", "interview_cancelled", "request_withdrawn"])
def test_every_letter_to_an_alum_leads_to_pause_and_stop(asked, student, alum, at, kind):
    if kind == "request_nudge":
        actions.tell.nudge(asked)
    elif kind == "request_withdrawn":
        OutboundMessage.objects.update(state="sent", sent_at=at)
        actions.withdraw(asked, by=student, now=at)
    else:
        talk = actions.accept(asked, slot=asking.slot(asked, at), format="video", by=alum, now=at)
        if kind == "interview_moved":
            actions.set_place(talk, place="https://rooms.test/9", by=student, now=at)
        else:
            actions.cancel(talk, actor="student", by=student, now=at)
    mail = asking.mail(kind, recipient=alum.email)
    address = re.search(r"Pause or stop: (https?://[^/\s]+)(/a/[\w-]+/)#pause$", mail.text)
    assert f'href="{address[1]}{address[2]}#pause"' in mail.html
    client = Client()
    assert 'id="pause"' in client.get(address[2], follow=True).content.decode()
    assert AlumniProfile.objects.get(user=alum).listing == "listed"
    act(client, asked, "remove")
    assert AlumniProfile.objects.get(user=alum).listing == "removed"


def test_pausing_and_leaving_are_undone_on_the_same_page(visitor, asked, alum):
    act(visitor, asked, "pause", {"until": ""})
    assert "Take requests again" in page(visitor, asked)
    act(visitor, asked, "resume")
    act(visitor, asked, "remove")
    act(visitor, asked, "rejoin")
    alum.alumni_profile.refresh_from_db()
    assert (alum.alumni_profile.is_paused, alum.alumni_profile.listing) == (False, "listed")


def test_an_unknown_act_is_not_found(visitor, asked):
    assert act(visitor, asked, "explode").status_code == 404


# --- afterwards -------------------------------------------------------------------------------------------------------


def test_change_my_mind_moves_and_cancels_by_the_same_link(visitor, asked, at):
    act(visitor, asked, "accept", {"slot": asking.slot(asked, at), "format": "video"})
    last = asking.slot(asked, at, -1)
    moved = act(visitor, asked, "move", {"slot": last})
    assert "It is set." in moved.content.decode()
    assert Interview.objects.get().sequence == 1
    cancelled = act(visitor, asked, "cancel", {"note": "I am ill."})
    assert "It is called off" in cancelled.content.decode()
    again = act(visitor, asked, "cancel")
    assert "It is called off" in again.content.decode()
    assert Interview.objects.get().sequence == 2


def test_the_calendar_file_of_the_page(visitor, asked, at):
    url = reverse("answer_ics", args=[asked.pk])
    assert visitor.get(url).status_code == 404
    act(visitor, asked, "accept", {"slot": asking.slot(asked, at), "format": "video"})
    answer = visitor.get(url)
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert asked.student.email not in answer.content.decode()


def test_a_withdrawn_request_says_so(visitor, asked, student, at):
    actions.withdraw(asked, by=student, now=at)
    assert "has withdrawn the request" in page(visitor, asked)
    answer = act(visitor, asked, "accept", {"slot": "x", "format": "video"})
    assert answer.status_code == 409


def test_after_the_time_the_alum_can_say_that_they_did_not_talk(visitor, asked, alum, student, as_, at):
    act(visitor, asked, "accept", {"slot": asking.slot(asked, at), "format": "video"})
    assert "We did not talk" not in page(visitor, asked)
    assert act(visitor, asked, "missed").status_code == 409
    talk = Interview.objects.get()
    Interview.objects.update(starts_at=at - timedelta(hours=2), ends_at=at - timedelta(hours=1))
    assert "We did not talk" in page(visitor, asked)
    for _ in range(2):
        assert "You did not talk" in act(visitor, asked, "missed").content.decode()
    told = talk.events.order_by("pk").last()
    assert (told.event, told.actor, told.by, talk.events.filter(event="no_show").count()) == (
        "no_show",
        "alum",
        alum,
        1,
    )
    shown = as_(student).get(talk.get_absolute_url()).content.decode()
    assert "Ingrid said that it did not happen" in shown
    actions.took_place(talk, by=student, now=at)
    assert "You talked on" in page(visitor, asked)
    assert act(visitor, asked, "missed").status_code == 409


# --- signed in --------------------------------------------------------------------------------------------------------


def test_the_alums_own_page_lists_and_answers(as_, asked, alum, other_alum, student, at):
    InterviewRequest.objects.update(leaves_at=at - timedelta(minutes=1))
    client = as_(alum)
    assert asked.subject in client.get(reverse("alum_home")).content.decode()
    act(client, asked, "accept", {"slot": asking.slot(asked, at), "format": "video"}, door="alum")
    assert Interview.objects.count() == 1
    assert "Coming" in client.get(reverse("alum_home")).content.decode()
    assert as_(other_alum).get(reverse("alum_request", args=[asked.pk])).status_code == 404
    assert as_(student).get(reverse("alum_request", args=[asked.pk])).status_code == 403


def test_a_letter_that_has_not_left_is_not_on_the_alums_page(as_, asked, alum):
    assert asked.subject not in as_(alum).get(reverse("alum_home")).content.decode()


@pytest.mark.parametrize("count", [1, 30])
def test_the_alums_page_asks_the_same_number_of_questions(as_, alum, coach, at, count, django_assert_num_queries):
    for n in range(count):
        student = world.student(f"Student N{n}", coach=coach)
        contact = world.contact(student, "Ingrid Solheim", alum=alum.alumni_profile)
        world.sent_request(student, contact, at=at - timedelta(hours=1))
        world.interview(student, contact, starts_at=at + timedelta(days=n + 1))
    client = as_(alum)
    client.get(reverse("alum_home"))
    with django_assert_num_queries(11):
        client.get(reverse("alum_home"))


def test_the_alums_page_pauses_keeps_letters_and_leads_back_to_a_not_now(as_, asked, alum, student, at):
    InterviewRequest.objects.update(leaves_at=at - timedelta(minutes=1))
    actions.decline(asked, by=alum, now=at)
    for n, fields in enumerate(({"channel": "rapport", "sent_at": at}, {"channel": "phone", "sent_at": at}, {})):
        talk = world.interview(student, asked.contact, starts_at=at - timedelta(days=n + 2), status="completed")
        ThankYou.objects.create(interview=talk, body=f"Dear Ingrid, letter {n}", **fields)
    client = as_(alum)
    shown = client.get(reverse("alum_home")).content.decode()
    assert ["letter 0" in shown, "letter 1" in shown, "letter 2" in shown] == [True, False, False]
    assert "You can change your mind until" in shown
    assert reverse("alum_request", args=[asked.pk]) in shown
    client.post(reverse("alum_pause"), {"until": ""})
    assert "Take requests again" in client.get(reverse("alum_home")).content.decode()


@pytest.mark.parametrize(
    ("status", "heading", "said"),
    [
        ("scheduled", "Your talks so far", "Amira Haddad"),
        ("completed", "Your talks so far", "Amira Haddad"),
        ("cancelled", "Talks that fell through", "Cancelled"),
        ("no_show", "Talks that fell through", "Did not happen"),
    ],
)
def test_every_talk_that_is_over_stands_in_the_alums_history(as_, student, alum, at, status, heading, said):
    contact = world.contact(student, alum.name, alum=alum.alumni_profile)
    talk = world.interview(student, contact, starts_at=at - timedelta(days=2), status=status)
    shown = as_(alum).get(reverse("alum_home")).content.decode()
    section = re.search(rf"<h2[^>]*>{heading}</h2>.*?</section>", shown, re.DOTALL).group()
    assert said in section
    assert times.long_day(talk.starts_at, alum.zone) in section


def test_a_withdrawn_request_stands_in_the_alums_history_if_it_had_arrived(as_, asked, alum, student, at):
    InterviewRequest.objects.update(leaves_at=at - timedelta(minutes=1))
    OutboundMessage.objects.update(state="sent", sent_at=at)
    actions.withdraw(asked, by=student, now=at)
    home = as_(alum).get(reverse("alum_home")).content.decode()
    assert "Withdrawn" in home
    InterviewRequest.objects.update(leaves_at=None)
    assert "Withdrawn" not in as_(alum).get(reverse("alum_home")).content.decode()


# --- what came of it --------------------------------------------------------------------------------------------------


def test_the_alum_reads_what_came_of_it_only_while_the_student_shares_it(as_, student, alum, at):
    talk = _held(student, alum, at)
    url, home = reverse("interview_impact", args=[talk.pk]), reverse("alum_home")
    body = "I took the statistics course that you named."
    as_(student).post(url, {"body": body})
    assert body in as_(student).get(talk.get_absolute_url()).content.decode()
    assert body not in as_(alum).get(home).content.decode()
    as_(student).post(url, {"body": body, "is_shared": "on"})
    assert body in as_(alum).get(home).content.decode()
    as_(student).post(url, {"body": "", "is_shared": "on"})
    assert "What came of it" not in as_(alum).get(home).content.decode()
    assert not ImpactNote.objects.exists()


def test_what_came_of_it_waits_for_the_talk(as_, student, alum, at):
    talk = asking.agreed(student, alum, at)
    as_(student).post(reverse("interview_impact", args=[talk.pk]), {"body": "Much", "is_shared": "on"})
    assert not ImpactNote.objects.exists()


def _held(student, alum, at):
    contact = world.contact(student, alum.name, alum=alum.alumni_profile)
    return world.interview(student, contact, starts_at=at - timedelta(days=2), status="completed")
