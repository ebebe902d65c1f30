"""Who is told when a practice is booked, moved or cancelled: both, with the calendar file."""

from collections.abc import Mapping
from datetime import datetime

from django.conf import settings
from django.urls import reverse

from apps.accounts.models import User
from apps.clock import times
from apps.mail import outbox
from apps.mail.outbox import Occasion
from apps.practice import calendar
from apps.practice.models import Practice
from apps.wording.text import clean, one_line


def booked(practice: Practice, *, now: datetime, was: datetime | None = None) -> None:
    """Promise both the time that holds now; `was` is the earlier one."""
    for reader in (practice.student, practice.coach):
        before = times.when(was, None, reader.zone) if was and was != practice.starts_at else ""
        _tell("practice_booked", practice, reader, {"before": before, "is_changed": was is not None}, now)


def cancelled(practice: Practice, *, now: datetime) -> None:
    note = clean(practice.note)
    quoted = "\n".join(f"> {line}" for line in note.splitlines())
    for reader in (practice.student, practice.coach):
        is_own = practice.cancelled_by == ("student" if reader.pk == practice.student_id else "coach")
        _tell("practice_cancelled", practice, reader, {"is_own": is_own, "note": note, "quoted": quoted}, now)


def _tell(kind: str, practice: Practice, reader: User, more: Mapping[str, object], now: datetime) -> None:
    is_coach = reader.pk == practice.coach_id
    page = reverse("practice_given", args=[practice.pk]) if is_coach else reverse("practice_book")
    about = f"practice:{practice.pk}"
    outbox.queue(
        kind,
        to=reader,
        occasion=Occasion(
            f"{about}:{practice.sequence}:{kind}:{reader.pk}", subject_key=about, subject_no=practice.sequence
        ),
        context={
            "to_coach": is_coach,
            "other": one_line(calendar.other(practice, reader).called),
            "other_first": one_line(calendar.other(practice, reader).first_name),
            "time": times.when(practice.starts_at, practice.ends_at, reader.zone),
            "place": one_line(practice.place),
            "plays": one_line(practice.plays) if is_coach else "",
            "url": f"{settings.SITE_URL}{page}",
            **more,
        },
        ics=calendar.invitation(practice, reader=reader, now=now),
    )
