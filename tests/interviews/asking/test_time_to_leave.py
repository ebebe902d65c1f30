"""A letter leaves at a chosen hour of its reader’s day."""

from datetime import datetime, timedelta

import pytest
from django.urls import reverse

from apps.alumni.models import AlumniProfile
from apps.clock import times
from apps.interviews import deadlines
from apps.interviews.asking import actions as asking
from apps.interviews.asking.forms import LeavingForm
from apps.interviews.lifecycle.models import InterviewRequest
from apps.mail.models import OutboundMessage
from apps.network.models import Touch
from apps.policy.models import Policy
from apps.web.answers import Refused
from tests import world
from tests.interviews import steps
from tests.interviews.asking.pages import form_of, later, page


def test_it_leaves_at_a_time_of_the_alums_day_and_can_be_taken_back_until_then(as_, student, draft, at):
    client, monday = as_(student), (at + timedelta(days=1)).replace(hour=15, minute=30, second=0, microsecond=0)
    client.post(reverse("request_send", args=[draft.pk]), form_of(draft) | later(draft, monday))
    asked, letter = InterviewRequest.objects.get(), steps.mail("request_sent_to_alum")
    assert (asked.status, asked.leaves_at, asked.sent_at, letter.due_at) == ("sent", monday, monday, monday)
    shown = page(client, asked)
    assert (
        f"It will be sent on {times.day(monday, 'Europe/Dublin')}, {times.clock(monday, 'Europe/Dublin')} Dublin time"
        in shown
    )
    assert f"({times.clock(monday, student.time_zone)} for you)" in shown
    assert "You chose Send. It will be sent" in shown
    assert "You sent it" not in shown
    assert not InterviewRequest.objects.visible_to(asked.alum.user).exists()
    client.post(reverse("request_take_back", args=[asked.pk]))
    asked.refresh_from_db()
    assert (asked.status, asked.send_at, asked.leaves_at) == ("draft", monday, None)
    assert "Chosen: " in page(client, asked)
    client.post(reverse("request_send", args=[asked.pk]), form_of(asked) | {"leaves": ""})
    asked.refresh_from_db()
    assert (asked.send_at, asked.leaves_at - asked.sent_at) == (None, timedelta(minutes=5))


def _chosen(student, draft, at):
    """Send a letter that leaves tomorrow."""
    steps.no_review()
    return asking.press_send(draft, by=student, now=at, send_at=at + timedelta(days=1))


def test_a_letter_stays_here_when_the_alum_pauses_before_its_time(as_, student, draft, at):
    asked = _chosen(student, draft, at)
    AlumniProfile.objects.filter(pk=asked.alum_id).update(is_paused=True)
    deadlines.clock(asked.leaves_at - timedelta(minutes=2))
    assert InterviewRequest.objects.get().status == "sent"
    deadlines.clock(asked.leaves_at - timedelta(minutes=1))
    asked.refresh_from_db()
    assert (asked.status, asked.sent_at, asked.leaves_at, asked.deadline_at) == ("draft", None, None, None)
    assert steps.mail("request_sent_to_alum").state == "cancelled"
    assert "isn’t taking requests right now" in " ".join(steps.mail("request_held_back").text.split())
    assert not Touch.objects.exists()
    assert asked.parts[0] in page(as_(student), asked)


def test_the_month_fills_up_before_a_letter_leaves(student, other_student, draft, at):
    asked = _chosen(student, draft, at)
    AlumniProfile.objects.filter(pk=asked.alum_id).update(monthly_cap=1)
    theirs = world.contact(other_student, alum=asked.alum)
    world.sent_request(other_student, theirs, at=asked.leaves_at - timedelta(minutes=5))
    assert deadlines.hold_back(asked.leaves_at) == 1
    assert "has reached this month’s limit" in " ".join(steps.mail("request_held_back").text.split())


def test_a_letter_with_nothing_in_its_way_leaves(student, draft, at):
    asked = _chosen(student, draft, at)
    AlumniProfile.objects.filter(pk=asked.alum_id).update(monthly_cap=1)
    assert deadlines.hold_back(asked.leaves_at) == 0
    OutboundMessage.objects.update(state="sent", sent_at=at)
    AlumniProfile.objects.filter(pk=asked.alum_id).update(is_paused=True)
    assert deadlines.hold_back(asked.leaves_at) == 0
    assert InterviewRequest.objects.get().status == "sent"


def test_the_chosen_time_is_saved_by_itself_once_it_is_whole(as_, draft, student, at):
    client, monday = as_(student), (at + timedelta(days=1)).replace(hour=15, minute=30, second=0, microsecond=0)
    url, whole = reverse("request_save", args=[draft.pk]), later(draft, monday)

    def saved(**fields):
        version = InterviewRequest.objects.get().version
        client.post(url, fields | {"version": version}, headers={"X-Autosave": "1"})
        return InterviewRequest.objects.get().send_at

    assert saved(**whole | {"leaves_time": ""}) is None
    assert saved(**whole) == monday
    assert saved(goals="To learn") == monday
    assert saved(**whole | {"leaves": ""}) is None


def test_the_deadline_counts_from_leaving(student, draft, at):
    Policy.now()
    Policy.objects.update(answer_days=2)
    leaves = at + timedelta(days=1)
    steps.no_review()
    asked = asking.press_send(draft, by=student, now=at, send_at=leaves)
    assert asked.deadline_at == leaves + timedelta(days=2)


def test_times_that_pass_before_it_leaves_do_not_count(student, draft, at):
    first = min(window.starts_at for window in draft.windows.all())
    steps.no_review()
    with pytest.raises(Refused, match="at least 3 future times"):
        asking.press_send(draft, by=student, now=at, send_at=first + timedelta(hours=8))


@pytest.mark.parametrize("days", [-1, 15])
def test_it_leaves_ahead_and_within_two_weeks(student, draft, at, days):
    steps.no_review()
    with pytest.raises(Refused, match="within the next 2 weeks"):
        asking.press_send(draft, by=student, now=at, send_at=at + timedelta(days=days))


@pytest.mark.parametrize(
    ("day", "time", "meant", "utc"),
    [
        ("2026-03-29", "01:30", None, None),  # Dublin's clocks go forward: there is no 1:30
        ("2026-03-29", "02:30", None, "2026-03-29T01:30:00+00:00"),
        ("2026-10-25", "01:30", None, None),  # and back: it comes twice
        ("2026-10-25", "01:30", "2026-10-25T01:30:00+00:00", "2026-10-25T01:30:00+00:00"),
        ("2026-10-25", "01:30", "2026-10-25T00:30:00+00:00", "2026-10-25T00:30:00+00:00"),
    ],
)
def test_a_time_to_leave_means_one_instant_on_both_sides_of_a_change_of_clocks(day, time, meant, utc):
    data = {"leaves": "later", "leaves_day": day, "leaves_time": time, "leaves_meant": meant or ""}
    form = LeavingForm(data, zone="Europe/Dublin")
    if utc is None:
        assert (form.is_valid(), len(form.choices)) == (False, 2)
    else:
        assert form.is_valid()
        assert form.cleaned_data["send_at"] == datetime.fromisoformat(utc)
