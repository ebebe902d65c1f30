"""A promised mail, from the row to the mail server and back: state by state, against a real server on loopback."""

import smtplib
import socket
import threading
import time
from contextlib import suppress
from datetime import timedelta

import pytest
from django.core.mail import mailers
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from apps.mail import alerts, delivery, outbox
from apps.mail.models import (
    DeliveryAttempt,
    DeliveryCycle,
    Halt,
    OutboundMessage,
    Phase,
    State,
    Suppression,
    Unsubscribe,
)
from apps.mail.outbox import Occasion
from apps.mail.smtp import PhasedSMTP
from tests import world
from tests.mail.samples import SAMPLES
from tests.races.together import at_once

pytestmark = pytest.mark.django_db(transaction=True)

H = timedelta(hours=1)


@pytest.fixture
def person():
    return world.student("Amira Haddad", coach=None)


def promise(key="k", to="ingrid@corvane.example", *, person=None, ics=None, **occasion):
    occasion = Occasion(key, **occasion)
    return outbox.queue("sign_in_code", to=to, occasion=occasion, context={"code": "KQ7-3MX"}, person=person, ics=ics)


def warn(key="k", to="ingrid@corvane.example", **occasion):
    """Promise a mail that holds no code, so that the office may send it again."""
    context = SAMPLES["security_notice"]()
    return outbox.queue("security_notice", to=to, occasion=Occasion(key, **occasion), context=context)


def remind(person, key="r", *, sender=None, **occasion):
    notice = {"title": "Thank Teresa", "text": "", "url": "/talks/1/"}
    occasion = Occasion(key, **occasion)
    return outbox.queue("reminder", to=person, occasion=occasion, sender=sender, context={"notices": [notice]})


def run():
    return delivery.deliver_due(engine="test")


def as_it_stands(message):
    message.refresh_from_db()
    return message


def later(**ago):
    """Let time pass: move every row back."""
    gone = timedelta(**ago)
    OutboundMessage.objects.update(
        due_at=F("due_at") - gone,
        next_at=F("next_at") - gone,
        lease_until=F("lease_until") - gone,
        expires_at=F("expires_at") - gone,
    )
    Halt.objects.update(began_at=F("began_at") - gone, until=F("until") - gone)


# --- the straight way -------------------------------------------------------------------------------------------------


def test_what_was_promised_leaves_once(smtp):
    message = promise()
    assert (run(), run()) == (1, 0)
    assert [(m["To"], m["Subject"], m["Message-ID"]) for m in smtp.messages] == [
        ("ingrid@corvane.example", "KQ7-3MX is your code for Rapport", message.message_id)
    ]
    message = as_it_stands(message)
    assert (message.state, message.phase, message.reply, message.attempts) == ("sent", "answered", "250 taken", 1)
    assert message.sent_at is not None
    attempt = message.attempts_made.get()
    assert (attempt.n, attempt.phase, attempt.reply, attempt.outcome) == (1, "answered", "250 taken", "sent")
    assert attempt.started_at <= attempt.ended_at


def test_a_batch_goes_over_one_connection(smtp):
    for n in range(7):
        promise(key=f"k{n}", to=f"p{n}@x.example")
    assert run() == 7
    assert smtp.connections == 1


def test_the_dot_is_not_held_back_until_the_text_is_acknowledged(smtp):
    promise()
    with delivery.Channel() as channel:
        assert delivery.send(channel, delivery.claim()[0])
        assert channel.mailer.connection.sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


@pytest.mark.parametrize(
    "address", ["a.b+c@x.example", "Rapport at Tamarack <a.b+c@x.example>", '"Haddad, Amira" <a.b+c@x.example>']
)
def test_the_envelope_holds_the_address_alone(smtp, address):
    assert mailers.default.prep_address(address) == "a.b+c@x.example"


@pytest.mark.parametrize(
    "address", ["a@x.example>", "<a@x.example", "a@x.example\r\nRCPT TO:<b@x.example>", "a b@x.example"]
)
def test_an_odd_address_never_gets_into_an_envelope(smtp, address):
    with pytest.raises(ValueError, match="Invalid address"):
        mailers.default.prep_address(address)


def test_what_is_due_later_waits(smtp):
    message = promise(due_at=timezone.now() + 5 * timedelta(minutes=1))
    assert run() == 0
    later(minutes=5)
    assert run() == 1
    assert as_it_stands(message).state == State.SENT


def test_the_codes_leave_before_the_reminders(smtp, person):
    remind(person)
    promise()
    run()
    assert [m["To"] for m in smtp.messages] == ["ingrid@corvane.example", person.email]


def test_what_leaves_first_is_found_without_sorting_all_that_is_due():
    # What the planner thinks of a table this small is a matter of luck: it is asked whether it can do without a sort.
    with connection.cursor() as cursor:
        for way in ("seqscan", "bitmapscan", "sort", "incremental_sort"):
            cursor.execute(f"SET LOCAL enable_{way} = off")
        plan = OutboundMessage.objects.due().most_urgent_first()[:50].explain()
    assert ("mail_due" in plan, "Sort" in plan) == (True, False)


def test_no_mail_leaves_inside_a_transaction(smtp):
    promise()
    with delivery.transaction.atomic(), pytest.raises(RuntimeError, match="inside a transaction"):
        run()
    assert smtp.messages == []


def test_a_round_is_remembered(smtp):
    promise()
    run()
    cycle = DeliveryCycle.objects.get(engine="test")
    assert cycle.finished_at >= cycle.started_at
    assert alerts.health(timezone.now()).last_cycle_at == cycle.finished_at


# --- claim, fence, finish ---------------------------------------------------------------------------------------------


def test_a_claim_takes_a_row_from_everybody_else():
    promise()
    first, second = delivery.claim(), delivery.claim()
    assert ([row.key for row in first], second) == (["k"], [])
    row = OutboundMessage.objects.get()
    assert (row.state, row.attempts, row.lease_token) == (State.LEASED, 1, first[0].lease_token)


def test_many_who_claim_at_once_share_what_is_due():
    for n in range(120):
        promise(f"k{n}")
    claims = at_once(*[lambda: delivery.claim(20)] * 8)
    taken = [row.pk for rows in claims for row in rows]
    assert (len(taken), len(set(taken))) == (120, 120)


def test_a_claim_does_not_wait_for_what_somebody_else_looks_at():
    first, second = promise("k1"), promise("k2")

    def claims_beside():
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '2s'")
        return [row.pk for row in delivery.claim()]

    with transaction.atomic():
        OutboundMessage.objects.select_for_update(no_key=True).get(pk=first.pk)
        assert at_once(claims_beside) == [[second.pk]]


def test_what_was_claimed_and_not_tried_is_given_back():
    promise()
    rows = delivery.claim()
    delivery.release(rows)
    row = OutboundMessage.objects.get()
    assert (row.state, row.attempts) == (State.PENDING, 0)


def test_the_fence_holds_only_under_the_own_lease():
    promise()
    [old] = delivery.claim()
    later(minutes=2)
    delivery.recover()
    [new] = delivery.claim()
    assert not delivery.fence(old)
    assert delivery.fence(new)
    assert not delivery.fence(new)  # nor twice


def test_the_fence_is_shut_when_the_lease_ran_out():
    promise()
    [row] = delivery.claim()
    later(minutes=2)
    assert not delivery.fence(row)


def test_the_dot_is_not_promised_under_a_lost_lease():
    promise()
    [row] = delivery.claim()
    assert delivery.fence(row)
    later(minutes=2)
    with pytest.raises(delivery.LeaseLost):
        delivery.promise_dot(row)


@pytest.mark.parametrize(
    ("phase", "state"),
    [(Phase.NONE, State.PENDING), (Phase.DATA, State.PENDING), (Phase.AFTER_DOT, State.UNCERTAIN)],
)
def test_what_a_dead_worker_held(phase, state):
    message = promise()
    [row] = delivery.claim()
    delivery.fence(row)
    OutboundMessage.objects.update(phase=phase)
    delivery.recover()
    assert as_it_stands(message).state == State.SENDING  # its lease still holds
    later(minutes=2)
    delivery.recover()
    assert as_it_stands(message).state == state
    assert message.attempts_made.get().phase == phase


def test_a_late_answer_settles_an_uncertain_message():
    message = promise()
    [row] = delivery.claim()
    delivery.fence(row)
    delivery.promise_dot(row)
    later(minutes=2)
    delivery.recover()
    assert as_it_stands(message).state == State.UNCERTAIN
    delivery.finish(row, delivery.outcomes.Outcome(delivery.End.SENT, "250 taken"), Phase.ANSWERED)
    assert as_it_stands(message).state == State.SENT


def test_a_late_failure_changes_nothing_that_somebody_else_has():
    message = promise()
    [row] = delivery.claim()
    delivery.fence(row)
    later(minutes=2)
    delivery.recover()
    [other] = delivery.claim()
    for held in (State.LEASED, State.SENDING):
        delivery.finish(row, delivery.outcomes.Outcome(delivery.End.POISON, "x"), Phase.NONE)
        assert (as_it_stands(message).state, message.lease_token) == (held, other.lease_token)
        delivery.fence(other)
    assert message.attempts_made.count() == 1  # that its first worker stopped


# --- the table of outcomes --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["450", "421", "drop"])
def test_a_passing_failure_is_tried_again_in_a_minute(smtp, mode):
    smtp.next(mode)
    message = promise()
    before = timezone.now()
    assert run() == 0
    message = as_it_stands(message)
    assert message.state == State.PENDING
    assert 47 <= (message.next_at - before).total_seconds() <= 75
    later(minutes=2)
    assert run() == 1
    assert as_it_stands(message).attempts == 2
    assert smtp.copies[message.message_id] == 1


def test_the_waits_grow_and_end_with_the_life_of_the_message(smtp):
    smtp.always["ingrid@corvane.example"] = "450"
    message = promise(expires_at=timezone.now() + 24 * H)
    waits = []
    for _ in range(7):
        now = delivery.database_now()
        run()
        waits.append((as_it_stands(message).next_at - now).total_seconds() / 60)
        later(seconds=waits[-1] * 60)
    for wait, minutes in zip(waits, [1, 5, 15, 60, 180, 360, 360], strict=True):
        assert minutes * 0.79 <= wait <= minutes * 1.21
    later(hours=24)
    run()
    assert (as_it_stands(message).state, message.last_error) == ("failed", "It was too late to send.")
    assert OutboundMessage.objects.needs_a_human().get() == message


def test_a_retry_never_waits_beyond_the_end(smtp):
    smtp.next("450")
    message = promise(expires_at=timezone.now() + timedelta(seconds=20))
    run()
    assert as_it_stands(message).next_at == message.expires_at


def test_an_address_that_does_not_exist_is_not_tried_again(smtp):
    smtp.next("550")
    message = promise()
    run()
    later(hours=7)
    run()
    message = as_it_stands(message)
    assert (message.state, message.attempts, message.last_error[:9]) == ("failed", 1, "550 5.1.1")
    assert not Suppression.objects.exists()


def test_the_second_refusal_in_thirty_days_suppresses_the_address(smtp):
    smtp.always["ingrid@corvane.example"] = "550"
    promise("a", to="Ingrid@corvane.example")
    smtp.always["Ingrid@corvane.example"] = "550"
    promise("b")
    run()
    assert Suppression.objects.count() == 1
    smtp.always.clear()
    third = promise("c")
    run()
    assert (as_it_stands(third).state, third.attempts_made.count()) == (State.FAILED, 0)
    assert smtp.copies[third.message_id] == 0


def test_a_refused_text_stops_the_channel_and_stays(smtp):
    smtp.next("554-data")
    first = promise("a", due_at=timezone.now() - H, expires_at=timezone.now() + H)
    second = promise("b", to="p@x.example")
    assert run() == 0
    assert (as_it_stands(first).state, as_it_stands(second).state) == (State.PENDING, State.PENDING)
    assert second.attempts == 0
    assert alerts.health(timezone.now()).channel_error.startswith("554")
    assert (run(), alerts.health(timezone.now()).channel_error[:3]) == (0, "554")  # nobody asks again at once
    later(seconds=31)
    assert run() == 2
    assert alerts.health(timezone.now()).channel_error == ""
    assert list(first.attempts_made.order_by("pk").values_list("n", "outcome")) == [(1, "pending"), (1, "sent")]


def test_while_nothing_can_leave_one_message_asks_each_time_another_one(smtp):
    for n in range(5):
        promise(f"k{n}", expires_at=timezone.now() + 24 * H)
    smtp.always["ingrid@corvane.example"] = "554-data"
    for _ in range(4):
        run()
        run()
        later(seconds=31)
    tried = DeliveryAttempt.objects.values_list("message", flat=True)
    assert (len(tried), len(set(tried))) == (4, 4)
    assert set(OutboundMessage.objects.values_list("attempts", flat=True)) == {0}


def test_a_long_time_without_a_way_out_delays_nothing_after_it(smtp):
    smtp.always["ingrid@corvane.example"] = "554-data"
    messages = [promise(key, expires_at=timezone.now() + 24 * H) for key in "abc"]
    for _ in range(30):
        run()
        later(minutes=5)
    smtp.always.clear()
    assert run() == 3
    assert {as_it_stands(message).state for message in messages} == {State.SENT}


def test_one_refused_text_stops_only_itself_once_others_have_left(smtp):
    smtp.always["ingrid@corvane.example"] = "554-data"
    message = promise(expires_at=timezone.now() + 24 * H)
    run()
    later(seconds=31)
    other = promise("b", to="p@x.example")
    assert run() == 1
    assert (as_it_stands(other).state, as_it_stands(message).attempts) == (State.SENT, 1)
    assert alerts.health(timezone.now()).channel_error == ""
    for minutes in (2, 7, 20):  # from now on it has its own waits, and holds up nobody
        later(minutes=minutes)
        promise(f"beside{minutes}", to="p@x.example")
        assert run() == 1
        assert alerts.health(timezone.now()).channel_error == ""
    assert (as_it_stands(message).state, message.attempts) == (State.PENDING, 4)


def test_without_a_server_nothing_is_touched_and_all_leaves_when_it_is_back(smtp, settings):
    there = settings.MAILERS
    options = there["default"]["OPTIONS"]
    settings.MAILERS = {"default": there["default"] | {"OPTIONS": options | {"port": 1}}}
    message = promise()
    assert run() == 0
    assert (as_it_stands(message).state, message.attempts) == (State.PENDING, 0)
    assert "ConnectionRefused" in alerts.health(timezone.now()).channel_error
    settings.MAILERS = there
    assert run() == 1


def test_lost_after_the_dot_is_sent_once_more_and_then_shown(smtp):
    smtp.next("drop-after", "drop-after")
    message = promise(expires_at=timezone.now() + H)
    run()
    assert (as_it_stands(message).state, message.phase) == ("uncertain", "after_dot")
    assert run() == 0  # not at once: its answer may be late
    assert not OutboundMessage.objects.needs_a_human().exists()
    later(minutes=2)
    run()
    assert as_it_stands(message).state == State.UNCERTAIN
    later(minutes=30)
    run()
    assert smtp.copies[message.message_id] == 2
    assert OutboundMessage.objects.needs_a_human().get() == message


def perhaps_sent(smtp, **fields):
    """Return a message that was lost after its dot and is now due to be sent once more."""
    smtp.next("drop-after")
    message = promise(**fields)
    run()
    later(minutes=2)
    return message


def test_what_was_perhaps_sent_stays_so_when_it_is_too_late_to_send_it_again(smtp):
    message = perhaps_sent(smtp)
    later(minutes=11)
    run()
    assert (as_it_stands(message).state, message.last_error) == (
        "uncertain",
        "It was too late to send.",
    )
    assert OutboundMessage.objects.needs_a_human().get() == message
    run()
    assert smtp.copies[message.message_id] == 1


@pytest.mark.parametrize("leave", [lambda rows: delivery.release(rows), lambda rows: later(minutes=2)])
def test_what_was_perhaps_sent_is_so_again_when_its_resend_does_not_come_about(smtp, leave):
    message = perhaps_sent(smtp, expires_at=timezone.now() + H)
    leave(delivery.claim())
    delivery.recover()
    assert (as_it_stands(message).state, message.resends) == (State.UNCERTAIN, 0)
    assert run() == 1
    assert (as_it_stands(message).resends, smtp.copies[message.message_id]) == (1, 2)


@pytest.mark.parametrize("mode", ["450", "drop", "554-data"])
def test_a_resend_that_is_put_off_is_still_owed(smtp, mode):
    message = perhaps_sent(smtp, expires_at=timezone.now() + H)
    smtp.next(mode)
    run()
    assert (as_it_stands(message).state, message.resends) == (State.UNCERTAIN, 0)
    assert not OutboundMessage.objects.needs_a_human().exists()
    later(minutes=7)
    assert run() == 1
    assert smtp.copies == {message.message_id: 2}


def test_the_one_resend_may_settle_it(smtp):
    smtp.next("drop-after")
    message = promise()
    run()
    later(minutes=2)
    assert run() == 1
    assert (as_it_stands(message).state, message.resends) == (State.SENT, 1)
    assert smtp.copies == {message.message_id: 2}


def test_a_server_that_falls_silent_after_the_dot(smtp, settings):
    settings.MAILERS["default"]["OPTIONS"]["timeout"] = 1.5
    smtp.next("stall")
    message, neighbour = promise("a", due_at=timezone.now() - H, expires_at=timezone.now() + H), promise("b")
    assert run() == 1
    assert as_it_stands(message).state == State.UNCERTAIN
    assert as_it_stands(neighbour).state == State.SENT


def test_a_server_that_answers_a_byte_at_a_time_is_left_in_time(monkeypatch):
    monkeypatch.setattr("apps.mail.smtp.WHOLE_S", 0.6)
    gone = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def drips():
            line, _ = server.accept()
            with line, suppress(OSError):
                for _ in range(600):
                    line.sendall(b"2")
                    gone.wait(0.1)

        threading.Thread(target=drips, daemon=True).start()
        begun = time.monotonic()
        with pytest.raises(smtplib.SMTPServerDisconnected, match=r"took too long|timed out"):
            PhasedSMTP("127.0.0.1", server.getsockname()[1], timeout=5)
        gone.set()
    assert time.monotonic() - begun < 30  # it would have taken a minute


def test_a_poisoned_row_fails_alone(smtp):
    poison = promise("a", due_at=timezone.now() - H, expires_at=timezone.now() + H)
    OutboundMessage.objects.update(recipient="jürgen@x.example")  # a name before the @ that no server takes
    neighbour = promise("b")
    assert run() == 1
    assert (as_it_stands(poison).state, poison.last_error[:10]) == ("failed", "ValueError")
    assert as_it_stands(neighbour).state == State.SENT


def test_a_server_that_parts_after_each_message_delays_nobody(smtp):
    for n in range(3):
        promise(f"k{n}")
    with delivery.Channel() as channel:
        for row in delivery.claim():
            assert delivery.send(channel, row)
            channel.mailer.connection.sock.close()  # the server has gone, and we find out with the next message
    assert len(smtp.messages) == 3


# --- what must not leave ----------------------------------------------------------------------------------------------


def test_an_older_word_about_the_same_thing_never_leaves(smtp):
    old = promise("a", subject_key="interview:42", subject_no=1)
    [claimed] = delivery.claim()
    new = promise("b", subject_key="interview:42", subject_no=2)
    other = promise("c", to="noor@x.example", subject_key="interview:42", subject_no=1)
    assert not delivery.fence(claimed)
    run()
    assert [as_it_stands(m).state for m in (old, new, other)] == ["superseded", "sent", "sent"]


def test_what_waits_is_superseded_at_once():
    old = promise("a", subject_key="interview:42", subject_no=1)
    beside = promise("b", subject_key="interview:43", subject_no=1)
    promise("c", subject_key="interview:42", subject_no=2)
    assert [as_it_stands(m).state for m in (old, beside)] == ["superseded", "pending"]


def test_a_stale_word_in_its_retry_is_superseded(smtp):
    smtp.next("450")
    old = promise("a", subject_key="interview:42", subject_no=1)
    run()
    new = promise("b", subject_key="interview:42", subject_no=2)
    later(minutes=2)
    run()
    assert [as_it_stands(m).state for m in (old, new)] == ["superseded", "sent"]
    assert smtp.copies == {new.message_id: 1}


@pytest.fixture
def asked():
    """A rule that can be switched off, registered as apps.reminders registers its own."""
    answers = {}

    def still_due(message, now):
        return answers.get(message.rule, True)

    outbox.recheck_with(still_due)
    yield answers
    outbox._rechecks.remove(still_due)


def test_a_reminder_whose_reason_has_gone_never_leaves(smtp, person, asked):
    gone, holds = remind(person, "a", rule="thank-you-first"), remind(person, "b", rule="cadence")
    asked["thank-you-first"] = False
    run()
    assert [as_it_stands(m).state for m in (gone, holds)] == [State.OBSOLETE, State.SENT]
    assert len(smtp.messages) == 1


def test_a_rule_that_cannot_be_asked_holds_up_nobody(smtp, person, asked):
    class Odd(dict):
        def get(self, rule, default):
            return 1 / 0 if rule == "odd" else default

    def still_due(message, now):
        return Odd().get(message.rule, True)

    outbox.recheck_with(still_due)
    try:
        odd, fine = remind(person, "a", rule="odd"), remind(person, "b", rule="cadence")
        run()
    finally:
        outbox._rechecks.remove(still_due)
    assert [as_it_stands(m).state for m in (odd, fine)] == [State.FAILED, State.SENT]


def test_unsubscribed_between_promise_and_sending(smtp, person):
    refused, other = remind(person, "a", rule="cadence"), remind(person, "b", rule="close-loop")
    outbox.unsubscribe(person, "cadence")
    run()
    assert [as_it_stands(m).state for m in (refused, other)] == [State.OBSOLETE, State.SENT]


def test_business_mail_cannot_be_unsubscribed(smtp, person):
    message = promise(to=person)
    Unsubscribe.objects.create(person=person, topic="sign_in_code")
    run()
    assert as_it_stands(message).state == State.SENT


def test_what_is_too_late_is_shown_to_a_human(smtp):
    message = promise()
    later(minutes=11)
    run()
    assert as_it_stands(message).state == State.FAILED
    assert smtp.messages == []
    assert OutboundMessage.objects.needs_a_human().get() == message


def test_cancelled_before_it_began_to_leave(smtp):
    message = promise()
    [claimed] = delivery.claim()
    assert outbox.cancel(Occasion("k"))
    assert not delivery.fence(claimed)
    assert (run(), as_it_stands(message).state) == (0, State.CANCELLED)


def test_too_late_to_cancel():
    promise()
    [claimed] = delivery.claim()
    assert delivery.fence(claimed)
    assert not outbox.cancel(Occasion("k"))


def test_a_closed_account_gets_nothing(smtp, person):
    message = remind(person)
    type(person).objects.update(is_active=False)
    run()
    assert as_it_stands(message).state == State.CANCELLED


def test_a_deleted_person_gets_nothing(smtp, person):
    remind(person)
    [claimed] = delivery.claim()
    person.delete()
    assert not delivery.fence(claimed)
    assert (run(), OutboundMessage.objects.count()) == (0, 0)


def test_mail_follows_a_person_to_a_new_address(smtp, person):
    follows, fixed = remind(person), promise("b", to=person.email, person=person)
    old = person.email
    type(person).objects.update(email="new@tamarack.example")
    run()
    assert sorted(m["To"] for m in smtp.messages) == sorted([old, "new@tamarack.example"])
    assert (as_it_stands(follows).recipient, as_it_stands(fixed).recipient) == ("new@tamarack.example", old)


# --- the office -------------------------------------------------------------------------------------------------------


def test_the_office_sends_a_failed_one_again(smtp, office):
    smtp.next("550")
    message = warn()
    run()
    Suppression.objects.create(address=message.recipient, reason="550")
    outbox.resend(as_it_stands(message), by=office, now=timezone.now())
    run()
    assert (as_it_stands(message).state, message.handled_by) == (State.SENT, office)
    with pytest.raises(outbox.Refused):
        outbox.resend(message, by=office, now=timezone.now())


def test_the_office_closes_one(smtp, office):
    message = warn()
    outbox.close(message, by=office)
    assert (run(), as_it_stands(message).state) == (0, State.CLOSED)
    with pytest.raises(outbox.Refused):
        outbox.close(message, by=office)


def test_what_the_office_closed_it_may_send_after_all_and_nobody_what_was_taken_back(smtp, office):
    closed, cancelled = warn("a"), warn("b")
    outbox.close(closed, by=office)
    outbox.cancel(Occasion("b"))
    outbox.resend(as_it_stands(closed), by=office, now=timezone.now())
    with pytest.raises(outbox.Refused, match="no longer needs a decision"):
        outbox.resend(as_it_stands(cancelled), by=office, now=timezone.now())
    assert (run(), as_it_stands(closed).state, as_it_stands(cancelled).state) == (1, State.SENT, State.CANCELLED)


def test_what_was_closed_before_its_time_still_waits_for_it(office):
    message = warn(due_at=timezone.now() + H)
    due_at = message.due_at
    outbox.close(message, by=office)
    outbox.resend(message, by=office, now=timezone.now())
    assert (as_it_stands(message).next_at, message.expires_at) == (due_at, due_at + 24 * H)


def test_a_dead_code_is_not_sent_again(smtp, office):
    message = promise()
    later(minutes=60)
    run()
    with pytest.raises(outbox.Refused, match="codes and links expire"):
        outbox.resend(as_it_stands(message), by=office, now=timezone.now())
    run()
    assert (as_it_stands(message).state, smtp.copies[message.message_id]) == (State.FAILED, 0)


def test_a_stranger_who_mistypes_an_address_makes_no_work(smtp):
    smtp.always["typo@tamarack.example"] = "550"
    message = outbox.queue("no_account", to="typo@tamarack.example", occasion=Occasion("x"))
    run()
    assert (as_it_stands(message).state, alerts.health(timezone.now()).human) == (State.FAILED, 0)
    assert not OutboundMessage.objects.filter(kind="office_alert").exists()


def test_reminders_to_a_stopped_address_make_no_work_and_business_mail_does(smtp, person):
    Suppression.objects.create(address=person.email)
    reminders, other = [remind(person, f"r{n}") for n in range(3)], warn(to=person)
    run()
    assert {(as_it_stands(message).state, message.last_error) for message in reminders} == {
        ("cancelled", "This address is blocked.")
    }
    assert OutboundMessage.objects.needs_a_human().get() == other


def test_the_office_hears_once_of_what_needs_it(smtp):
    smtp.next("550", "550")
    promise("a")
    promise("b", to="p@x.example")
    run()
    run()
    run()
    assert [m["Subject"] for m in smtp.messages] == ["2 Rapport emails need your attention"]
    assert "550 5.1.1 nobody of that name" in smtp.messages[0].get_body(("plain",)).get_content()


def test_health_says_how_long_the_oldest_waits(smtp):
    assert alerts.health(timezone.now()).oldest_due_s is None
    promise()
    later(seconds=90)
    assert 90 <= alerts.health(timezone.now()).oldest_due_s < 150  # a slow machine may take its time
    assert OutboundMessage.objects.oldest_due().key == "k"
    run()
    assert alerts.health(timezone.now()).oldest_due_s is None
    assert DeliveryAttempt.objects.count() == 1
