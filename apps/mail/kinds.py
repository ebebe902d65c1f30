"""The kinds of mail there are: how long each is worth sending, how it ranks, and what a person may refuse to get.

It decides no wording: that is `templates/email/<kind>.html`.
"""

from dataclasses import dataclass
from datetime import timedelta

A_DAY = timedelta(hours=24)
FIRST, BUSINESS, REMINDER = 0, 1, 2
MADE_BY_US = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}  # no out-of-office note comes back


@dataclass(frozen=True)
class Kind:
    """One kind of mail. After `life` it is not sent any more, but shown to a human."""

    life: timedelta
    rank: int = BUSINESS  # the lower, the sooner when much is due at once
    is_by_hand: bool = False  # somebody wrote it to somebody; anything else was made by us (RFC 3834)

    @property
    def is_reminder(self) -> bool:
        """Whether its addressee may refuse it as a topic; others are ended by a link of their own (outbox.queue)."""
        return self.rank == REMINDER

    @property
    def headers(self) -> dict[str, str]:
        """What it says to the machines that would answer it: nothing, where a person wrote it."""
        return {} if self.is_by_hand else dict(MADE_BY_US)


KINDS = {
    # what somebody did, told to the other side: refusing it would break the talk
    "request_sent_to_alum": Kind(A_DAY, is_by_hand=True),
    "request_nudge": Kind(A_DAY),
    "request_declined": Kind(A_DAY),
    "request_countered": Kind(A_DAY, is_by_hand=True),
    "request_question": Kind(A_DAY, is_by_hand=True),
    "request_reopened": Kind(A_DAY),
    "request_expired": Kind(A_DAY),
    "request_held_back": Kind(A_DAY),
    "interview_scheduled": Kind(A_DAY),
    "request_withdrawn": Kind(A_DAY),
    "interview_move_offered": Kind(A_DAY),
    "interview_kept": Kind(A_DAY),
    "interview_moved": Kind(A_DAY),
    "interview_cancelled": Kind(A_DAY),
    "thank_you": Kind(A_DAY, is_by_hand=True),
    "review_waiting": Kind(A_DAY),
    "review_done": Kind(A_DAY),
    "text_to_review": Kind(A_DAY),
    "text_reviewed": Kind(A_DAY),
    "coach_letter": Kind(A_DAY, is_by_hand=True),
    "help_request_asked": Kind(A_DAY),
    "help_request_answered": Kind(A_DAY, is_by_hand=True),
    "introduction_asked": Kind(A_DAY, is_by_hand=True),
    "introduction_made": Kind(A_DAY, is_by_hand=True),
    "introduction_declined": Kind(A_DAY),
    "new_coach": Kind(A_DAY),
    "practice_booked": Kind(A_DAY),
    "practice_cancelled": Kind(A_DAY),
    "office_alert": Kind(A_DAY),
    "reply_forwarded": Kind(A_DAY),
    "report_handled": Kind(A_DAY),
    "conduct_warning": Kind(A_DAY, is_by_hand=True),
    # somebody sits and waits for it
    "sign_in_code": Kind(timedelta(minutes=10), FIRST),
    "address_code": Kind(timedelta(minutes=15), FIRST),
    "no_account": Kind(timedelta(minutes=10), FIRST),
    "password_link": Kind(timedelta(hours=1), FIRST),
    # what happened to somebody's account, told to its owner
    "security_notice": Kind(A_DAY),
    "data_ready": Kind(A_DAY),
    "erasure_asked": Kind(A_DAY),
    "erasure_soon": Kind(A_DAY),
    # what is due; the caller narrows the life to the occasion's own end
    "reminder": Kind(timedelta(days=7), REMINDER),
    "digest": Kind(A_DAY, REMINDER),
    "profile_check": Kind(timedelta(days=14), REMINDER),
    "alum_invitation": Kind(timedelta(days=14), REMINDER),
    "progress_update": Kind(A_DAY, REMINDER, is_by_hand=True),  # somebody wrote it, and it may be refused all the same
}
TO_ANYBODY = ("no_account",)  # a stranger may have it sent anywhere: that it fails is no work for the office


def known(name: str) -> Kind:
    """Return the kind called `name`. Raises ValueError for one that is not in the table."""
    if name not in KINDS:
        raise ValueError(f"There is no mail of the kind {name!r}; see apps/mail/kinds.py.")
    return KINDS[name]
