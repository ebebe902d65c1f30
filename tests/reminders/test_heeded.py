"""What a person said is heeded: for as long as they said, to the last moment, and by every part of the sweep."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from apps.mail import alerts, outbox
from apps.mail.models import OutboundMessage, Suppression, Unsubscribe
from apps.network.models import ActionStep
from apps.policy.models import Policy
from apps.reminders import actions, letters, preferences, sweep
from apps.reminders.models import How, Notice, Preference, QuietTime, Sweep
from apps.reminders.recheck import still_due
from apps.reminders.rule import LOOKBACK
from apps.reminders.rules import RULES
from apps.web.answers import Refused
from tests import world

pytestmark = pytest.mark.django_db
H, DAY, M, S = timedelta(hours=1), timedelta(days=1), timedelta(minutes=1), timedelta(seconds=1)


@pytest.fixture
def talk(student):
    return world.interview(student, world.contact(student, "Teresa Quiroga"), starts_at=world.NOW - 20 * M)


@pytest.fixture
def step(student, now):
    return ActionStep.objects.create(student=student, text="Sign up", due_on=now.date())


def count():
    return OutboundMessage.objects.count()


def local(day, hour, minute=0):
    return datetime(2026, 11, day, hour, minute, tzinfo=ZoneInfo("America/Chicago"))


# --- what was said to an earlier word about the same task -------------------------------------------------------------


@pytest.mark.parametrize("word", [Notice.Closed.DONE, Notice.Closed.DISMISSED])
def test_a_task_that_was_taken_off_the_list_is_not_mailed_again(talk, now, word):
    sweep.run(now + 20 * H)
    before = count()
    actions.close(Notice.objects.get(rule="thank-you-first"), as_=word, now=now + 21 * H)
    sweep.run(now + 40 * H)
    sweep.run(now + 48 * H)
    about = Notice.objects.filter(thing=f"thank-you:{talk.pk}").order_by("due_at")
    assert [one.closed_as for one in about] == [word, word, word]
    assert count() == before


def test_a_task_that_was_put_away_stays_away(talk, now):
    sweep.run(now + 20 * H)
    before, until = count(), (now + 7 * DAY).date()
    actions.snooze(Notice.objects.get(rule="thank-you-first"), until=until, now=now + 21 * H)
    sweep.run(now + 40 * H)
    second = Notice.objects.get(rule="thank-you-second")
    assert (count(), second.snoozed_until) == (before, preferences.morning(until, second.person.zone))


def test_what_was_said_comes_back_as_a_whole(talk, now):
    sweep.run(now + 20 * H)
    first = Notice.objects.get(rule="thank-you-first")
    actions.close(first, as_=Notice.Closed.DISMISSED, now=now + 21 * H)
    sweep.run(now + 30 * H)
    sweep.run(now + 40 * H)
    second = Notice.objects.get(rule="thank-you-second")
    actions.reopen(second)
    second.refresh_from_db()
    assert second.closed_at is None


def test_a_talk_is_brought_to_mind_again_however_the_day_before_was_answered(student, now):
    world.interview(student, world.contact(student), starts_at=now + 24 * H)
    sweep.run(now)
    actions.close(Notice.objects.get(), as_=Notice.Closed.DONE, now=now + H)
    sweep.run(now + 23 * H)
    assert Notice.objects.filter(rule="interview-hour", closed_at=None).exists()


# --- put away ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("late", "days"), [(0, 1), (0, 7), (1, 7), (2, 7), (0, 14), (0, 50)])
def test_what_was_put_away_is_mailed_when_it_comes_back(step, now, late, days):
    sweep.run(now)
    at = now + late * DAY
    actions.snooze(Notice.objects.get(), until=(at + days * DAY).date(), now=at)
    sweep.run(at + days * DAY - 12 * H)
    assert count() == 1
    sweep.run(at + days * DAY)
    assert count() == 2


def test_nothing_is_put_away_for_longer_than_it_would_stay(step, now):
    sweep.run(now)
    notice = Notice.objects.get()
    last = actions.last_day(notice)
    with pytest.raises(Refused, match="no longer apply by then"):
        actions.snooze(notice, until=last + DAY, now=now)
    actions.snooze(notice, until=last, now=now)
    sweep.run(datetime.combine(last, time(14, 1), tzinfo=UTC))
    assert (Notice.objects.get().closed_as, last) == ("", (notice.due_at + LOOKBACK - DAY).date())


# --- chosen between the notice and the sending ------------------------------------------------------------------------


def _unsubscribes(person, now):
    outbox.unsubscribe(person, "write-down")


def _chooses_never(person, now):
    Preference.objects.create(person=person, rule="write-down", how=How.NEVER)


def _goes_on_a_break(person, now):
    QuietTime.objects.create(person=person, paused_until=(now + 9 * DAY).date())


def _wants_quiet(person, now):
    local = now.astimezone(person.zone)
    QuietTime.objects.create(person=person, quiet_from=(local - H).time(), quiet_to=(local + 2 * H).time())


CHANGES = [_unsubscribes, _chooses_never, _goes_on_a_break, _wants_quiet]


@pytest.mark.parametrize("after", [0 * H, 20 * H], ids=["a mail of one", "a mail of two"])
@pytest.mark.parametrize("change", CHANGES)
def test_another_wish_is_heeded_to_the_last_moment(talk, student, now, change, after):
    sweep.run(now + after)
    [mail] = OutboundMessage.objects.all()
    assert still_due(mail, now + after + M)
    change(student, now + after)
    assert not still_due(mail, now + after + M)
    assert not Notice.objects.exclude(message=None).exists()


def test_what_was_released_leaves_without_what_is_not_wanted(talk, student, now):
    sweep.run(now + 20 * H)
    [mail] = OutboundMessage.objects.all()
    _chooses_never(student, now)
    still_due(mail, now + 20 * H + M)
    sweep.run(now + 20 * H + M)
    assert [one.rule for one in OutboundMessage.objects.order_by("created_at", "pk")] == ["digest", "thank-you-first"]


# --- quiet hours and breaks -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "sent"), [((8, 0), (7, 0)), ((8, 14), (7, 14)), ((8, 15), (8, 0)), ((9, 30), (8, 30))]
)
def test_quiet_hours_leave_enough_time_to_use_a_reminder(student, start, sent):
    QuietTime.objects.create(person=student, quiet_from=time(22), quiet_to=time(8))
    for rule in ("interview-tomorrow", "interview-quarter"):
        Preference.objects.create(person=student, rule=rule, how=How.NEVER)
    world.interview(student, world.contact(student), starts_at=local(13, *start))
    sweep.run(local(13, *sent) - S)
    assert count() == 0
    sweep.run(local(13, *sent))
    assert count() == 1


@pytest.mark.parametrize("hour", [6, 7], ids=["before the clocks go back", "after"])
def test_quiet_hours_end_ahead_also_in_the_hour_that_comes_twice(student, hour):
    quiet = QuietTime(person=student, quiet_from=time(22), quiet_to=time(1, 30))
    now = datetime(2026, 11, 1, hour, 5, tzinfo=UTC)  # 1:05, first and second time
    assert preferences.quiet_until(quiet, student.zone, now) == now + 25 * M


def test_what_fell_due_in_a_break_is_mailed_after_it(student, now):
    QuietTime.objects.create(person=student, paused_until=(now + 14 * DAY).date())
    ActionStep.objects.create(student=student, text="Sign up", due_on=(now + DAY).date())
    for day in range(14):
        sweep.run(now + day * DAY)
    assert count() == 0
    sweep.run(now + 14 * DAY)
    [mail] = OutboundMessage.objects.all()
    assert mail.expires_at > now + 14 * DAY
    assert still_due(mail, now + 14 * DAY + M)


@pytest.mark.parametrize(
    "quiet", [{"paused_until": 5}, {"quiet_from": -2, "quiet_to": 3}], ids=["break", "quiet hours"]
)
def test_who_is_held_back_takes_no_time_from_the_others(student, now, quiet, monkeypatch):
    local_now = now.astimezone(student.zone)
    kept = {"paused_until": lambda n: (now + n * DAY).date()}
    said = {name: kept.get(name, lambda n: (local_now + n * H).time())(n) for name, n in quiet.items()}
    QuietTime.objects.create(person=student, **said)
    ActionStep.objects.create(student=student, text="Sign up", due_on=now.date())
    looked_at = []
    monkeypatch.setattr(sweep, "_mail_ready", lambda person, at: looked_at.append(person))
    sweep.run(now)
    assert looked_at == []
    QuietTime.objects.all().delete()
    sweep.run(now)
    assert looked_at == [student.pk]


def test_nobody_is_written_to_whose_address_takes_no_mail(step, student, now):
    Suppression.objects.create(address=student.email.upper())
    sweep.run(now)
    assert (count(), Notice.objects.count()) == (0, 1)


# --- over both changes of the clocks ----------------------------------------------------------------------------------

CHANGES_OF_CLOCKS = [datetime(2026, 10, 31, 21), datetime(2027, 3, 13, 21)]  # the evening before


@pytest.fixture(params=CHANGES_OF_CLOCKS, ids=["back", "forward"])
def evening(request, student):
    return request.param.replace(tzinfo=student.zone)


def wall(evening, days, hour, minute=0):
    """A moment on the same wall clock, days after that evening."""
    return datetime.combine(evening.date() + days * DAY, time(hour, minute), tzinfo=evening.tzinfo)


def mails_at(*moments):
    for moment, sent in moments:
        sweep.run(moment.astimezone(UTC))
        assert count() == sent, moment


def test_a_digest_leaves_at_eight_by_the_new_clock(student, evening):
    Preference.objects.create(person=student, rule="write-down", how=How.DAILY)
    world.interview(student, world.contact(student), starts_at=evening - 20 * M)
    eight = wall(evening, 1, 8)
    mails_at((evening, 0), (eight.astimezone(UTC) - S, 0), (eight, 1), (wall(evening, 1, 12), 1))


def test_quiet_hours_end_by_the_new_clock(student, evening):
    QuietTime.objects.create(person=student, quiet_from=time(22), quiet_to=time(7, 30))
    world.interview(student, world.contact(student), starts_at=wall(evening, 0, 22, 10))
    ends = wall(evening, 1, 7, 30)
    mails_at((wall(evening, 0, 22, 30), 0), (ends.astimezone(UTC) - S, 0), (ends, 1))


def test_a_break_ends_at_eight_by_the_new_clock(student, evening):
    QuietTime.objects.create(person=student, paused_until=evening.date() + DAY)
    world.interview(student, world.contact(student), starts_at=evening - 20 * M)
    eight = wall(evening, 1, 8)
    mails_at((evening, 0), (eight.astimezone(UTC) - S, 0), (eight, 1))


def test_what_was_put_away_comes_back_at_eight_by_the_new_clock(student, evening):
    world.interview(student, world.contact(student), starts_at=evening - 20 * M)
    eight = wall(evening, 1, 8)
    mails_at((evening, 1))
    actions.snooze(Notice.objects.get(), until=evening.date() + DAY, now=evening)
    mails_at((eight.astimezone(UTC) - S, 1), (eight, 2))


# --- one thing that cannot be done ------------------------------------------------------------------------------------


def _cannot(*args, **kwargs):
    raise ValueError("cannot be put into words")


@pytest.mark.django_db(transaction=True)
def test_the_acts_of_the_clock_hold_no_lock_for_each_other(now, monkeypatch):
    """Each is a transaction of its own, which may be tried again; people are locked for one act only."""
    seen = []
    for part in ("deadlines.clock", "checks.run"):
        monkeypatch.setattr(f"apps.reminders.sweep.{part}", lambda at: seen.append(connection.in_atomic_block))
    sweep.run(now)
    assert seen == [False, False]


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "2098-05-06"])
def test_a_break_ends_within_a_year(as_, student, day):
    answer = as_(student).post("/me/reminders/", {"paused_until": day})
    assert answer.status_code == 422
    assert "Choose a day within the next year." in answer.content.decode()
    assert not QuietTime.objects.exists()


@pytest.mark.parametrize("part", ["deadlines.clock", "checks.run"])
def test_what_cannot_be_done_holds_up_nothing_else(step, now, monkeypatch, part):
    monkeypatch.setattr(f"apps.reminders.sweep.{part}", _cannot)
    sweep.run(now)
    assert count() == 1
    assert Sweep.objects.get().failed == 1
    assert Sweep.objects.get().finished_at is not None


def test_a_row_that_cannot_be_put_into_words_holds_up_no_other(student, now, monkeypatch):
    broken = ActionStep.objects.create(student=student, text="Broken", due_on=now.date())
    ActionStep.objects.create(student=student, text="Sign up", due_on=now.date())
    world.interview(student, world.contact(student), starts_at=now + 24 * H)
    fields_for = sweep.fields_for
    monkeypatch.setattr(sweep, "fields_for", lambda rule, row: _cannot() if row == broken else fields_for(rule, row))
    sweep.run(now)
    assert set(Notice.objects.values_list("rule", "title")) >= {("action-step", "Sign up")}
    assert (Notice.objects.count(), Sweep.objects.get().failed) == (2, 1)


def test_a_rule_that_cannot_be_asked_holds_up_no_other(step, now, monkeypatch):
    monkeypatch.setattr(sweep, "RULES", [Unaskable(), *RULES])
    sweep.run(now)
    assert (count(), Sweep.objects.get().failed) == (1, 2)  # asked what is due, and what is over


class Unaskable:
    name = "unaskable"
    rows = _cannot


def test_a_letter_that_cannot_be_written_is_counted(step, now, monkeypatch):
    monkeypatch.setattr(letters, "send", _cannot)
    sweep.run(now)
    assert Sweep.objects.get().failed == 1


def test_notices_of_a_rule_that_is_gone_leave_the_list(step, now):
    sweep.run(now)
    Notice.objects.update(rule="of-last-year")
    sweep.run(now)
    assert Notice.objects.get(rule="of-last-year").closed_as == Notice.Closed.GONE


def test_the_office_hears_of_a_sweep_in_trouble_and_once(step, now, monkeypatch):
    Policy.now()
    Policy.objects.update(office_email="office@tamarack.example")
    monkeypatch.setattr("apps.reminders.sweep.checks.run", _cannot)
    for minutes in (0, 1, 6, 12):
        sweep.run(now + minutes * M)
        Sweep.objects.update(finished_at=now + minutes * M)
        alerts.tell_office(now + minutes * M)
    [alert] = OutboundMessage.objects.filter(kind="office_alert")
    assert alert.subject == "Some reminders may be missing"
    monkeypatch.undo()
    sweep.run(now + 13 * M)
    Sweep.objects.filter(failed=0).update(finished_at=now + 13 * M)
    assert "reminders" not in alerts.health(now + 13 * M).troubles
    assert "reminders" in alerts.health(now + 24 * M).troubles  # nobody sweeps any more


# --- one click in a mail that held several ----------------------------------------------------------------------------


def test_one_click_in_a_mail_of_two_ends_both_and_nothing_else(talk, student, now, client, settings):
    sweep.run(now + 20 * H)
    [mail] = OutboundMessage.objects.all()
    url = mail.headers["List-Unsubscribe"].strip("<>").removeprefix(settings.SITE_URL)
    asked = client.get(url).text
    assert ("Save what you learned" in asked, "Thank them" in asked) == (True, True)
    answer = client.post(url, "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 200
    assert set(Unsubscribe.objects.values_list("topic", flat=True)) == {"thank-you-first", "write-down"}
    assert not still_due(mail, now + 20 * H + M)
    sweep.run(now + 21 * H)
    assert count() == 1
    client.post(url, {"again": "1"})
    assert not Unsubscribe.objects.exists()
