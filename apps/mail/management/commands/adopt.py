"""Make a restored copy the real one (reliability.md, J1)."""

from datetime import datetime

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction

from apps.accounts.models import MailLink
from apps.installation import belonging
from apps.mail.delivery import database_now
from apps.mail.models import AUTOMATIC_RESENDS, HELD, OutboundMessage, State

PERHAPS = "Restored from a backup: the original may have sent it"


class Command(BaseCommand):
    help = (
        "Say that this database is the real one now. Everyone is signed out. Emails that were due already wait for the"
        " office to decide: the original may have sent them."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--send-due",
            action="store_true",
            help="Send what is due as well: the original sent nothing after the backup was made.",
        )

    @transaction.atomic
    def handle(self, *args: str, send_due: bool, **options: object) -> None:
        now = database_now()
        before = belonging.adopt()
        signed_out, _ = Session.objects.all().delete()
        UserSession.objects.all().delete()
        links = _end_links(before.site_url, now)
        held = 0 if send_due else _hold(now)
        self.stdout.write(f"This database belongs to {settings.SITE_URL} now. Sessions ended: {signed_out}.")
        self.stdout.write(f"Links in emails ended: {links}. Emails for the office to decide about: {held}.")


def _end_links(site_url: str | None, now: datetime) -> int:
    """End the links that were mailed from another address: they lead there. Those of our own address stay."""
    if site_url in (None, settings.SITE_URL):
        return 0
    return MailLink.objects.alive(now).update(revoked_at=now)


def _hold(now: datetime) -> int:
    """Let the office decide about each mail that the original may have sent since the backup was made."""
    due = OutboundMessage.objects.filter(state__in=(State.PENDING, State.UNCERTAIN, *HELD), next_at__lte=now)
    return due.update(
        state=State.UNCERTAIN,
        resends=AUTOMATIC_RESENDS,
        lease_token=None,
        lease_until=None,
        last_error=PERHAPS,
    )
