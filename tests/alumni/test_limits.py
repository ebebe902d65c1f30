"""The limits (R204): how often an alum may be asked in a month, and when the same student may ask again."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.alumni import limits
from apps.alumni.models import AlumniProfile
from apps.interviews.asking import actions as asking
from apps.interviews.lifecycle.moves import ENDED, OPEN, RequestStatus
from apps.policy.models import Policy
from tests import world
from tests.interviews import steps


def asks(alum, count, *, at=world.NOW, status="sent", start=0):
    """Let `count` different students ask."""
    for n in range(start, start + count):
        student = world.student(f"Asking {alum.pk} {n}")
        request = world.sent_request(student, world.contact(student, alum.name, alum=alum), at=at)
        if status != "sent":
            type(request).objects.filter(pk=request.pk).update(status=status)


@pytest.fixture
def ingrid(db):
    return world.alum_profile("Ingrid Solheim", monthly_cap=2)


def test_the_words_here_are_those_of_the_lifecycle():
    assert set(limits.PENDING) == set(OPEN)
    assert set(limits.COUNTED) == {*OPEN, RequestStatus.ACCEPTED}
    assert set(limits.ASKED) == {*OPEN, *ENDED}


@pytest.mark.parametrize(("own", "offices", "most"), [(None, 2, 2), (1, 2, 1), (4, 2, 2), (0, 2, 0), (3, 5, 3)])
def test_the_lower_of_both_limits_holds(ingrid, own, offices, most):
    policy = Policy(alum_monthly_cap=offices)
    ingrid.monthly_cap = own
    assert limits.places_left(ingrid, world.NOW, policy) == most
    assert limits.places_left_of([ingrid], world.NOW, policy) == {ingrid.pk: most}


@pytest.mark.parametrize(
    ("status", "left"),
    [("sent", 1), ("countered", 1), ("accepted", 1), ("declined", 2), ("expired", 2), ("withdrawn", 2), ("draft", 2)],
)
def test_pending_and_accepted_requests_count(ingrid, status, left):
    asks(ingrid, 1, status=status)
    assert limits.places_left(ingrid, world.NOW) == left
    assert limits.places_left_of([ingrid], world.NOW) == {ingrid.pk: left}


@pytest.mark.parametrize(
    ("at", "left"),
    [
        (datetime(2026, 11, 1, 4, 59, tzinfo=UTC), 2),  # still October in Chicago
        (datetime(2026, 11, 1, 5, 0, tzinfo=UTC), 1),
        (datetime(2026, 12, 1, 5, 59, tzinfo=UTC), 1),  # still November in Chicago, after the clocks went back
        (datetime(2026, 12, 1, 6, 0, tzinfo=UTC), 2),
    ],
)
def test_the_month_is_the_offices(ingrid, at, left):
    asks(ingrid, 1, at=at)
    assert limits.places_left(ingrid, world.NOW) == left


def test_december_turns_into_january():
    start, end = limits.month_of(datetime(2026, 12, 31, 12, tzinfo=UTC), Policy())
    assert (start.date(), end.date()) == (date(2026, 12, 1), date(2027, 1, 1))


def test_who_pauses_has_no_place(ingrid):
    ingrid.paused_until = date(2026, 11, 13)
    assert limits.places_left(ingrid, world.NOW) == 0
    assert limits.places_left(ingrid, world.NOW + timedelta(days=1)) == 2


# --- may this student ask? --------------------------------------------------------------------------------------------


def refusal(alum, student, now=world.NOW):
    return limits.refusal(alum, student, now)


def test_nothing_is_in_the_way(ingrid, student):
    assert refusal(ingrid, student) is None


@pytest.mark.parametrize("fields", [{"listing": "removed"}, {"listing": "hidden"}, {"listing": "invited"}])
def test_nobody_asks_who_is_not_listed(ingrid, student, fields):
    AlumniProfile.objects.filter(pk=ingrid.pk).update(**fields)
    ingrid.refresh_from_db()
    assert refusal(ingrid, student) == ("Ingrid Solheim is no longer in the directory, so you can’t send a request.")


def test_nobody_asks_themselves(alum):
    assert refusal(alum.alumni_profile, alum) == "This is your own profile."


def test_a_pause_is_said_with_its_end(ingrid, student):
    ingrid.paused_until = date(2027, 1, 15)
    assert (
        refusal(ingrid, student) == "Ingrid isn’t taking requests until January 15. Save this profile and check back."
    )
    ingrid.is_paused = True
    assert refusal(ingrid, student) == "Ingrid isn’t taking requests right now. Save this profile and check back."


def test_a_full_month_is_said_with_its_end(ingrid, student):
    asks(ingrid, 2)
    assert refusal(ingrid, student) == ("Ingrid has reached this month’s limit. You can ask starting December 1.")
    assert refusal(ingrid, student, datetime(2026, 12, 1, 12, tzinfo=UTC)) is None


def test_one_student_leaves_an_alum_in_peace_for_a_while(ingrid, student):
    asked_at = world.NOW - timedelta(days=100)
    contact = world.contact(student, "Ingrid Solheim", alum=ingrid)
    request = world.sent_request(student, contact, at=asked_at)
    assert refusal(ingrid, student) == "You’ve already asked Ingrid. Wait for a reply."
    type(request).objects.filter(pk=request.pk).update(status="declined")
    assert refusal(ingrid, student) == (
        "You asked Ingrid on August 4. To keep requests manageable, you can ask again starting January 31, 2027."
    )
    assert refusal(ingrid, student, asked_at + timedelta(days=180)) is None


def test_another_student_is_not_held_by_it(ingrid, student, other_student):
    request = world.sent_request(student, world.contact(student, "Ingrid Solheim", alum=ingrid))
    type(request).objects.filter(pk=request.pk).update(status="declined")
    assert refusal(ingrid, other_student) is None


def test_a_student_holds_only_so_many_open_requests(ingrid, student):
    for n in range(3):
        other = world.alum_profile(f"Other Alum{n}")
        request = world.sent_request(student, world.contact(student, other.name, alum=other))
    assert refusal(ingrid, student) == (
        "You have 3 open requests, the most you can have at once. Wait for a reply, or withdraw one."
    )
    type(request).objects.filter(pk=request.pk).update(status="accepted")
    assert refusal(ingrid, student) is None


# --- in words ---------------------------------------------------------------------------------------------------------


def test_availability_reads_like_a_sentence(ingrid):
    policy, said = Policy.now(), []
    for count in range(3):
        record = limits.Record(this_month=count)
        said.append(limits.availability(ingrid, record, world.NOW, policy).text)
    assert said == [
        "Open to 2 more conversations in November",
        "Open to 1 more conversation in November",
        "Fully booked for November. Available again December 1",
    ]
    ingrid.paused_until = date(2027, 1, 15)
    assert limits.availability(ingrid, limits.Record(), world.NOW, policy).text == (
        "Paused until January 15. You can save this profile for later"
    )


def test_the_month_is_the_offices_wherever_the_reader_is(ingrid):
    policy = Policy.now()
    for count, said in ((0, "Open to 2 more conversations in November"), (2, "Available again December 1")):
        with timezone.override("Pacific/Honolulu"):  # where October has not ended when November begins in Chicago
            assert said in limits.availability(ingrid, limits.Record(this_month=count), world.NOW, policy).text


@pytest.mark.parametrize(
    ("record", "habit"),
    [
        (limits.Record(), "New here, hasn’t been asked yet"),
        (limits.Record(times_asked=1), "Asked before, hasn’t replied yet"),
        (limits.Record(times_asked=1, answers_after=timedelta(hours=3)), "Replies the same day"),
        (limits.Record(times_asked=2, answers_after=timedelta(days=2)), "Replies in about 2 days"),
    ],
)
def test_how_they_answer(record, habit):
    assert record.habit == habit


def test_who_is_full_is_found_in_one_statement(ingrid, django_assert_num_queries):
    asks(ingrid, 2)
    open_alum = world.alum_profile("Open Olga")
    asks(open_alum, 1, start=5)
    policy = Policy.now()
    with django_assert_num_queries(1):
        assert limits.unavailable_ids(world.NOW, policy) == [ingrid.pk]


@pytest.mark.parametrize(("own", "offices", "said"), [(9, 2, "2 times"), (1, 4, "1 time"), (None, 3, "3 times")])
def test_the_letter_says_the_limit_that_holds(student, alum, own, offices, said):
    """An own number above the office's changes nothing, so nobody is told it."""
    Policy.objects.update(alum_monthly_cap=offices, review_rule="never")
    AlumniProfile.objects.update(monthly_cap=own)
    at = timezone.now()
    asking.send(steps.draft(student, alum, at), by=student, now=at)
    letter = " ".join(steps.mail("request_sent_to_alum").text.split())
    assert f"up to {said} a month" in letter


def test_an_alums_page_says_what_a_higher_number_means(alum, as_):
    Policy.objects.update(alum_monthly_cap=2)
    page = as_(alum).get(reverse("alum_profile_edit")).content.decode()
    choices = re.findall(r'<option value="(\d)"', page.partition('name="monthly_cap"')[2].partition("</select>")[0])
    assert choices == ["0", "1", "2"]
    assert "How many requests can reach you in a month." in page
