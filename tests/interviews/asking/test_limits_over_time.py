"""What days do to a letter: the one reminder, the alum who leaves, the full month, whom to ask instead (R204, R214)."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from apps.alumni import actions as alumni
from apps.alumni.models import AlumniProfile
from apps.interviews import deadlines
from apps.interviews.asking import actions as asking
from apps.interviews.lifecycle.models import InterviewRequest
from apps.mail.models import OutboundMessage
from apps.policy.models import Policy
from apps.web.answers import Refused
from tests import world
from tests.interviews import steps

DAY = timedelta(days=1)


@pytest.fixture
def at():
    return timezone.now().replace(microsecond=0)


def nudged(when):
    return list(deadlines.due_for_nudge(when).values_list("pk", flat=True))


# --- the one reminder -------------------------------------------------------------------------------------------------


def test_with_few_days_to_answer_the_reminder_comes_in_the_middle(as_, student, alum, at):
    asked = steps.sent(student, alum, at)
    span = asked.deadline_at - asked.sent_at
    assert span < timedelta(days=6)
    middle = asked.sent_at + span / 2
    assert (nudged(middle - timedelta(seconds=1)), nudged(middle)) == ([], [asked.pk])
    assert deadlines.nudge_at(asked) == middle
    InterviewRequest.objects.update(leaves_at=at - timedelta(minutes=1))
    page = as_(student).get(asked.get_absolute_url()).content.decode()
    day = middle.astimezone(student.zone)
    assert f"We’ll remind them once, on {day:%A}, {day:%B} {day.day}" in page


def test_with_many_days_it_comes_when_the_office_says(student, alum, at):
    asked = steps.sent(student, alum, at)
    InterviewRequest.objects.update(deadline_at=at + 14 * DAY)
    assert (nudged(at + 6 * DAY - timedelta(seconds=1)), nudged(at + 6 * DAY)) == ([], [asked.pk])


def test_nobody_is_promised_a_reminder_for_which_there_is_no_time(as_, student, alum, at):
    asked = steps.sent(student, alum, at)
    InterviewRequest.objects.update(deadline_at=at + 2 * DAY, leaves_at=at - timedelta(minutes=1))
    assert not any(nudged(at + hours * timedelta(hours=1)) for hours in range(49))
    assert "We remind" not in as_(student).get(asked.get_absolute_url()).content.decode()


@pytest.mark.parametrize("change", [{"listing": "removed"}, {"listing": "resting"}])
def test_who_left_the_directory_is_not_reminded(student, alum, at, change):
    asked = steps.sent(student, alum, at)
    later = asked.sent_at + (asked.deadline_at - asked.sent_at) / 2
    AlumniProfile.objects.update(**change)
    assert nudged(later) == []


# --- a letter that waits ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("act", [alumni.leave, alumni.pause])
def test_a_letter_in_its_first_minutes_stays_when_the_alum_leaves_or_pauses(student, alum, at, act):
    asked = steps.sent(student, alum, at)
    act(alum.alumni_profile)
    assert deadlines.hold_back(asked.leaves_at - timedelta(minutes=2)) == 0
    assert deadlines.hold_back(asked.leaves_at) == 1
    asked.refresh_from_db()
    assert asked.status == "draft"
    assert not OutboundMessage.objects.filter(kind="request_sent_to_alum", state="pending").exists()
    assert "Ingrid hasn’t seen it" in " ".join(steps.mail("request_held_back").text.split())


def timed(student, alum, at, send_at):
    asked = steps.draft(student, alum, at)
    asked.windows.all().delete()
    for days in (2, 3, 4):
        steps.offer(asked, send_at + days * DAY)
    return asking.press_send(asked, by=student, now=at, send_at=send_at)


def test_of_too_many_letters_for_one_month_the_last_ones_stay(alum):
    at = datetime(2026, 12, 1, 12, tzinfo=UTC)
    names = ("Amira Haddad", "Tomasz Wilk", "Mei Lin")
    three = [timed(world.student(name), alum, at, at + (2 + n) * DAY) for n, name in enumerate(names[:2])]
    Policy.objects.update(alum_monthly_cap=3)
    three.append(timed(world.student(names[2]), alum, at, at + 4 * DAY))
    Policy.objects.update(alum_monthly_cap=2)
    assert [deadlines.hold_back(asked.leaves_at) for asked in three] == [0, 0, 1]


def test_the_month_that_counts_is_the_one_in_which_it_leaves(student, other_student, alum):
    at = datetime(2026, 11, 28, 12, tzinfo=UTC)
    Policy.now()
    Policy.objects.update(alum_monthly_cap=1)
    steps.sent(other_student, alum, at)
    december = datetime(2026, 12, 3, 15, tzinfo=UTC)
    asked = timed(student, alum, at, december)
    assert asked.sent_at == december
    with pytest.raises(Refused, match="You can ask starting January 1"):
        timed(world.student("Mei Lin"), alum, at, december + DAY)


# --- whom to ask instead ----------------------------------------------------------------------------------------------


def names(found):
    return {other.name for other in found}


def test_those_are_named_who_can_be_asked(student, alum, at):
    asked = steps.sent(student, alum, at)
    world.alum_profile("Pause Long-Over", paused_until=(at - 30 * DAY).date())
    world.alum_profile("Pauses Now", paused_until=(at + 30 * DAY).date())
    world.alum_profile("Takes None", monthly_cap=0)
    full = world.alum_profile("Full Month", monthly_cap=1)
    other = world.student("Mei Lin")
    world.sent_request(other, world.contact(other, "Full Month", alum=full), at=at)
    assert names(asking.alternatives(asked, at)) == {"Pause Long-Over"}


def test_the_nearest_come_first_and_those_of_the_same_studies_fill_up(student, alum, at):
    asked = steps.sent(student, alum, at)
    world.alum_profile("Same Field")
    world.alum_profile("Same Studies", field="Law")
    world.alum_profile("Neither Nor", field="Law", majors=["History"])
    assert [other.name for other in asking.alternatives(asked, at)] == ["Same Field", "Same Studies"]


def test_who_was_asked_least_is_named_first_and_every_student_reads_other_names(alum, at):
    for n in range(12):
        world.alum_profile(f"Other Alum{n}")
    students = [world.student(name) for name in ("Amira Haddad", "Tomasz Wilk", "Mei Lin")]
    three = [
        world.sent_request(one, world.contact(one, alum.name, alum=alum.alumni_profile), at=at) for one in students
    ]
    found = [names(asking.alternatives(asked, at)) for asked in three]
    assert len(set.union(*found)) > 3
    often = AlumniProfile.objects.get(name=min(found[0]))
    for name in ("Ada Moe", "Bo Larsen"):
        other = world.student(name)
        world.sent_request(other, world.contact(other, often.name, alum=often), at=at - 60 * DAY, status="declined")
    assert often.name not in names(asking.alternatives(three[0], at))
