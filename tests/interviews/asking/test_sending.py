"""The letter is sent, taken back, withdrawn; and what keeps it here."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from apps.interviews.asking import actions as asking
from apps.interviews.asking import reviews
from apps.interviews.lifecycle.models import InterviewRequest
from apps.mail.models import OutboundMessage
from apps.network.models import Referral, Touch
from apps.policy.models import Policy
from apps.web.answers import Refused
from tests import world
from tests.interviews import steps
from tests.interviews.asking.pages import form_of, page


def test_send_leaves_after_five_minutes_and_can_be_taken_back(as_, student, draft, at):
    client = as_(student)
    client.post(reverse("request_send", args=[draft.pk]), form_of(draft))
    asked, letter = InterviewRequest.objects.get(), steps.mail("request_sent_to_alum")
    assert asked.status == "sent"
    assert letter.due_at - asked.sent_at == timedelta(minutes=5)
    assert "You can undo until then" in page(client, asked)
    client.post(reverse("request_take_back", args=[asked.pk]))
    asked.refresh_from_db()
    letter.refresh_from_db()
    assert (asked.status, asked.sent_at, letter.state) == ("draft", None, "cancelled")
    assert not Touch.objects.exists()
    client.post(reverse("request_send", args=[draft.pk]), form_of(asked))
    assert OutboundMessage.objects.filter(kind="request_sent_to_alum", state="pending").count() == 1


def test_what_has_left_cannot_be_taken_back(student, draft, at):
    asked = asking.send(draft, by=student, now=at)
    OutboundMessage.objects.update(state="sent", sent_at=at)
    with pytest.raises(Refused, match="already sent"):
        asking.take_back(asked, by=student, now=at)
    assert InterviewRequest.objects.get().status == "sent"


def test_the_deadline_is_the_earlier_of_policy_and_the_last_time_offered(student, draft, at):
    asked = asking.send(draft, by=student, now=at)
    last = max(window.ends_at for window in draft.windows.all())
    assert asked.deadline_at == last - timedelta(minutes=20)
    Policy.objects.update(answer_days=2)
    asking.take_back(asked, by=student, now=at)
    assert asking.send(asked, by=student, now=at).deadline_at == at + timedelta(days=2)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"part_why": ""}, "Say why you chose"),
        ({"part_who": " "}, "Say who you are"),
        ({"subject": ""}, "Add a subject"),
        ({"part_ask": "Could I have [20] minutes?"}, "is a placeholder"),
        ({"formats": []}, "Choose how you can talk"),
    ],
)
def test_what_is_missing_is_not_sent(student, draft, at, changes, sentence):
    InterviewRequest.objects.update(**changes)
    with pytest.raises(Refused, match=sentence):
        asking.send(InterviewRequest.objects.get(), by=student, now=at)
    assert not OutboundMessage.objects.exists()


def test_nothing_is_an_error_before_it_was_sent_and_then_each_is_shown_at_its_place(as_, student, draft):
    InterviewRequest.objects.update(part_why="", part_ask="Could I have [20] minutes?", formats=[])
    asked, client = InterviewRequest.objects.get(), as_(student)
    before = page(client, asked)
    assert ("rp-brick" in before, "rp-note-brick" in before, "Say why you chose" in before) == (False, False, True)
    answer = client.post(reverse("request_send", args=[asked.pk]), form_of(asked))
    after = answer.content.decode()
    places = [place for place, _ in answer.context["to_mend"]]
    assert (answer.status_code, places) == (422, ["id_part_why", "id_part_ask", "format-video"])
    assert all(f'href="#{place}"' in after and f'id="{place}"' in after for place in places)
    assert "Fix 3 things to continue" in after
    assert InterviewRequest.objects.get().status == "draft"


def test_what_was_refused_stays_marked_while_it_is_mended(as_, student, draft):
    InterviewRequest.objects.update(part_why="")
    url = reverse("request_preview", args=[draft.pk])
    quiet, marked = (
        as_(student).post(url, form_of(draft, part_why="") | more).content.decode() for more in ({}, {"tried": "1"})
    )
    assert ("rp-brick" in quiet, "rp-brick" in marked) == (False, True)


def test_fewer_than_three_times_ahead_are_not_sent(student, draft, at):
    draft.windows.order_by("starts_at").last().delete()
    with pytest.raises(Refused, match="at least 3 future times"):
        asking.send(draft, by=student, now=at)


@pytest.mark.parametrize("permission", ["no", "not_asked", "intro_first", None])
def test_nobody_is_named_without_their_leave(student, draft, at, permission):
    yuki = world.contact(student, "Yuki Tanabe")
    if permission:
        world.referral(yuki, draft.contact, name_permission=permission)
    InterviewRequest.objects.update(part_connection="Yuki Tanabe told me about you.")
    with pytest.raises(Refused, match="You mention Yuki Tanabe"):
        asking.send(InterviewRequest.objects.get(), by=student, now=at)


def test_with_leave_the_name_is_a_warm_start(as_, student, draft, at):
    yuki = world.contact(student, "Yuki Tanabe")
    InterviewRequest.objects.update(part_connection="Yuki Tanabe told me about you.")
    asked, client = InterviewRequest.objects.get(), as_(student)
    client.post(reverse("request_hint", args=[asked.pk]), form_of(asked) | {"allow": yuki.pk})
    assert Referral.objects.get().name_permission == "yes"
    assert "That helps. Yuki agreed to be named." in page(client, asked)
    assert asking.send(InterviewRequest.objects.get(), by=student, now=at).status == "sent"


def test_the_story_names_the_coach(as_, student, draft, coach, at):
    reviews.submit(draft, by=student, now=at)
    assert f"You asked {coach.first_name} to review it" in page(as_(student), draft)


def test_a_time_is_read_on_both_clocks_only_where_they_differ(as_, student, draft):
    on_their_clock = re.compile(
        "(?<!easier) for them"
    )  # a hint, at some hours of some days, says what is easier for them
    assert len(on_their_clock.findall(page(as_(student), draft))) == 3
    draft.alum.time_zone = student.time_zone
    draft.alum.save()
    assert on_their_clock.findall(page(as_(student), draft)) == []


def test_the_open_cap_holds(student, at):
    Policy.now()
    Policy.objects.update(student_open_cap=1)
    steps.sent(student, world.alum("Ada One"), at)
    second = steps.draft(student, world.alum("Ben Two"), at)
    with pytest.raises(Refused, match="1 open request,"):
        asking.send(second, by=student, now=at)


def test_withdraw_asks_first_and_tells_the_alum_only_what_they_have_seen(as_, student, draft, at):
    asked, client = asking.send(draft, by=student, now=at), as_(student)
    url = reverse("request_withdraw", args=[asked.pk])
    assert "Withdraw your request" in client.get(url).content.decode()
    OutboundMessage.objects.update(state="sent", sent_at=at)
    client.post(url)
    client.post(url)
    assert InterviewRequest.objects.get().status == "withdrawn"
    assert steps.mail("request_withdrawn").recipient == asked.alum.user.email


def test_withdrawn_before_it_left_the_alum_hears_nothing(student, draft, at):
    asking.withdraw(asking.send(draft, by=student, now=at), by=student, now=at)
    assert [m.state for m in OutboundMessage.objects.all()] == ["cancelled"]


def test_a_draft_is_thrown_away_after_a_question(as_, student, draft):
    client, url = as_(student), reverse("request_discard", args=[draft.pk])
    client.get(url)
    assert InterviewRequest.objects.exists()
    client.post(url)
    assert not InterviewRequest.objects.exists()
