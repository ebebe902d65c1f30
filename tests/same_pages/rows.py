"""What the addresses are filled with: rows of every sort, and mailed links to them. It knows tables, not models."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import psycopg

Pattern = tuple[str, str]  # the name of an address, and its route or path
# What stands before the row in an address: its table, and by which column one row of each sort is taken.
ROWS = {
    "people/": ("alumni_alumniprofile", "listing"),
    "entry/": ("alumni_alumniprofile", "listing"),
    "office/import/": ("alumni_alumniimport", "state"),
    "network/": ("network_contact", "relation"),
    "network/steps/": ("network_actionstep", "done_at IS NULL"),
    "network/outcomes/": ("network_outcome", "kind"),
    "network/referrals/": ("network_referral", "name_permission"),
    "requests/": ("interviews_interviewrequest", "status"),
    "answer/": ("interviews_interviewrequest", "status"),
    "alum/requests/": ("interviews_interviewrequest", "status"),
    "conversations/": ("interviews_interview", "status"),
    "notices/": ("reminders_notice", "rule"),
    "coach/students/": ("students_studentprofile", "cohort_id"),
    "coach/reviews/": ("interviews_interviewrequest", "status"),
    "coach/reviews/comments/": ("interviews_reviewcomment", "part"),
    "office/people/": ("accounts_user", "roles"),
    "office/outbox/": ("mail_outboundmessage", "state"),
    "office/outbox/stopped/": ("mail_suppression", "cause"),
    "office/questions/": ("interviews_question", "stage"),
    "office/phrases/": ("policy_phrase", "kind"),
    "me/sessions/": ("usersessions_usersession", "user_id"),
    "accounts/mfa/webauthn/keys/": ("mfa_authenticator", "type"),
}
# What a mailed link stands for: its purpose, and the rows (id, whose) it may speak of.
LINKS = {
    "a/": (
        "answer",
        "SELECT DISTINCT ON (r.status) r.id, a.user_id FROM interviews_interviewrequest r JOIN alumni_alumniprofile a"
        " ON a.id = r.alum_id WHERE a.user_id IS NOT NULL ORDER BY r.status, r.id",
    ),
    "n/": ("notice", "SELECT DISTINCT ON (rule) id, person_id FROM reminders_notice ORDER BY rule, id"),
    "e/": (
        "profile-check",
        "SELECT DISTINCT ON (listing) id, user_id FROM alumni_alumniprofile WHERE user_id IS NOT NULL"
        " ORDER BY listing, id",
    ),
    "calendar/": ("calendar-feed", "SELECT DISTINCT ON (roles) id, id FROM accounts_user ORDER BY roles, id"),
    "unsubscribe/": ("unsubscribe:reminder", "SELECT DISTINCT ON (roles) id, id FROM accounts_user ORDER BY roles, id"),
}
WORDS = {"number": "0", "act": "keep", "role": "coach", "name": "none"}
PEOPLE = """SELECT id, roles[1] || ' ' || email FROM (
    SELECT id, roles, email, row_number() OVER (PARTITION BY roles ORDER BY id) AS n FROM accounts_user) AS them
    WHERE n = ANY(%s) ORDER BY id"""
THESE = [1, 2, 20]  # of each role
MORE_ROWS = """
INSERT INTO mail_suppression (address, cause, reason, created_at)
    VALUES ('gone@alumni.example', 'by_hand', 'Left', now());
INSERT INTO policy_phrase (kind, pattern, explanation, suggestion, is_on, created_at)
    VALUES ('fine', 'a chat about maps', '', '', true, now());
"""
MAILS = """SELECT key, kind, recipient, from_name, reply_to, subject, text, html, headers, ics
    FROM mail_outboundmessage"""

CONVERTER = re.compile(r"<(?:(\w+):)?(\w+)>")
KINDS = {"int": r"\d+", "slug": r"[-\w]+", "uuid": r"[-\da-f]{36}"}


@dataclass
class Site:
    """The addresses, and what they are filled with."""

    patterns: list[Pattern]
    stock: dict[str, list[str]] = field(default_factory=dict)  # by what stands before the row

    def filled(self, route: str, value: str) -> str:
        words = iter([value])
        return "/" + CONVERTER.sub(lambda found: next(words, WORDS.get(found[2], "none")), route)

    def addresses(self) -> Iterator[Pattern]:
        """Yield every (name, path) with the rows that everybody tries."""
        for name, route in self.patterns:
            for value in self.stock[before(route)] if "<" in route else [""]:
                yield name, self.filled(route, value)

    def known(self, path: str) -> tuple[str, str, str] | None:
        """Return (name, what stands before the row, the row) of a path."""
        for name, route in self.patterns:
            pattern = CONVERTER.sub(lambda found: f"({KINDS.get(found[1], '[^/]+')})", route)
            if match := re.fullmatch(pattern, path[1:]):
                return name, before(route), match[1] if match.groups() else ""
        return None

    def of(self, prefix: str, value: str) -> Iterator[Pattern]:
        """Yield every (name, path) that can be asked of a row."""
        for name, route in self.patterns:
            if "<" in route and before(route) == prefix:
                yield name, self.filled(route, value)


def before(route: str) -> str:
    return route.partition("<")[0]


def stocked(database: psycopg.Connection, patterns: list[Pattern]) -> dict[str, list[str]]:
    """Return {what stands before the row: the rows that everybody tries}; links are made for those that want one."""
    stock = {}
    for prefix in {before(route): None for _, route in patterns if "<" in route}:
        if prefix in ROWS:
            table, sort = ROWS[prefix]
            rows = database.execute(f"SELECT DISTINCT ON ({sort}) id FROM {table} ORDER BY {sort}, id")
            stock[prefix] = [str(pk) for (pk,) in rows] or ["987654321"]
        elif prefix in LINKS:
            stock[prefix] = mailed(database, *LINKS[prefix])
        else:
            found = next(
                found for _, route in patterns if before(route) == prefix and (found := CONVERTER.search(route))
            )
            stock[prefix] = [WORDS[found[2]]]  # a KeyError: an address with a kind of row that is not known here
    return stock


def mailed(database: psycopg.Connection, purpose: str, rows: str) -> list[str]:
    tokens = []
    for pk, person in database.execute(rows).fetchall():
        tokens.append(f"{purpose.replace(':', '-')}-{pk}-{'x' * 40}")
        database.execute(
            "INSERT INTO accounts_maillink (token_hash, purpose, object_id, person_id, created_at, expires_at)"
            " VALUES (%s, %s, %s, %s, now(), now() + interval '9 days')",
            [hashlib.sha256(tokens[-1].encode()).hexdigest(), purpose, pk, person],
        )
    return [*tokens, "unknown"]
