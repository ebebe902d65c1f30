"""What the database is asked for every single message, written as SQL.

To build the same queries anew for each message took Django more than twice as long as to send it. Each statement holds
only under the lease of the message, and compares with the database's own clock. When to ask them is delivery.py's.
"""

from typing import Any

from django.db import connection
from psycopg.sql import SQL

from apps.mail.kinds import REMINDER
from apps.mail.models import OutboundMessage, State

NOW = SQL("statement_timestamp()")
MINE = SQL("m.id = %(id)s AND m.lease_token = %(token)s")
LEASED = SQL("{} AND m.state = 'leased' AND m.lease_until > {}").format(MINE, NOW)
SENDING = SQL("{} AND m.state = 'sending' AND m.lease_until > {}").format(MINE, NOW)

ELSEWHERE = SQL("""m.is_to_person AND EXISTS (
    SELECT FROM accounts_user p WHERE p.id = m.person_id AND upper(p.email) <> upper(m.recipient)
)""")
NEWER = SQL("""m.subject_key <> '' AND EXISTS (
    SELECT FROM mail_outboundmessage n
    WHERE n.subject_key = m.subject_key AND n.subject_no > m.subject_no AND upper(n.recipient) = upper(m.recipient)
)""")
CLOSED = SQL("EXISTS (SELECT FROM accounts_user p WHERE p.id = m.person_id AND NOT p.is_active)")
REFUSED = SQL("""m.topic <> '' AND EXISTS (
    SELECT FROM mail_unsubscribe u WHERE u.person_id = m.person_id AND u.topic = m.topic
)""")
TOO_LATE = SQL("m.expires_at <= {}").format(NOW)
SUPPRESSED = SQL("""EXISTS (
    SELECT FROM mail_suppression s WHERE lower(s.address) = lower(m.recipient) AND s.lifted_at IS NULL
)""")
# A reminder stands in the app as well: what stopped its address is before the office already, once.
STOPPED_REMINDER = SQL("m.rank = {} AND {}").format(REMINDER, SUPPRESSED)
_STOPPED = "This address is blocked."
ANY = SQL("{} OR {} OR {} OR {} OR {} OR {}").format(ELSEWHERE, NEWER, CLOSED, REFUSED, TOO_LATE, SUPPRESSED)

# What was perhaps sent before stays that: to call it failed would say that nobody has it.
_stay = SQL("""
    UPDATE mail_outboundmessage AS m
    SET state = CASE WHEN %(state)s::text = 'failed' AND m.resends > 0 THEN 'uncertain' ELSE %(state)s::text END,
        last_error = %(error)s
    WHERE {}
""").format(LEASED)
STAY = _stay.as_string()
# Why a promised message must not leave, and what becomes of it. Asked together by PASS, then one by one.
REASONS = [
    (SQL("{} AND {}").format(_stay, reason).as_string(), state, error)
    for reason, state, error in (
        (NEWER, State.SUPERSEDED, ""),
        (CLOSED, State.CANCELLED, "The account is closed."),
        (REFUSED, State.OBSOLETE, "The person turned off these emails."),
        (TOO_LATE, State.FAILED, "It was too late to send."),
        (STOPPED_REMINDER, State.CANCELLED, _STOPPED),
        (SUPPRESSED, State.FAILED, _STOPPED),
    )
]
PASS = (
    SQL("""
    UPDATE mail_outboundmessage AS m
    SET state = 'sending', phase = '', worker = %(worker)s,
        started_at = {now}, lease_until = {now} + %(lasts)s::interval
    WHERE {leased} AND NOT ({any})
""")
    .format(now=NOW, leased=LEASED, any=ANY)
    .as_string()
)
READDRESS = (
    SQL("""
    UPDATE mail_outboundmessage AS m SET recipient = p.email FROM accounts_user p
    WHERE p.id = m.person_id AND {} AND {} RETURNING m.recipient
""")
    .format(LEASED, ELSEWHERE)
    .as_string()
)
PROMISE_DOT = SQL("UPDATE mail_outboundmessage AS m SET phase = 'after_dot' WHERE {}").format(SENDING).as_string()
# The row and the record of the try, in one.
FINISH = (
    SQL("""
    WITH ended AS (
        UPDATE mail_outboundmessage AS m
        SET state = CASE WHEN %(again)s AND m.resends > 0 THEN 'uncertain' ELSE %(state)s::text END,
            phase = %(phase)s, reply = %(reply)s, last_error = %(error)s,
            sent_at = CASE WHEN %(state)s::text = 'sent' THEN {now} END,
            provider_id = CASE WHEN %(provider_id)s::text = '' THEN m.provider_id ELSE %(provider_id)s::text END,
            next_at = CASE WHEN %(wait)s::interval IS NULL THEN m.next_at
                      ELSE least({now} + %(wait)s::interval, m.expires_at) END,
            attempts = m.attempts - %(uncounted)s,
            resends = m.resends - (%(again)s AND m.resends > 0)::int
        WHERE {mine} AND m.state IN ('sending', 'uncertain')
        RETURNING m.id, m.attempts + %(uncounted)s, m.worker, m.started_at, m.phase, m.reply, m.state
    )
    INSERT INTO mail_deliveryattempt (message_id, n, worker, started_at, phase, reply, outcome) SELECT * FROM ended
""")
    .format(now=NOW, mine=MINE)
    .as_string()
)


def run(statement: str, message: OutboundMessage, **values: Any) -> int:
    """Carry out a statement about a message that is held, and say how many rows it changed."""
    with connection.cursor() as cursor:
        cursor.execute(statement, {"id": message.pk, "token": message.lease_token, **values})
        return cursor.rowcount
