"""The Celery entry point; `manage.py deliver` calls the same function without a broker."""

from celery import shared_task

from apps.mail import delivery


@shared_task
def deliver():
    delivery.deliver_due(engine="celery")
