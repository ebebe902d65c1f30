"""A student's résumé: its versions, deleted and brought back, and what it is called where somebody else reads it (R83).

Nobody but the student opens one here. It leaves with a thank-you alone, at the student's own press.
"""

import re
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from apps.accounts.models import User
from apps.files import storing
from apps.files.models import PrivateFile
from apps.students.models import Resume
from apps.web.answers import Refused
from apps.wording.text import folded

MOST = 10
UNDO = timedelta(hours=1)  # after that a deleted one goes for good


@transaction.atomic
def keep(student: User, data: bytes, *, note: str, now: datetime) -> Resume:
    """Keep one more version. Raises Refused for what is no PDF, is too large, or is one too many."""
    User.objects.select_for_update(no_key=True, of=("self",)).get(pk=student.pk)
    if Resume.objects.filter(student=student).kept().count() >= MOST:
        raise Refused(f"You can keep up to {MOST} versions. Delete one first.")
    file = storing.keep_pdf(data, owner=student)
    return Resume.objects.create(student=student, file=file, size=file.size, note=" ".join(note.split()), kept_at=now)


def remove(resume: Resume, *, now: datetime) -> None:
    """Delete a version; until the hour is over it can be brought back."""
    Resume.objects.filter(pk=resume.pk, removed_at=None).update(removed_at=now)


def restore(resume: Resume, *, now: datetime) -> None:
    """Bring a deleted version back. Raises Refused when it is too late."""
    if not Resume.objects.filter(pk=resume.pk, removed_at__gt=now - UNDO).update(removed_at=None):
        raise Refused("This version is gone. Upload it again.")


def gone(now: datetime) -> QuerySet[PrivateFile]:
    """Return the files that were deleted and cannot be brought back any more."""
    return PrivateFile.objects.filter(resume__removed_at__lte=now - UNDO)


def newest(student: User) -> Resume | None:
    return Resume.objects.filter(student=student).kept().first()


def file_name(student: User) -> str:
    """Return what it is called where it arrives: Ana-Lee-resume.pdf, in letters that every system can save."""
    words = re.sub(r"[^a-z0-9]+", "-", folded(student.called)).strip("-").title()
    return f"{words}-resume.pdf" if words else "resume.pdf"
