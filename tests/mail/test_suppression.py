"""How an address gets onto the list of those that get nothing, and off it, when the mail server is asked for real."""

from datetime import timedelta
from threading import Barrier

import pytest
from django.utils import timezone

from apps.mail import delivery, outbox, suppression
from apps.mail.models import DeliveryAttempt, Phase, State, Suppression
from apps.mail.outcomes import End, Outcome
from tests.mail.test_delivery import as_it_stands, promise, run, warn
from tests.races.together import at_once

pytestmark = pytest.mark.django_db(transaction=True)

ADDRESS = "ingrid@corvane.example"


def refused(smtp, *keys, by=promise):
    """Let messages to one address be refused, one after the other."""
    smtp.always[ADDRESS] = "550"
    for key in keys:
        by(key)
        run()
    del smtp.always[ADDRESS]


def test_what_was_refused_before_it_was_taken_off_does_not_count_again(smtp, office):
    refused(smtp, "a", "b")
    suppression.lift(Suppression.objects.get(), by=office)
    refused(smtp, "c")
    assert not Suppression.objects.in_force().exists()
    refused(smtp, "d")
    assert Suppression.objects.in_force().get().message.key == "d"
    assert Suppression.objects.count() == 2


@pytest.mark.parametrize(("days", "stopped"), [(31, 0), (29, 1)])
def test_a_refusal_counts_for_thirty_days(smtp, days, stopped):
    then = timezone.now() - timedelta(days=days)
    DeliveryAttempt.objects.create(
        message=promise("a", due_at=then), n=1, started_at=then, ended_at=then, phase="envelope", outcome=State.FAILED
    )
    refused(smtp, "b")
    assert Suppression.objects.count() == stopped


def test_two_refusals_at_one_moment_count_two(smtp, monkeypatch):
    promise("a")
    promise("b")
    rows = delivery.claim()
    for row in rows:
        delivery.fence(row)
    both, count = Barrier(2, timeout=5), suppression.count_refusals

    def counts_together(message, reason):
        both.wait()
        count(message, reason)

    monkeypatch.setattr(suppression, "count_refusals", counts_together)
    refusal = Outcome(End.REFUSED, "550 nobody")
    at_once(*[lambda row=row: delivery.finish(row, refusal, Phase.ENVELOPE) for row in rows])
    assert Suppression.objects.count() == 1


def test_an_address_that_was_taken_off_gets_mail_again(smtp, office):
    suppression.suppress(ADDRESS.upper(), cause="by_hand", by=office)
    first = promise("a")
    run()
    assert as_it_stands(first).last_error == "This address is blocked."
    suppression.lift(Suppression.objects.get(), by=office)
    promise("b")
    run()
    assert as_it_stands(first).state == State.FAILED  # by itself nothing is sent that failed
    assert [message["To"] for message in smtp.messages if message["To"] == ADDRESS] == [ADDRESS]


def test_sending_again_takes_the_address_off_and_says_who_did_it(smtp, office):
    refused(smtp, "a", "b", by=warn)
    outbox.resend(Suppression.objects.get().message, by=office, now=timezone.now())
    assert Suppression.objects.get().lifted_by == office
    assert run() == 1
