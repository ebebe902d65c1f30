"""The list of what is due, and the wishes, as a person sees them."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from apps.mail import outbox
from apps.mail.models import Unsubscribe
from apps.network.models import ActionStep
from apps.reminders import sweep
from apps.reminders.models import Notice, Preference, QuietTime
from apps.reminders.rules import RULES
from tests import world

pytestmark = pytest.mark.django_db
H = timedelta(hours=1)


@pytest.fixture
def talk(student):
    contact = world.contact(student, "Teresa Quiroga")
    start = world.NOW - 19 * H - timedelta(minutes=20)
    return world.interview(student, contact, starts_at=start, status="completed")


@pytest.fixture
def notice(talk, student):
    sweep.run(world.NOW + 2 * H)
    return Notice.objects.get(rule="thank-you-first")


@pytest.mark.parametrize(("button", "closed_as"), [("notice_done", "done"), ("notice_dismiss", "dismissed")])
def test_a_notice_is_closed_and_can_come_back(notice, student, as_, button, closed_as):
    client = as_(student)
    client.post(reverse(button, args=[notice.pk]))
    notice.refresh_from_db()
    assert notice.closed_as == closed_as
    client.post(reverse("notice_reopen", args=[notice.pk]))
    notice.refresh_from_db()
    assert (notice.closed_at, notice.closed_as) == (None, "")


@time_machine.travel(world.NOW + 2 * H, tick=False)
@pytest.mark.parametrize(
    ("data", "day"),
    [({"span": "day"}, 13), ({"span": "week"}, 19), ({"span": "date", "until": "2026-11-25"}, 25)],
)
def test_a_notice_is_put_away_until_the_morning_of_a_day(notice, student, as_, data, day):
    client = as_(student)
    client.post(reverse("notice_snooze", args=[notice.pk]), data)
    notice.refresh_from_db()
    assert notice.snoozed_until == datetime(2026, 11, day, 8, tzinfo=student.zone)
    page = client.get(reverse("notices"))
    assert ([one.pk for one in page.context["asleep"]], "Snoozed" in page.content.decode()) == ([notice.pk], True)
    client.post(reverse("notice_reopen", args=[notice.pk]))
    notice.refresh_from_db()
    assert notice.snoozed_until is None


@time_machine.travel(world.NOW + 2 * H, tick=False)
@pytest.mark.parametrize(
    "data",
    [
        {},
        {"span": "ever"},
        {"span": "date"},
        {"span": "date", "until": "2026-11-12"},
        {"span": "date", "until": "2027-12-31"},
        {"span": "date", "until": "soon"},
    ],
)
def test_a_day_that_cannot_be_is_refused_with_a_sentence(notice, student, as_, data):
    page = as_(student).post(reverse("notice_snooze", args=[notice.pk]), data, follow=True).content.decode()
    notice.refresh_from_db()
    assert (notice.snoozed_until, "hoose a" in page) == (None, True)


@time_machine.travel(world.NOW + 22 * H, tick=False)
def test_two_rules_about_one_thing_are_one_line_and_go_together(talk, student, as_):
    sweep.run(world.NOW + 2 * H)
    sweep.run(world.NOW + 22 * H)
    Notice.objects.filter(rule="thank-you-first").update(closed_at=None, closed_as="")
    client = as_(student)
    page = client.get(reverse("notices"))
    assert [one.rule for one in page.context["waiting"]] == ["thank-you-second", "write-down"]
    client.post(reverse("notice_done", args=[page.context["waiting"][0].pk]))
    assert list(Notice.objects.filter(closed_at=None).values_list("rule", flat=True)) == ["write-down"]


def test_two_things_to_do_with_one_person_are_two_lines(student, as_):
    contact = world.contact(student, "Teresa Quiroga")
    for n in range(2):
        ActionStep.objects.create(student=student, contact=contact, text=f"Step {n}", due_on=world.NOW.date())
    sweep.run(world.NOW)
    assert len(as_(student).get(reverse("notices")).context["waiting"]) == 2


@time_machine.travel(world.NOW + 2 * H, tick=False)
def test_what_is_new_is_counted_until_the_list_was_looked_at(notice, student, as_):
    client = as_(student)
    assert client.get(reverse("account")).context["unread_notices"] == 2
    page = client.get(reverse("notices")).content.decode()
    assert page.count(" New</span>") == 2
    assert client.get(reverse("account")).context["unread_notices"] == 0
    assert " New</span>" not in client.get(reverse("notices")).content.decode()


@time_machine.travel(world.NOW + 2 * H, tick=False)
def test_the_list_says_how_long_the_clock_still_runs(notice, student, as_):
    page = as_(student).get(reverse("notices")).content.decode()
    assert "27 hours left, until Saturday" not in page
    assert "left. Due tomorrow at 3:40\xa0pm" in page


@time_machine.travel(world.NOW, tick=False)
def test_the_list_and_today_hold_the_same(student, as_):
    world.interview_request(student, world.contact(student, "Grace Otieno"))
    world.interview(student, world.contact(student, "Helen Varga"), starts_at=world.NOW + 30 * H)
    held = world.interview(student, world.contact(student, "Ada Moe"), starts_at=world.NOW - 21 * H, status="completed")
    sweep.run(world.NOW)
    client = as_(student)
    today = client.get(reverse("today")).context
    listed = client.get(reverse("notices")).context
    urls = {task.url for task in [today["first"], *today["others"]]}
    assert reverse("thank_you", args=[held.pk]) in urls
    assert {*(one.url for one in listed["waiting"]), *(task.url for task in listed["others"])} >= urls
    assert len(listed["others"]) == 2  # the draft and the thin plan: no reminder speaks of them
    assert "things to do" in client.get(reverse("notices")).content.decode()


def test_an_empty_list_says_so(student, as_):
    page = as_(student).get(reverse("notices")).content.decode()
    assert "You’re all caught up." in page


def _fill(student, rows):
    for n in range(rows):
        about = {"rule": "write-down", "person": student, "subject_id": n, "due_at": world.NOW, "url": "/today/"}
        Notice.objects.create(key=f"open{n}", thing=f"open{n}", title=f"Write {n}", **about)
        Notice.objects.create(key=f"asleep{n}", thing=f"asleep{n}", snoozed_until=world.NOW + 99 * H, **about)
        Notice.objects.create(key=f"closed{n}", thing=f"closed{n}", closed_at=world.NOW, closed_as="done", **about)


@time_machine.travel(world.NOW + H, tick=False)
@pytest.mark.parametrize("rows", [1, 30])
def test_the_list_asks_the_same_questions_at_any_size(student, as_, rows, django_assert_num_queries):
    _fill(student, rows)
    client = as_(student)
    client.get(reverse("notices"))
    with django_assert_num_queries(LIST_QUERIES):
        client.get(reverse("notices"))


LIST_QUERIES = 15
# session and person, policy, what is new, two for each of two pages, what waits, what sleeps, what Today shows besides
# (its conversations, its requests, what was said of its things, and as one all that mostly finds little), and that it
# is seen


@time_machine.travel(world.NOW + H, tick=False)
def test_a_long_list_comes_in_pages_and_what_is_closed_in_its_own(student, as_):
    _fill(student, 25)
    client = as_(student)
    shown = [len(client.get(reverse("notices") + query).context["waiting"]) for query in ("", "?page=2", "?page=9")]
    closed = [len(client.get(reverse("notices") + query).context["closed"]) for query in ("", "?before=2")]
    assert (shown, closed) == ([20, 5, 5], [20, 5])


def test_a_foreign_notice_is_not_there(notice, other_student, as_):
    assert as_(other_student).post(reverse("notice_done", args=[notice.pk])).status_code == 404


# --- wishes -----------------------------------------------------------------------------------------------------------


def as_shown(client):
    """What the form of the preferences sends when nothing is changed."""
    page = client.get(reverse("reminder_preferences"))
    return {name: field.initial for name, field in page.context["wishes"].fields.items()}


def test_a_wish_is_kept(student, as_):
    client = as_(student)
    data = as_shown(client)
    times = {"quiet_from": "22:00", "quiet_to": "07:00", "paused_until": "2027-01-10"}
    client.post(reverse("reminder_preferences"), data | {"cadence": "weekly"} | times)
    assert Preference.objects.get(person=student, rule="cadence").how == "weekly"
    assert str(QuietTime.objects.get(person=student).paused_until) == "2027-01-10"
    assert as_shown(client) == data | {"cadence": "weekly"}
    half = client.post(reverse("reminder_preferences"), data | {"quiet_from": "22:00"})
    assert (half.status_code, "Enter both a start and an end" in half.content.decode()) == (422, True)


def test_what_cannot_wait_is_not_offered_for_monday(student, as_):
    client = as_(student)
    answer = client.post(reverse("reminder_preferences"), as_shown(client) | {"interview-hour": "weekly"})
    assert (answer.status_code, Preference.objects.count()) == (422, 0)


@pytest.mark.parametrize(
    ("person", "shown"),
    [
        ("coach", [rule.name for rule in RULES if rule.role == "coach"]),
        ("alum", ["profile-check"]),
        ("office", []),
        ("student", [rule.name for rule in RULES if rule.role == "student" and rule.name != "thank-you-late"]),
    ],
)
def test_everybody_chooses_about_what_they_can_hear(everybody, as_, person, shown):
    assert list(as_shown(as_(everybody[person]))) == shown


def test_an_unsubscription_shows_as_a_wish_and_another_wish_takes_it_back(student, as_):
    for topic in ("cadence", "digest"):
        outbox.unsubscribe(student, topic)
    Preference.objects.create(person=student, rule="close-loop", how="daily")
    client = as_(student)
    data = as_shown(client)
    assert (data["cadence"], data["close-loop"]) == ("never", "never")
    client.post(reverse("reminder_preferences"), data)
    assert sorted(Unsubscribe.objects.values_list("topic", flat=True)) == ["cadence", "digest"]
    client.post(reverse("reminder_preferences"), data | {"cadence": "daily"})
    assert not Unsubscribe.objects.exists()


def test_who_is_told_only_in_rapport_reads_that_no_email_comes(student, as_):
    text = as_(student).get(reverse("reminder_preferences")).content.decode()
    assert ">Only in Rapport, no email</option>" in text
