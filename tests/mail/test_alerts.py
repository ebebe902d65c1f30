"""When something about the mail needs a human, the office hears of it: once for each trouble, not for each message."""

from datetime import timedelta

import pytest
from django.db.models import F
from django.utils import timezone

from apps.mail import alerts, outbox
from apps.mail.models import DeliveryCycle, OutboundMessage, State, Trouble
from apps.policy.models import Policy
from tests.mail.test_delivery import later, promise, run

pytestmark = pytest.mark.django_db(transaction=True)


def alert_mails():
    return list(
        OutboundMessage.objects.filter(kind="office_alert")
        .order_by("created_at", "pk")
        .values_list("subject", flat=True)
    )


def forget(**ago):
    """Move back what is remembered of troubles."""
    gone = timedelta(**ago)
    Trouble.objects.update(began_at=F("began_at") - gone, told_at=F("told_at") - gone)


def pass_time(**ago):
    """Move back that, and every message."""
    forget(**ago)
    later(**ago)


def fail(key):
    promise(key)
    OutboundMessage.objects.filter(key=key).update(state=State.FAILED, last_error="550 nobody")


def tell():
    alerts.tell_office(timezone.now())


@pytest.fixture
def stopped(smtp, settings):
    """No mail server where it should be; the returned function brings it back."""
    there = settings.MAILERS
    settings.MAILERS = {"default": there["default"] | {"OPTIONS": there["default"]["OPTIONS"] | {"port": 1}}}
    return lambda: setattr(settings, "MAILERS", there)


def test_all_is_well():
    tell()
    assert (alert_mails(), Trouble.objects.count()) == ([], 0)


def test_failed_messages_are_told_once_and_more_of_them_six_hours_later():
    fail("a")
    tell()
    fail("b")
    tell()
    assert alert_mails() == ["1 Rapport email needs your attention"]
    forget(hours=7)
    tell()
    tell()
    assert alert_mails() == ["1 Rapport email needs your attention", "2 Rapport emails need your attention"]
    forget(hours=7)
    tell()
    assert len(alert_mails()) == 2  # nothing new


def test_the_letter_has_one_line_for_each_address():
    for key in "abc":
        fail(key)
    promise("d", to="p@x.example")
    OutboundMessage.objects.filter(key="d").update(state=State.FAILED)
    tell()
    text = OutboundMessage.objects.get(kind="office_alert").text
    assert (text.count("ingrid@corvane.example"), text.count("p@x.example"), "and 2 more" in text) == (1, 1, True)


def test_without_an_address_nobody_counts_as_told():
    fail("a")
    there = Policy.now().office_email
    Policy.objects.update(office_email="")
    tell()
    assert (alert_mails(), Trouble.objects.get().told_at) == ([], None)
    Policy.objects.update(office_email=there)
    tell()
    assert alert_mails() == ["1 Rapport email needs your attention"]


def test_what_was_seen_to_and_comes_again_is_told_again(office):
    fail("a")
    tell()
    outbox.close(OutboundMessage.objects.get(key="a"), by=office)
    tell()
    assert not Trouble.objects.exists()
    fail("b")
    tell()
    assert len(alert_mails()) == 2


def test_perhaps_sent_twice_is_told(smtp):
    smtp.next("drop-after", "drop-after")
    promise(expires_at=timezone.now() + timedelta(hours=2))
    run()
    assert alert_mails() == []  # it is sent once more by itself
    later(minutes=2)
    run()
    assert alert_mails() == ["1 Rapport email needs your attention"]


def test_an_alert_that_fails_makes_no_alert():
    fail("a")
    tell()
    OutboundMessage.objects.filter(kind="office_alert").update(state=State.FAILED)
    assert alerts.health(timezone.now()).human == 1
    OutboundMessage.objects.filter(key="a").delete()
    assert alerts.health(timezone.now()).troubles == {}


def test_a_mail_server_that_stays_away_is_told_once_and_the_letter_leaves_when_it_is_back(smtp, stopped):
    promise(expires_at=timezone.now() + timedelta(hours=2))
    run()
    assert alert_mails() == []  # it may be back in a moment
    for _ in range(3):
        pass_time(minutes=6)
        run()
    assert alert_mails() == ["Rapport can’t send email"]
    assert smtp.messages == []
    stopped()
    run()
    assert sorted(m["Subject"] for m in smtp.messages) == [
        "KQ7-3MX is your code for Rapport",
        "Rapport can’t send email",
    ]
    assert "ConnectionRefusedError" in smtp.messages[-1].get_body(("plain",)).get_content()
    run()
    assert not Trouble.objects.exists()


def test_a_server_that_refuses_everything_is_told_once_although_little_is_due(smtp):
    smtp.always |= {"ingrid@corvane.example": "554-data", Policy.now().office_email: "554-data"}
    promise(expires_at=timezone.now() + timedelta(hours=24))
    for _ in range(40):
        run()
        pass_time(seconds=30)
    assert alert_mails() == ["Rapport can’t send email"]
    smtp.always.clear()
    pass_time(seconds=1)
    assert run() == 2
    run()
    assert (alert_mails(), Trouble.objects.exists()) == (["Rapport can’t send email"], False)


def test_a_line_that_is_back_is_well_although_nothing_is_due_any_more(stopped):
    promise()
    run()
    outbox.cancel(outbox.Occasion("k"))
    stopped()
    pass_time(minutes=6)
    run()
    assert (alert_mails(), alerts.health(timezone.now()).channel_error) == ([], "")


def test_a_moment_without_a_mail_server_is_nothing(stopped):
    promise()
    run()
    stopped()
    run()
    pass_time(minutes=6)
    run()
    assert alert_mails() == []


def test_mail_that_waits_too_long_is_told_once():
    promise(expires_at=timezone.now() + timedelta(hours=2))
    later(minutes=11)
    tell()
    tell()
    assert alert_mails() == ["Rapport email is delayed"]


def test_a_retry_that_waits_its_time_is_not_late():
    promise(expires_at=timezone.now() + timedelta(hours=9))
    OutboundMessage.objects.update(due_at=F("due_at") - timedelta(hours=8), attempts=5)
    assert alerts.health(timezone.now()).is_late is False


def test_two_who_look_at_once_tell_once():
    fail("a")
    now = timezone.now()
    Trouble.objects.create(name="messages", began_at=now)
    assert [alerts._is_news("messages", 1, now) for _ in range(2)] == [True, False]


def test_a_round_that_does_not_come_to_its_end_shows():
    assert alerts.health(timezone.now()).is_cycle_late
    run()
    assert not alerts.health(timezone.now()).is_cycle_late
    DeliveryCycle.objects.update(finished_at=F("finished_at") - timedelta(minutes=3))
    assert alerts.health(timezone.now()).is_cycle_late
