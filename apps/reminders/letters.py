"""From notices to one mail: what is said, for how long it is worth sending, and the links by which it is answered.

One mail for everything that is due to a person at one moment. It is bound to its notices, so that it can be asked again
just before it leaves (recheck.py).
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.urls import reverse

from apps.accounts.models import MailLink
from apps.mail import outbox
from apps.mail.outbox import Occasion
from apps.reminders import checks
from apps.reminders.models import Notice, ProfileCheck
from apps.reminders.preferences import TOGETHER, Unmailed, Wished
from apps.reminders.rules import BY_NAME

PURPOSE = "notice"  # of the link that takes a notice off the list
LIVES = timedelta(days=90)  # as long as a notice is kept
ONE, SEVERAL = "notice:", "notices:"  # how the key of an occasion begins


def may_join(notice: Wished) -> bool:
    """Whether a notice may stand in one mail with others."""
    return not notice.is_alone and BY_NAME[notice.rule].letter == "reminder"


def send(notices: Sequence[Unmailed], now: datetime) -> None:
    """Promise one mail about `notices` (preferences.unmailed) of one person, and bind them to it, in a transaction."""
    first = notices[0]
    message = outbox.queue(
        BY_NAME[first.rule].letter if len(notices) == 1 else TOGETHER,
        to=first.person,
        occasion=_occasion(notices),
        context={"person": first.person, "notices": [_told(notice, now) for notice in notices], **_about(first, now)},
    )
    Notice.objects.filter(pk__in=[notice.pk for notice in notices]).update(mailed_at=now, message=message)


def _occasion(notices: Sequence[Unmailed]) -> Occasion:
    """Name the occasion: the notice, or the set of them; one that was put away is a new occasion when it wakes."""
    names = [_name(notice) for notice in notices]
    first, is_one = notices[0], len(notices) == 1
    digest = hashlib.sha256(" ".join(sorted(names)).encode()).hexdigest()[:32]
    return Occasion(
        f"{ONE}{names[0]}" if is_one else f"{SEVERAL}{first.person_id}:{digest}",
        rule=first.rule if is_one else TOGETHER,
        topics=sorted({notice.rule for notice in notices}),
        expires_at=max(notice.useful_until for notice in notices),
    )


def _name(notice: Notice) -> str:
    return f"{notice.key}:{notice.snoozed_until:%Y%m%d%H%M}" if notice.snoozed_until else notice.key


def _told(notice: Notice, now: datetime) -> dict[str, object]:
    """Return a notice as its mail tells it: with its button, and the link by which it is done with."""
    rule = BY_NAME[notice.rule]
    token = MailLink.make(purpose=PURPOSE, object_id=notice.pk, person=notice.person, expires_at=now + LIVES)
    words = {name: getattr(notice, name) for name in ("title", "text", "url", "deadline_at")}
    return words | {
        "action": rule.action,
        "is_coming": rule.thing == "interview",  # of which nothing is done yet
        "off_url": settings.SITE_URL + reverse("notice_enter", args=[token]),
        **(rule.adds(notice) if rule.adds else {}),
    }


def _about(notice: Notice, now: datetime) -> dict[str, object]:
    """Return what a letter of its own kind knows besides: the entry an alum is asked about."""
    if notice.rule != checks.TOPIC:
        return {}
    check = ProfileCheck.objects.select_related("alum").get(pk=notice.subject_id)
    until = check.asked_at + checks.ANSWER_IN
    token = MailLink.make(
        purpose=checks.PURPOSE, object_id=check.alum_id, person=notice.person, expires_at=now + checks.YEAR
    )
    url = settings.SITE_URL + reverse("entry_enter", args=[token])
    return {"alum": check.alum, "is_last": check.is_last, "until": until, "answer_url": url}
