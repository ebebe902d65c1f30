"""Today and the list, as a student sees them."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from apps.interviews.models import ThankYou
from apps.reminders import sweep
from apps.reminders.models import Notice, Preference
from tests import world

pytestmark = pytest.mark.django_db
H = timedelta(hours=1)


@pytest.fixture
def talk(student):
    contact = world.contact(student, "Teresa Quiroga")
    start = world.NOW - 19 * H - timedelta(minutes=20)
    return world.interview(student, contact, starts_at=start, status="completed")


@time_machine.travel(world.NOW, tick=False)
def test_the_thank_you_clock_comes_first(talk, student, as_):
    world.interview(student, world.contact(student, "Marcus Adeyemi"), starts_at=world.NOW + 25 * H)
    page = as_(student).get(reverse("today")).content.decode()
    assert page.index("Thank Teresa Quiroga") < page.index("Prepare for Marcus Adeyemi")
    assert "19 hours since you talked" in page
    assert "29 hours left, until Friday 3:40 pm" in page


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


def test_an_empty_day_points_to_the_first_step(student, as_):
    page = as_(student).get(reverse("today")).content.decode()
    assert "Find somebody worth talking to" in page


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


TODAY_QUERIES = 12  # session, person, profile, policy, unread notices, and the seven tables of today.page


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


def test_a_snoozed_notice_sleeps(notice, student, as_):
    client = as_(student)
    client.post(reverse("notice_snooze", args=[notice.pk]), {"for": "week"})
    assert "Put away" in client.get(reverse("notices")).content.decode()
    client.post(reverse("notice_snooze", args=[notice.pk]), {"for": "ever"})
    notice.refresh_from_db()
    assert notice.snoozed_until is not None


def test_a_foreign_notice_is_not_there(notice, other_student, as_):
    assert as_(other_student).post(reverse("notice_done", args=[notice.pk])).status_code == 404


def test_a_wish_is_kept(student, as_):
    client = as_(student)
    page = client.get(reverse("reminder_preferences"))
    data = {name: field.initial for name, field in page.context["wishes"].fields.items()}
    client.post(
        reverse("reminder_preferences"), data | {"cadence": "weekly", "quiet_from": "22:00", "quiet_to": "07:00"}
    )
    assert Preference.objects.get(person=student, rule="cadence").how == "weekly"
    half = client.post(reverse("reminder_preferences"), data | {"quiet_from": "22:00"})
    assert (half.status_code, "Give both ends" in half.content.decode()) == (422, True)
