"""The Monday morning of a coach with 2,000 students, in the browser: ten are helped in under 25 acts (R231)."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from playwright.sync_api import expect

from apps.accounts.models import Role, User
from apps.coaching.models import SharedNote
from apps.interviews.lifecycle.models import Interview, InterviewRequest
from apps.network.models import Contact, Relation, Touch
from apps.students.models import StudentProfile
from tests import world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MANY, MOST_ACTS = 2000, 25
DAY = timedelta(days=1)


@pytest.fixture
def students(coach):
    """Two thousand, each in touch with somebody lately, by a few statements."""
    now = timezone.now()
    users = User.objects.bulk_create(
        User(
            email=f"student{n}@tamarack.example",
            name=f"Student N{n:04}",
            sort_key=f"n{n:04} student",
            roles=[Role.STUDENT],
            time_zone="America/Chicago",
        )
        for n in range(MANY)
    )
    StudentProfile.objects.bulk_create(
        StudentProfile(user=user, coach=coach, program="Public Health", class_year=2028) for user in users
    )
    contacts = Contact.objects.bulk_create(
        Contact(student=user, name="Helen Varga", sort_key="varga helen", relation=Relation.PROFESSOR) for user in users
    )
    Touch.objects.bulk_create(
        Touch(student=contact.student, contact=contact, kind="wrote", at=now - 2 * DAY) for contact in contacts
    )
    for contact in contacts[100:104]:  # a thank-you is overdue
        world.interview(contact.student, contact, starts_at=now - 3 * DAY, status="completed")
    for contact in contacts[700:703]:  # the first conversation is near
        world.interview(contact.student, contact, starts_at=now + DAY)
    for contact in contacts[1500:1503]:  # a first request lies there
        made = world.interview_request(contact.student, contact)
        InterviewRequest.objects.filter(pk=made.pk).update(created_at=now - 20 * DAY)
    with connection.cursor() as cursor:
        for model in (User, StudentProfile, Contact, Touch, Interview, InterviewRequest):
            cursor.execute(f"ANALYZE {model._meta.db_table}")
    return users


def test_ten_students_are_helped_in_under_25_acts(open_as, coach, students):
    page, acts = open_as(coach, "/coach/"), 0

    def does(role, name):
        nonlocal acts
        acts += 1
        page.get_by_role(role, name=name).first.click()

    expect(page.get_by_text("10 of your 2,000 students could use your help today.")).to_be_visible()
    for view, count, said in (
        ("Thank-yous overdue", 4, "thank"),
        ("First conversations", 3, "wish"),
        ("First request not sent", 3, "offer"),
    ):
        does("link", f"{view} {count}")
        does("link", f"Choose all {count} on this page")
        expect(page.get_by_role("checkbox", checked=True)).to_have_count(count)
        does("button", "Write to the students you chose")
        does("button", "Send")
        expect(page.get_by_text(f"Your email to {count} students is on its way.")).to_be_visible()
        assert SharedNote.objects.filter(kind=said, author=coach).count() == count
    helped = SharedNote.objects.values_list("student", flat=True)
    assert (len(set(helped)), acts < MOST_ACTS) == (10, True), f"{acts} acts"
