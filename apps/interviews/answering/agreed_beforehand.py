"""A time agreed by word of mouth, before any letter: the draft to somebody outside the directory is asked and answered.

It decides what such a draft becomes. What an agreed time means for both is actions.arrange's.
"""

from datetime import datetime, timedelta

from apps.accounts.models import User
from apps.interviews.answering.actions import arrange
from apps.interviews.asking.leaving import remember_asking
from apps.interviews.lifecycle.acts import act, lock, lock_people, move
from apps.interviews.lifecycle.models import Channel, Interview, InterviewRequest
from apps.policy.models import Policy
from apps.web.answers import Refused


@act
def agreed_already(
    request: InterviewRequest, *, starts_at: datetime, format: str, by: User, now: datetime, place: str = ""
) -> Interview:
    """Note that the two agreed on a time without a letter; returns the conversation. No word of a draft is needed."""
    lock_people(request.student_id)
    draft = lock(request)
    if draft.alum_id:
        raise Refused("This person is in the directory, so they choose a time from your request. Send it first.")
    asked = move(
        draft,
        "send",
        actor="student",
        by=by,
        now=now,
        channel=Channel.IN_PERSON,
        sent_at=now,
        leaves_at=now,
        deadline_at=now + timedelta(days=Policy.now().answer_days),
        turn="alum",
    )
    remember_asking(asked, now)
    return arrange(asked, starts_at=starts_at, format=format, by=by, now=now, place=place)
