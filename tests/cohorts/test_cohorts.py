"""Cohorts: enrolled by rule or class list, given something to do by a day; how far each is (R236)."""

import csv
import io
import re
from datetime import UTC, date, datetime, timedelta
from html import unescape

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.coaching.models import MutedNudges, SharedNote
from apps.cohorts import actions, progress
from apps.cohorts.models import Assignment, Excuse, Reflection
from apps.growth.models import SKILLS, SelfRating
from apps.mail.models import OutboundMessage
from apps.students.models import Cohort, Disclosure, StudentProfile
from apps.web.answers import Refused
from tests import world

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 12, 16, 40, tzinfo=UTC)  # a Thursday, 10:40 am in Chicago
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _thursday():
    with time_machine.travel(NOW, tick=False):
        yield


def text_of(answer):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


@pytest.fixture
def cohort(student):
    row = Cohort.objects.create(name="CAR 201, fall 2026")
    StudentProfile.objects.filter(user=student).update(cohort=row)
    student.student_profile.refresh_from_db()
    return row


@pytest.fixture
def assignment(cohort, coach):
    fields = {"conversations": 2, "from_on": date(2026, 11, 2), "due_on": date(2026, 11, 20), "fewest_words": 5}
    return actions.assign(Assignment(cohort=cohort, made_by=coach, made_at=NOW, **fields))


def talked(student, *, days=3, minutes=20, **person):
    contact = world.contact(student, f"Person {days}", **person)
    return world.interview(student, contact, starts_at=NOW - days * DAY, status="completed", minutes=minutes)


def how_far(assignment, student):
    profile = StudentProfile.objects.select_related("user").get(user=student)
    return progress.of(assignment, [profile], NOW)[0]


# --- enrolling --------------------------------------------------------------------------------------------------------


def test_by_rule_one_sees_who_it_is_before_anything_changes_and_undoes_it(student, coach, as_):
    noor = world.student("Noor Haddad", coach=coach, class_year=2027)
    client, address = as_(coach), reverse("cohorts")
    opened = client.get(address)
    assert (opened.status_code, "No cohorts yet." in text_of(opened)) == (200, True)
    words = {"do": "find", "name": "CAR 201", "class_year": "2028"}
    page = text_of(client.post(address, words))
    assert "1 student for CAR 201" in page
    assert not Cohort.objects.exists()
    answer = client.post(address, {"do": "enrol", "name": "CAR 201", "s": [student.student_profile.pk]})
    cohort = Cohort.objects.get(name="CAR 201")
    assert answer["Location"] == reverse("cohort", args=[cohort.pk])
    assert list(cohort.students.values_list("user", flat=True)) == [student.pk]
    assert "1 student added to CAR 201." in text_of(client.get(answer["Location"]))
    client.post(reverse("cohorts_undo"))
    assert not cohort.students.exists()
    assert noor.student_profile.cohort is None


WINDOWS = ("Name;E-Mail Address", '"Haddad, Amira";Amira.Haddad@Tamarack.example', "Åsa;nobody@x.example", "")
FILES = {
    "plain": b"Email\namira.haddad@tamarack.example\nnobody@x.example\n",
    "other names, other order, Windows": "\r\n".join(WINDOWS).encode("cp1252"),
    "numbers": b"Student ID,Section\nT-100,1\nT-999,1\n",
    "utf-16": "Email\tName\namira.haddad@tamarack.example\tÅmira\nnobody@x.example\tNo One\n".encode("utf-16"),
}


@pytest.mark.parametrize("data", FILES.values(), ids=FILES)
def test_a_class_list_finds_ones_own_students_and_names_the_other_rows(student, other_student, coach, as_, data):
    StudentProfile.objects.filter(user=student).update(external_id="T-100")
    StudentProfile.objects.filter(user=other_student).update(external_id="T-999")
    words = {"do": "find", "name": "CAR 201", "file": SimpleUploadedFile("list.csv", data)}
    page = text_of(as_(coach).post(reverse("cohorts"), words))
    assert "1 student for CAR 201" in page
    assert "Amira Haddad" in page
    assert "1 row has no student of yours" in page
    assert "Tomasz" not in page


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"Colour\nred\n", "We need a column of emails or of student IDs."),
        (b"Email\n", "no students"),
        (b"\x00\x01\x02" * 50, "file"),
        (b"", "empty"),
    ],
)
def test_a_file_that_is_no_class_list_says_what_to_do(coach, as_, data, said):
    words = {"do": "find", "name": "CAR 201", "file": SimpleUploadedFile("list.csv", data)}
    answer = as_(coach).post(reverse("cohorts"), words)
    assert (answer.status_code, said in text_of(answer)) == (422, True)


def test_a_coach_puts_nobody_elses_student_anywhere(other_student, coach, as_, office):
    number = other_student.student_profile.pk
    page = as_(coach).post(reverse("cohorts"), {"do": "enrol", "name": "Mine", "s": [number]}, follow=True)
    assert "Choose at least one student." in text_of(page)
    assert not Cohort.objects.exists()
    as_(office).post(reverse("cohorts"), {"do": "enrol", "name": "Mine", "s": [number]})
    assert Cohort.objects.get().students.count() == 1
    assert as_(coach).get(reverse("cohort", args=[Cohort.objects.get().pk])).status_code == 404


def test_who_is_taken_out_is_put_back(student, cohort, coach, as_):
    client = as_(coach)
    client.post(reverse("cohort_leave", args=[cohort.pk]), {"s": [student.student_profile.pk]})
    assert not cohort.students.exists()
    client.post(reverse("cohorts_undo"))
    assert cohort.students.count() == 1


# --- how far ----------------------------------------------------------------------------------------------------------


def test_what_counts(student, assignment):
    talked(student)
    talked(student, days=4, minutes=10)  # too short
    talked(student, days=30)  # before
    talked(student, days=5, is_private=True)
    assert how_far(assignment, student).held == 1
    world.interview(student, world.contact(student, "Next"), starts_at=NOW + 2 * DAY)
    world.interview(student, world.contact(student, "Too late"), starts_at=NOW + 20 * DAY)
    assert (how_far(assignment, student).booked, how_far(assignment, student).state) == (1, "on track")


def test_the_states(student, assignment):
    assert how_far(assignment, student).state == "not started"
    talked(student)
    assert how_far(assignment, student).state == "on track"
    talked(student, days=4)
    assert how_far(assignment, student).state == "on track"  # the reflection is missing
    Reflection.objects.create(assignment=assignment, student=student, text="x", handed_in_at=NOW)
    assert how_far(assignment, student).state == "done"
    Excuse.objects.create(assignment=assignment, student=student, at=NOW)
    assert how_far(assignment, student).state == "excused"
    Excuse.objects.all().delete()
    StudentProfile.objects.filter(user=student).update(shares_network=False)
    hidden = how_far(assignment, student)
    assert (hidden.state, hidden.held, hidden.latest.startswith("Talked")) == ("not shared", 0, False)


def test_a_request_to_a_private_person_is_no_beginning(student, assignment):
    asked = world.sent_request(student, world.contact(student, "Samira", is_private=True), at=NOW - DAY)
    assert (how_far(assignment, student).state, how_far(assignment, student).latest) == ("not started", "")
    asked.contact.is_private = False
    asked.contact.save()
    assert how_far(assignment, student).state == "behind"


def test_the_last_evening_counts_on_the_offices_clock(student, assignment):
    """11:30 pm in Chicago on the last day is the next day in UTC."""
    late = datetime(2026, 11, 21, 5, 30, tzinfo=UTC)
    world.interview(student, world.contact(student), starts_at=late, status="completed", minutes=20)
    world.interview(student, world.contact(student, "B"), starts_at=late + DAY / 24, status="completed", minutes=20)
    assert progress.counting(assignment).count() == 1


def test_the_grid_and_its_file_show_ones_own_students_and_no_formula(student, cohort, assignment, coach, as_, office):
    talked(student)
    other = world.student("Tomasz Wilk", coach=world.coach("Dele Okafor"))
    student.name = "=cmd() Haddad"
    student.save()
    StudentProfile.objects.filter(user=other).update(cohort=cohort)
    page = text_of(as_(coach).get(reverse("assignment", args=[assignment.pk])))
    assert ("1 of 2" in page, "Tomasz" in page) == (True, False)
    assert "Tomasz" in text_of(as_(office).get(reverse("assignment", args=[assignment.pk])))
    answer = as_(coach).get(reverse("assignment_export", args=[assignment.pk]))
    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert [row[0][:2] for row in rows[1:]] == ["'="]
    assert rows[1][3:6] == ["On track", "1", "0"]
    assert Disclosure.objects.filter(student=student, viewer=coach).count() == 2


def test_the_grid_asks_the_same_number_of_questions_for_many(student, cohort, assignment, coach, as_):
    client, address = as_(coach), reverse("assignment", args=[assignment.pk])

    def counted():
        client.get(address)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address).status_code == 200
        return len(asked)

    before = counted()
    for n in range(30):
        world.student(f"Student Number{n}", coach=coach, cohort=cohort)
    talked(student)
    assert counted() == before


def test_an_excuse_is_undone_and_no_stranger_is_excused(student, other_student, cohort, assignment, coach, as_):
    address = reverse("assignment_excuse", args=[assignment.pk])
    client = as_(coach)
    client.post(address, {"s": [student.pk, other_student.pk]})
    assert list(Excuse.objects.values_list("student", flat=True)) == [student.pk]
    client.post(address, {"undo": "1"})
    assert not Excuse.objects.exists()


def test_the_coach_assigns_on_the_page(cohort, student, coach, as_):
    words = {"conversations": "3", "from_on": "2026-11-12", "due_on": "2026-12-11", "minutes": "15"}
    words |= {"asks_reflection": "on", "question": "What is new?", "fewest_words": "200"}
    address = reverse("assignment_add", args=[cohort.pk])
    assert as_(coach).post(address, words).status_code == 302
    row = Assignment.objects.get()
    assert (row.due_at, row.made_by) == (datetime(2026, 12, 12, 6, tzinfo=UTC), coach)
    wrong = as_(coach).post(address, words | {"due_on": "2026-11-01"})
    assert wrong.status_code == 422
    assert "3 conversations by December 11" in text_of(as_(student).get(reverse("my_assignments")))


# --- the student ------------------------------------------------------------------------------------------------------


def test_the_reflection_is_the_students_until_it_is_handed_in(student, assignment, coach, as_):
    client, address = as_(student), reverse("reflection", args=[assignment.pk])
    five = "I see five things differently."
    client.post(address, {"version": "0", "text": five, "do": "keep"})
    page = client.post(address, {"version": "1", "text": five, "do": "hand-in"}, follow=True)
    assert "You can hand this in after 2 more conversations. Your draft is saved." in text_of(page)
    talked(student)
    talked(student, days=4)
    short = client.post(address, {"version": "1", "text": "Too short", "do": "hand-in"}, follow=True)
    assert "Write at least 5 words. You have 2." in text_of(short)
    reflection = Reflection.objects.get()
    read = reverse("reflection_read", args=[reflection.pk])
    assert as_(coach).get(read).status_code == 404
    assert "Too short" not in text_of(as_(coach).get(reverse("assignment", args=[assignment.pk])))
    client.post(address, {"version": "2", "text": five, "do": "hand-in"})
    assert five in text_of(as_(coach).get(read))
    assert Disclosure.objects.filter(student=student, what="Your reflection on an assignment").count() == 1
    client.post(address, {"undo": "1"})
    assert as_(coach).get(read).status_code == 404


def test_two_windows_lose_nothing(student, assignment, as_):
    client, address = as_(student), reverse("reflection", args=[assignment.pk])
    client.post(address, {"version": "0", "text": "One text"})
    answer = client.post(address, {"version": "0", "text": "Another text"})
    assert answer.status_code == 409
    assert Reflection.objects.get().text == "One text"


def test_nobody_writes_for_a_cohort_they_are_not_in(other_student, student, assignment, as_):
    assert as_(other_student).post(reverse("reflection", args=[assignment.pk]), {"text": "x"}).status_code == 404
    with pytest.raises(Refused):
        actions.hand_in(assignment, student, now=NOW)


def test_the_students_page_says_why_something_does_not_count(student, assignment, as_):
    talked(student)
    talked(student, days=4, minutes=10)
    talked(student, days=5, is_private=True)
    page = text_of(as_(student).get(reverse("my_assignments")))
    assert "Counts" in page
    assert "Doesn’t count: it took less than 15 minutes." in page
    assert "Doesn’t count here, because you keep this person private." in page


def test_it_stands_on_today_until_it_is_done(student, cohort, coach, as_):
    today = time_machine.escape_hatch.datetime.datetime.now(UTC)  # the database says what is soon
    with time_machine.travel(today, tick=False):
        days = {"from_on": (today - 9 * DAY).date(), "due_on": (today + 9 * DAY).date()}
        one = Assignment(
            cohort=cohort, conversations=1, made_by=coach, made_at=today, asks_reflection=False, question="", **days
        )
        actions.assign(one)
        client = as_(student)
        assert "0 of 1 done. 1 to go." in text_of(client.get(reverse("notices")))
        contact = world.contact(student)
        world.interview(student, contact, starts_at=today - 2 * DAY, status="completed")
        assert "1 conversation by" not in text_of(client.get(reverse("notices")))


# --- the five skills --------------------------------------------------------------------------------------------------


def rated(student, first, last):
    for on, level in ((date(2026, 9, 1), first), (date(2026, 11, 1), last)):
        SelfRating.objects.create(student=student, rated_on=on, **dict.fromkeys(SKILLS, level))


def test_the_trend_is_shown_of_five_and_not_of_four(student, cohort, coach, as_):
    """R7."""
    client, address = as_(coach), reverse("cohort", args=[cohort.pk])
    rated(student, 2, 4)
    for n in range(3):
        rated(world.student(f"Student Number{n}", coach=coach, cohort=cohort), 1, 3)
    page = text_of(client.get(address))
    assert ("2 to 4" in page, "1.2 to 3.2" in page, "Shown once 5 of them" in page) == (False, False, True)
    rated(world.student("Student Last", coach=coach, cohort=cohort), 1, 3)
    assert "1.2 to 3.2" in text_of(client.get(address))


# --- a letter to a cohort, and the next term --------------------------------------------------------------------------


def test_all_or_some_of_a_cohort_are_written_to_once_a_week_and_not_who_muted(cohort, student, coach, other_coach, as_):
    ruth, profile = as_(coach), student.student_profile
    noor, muted = (world.student(name, coach=coach, cohort=cohort) for name in ("Noor Ali", "Muna Ito"))
    world.student("Not Mine", coach=other_coach, cohort=cohort)
    MutedNudges.objects.create(student=muted)
    page = ruth.get(reverse("cohort", args=[cohort.pk])).content.decode()
    every = f"{reverse('coach_letters')}?every=1&kind=hello&from=view%3Dall%26cohort%3D{cohort.pk}"
    assert every.replace("&", "&amp;") in page
    shown = ruth.get(every)
    assert ({one.user for one in shown.context["to"]}, shown.context["left_out"][0][0]) == ({student, noor}, muted)
    some = ruth.post(reverse("coach_letters"), {"s": [profile.pk], "from": f"view=all&cohort={cohort.pk}"})
    assert ([one.user for one in some.context["to"]], SharedNote.objects.count()) == ([student], 0)
    words = {"kind": "hello", "words": "hello", "text": "We meet on Monday.", "subject": "Monday\r\nBcc: x@y.example"}
    send = words | {
        "student": [profile.pk, noor.student_profile.pk],
        "from": f"view=all&cohort={cohort.pk}",
        "send": "1",
    }
    answer = ruth.post(reverse("coach_letters"), send)
    assert answer.url == f"{reverse('caseload')}?view=all&cohort={cohort.pk}"
    sent = OutboundMessage.objects.filter(kind="coach_letter").order_by("person")
    assert {(mail.person, mail.subject) for mail in sent} == {
        (one, "Monday Bcc: x@y.example") for one in (student, noor)
    }
    assert ruth.get(every).context["count"] == 0  # one a week


def test_a_cohort_is_copied_with_its_assignments_for_the_next_term_and_undone(cohort, assignment, coach, as_):
    Cohort.objects.filter(pk=cohort.pk).update(review_rule="first", review_first=3)
    later = Assignment(cohort=cohort, conversations=3, from_on=date(2026, 11, 20), due_on=date(2026, 12, 10))
    later.made_by, later.made_at = coach, NOW
    actions.assign(later)
    ruth, address = as_(coach), reverse("cohort_copy", args=[cohort.pk])
    assert "2 conversations from" in text_of(ruth.get(address))
    words = {"name": "CAR 201, spring 2027", "from_on": "2027-01-11"}
    looked = text_of(ruth.post(address, words | {"do": "look"}))
    assert "January 11, 2027" in looked
    assert Cohort.objects.count() == 1
    said = ruth.post(address, words | {"do": "copy"}, follow=True)
    assert "CAR 201, spring 2027 is there with 2 assignments." in text_of(said)
    fresh = Cohort.objects.get(name="CAR 201, spring 2027")
    assert (fresh.review_rule, fresh.review_first, fresh.students.count()) == ("first", 3, 0)
    days = fresh.assignments.order_by("due_on").values_list("conversations", "from_on", "due_on", "made_by")
    assert list(days) == [
        (2, date(2027, 1, 11), date(2027, 1, 29), coach.pk),
        (3, date(2027, 1, 29), date(2027, 2, 18), coach.pk),
    ]
    again = ruth.post(address, words | {"do": "copy"})
    assert (again.status_code, "There’s already a cohort called" in text_of(again)) == (422, True)
    ruth.post(reverse("cohort_copy_back"))
    assert (Cohort.objects.count(), Assignment.objects.count()) == (1, 2)
    assert "nothing left to undo" in text_of(ruth.post(reverse("cohort_copy_back"), follow=True))


def test_a_copy_that_has_students_stays(cohort, student, coach, as_):
    ruth = as_(coach)
    words = {"name": "Next", "from_on": "2027-01-11", "do": "copy"}
    ruth.post(reverse("cohort_copy", args=[cohort.pk]), words)
    StudentProfile.objects.filter(user=student).update(cohort=Cohort.objects.get(name="Next"))
    assert "has students already" in text_of(ruth.post(reverse("cohort_copy_back"), follow=True))
    assert Cohort.objects.filter(name="Next").exists()


@pytest.mark.parametrize("typed", [{"name": "  "}, {"from_on": "2040-01-01"}, {"from_on": "soon"}, {"name": "x" * 81}])
def test_what_is_no_copy_is_said(cohort, coach, as_, typed):
    words = {"name": "Next", "from_on": "2027-01-11", "do": "copy"} | typed
    assert as_(coach).post(reverse("cohort_copy", args=[cohort.pk]), words).status_code == 422
    assert Cohort.objects.count() == 1
