"""`manage.py due`: what is due to whom, why, and what becomes of it."""

from datetime import time, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from apps.interviews.thanking.models import ThankYou
from apps.mail import outbox
from apps.mail.models import Suppression
from apps.reminders import actions, sweep
from apps.reminders.explain import coming, explain
from apps.reminders.models import How, Notice, Preference, QuietTime
from apps.reminders.rules import RULES
from tests import world

pytestmark = pytest.mark.django_db
H = timedelta(hours=1)


@pytest.fixture
def talk(student):
    contact = world.contact(student, "Teresa Quiroga")
    return world.interview(student, contact, starts_at=world.NOW - timedelta(minutes=20))


def said(person, at):
    out = StringIO()
    call_command("due", person=person.email, at=at.isoformat(), stdout=out)
    return out.getvalue()


def mails(person, now):
    return {line.rule: line.mail for line in explain(person, now) if line.is_due}


def test_it_says_what_is_due_why_and_what_comes_next(talk, student, now):
    text = said(student, now + 20 * H)
    assert text.startswith("Amira Haddad, Friday, November 13, 6:40 am Central Time\n")
    assert (
        f"""
due: Thank Teresa Quiroga by Saturday at 10:40 am
  key   thank-you-first:{talk.pk}:0
  since Friday, November 13, 6:40 am Central Time (2026-11-13 12:40:00 UTC)
  why   thank-you-first: 20 hours after you talked, if you haven’t yet.
  mail  at once
"""
        in text
    )
    assert (
        f"""
not yet: Thank Teresa Quiroga by Saturday at 10:40 am
  key   thank-you-second:{talk.pk}:0
  since Saturday, November 14, 2:40 am Central Time (2026-11-14 08:40:00 UTC)
  why   thank-you-second: 8 hours before the 2 days are over.
"""
        in text
    )
    assert not Notice.objects.exists()


def test_it_says_what_holds_a_mail_back(talk, student, now):
    at = now + 20 * H
    QuietTime.objects.create(person=student, quiet_from=time(22), quiet_to=time(8))
    Preference.objects.create(person=student, rule="write-down", how=How.DAILY)
    outbox.unsubscribe(student, "thank-you-first")
    assert mails(student, at) == {
        "write-down": "held for the daily digest until Friday, November 13, 8:00\xa0am Central Time",
        "thank-you-first": "none: unsubscribed from emails about it",
    }
    Preference.objects.update(how=How.AT_ONCE)
    assert mails(student, at)["write-down"] == "held by quiet hours until Friday, November 13, 8:00\xa0am Central Time"
    QuietTime.objects.update(paused_until=now.date() + timedelta(days=3))
    assert (
        mails(student, at)["write-down"] == "held by the term break until Sunday, November 15, 8:00\xa0am Central Time"
    )
    Preference.objects.update(how=How.NEVER)
    assert mails(student, at)["write-down"] == "none: only in Rapport, as chosen"


def test_it_agrees_with_the_sweep_and_knows_what_became_of_a_notice(talk, student, now):
    sweep.run(now)
    assert mails(student, now) == {
        "write-down": "noticed already, handed over on Thursday, November 12, 10:40\xa0am Central Time, waiting"
    }
    notice = Notice.objects.get()
    actions.snooze(notice, until=now.date() + timedelta(days=1), now=now)
    assert mails(student, now)["write-down"] == "snoozed until Friday, November 13, 8:00\xa0am Central Time"
    actions.close(notice, as_="done", now=now)
    assert mails(student, now)["write-down"] == "none: done on Thursday, November 12, 10:40\xa0am Central Time"
    later = now + timedelta(days=9)
    Notice.objects.all().delete()
    assert mails(student, later)["write-down"].startswith("none: too late since")


def test_it_says_why_something_is_not_due(talk, student, now):
    sweep.run(now + 20 * H)
    ThankYou.objects.create(interview=talk, sent_at=now + 21 * H)
    sweep.run(now + 21 * H)
    actions.close(Notice.objects.get(rule="write-down"), as_="done", now=now + 22 * H)
    text = said(student, now + 23 * H)
    for title, key, why in (
        ("Save what you learned from Teresa", f"write-down:{talk.pk}:0", "done since Friday, November 13, 8:40 am"),
        (
            "Thank Teresa Quiroga by Saturday at 10:40 am",
            f"thank-you-first:{talk.pk}:0",
            "no longer applies since Friday",
        ),
    ):
        assert f"\nno longer: {title}\n  key   {key}\n  why   {why}" in text
    nothing_from = text.partition("\nnothing now from\n")[2].splitlines()
    assert "  thank-you-first: 20 hours after you talked, if you haven’t yet." in nothing_from
    names = {line.strip().partition(":")[0] for line in nothing_from}
    assert names == {rule.name for rule in RULES if rule.role == "student"} - {"write-down"}


def test_it_says_what_keeps_every_mail_away(student, now):
    type(student).objects.update(is_active=False)
    Suppression.objects.create(address=student.email.upper())
    text = said(student, now)
    assert "The account is closed: nothing is mailed to it.\n" in text
    assert f"Nothing is mailed to {student.email}: refused twice in 30 days.\n" in text
    Suppression.objects.update(lifted_at=now)
    assert "Nothing is mailed to" not in said(student, now)


def test_the_hour_before_a_talk_is_foreseen(student, now):
    talk = world.interview(student, world.contact(student), starts_at=now + 50 * H)
    found = [(line.rule, line.due_at - talk.starts_at) for line in coming(student, now)]
    assert found[:3] == [("interview-tomorrow", -24 * H), ("interview-hour", -1 * H), ("interview-quarter", -H / 4)]


def test_an_alum_hears_when_they_are_asked_next(alum, now):
    [line] = explain(alum, now) + coming(alum, now)
    assert (line.rule, line.is_due) == ("profile-check", False)


def test_nothing_and_nobody(student, now):
    assert "Nothing is due, and nothing comes" in said(student, now)
    with pytest.raises(CommandError, match="No one has the address"):
        call_command("due", person="nobody@x.example")
    with pytest.raises(CommandError, match="Not a moment: soon"):
        call_command("due", person=student.email, at="soon")
