"""Asked by the mailer just before a reminder leaves: does its reason still hold, and is it still wanted (R221, R223)?

Each mail is asked about by itself, in the moment before it leaves. Only the words of the question are kept: Django puts
a rule into SQL once in ten seconds, however many mails leave in them; to do so for each took longer than all the rest.
So what becomes of a row counts to the last moment; what only the clock ends is given up ten seconds early.
"""

from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef

from apps.mail.models import OutboundMessage
from apps.reminders.letters import ONE, SEVERAL
from apps.reminders.models import Notice, QuietTime
from apps.reminders.preferences import TOGETHER, verdict, wanted, with_wishes
from apps.reminders.rules import BY_NAME

TEN_S = timedelta(seconds=10)


def still_due(message: OutboundMessage, now: datetime) -> bool:
    """Return whether `message` may leave: everything it says must still hold.

    Where only a part does, or somebody put a thing away, that mail is dropped and the next sweep writes what is left.
    """
    if not message.key.startswith((ONE, SEVERAL)) or _all_hold(message, now):
        return True
    Notice.objects.filter(message=message, closed_at=None).update(mailed_at=None, message=None)
    return False


def _all_hold(message: OutboundMessage, now: datetime) -> bool:
    """Whether a mail still has notices, the rules still give every one of them, and none is to wait by now."""
    rules = _spoken_for(message)
    if not rules or rules - BY_NAME.keys():
        return False
    given = " UNION ALL ".join(_given(rule, _rounded(now)) for rule in sorted(rules))
    [(is_given, has_quiet_time)] = _fetch(ALL_GIVEN.format(given=given), message)
    return is_given and not (has_quiet_time and _is_held(message, now))


def _is_held(message: OutboundMessage, now: datetime) -> bool:
    """Whether quiet hours or a break, perhaps chosen since, hold a notice of a mail back."""
    notices = with_wishes(Notice.objects.filter(message=message), now).select_related("person")
    quiet = QuietTime.objects.filter(person=message.person_id).first()
    return any(verdict(notice, quiet, now).answer == "held" for notice in notices.order_by("pk"))


def _spoken_for(message: OutboundMessage) -> set[str]:
    """Return the names of the rules that a mail speaks for."""
    return {message.rule} if message.rule != TOGETHER else {name for [name] in _fetch(RULES_OF, message)}


def _fetch(statement: str, message: OutboundMessage) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"id": message.pk})
        return cursor.fetchall()


RULES_OF = "SELECT DISTINCT rule FROM reminders_notice WHERE message_id = %(id)s"
ALL_GIVEN = """
    SELECT count(*) > 0 AND count(*) = count(given.id),
           EXISTS (SELECT FROM reminders_quiettime quiet JOIN mail_outboundmessage mail USING (person_id)
                   WHERE mail.id = %(id)s)
    FROM reminders_notice carried LEFT JOIN ({given}) given ON given.id = carried.id AND given.message_id = %(id)s
    WHERE carried.message_id = %(id)s
"""


@lru_cache(maxsize=64)
def _given(rule: str, now: datetime) -> str:
    """Return the SQL for the notices of a rule that it still gives at `now`, that nobody took off the list, and that
    their people still want by mail."""
    row = BY_NAME[rule].rows(now).filter(pk=OuterRef("subject_id"), notice_key=OuterRef("key"))
    waiting = with_wishes(Notice.objects.waiting(now).filter(Exists(row), rule=rule), now)
    notices = wanted(waiting).values("id", "message_id")
    compose = connection.ops.compose_sql  # type: ignore[attr-defined]  # PostgreSQL's alone
    return compose(*notices.query.sql_with_params()).replace("%", "%%")


def _rounded(now: datetime) -> datetime:
    """The end of the ten seconds that `now` lies in: no earlier than the moment at which the mail was written."""
    over = timedelta(seconds=now.second % 10, microseconds=now.microsecond)
    return now - over + (TEN_S if over else timedelta(0))
