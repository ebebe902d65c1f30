"""Who is told by mail about a report: the reporter that it was looked into, the other person what is asked of them."""

from apps.accounts.models import User
from apps.mail import outbox
from apps.mail.outbox import Occasion, Sender
from apps.moderation.models import Report
from apps.policy.models import Policy
from apps.wording.text import clean


def _office() -> Sender:
    """The office, which reads what is replied."""
    policy = Policy.now()
    return Sender(policy.office_name, policy.office_email)


def looked_into(report: Report, reporter: User) -> None:
    outbox.queue(
        "report_handled",
        to=reporter,
        occasion=Occasion(f"report:{report.pk}:handled"),
        sender=_office(),
        context={"first": reporter.first_name},
    )


def warning(report: Report, person: User, text: str) -> None:
    """Promise the office’s words, as they were read over before."""
    outbox.queue(
        "conduct_warning",
        to=person,
        occasion=Occasion(f"report:{report.pk}:warning"),
        sender=_office(),
        context={"first": person.first_name, "body": clean(text)},
    )
