"""Fifty people press at once, over HTTP, against two processes: one result, kind answers, no error (B1, B2, B4, B5)."""

import re
from datetime import timedelta
from itertools import pairwise

import pytest
from django.utils import timezone

from apps.accounts.models import MailLink
from apps.interviews.lifecycle.models import Interview, InterviewRequest, LifecycleEvent, ParticipantTime
from apps.mail.models import OutboundMessage
from apps.network import actions as network
from apps.network.models import Contact, Touch
from apps.policy.models import Policy
from tests import world
from tests.interviews import steps
from tests.races.together import SCALE, Tab, all_press

pytestmark = pytest.mark.whole

MANY, REPLAYS = 50, 20
KIND = "That time was just booked|Many people act at this moment"  # the second: three times in vain for a lock


@pytest.fixture
def at(transactional_db):
    steps.no_review()
    Policy.objects.update(alum_monthly_cap=MANY, student_open_cap=MANY)
    return timezone.now()


def link_to(asked):
    return MailLink.make(purpose="answer", object_id=asked.pk, person=asked.alum.user)


def statuses(answers):
    """Return {status: how often}; a thread that met an error counts by its name."""
    seen = [one[0] if isinstance(one, tuple) else type(one).__name__ for one in answers]
    return {status: seen.count(status) for status in set(seen)}


def clean(answers, *, kind):
    """One went through; every other was told why, kindly, or is shown the same result."""
    found = statuses(answers)
    return found.get(302, 0) + found.get(409, 0) == len(answers) and found.get(302, 0) == kind


def asked_at(student, alum, starts_at, now):
    """Make a request that waits for its answer, with one time: the same for everybody."""
    contact = world.contact(student, alum.name, alum=alum.alumni_profile)
    asked = world.sent_request(student, contact, at=now - timedelta(hours=1))
    asked.windows.all().delete()
    steps.offer(asked, starts_at, hours=1 / 3)
    return asked


def hour(at, days):
    return at.replace(minute=0, second=0, microsecond=0) + timedelta(days=days)


@pytest.mark.parametrize("round_", range(3 * SCALE))
def test_one_request_accepted_fifty_times_is_one_conversation(port, student, alum, at, round_):
    asked = asked_at(student, alum, hour(at, 4), at)
    slot, tabs = steps.slot(asked, at), [Tab(port, links=[link_to(asked)]) for _ in range(MANY)]
    url = f"/answer/{asked.pk}/accept/"
    answers = all_press(*(tab.press(url, slot=slot, format="video") for tab in tabs))
    assert clean(answers, kind=1), statuses(answers)
    assert all("This conversation is already scheduled" in page for status, page in answers if status == 409)
    assert Interview.objects.count() == 1
    assert ParticipantTime.objects.count() == 2
    assert LifecycleEvent.objects.filter(event="accept").count() == 1
    assert OutboundMessage.objects.filter(kind="interview_scheduled").count() == 2


def test_one_time_of_a_student_offered_to_fifty_alumni_is_given_once(port, student, at):
    requests = [asked_at(student, world.alum(f"Ingrid N{n:02}"), hour(at, 4), at) for n in range(MANY)]
    slot = steps.slot(requests[0], at)
    tabs = [(asked, Tab(port, links=[link_to(asked)])) for asked in requests]
    answers = all_press(*(tab.press(f"/answer/{one.pk}/accept/", slot=slot, format="video") for one, tab in tabs))
    assert clean(answers, kind=1), statuses(answers)
    assert all(re.search(KIND, page) for status, page in answers if status == 409)
    assert Interview.objects.count() == 1
    assert InterviewRequest.objects.open().count() == MANY - 1


def test_fifty_students_offer_one_alum_the_same_time(port, coach, alum, at):
    requests = [asked_at(world.student(f"Amira N{n:02}", coach=coach), alum, hour(at, 4), at) for n in range(MANY)]
    slot, tab = steps.slot(requests[0], at), Tab(port, alum)
    presses = [tab.press(f"/alum/requests/{one.pk}/accept/", slot=slot, format="video") for one in requests]
    answers = all_press(*presses)
    assert clean(answers, kind=1), statuses(answers)
    assert (Interview.objects.count(), InterviewRequest.objects.open().count()) == (1, MANY - 1)


def test_overlapping_times_are_given_only_where_they_do_not_touch(port, coach, alum, at):
    """Fifty requests to one alum, each ten minutes after the other: no two conversations of 20 minutes overlap (B2)."""
    start = hour(at, 4)
    requests = [
        asked_at(world.student(f"Amira N{n:02}", coach=coach), alum, start + timedelta(minutes=10 * n), at)
        for n in range(MANY)
    ]
    tab = Tab(port, alum)
    presses = [
        tab.press(f"/alum/requests/{one.pk}/accept/", slot=steps.slot(one, at), format="video") for one in requests
    ]
    found = statuses(all_press(*presses))
    begins = sorted(Interview.objects.values_list("starts_at", flat=True))
    assert found == {302: len(begins), 409: MANY - len(begins)}
    assert MANY // 3 <= len(begins) <= MANY // 2
    assert all(after - before >= timedelta(minutes=20) for before, after in pairwise(begins))


# --- the limits (B4) --------------------------------------------------------------------------------------------------


def test_fifty_students_send_at_once_and_exactly_three_letters_are_promised(port, coach, alum, at):
    drafts = [steps.draft(world.student(f"Amira N{n:02}", coach=coach), alum, at) for n in range(MANY)]
    Policy.objects.update(alum_monthly_cap=3, student_open_cap=MANY)
    tabs = [(one, Tab(port, one.student)) for one in drafts]
    answers = all_press(*(tab.press(f"/requests/{one.pk}/send/", version=one.version) for one, tab in tabs))
    assert statuses(answers) == {302: 3, 409: MANY - 3}
    assert InterviewRequest.objects.filter(status="sent").count() == 3
    assert OutboundMessage.objects.filter(kind="request_sent_to_alum").count() == 3


def test_one_student_sends_fifty_drafts_at_once_and_holds_three(port, student, at):
    drafts = [steps.draft(student, world.alum(f"Ingrid N{n:02}"), at) for n in range(MANY)]
    Policy.objects.update(alum_monthly_cap=MANY, student_open_cap=3)
    tab = Tab(port, student)
    answers = all_press(*(tab.press(f"/requests/{one.pk}/send/", version=one.version) for one in drafts))
    assert statuses(answers) == {302: 3, 409: MANY - 3}
    assert InterviewRequest.objects.filter(status="sent").count() == 3


def test_fifty_drafts_opened_at_once_are_one(port, student, alum, at):
    tab = Tab(port, student)
    answers = all_press(*(tab.press(f"/people/{alum.alumni_profile.pk}/ask/") for _ in range(MANY)))
    assert statuses(answers) == {302: MANY}
    assert (InterviewRequest.objects.count(), Contact.objects.count()) == (1, 1)


# --- pressed again and again (B5) -------------------------------------------------------------------------------------


def replay(tab, url, **data):
    return statuses(all_press(*(tab.press(url, **data) for _ in range(REPLAYS))))


def test_a_letter_sent_twenty_times_is_one_letter(port, student, alum, at):
    draft = steps.draft(student, alum, at)
    tab = Tab(port, student)
    assert set(replay(tab, f"/requests/{draft.pk}/send/", version=draft.version)) <= {302, 409}
    assert OutboundMessage.objects.filter(kind="request_sent_to_alum").count() == 1
    assert Touch.objects.filter(kind="asked").count() == 1
    assert LifecycleEvent.objects.filter(event="send").count() == 1


@pytest.mark.parametrize("act", ["decline", "question", "suggest"])
def test_an_answer_given_twenty_times_is_one_answer(port, student, alum, at, act):
    asked = asked_at(student, alum, hour(at, 4), at)
    tab = Tab(port, links=[link_to(asked)])
    data = {"decline": {}, "question": {"note": "What do you know of audits?"}, "suggest": {"name": "Leila Brandt"}}[
        act
    ]
    assert set(replay(tab, f"/answer/{asked.pk}/{act}/", **data)) <= {302, 409}
    kind = "request_question" if act == "question" else "request_declined"
    assert OutboundMessage.objects.filter(kind=kind).count() == 1
    assert Contact.objects.filter(name="Leila Brandt").count() == (act == "suggest")


def test_a_conversation_called_off_twenty_times_is_called_off_once(port, student, alum, at):
    talk = steps.agreed(student, alum, at)
    tab = Tab(port, student)
    assert replay(tab, f"/conversations/{talk.pk}/cancel/") == {302: REPLAYS}
    talk.refresh_from_db()
    assert (talk.status, talk.sequence) == ("cancelled", 1)
    assert OutboundMessage.objects.filter(kind="interview_cancelled").count() == 2


def test_a_person_added_twenty_times_is_there_once(port, student, at):
    tab = Tab(port, student)
    assert set(replay(tab, "/network/add/", name="Helen Varga", relation="professor")) <= {302, 422}
    assert Contact.objects.filter(name="Helen Varga").count() == 1


def test_a_loop_closed_twenty_times_is_one_line_of_the_story(port, student, at):
    varga = world.contact(student, "Helen Varga")
    referral = network.name_person(varga, name="Grace Otieno", name_permission="yes", now=at)
    tab = Tab(port, student)
    assert replay(tab, f"/network/referrals/{referral.pk}/told/") == {302: REPLAYS}
    assert Touch.objects.filter(kind="updated").count() == 1


def test_a_save_that_lost_overwrites_nothing(port, student, alum, at):
    """Twenty tabs save different words over the same version: one is kept, the others are shown both texts (B11)."""
    draft = steps.draft(student, alum, at)
    tab = Tab(port, student)
    presses = [
        tab.press(f"/requests/{draft.pk}/save/", version=draft.version, subject=f"Words {n}") for n in range(REPLAYS)
    ]
    assert statuses(all_press(*presses)) == {302: 1, 409: REPLAYS - 1}
    fresh = InterviewRequest.objects.get()
    assert fresh.version == draft.version + 1
