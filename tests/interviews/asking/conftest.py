"""The people and rows of these tests."""

import pytest
from django.utils import timezone

from tests.interviews import steps


@pytest.fixture
def at():
    return timezone.now()


@pytest.fixture
def draft(student, alum, at):
    return steps.draft(student, alum, at)
