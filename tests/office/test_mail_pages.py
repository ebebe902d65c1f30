"""The office's pages about mail: how it is, what leaves next and why not before, and the addresses that get nothing."""

import re
import uuid
from datetime import time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.mail import outbox, suppression
from apps.mail.models import DeliveryAttempt, DeliveryCycle, Halt, OutboundMessage, State, Suppression
from apps.office import views_mail
from apps.office.next_mails import coming
from apps.reminders.models import How, Notice, Preference, QuietTime, Sweep
from tests import world
from tests.mail.test_delivery import warn

pytestmark = pytest.mark.django_db
H = timedelta(hours=1)


@pytest.fixture
def client(office, as_):
    return as_(office)


def text(client, name, *args, query=""):
    return client.get(reverse(name, args=args) + query).content.decode().replace("<wbr>", "")


def promise(key, to="a@x.example", **occasion):
    return outbox.queue("sign_in_code", to=to, occasion=outbox.Occasion(key, **occasion), context={"code": "KQ7-3MX"})


def notice(person, n=1, **fields):
    now = timezone.now()
    told = {"rule": "cadence", "thing": f"cadence:{n}", "subject_id": n, "title": "Write to Helen", "url": "/"}
    told |= {"due_at": now - H, "expires_at": now + 48 * H, "key": f"n{person.pk}:{n}"}
    return Notice.objects.create(person=person, **(told | fields))


@pytest.fixture
def running():
    """A worker that delivers and looks, as it should be."""
    now = timezone.now()
    DeliveryCycle.objects.create(engine="celery", started_at=now, finished_at=now)
    Sweep.objects.create(started_at=now, finished_at=now)


# --- how it is --------------------------------------------------------------------------------------------------------


def test_when_all_is_well_nothing_is_asked_of_anybody(client, running):
    page = text(client, "office_outbox")
    assert "Nothing needs you now." in page
    assert ("rp-note-brick" in page, "btn-primary" in page) == (False, False)


def test_what_waits_for_a_decision_is_the_one_thing_to_do(client, running):
    for key in ("a", "b"):
        promise(key)
    promise("c", to="fine@x.example")
    OutboundMessage.objects.filter(key="a").update(state=State.FAILED)
    OutboundMessage.objects.filter(key="b").update(state=State.RETURNED, sent_at=timezone.now())
    page = text(client, "office_outbox")
    assert "2 emails need your decision" in page
    assert page.count("btn-primary") == 1
    mine = text(client, "office_outbox", query="?state=human")
    assert ("a@x.example" in mine, "fine@x.example" in mine, "btn-primary" in mine) == (True, False, False)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (lambda: Halt.objects.create(began_at=timezone.now(), error="535 wrong password"), "535 wrong password"),
        (lambda: DeliveryCycle.objects.update(finished_at=timezone.now() - H), "Rapport isn’t sending emails."),
        (lambda: Sweep.objects.update(finished_at=timezone.now() - H), "Rapport isn’t checking reminders."),
        (lambda: promise("k", due_at=timezone.now() - H), "An email has been waiting for 1 hour."),
    ],
)
def test_each_trouble_is_said_with_what_to_do(client, running, wrong, words):
    wrong()
    page = text(client, "office_outbox")
    assert (page.count("rp-note-brick"), words in page) == (1, True)
    assert "Nothing is lost." in page


def test_closing_the_last_leads_to_the_outbox_and_before_it_to_the_next(client):
    rows = [promise("a"), promise("b")]
    OutboundMessage.objects.update(state=State.FAILED)
    places = [client.post(reverse("office_message_close", args=[row.pk])).url for row in rows]
    assert places == ["/office/outbox/?state=human", "/office/outbox/"]


def test_what_came_back_can_be_sent_again_and_its_address_comes_off_the_list(client, office):
    row = warn("a", to="a@x.example")
    OutboundMessage.objects.update(state=State.RETURNED, sent_at=timezone.now(), last_error="550 nobody")
    suppression.suppress("A@x.example", cause="refused", message=row)
    page = text(client, "office_message", row.pk)
    assert "It was sent, then bounced." in page
    assert "unblock it" in page
    client.post(reverse("office_message_resend", args=[row.pk]))
    row.refresh_from_db()
    assert (row.state, row.sent_at, Suppression.objects.get().lifted_by) == (State.PENDING, None, office)


def test_what_was_closed_has_a_way_back(client):
    row = warn("a")
    page = client.post(reverse("office_message_close", args=[row.pk]), follow=True).content.decode()
    assert "You can still send it from its page" in page
    assert "Send it anyway" in text(client, "office_message", row.pk)
    client.post(reverse("office_message_resend", args=[row.pk]))
    row.refresh_from_db()
    assert row.state == State.PENDING


def test_a_code_is_not_sent_again_and_its_page_says_why(client):
    row = promise("a")
    OutboundMessage.objects.update(state=State.FAILED)
    page = text(client, "office_message", row.pk)
    assert ("The person can ask for a new one." in page, "Send again" in page) == (True, False)
    answer = client.post(reverse("office_message_resend", args=[row.pk]), follow=True)
    assert "because they expire" in answer.content.decode()


def test_attempts_stand_in_the_order_of_time_after_it_was_sent_again(client):
    row, now = warn("a"), timezone.now()
    for n, (number, reply) in enumerate([(1, "450 first"), (2, "550 second"), (1, "250 third")]):
        DeliveryAttempt.objects.create(
            message=row, n=number, started_at=now + n * H, phase="answered", reply=reply, outcome=State.SENT
        )
    page = text(client, "office_message", row.pk)
    assert sorted(["450 first", "550 second", "250 third"], key=page.index) == ["450 first", "550 second", "250 third"]
    assert re.findall(r'<th scope="row">(\d+)</th>', page) == ["1", "2", "3"]
    assert re.findall(r'data-label="Attempts">(\d+)<', text(client, "office_outbox")) == ["3"]


@pytest.mark.parametrize(
    ("query", "found"),
    [("?state=failed", {"a"}), ("?kind=security_notice", {"b"}), ("?state=failed&kind=security_notice", set())],
)
def test_the_outbox_is_filtered_by_state_and_by_kind(client, query, found):
    promise("a", to="a@x.example")
    OutboundMessage.objects.update(state=State.FAILED)
    warn("b", to="b@x.example")
    page = text(client, "office_outbox", query=query)
    assert {name for name in "ab" if f"{name}@x.example" in page} == found


# --- what leaves next -------------------------------------------------------------------------------------------------


def held(now):
    return [(one.what, one.to, one.why) for one in coming(now)]


def test_the_next_say_what_they_wait_for(student, other_student, alum):
    now = timezone.now()
    promise("a")
    promise("b", to="b@x.example", due_at=now + H)
    promise("c", to="c@x.example")
    OutboundMessage.objects.filter(key="c").update(attempts=1, last_error="450 later", next_at=now + 2 * H)
    notice(student)
    Preference.objects.create(person=student, rule="cadence", how=How.DAILY)
    notice(other_student)
    Preference.objects.create(person=other_student, rule="cadence", how=How.AT_ONCE)
    QuietTime.objects.create(person=other_student, paused_until=now.date() + timedelta(days=5))
    whys = {to: why for _, to, why in held(timezone.now())}
    assert whys == {
        "a@x.example": "The next check",
        "b@x.example": "Its send time",
        "c@x.example": "Trying again: 450 later",
        student.email: "Held for the daily digest",
        other_student.email: "Held by the term break",
    }


def test_quiet_hours_hold_until_they_end(student):
    now = timezone.now()
    notice(student)
    Preference.objects.create(person=student, rule="cadence", how=How.AT_ONCE)
    local = now.astimezone(student.zone)
    start, end = (local - H).time(), (local + 2 * H).time().replace(second=0, microsecond=0)
    QuietTime.objects.create(person=student, quiet_from=start, quiet_to=end)
    [one] = coming(now)
    assert (one.why, one.at > now) == ("Held by quiet hours", True)
    QuietTime.objects.update(quiet_from=time(0), quiet_to=time(0))
    assert held(now) == [(one.what, student.email, "The next check")]


def test_what_nobody_wants_by_mail_is_not_among_them(student):
    notice(student)
    Preference.objects.create(person=student, rule="cadence", how=How.NEVER)
    assert coming(timezone.now()) == []
    Preference.objects.update(how=How.AT_ONCE)
    outbox.unsubscribe(student, "cadence")
    assert coming(timezone.now()) == []


def test_what_was_perhaps_sent_and_goes_once_more_is_among_them(student):
    promise("a")
    OutboundMessage.objects.update(state=State.UNCERTAIN)
    assert held(timezone.now()) == [("Sign in code", "a@x.example", "Delivery unconfirmed: will try once more")]
    OutboundMessage.objects.update(resends=1)
    assert held(timezone.now()) == []


def test_what_leaves_as_one_mail_is_one_line(student):
    for n in range(3):
        notice(student, n)
    Preference.objects.create(person=student, rule="cadence", how=How.AT_ONCE)
    assert held(timezone.now()) == [("3 reminders in one email", student.email, "The next check")]


def test_what_a_break_holds_hides_nothing_that_leaves(student, other_student, monkeypatch):
    monkeypatch.setattr("apps.office.next_mails.LOOKED_AT", 2)
    for n in range(3):
        notice(student, n, due_at=timezone.now() - 2 * H)
    QuietTime.objects.create(person=student, paused_until=timezone.now().date() + timedelta(days=5))
    Preference.objects.create(person=other_student, rule="cadence", how=How.AT_ONCE)
    notice(other_student, 9)
    assert coming(timezone.now())[0].to == other_student.email


def test_there_are_twenty_and_no_more(client):
    for n in range(25):
        promise(f"k{n}", to=f"p{n}@x.example")
    assert text(client, "office_coming").count('data-label="To"') == 20


# --- addresses that get nothing ---------------------------------------------------------------------------------------


def test_an_address_is_stopped_by_hand_and_nothing_leaves_to_it(client, office):
    data = {"address": "Gone@x.example", "reason": "Asked by phone"}
    page = client.post(reverse("office_suppressed"), data, follow=True).content.decode()
    assert "Gone@x.example is blocked. We won’t send it anything." in page
    row = Suppression.objects.get()
    assert (row.address, row.cause, row.reason, row.created_by) == (
        "Gone@x.example",
        "by_hand",
        "Asked by phone",
        office,
    )
    again = client.post(reverse("office_suppressed"), data | {"address": "gone@x.example"}, follow=True)
    assert "gone@x.example is already blocked." in again.content.decode()
    assert Suppression.objects.count() == 1


@pytest.mark.parametrize("data", [{}, {"address": "no address", "reason": "x"}, {"address": "a@x.example"}])
def test_half_a_word_stops_nobody(client, data):
    answer = client.post(reverse("office_suppressed"), data)
    assert (answer.status_code, Suppression.objects.count()) == (422, 0)


def test_an_address_is_taken_off_after_a_question_and_put_back(client, office):
    row = Suppression.objects.create(address="a@x.example", cause="complaint", reason="spam", message=promise("a"))
    url = reverse("office_suppressed_lift", args=[row.pk])
    asked = client.get(url).content.decode()
    assert "Its reader did not want more emails." in asked
    assert Suppression.objects.in_force().count() == 1
    page = client.post(url, follow=True).content.decode()
    assert "a@x.example is unblocked." in page
    assert "by Olive Marsh" in page
    row.refresh_from_db()
    assert (row.lifted_by, row.lifted_at is not None) == (office, True)
    assert "is already unblocked" in client.post(url, follow=True).content.decode()
    client.post(reverse("office_suppressed_restore", args=[row.pk]))
    row.refresh_from_db()
    assert (row.lifted_by, row.lifted_at) == (None, None)
    again = client.post(reverse("office_suppressed_restore", args=[row.pk]), follow=True)
    assert "is already blocked" in again.content.decode()


def test_the_list_is_searched_and_says_why_since_when_and_from_which_mail(client):
    message = promise("a")
    Suppression.objects.create(address="a@x.example", cause="refused", reason="550 nobody", message=message)
    Suppression.objects.create(address="b@y.example", cause="by_hand", reason="asked")
    page = text(client, "office_suppressed", query="?q=X.EXAM")
    assert ("a@x.example" in page, "b@y.example" in page) == (True, False)
    assert ("550 nobody" in page, reverse("office_message", args=[message.pk]) in page) == (True, True)
    assert "No addresses match." in text(client, "office_suppressed", query="?q=nobody")


LISTS = {"office_outbox": 15, "office_coming": 8, "office_suppressed": 7, "office_suppressed ?list=lifted": 7}


@pytest.mark.parametrize("rows", [1, 30])
@pytest.mark.parametrize("page", LISTS)
def test_lists_ask_the_same_questions_at_any_size(client, office, rows, page, django_assert_num_queries):
    name, _, query = page.partition(" ")
    for n in range(rows):
        student = world.student(f"Student {n}")
        notice(student, n)
        message = promise(f"k{n}", to=f"p{n}@x.example")
        lifted = {"lifted_at": timezone.now(), "lifted_by": office}
        for more in ({}, lifted):
            Suppression.objects.create(address=f"s{n}@x.example", message=message, created_by=office, **more)
    client.get(reverse(name) + query)
    with django_assert_num_queries(LISTS[page]):
        client.get(reverse(name) + query)


# --- the status, grouped for a person ---------------------------------------------------------------------------------


def test_every_status_stands_in_one_group_under_its_own_name():
    states = [state for _, of in views_mail.GROUPS.values() for state in of]
    assert sorted(states) == sorted(State.values)
    assert {name: [label for _, label in choices] for name, choices in views_mail.groups()} == {
        "Waiting": ["All that are waiting", "Waiting", "Picked up", "Sending"],
        "Sent": ["Sent"],
        "Needs you": ["All that need your decision", "Failed", "Bounced", "Delivery unconfirmed"],
        "Not sent": [
            *("All that weren’t sent", "Canceled", "Replaced by a newer email"),
            *("No longer needed", "Closed by the office"),
        ],
    }


@pytest.mark.parametrize("group", ["waiting", "not-sent"])
def test_a_whole_group_is_shown_at_once(client, group):
    for state in State.values:
        promise(f"key-{state}", to=f"{state}@x.example")
        held = {"lease_token": uuid.uuid4(), "lease_until": timezone.now() + H}
        sent_at = timezone.now() if state in (State.SENT, State.RETURNED) else None
        OutboundMessage.objects.filter(key=f"key-{state}").update(state=state, sent_at=sent_at, **held)
    page = text(client, "office_outbox", query=f"?state={group}")
    shown = {state for state in State.values if f"{state}@x.example" in page}
    assert shown == {str(state) for state in views_mail.STATES_OF[group]}
    assert f'<option value="{group}" selected>' in page
