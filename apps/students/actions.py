"""What students do on their own pages that takes more than saving a form."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from apps.accounts.models import User
from apps.students.models import Introduction, StudentProfile
from apps.web import Refused

PARTS = ("who", "skills", "hopes")


class Conflict(Refused):
    """Somebody (mostly oneself, in another window) saved a newer text. `newer` is that one."""

    def __init__(self, newer: Introduction) -> None:
        super().__init__("This was saved in another window since you opened it here. Nothing was overwritten.")
        self.newer = newer


def save_introduction(*, by: User, version: int, values: Mapping[str, str]) -> Introduction:
    """Write the parts that changed. Returns the introduction with its new version. Raises Conflict."""
    with transaction.atomic():
        fresh = Introduction.objects.select_for_update(no_key=True, of=("self",)).get(student=by)
        changed = [name for name, value in values.items() if getattr(fresh, name) != value]
        if changed and version != fresh.version:
            raise Conflict(fresh)
        if changed:
            _write(fresh, {name: values[name] for name in changed})
    return fresh


def _write(introduction: Introduction, values: Mapping[str, str]) -> None:
    for name, value in values.items():
        setattr(introduction, name, value)
    introduction.version += 1
    introduction.save(update_fields=[*values, "version", "updated_at"])


def welcome(profile: StudentProfile, *, now: datetime) -> None:
    """Remember that the student has seen the first page, whether they filled it in or not."""
    profile.welcomed_at = profile.welcomed_at or now
    profile.save(update_fields=["welcomed_at"])
