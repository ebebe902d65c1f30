"""Asked by the mailer just before a reminder leaves: does its reason still hold (R221)?"""

from apps.reminders.models import Notice
from apps.reminders.rules import BY_NAME


def still_due(message, now):
    """Return whether `message` may leave. A digest may, as long as one of its occasions is still open."""
    if message.kind == "digest":
        return Notice.objects.filter(person=message.person, mailed_at__isnull=False, closed_at=None).exists()
    if not message.key.startswith("notice:"):
        return True
    notice = Notice.objects.filter(key=message.key.removeprefix("notice:"), closed_at=None).first()
    return notice is not None and BY_NAME[notice.rule].still_holds(notice, now)
