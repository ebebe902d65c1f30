"""One student: all that happened, page by page, week by week, and who looked; nothing that is private."""

from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from apps.coaching import sending
from apps.coaching.models import Kind, SharedNote
from apps.network.models import Contact, Touch
from apps.students.models import StudentProfile
from tests import world

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def page(student, coach, as_):
    client = as_(coach)
    return lambda **said: client.get(reverse("caseload_student", args=[student.student_profile.pk]), said)


def touched(student, name="Helen Varga", days=1, kind="wrote", **fields):
    contact = world.contact(student, name, **fields)
    return Touch.objects.create(student=student, contact=contact, kind=kind, at=timezone.now() - days * DAY)


def what(answer):
    return [line.what for line in answer.context["story"]]


def test_all_of_it_stands_there_the_newest_first(student, coach, page):
    touched(student, days=2)
    Contact.objects.update(created_at=timezone.now() - 3 * DAY)
    sending.send(student, Kind.HELLO, text="How are you?", by=coach, now=timezone.now())
    SharedNote.objects.create(student=student, author=coach, text="Well done")
    SharedNote.objects.filter(kind="note").update(created_at=timezone.now() - DAY)
    assert what(page()) == [
        "Ruth Amsel checked in",
        "Ruth Amsel shared a note",
        "Wrote to Helen Varga",
        "Added Helen Varga",
    ]


def test_it_goes_on_page_by_page(student, page):
    contact = world.contact(student)
    for days in range(20):
        Touch.objects.create(student=student, contact=contact, kind="wrote", at=timezone.now() - (days + 1) * DAY)
    first, second = page(), page(story=2)
    assert (len(what(first)), len(what(second)), "Older" in first.content.decode()) == (15, 6, True)
    assert what(page(story="x")) == what(first)


def test_who_is_private_is_neither_named_nor_counted(student, page):
    touched(student, "Zq Canary", is_private=True)
    answer = page()
    assert (what(answer), sum(count for _, count in answer.context["trend"].lines)) == ([], 0)
    assert "Zq Canary" not in answer.content.decode()


def test_a_network_that_is_not_shared_leaves_what_coaches_wrote(student, coach, page):
    touched(student)
    SharedNote.objects.create(student=student, author=coach, text="Well done")
    StudentProfile.objects.update(shares_network=False, private_goal="Zq Secret")
    answer = page()
    assert (what(answer), answer.context["trend"]) == (["Ruth Amsel shared a note"], None)
    assert not {"Helen Varga", "Zq Secret"} & {*answer.content.decode().split(">")}
    assert "Zq Secret" not in answer.content.decode()


def test_the_weeks_are_a_picture_and_a_table(student, page):
    with time_machine.travel(world.NOW, tick=False):
        for days in (1, 2, 8, 200):
            touched(student, f"Person {days}", days=days)
        answer = page()
    trend, text = answer.context["trend"], answer.content.decode()
    assert ([count for _, count in trend.lines][-3:], len(trend.lines)) == ([0, 1, 2], 13)
    assert ("See the numbers" in text, f'aria-label="{trend.says}"' in text) == (True, True)
    assert trend.finding == "Amira is doing more than a month ago"


def test_quiet_weeks_are_said(student, page):
    touched(student, days=29)
    assert page().context["trend"].finding.startswith("Nothing for the last ")


def test_who_looked_is_said_on_the_page_and_by_the_command(student, coach, page):
    page()
    assert "You, just now" in page().content.decode()
    said = StringIO()
    call_command("who_looked", student.email.upper(), stdout=said)
    lines = said.getvalue().splitlines()
    assert len(lines) == 2
    assert all(line.endswith("Ruth Amsel  Your network and conversations") for line in lines)


def test_of_who_was_not_looked_at_it_says_so(other_student):
    said = StringIO()
    call_command("who_looked", other_student.email, stdout=said)
    assert said.getvalue().startswith("No one was shown anything of ")
    with pytest.raises(CommandError, match="No one has the address"):
        call_command("who_looked", "nobody@tamarack.example")


def test_the_acts_stand_on_the_page(student, page):
    text = page().content.decode()
    for kind in ("hello", "offer", "wish", "thank"):
        assert reverse("coach_letter", args=[student.student_profile.pk, kind]) in text
