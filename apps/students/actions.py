"""What students do on their own pages that takes more than saving a form."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from apps.accounts.models import User
from apps.students.models import Introduction, StudentProfile
from apps.web.autosave import save_version


@transaction.atomic
def save_introduction(*, by: User, version: int, values: Mapping[str, str]) -> Introduction:
    """Write the parts that changed. Returns the introduction as it is now. Raises autosave.Conflict."""
    fresh = Introduction.objects.select_for_update(no_key=True, of=("self",)).get(student=by)
    save_version(fresh, version, values, noun="This introduction")
    return fresh


def welcome(profile: StudentProfile, *, now: datetime) -> None:
    """Remember that the student has seen the first page, whether they filled it in or not."""
    profile.welcomed_at = profile.welcomed_at or now
    profile.save(update_fields=["welcomed_at"])
