"""The kinds of mail there are: how long each is worth sending, how it ranks, and what a person may refuse to get.

It decides no wording: that is `templates/email/<kind>.html`.
"""

from dataclasses import dataclass
from datetime import timedelta

A_DAY = timedelta(hours=24)
FIRST, BUSINESS, REMINDER = 0, 1, 2


@dataclass(frozen=True)
class Kind:
    """One kind of mail. After `life` it is not sent any more, but shown to a human."""

    life: timedelta
    rank: int = BUSINESS  # the lower, the sooner when much is due at once

    @property
    def is_reminder(self) -> bool:
        """Whether it carries List-Unsubscribe and may be refused by its addressee."""
        return self.rank == REMINDER


KINDS = {
    # what somebody did, told to the other side: refusing it would break the talk
    "request_sent_to_alum": Kind(A_DAY),
    "request_nudge": Kind(A_DAY),
    "request_declined": Kind(A_DAY),
    "request_countered": Kind(A_DAY),
    "request_question": Kind(A_DAY),
    "request_reopened": Kind(A_DAY),
    "request_expired": Kind(A_DAY),
    "request_held_back": Kind(A_DAY),
    "interview_scheduled": Kind(A_DAY),
    "request_withdrawn": Kind(A_DAY),
    "interview_move_offered": Kind(A_DAY),
    "interview_kept": Kind(A_DAY),
    "interview_moved": Kind(A_DAY),
    "interview_cancelled": Kind(A_DAY),
    "thank_you": Kind(A_DAY),
    "review_waiting": Kind(A_DAY),
    "review_done": Kind(A_DAY),
    "office_alert": Kind(A_DAY),
    # somebody sits and waits for it
    "sign_in_code": Kind(timedelta(minutes=10), FIRST),
    "address_code": Kind(timedelta(minutes=15), FIRST),
    "no_account": Kind(timedelta(minutes=10), FIRST),
    "password_link": Kind(timedelta(hours=1), FIRST),
    # what happened to somebody's account, told to its owner
    "security_notice": Kind(A_DAY),
    # what is due; the caller narrows the life to the occasion's own end
    "reminder": Kind(timedelta(days=7), REMINDER),
    "digest": Kind(A_DAY, REMINDER),
    "profile_check": Kind(timedelta(days=14), REMINDER),
}
TO_ANYBODY = ("no_account",)  # a stranger may have it sent anywhere: that it fails is no work for the office


def known(name: str) -> Kind:
    """Return the kind called `name`. Raises ValueError for one that is not in the table."""
    if name not in KINDS:
        raise ValueError(f"There is no mail of the kind {name!r}; see apps/mail/kinds.py.")
    return KINDS[name]
