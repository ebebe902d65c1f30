from datetime import timedelta

import pytest
from django.utils import timezone

from apps.clock import times
from apps.policy.models import Policy
from tests import world


@pytest.fixture
def now():
    """The moment of the page, which asks the clock."""
    return timezone.now()


@pytest.fixture
def desk(office, as_):
    return as_(office)


@pytest.fixture
def begun(coach, now):
    """An installation past its first steps, in a term that began seventy days ago; nothing needs anybody."""
    Policy.now()
    today = times.local_date(now, "America/Chicago")
    Policy.objects.update(
        university="Ashland College",
        term_name="fall term",
        term_starts_on=today - timedelta(days=70),
        term_ends_on=today + timedelta(days=30),
    )
    world.alum_profile("Ida Holm", email="ida@alumni.example")
    return world.student("Una Begun", coach=coach)
