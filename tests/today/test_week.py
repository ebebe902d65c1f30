"""A student's week: at most three things, what is done of them, and one act for 15 minutes (R4)."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from apps.clock import regions, times
from apps.interviews.asking import leaving, mails
from apps.interviews.thanking.models import ThankYou
from apps.network import actions as network
from apps.network.models import ActionStep, ProgressUpdate, Touch
from apps.policy.models import Policy
from apps.today import week as weeks
from tests import world

pytestmark = pytest.mark.django_db
H = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture
def many(student):
    """A student who knows a hundred people and has five things to do that can wait."""
    today = world.NOW.astimezone(student.zone).date()
    people = [world.contact(student, f"Person {n}") for n in range(100)]
    world.sent_request(student, people[0], at=world.NOW - 30 * DAY, status="declined", turn="")
    for n in range(5):
        ActionStep.objects.create(student=student, contact=people[n], text=f"Step {n}", due_on=today)
    return people


def shown(client):
    page = client.get(reverse("today"))
    context = page.context
    tasks = [task.title for task in (context["first"], *context["others"]) if task]
    return page.content.decode(), tasks, context["week"].done, context["more"]


@time_machine.travel(world.NOW, tick=False)
def test_each_thing_done_this_week_leaves_one_less(many, student, as_):
    client = as_(student)
    assert shown(client)[1:] == (["Step 0", "Step 1", "Step 2"], 0, 2)
    client.post(reverse("step_done", args=[ActionStep.objects.get(text="Step 0").pk]))
    text, *rest = shown(client)
    assert ([*rest], "1 of 3 done" in text) == ([["Step 1", "Step 2"], 1, 2], True)
    assert '<span class="visually-hidden">Done: </span>Step 0' in text
    network.touch(many[9], Touch.Kind.WROTE, at=world.NOW)
    network.touch(many[8], Touch.Kind.ASKED, at=world.NOW, key="asked:5:1")
    text, *rest = shown(client)
    assert rest == [[], 3, 4]
    for words in ("All 3 done", "Write to Person 9", "Ask Person 8 for a conversation", "That’s enough for this week"):
        assert words in text
    assert "I have 15 minutes" in text


@time_machine.travel(world.NOW, tick=False)
def test_what_cannot_wait_shows_though_the_week_is_done(many, student, as_):
    for n in range(3):
        network.touch(many[n], Touch.Kind.WROTE, at=world.NOW)
    world.interview(student, many[50], starts_at=world.NOW - 20 * H, status="completed")
    asked = {"status": "countered", "turn": "student", "answered_at": world.NOW - H}
    world.sent_request(student, many[51], at=world.NOW - 9 * DAY, **asked)
    assert shown(as_(student))[1:] == (["Thank Person 50", "Pick a time with Person 51"], 3, 5)


@time_machine.travel(world.NOW, tick=False)
def test_of_very_much_that_cannot_wait_there_are_three(many, student, as_):
    for n in range(7):
        world.interview(student, many[n + 20], starts_at=world.NOW - (n + 3) * H, status="completed")
    assert len(shown(as_(student))[1]) == 3


@time_machine.travel(world.NOW, tick=False)
def test_what_others_did_and_what_was_done_last_week_counts_for_nothing(many, student, as_):
    begun = weeks.begins(world.NOW, student.zone)
    network.touch(many[1], Touch.Kind.HEARD, at=world.NOW)
    network.touch(many[2], Touch.Kind.ANSWERED, at=world.NOW, key="answered:1")
    network.touch(many[3], Touch.Kind.WROTE, at=begun - timedelta(seconds=1))
    assert shown(as_(student))[2] == 0
    network.touch(many[3], Touch.Kind.WROTE, at=begun)
    assert shown(as_(student))[2] == 1


@time_machine.travel(world.NOW, tick=False)
def test_one_thing_known_in_two_ways_is_done_once(many, student, as_):
    talk = world.interview(student, many[7], starts_at=world.NOW - 20 * H, status="completed")
    network.touch(many[7], Touch.Kind.THANKED, at=world.NOW, key=f"thanked:{talk.pk}")
    network.touch(many[7], Touch.Kind.THANKED, at=world.NOW, key=f"second-thanks:{talk.pk}")
    assert shown(as_(student))[2] == 2  # two notes
    Touch.objects.filter(key__startswith="second").delete()
    assert shown(as_(student))[2] == 1


@pytest.mark.parametrize(("code", "day"), [("en-US", 8), ("en-GB", 9)])
def test_a_week_begins_on_the_day_of_the_region_at_the_students_midnight(code, day, student):
    with regions.using(code):
        assert weeks.begins(world.NOW, student.zone) == datetime(2026, 11, day, tzinfo=student.zone)


def test_a_week_with_a_night_of_25_hours_is_a_week(student):
    now = datetime(2026, 11, 3, 12, tzinfo=student.zone)  # the clocks went back on Sunday, November 1
    with regions.using("en-US"):
        begun = weeks.begins(now, student.zone)
    assert weeks.week({}, begun, student.zone).next_on == datetime(2026, 11, 8, tzinfo=student.zone)


# --- 15 minutes -------------------------------------------------------------------------------------------------------


@time_machine.travel(world.NOW, tick=False)
def test_15_minutes_give_exactly_one_act_and_another_on_asking(many, student, as_):
    client, seen = as_(student), []
    for n in range(6):
        page = client.get(f"{reverse('today')}?quarter={n}")
        quarter, text = page.context["quarter"], page.content.decode()
        part = text[text.index('id="quarter"') : text.index("</details>", text.index('id="quarter"'))]
        assert (part.count("<h3"), quarter.act.minutes <= 15, quarter.is_open) == (1, True, True)
        assert f'href="{quarter.act.url}"' in part
        seen.append(quarter.act.title)
    assert len(set(seen)) == 5  # four steps besides the first, one person to find; then round again
    assert seen[5] == seen[0] != page.context["first"].title
    assert 'id="quarter" open' not in client.get(reverse("today")).content.decode()


@pytest.mark.parametrize("asked", ["", "x", "-1", "9" * 30, "99"])
def test_whatever_is_asked_for_there_is_an_act(student, as_, asked):
    world.sent_request(student, world.contact(student), at=world.NOW, status="declined", turn="")
    page = as_(student).get(f"{reverse('today')}?quarter={asked}")
    assert page.context["quarter"].act.title == "Find one person you’d like to ask"
    assert "Suggest something else" not in page.content.decode()


def test_what_takes_longer_is_not_suggested():
    acts = [weeks.Act(str(minutes), "", "/", minutes) for minutes in (16, 60, 15, 3)]
    assert [weeks.quarter(acts, n).act.minutes for n in range(3)] == [15, 3, 15]


# --- what is being sent, and not done yet -----------------------------------------------------------------------------

ASK, THANK, TELL = "Ask Person 3 for a conversation", "Thank Person 4", "Tell Person 5 how it went"


@pytest.fixture
def pressed(many, student):
    """A request, a thank-you and an update, each pressed a minute ago: Rapport sends them four minutes later."""
    at = world.NOW - timedelta(minutes=1)
    leaves = {"leaves_at": at + 5 * timedelta(minutes=1)}
    asked = world.sent_request(student, many[3], at=at, **leaves)
    network.touch(many[3], Touch.Kind.ASKED, at=at, key=f"asked:{asked.pk}:{asked.version}")
    talk = world.interview(student, many[4], starts_at=world.NOW - 20 * H, status="completed")
    ThankYou.objects.create(interview=talk, body="Thank you.", sent_at=at, channel="rapport", **leaves)
    network.touch(many[4], Touch.Kind.THANKED, at=at, key=f"thanked:{talk.pk}")
    update = ProgressUpdate.objects.create(student=student, started_at=at, finished_at=at)
    network.touch(many[5], Touch.Kind.UPDATED, at=at, key=f"update:{update.pk}:1")
    return {
        ASK: reverse("request_take_back", args=[asked.pk]),
        THANK: reverse("thanks_back", args=[talk.pk]),
        TELL: f"{reverse('progress_update')}?update={update.pk}",
    }


def test_what_can_still_be_undone_is_being_sent_and_is_not_done(pressed, student, as_):
    client = as_(student)
    with time_machine.travel(world.NOW, tick=False):
        page = client.get(reverse("today"))
        text, week = page.content.decode(), page.context["week"]
    when = times.until(world.NOW + timedelta(minutes=4), world.NOW, student.zone)
    for title, undo in pressed.items():
        assert f"Done: </span>{title}" not in text
        form = text.partition(f"<h3>{title}</h3>")[2].partition("</form>")[0]
        assert (f'action="{undo}"' in form, f"Sending {when}." in form, ">Undo<" in form) == (True, True, True)
    assert "Waiting for a reply" not in text
    assert (week.done, week.room, len(week.sending)) == (0, 0, 3)  # they take up the week’s room, and count for nothing


def test_what_has_left_is_done(pressed, student, as_):
    client = as_(student)
    with time_machine.travel(world.NOW + timedelta(minutes=4), tick=False):
        page = client.get(reverse("today"))
    text, week = page.content.decode(), page.context["week"]
    assert [f"Done: </span>{title}" in text for title in pressed] == [True, True, True]
    assert (week.done, len(week.sending), "Sending " in text) == (3, 0, False)
    assert "Waiting for a reply: Person 3" in text


def test_an_undo_on_today_stops_the_request_and_nothing_of_it_is_left(student, alum, as_):
    with time_machine.travel(world.NOW, tick=False):
        client = as_(student)
        person = world.contact(student, "Ingrid Solheim", alum=alum.alumni_profile)
        asked = world.sent_request(student, person, at=world.NOW, leaves_at=world.NOW + H)
        leaving.remember_asking(asked, world.NOW)
        mails.letter(asked, list(asked.windows.all()), policy=Policy.now())
        page = client.get(reverse("today")).content.decode()
        address = page.partition("Sending ")[0].rpartition('action="')[2].partition('"')[0]
        client.post(address, {"undo": "1"})
        asked.refresh_from_db()
        again = client.get(reverse("today")).content.decode()
    assert (asked.status, "Sending " in again, "Done: " in again) == ("draft", False, False)
