"""The Celery entry point; `manage.py deliver` calls the same function without a broker."""

from celery import shared_task

from apps.mail import delivery, outbox
from apps.mail.models import OutboundMessage

ROUND_S = 20  # a worker that is asked to stop ends its task first


@shared_task
def deliver() -> None:
    """Deliver for a while, and ask for another round where that was not enough."""
    if delivery.deliver_due(engine="celery", lasts=ROUND_S) and OutboundMessage.objects.due().exists():
        outbox.nudge()
