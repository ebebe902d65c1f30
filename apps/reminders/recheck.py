"""Asked by the mailer just before a reminder leaves: does its reason still hold (R221)?"""

from apps.reminders.models import Notice
from apps.reminders.rules import BY_NAME


def still_due(message, now):
    """Return whether `message` may leave: everything it says must still hold.

    Where only a part does, or somebody put a thing away, that mail is dropped and the next sweep writes what is left.
    """
    if not message.key.startswith(("notice:", "notices:")):
        return True
    notices = list(Notice.objects.filter(message=message).order_by("pk"))
    if notices and all(_holds(one, now) for one in notices):
        return True
    Notice.objects.filter(message=message, closed_at=None).update(mailed_at=None, message=None)
    return False


def _holds(notice, now):
    is_awake = notice.closed_at is None and (notice.snoozed_until is None or notice.snoozed_until <= now)
    return is_awake and notice.rule in BY_NAME and BY_NAME[notice.rule].still_holds(notice, now)
