"""All conversations of a student, and one of them: where it stands, the next thing, what happened (R2, R215)."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from apps.clock import times
from apps.interviews.answering import actions as answering
from apps.interviews.conversations import progress
from apps.interviews.debriefing.models import Debrief
from apps.interviews.lifecycle.models import Interview, InterviewRequest
from apps.interviews.lifecycle.stages import thread, with_progress
from apps.interviews.preparing import actions as preparing
from apps.interviews.scheduling import actions as scheduling
from apps.interviews.thanking.models import ThankYou
from apps.network.actions import set_cadence
from tests import world
from tests.interviews import steps

DAY = timedelta(days=1)


@pytest.fixture
def at():
    return timezone.now()


@pytest.fixture
def client(student, as_):
    return as_(student)


@pytest.fixture
def listed(client):
    """Return a function that reads the list: heading of each section, and its rows as (name, rest)."""

    def read(query=""):
        text = client.get(reverse("conversations") + query).content.decode()
        return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text[text.index("<main") : text.index("</main>")]))

    return read


@pytest.fixture
def read(client):
    """Return a function that reads the words of one conversation's page."""

    def read(talk):
        text = client.get(reverse("conversation", args=[talk.pk])).content.decode()
        return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text[text.index("<main") : text.index("</main>")]))

    return read


def talk_of(student, name="Marcus Adeyemi", **fields):
    return world.interview(student, world.contact(student, name), **fields)


def held(student, at, name="Marcus Adeyemi", *, days=1, written=False, thanked=False):
    talk = talk_of(student, name, starts_at=at - days * DAY, status="completed")
    if written:
        Debrief.objects.create(interview=talk, finished_at=at, quote="Ask what the map leaves out")
    if thanked:
        ThankYou.objects.create(interview=talk, sent_at=at)
    return talk


def step(talk, at):
    """Return the next step of a conversation, read as the pages read it."""
    row = with_progress(Interview.objects.filter(pk=talk.pk)).get()
    return progress.next_step(row, at, "America/Chicago")


def prepared(talk, at, count=8):
    for n in range(count):
        preparing.add_own(talk, text=f"Question {n}?", now=at)


# --- the list ---------------------------------------------------------------------------------------------------------


def test_an_empty_list_points_to_find_people(listed):
    assert "You haven’t asked anyone yet" in listed()


def test_the_list_has_a_place_for_everything(student, alum, other_alum, listed, at):
    talk_of(student, "Coming Person", starts_at=at + DAY)
    held(student, at, "Held Person", written=True, thanked=True)
    held(student, at, "Owed Person", days=1)
    talk_of(student, "Off Person", starts_at=at + DAY, status="cancelled")
    talk_of(student, "Nobody Came", starts_at=at - DAY, status="no_show")
    steps.sent(student, alum, at)
    world.interview_request(student, world.contact(student, "Draft Person"))
    world.sent_request(student, world.contact(student, "Declined Person"), at=at, status="declined")
    text = listed()
    places = ["Upcoming ", "Coming Person", "In progress", "Draft Person", "Ingrid Solheim", "Past conversations"]
    places += ["Off Person", "Canceled", "Closed without a conversation", "Declined Person not now"]
    assert [text.index(word) for word in places] == sorted(text.index(word) for word in places)
    for words in ("Reflected Thanked", "Didn’t happen", "Save what you learned from Owed", "24 hours left"):
        assert times.plain(words) in text


def test_a_time_that_has_passed_is_past_even_where_nobody_said_so(student, listed, at):
    talk_of(student, starts_at=at - timedelta(hours=2))
    text = listed()
    assert ("Upcoming" in text, "Save what you learned from Marcus" in text) == (False, True)


def test_one_button_is_filled_and_it_is_the_clock_if_one_runs(student, client, at):
    def filled():
        return re.findall(r'btn-primary"[^>]*href="([^"]+)"', client.get(reverse("conversations")).content.decode())

    assert filled() == ["/people/"]
    talk = talk_of(student, starts_at=at + DAY, place="https://meet.example/a")
    assert filled() == [f"/conversations/{talk.pk}/prepare/"]
    owed = held(student, at, "Teresa Quiroga")
    assert filled() == [f"/conversations/{owed.pk}/debrief/"]


def test_what_waits_for_the_student_stands_first(student, alum, other_alum, listed, at):
    asked = steps.sent(student, alum, at)
    window = [(at + 2 * DAY, at + 2 * DAY + timedelta(hours=1), "Europe/Dublin")]
    steps.sent(student, other_alum, at)
    answering.counter(asked, windows=window, note="", by=alum, now=at)
    text = listed()
    assert text.index("Ingrid Solheim") < text.index("Marcus Adeyemi")
    assert "Your turn Ingrid replied just now with new times. Pick a time" in text


def test_a_request_with_the_coach_says_whose_turn_it_is(student, listed, at):
    asked = world.interview_request(student, world.contact(student), status="in_review")
    assert asked.status == "in_review"
    assert "With Ruth Ruth will review it before it’s sent." in listed()


def test_a_list_shows_only_ones_own(student, other_student, as_, at):
    talk_of(other_student, "Canary Contact", starts_at=at + DAY)
    held(other_student, at, "Canary Past")
    world.interview_request(other_student, world.contact(other_student, "Canary Draft"))
    assert "Canary" not in as_(student).get(reverse("conversations")).content.decode()


@pytest.mark.parametrize("rows", [1, 30])
def test_a_list_asks_the_same_questions_at_any_size(student, client, rows, at, django_assert_num_queries):
    for n in range(rows):
        talk_of(student, f"Coming {n}", starts_at=at + (n + 1) * DAY)
        held(student, at, f"Held {n}", days=n + 1, written=n % 2, thanked=n % 3)
        world.interview_request(student, world.contact(student, f"Draft {n}"))
        world.sent_request(student, world.contact(student, f"Closed {n}"), at=at, status="expired")
    client.get(reverse("conversations"))
    with django_assert_num_queries(9):
        client.get(reverse("conversations"))


def test_the_past_has_pages(student, listed, at):
    for n in range(25):
        held(student, at, f"Held N{n:02}", days=n + 1)
    first, second = listed(), listed("?page=2")
    assert ("Held N00" in first, "Held N19" in first, "Held N20" in first) == (True, True, False)
    assert ("Held N19" in second, "Held N20" in second, "Held N24" in second) == (False, True, True)
    assert "1 to 20 of 25" in first


# --- the next step ----------------------------------------------------------------------------------------------------


def test_before_a_talk_one_thing_follows_the_other(student, at):
    talk = talk_of(student, starts_at=at + 2 * DAY)
    assert step(talk, at).title == "Send Marcus the link"
    Interview.objects.filter(pk=talk.pk).update(place="https://meet.example/a")
    assert step(talk, at).title == "Choose your questions"
    prepared(talk, at, 6)
    assert (step(talk, at).title, step(talk, at).url) == (
        "Choose 2 more questions",
        f"/conversations/{talk.pk}/prepare/",
    )
    prepared(talk, at, 2)
    assert step(talk, at).title == "You’re ready"
    assert step(talk, talk.starts_at - timedelta(minutes=60)).url == f"/conversations/{talk.pk}/live/"
    assert step(talk, talk.starts_at - timedelta(minutes=61)).title == "You’re ready"


@pytest.mark.parametrize(
    ("format", "title"),
    [
        ("video", "Send Marcus the link"),
        ("phone", "Add the number to call"),
        ("in_person", "Agree on a place to meet"),
    ],
)
def test_where_is_settled_first(student, at, format, title):
    assert step(talk_of(student, starts_at=at + DAY, format=format), at).title == title


def test_an_alum_who_asks_for_another_time_comes_first(student, alum, at):
    talk = steps.agreed(student, alum, at)
    window = [(at + 6 * DAY, at + 6 * DAY + timedelta(hours=1), "Europe/Dublin")]
    scheduling.propose(talk, windows=window, note="", actor="alum", by=alum, now=at)
    found = step(talk, at)
    assert (found.title, found.url) == ("Ingrid asked to reschedule", f"/conversations/{talk.pk}/move/")
    talk.proposals.update(starts_at=at - 2 * DAY, ends_at=at - DAY)  # nothing of it can be chosen any more
    assert step(talk, at).title == "Send Ingrid the link"


@pytest.mark.parametrize(
    ("written", "thanked", "kept", "title", "clock"),
    [
        (False, False, False, "Save what you learned from Marcus", True),
        (False, True, False, "Save what you learned from Marcus", False),
        (True, False, False, "Thank Marcus", True),
        (True, True, False, "Stay in touch with Marcus", False),
        (True, True, True, "All done", False),
    ],
)
def test_after_a_talk_one_thing_follows_the_other(student, at, written, thanked, kept, title, clock):
    talk = held(student, at, written=written, thanked=thanked)
    if kept:
        set_cadence(talk.contact, months=3, now=at)
    found = step(talk, at)
    assert (found.title, found.clock) == (title, clock)


@pytest.mark.parametrize(
    ("status", "by", "title"),
    [
        ("cancelled", "student", "You can still talk later"),
        ("cancelled", "alum", "Reply to Marcus kindly"),
        ("no_show", "", "Send Marcus a kind message"),
    ],
)
def test_what_came_to_nothing_has_a_kind_next_step(student, at, status, by, title):
    talk = talk_of(student, starts_at=at - DAY, status=status, changed_by=by)
    found = step(talk, at)
    assert (found.title, found.url) == (title, f"/network/{talk.contact_id}/write/?reason=again")


# --- the stages -------------------------------------------------------------------------------------------------------


def stages(talk, at):
    row = with_progress(Interview.objects.filter(pk=talk.pk)).get()
    return [(stage.label, stage.state) for stage in thread(row, at, "America/Chicago")]


def test_the_whole_way_is_one_thread(student, alum, at):
    talk = steps.agreed(student, alum, at)
    before = ["Ask", "Schedule", "Prepare", "Talk", "Reflect", "Thank", "Stay in touch"]
    assert stages(talk, at) == list(zip(before, ["", "", "now", "next", "next", "next", "next"], strict=True))
    prepared(talk, at)
    assert [state for _, state in stages(talk, at)] == ["", "", "", "now", "next", "next", "next"]
    over = talk.ends_at + timedelta(minutes=1)
    assert [state for _, state in stages(talk, over)] == ["", "", "", "", "now", "next", "next"]
    ThankYou.objects.create(interview=talk, sent_at=over)
    assert [state for _, state in stages(talk, over)] == ["", "", "", "", "now", "", "next"]
    Debrief.objects.create(interview=talk, finished_at=over)
    set_cadence(talk.contact, months=6, now=over)
    assert [state for _, state in stages(talk, over)] == [""] * 7


def test_a_thread_ends_where_the_conversation_did(student, at):
    off = talk_of(student, starts_at=at + DAY, status="cancelled")
    assert stages(off, at) == [("Schedule", ""), ("Canceled", "")]


# --- the page ---------------------------------------------------------------------------------------------------------


def test_a_coming_conversation_says_when_for_both_where_and_what_happened(student, alum, read, client, at):
    talk = steps.agreed(student, alum, at)
    text = read(talk)
    theirs = f"{times.span(talk.starts_at, talk.ends_at, 'Europe/Dublin')} Dublin time, for Ingrid"
    for words in (
        times.when(talk.starts_at, talk.ends_at, "America/Chicago").removesuffix(" Central Time"),
        theirs,
        "Add to my calendar Google Outlook",
        "Reschedule Cancel conversation",
        "A Tamarack student with a few questions about your work",
        "You sent it",
        "Ingrid said yes",
    ):
        assert times.plain(words) in text
    html = client.get(reverse("conversation", args=[talk.pk])).content.decode()
    assert "calendar.google.com" in html
    assert "outlook.office.com" in html
    assert client.get(reverse("interview_ics", args=[talk.pk])).content.startswith(b"BEGIN:VCALENDAR")


def test_the_place_is_given_here_and_a_mistake_is_shown(student, alum, client, read, at):
    talk = steps.agreed(student, alum, at)
    empty = client.post(reverse("interview_place", args=[talk.pk]), {"place": " "})
    assert (empty.status_code, 'id="id_place-error"' in empty.content.decode()) == (422, True)
    client.post(reverse("interview_place", args=[talk.pk]), {"place": "https://meet.example/xyz"})
    talk.refresh_from_db()
    assert (talk.place, talk.sequence) == ("https://meet.example/xyz", 1)
    assert "You added the place" in read(talk)


@pytest.mark.parametrize(
    ("way", "typed", "is_taken"),
    [
        ("video", "zoom", False),
        ("video", "Zoom, I think", False),
        ("video", "https://", False),
        ("video", "zoom.us/j/123", True),
        ("video", "Join: <https://us02web.zoom.us/j/8?pwd=x>", True),
        ("video", "Zoom 845 1234 5678", True),
        ("in_person", "zoom", True),
        ("phone", "she calls me", True),
    ],
)
def test_a_video_call_needs_a_link_that_can_be_opened(student, alum, client, at, way, typed, is_taken):
    talk = steps.agreed(student, alum, at)
    Interview.objects.update(format=way)
    answer = client.post(reverse("interview_place", args=[talk.pk]), {"place": typed})
    talk.refresh_from_db()
    assert (answer.status_code, talk.place) == ((302, typed) if is_taken else (422, ""))
    assert is_taken or "starting with https://" in answer.content.decode()


def test_a_place_that_is_no_web_address_is_never_a_link(student, client, at):
    talk = talk_of(student, starts_at=at + DAY, place="javascript:alert(1)")
    text = client.get(reverse("conversation", args=[talk.pk])).content.decode()
    assert ('href="javascript' in text, "javascript:alert(1)" in text) == (False, True)


def test_after_its_time_it_may_be_said_that_it_did_not_happen_and_put_right(student, client, read, at):
    talk = talk_of(student, starts_at=at - timedelta(hours=2))
    assert "It didn’t happen" in read(talk)
    client.post(reverse("talk_happened", args=[talk.pk]), {"answer": "no"})
    text = read(talk)
    for words in ("It didn’t happen", "Send Marcus a kind message", "It happened after all"):
        assert times.plain(words) in text
    assert "You marked it “Didn’t happen”" in text
    client.post(reverse("talk_happened", args=[talk.pk]), {"answer": "yes"})
    talk.refresh_from_db()
    assert (talk.status, "Save what you learned from Marcus" in read(talk)) == ("completed", True)


def test_before_its_time_nobody_is_asked_whether_it_happened(student, read, at):
    assert "It didn’t happen" not in read(talk_of(student, starts_at=at + DAY))


def test_what_an_alum_wrote_when_they_called_it_off_is_shown(student, alum, read, at):
    talk = steps.agreed(student, alum, at)
    scheduling.cancel(talk, actor="alum", by=alum, now=at, note="My daughter is ill, I am sorry.")
    text = read(talk)
    for words in ("Canceled by Ingrid", "“My daughter is ill, I am sorry.”", "Reply to Ingrid kindly"):
        assert times.plain(words) in text
    assert "Cancel conversation" not in text


def test_the_story_names_who_moved_it(student, alum, read, at):
    talk = steps.agreed(student, alum, at)
    window = [(at + 6 * DAY, at + 6 * DAY + timedelta(hours=1), "America/Chicago")]
    scheduling.propose(talk, windows=window, note="A clash with an exam", actor="student", by=student, now=at)
    slot = scheduling.move_slots(talk, actor="alum", now=at)[-1].value
    scheduling.reschedule(talk, slot=slot, actor="alum", by=alum, now=at)
    text = read(talk)
    assert "You asked to reschedule" in text
    assert "Ingrid accepted the new time" in text


def test_a_finished_conversation_keeps_its_sentence(student, read, at):
    text = read(held(student, at, written=True, thanked=True))
    for words in ("“Ask what the map leaves out”", "You saved your reflection", "You thanked them"):
        assert times.plain(words) in text


def test_a_conversation_is_its_students_alone(student, other_student, alum, coach, office, as_, at):
    talk = steps.agreed(student, alum, at)
    answers = [as_(person).get(reverse("conversation", args=[talk.pk])) for person in (other_student, office)]
    assert [answer.status_code for answer in answers] == [404, 404]
    seen = [as_(person).get(reverse("conversation", args=[talk.pk])) for person in (alum, coach)]
    assert [answer.status_code for answer in seen] == [403, 403]


@pytest.mark.parametrize("rows", [1, 30])
def test_a_page_with_a_long_story_asks_no_more_questions(student, alum, client, rows, at, django_assert_num_queries):
    talk = steps.agreed(student, alum, at)
    for n in range(rows):
        scheduling.set_place(talk, place=f"Room {n}", by=student, now=at)
    client.get(reverse("conversation", args=[talk.pk]))
    with django_assert_num_queries(10):  # one of them: whether a problem was reported
        client.get(reverse("conversation", args=[talk.pk]))


def test_a_conversation_without_a_request_has_a_page_too(student, read, at):
    assert InterviewRequest.objects.count() == 0
    text = read(talk_of(student, starts_at=at + DAY))
    assert ("What you asked" in text, "Schedule" in text, "Ask " in text) == (False, True, False)


def test_the_story_names_the_coach_who_had_the_draft(student, coach, read, at):
    asked = world.sent_request(student, world.contact(student, "Marcus Adeyemi"))
    for event in ("submit", "return", "submit", "approve", "send"):
        asked.events.create(event=event, was="draft", became="sent", actor="student", at=at)
    text = read(world.interview(student, asked.contact, request=asked))
    assert ("You asked Ruth to review it" in text, "Ruth approved it" in text, "{" in text) == (True, True, False)


@pytest.mark.parametrize(
    ("channel", "said"), [("in_person", "You asked"), ("phone", "You asked"), ("email", "You sent it")]
)
def test_what_was_agreed_in_the_corridor_was_not_sent(student, read, at, channel, said):
    asked = world.sent_request(student, world.contact(student, "Marcus Adeyemi"), channel=channel)
    asked.events.create(event="send", was="draft", became="sent", actor="student", at=at)
    text = read(world.interview(student, asked.contact, request=asked))
    assert [words in text for words in ("You asked", "You sent it")] == [said == "You asked", said == "You sent it"]


@pytest.mark.parametrize(
    ("how", "said"), [("in_person", "tomorrow at 2:30\xa0am, Kolkata time"), ("phone", "today at 3:00\xa0pm")]
)
def test_the_lead_of_the_list_tells_a_meeting_on_the_clock_of_its_place(student, as_, how, said):
    contact = world.contact(student, time_zone="Asia/Kolkata")
    world.interview(student, contact, starts_at=world.NOW.replace(hour=21, minute=0), format=how)
    with time_machine.travel(world.NOW, tick=False):
        page = as_(student).get(reverse("conversations")).content.decode()
    assert f"The next one is {said}." in page
