"""The sweep: once, whenever it runs; mailed as each person wishes; dropped when the reason has gone."""

from datetime import time, timedelta

import pytest

from apps.interviews.models import ThankYou
from apps.mail.models import OutboundMessage
from apps.reminders import sweep
from apps.reminders.models import How, Notice, Preference, QuietTime, Sweep
from apps.reminders.recheck import still_due
from tests import world

pytestmark = pytest.mark.django_db
H = timedelta(hours=1)


@pytest.fixture
def talk(student):
    return world.interview(
        student, world.contact(student, "Teresa Quiroga"), starts_at=world.NOW - timedelta(minutes=20)
    )


def mailed():
    return list(OutboundMessage.objects.order_by("due_at", "pk").values_list("rule", flat=True))


def test_two_sweeps_leave_the_rows_of_one(talk, now):
    sweep.run(now + 20 * H)
    rows = sorted(Notice.objects.values_list("key", flat=True))
    sweep.run(now + 20 * H)
    assert sorted(Notice.objects.values_list("key", flat=True)) == rows
    assert rows == [f"thank-you-first:interview:{talk.pk}:v0", f"write-down:interview:{talk.pk}:v0"]
    assert sorted(mailed()) == ["thank-you-first", "write-down"]


def test_a_sweep_after_a_days_outage_catches_up_once(talk, now):
    sweep.run(now + 45 * H)
    assert sorted(mailed()) == ["thank-you-second", "write-down"]


def test_nothing_is_mailed_after_the_thank_you(talk, now):
    ThankYou.objects.create(interview=talk, sent_at=now + H)
    sweep.run(now + 20 * H)
    assert mailed() == ["write-down"]


def test_an_open_notice_closes_when_its_reason_has_gone(talk, now):
    sweep.run(now + 20 * H)
    ThankYou.objects.create(interview=talk, sent_at=now + 21 * H)
    sweep.run(now + 21 * H)
    assert Notice.objects.get(rule="thank-you-first").closed_as == "gone"


def test_the_mailer_hears_that_a_reminder_no_longer_holds(talk, now):
    sweep.run(now + 20 * H)
    message = OutboundMessage.objects.get(rule="thank-you-first")
    assert still_due(message, now + 20 * H)
    ThankYou.objects.create(interview=talk, sent_at=now + 20 * H)
    assert not still_due(message, now + 20 * H)


def test_a_person_who_wants_no_mail_gets_none_and_keeps_the_list(talk, student, now):
    Preference.objects.create(person=student, rule="thank-you-first", how=How.NEVER)
    sweep.run(now + 20 * H)
    assert mailed() == ["write-down"]
    assert Notice.objects.filter(rule="thank-you-first", closed_at=None).count() == 1


def test_a_daily_digest_is_one_mail_and_never_empty(talk, student, now):
    for rule in ("thank-you-first", "write-down"):
        Preference.objects.create(person=student, rule=rule, how=How.DAILY)
    sweep.run(now + 20 * H)  # 6:40 am in Chicago: before the digest's hour
    assert mailed() == []
    sweep.run(now + 22 * H)
    sweep.run(now + 23 * H)
    [message] = OutboundMessage.objects.all()
    assert message.kind == "digest"
    assert message.text.count("Teresa") >= 2
    sweep.run(now + 23 * H + timedelta(days=1))
    assert OutboundMessage.objects.filter(kind="digest").count() == 1


def test_quiet_hours_hold_a_mail_back_but_not_past_its_deadline(talk, student, now):
    QuietTime.objects.create(person=student, quiet_from=time(22), quiet_to=time(8))
    sweep.run(now + 20 * H)  # 6:40 am
    assert mailed() == []
    sweep.run(now + 22 * H)  # 8:40 am
    assert sorted(mailed()) == ["thank-you-first", "write-down"]


def test_a_sweep_says_that_it_finished(now):
    sweep.run(now)
    assert Sweep.objects.get().finished_at is not None
