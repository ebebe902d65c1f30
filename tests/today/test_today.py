"""Today, as a student sees it."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from apps.interviews.thanking.models import ThankYou
from apps.policy.models import Policy
from apps.students.models import Introduction, StudentProfile
from apps.students.spoken import LINES
from tests import world

pytestmark = pytest.mark.django_db
H = timedelta(hours=1)


@pytest.fixture
def talk(student):
    contact = world.contact(student, "Teresa Quiroga")
    start = world.NOW - 19 * H - timedelta(minutes=20)
    return world.interview(student, contact, starts_at=start, status="completed")


@time_machine.travel(world.NOW, tick=False)
@pytest.mark.parametrize(
    ("minutes", "said"), [(5, "for 5 minutes"), (1, "for 1 minute."), (0, "send it when you’re ready")]
)
def test_a_newcomer_reads_how_long_a_request_can_be_undone(as_, student, minutes, said):
    Policy.objects.update(undo_minutes=minutes)
    text = as_(student).get(reverse("today")).content.decode()
    assert (said in text, "for 0 minute" in text) == (True, False)


@time_machine.travel(world.NOW, tick=False)
def test_the_thank_you_clock_comes_first(talk, student, as_):
    world.interview(student, world.contact(student, "Marcus Adeyemi"), starts_at=world.NOW + 25 * H)
    page = as_(student).get(reverse("today")).content.decode()
    assert page.index("Thank Teresa Quiroga") < page.index("Prepare for Marcus Adeyemi")
    assert "19 hours since you talked" in page
    assert "29 hours left. Due tomorrow at 3:40\xa0pm" in page


@time_machine.travel(world.NOW, tick=False)
def test_a_thanked_person_leaves_the_agenda(talk, student, as_):
    ThankYou.objects.create(interview=talk, sent_at=world.NOW)
    page = as_(student).get(reverse("today")).content.decode()
    assert "Thank Teresa Quiroga" not in page


@time_machine.travel(world.NOW, tick=False)
def test_a_time_that_has_passed_asks_first_whether_they_talked(student, as_):
    passed = world.interview(student, world.contact(student, "Teresa Quiroga"), starts_at=world.NOW - 2 * H)
    page = as_(student).get(reverse("today")).content.decode()
    assert ("Did you talk with Teresa Quiroga?" in page, "Thank Teresa" in page) == (True, False)
    assert f'href="{reverse("debrief", args=[passed.pk])}"' in page


@time_machine.travel(world.NOW, tick=False)
@pytest.mark.parametrize(("after", "late"), [(-1, False), (0, True)])
def test_the_note_is_late_at_48_hours_to_the_second(student, as_, after, late):
    ended = world.NOW - 48 * H - timedelta(seconds=after)
    talk = world.interview(
        student, world.contact(student), starts_at=ended - H, talked_until=ended, minutes=60, status="completed"
    )
    page = as_(student).get(reverse("today")).content.decode()
    assert talk.thank_by == world.NOW - timedelta(seconds=after)
    assert ("Late is far better than never" in page) is late


# --- the first day ----------------------------------------------------------------------------------------------------


def steps(client):
    """Return which of the three steps of a newcomer are done, and where the next one leads."""
    page = client.get(reverse("today"))
    first_day, text = page.context["first_day"], page.content.decode()
    assert text.count("btn-primary") == 1
    return first_day and ([step.is_done for step in first_day.steps], first_day.next.url)


def test_a_newcomer_is_welcomed_with_three_steps(student, as_):
    client = as_(student)
    page = client.get(reverse("today")).content.decode()
    for words in ("Welcome, Amira.", "You don’t need to know anyone yet", "Your coach is", "Three steps to a first"):
        assert words in page
    assert steps(client) == ([False, False, False], reverse("introduction"))
    lines = {"who": "a junior in health", "skills": "listening", "hopes": "what people do all day", "version": 1}
    assert client.post(reverse("introduction_lines"), lines)["Location"] == reverse("today")
    assert steps(client) == ([True, False, False], reverse("map_people"))
    for n in range(5):
        page = client.get(reverse("today")).content.decode()
        assert f"{n} of 5 named" in page
        assert f'No one comes to mind? <a href="{reverse("finding")}">' in page
        world.contact(student, f"Person {n}")
    assert steps(client) == ([True, True, False], reverse("network"))


def test_three_blank_lines_are_not_called_saved(student, as_):
    blank = {"who": "", "skills": "", "hopes": "", "version": 1}
    page = as_(student).post(reverse("introduction_lines"), blank, follow=True).content.decode()
    assert "The lines are still blank. One is enough to start." in page
    assert "Saved." not in page


def test_the_lines_are_written_on_today_and_become_sentences(student, as_):
    StudentProfile.objects.filter(user=student).update(program="economics", year="")
    client = as_(student)
    form = client.get(reverse("today")).context["first_day"].lines
    assert form["who"].value() == "a student in economics"
    said = {"who": "a junior in health", "skills": "My hands are steady!", "hopes": ""}
    page = client.post(reverse("introduction_lines"), said | {"version": 1}, follow=True)
    assert "Saved. 1 more line to go." in page.content.decode()
    mine = Introduction.objects.get(student=student)
    assert mine.parts == ["I’m a junior in health.", "My hands are steady!"]
    again = page.context["first_day"]
    assert [again.lines[name].value() for name in said] == ["a junior in health", "My hands are steady!", ""]
    same = said | {"version": again.version}
    client.post(reverse("introduction_lines"), same)
    mine.refresh_from_db()
    assert (mine.version, mine.parts) == (again.version, ["I’m a junior in health.", "My hands are steady!"])


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("a junior", "I’m a junior."),
        ("I’m a junior.", "I’m a junior."),
        ("I am a junior", "I am a junior."),
        ("  i study   law ", "i study law."),
        ("interested in law", "I’m interested in law."),
        ("My name is Ana. I study law…", "My name is Ana. I study law…"),
        ("", ""),
    ],
)
def test_a_line_is_completed_once(typed, kept):
    line = LINES["who"]
    assert (line.completed(typed), line.completed(line.shortened(kept))) == (kept, kept)


def test_a_line_that_is_too_long_stands_where_it_can_be_put_right(student, as_):
    page = as_(student).post(reverse("introduction_lines"), {"who": "x" * 700, "version": 1})
    assert (page.status_code, "x" * 700 in page.content.decode()) == (422, True)


def test_the_ladder_the_fact_with_its_source_and_the_office_stand_there(student, as_):
    page = as_(student).get(reverse("today")).content.decode()
    ladder = ("A friend", "Your coach", "Someone a friend suggests", "Someone new")
    rungs = [page.index(f"<h3>{rung}</h3>") for rung in ladder]
    assert rungs == sorted(rungs)
    for words in ("Flynn and Lake, 2008", "https://doi.org/", f'href="{reverse("ask_office")}"', "never ask for a"):
        assert words in page


def test_the_steps_end_with_the_first_request(student, as_):
    contact = world.contact(student)
    draft = world.interview_request(student, contact)
    page = as_(student).get(reverse("today"))
    assert (page.context["first"].url, len(page.context["first_day"].steps)) == (reverse("request", args=[draft.pk]), 3)
    draft.delete()
    world.sent_request(student, contact, at=world.NOW)
    assert steps(as_(student)) is None


def test_an_empty_day_of_somebody_who_has_begun_points_to_the_next_person(student, as_):
    world.sent_request(student, world.contact(student), at=world.NOW, status="declined", turn="")
    page = as_(student).get(reverse("today")).content.decode()
    assert "Find someone worth talking to" in page


def test_the_introduction_is_in_the_menu_of_a_student_alone(student, coach, as_):
    link = f'href="{reverse("introduction")}"'
    assert link in as_(student).get(reverse("network")).content.decode()
    assert link not in as_(coach).get(reverse("caseload")).content.decode()


@time_machine.travel(world.NOW, tick=False)
@pytest.mark.parametrize("rows", [1, 30])
def test_today_asks_the_same_questions_at_any_size(student, as_, rows, django_assert_num_queries):
    for n in range(rows):
        contact = world.contact(student, f"Person {n}")
        start = world.NOW - (n + 3) * H
        world.interview(student, contact, starts_at=start, status="completed")
        world.referral(contact, world.contact(student, f"Named {n}"))
        world.interview_request(student, world.contact(student, f"Drafted {n}"))
    client = as_(student)
    client.get(reverse("today"))
    with django_assert_num_queries(TODAY_QUERIES):
        client.get(reverse("today"))


TODAY_QUERIES = 8
# session, person with profile, conversations, requests, what was said of the things on the list, policy, stages; and
# all that mostly finds little as one: what the rooms above bring, steps, cadences, introductions, deeds, unread notices


# --- the goal ---------------------------------------------------------------------------------------------------------


@time_machine.travel(world.NOW, tick=False)
@pytest.mark.parametrize(("after", "held"), [(-1, 0), (0, 2)])
def test_the_goal_counts_each_conversation_since_the_students_term_began(student, as_, after, held):
    """From midnight on the student's clock; two at the same time are two."""
    began = world.NOW.astimezone(student.zone).replace(day=1, hour=0, minute=0)
    policy = Policy.now()
    policy.term_starts_on = began.date()
    policy.save()
    for name in ("Teresa Quiroga", "Helen Varga"):
        contact = world.contact(student, name)
        world.sent_request(student, contact, at=world.NOW, status="declined", turn="")
        world.interview(student, contact, starts_at=began + timedelta(seconds=after), status="completed")
    world.interview(student, contact, starts_at=world.NOW + 50 * H)
    page = as_(student).get(reverse("today"))
    goal = page.context["goal"]
    assert (goal.held, goal.booked, goal.wanted) == (held, 1, 3)
