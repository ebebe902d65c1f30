"""The links of a mail, without signing in: off the list, later, back; and the yearly word of an alum (R206, R223)."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import MailLink, Role
from apps.interviews.lifecycle.models import InterviewRequest
from apps.mail import outbox
from apps.mail.models import OutboundMessage
from apps.policy.models import Policy
from apps.reminders import checks, sweep
from apps.reminders.models import Notice, ProfileCheck
from tests import world

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
S = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(world.NOW, tick=False):
        yield


def link_in(message, word):
    """Return the address below `word` that a mail holds, and look at it in its HTML as well."""
    [path] = set(re.findall(rf"/{word}/[\w-]+/", message.text))
    assert path in message.html
    return path


def opened(path):
    """Follow a mailed link in a browser that is not signed in. Returns the browser and the page's address."""
    client = Client()
    answer = client.get(path)
    assert answer.status_code == 302
    return client, answer.url


# --- one notice -------------------------------------------------------------------------------------------------------


@pytest.fixture
def reminder(student):
    world.interview(student, world.contact(student, "Teresa Quiroga"), starts_at=world.NOW - timedelta(minutes=20))
    sweep.run(world.NOW)
    return OutboundMessage.objects.get()


@pytest.mark.parametrize(
    ("data", "closed_as", "sleeps", "says"),
    [
        ({"act": "done"}, "done", False, "This is no longer in To do"),
        ({"act": "dismiss"}, "dismissed", False, "This is no longer in To do"),
        ({"act": "snooze", "span": "week"}, "", True, "Snoozed until Thursday, November 19"),
    ],
)
def test_a_mail_takes_its_thing_off_the_list_and_back(reminder, data, closed_as, sleeps, says):
    client, page = opened(link_in(reminder, "n"))
    assert Notice.objects.get().closed_at is None  # looking does nothing
    assert "Save what you learned from Teresa" in client.get(page).content.decode()
    for _ in range(2):  # pressing again shows the same page
        shown = client.post(page, data, follow=True)
        assert (shown.status_code, says in shown.content.decode()) == (200, True)
    notice = Notice.objects.get()
    assert (notice.closed_as, notice.snoozed_until is not None) == (closed_as, sleeps)
    client.post(page, {"act": "reopen"})
    notice.refresh_from_db()
    assert (notice.closed_at, notice.closed_as, notice.snoozed_until) == (None, "", None)


@pytest.mark.parametrize("data", [{}, {"act": "delete"}, {"act": "snooze"}, {"act": "snooze", "span": "date"}])
def test_a_press_that_says_nothing_is_answered_with_a_sentence(reminder, data):
    client, page = opened(link_in(reminder, "n"))
    answer = client.post(page, data)
    assert (answer.status_code, 'role="alert"' in answer.content.decode()) == (422, True)
    assert Notice.objects.filter(closed_at=None, snoozed_until=None).count() == 1


def test_a_link_opens_its_own_notice_alone(reminder, other_student):
    other = Notice.objects.create(
        key="x", rule="write-down", thing="x", person=other_student, subject_id=1, title="X", url="/", due_at=world.NOW
    )
    client, _ = opened(link_in(reminder, "n"))
    assert client.post(reverse("notice_off", args=[other.pk]), {"act": "done"}).status_code == 410
    assert Client().post(reverse("notice_off", args=[other.pk]), {"act": "done"}).status_code == 410
    assert client.get(reverse("notice_enter", args=["k" * 43])).status_code == 410
    letter = MailLink.make(purpose="answer", object_id=other.pk, person=other_student)
    assert client.get(reverse("notice_enter", args=[letter])).status_code == 410


def test_a_link_ends_with_the_notice(reminder):
    path = link_in(reminder, "n")
    with time_machine.travel(world.NOW + 90 * DAY + S, tick=False):
        assert Client().get(path).status_code == 410


def test_every_reminder_can_be_stopped_by_its_own_topic(reminder, student):
    path = link_in(reminder, "unsubscribe")
    assert reminder.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert path in reminder.headers["List-Unsubscribe"]
    Client().post(path, {"List-Unsubscribe": "One-Click"})
    world.interview(student, world.contact(student, "Marcus"), starts_at=world.NOW - timedelta(minutes=20))
    sweep.run(world.NOW)
    assert (OutboundMessage.objects.count(), Notice.objects.count()) == (1, 2)


# --- the yearly question ----------------------------------------------------------------------------------------------


@pytest.fixture
def entry(alum):
    """An entry that came into the directory a year ago to the second."""
    entry = alum.alumni_profile
    type(entry).objects.filter(pk=entry.pk).update(created_at=world.NOW - checks.YEAR)
    entry.refresh_from_db()
    return entry


def asked():
    return [one.alum.name for one in ProfileCheck.objects.select_related("alum").order_by("pk")]


def test_an_alum_is_asked_after_a_year_to_the_second_and_once(entry):
    sweep.run(world.NOW - S)
    assert asked() == []
    for moment in (world.NOW, world.NOW + S, world.NOW + 364 * DAY):
        sweep.run(moment)
    message = OutboundMessage.objects.get()
    assert (asked(), message.kind, message.recipient) == (["Ingrid Solheim"], "profile_check", entry.email)
    assert "Regulatory Affairs Manager at Corvane Medical" in message.text
    sweep.run(world.NOW + checks.YEAR)
    assert OutboundMessage.objects.count() == 2


def test_an_alum_without_an_account_gets_one_when_first_asked(db):
    entry = world.alum_profile("Hanna Lindqvist")
    type(entry).objects.update(created_at=world.NOW - checks.YEAR)
    sweep.run(world.NOW)
    entry.refresh_from_db()
    assert (entry.user.roles, OutboundMessage.objects.get().person) == ([Role.ALUM], entry.user)


@pytest.mark.parametrize(
    "changes",
    [
        {"listing": "hidden"},
        {"listing": "removed"},
        {"is_paused": True},
        {"paused_until": world.NOW.date() + 9 * DAY},
        {"confirmed_at": world.NOW - checks.YEAR + S},
    ],
)
def test_who_need_not_be_asked_is_not(entry, changes):
    type(entry).objects.filter(pk=entry.pk).update(**changes)
    sweep.run(world.NOW)
    assert (asked(), OutboundMessage.objects.count()) == ([], 0)


def test_who_wants_no_such_mail_is_not_asked_and_stays(entry, alum):
    outbox.unsubscribe(alum, "profile-check")
    for years in range(4):
        sweep.run(world.NOW + years * checks.YEAR)
    entry.refresh_from_db()
    assert (asked(), entry.listing) == ([], "listed")


def test_one_press_says_that_it_is_right(entry):
    sweep.run(world.NOW)
    client, page = opened(link_in(OutboundMessage.objects.get(), "e"))
    assert "Is this still correct, Ingrid?" in client.get(page).content.decode()
    entry.refresh_from_db()
    assert entry.confirmed_at is None  # looking is no answer
    for _ in range(2):
        assert "Thank you, Ingrid" in client.post(page, {"act": "yes"}, follow=True).content.decode()
    entry.refresh_from_db()
    assert entry.confirmed_at == world.NOW
    sweep.run(world.NOW + S)
    assert Notice.objects.get().closed_as == "gone"


def test_an_alum_can_leave_and_come_back_by_the_same_link(entry):
    sweep.run(world.NOW)
    client, page = opened(link_in(OutboundMessage.objects.get(), "e"))
    for act, says, listing in (
        ("leave", "You’ve left the directory", "removed"),
        ("back", "Thank you, Ingrid", "listed"),
    ):
        assert says in client.post(page, {"act": act}, follow=True).content.decode()
        entry.refresh_from_db()
        assert entry.listing == listing


def test_saving_the_entry_is_an_answer(entry, alum, as_):
    sweep.run(world.NOW)
    client = as_(alum)
    form = client.get(reverse("alum_profile_edit")).context["form"]
    data = {name: value for name, value in form.initial.items() if value not in (None, False)}
    assert client.post(reverse("alum_profile_edit"), data).status_code == 302
    entry.refresh_from_db()
    assert (entry.confirmed_at, checks.open_at(timezone.now()).count()) == (world.NOW, 0)


def years(*moments):
    for moment in moments:
        sweep.run(moment)


def test_an_entry_rests_when_the_last_question_stands_unanswered_for_a_month(entry):
    second = world.NOW + checks.YEAR
    years(world.NOW, second, second + 30 * DAY - S)
    entry.refresh_from_db()
    assert (entry.listing, [one.is_last for one in ProfileCheck.objects.order_by("pk")]) == ("listed", [False, True])
    last = OutboundMessage.objects.order_by("due_at").last()
    years(second + 30 * DAY)
    entry.refresh_from_db()
    assert (entry.listing, OutboundMessage.objects.count()) == ("resting", 2)
    assert "If we don’t hear from you by" in last.text
    with time_machine.travel(second + 40 * DAY, tick=False):
        client, page = opened(link_in(last, "e"))
        assert "Your profile is hidden" in client.get(page).content.decode()
        assert "Thank you, Ingrid" in client.post(page, {"act": "back"}, follow=True).content.decode()
    entry.refresh_from_db()
    assert entry.listing == "listed"


def test_an_answer_to_a_student_keeps_an_entry_awake(entry, student):
    second = world.NOW + checks.YEAR
    years(world.NOW, second)
    request = world.sent_request(student, world.contact(student, alum=entry))
    InterviewRequest.objects.filter(pk=request.pk).update(answered_at=second + DAY)
    years(second + 31 * DAY)
    entry.refresh_from_db()
    assert entry.listing == "listed"


@pytest.mark.parametrize(("allowed", "listings"), [(1, ["resting"] * 2), (0, ["listed"] * 2)])
def test_the_office_decides_how_many_questions_there_are(entry, allowed, listings):
    Policy.now()
    Policy.objects.update(unanswered_checks=allowed)
    seen = []
    for year in range(2):
        years(world.NOW + year * checks.YEAR, world.NOW + year * checks.YEAR + 31 * DAY)
        entry.refresh_from_db()
        seen.append(entry.listing)
    assert seen == listings
