"""Delivery of what the outbox promised."""


def deliver_due(*, engine):
    """Hand everything that is due to the mail server."""
