"""The link in a mail to an alum that takes them out of the directory by one press, of a mail program too (RFC 8058)."""

from datetime import timedelta

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import MailLink, User
from apps.alumni.models import AlumniProfile

PURPOSE = "stop-requests"
LINK_LIFE = timedelta(days=400)


def stop_url(alum: AlumniProfile, reader: User) -> str:
    """Return the link for one mail: it outlives what the mail is about."""
    expires_at = timezone.now() + LINK_LIFE
    token = MailLink.make(purpose=PURPOSE, object_id=alum.pk, person=reader, expires_at=expires_at)
    return settings.SITE_URL + reverse("requests_stop", args=[token])
