"""Live mode: the clock at its turning points, each act once, nothing typed is lost, and the end (R87 to R99)."""

import re
import uuid
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from apps.interviews.debriefing.models import Debrief, LiveNote, NamedPerson
from apps.interviews.lifecycle.models import Interview, LifecycleEvent
from apps.interviews.preparing.models import PlannedQuestion, QuestionPlan
from apps.interviews.talking import page as live_page
from apps.interviews.talking.models import LiveAct
from apps.interviews.thanking.models import ThankYou
from apps.network.models import Touch
from apps.students.models import Introduction
from tests import world

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def at(now):
    """Stand at NOW, with a clock that can be moved."""
    with time_machine.travel(now, tick=False) as clock:
        yield clock


@pytest.fixture
def talk(student, now):
    """A conversation of 20 minutes that is agreed to begin at NOW."""
    return world.interview(student, world.contact(student, "Helen Varga", pronouns="she/her"), starts_at=now)


@pytest.fixture
def questions(talk):
    plan = QuestionPlan.objects.create(interview=talk)
    texts = [("How did you begin?", True), ("What is hard?", True), ("What surprised you?", False)]
    return [
        plan.questions.create(text=text, is_must=must, position=place) for place, (text, must) in enumerate(texts, 1)
    ]


@pytest.fixture
def press(as_, student, talk, at):
    """Return a function that presses a button of the page, without scripts."""
    client = as_(student)

    def send(act, **fields):
        return client.post(reverse("live_act", args=[talk.pk, act]), fields)

    return send


@pytest.fixture
def script(as_, student, talk, at):
    """Return a function that sends an act as the script does."""
    client = as_(student)

    def send(act, **fields):
        return client.post(reverse("live_act", args=[talk.pk, act]), fields, headers={"X-Live": "1"})

    return send


@pytest.fixture
def page(as_, student, talk, at):
    """Return a function that opens the page and gives its text, hidden parts left out."""
    client = as_(student)

    def read(query=""):
        return client.get(reverse("live", args=[talk.pk]) + query).text

    return read


def started(talk, **fields):
    Interview.objects.filter(pk=talk.pk).update(**{"started_at": talk.starts_at} | fields)


def shown(html):
    """Return which of the parts that come and go are shown: the views, and the cues of the clock."""
    parts = re.findall(r'data-(views|phases)="([^"]+)"([^>]*)>', html)
    return {f"{kind} {name}" for kind, name, rest in parts if "hidden" not in rest}


# --- the clock --------------------------------------------------------------------------------------------------------


CUES = {
    "talk": set(),
    "five": {"phases five"},
    "closing": {"phases closing", "phases closing over"},
    "over": {"phases over", "phases closing over"},
}


@pytest.mark.parametrize(
    ("gone", "phase", "digits", "view"),
    [
        (timedelta(0), "talk", "20:00", "talk"),
        (15 * MINUTE - SECOND, "talk", "5:01", "talk"),
        (15 * MINUTE, "five", "5:00", "talk"),
        (16 * MINUTE - SECOND, "five", "4:01", "talk"),
        (16 * MINUTE, "closing", "4:00", "closing"),
        (20 * MINUTE - SECOND, "closing", "0:01", "closing"),
        (20 * MINUTE, "over", "0:00", "closing"),
        (25 * MINUTE, "over", "5:00", "closing"),
    ],
)
def test_the_page_is_right_for_its_second(talk, questions, page, at, gone, phase, digits, view):
    started(talk)
    at.move_to(talk.starts_at + gone)
    html = page()
    assert shown(html) == {f"views {view}"} | CUES[phase]
    assert f"data-digits>{digits}<" in html
    assert live_page.clock_of(Interview.objects.get(), talk.starts_at + gone).phase == phase


def test_before_the_start_the_introduction_is_at_hand(talk, questions, page, student):
    Introduction.objects.create(student=student, who="I’m Amira.", skills="I count things.", hopes="To learn how.")
    html = page()
    assert shown(html) == {"views before"}
    assert "I’m Amira. I count things. To learn how." in html
    assert "Say who you are, and thank Helen for the time" in html
    assert "Start the 20 minutes" in html


def test_the_clock_cannot_be_started_the_day_before(talk, page, at):
    at.move_to(talk.starts_at - timedelta(hours=2))
    html = page()
    assert ("You can start the timer" in html, "Start the 20 minutes" in html) == (True, False)
    at.move_to(talk.starts_at - timedelta(hours=1))
    html = page()
    assert ("You can start the timer" in html, "Start the 20 minutes" in html) == (False, True)


def test_when_to_say_it(talk, page, at):
    started(talk)
    html = page()
    assert "Started <span data-started>10:40\xa0am</span>" in html
    assert "Mention the time at <span data-until>11:00\xa0am</span>" in html


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ([], "2 must-ask questions are left."),
        ([0], "1 must-ask question is left."),
        ([0, 1], "You’ve asked all your must-ask questions."),
    ],
)
def test_five_minutes_before_the_end_the_open_musts_are_counted(talk, questions, page, at, asked, said):
    started(talk)
    PlannedQuestion.objects.filter(pk__in=[questions[n].pk for n in asked]).update(asked_at=talk.starts_at)
    at.move_to(talk.starts_at + 15 * MINUTE)
    assert f">{said}</span>" in page()


def test_no_word_about_musts_where_none_was_marked(talk, page, at):
    assert live_page.musts([]) == ""
    assert live_page.musts([PlannedQuestion(text="What is hard?")]) == ""


def test_from_the_close_one_can_go_back(talk, questions, page, at):
    started(talk)
    at.move_to(talk.starts_at + 17 * MINUTE)
    assert shown(page("?show=talk")) == {"views talk"} | CUES["closing"]
    assert shown(page("?show=closing")) == {"views closing"} | CUES["closing"]


# --- the start --------------------------------------------------------------------------------------------------------


def test_start_counts_from_the_press(talk, press, at, now):
    at.move_to(now + 3 * MINUTE)
    assert press("start").status_code == 302
    assert Interview.objects.get().started_at == now + 3 * MINUTE
    at.move_to(now + 5 * MINUTE)
    press("start")
    assert Interview.objects.get().started_at == now + 3 * MINUTE
    assert LifecycleEvent.objects.filter(event="start").count() == 1


def test_who_forgot_to_press_counts_from_the_agreed_time(talk, press, page, at, now):
    at.move_to(now + 3 * MINUTE)
    assert "We started at 10:40\xa0am" in page()
    press("start", agreed="1")
    assert Interview.objects.get().started_at == now


@pytest.mark.parametrize(("early", "begins"), [(timedelta(hours=1), True), (timedelta(hours=1, seconds=1), False)])
def test_start_opens_an_hour_before(talk, script, at, now, early, begins):
    at.move_to(now - early)
    answer = script("start")
    assert answer.status_code == (200 if begins else 409)
    assert (Interview.objects.get().started_at is not None) is begins
    if not begins:
        assert answer.json() == {"say": "You can start up to 1 hour before the scheduled time."}
        assert LiveAct.objects.count() == 0


def test_a_tick_without_start_begins_at_the_agreed_time(talk, questions, press, at, now):
    at.move_to(now + 4 * MINUTE)
    press("tick", question=questions[0].pk)
    assert Interview.objects.get().started_at == now


@pytest.mark.parametrize("away", [-MINUTE, 20 * MINUTE])
def test_a_note_outside_the_agreed_time_starts_no_clock(talk, press, at, now, away):
    at.move_to(now + away)
    press("note", text="Bring the list")
    assert Interview.objects.get().started_at is None
    assert LiveNote.objects.get().text == "Bring the list"


def test_start_pressed_too_soon_can_be_pressed_again(talk, press, at, now):
    press("start")
    at.move_to(now + 2 * MINUTE)
    press("again")
    assert Interview.objects.get().started_at == now + 2 * MINUTE


def test_they_offered_more_time(talk, press, page, at, now):
    started(talk)
    at.move_to(now + 21 * MINUTE)
    press("more")
    html = page()
    assert Interview.objects.get().extra_minutes == 10
    assert shown(html) == {"views talk"}
    assert "Mention the time at <span data-until>11:10\xa0am</span>" in html
    assert "20 minutes agreed<span data-extra>, 10 more offered" in html


def test_a_cancelled_conversation_is_not_started(talk, script, page):
    started(talk, status="cancelled", started_at=None)
    assert script("start").status_code == 409
    assert "There’s nothing to time here." in page()


# --- questions and notes ----------------------------------------------------------------------------------------------


def test_tick_skip_and_back(talk, questions, press, page, at, now):
    started(talk)
    press("tick", question=questions[0].pk)
    press("skip", question=questions[1].pk)
    assert "data-question>What surprised you?<" in page()
    press("reopen", question=questions[0].pk)
    assert "data-question>How did you begin?<" in page()
    marks = [(row.asked_at, row.is_skipped) for row in PlannedQuestion.objects.order_by("position")]
    assert marks == [(None, False), (None, True), (None, False)]


def test_what_was_typed_goes_along_with_any_button(talk, questions, press, at):
    """Without scripts there is one form: pressing `Asked. Next` keeps the note, the person and the new question too."""
    started(talk)
    typed = {"text": "Phones families", "name": "Anneke", "about": "water lab", "added": "Who trains you?"}
    press("tick", question=questions[0].pk, client_id=uuid.uuid4(), **typed)
    note = LiveNote.objects.get()
    assert (note.text, note.kind, note.question) == ("Phones families", "note", questions[0])
    assert NamedPerson.objects.get().about == "water lab"
    assert PlannedQuestion.objects.order_by("position").last().text == "Who trains you?"
    assert PlannedQuestion.objects.get(pk=questions[0].pk).asked_at is not None


def test_a_note_keeps_its_lines_kind_and_question(talk, questions, press, at):
    press("note", text="one\r\ntwo", kind="quote", question=questions[1].pk)
    note = LiveNote.objects.get()
    assert (note.text, note.kind, note.question) == ("one\ntwo", "quote", questions[1])


def test_a_note_can_be_taken_out(talk, press, at):
    press("note", text="not so")
    press("drop", note=LiveNote.objects.get().client_id)
    assert not LiveNote.objects.exists()


def test_a_note_that_is_too_long_comes_back_to_the_box(talk, press, script, at):
    answer = press("note", text="x" * 2001)
    assert answer.status_code == 422
    assert "x" * 2001 in answer.text
    assert script("note", text="x" * 2001).status_code == 422
    assert not LiveNote.objects.exists()


def test_a_question_of_another_conversation_is_not_touched(talk, other_student, script, at):
    theirs = world.interview(other_student, world.contact(other_student, "Ada Lee"))
    other = QuestionPlan.objects.create(interview=theirs).questions.create(text="Theirs?", position=1)
    script("tick", question=other.pk)
    script("note", text="mine", question=other.pk)
    other.refresh_from_db()
    assert other.asked_at is None
    assert LiveNote.objects.get().question is None


def test_a_question_added_without_network_carries_its_notes(talk, script, at):
    key = str(uuid.uuid4())
    script("add", added="Who trains you?", client_id=key)
    script("note", text="Nobody", question=key)
    script("tick", question=key)
    added = PlannedQuestion.objects.get()
    assert LiveNote.objects.get().question == added
    assert added.asked_at is not None


@pytest.mark.parametrize(
    ("act", "view", "minute", "where"),
    [
        ("note", "talk", 3, "?show=talk&q={q}"),
        ("tick", "talk", 3, ""),
        ("tick", "talk", 17, "?show=talk"),
        ("close", "closing", 3, "?show=closing"),
        ("more", "closing", 21, ""),
        ("start", "before", 3, ""),
    ],
)
def test_without_scripts_one_stays_where_one_was(talk, questions, press, at, act, view, minute, where):
    started(talk)
    at.move_to(talk.starts_at + minute * MINUTE)
    answer = press(act, text="a note", view=view, question=questions[1].pk)
    assert answer.headers["Location"] == reverse("live", args=[talk.pk]) + where.format(q=questions[1].pk)


# --- each act once ----------------------------------------------------------------------------------------------------


def test_twenty_replays_change_nothing(talk, questions, script, at):
    """Every kind of act, in order, twenty times over, as a phone on a bad network may send them."""
    started(talk)
    acts = [
        ("note", {"text": "Phones families", "kind": "quote"}),
        ("tick", {"question": questions[0].pk}),
        ("reopen", {"question": questions[0].pk}),
        ("add", {"added": "Who trains you?"}),
        ("more", {}),
        ("person", {"name": "Anneke", "name_permission": "yes"}),
        ("unname", {"name": "anneke"}),
        ("close", {"summary": "I will learn R.", "was": ""}),
    ]
    sent = [(act, fields | {"client_id": str(uuid.uuid4())}) for act, fields in acts]
    answers = [script(act, **fields) for _ in range(20) for act, fields in sent]
    assert {answer.status_code for answer in answers} == {200}
    assert (LiveNote.objects.count(), PlannedQuestion.objects.count(), LiveAct.objects.count()) == (1, 4, 8)
    assert Interview.objects.get().extra_minutes == 10
    assert not NamedPerson.objects.exists()
    assert Debrief.objects.get().summary == "I will learn R."
    assert PlannedQuestion.objects.get(pk=questions[0].pk).asked_at is None


def test_a_double_press_without_scripts_is_one_note(talk, press, at):
    press_id = uuid.uuid4()
    for _ in range(2):
        press("note", text="Once", client_id=press_id)
    assert LiveNote.objects.count() == 1


def test_what_arrives_late_keeps_its_time(talk, script, at, now):
    started(talk)
    at.move_to(now + timedelta(hours=3))
    script("note", text="from the tunnel", at=(now + 7 * MINUTE).isoformat())
    assert LiveNote.objects.get().at == now + 7 * MINUTE


@pytest.mark.parametrize(("claimed", "kept"), [(timedelta(days=9), timedelta(0)), (-timedelta(days=9), -60 * MINUTE)])
def test_a_clock_that_is_far_off_is_not_believed(talk, script, at, now, claimed, kept):
    script("note", text="when?", at=(now + claimed).isoformat())
    assert LiveNote.objects.get().at == now + kept


def test_the_answer_is_the_state_as_it_is_now(talk, questions, script, at, now):
    answer = script("tick", question=questions[0].pk).json()
    assert answer.pop("token")
    assert [row["mark"] for row in answer.pop("questions")] == ["asked", "", ""]
    began = int(now.timestamp() * 1000)
    assert answer == {
        "now": began,
        "starts": began,
        "ends": began + 20 * 60_000,
        "started": began,
        "ended": None,
        "minutes": 20,
        "extra": 0,
        "status": "scheduled",
        "notes": [],
        "may_connect": "",
        "may_stay_in_touch": "",
        "summary": "",
        "people": [],
        "both": [],
    }


# --- the close --------------------------------------------------------------------------------------------------------


def test_the_answers_of_the_close(talk, press, page, at):
    started(talk)
    press("close", may_connect="true", may_stay_in_touch="false", summary="I will learn R.", was="")
    kept = Debrief.objects.get()
    assert (kept.may_connect, kept.may_stay_in_touch, kept.summary) == (True, False, "I will learn R.")
    press("close", may_stay_in_touch="")
    kept.refresh_from_db()
    assert (kept.may_connect, kept.may_stay_in_touch, kept.summary) == (True, None, "I will learn R.")
    assert kept.version == 3


def test_a_summary_of_two_devices_keeps_both(talk, script, at):
    script("close", summary="From the phone.", was="")
    script("close", summary="From the laptop.", was="")
    assert Debrief.objects.get().summary == "From the phone.\nFrom the laptop."
    script("close", summary="y" * 990, was="")
    assert Debrief.objects.get().summary == "From the phone.\nFrom the laptop."
    assert LiveNote.objects.get().text == "y" * 990


def test_who_was_named_with_the_permission(talk, press, at):
    press("person", name="Anneke Visser", about="water lab", name_permission="not_asked")
    press("person", name="anneke visser", name_permission="intro_first")
    person = NamedPerson.objects.get()
    assert (person.name, person.about, person.name_permission) == ("Anneke Visser", "water lab", "intro_first")


def test_the_three_marked_notes_are_at_hand(talk, press, page, at):
    started(talk)
    for kind, text in [("quote", "one"), ("action", "two"), ("note", "plain"), ("quote", "three"), ("quote", "four")]:
        press("note", text=text, kind=kind)
        at.shift(SECOND)
    marked = page("?show=closing").split("You marked:")[1].split("</ul>")[0]
    assert re.findall(r"<li>(\w+)</li>", marked) == ["four", "three", "two"]


# --- the end ----------------------------------------------------------------------------------------------------------


def test_the_end_starts_the_48_hours(talk, press, at, now):
    started(talk)
    at.move_to(now + 22 * MINUTE)
    answer = press("end")
    ended = Interview.objects.get()
    assert answer.headers["Location"] == reverse("debrief", args=[talk.pk])
    assert (ended.status, ended.talked_until) == ("completed", now + 22 * MINUTE)
    assert ended.thank_by == now + 22 * MINUTE + timedelta(hours=48)
    event = LifecycleEvent.objects.get(event="complete")
    assert (event.was, event.became, event.actor) == ("scheduled", "completed", "student")
    assert Touch.objects.get(kind="talked").at == now + 22 * MINUTE


def test_the_end_that_arrives_late_counts_from_when_it_was_pressed(talk, script, at, now):
    started(talk)
    at.move_to(now + timedelta(hours=5))
    script("end", at=(now + 19 * MINUTE).isoformat())
    assert Interview.objects.get().talked_until == now + 19 * MINUTE


def test_ending_twice_is_one_end(talk, press, at, now):
    started(talk)
    at.move_to(now + 20 * MINUTE)
    press("end")
    at.move_to(now + 40 * MINUTE)
    assert press("end").headers["Location"] == reverse("debrief", args=[talk.pk])
    assert Interview.objects.get().talked_until == now + 20 * MINUTE
    assert LifecycleEvent.objects.filter(event="complete").count() == 1
    assert Touch.objects.filter(kind="talked").count() == 1


def test_it_cannot_end_before_it_began(talk, script, at, now):
    at.move_to(now - MINUTE)
    answer = script("end")
    assert (answer.status_code, answer.json()) == (409, {"say": "This conversation hasn’t started yet."})


def test_before_it_begins_there_is_nothing_to_end_or_to_lengthen(talk, page, script, at, now):
    def bar():
        return re.search(
            r'<p class="rp-live-do rp-live-bar"([^>]*)>.*?End conversation.*?Add 10 minutes', page("?show=closing")
        )

    at.move_to(now - timedelta(days=3))
    assert "hidden" in bar()[1]
    assert script("more").status_code == 409
    assert Interview.objects.get().extra_minutes == 0
    at.move_to(now)
    assert "hidden" not in bar()[1]
    at.move_to(now - 10 * MINUTE)
    started(talk)
    assert "hidden" in bar()[1]
    Interview.objects.update(started_at=now - 20 * MINUTE)
    assert "hidden" not in bar()[1]


def test_who_forgot_to_end_can_say_that_they_ended_on_time(talk, press, page, at, now):
    started(talk)
    at.move_to(now + 29 * MINUTE)
    assert re.search(r"data-late hidden>", page())
    at.move_to(now + timedelta(hours=4))
    assert re.search(r"data-late>", page())
    press("end", agreed="1")
    assert Interview.objects.get().talked_until == now + 20 * MINUTE


def test_who_never_pressed_start_can_end(talk, press, page, at, now):
    at.move_to(now + 25 * MINUTE)
    assert "We already talked" in page()
    press("end", agreed="1")
    assert Interview.objects.get().talked_until == now + 20 * MINUTE


def test_a_note_that_arrives_after_the_end_is_kept(talk, script, page, at):
    started(talk, status="completed", talked_until=talk.ends_at)
    assert script("note", text="one more").status_code == 200
    assert LiveNote.objects.get().text == "one more"
    assert "You talked until 11:00\xa0am" in page()


# --- who, and how much ------------------------------------------------------------------------------------------------


def test_only_the_student_comes_in(as_, talk, other_student, coach, alum, office):
    acts = [("live", []), ("live_state", []), ("live_act", ["note"])]
    for person, status in [(other_student, 404), (alum, 404), (office, 404), (coach, 403), (None, 302)]:
        client = as_(person)
        for name, more in acts:
            url = reverse(name, args=[talk.pk, *more])
            answer = client.post(url, {"text": "x"}) if more else client.get(url)
            assert (person, name, answer.status_code) == (person, name, status)
    assert not LiveNote.objects.exists()


def test_a_page_changes_nothing_and_an_unknown_act_is_not_there(as_, talk, student, at, script):
    assert as_(student).get(reverse("live_act", args=[talk.pk, "end"])).status_code == 405
    assert script("forget").status_code == 404


@pytest.mark.parametrize("count", [1, 30])
def test_the_page_asks_the_database_as_often_for_many_as_for_one(
    as_, student, talk, django_assert_num_queries, at, count
):
    plan = QuestionPlan.objects.create(interview=talk)
    debrief = Debrief.objects.create(interview=talk)
    for n in range(count):
        asked = plan.questions.create(text=f"Question {n}?", position=n)
        talk.notes.create(text=f"note {n}", question=asked, at=talk.starts_at)
        debrief.named_people.create(name=f"Person {n}")
    client = as_(student)
    client.get(reverse("live", args=[talk.pk]))  # the first page also notes the session and makes the policy
    with django_assert_num_queries(12):
        client.get(reverse("live", args=[talk.pk]))


def test_without_a_plan_one_can_still_ask_and_note(talk, page, press, at):
    started(talk)
    assert "No questions planned" in page()
    press("add", added="What do you like about it?")
    assert "data-question>What do you like about it?<" in page()


def test_after_the_talk_the_page_leads_to_what_is_left_to_do(talk, page):
    Interview.objects.update(status="completed", talked_until=talk.ends_at, started_at=talk.starts_at)
    assert "Write down what you learned" in page()
    Debrief.objects.create(interview=talk, finished_at=talk.ends_at)
    assert ("Write down what you learned" in page(), "Write your thank-you note" in page()) == (False, True)
    ThankYou.objects.create(interview=talk, channel="email", sent_at=talk.ends_at)
    text = page()
    assert ("Write your" in text, "thanked Helen" in text, "Open the conversation" in text) == (False, True, True)


def test_what_two_devices_heard_of_somebody_is_both_kept(talk, script):
    def about():
        return NamedPerson.objects.get().about

    script("person", name="Anneke Visser", about="water lab")
    script("person", name="anneke visser", about="teaches in Ghent")
    assert about() == "water lab; teaches in Ghent"
    for again in ("water lab", "Teaches in Ghent", ""):
        script("person", name="Anneke Visser", about=again)
        assert about() == "water lab; teaches in Ghent"
    script("person", name="Anneke Visser", about="x" * 190)
    assert about() == "water lab; teaches in Ghent"
    assert talk.notes.get().text == f"Anneke Visser: {'x' * 190}"
