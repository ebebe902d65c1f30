"""What is due, asked as questions (reliability.md 1, R221, R222).

A rule is a QuerySet of what is due at `now`, and what to say about each row. There is nothing to schedule and nothing
to revoke: a reminder whose reason has gone is simply no longer in the answer, and a sweep that comes a day late finds
the same occasions once. Keys hold the version of what they speak of, so that a moved interview asks anew.

The rules decide what is due and for how long. It does not decide whether and when a person wants a mail about it
(preferences.py) nor how it is delivered (sweep.py and apps.mail). No rule looks further back than LOOKBACK: a notice
that was closed is remembered longer than its occasion could come up again.

What keeps a mail from leaving is asked in this order: the rule itself (here), a notice that was done, put away or is
asleep (models.py), what the person wishes and their quiet hours (preferences.py), all of it again in the moment before
it leaves (recheck.py), and last the outbox: outdated, refused, too late, stopped (mail/statements.py, REASONS).
"""

from datetime import datetime
from typing import Any

from apps.reminders import checks
from apps.reminders.models import Notice, ProfileCheck
from apps.reminders.rule import DAY, NOW_OR_NOT, NoticeText, Rule, page_at, there
from apps.reminders.rules_asking import ASKING, TO_READ
from apps.reminders.rules_cohorts import COHORTS
from apps.reminders.rules_network import NETWORK
from apps.reminders.rules_practice import PRACTICE
from apps.reminders.rules_talks import TALKS


def _says_check(check: ProfileCheck) -> NoticeText:
    return NoticeText(
        person=there(check.alum.user),
        title="Is your alumni profile still correct?",
        text="We ask once a year. Save your profile, changed or not, to confirm it.",
        url=page_at("alum_profile_edit"),
    )


RULES = [
    *TALKS,
    *ASKING,
    *NETWORK,
    *TO_READ,
    *PRACTICE,
    *COHORTS,
    Rule(
        name="profile-check",
        group="Your profile",
        label="Is your profile still correct?",
        why="Once a year. We send nothing else automatically.",
        due=checks.open_at,
        key=("pk",),
        due_at=lambda row: row.asked_at,
        says=_says_check,
        lasts=14 * DAY,
        action="Check your profile",
        offers=NOW_OR_NOT,
        role="alum",
        letter="profile_check",
    ),
]

BY_NAME = {rule.name: rule for rule in RULES}
ONE_TASK = [rule.name for rule in RULES if rule.is_one_task]


def notice_for(rule: Rule, subject: Any) -> Notice:
    """Return the unsaved notice that `rule` gives for one of its `rows`."""
    return Notice(**fields_for(rule, subject))


def expiry(notice: Notice, wakes_at: datetime) -> datetime | None:
    """Return until when a notice that comes back at `wakes_at` is worth a mail: as long as one that is new then.

    One with a deadline keeps it.
    """
    rule = BY_NAME.get(notice.rule)
    if rule is None or rule.deadline or notice.expires_at is None:
        return notice.expires_at
    return max(notice.expires_at, wakes_at + rule.lasts)


def fields_for(rule: Rule, subject: Any) -> dict[str, Any]:
    """Return the fields of that notice."""
    notice_text = rule.says(subject)
    due_at = rule.due_at(subject)
    return {
        "key": subject.notice_key,
        "rule": rule.name,
        "thing": f"{rule.thing or rule.name}:{subject.pk}",
        "person_id": notice_text.person.pk,
        "subject_id": subject.pk,
        "title": notice_text.title[:200],
        "text": notice_text.text,
        "url": notice_text.url,
        "due_at": due_at,
        "deadline_at": rule.deadline(subject) if rule.deadline else None,
        "expires_at": due_at + rule.lasts,
    }
