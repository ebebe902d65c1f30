"""Somebody outside the directory is asked by the student’s own hand, in five ways."""

import itertools
import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.clock import times
from apps.interviews.asking import actions as asking
from apps.interviews.asking import channels, reviews
from apps.interviews.asking.letter import INTENT, INTENT_IN_SHORT, letter_of
from apps.interviews.lifecycle.models import Interview, InterviewRequest
from apps.mail.models import OutboundMessage
from apps.network.models import Touch
from tests import world
from tests.interviews import steps
from tests.interviews.asking.pages import ask_outside, form_of, page


def test_somebody_outside_the_directory_is_asked_and_the_time_typed_in(as_, student, at):
    helen, client = world.contact(student, "Helen Varga"), as_(student)
    steps.no_review()
    asked = ask_outside(client, helen)
    data = form_of(asked, part_why="Your lectures.", part_ask="20 minutes?")
    assert "I sent it" in page(client, asked)
    client.post(reverse("request_mark_sent", args=[asked.pk]), data | {"channel": "linkedin"})
    asked.refresh_from_db()
    assert (asked.status, asked.channel) == ("sent", "linkedin")
    assert not OutboundMessage.objects.exists()
    day = (at + timedelta(days=4)).date().isoformat()
    client.post(reverse("request_arrange", args=[asked.pk]), {"day": day, "at": "15:00", "format": "phone"})
    asked.refresh_from_db()
    assert (asked.status, asked.interview.format, asked.interview.taken_times.count()) == ("accepted", "phone", 1)
    assert steps.mail("interview_scheduled").recipient == student.email


def test_an_agreed_time_that_clashes_stays_in_its_fields(as_, student, alum, at):
    talk, client = steps.agreed(student, alum, at), as_(student)
    asked = asking.open_outside(world.contact(student, "Helen Varga"), by=student, now=timezone.now())
    InterviewRequest.objects.filter(pk=asked.pk).update(
        part_why="Your lectures.", part_ask="20 minutes?", wants_research=False
    )
    asked.refresh_from_db()
    asking.mark_sent(asked, by=student, now=at, channel="phone")
    local = times.local_time(talk.starts_at, student.time_zone)
    data = {"day": local.date().isoformat(), "at": f"{local:%H:%M}", "format": "in_person", "place": "Room 4"}
    answer = client.post(reverse("request_arrange", args=[asked.pk]), data)
    shown = answer.content.decode()
    assert answer.status_code == 409
    assert all(f'value="{typed}"' in shown for typed in data.values())
    assert re.search(r'value="in_person"[^>]* checked', shown)


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "0001-01-02", "2020-05-06", "2098-05-06"])
@pytest.mark.parametrize("name", ["request_arrange", "request_mark_sent", "request_times", "request_send"])
def test_a_day_far_out_is_refused_where_it_was_typed(as_, student, draft, at, name, day):
    asked, client = draft, as_(student)
    if name in ("request_arrange", "request_mark_sent"):
        asked = asking.open_outside(world.contact(student, "Helen Varga"), by=student, now=timezone.now())
        ready = {"part_why": "Your lectures.", "part_ask": "20 minutes?", "wants_research": False}
        InterviewRequest.objects.filter(pk=asked.pk).update(**ready)
        asked.refresh_from_db()
    if name == "request_arrange":
        asking.mark_sent(asked, by=student, now=at, channel="phone")
    data = {"day": day, "at": "15:00", "channel": "phone", "format": "phone", "leaves": "later"}
    data |= {"new-day": day, "new-starts": "09:00", "new-ends": "10:00", "leaves_day": day, "leaves_time": "09:00"}
    answer = client.post(reverse(name, args=[asked.pk]), data)
    assert (answer.status_code in (409, 422), f'value="{day}"' in answer.content.decode()) == (True, True)
    assert not Interview.objects.exists()


def test_a_talk_of_last_week_can_be_noted(as_, student, at):
    asked = asking.open_outside(world.contact(student, "Helen Varga"), by=student, now=timezone.now())
    InterviewRequest.objects.update(part_why="Your lectures.", part_ask="20 minutes?", wants_research=False)
    asked.refresh_from_db()
    asking.mark_sent(asked, by=student, now=at, channel="in_person")
    day = (at - timedelta(days=7)).date().isoformat()
    client = as_(student)
    client.post(reverse("request_arrange", args=[asked.pk]), {"day": day, "at": "15:00", "format": "in_person"})
    assert Interview.objects.get().starts_at < at


@pytest.fixture
def outside(student, at):
    """A request to Helen, outside the directory, that the student sent."""
    steps.no_review()
    asked = asking.open_outside(world.contact(student, "Helen Varga"), by=student, now=timezone.now())
    InterviewRequest.objects.update(part_why="Your lectures.", part_ask="20 minutes?", wants_research=False)
    asked.refresh_from_db()
    return asking.mark_sent(asked, by=student, now=at, channel="email")


def test_outside_the_directory_nothing_is_promised_in_rapports_name(as_, student, outside):
    shown = page(as_(student), outside)
    assert "The reply comes only to you, so record it here." in shown
    assert "one friendly message is welcome" in shown
    for false in ("Waiting for Helen", "We’ll remind", "We’ll email you", "Helen replies"):
        assert false not in shown


def test_a_mistaken_i_sent_it_is_taken_back(as_, student, outside):
    client = as_(student)
    assert "I didn’t send it" in page(client, outside)
    answer = client.post(reverse("request_take_back", args=[outside.pk]), follow=True)
    assert "It doesn’t count as asked." in answer.content.decode()
    assert (InterviewRequest.objects.get().status, Touch.objects.exists()) == ("draft", False)


def test_withdraw_says_who_hears_of_it(as_, student, coach, draft, at):
    client, url = as_(student), reverse("request_withdraw", args=[draft.pk])
    said = lambda: client.get(url).content.decode()  # noqa: E731
    student.student_profile.coach = coach
    student.student_profile.save()
    InterviewRequest.objects.update(wants_review=True)
    draft.refresh_from_db()
    asking.press_send(draft, by=student, now=at)
    assert "won’t know about it. Your coach doesn’t need to review it." in said()
    reviews.reclaim(draft, by=student, now=at)
    asking.send(draft, by=student, now=at)
    assert "It wasn’t sent, so Ingrid won’t know about it." in said()
    InterviewRequest.objects.update(leaves_at=at - timedelta(minutes=1))
    assert "We’ll tell Ingrid" in said()


def test_withdraw_outside_tells_nobody(as_, student, outside):
    shown = as_(student).get(reverse("request_withdraw", args=[outside.pk])).content.decode()
    assert "tell Helen yourself" in shown
    assert "We’ll tell" not in shown


def test_the_others_are_counted(as_, student, draft, at):
    world.alum_profile("Yuki Tanabe")
    asking.send(draft, by=student, now=at)
    asking.withdraw(draft, by=student, now=at)
    assert "1 other to ask next" in page(as_(student), draft)


def test_a_time_agreed_in_the_corridor_needs_no_letter(as_, student, at):
    helen, client = world.contact(student, "Helen Varga"), as_(student)
    client.post(reverse("ask_contact", args=[helen.pk]))
    asked = InterviewRequest.objects.get()
    url = reverse("request_agreed", args=[asked.pk])
    assert f'href="{url}"' in page(client, asked)
    assert "When will you talk with Helen?" in client.get(url).content.decode()
    half = client.post(url, {"at": "15:10", "format": "phone", "place": "Room 4"})
    assert half.status_code == 422
    assert all(f'value="{typed}"' in half.content.decode() for typed in ("15:10", "Room 4"))
    day = (at + timedelta(days=4)).date().isoformat()
    answer = client.post(url, {"day": day, "at": "15:10", "format": "in_person", "place": "Room 4"})
    talk, asked = Interview.objects.get(), InterviewRequest.objects.get()
    assert answer.url == talk.get_absolute_url()
    assert (talk.request, talk.format, talk.place, talk.taken_times.count()) == (asked, "in_person", "Room 4", 1)
    assert (asked.status, asked.channel) == ("accepted", "in_person")
    assert [event.event for event in asked.events.order_by("pk")] == ["send", "arrange"]
    assert steps.mail("interview_scheduled").recipient == student.email
    assert client.get(talk.get_absolute_url()).status_code == 200
    story = page(client, asked)
    assert "You asked" in story
    assert "You sent it" not in story


def test_a_time_that_is_taken_agrees_on_nothing(as_, student, alum, at):
    talk, client = steps.agreed(student, alum, at), as_(student)
    asked = asking.open_outside(world.contact(student, "Helen Varga"), by=student, now=timezone.now())
    local = times.local_time(talk.starts_at, student.time_zone)
    data = {"day": local.date().isoformat(), "at": f"{local:%H:%M}", "format": "phone", "place": "Room 4"}
    answer = client.post(reverse("request_agreed", args=[asked.pk]), data)
    assert (answer.status_code, 'value="Room 4"' in answer.content.decode()) == (409, True)
    asked.refresh_from_db()
    assert (asked.status, asked.sent_at) == ("draft", None)


def test_it_is_shown_in_five_ways_with_the_advised_one_first(as_, student):
    helen = world.contact(student, "Helen Varga", email="helen@lab.example", relation="professor")
    client = as_(student)
    ask_outside(client, helen)
    InterviewRequest.objects.update(
        subject="A question & a map", part_why="Your lectures on wells.", part_ask="Could I have 20 minutes?"
    )
    answer = client.get(InterviewRequest.objects.get().get_absolute_url())
    ways = answer.context["renderings"]
    assert [way.key for way in ways] == ["email", "linkedin_note", "linkedin", "text", "phone"]
    email, note, _, _, phone = ways
    assert email.link.startswith("mailto:helen@lab.example?subject=A%20question%20%26%20a%20map&body=Dear%20Helen%2C")
    assert note.text == (
        "Hello Helen, I’m Amira Haddad, a student in public health at Tamarack. Your lectures on wells. "
        "Could I have 20 minutes? For information and advice, not a job. With thanks, Amira"
    )
    assert (note.count, note.is_too_long) == (len(note.text), False)
    assert [words for _, words in phone.steps][2:4] == ["Your lectures on wells.", f"Could I have 20 minutes? {INTENT}"]
    assert f"{note.count} of 300 characters" in answer.content.decode()


@pytest.mark.parametrize(
    ("known", "best"),
    [
        ({"email": "h@lab.example", "phone": "1", "linkedin": "https://linkedin.example/h"}, "email"),
        ({"phone": "1", "relation": "friend"}, "text"),
        ({"phone": "1", "relation": "professor"}, "phone"),
        ({"linkedin": "https://linkedin.example/h"}, "linkedin_note"),
        ({}, "email"),
    ],
)
def test_the_channel_is_advised_by_what_is_known(student, known, best):
    assert channels.advised(world.contact(student, "Helen Varga", **known)) == best


def test_a_long_draft_makes_a_note_that_fits(as_, student):
    helen, client = world.contact(student, "Helen Varga"), as_(student)
    ask_outside(client, helen)
    long = "I read your book on wells and wondered for a week how you knew where to dig the first of them. "
    InterviewRequest.objects.update(part_connection=long, part_why=long * 3, part_ask="Could I have 20 minutes?")
    ways = client.get(InterviewRequest.objects.get().get_absolute_url()).context["renderings"]
    note = next(way for way in ways if way.key == "linkedin_note")
    assert note.count <= 300
    assert "Could I have 20 minutes?" in note.text


PART_TEXTS = {
    "part_who": "I’m Amira, a junior.",
    "part_connection": "Ingrid told me of you.",
    "part_why": "Your lectures on wells.",
    "part_ask": "Could I have 20 minutes?",
}


@pytest.mark.parametrize("empty", [names for n in range(5) for names in itertools.combinations(PART_TEXTS, n)])
def test_whichever_parts_are_empty_the_draft_is_shown_in_five_ways(student, empty):
    asked = asking.open_outside(world.contact(student, "Helen Varga"), by=student, now=timezone.now())
    for name, text in PART_TEXTS.items():
        setattr(asked, name, "" if name in empty else text)
    ways = channels.renderings(asked, letter_of(asked, [], university="Tamarack"))
    note = next(way for way in ways if way.key == "linkedin_note")
    left = [text for name, text in PART_TEXTS.items() if name not in empty]
    intent = [INTENT_IN_SHORT] if left else []
    assert note.text == " ".join(["Hello Helen,", *left, *intent, "With thanks, Amira"]).strip()


def test_an_empty_draft_to_somebody_outside_opens(as_, student):
    client = as_(student)
    asked = ask_outside(client, world.contact(student, "Helen Varga"))
    client.post(reverse("request_save", args=[asked.pk]), {"part_who": "", "version": asked.version})
    assert client.get(asked.get_absolute_url()).status_code == 200


def test_a_note_of_long_sentences_is_cut_at_its_limit(student):
    asked = asking.open_outside(
        world.contact(student, "Helen Varga", email="h@lab.example"), by=student, now=timezone.now()
    )
    asked.part_who = f"I’m Amira, {'who studies wells and maps, ' * 6}at Tamarack."
    asked.part_ask = f"Could I have 20 minutes {'or a little less if that suits you ' * 9}?"
    ways = {way.key: way for way in channels.renderings(asked, letter_of(asked, [], university="Tamarack"))}
    assert [(ways[key].limit, ways[key].is_too_long) for key in ("linkedin_note", "text")] == [
        (300, False),
        (320, False),
    ]
    assert ways["linkedin_note"].text.startswith("Hello Helen, Could I have 20 minutes or a little less")
    assert ways["linkedin_note"].text.endswith("… With thanks, Amira")
    assert "Dear%20Helen%2C%0D%0A%0D%0A" in ways["email"].link


@pytest.mark.parametrize(
    ("channel", "hello"),
    [("email", "Dear Helen,\n\nI’m"), ("linkedin", "Hello Helen,\n\nI’m"), ("text", "Hello Helen, I’m")],
)
def test_the_words_are_kept_as_they_went(student, at, channel, hello):
    steps.no_review()
    asked = asking.open_outside(world.contact(student, "Helen Varga"), by=student, now=timezone.now())
    InterviewRequest.objects.update(part_why="Your lectures.", part_ask="20 minutes?", wants_research=False)
    asked.refresh_from_db()
    asking.mark_sent(asked, by=student, now=at, channel=channel)
    assert InterviewRequest.objects.get().sent_text.startswith(hello)


def test_i_sent_it_takes_an_earlier_time_and_counts_from_it(as_, student, at):
    helen, client = world.contact(student, "Helen Varga"), as_(student)
    steps.no_review()
    asked = ask_outside(client, helen)
    url = reverse("request_mark_sent", args=[asked.pk])
    data = form_of(asked, part_why="Your lectures.", part_ask="20 minutes?") | {"channel": "text"}
    local = times.local_time(at - timedelta(days=2), student.time_zone)
    ahead = times.local_time(at + timedelta(days=2), student.time_zone)
    half = client.post(url, data | {"day": local.date().isoformat()})
    assert half.status_code == 422
    assert "Enter both the day and the time" in half.content.decode()
    data["version"] = InterviewRequest.objects.get().version
    early = client.post(url, data | {"day": ahead.date().isoformat(), "at": "09:00"})
    assert (early.status_code, f'value="{ahead.date().isoformat()}"' in early.content.decode()) == (409, True)
    assert 'value="text" id="channel-text" checked' in early.content.decode()
    assert InterviewRequest.objects.get().status == "draft"
    data["version"] = InterviewRequest.objects.get().version
    client.post(url, data | {"day": local.date().isoformat(), "at": f"{local:%H:%M}"})
    asked.refresh_from_db()
    assert (asked.status, asked.sent_at) == ("sent", local.replace(second=0, microsecond=0))
    assert asked.deadline_at == asked.sent_at + timedelta(days=14)
