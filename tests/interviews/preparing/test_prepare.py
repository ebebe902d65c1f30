"""Before the talk: the plan and its order, the research, the ticks, the list to take along (R75 to R86)."""

import importlib
import re
import threading
from datetime import timedelta

import pytest
from django.apps import apps as django_apps
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from apps.interviews.debriefing.models import Debrief
from apps.interviews.lifecycle.acts import Stale
from apps.interviews.lifecycle.models import Interview
from apps.interviews.preparing import actions as preparing
from apps.interviews.preparing import checklist, question_bank
from apps.interviews.preparing import page as prepare_page
from apps.interviews.preparing.models import PlannedQuestion, Question, QuestionPlan, Theme
from apps.network.models import ActionStep, Organization, Relation
from apps.students.models import Introduction
from apps.web.answers import Refused
from tests import world

HTMX = {"HTTP_HX_REQUEST": "true"}
MIGRATION = "apps.interviews.migrations.0006_question_bank"


@pytest.fixture
def at():
    return timezone.now()


@pytest.fixture
def talk(student, other_alum, at):
    contact = world.contact(
        student, "Marcus Adeyemi", alum=other_alum.alumni_profile, relation="referred", pronouns="he"
    )
    return world.interview(student, contact, starts_at=at + timedelta(days=1), place="https://meet.example/abc")


@pytest.fixture
def client(student, as_):
    return as_(student)


@pytest.fixture
def page(client, talk):
    """Return a function that reads Prepare as its student."""
    return lambda query="": client.get(reverse("prepare", args=[talk.pk]) + query).content.decode()


@pytest.fixture
def post(client, talk):
    def send(name, data, *args, **headers):
        return client.post(reverse(name, args=[talk.pk, *args]), data, **headers)

    return send


def ask(talk, *texts):
    """Plan questions in the student's own words. Returns them."""
    now = timezone.now()
    return [preparing.add_own(talk, text=text, now=now) for text in texts]


def plan(talk):
    """Return the questions of a plan in their order, having seen to it that the places are 1, 2, 3."""
    rows = list(PlannedQuestion.objects.filter(plan__interview=talk).order_by("position"))
    assert [row.position for row in rows] == list(range(1, len(rows) + 1))
    return [row.text for row in rows]


# --- the bank ---------------------------------------------------------------------------------------------------------


def test_a_fresh_installation_has_the_bank_and_keeps_what_the_office_changed(db):
    Question.objects.all().delete()
    bring_in = importlib.import_module(MIGRATION).bring_in
    bring_in(django_apps, None)
    count = Question.objects.count()
    assert count == len(question_bank.FILE.read_text().splitlines()) - 1
    assert Question.objects.filter(is_closing=True).count() == 3
    assert set(Question.objects.values_list("relation", flat=True)) <= {"", *Relation.values}
    Question.objects.filter(pk=Question.objects.earliest("pk").pk).update(why="The office’s words", is_active=False)
    bring_in(django_apps, None)
    question_bank.bring_in()
    assert Question.objects.count() == count
    assert Question.objects.filter(why="The office’s words", is_active=False).count() == 1


def test_the_first_to_look_at_were_made_for_this_acquaintance(talk, page):
    question_bank.bring_in()
    shown = re.findall(r'name="bank" value="(\d+)"', page())
    rows = [Question.objects.get(pk=pk) for pk in shown]
    assert len(rows) == question_bank.SUGGESTED
    assert rows[0].relation == "referred"
    assert {row.relation for row in rows} <= {"", "referred"}
    assert len({row.theme for row in rows}) == question_bank.SUGGESTED


def test_a_theme_shows_all_of_its_questions_but_the_planned_and_the_hidden(talk, page, at):
    question_bank.bring_in()
    rows = list(Question.objects.filter(theme=Theme.FIELD).order_by("pk"))
    preparing.add_from_bank(talk, question=rows[0].pk, now=at)
    Question.objects.filter(pk=rows[1].pk).update(is_active=False)
    shown = re.findall(r'name="bank" value="(\d+)"', page("?theme=field"))
    assert shown == [str(row.pk) for row in rows[2:]]


# --- the questions ----------------------------------------------------------------------------------------------------


def test_a_plan_begins_with_one_question_of_each_theme(talk, post):
    question_bank.bring_in()
    post("prepare_add", {"begin": "1"})
    rows = PlannedQuestion.objects.filter(plan__interview=talk).order_by("position")
    assert [row.theme for row in rows] == [str(theme) for theme in question_bank.SURE_START]
    again = post("prepare_add", {"begin": "1"})
    assert (again.status_code, rows.count()) == (302, 6)


def test_questions_come_from_the_bank_once_and_in_ones_own_words(talk, post, page):
    question_bank.bring_in()
    row = Question.objects.filter(theme=Theme.DAY).first()
    for _ in range(2):
        post("prepare_add", {"bank": row.pk})
    post("prepare_add", {"text": "  What did the water   smell of?\n"})
    assert plan(talk) == [row.text, "What did the water smell of?"]
    empty = post("prepare_add", {"text": "  "})
    assert (empty.status_code, "Write the question first." in empty.content.decode()) == (422, True)
    assert f"2 questions, about {row.minutes + 3} minutes" in page()


def test_a_closing_question_and_one_of_nowhere_cannot_be_planned(talk, post):
    question_bank.bring_in()
    closing = Question.objects.filter(is_closing=True).first()
    for pk in (closing.pk, 10**9):
        assert post("prepare_add", {"bank": pk}).status_code == 302
    assert plan(talk) == []


def test_twenty_questions_are_the_most(talk, post):
    ask(talk, *(f"Question {n}?" for n in range(20)))
    answer = post("prepare_add", {"text": "One more?"}, **HTMX)
    assert (answer.status_code, "Remove one first" in answer.content.decode()) == (422, True)
    assert len(plan(talk)) == 20


@pytest.mark.parametrize(
    ("data", "order"),
    [
        ({"act": "up"}, "BACD"),
        ({"act": "down"}, "ACBD"),
        ({"act": "move", "to": "4"}, "ACDB"),
        ({"act": "move", "to": "1"}, "BACD"),
        ({"act": "move", "to": "0"}, "BACD"),
        ({"act": "move", "to": "99"}, "ACDB"),
        ({"act": "move", "to": "x"}, "ABCD"),
    ],
)
def test_a_question_is_moved(talk, post, data, order):
    rows = ask(talk, *"ABCD")
    post("prepare_question", data, rows[1].pk)
    assert "".join(plan(talk)) == order


def test_the_ends_of_the_list_are_as_far_as_it_goes(talk, at):
    first, _, last = ask(talk, *"ABC")
    preparing.move_question(talk, number=first.pk, steps=-1, now=at)
    preparing.move_question(talk, number=last.pk, steps=1, now=at)
    assert plan(talk) == ["A", "B", "C"]


def test_taking_out_can_be_undone_with_everything_that_was_written(talk, post, page):
    rows = ask(talk, *"ABC")
    values = {f"q{rows[1].pk}-{name}": value for name, value in CHANGED.items()}
    post("prepare_question", values, rows[1].pk)
    post("prepare_question", {"act": "star"}, rows[1].pk)
    before = PlannedQuestion.objects.filter(pk=rows[1].pk).values(*preparing.KEPT, "position").get()
    gone = post("prepare_question", {"act": "out"}, rows[1].pk)
    assert plan(talk) == ["A", "C"]
    assert "Undo</button>" in page(gone.url.split("prepare/")[1].split("#")[0])
    assert "Undo</button>" not in page()
    post("prepare_add", {"back": "1"})
    assert plan(talk) == ["A", "B, and why?", "C"]
    after = PlannedQuestion.objects.filter(text="B, and why?").values(*preparing.KEPT, "position").get()
    assert after == before
    assert post("prepare_add", {"back": "1"}).status_code == 422  # once
    assert len(plan(talk)) == 3


CHANGED = {"text": "B, and why?", "because": "he changed fields twice", "theme": "path", "minutes": "5", "goal": ""}


def test_what_was_taken_out_of_one_plan_is_not_put_back_into_another(talk, student, client, at):
    other = world.interview(student, talk.contact, starts_at=at + timedelta(days=9))
    row = ask(talk, "Only for Marcus?")[0]
    client.post(reverse("prepare_question", args=[talk.pk, row.pk]), {"act": "out"})
    page = client.get(reverse("prepare", args=[other.pk]) + "?undo=1").content.decode()
    client.post(reverse("prepare_add", args=[other.pk]), {"back": "1"})
    assert ("Only for Marcus?" in page, plan(other)) == (False, [])


def test_a_question_is_changed_with_the_reason_and_the_goal(talk, post, page):
    row = ask(talk, "B?")[0]
    post("prepare_research", {"goals": "Whether I would like a Tuesday\n\n- What to learn first", "version": "1"})
    assert page().count("No question covers this yet") == 2
    post("prepare_question", {f"q{row.pk}-{k}": v for k, v in (CHANGED | {"goal": "2"}).items()}, row.pk)
    row.refresh_from_db()
    assert (row.text, row.because, row.theme, row.minutes, row.goal) == (
        "B, and why?",
        "he changed fields twice",
        "path",
        5,
        2,
    )
    text = page()
    assert text.count("No question covers this yet") == 1
    assert 'What to learn first <span class="rp-quiet">Question 1</span>' in text


@pytest.mark.parametrize(
    "wrong", [{"text": " "}, {"text": "x" * 301}, {"minutes": "99"}, {"theme": "money"}, {"goal": "3"}]
)
def test_a_mistake_is_shown_and_nothing_is_lost(talk, post, wrong):
    row = ask(talk, "B?")[0]
    data = CHANGED | {"because": "he taught a night class"} | wrong
    answer = post("prepare_question", {f"q{row.pk}-{k}": v for k, v in data.items()}, row.pk)
    assert (answer.status_code, "he taught a night class" in answer.content.decode()) == (422, True)
    row.refresh_from_db()
    assert (row.text, row.because) == ("B?", "")


def test_three_come_first_and_no_more(talk, post, page):
    rows = ask(talk, *"ABCD")
    for row in rows[:3]:
        post("prepare_question", {"act": "star"}, row.pk)
    refused = post("prepare_question", {"act": "star"}, rows[3].pk, **HTMX)
    assert (refused.status_code, "You can star up to 3 questions" in refused.content.decode()) == (422, True)
    post("prepare_question", {"act": "unstar"}, rows[0].pk)
    post("prepare_question", {"act": "star"}, rows[3].pk)
    assert list(PlannedQuestion.objects.filter(is_must=True).order_by("position").values_list("text", flat=True)) == [
        *"BCD"
    ]


def test_a_question_of_somebody_elses_plan_is_not_there(talk, post, other_student, at):
    theirs = world.interview(other_student, world.contact(other_student), starts_at=at + timedelta(days=2))
    row = ask(theirs, "Theirs?")[0]
    for act in ("up", "star", "out", "change"):
        answer = post("prepare_question", {"act": act}, row.pk)
        assert answer.status_code == 302
    row.refresh_from_db()
    assert (row.text, row.is_must, plan(theirs)) == ("Theirs?", False, ["Theirs?"])


@pytest.mark.parametrize(
    ("minutes", "said"),
    [
        ([3, 3, 3, 2, 3, 2], "Room for 2 more"),
        ([5, 5, 5], "Room for 2 more"),
        ([10, 10], "Your time is full"),
        ([10, 11], "1 minute over. Some questions can wait"),
        ([], "Room for 8 more"),
    ],
)
def test_the_plan_is_measured_against_the_agreed_minutes(minutes, said):
    assert prepare_page.room(20, [PlannedQuestion(minutes=n) for n in minutes]) == said


def test_htmx_gets_the_plan_and_the_others_the_page(talk, post):
    part = post("prepare_add", {"text": "Why water?"}, **HTMX).content.decode()
    assert ("<html" in part, 'id="plan-did"' in part, "Why water?" in part) == (False, True, True)
    whole = post("prepare_add", {"text": "Why soil?", "shown": "field"})
    row = PlannedQuestion.objects.get(text="Why soil?")
    assert whole.url == f"/conversations/{talk.pk}/prepare/?own={row.pk}&theme=field#q{row.pk}"


# --- two windows at once ----------------------------------------------------------------------------------------------


def at_once(*acts):
    """Run acts in threads that begin together. Returns what each raised, or None."""
    barrier, raised = threading.Barrier(len(acts)), [None] * len(acts)

    def run(n, act):
        try:
            barrier.wait()
            act()
        except Refused as error:
            raised[n] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


@pytest.mark.django_db(transaction=True)
def test_many_windows_leave_the_places_without_a_gap(talk, at):
    rows = ask(talk, *"ABCDE")
    acts = [
        *(lambda n=n: preparing.add_own(talk, text=f"New {n}", now=at) for n in range(3)),
        lambda: preparing.move_question(talk, number=rows[4].pk, to=1, now=at),
        lambda: preparing.move_question(talk, number=rows[0].pk, steps=1, now=at),
        lambda: preparing.take_out(talk, number=rows[2].pk, now=at),
        lambda: preparing.take_out(talk, number=rows[3].pk, now=at),
    ]
    assert at_once(*acts) == [None] * 7
    assert sorted(plan(talk)) == ["A", "B", "E", "New 0", "New 1", "New 2"]


@pytest.mark.django_db(transaction=True)
def test_a_first_question_from_two_windows_makes_one_plan(talk, at):
    raised = at_once(*[lambda n=n: preparing.add_own(talk, text=f"New {n}", now=at) for n in range(4)])
    assert (raised, QuestionPlan.objects.count()) == ([None] * 4, 1)
    assert sorted(plan(talk)) == [f"New {n}" for n in range(4)]


@pytest.mark.django_db(transaction=True)
def test_four_stars_at_once_leave_three(talk, at):
    rows = ask(talk, *"ABCD")
    raised = at_once(*[lambda row=row: preparing.star(talk, number=row.pk, on=True, now=at) for row in rows])
    assert sum(error is not None for error in raised) == 1
    assert PlannedQuestion.objects.filter(is_must=True).count() == 3


# --- research ---------------------------------------------------------------------------------------------------------


def test_a_page_that_is_looked_at_writes_nothing(talk, page):
    page()
    assert QuestionPlan.objects.count() == 0


def test_what_was_asked_for_is_what_the_student_hopes_to_learn(student, other_alum, at, as_):
    contact = world.contact(student, "Marcus Adeyemi", alum=other_alum.alumni_profile)
    asked = world.sent_request(student, contact, at=at, goals="How an outbreak ends")
    talk = world.interview(student, contact, starts_at=at + timedelta(days=1), request=asked)
    assert "How an outbreak ends" in as_(student).get(reverse("prepare", args=[talk.pk])).content.decode()
    ask(talk, "How does one end?")
    assert QuestionPlan.objects.get().goals == "How an outbreak ends"


def test_research_is_saved_as_it_is_written(talk, post, page):
    first = post("prepare_research", {"about_person": "Teaches R at night", "version": "1"}, HTTP_X_AUTOSAVE="1")
    assert first.json() == {"version": 2}
    post("prepare_research", {"tailored_line": "You stayed.", "version": "2"}, HTTP_X_AUTOSAVE="1")
    made = QuestionPlan.objects.get()
    assert (made.about_person, made.tailored_line, made.version) == ("Teaches R at night", "You stayed.", 3)
    assert 'data-version="3"' in page()


def test_a_newer_text_is_never_overwritten(talk, post):
    post("prepare_research", {"about_person": "From the laptop", "version": "1"}, HTTP_X_AUTOSAVE="1")
    stale = post("prepare_research", {"about_person": "From the phone", "version": "1"}, HTTP_X_AUTOSAVE="1")
    shown = stale.content.decode()
    assert (stale.status_code, "From the laptop" in shown, "From the phone" in shown) == (409, True, True)
    assert "<html" not in shown
    whole = post("prepare_research", {"about_person": "From the phone", "version": "1"})
    assert (whole.status_code, "From the phone" in whole.content.decode()) == (409, True)
    assert QuestionPlan.objects.get().about_person == "From the laptop"
    same = post("prepare_research", {"about_person": "From the laptop", "version": "1"}, HTTP_X_AUTOSAVE="1")
    assert same.status_code == 200


def test_questions_and_research_do_not_get_into_each_others_way(talk, post):
    post("prepare_research", {"about_person": "Teaches R", "version": "1"}, HTTP_X_AUTOSAVE="1")
    post("prepare_add", {"text": "Why R?"})
    post("prepare_checks", {"checked": ["intro"]})
    again = post("prepare_research", {"about_field": "Water", "version": "2"}, HTTP_X_AUTOSAVE="1")
    assert again.json() == {"version": 3}


def test_what_is_too_long_is_kept_on_the_page(talk, post):
    script = post("prepare_research", {"one_thing": "x" * 241, "version": "1"}, HTTP_X_AUTOSAVE="1")
    whole = post("prepare_research", {"one_thing": "x" * 241, "version": "1"})
    assert (script.status_code, whole.status_code, "x" * 241 in whole.content.decode()) == (422, 422, True)


def test_earlier_talks_are_brought_to_mind(talk, student, page, at):
    was = world.interview(student, talk.contact, starts_at=at - timedelta(days=90), status="completed")
    Debrief.objects.create(interview=was, quote="Ask what the map leaves out", agreed="I send him the summary")
    ActionStep.objects.create(student=student, contact=talk.contact, text="Send Marcus the summary")
    ActionStep.objects.create(student=student, contact=talk.contact, text="Long done", done_at=at)
    text = page()
    assert "Ask what the map leaves out" in text
    assert "Send Marcus the summary" in text
    assert "Long done" not in text


def test_the_introduction_is_pinned_with_its_line_for_this_person(talk, student, page):
    Introduction.objects.create(student=student, who="I study public health.", hopes="I want to see what people do.")
    QuestionPlan.objects.create(interview=talk, tailored_line="You stayed with one question for years.")
    text = page()
    assert "“I study public health. I want to see what people do.”" in text
    assert re.search(r'name="tailored_line" form="research-form"[^>]*>You stayed with one question for years\.<', text)


# --- what to see to ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("format", "place", "lines"),
    [
        ("video", "https://meet.example/a", ["read", "intro", "resume", "room", "dress", "test"]),
        ("video", "", ["read", "intro", "send_link", "resume", "room", "dress", "test"]),
        ("phone", "", ["read", "intro", "number", "resume", "charge", "quiet", "call"]),
        ("phone", "608", ["read", "intro", "resume", "charge", "quiet", "call"]),
        ("in_person", "Elm Street 3", ["read", "intro", "way", "print", "dress", "paper", "there"]),
    ],
)
def test_there_is_a_checklist_for_each_way_to_talk(student, format, place, lines, now):
    work = Organization.objects.create(student=student, name="State Department of Health")
    contact = world.contact(student, "Marcus Adeyemi", pronouns="he", organization=work)
    starts_at = now.replace(hour=18, minute=30)
    talk = world.interview(student, contact, starts_at=starts_at, format=format, place=place)
    found = checklist.checks(talk, "America/Chicago")
    assert [check.key for check in found] == lines
    assert max(len(check.key) for check in found) <= 20
    hours = {"test": "12:15\xa0pm", "quiet": "12:15\xa0pm", "call": "12:30\xa0pm", "there": "12:20\xa0pm"}
    assert hours.get(found[-1].key, "") in found[-1].text


def test_ticks_are_remembered_and_only_known_ones(talk, post, page):
    answer = post("prepare_checks", {"checked": ["intro", "room", "made_up"]}, **HTMX)
    assert (answer.status_code, QuestionPlan.objects.get().checked) == (204, ["intro", "room"])
    assert len(re.findall(r'name="checked"[^>]* checked', page())) == 2
    post("prepare_checks", {})
    assert QuestionPlan.objects.get().checked == []


def test_the_hour_of_the_other_is_said_where_it_differs(student, alum, at):
    contact = world.contact(student, "Ingrid Solheim", alum=alum.alumni_profile, time_zone="Europe/Dublin")
    noon = world.NOW.replace(hour=18, minute=0)
    talk = world.interview(student, contact, starts_at=noon)
    assert prepare_page.their_time(talk) == "6:00 to 6:20\xa0pm Dublin time"
    late = world.interview(student, contact, starts_at=world.NOW.replace(day=13, hour=1, minute=0))
    assert prepare_page.their_time(late) == "Friday, 1:00 to 1:20\xa0am Dublin time"
    near = world.interview(student, world.contact(student), starts_at=noon)
    assert prepare_page.their_time(near) == ""


# --- when -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("minutes", "is_warm"), [(61, False), (60, True), (0, True), (-19, True), (-20, False)])
def test_the_talk_can_be_started_from_an_hour_before_until_its_end(talk, at, minutes, is_warm):
    talk.starts_at, talk.ends_at = at + timedelta(minutes=minutes), at + timedelta(minutes=minutes + 20)
    assert prepare_page.is_warm(talk, at) is is_warm


@pytest.mark.parametrize(
    ("status", "days", "said"),
    [
        ("scheduled", -1, "This is the question list you used."),
        ("completed", -1, "This is the question list you used."),
        ("cancelled", 1, "This conversation was canceled. Your questions are saved."),
        ("no_show", -1, "This conversation didn’t happen. Your questions are saved."),
    ],
)
def test_afterwards_the_plan_is_only_read(talk, post, page, at, status, days, said):
    row = ask(talk, "How did you begin?")[0]
    starts_at = at + timedelta(days=days)
    fields = {"starts_at": starts_at, "ends_at": starts_at + timedelta(minutes=20), "talked_until": starts_at}
    Interview.objects.filter(pk=talk.pk).update(**fields)
    if status != "scheduled":
        Interview.objects.filter(pk=talk.pk).update(status=status)
    text = page()
    assert (said in text, "How did you begin?" in text) == (True, True)
    main = text[text.index("<main") : text.index("</main>")]
    assert re.findall(r"<(form|textarea|input|button)\b", main) == []
    for answer in (
        post("prepare_add", {"text": "Too late?"}),
        post("prepare_question", {"act": "out"}, row.pk),
        post("prepare_research", {"about_field": "Too late", "version": "1"}),
        post("prepare_checks", {"checked": ["intro"]}),
    ):
        assert answer.status_code == 302
    script = post("prepare_research", {"about_field": "Too late", "version": "1"}, HTTP_X_AUTOSAVE="1")
    made = QuestionPlan.objects.get()
    assert (script.status_code, made.about_field, made.checked, plan(talk)) == (403, "", [], ["How did you begin?"])


def test_a_plan_of_the_past_refuses_in_words(talk, at):
    Interview.objects.filter(pk=talk.pk).update(starts_at=at - timedelta(hours=2), ends_at=at - timedelta(hours=1))
    with pytest.raises(Stale, match="You can’t change its questions"):
        preparing.add_own(talk, text="Too late?", now=at)


# --- the pages --------------------------------------------------------------------------------------------------------


def test_the_list_to_take_along_holds_what_is_needed_and_nothing_to_press(talk, student, as_):
    question_bank.bring_in()
    first, _ = ask(talk, "How did you begin?", "What is hard?")
    preparing.star(talk, number=first.pk, on=True, now=timezone.now())
    QuestionPlan.objects.update(goals="A plain Tuesday", one_thing="He teaches R")
    text = as_(student).get(reverse("prepare_list", args=[talk.pk])).content.decode()
    sheet = text[text.index("<article") : text.index("</article>")]
    words = ["Marcus Adeyemi", "https://meet.example/abc", "A plain Tuesday", "He teaches R", "How did you begin?"]
    assert [
        word for word in [*words, "What is hard?", "May I connect with you on LinkedIn?"] if word not in sheet
    ] == []
    assert sheet.count("Must ask") == 1
    assert re.findall(r"<(form|button|input)\b", sheet) == []


@pytest.mark.parametrize("name", ["prepare", "prepare_list"])
def test_a_plan_is_its_students_alone(talk, as_, other_student, coach, other_alum, office, name):
    ask(talk, "Only mine?")
    QuestionPlan.objects.update(about_person="Canary in the notes")
    answers = {person: as_(person).get(reverse(name, args=[talk.pk])) for person in (other_student, office)}
    assert [answer.status_code for answer in answers.values()] == [404, 404]
    seen = [as_(person).get(reverse(name, args=[talk.pk])) for person in (coach, other_alum)]
    assert [answer.status_code for answer in seen] == [403, 403]
    assert [b"Canary" in answer.content for answer in [*answers.values(), *seen]] == [False] * 4


@pytest.mark.parametrize("rows", [1, 20])
@pytest.mark.parametrize(("name", "queries"), [("prepare", 23), ("prepare_list", 23)])
def test_a_long_plan_asks_no_more_questions(talk, student, as_, rows, name, queries, django_assert_num_queries):
    question_bank.bring_in()
    ask(talk, *(f"Question {n}?" for n in range(rows)))
    client = as_(student)
    client.get(reverse(name, args=[talk.pk]))
    with django_assert_num_queries(queries):
        client.get(reverse(name, args=[talk.pk]))


def test_every_control_has_a_name_and_every_id_is_there_once(talk, page):
    question_bank.bring_in()
    ask(talk, "How did you begin?", "What is hard?")
    QuestionPlan.objects.update(goals="A plain Tuesday")
    text = page()
    ids = re.findall(r'\sid="([^"]+)"', text)
    assert sorted({one for one in ids if ids.count(one) > 1}) == []
    labelled = set(re.findall(r'<label[^>]* for="([^"]+)"', text))
    controls = re.findall(r"<(?:input|select|textarea)\b(?![^>]*type=\"hidden\")[^>]*>", text)
    assert [tag for tag in controls if re.search(r'\sid="([^"]+)"', tag)[1] not in labelled] == []
    pointed = set(" ".join(re.findall(r'aria-(?:describedby|labelledby)="([^"]+)"', text)).split())
    assert pointed - set(ids) == set()
