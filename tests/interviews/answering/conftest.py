"""The people and rows of these tests."""

import pytest
from django.test import Client
from django.utils import timezone

from tests.interviews import steps


@pytest.fixture
def at():
    return timezone.now()


@pytest.fixture
def asked(student, alum, at):
    student.pronouns = "she/her"
    student.save()
    student.student_profile.year = "Junior"
    student.student_profile.save()
    return steps.sent(student, alum, at)


@pytest.fixture
def visitor(asked):
    """A browser that came in by the link of the mail."""
    client = Client()
    client.get(steps.link_in(steps.mail("request_sent_to_alum")))
    return client
