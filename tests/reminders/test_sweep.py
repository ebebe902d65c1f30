"""The sweep: once, whenever it runs; mailed as each person wishes; dropped when the reason has gone."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from apps.clock import times
from apps.interviews.preparing.models import QuestionPlan
from apps.interviews.thanking.models import ThankYou
from apps.mail import outbox
from apps.mail.models import OutboundMessage
from apps.network.models import ActionStep, Cadence, Outcome
from apps.reminders import actions, letters, sweep
from apps.reminders.models import How, Notice, Preference, QuietTime, Sweep
from apps.reminders.recheck import still_due
from apps.reminders.rules import BY_NAME
from tests import world

pytestmark = pytest.mark.django_db
H = timedelta(hours=1)
DAY = timedelta(days=1)
M = timedelta(minutes=1)
S = timedelta(seconds=1)


@pytest.fixture
def talk(student):
    return world.interview(
        student, world.contact(student, "Teresa Quiroga"), starts_at=world.NOW - timedelta(minutes=20)
    )


def mailed():
    """The rules of what was promised, mail by mail, in the order of the promises."""
    messages = OutboundMessage.objects.order_by("created_at", "pk")
    return [sorted(one.notices.values_list("rule", flat=True)) for one in messages]


def wish(person, how, *rules):
    for rule in rules:
        Preference.objects.create(person=person, rule=rule, how=how)


def only(person, how, *rules):
    """Wish for these rules alone."""
    wish(person, how, *rules)
    wish(person, How.NEVER, *(BY_NAME.keys() - {*rules}))


def local(day, hour, zone="America/Chicago"):
    """A moment of November 2026 on somebody's clock; the 12th is a Thursday, the 16th a Monday."""
    return datetime(2026, 11, day, hour, tzinfo=ZoneInfo(zone))


# --- once -------------------------------------------------------------------------------------------------------------


def test_two_sweeps_leave_the_rows_of_one(talk, now):
    sweep.run(now + 20 * H)
    rows = sorted(Notice.objects.values_list("key", flat=True))
    sweep.run(now + 20 * H)
    assert sorted(Notice.objects.values_list("key", flat=True)) == rows
    assert rows == [f"thank-you-first:{talk.pk}:0", f"write-down:{talk.pk}:0"]
    assert mailed() == [["thank-you-first", "write-down"]]


def test_each_is_mailed_when_it_comes_and_never_again(talk, student, now):
    for hours in (0, 1, 20, 21, 40, 41, 50, 71):
        sweep.run(now + hours * H)
    assert mailed() == [["write-down"], ["thank-you-first"], ["thank-you-second"]]


def test_a_sweep_after_a_days_outage_catches_up_once(talk, now):
    sweep.run(now + 45 * H)
    assert mailed() == [["thank-you-second", "write-down"]]


def test_many_batches_leave_every_row_once(student, now, monkeypatch):
    monkeypatch.setattr(sweep, "BATCH", 3)
    for n in range(10):
        ActionStep.objects.create(student=student, text=f"Step {n}", due_on=now.date())
    assert sweep.notice(BY_NAME["action-step"], now) == 10
    assert sweep.notice(BY_NAME["action-step"], now) == 0
    assert Notice.objects.count() == 10


def test_nothing_comes_back_after_it_was_forgotten(talk, now):
    for day in range(0, 160, 16):
        sweep.run(now + day * DAY)
        Notice.objects.filter(closed_at=None).update(closed_at=now + day * DAY, closed_as="dismissed")
        sweep.old(now + day * DAY - 90 * DAY).delete()
    assert not Notice.objects.exists()


def test_a_closed_notice_is_old_to_the_second(talk, now):
    sweep.run(now)
    Notice.objects.update(closed_at=now, closed_as="done")
    assert not sweep.old(now).exists()
    assert sweep.old(now + S).count() == 1


def test_a_sweep_says_that_it_finished(now):
    sweep.run(now)
    assert Sweep.objects.get().finished_at is not None


# --- when the reason goes ---------------------------------------------------------------------------------------------


def test_nothing_is_mailed_after_the_thank_you(talk, now):
    ThankYou.objects.create(interview=talk, sent_at=now + H)
    sweep.run(now + 20 * H)
    assert mailed() == [["write-down"]]


def test_an_open_notice_closes_when_its_reason_has_gone(talk, now):
    sweep.run(now + 20 * H)
    ThankYou.objects.create(interview=talk, sent_at=now + 21 * H)
    sweep.run(now + 21 * H)
    assert Notice.objects.get(rule="thank-you-first").closed_as == "gone"


def test_the_mailer_hears_that_a_reminder_no_longer_holds(talk, student, now):
    wish(student, How.NEVER, "write-down")
    sweep.run(now + 20 * H)
    message = OutboundMessage.objects.get(rule="thank-you-first")
    assert still_due(message, now + 20 * H)
    ThankYou.objects.create(interview=talk, sent_at=now + 20 * H)
    assert not still_due(message, now + 20 * H)


def test_of_two_in_one_mail_the_one_that_holds_is_written_anew(talk, now):
    sweep.run(now + 20 * H)
    both = OutboundMessage.objects.get()
    ThankYou.objects.create(interview=talk, sent_at=now + 20 * H)
    assert not still_due(both, now + 20 * H)
    sweep.run(now + 20 * H + 30 * S)
    assert mailed() == [[], ["write-down"]]
    assert still_due(OutboundMessage.objects.get(rule="write-down"), now + 21 * H)


@pytest.mark.parametrize(
    "act",
    [
        lambda notice, now: actions.close(notice, as_="done", now=now),
        lambda notice, now: actions.close(notice, as_="dismissed", now=now),
        lambda notice, now: actions.snooze(notice, until=now.date() + DAY, now=now),
    ],
)
def test_what_was_taken_off_the_list_meanwhile_does_not_leave(talk, now, act):
    sweep.run(now)
    act(Notice.objects.get(), now)
    assert not still_due(OutboundMessage.objects.get(), now + S)


def test_a_mail_may_leave_within_the_second_in_which_it_came_due(talk, now):
    sweep.run(now + timedelta(milliseconds=300))
    assert mailed() == [["write-down"]]
    assert still_due(OutboundMessage.objects.get(), now + timedelta(milliseconds=400))


def test_a_mail_does_not_leave_once_its_time_is_over(student, now):
    world.interview(student, world.contact(student), starts_at=now + H)
    sweep.run(now)
    message = OutboundMessage.objects.get(rule="interview-hour")
    assert still_due(message, now + H - 11 * S)
    assert not still_due(message, now + H - 9 * S)


def test_a_mail_whose_rule_there_is_no_longer_does_not_leave(talk, now):
    sweep.run(now)
    Notice.objects.update(rule="gone")
    OutboundMessage.objects.update(rule="gone")
    assert not still_due(OutboundMessage.objects.get(), now)


def test_other_mail_is_not_asked_about(student, now):
    code = outbox.queue("sign_in_code", to=student, occasion=outbox.Occasion("k"), context={"code": "KQ7-3MX"})
    assert still_due(code, now)


# --- wishes -----------------------------------------------------------------------------------------------------------


def test_a_person_who_wants_no_mail_gets_none_and_keeps_the_list(talk, student, now):
    wish(student, How.NEVER, "thank-you-first")
    sweep.run(now + 20 * H)
    assert mailed() == [["write-down"]]
    assert Notice.objects.filter(rule="thank-you-first", closed_at=None).count() == 1


def test_who_unsubscribed_gets_no_mail_about_it(talk, student, now):
    outbox.unsubscribe(student, "write-down")
    sweep.run(now + 20 * H)
    assert mailed() == [["thank-you-first"]]


def test_who_unsubscribed_from_mails_that_hold_several_gets_them_one_by_one(talk, student, now):
    outbox.unsubscribe(student, "digest")
    sweep.run(now + 20 * H)
    assert sorted(mailed()) == [["thank-you-first"], ["write-down"]]


def test_a_daily_digest_is_one_mail_and_never_empty(talk, student, now):
    only(student, How.DAILY, "thank-you-first", "write-down")
    sweep.run(now + 20 * H)  # 6:40 am in Chicago: before the digest's hour
    assert mailed() == []
    sweep.run(now + 22 * H)
    sweep.run(now + 23 * H)
    [message] = OutboundMessage.objects.all()
    assert (message.kind, message.text.count("Teresa") >= 2) == ("digest", True)
    sweep.run(now + 23 * H + DAY)
    assert mailed() == [["thank-you-first", "write-down"]]


@pytest.mark.parametrize("zone", ["America/Chicago", "Asia/Tokyo", "America/Santiago"])
def test_a_digest_leaves_at_eight_to_the_second_where_the_person_is(student, zone):
    type(student).objects.filter(pk=student.pk).update(time_zone=zone)
    only(student, How.DAILY, "write-down")
    at = local(12, 9, zone)
    world.interview(student, world.contact(student), starts_at=at - timedelta(minutes=20))
    for moment, sent in ((at, 0), (local(13, 8, zone) - S, 0), (local(13, 8, zone), 1), (local(14, 8, zone), 1)):
        sweep.run(moment)
        assert OutboundMessage.objects.count() == sent, moment


def test_a_weekly_digest_leaves_on_monday_at_eight_and_a_late_one_when_the_worker_is_back(student):
    only(student, How.WEEKLY, "write-down")
    for name, at in (("Teresa", local(10, 9)), ("Marcus", local(12, 9))):
        world.interview(student, world.contact(student, name), starts_at=at)
    for moment, sent in ((local(13, 12), 0), (local(16, 8) - S, 0), (local(17, 11), 1), (local(23, 9), 1)):
        sweep.run(moment)
        assert OutboundMessage.objects.count() == sent, moment
    assert mailed() == [["write-down", "write-down"]]


def test_what_comes_due_after_the_digest_waits_for_the_next(student):
    only(student, How.DAILY, "write-down")
    for name, at in (("Teresa", local(11, 9)), ("Marcus", local(12, 9))):
        world.interview(student, world.contact(student, name), starts_at=at)
    for moment, sent in ((local(12, 8), 1), (local(12, 12), 1), (local(13, 8), 2)):
        sweep.run(moment)
        assert OutboundMessage.objects.count() == sent, moment


def test_what_was_mailed_at_once_is_never_in_a_digest(talk, student, now):
    sweep.run(now)
    wish(student, How.DAILY, "write-down", "thank-you-first")
    for hours in (20, 22, 23, 40, 46, 60):
        sweep.run(now + hours * H)
    assert [rules for rules in mailed() if "write-down" in rules] == [["write-down"]]


# --- quiet hours and breaks -------------------------------------------------------------------------------------------


def test_quiet_hours_hold_a_mail_back(talk, student, now):
    QuietTime.objects.create(person=student, quiet_from=time(22), quiet_to=time(8))
    sweep.run(now + 20 * H)  # 6:40 am
    assert mailed() == []
    sweep.run(local(13, 8) - S)
    assert mailed() == []
    sweep.run(local(13, 8))
    assert mailed() == [["thank-you-first", "write-down"]]


@pytest.mark.parametrize(
    ("ended", "asked", "sent"),
    [
        (local(12, 9), local(14, 1), 0),  # the two days end on Saturday at 9: eight o'clock is early enough
        (local(12, 8) + timedelta(minutes=15), local(14, 1), 0),  # at a quarter past: just early enough
        (local(12, 8) + timedelta(minutes=14), local(14, 1), 1),  # before that: there would be too little time left
        (local(12, 7), local(14, 1), 1),  # at 7: holding it back would outlast them
    ],
)
def test_quiet_hours_never_outlast_the_deadline(student, ended, asked, sent):
    wish(student, How.NEVER, "write-down")
    QuietTime.objects.create(person=student, quiet_from=time(22), quiet_to=time(8))
    world.interview(student, world.contact(student), starts_at=ended - timedelta(minutes=20))
    sweep.run(asked)
    assert OutboundMessage.objects.count() == sent


def test_a_break_holds_back_what_can_wait_and_not_a_talk_that_is_agreed(student, now):
    QuietTime.objects.create(person=student, paused_until=now.date() + 4 * DAY)
    world.interview(student, world.contact(student), starts_at=now + 24 * H)
    ActionStep.objects.create(student=student, text="Sign up for the course", due_on=now.date())
    sweep.run(now)
    assert mailed() == [["interview-tomorrow"]]
    Notice.objects.filter(rule="interview-tomorrow").update(closed_at=now)
    ThankYou.objects.create(interview=student.interviews.get(), sent_at=now)
    for moment, sent in ((local(16, 8) - S, 0), (local(16, 8), 1)):
        sweep.run(moment)
        assert sum("action-step" in rules for rules in mailed()) == sent, moment


# --- put away ---------------------------------------------------------------------------------------------------------


def test_what_is_put_away_comes_back_by_mail_once(student, now):
    ActionStep.objects.create(student=student, text="Sign up for the course", due_on=now.date())
    sweep.run(now)
    actions.snooze(Notice.objects.get(), until=now.date() + DAY, now=now)
    for moment in (now + S, local(13, 8) - S, local(13, 8), local(13, 9), local(14, 9)):
        sweep.run(moment)
    assert OutboundMessage.objects.count() == 2
    assert mailed() == [[], ["action-step"]]


# --- one bad row holds up nobody --------------------------------------------------------------------------------------


def test_a_mail_that_cannot_be_written_holds_up_nobody_else(student, other_student, now, monkeypatch):
    for one in (student, other_student):
        world.interview(one, world.contact(one), starts_at=now - timedelta(minutes=20))
    write = letters.send

    def odd(notices, now):
        if notices[0].person_id == student.pk:
            raise ValueError("cannot be written")
        write(notices, now)

    monkeypatch.setattr(letters, "send", odd)
    sweep.run(now)
    assert list(OutboundMessage.objects.values_list("person", flat=True)) == [other_student.pk]
    monkeypatch.undo()
    sweep.run(now + S)
    assert OutboundMessage.objects.count() == 2


# --- one mail a morning about one talk --------------------------------------------------------------------------------


@pytest.fixture
def led_to(student):
    """A talk that was over on Tuesday at four, two steps for Thursday morning, and somebody who had introduced them."""
    contact = world.contact(student, "Teresa Quiroga")
    over = local(10, 16) + timedelta(minutes=20)
    talk = world.interview(student, contact, starts_at=over - timedelta(minutes=20), status="completed")
    world.referral(world.contact(student, "Helen Varga"), contact, at=over - 9 * DAY, name_permission="yes")
    contact.talked_at = over
    contact.save()
    for text in ("Let Teresa have your résumé", "Read the county data"):
        ActionStep.objects.create(student=student, contact=contact, text=text, due_on=local(12, 8).date())
    return talk


def test_no_morning_brings_two_mails_about_one_talk(led_to, student):
    wish(student, How.NEVER, "write-down")
    for moment in (local(11, 13), local(12, 8), local(12, 8) + 20 * M, local(12, 8) + 30 * M):
        sweep.run(moment)
    assert mailed() == [["thank-you-first"], ["thank-you-second"]]
    ThankYou.objects.create(interview=led_to, sent_at=local(12, 8) + 30 * M)
    for moment in (local(12, 9), local(12, 17), local(13, 8) - S):
        sweep.run(moment)
    assert len(mailed()) == 2
    for _ in range(2):
        sweep.run(local(13, 8))
    assert mailed()[2:] == [["action-step", "action-step", "close-loop"]]


def test_what_a_talk_led_to_waits_no_longer_than_its_thank_you(led_to, student):
    wish(student, How.NEVER, "write-down", "thank-you-first", "thank-you-second")
    sweep.run(led_to.thank_by - S)
    assert mailed() == []
    sweep.run(led_to.thank_by)
    assert mailed() == [["action-step", "action-step", "close-loop"]]


def test_a_step_with_somebody_else_waits_for_nothing(led_to, student, now):
    wish(student, How.NEVER, "write-down", "thank-you-first", "thank-you-second", "close-loop")
    other = world.contact(student, "Marcus Adeyemi")
    ActionStep.objects.create(student=student, contact=other, text="Send the map", due_on=local(12, 8).date())
    sweep.run(local(12, 8))
    assert [notice.title for notice in Notice.objects.exclude(mailed_at=None)] == ["Send the map"]


def test_the_mail_of_the_day_before_holds_the_place_and_the_questions(student, now):
    talk = world.interview(student, world.contact(student), starts_at=now + 23 * H, format="phone")
    plan = QuestionPlan.objects.create(interview=talk)
    for position, text in ((2, "What is hard?"), (1, "How did you begin & where?")):
        plan.questions.create(text=text, position=position)
    sweep.run(now)
    mail = OutboundMessage.objects.get()
    assert "The number is not noted yet. Ask Helen today." in mail.text
    assert "  1. How did you begin & where?\n  2. What is hard?\n" in mail.text
    assert mail.html.index("How did you begin &amp; where?</li>") < mail.html.index("What is hard?</li>")


@pytest.mark.parametrize(
    ("way", "place", "said"),
    [
        ("video", "https://meet.example/x", "The link: https://meet.example/x"),
        ("phone", "+1 218 555 0143", "The number: +1 218 555 0143"),
        ("in_person", "Room 4, Ashby Hall", "The place: Room 4, Ashby Hall"),
    ],
)
def test_the_place_is_said_by_its_name_in_one_mail_and_in_several(student, now, way, place, said):
    world.interview(student, world.contact(student), starts_at=now + 23 * H, format=way, place=place)
    ActionStep.objects.create(student=student, text="Sign up for the course", due_on=now.date() - 2 * DAY)
    sweep.run(now)
    mail = OutboundMessage.objects.get()
    assert (said in mail.text, said in mail.html) == (True, True)


def test_the_mail_of_the_day_before_says_the_top_questions_and_when_to_leave(student, now):
    talk = world.interview(
        student,
        world.contact(student),
        starts_at=now + 23 * H,
        format="in_person",
        place="Room 4, Ashby Hall",
        travel_minutes=45,
    )
    plan = QuestionPlan.objects.create(interview=talk)
    for position, (text, is_must) in enumerate([("How did you begin?", False), ("What is hard?", True)], 1):
        plan.questions.create(text=text, position=position, is_must=is_must)
    sweep.run(now)
    mail = OutboundMessage.objects.get()
    leave = times.clock(talk.starts_at - timedelta(minutes=55), talk.alum_zone)
    said = times.plain(f"You planned 45 minutes for the way, so leave by {leave}")
    for words in (" ".join(mail.text.split()), " ".join(mail.html.split())):
        assert (said in words, "Your top questions:" in words, "And 1 more" in words) == (True, True, True)
        assert ("What is hard?" in words, "How did you begin?" in words) == (True, False)


def test_all_kinds_due_at_once_about_one_talk_are_one_mail_that_morning(led_to, student):
    """The worker was away: everything about one talk has come due when it looks again."""
    Outcome.objects.create(student=student, contact=led_to.contact, kind="applied", happened_on=local(11, 8).date())
    Cadence.objects.create(
        student=student, contact=led_to.contact, months=3, due_on=local(12, 8).date(), chosen_at=local(10, 17)
    )
    for minutes in range(0, 4 * 60, 20):
        sweep.run(local(12, 8) + minutes * M)
    assert mailed() == [["cadence", "second-thanks", "thank-you-first", "write-down"]]
    due = set(Notice.objects.filter(closed_at=None, mailed_at=None).values_list("rule", flat=True))
    assert due == {"thank-you-second", "action-step", "close-loop"}  # for the afternoon, and the next morning
    sweep.run(local(12, 12))
    assert mailed()[1:] == [["thank-you-second"]]
