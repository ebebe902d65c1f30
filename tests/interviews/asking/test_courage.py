"""The office's own rate of yeses is said once enough were asked, and not before (R275)."""

from datetime import timedelta

import pytest
from django.core.cache import caches
from django.utils import timezone

from apps.interviews.asking import courage
from apps.interviews.lifecycle.models import InterviewRequest
from tests import world

pytestmark = pytest.mark.django_db


def asked(student, alum, count, status, *, days=30):
    contact = world.contact(student, alum=alum) if not student.contacts.exists() else student.contacts.get()
    at = timezone.now() - timedelta(days=days)
    InterviewRequest.objects.bulk_create(
        [
            InterviewRequest(student=student, contact=contact, alum=alum, status=status, sent_at=at, deadline_at=at)
            for _ in range(count)
        ]
    )
    caches["near"].clear()


def test_it_is_said_from_thirty_on(as_, student, other_student, alum):
    entry = alum.alumni_profile
    asked(student, entry, 20, "accepted")
    asked(student, entry, 9, "expired")
    asked(student, entry, 5, "withdrawn")
    asked(student, entry, 20, "accepted", days=500)
    assert courage.rate(timezone.now()) is None
    page = as_(other_student).get("/today/").content.decode()
    assert "More people say yes than you think" in page
    assert "who were asked said yes" not in page
    asked(student, entry, 1, "declined")
    assert courage.rate(timezone.now()) == courage.Rate(yes=20, asked=30)
    page = as_(other_student).get("/today/").content.decode()
    assert "20 of the last 30 alumni who were asked said yes." in page


def test_requests_to_people_outside_the_directory_do_not_count(student):
    contact = world.contact(student)
    at = timezone.now() - timedelta(days=3)
    of = {"student": student, "contact": contact, "status": "accepted", "sent_at": at, "deadline_at": at}
    InterviewRequest.objects.bulk_create([InterviewRequest(**of) for _ in range(courage.ENOUGH)])
    caches["near"].clear()
    assert courage.rate(timezone.now()) is None
