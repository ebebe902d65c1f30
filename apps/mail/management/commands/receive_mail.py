"""Take one mail from standard input, as a mail server pipes it: what came back about a mail of ours."""

import os
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import InterfaceError, OperationalError

from apps.mail import incoming, returned
from apps.mail.afterwards import Leaving

READ_AT_ONCE = 1024 * 1024


class Command(BaseCommand):
    help = "Read one email from standard input, and save a bounce or a reply with the email it is about."
    requires_system_checks = ()  # they ask the database, which may be away: then the mail server tries again

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--to", default="", help="the address it came to, where the mail server tells it")

    def handle(self, *args: object, to: str, **options: Any) -> None:
        data = self._standard_input()
        try:
            said = incoming.take(returned.read(data, to=to))
        except Leaving:
            self._again("The email it is about is being sent right now.")
        except (OperationalError, InterfaceError) as error:
            self._again(f"The database doesn’t answer: {' '.join(str(error).split())[:200]}")
        except Exception as error:  # the mail server keeps it, and whoever mends this finds it in the queue
            self._again(f"{type(error).__name__}: {' '.join(str(error).split())[:200]}")
        else:
            self.stdout.write(said)

    def _standard_input(self) -> bytes:
        """Read to the end, so that the mail server is not cut off, and keep what is looked at."""
        kept = sys.stdin.buffer.read(returned.MOST_BYTES)
        while sys.stdin.buffer.read(READ_AT_ONCE):
            pass
        return kept

    def _again(self, why: str) -> None:
        self.stderr.write(why)
        sys.exit(os.EX_TEMPFAIL)
