"""The letters of the demo world that wait for an answer, as the outbox keeps them: sent, each with its own link.

They are promised by the real act's own words and marked as sent in the same transaction, so that no worker ever sees
one to deliver. Older mail is not made up.
"""

from apps.interviews.asking import mails as asking_mails
from apps.interviews.lifecycle.models import InterviewRequest
from apps.mail.models import OutboundMessage, State
from apps.policy.models import Policy


def letters() -> None:
    """Write the letter of every open request as sent at its time."""
    policy = Policy.now()
    requests = (
        InterviewRequest.objects.open()
        .exclude(alum=None)
        .select_related("student__student_profile", "alum__user", "contact")
    )
    for request in requests.order_by("sent_at", "pk"):
        asking_mails.letter(
            request, request.windows.filter(offered_by="student").order_by("starts_at", "pk"), policy=policy
        )
        message = OutboundMessage.objects.filter(key=asking_mails.letter_occasion(request).key)
        message.update(
            state=State.SENT,
            sent_at=request.leaves_at,
            created_at=request.sent_at,
            next_at=request.leaves_at,
            attempts=1,
            reply="250 2.0.0 Ok",
        )
