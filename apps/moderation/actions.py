"""Reporting a person, and what the office does about it; both sides are written to kindly.

Whoever reports is told that it was looked into, and not what was done: that is between the office and the other person.
Who is reported is never told by whom.
"""

from datetime import datetime

from django.db import IntegrityError, transaction

from apps.accounts import closing
from apps.accounts.models import User
from apps.interviews.lifecycle.models import InterviewRequest
from apps.moderation import mails
from apps.moderation.models import Outcome, Report
from apps.web.answers import Refused

ALREADY = "You’ve already reported this. The office will look into it."
HANDLED = "Someone else at the office has just handled this report. Here is the latest version."


def other_side(request: InterviewRequest, person: User) -> User | None:
    """Return whom somebody met or wrote with in a request; nobody where that person has no account."""
    if request.student_id != person.pk:
        return request.student
    return request.alum.user if request.alum else None


def report(request: InterviewRequest, *, by: User, reason: str, words: str, now: datetime) -> Report:
    """Tell the office about the other side of a request. Raises Refused while one of theirs about it is still open."""
    about = other_side(request, by)
    if about is None:
        raise Refused("They don’t have an account here, so write to the office instead.")
    try:
        with transaction.atomic():
            return Report.objects.create(
                reporter=by, about=about, request=request, reason=reason, words=words, created_at=now
            )
    except IntegrityError as error:
        raise Refused(ALREADY) from error


def enter(
    about: User,
    *,
    reporter: User | None,
    request: InterviewRequest | None,
    reason: str,
    words: str,
    by: User,
    now: datetime,
) -> Report:
    """Write down what somebody told the office by phone. Raises Refused where an open report says the same already.

    `reporter`: who called, if they have an account; they hear that it was looked into, as of a report of their own.
    """
    told = {"about": about, "reporter": reporter, "request": request, "reason": reason, "words": words}
    try:
        with transaction.atomic():
            return Report.objects.create(**told, entered_by=by, created_at=now)
    except IntegrityError as error:
        raise Refused("There’s an open report from this person about this request already.") from error


@transaction.atomic
def dismiss(report: Report, *, by: User, note: str, now: datetime) -> None:
    """Decide that nothing needs to be done. Nobody but the reporter hears of it."""
    _handle(report, Outcome.NOTHING, by=by, note=note, now=now)


@transaction.atomic
def warn(report: Report, *, by: User, text: str, note: str, now: datetime) -> None:
    """Write to the person in the office’s name. Raises Refused where they have no account any more."""
    handled = _handle(report, Outcome.WARNED, by=by, note=note, now=now)
    mails.warning(handled, _about(handled), text)


@transaction.atomic
def block(report: Report, *, by: User, note: str, now: datetime) -> None:
    """Close the person’s account, which calls off what is under way and tells the other sides kindly."""
    handled = _handle(report, Outcome.BLOCKED, by=by, note=note, now=now)
    closing.close(_about(handled), by=by, now=now)


def _about(report: Report) -> User:
    if report.about is None:
        raise Refused("This person’s account was deleted. Choose “No action needed”.")
    return report.about


def _handle(report: Report, outcome: Outcome, *, by: User, note: str, now: datetime) -> Report:
    """Give an open report its outcome, and tell the reporter that it was looked into."""
    changed = Report.objects.open().filter(pk=report.pk)
    if not changed.update(outcome=outcome, handled_by=by, handled_at=now, note=note):
        raise Refused(HANDLED)
    report.refresh_from_db()
    if report.reporter is not None:
        mails.looked_into(report, report.reporter)
    return report
