"""Every night, what the office keeps no longer is taken away, in batches; the office reads what went (R244).

How long is `Retention`'s. It deletes; what an account leaves is erasing.py's. Each kind stands by itself: one that
cannot be cleaned holds up no other, and is counted.
"""

import json
import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connection
from django.db.models import Q, QuerySet

from apps.accounts.models import MailLink, Press, Role, User
from apps.alumni.models import AlumniImport
from apps.clock import times
from apps.database.apart import Apart
from apps.files.models import PrivateFile
from apps.interviews.debriefing import paper
from apps.mail.models import OutboundMessage, State
from apps.network import merging
from apps.network.models import ContactImport, ContactMerge
from apps.policy.models import Policy
from apps.privacy import erasures
from apps.privacy.models import Cleaning, Erasure, Export, Hold, Retention
from apps.reminders import sweep
from apps.students import resume
from apps.web.answers import Refused

BATCH = 2000
AT_NIGHT = range(2, 6)  # hours at the office
APART = timedelta(hours=20)
EXPORTS, REPORTS = timedelta(days=400), timedelta(days=400)
AT_ONCE = 50  # accounts a night: each is asked first
OVER = (State.SENT, State.FAILED, State.CANCELLED, State.SUPERSEDED, State.OBSOLETE, State.RETURNED, State.CLOSED)
KINDS = {
    "mails": "emails",
    "notices": "reminders",
    "imports": "import files",
    "import_notes": "import results",
    "merges": "people as they were before they became one",
    "disclosures": "views of records",
    "audit": "audit log lines",
    "closed": "closed accounts, to be deleted in 7 days",
    "links": "expired links",
    "presses": "fingerprints of pressed buttons",
    "devices": "signed-out devices",
    "files": "deleted files",
    "copies": "records of copies people asked for",
}
log = logging.getLogger(__name__)


def is_due(now: datetime) -> bool:
    """Whether it is night at the office, and nothing was cleaned in this one."""
    hour = times.local_time(now, Policy.now().time_zone).hour
    return hour in AT_NIGHT and not Cleaning.objects.filter(started_at__gt=now - APART).exists()


def run(now: datetime) -> Cleaning:
    """Clean once, and write down what went."""
    cleaning, kept = Cleaning.objects.create(started_at=now), Retention.now()
    steps: dict[str, Callable[[], int]] = {
        "mails": lambda: _delete(_mails(now - timedelta(days=kept.mails))),
        "notices": lambda: _delete(sweep.old(now - timedelta(days=kept.notices))),
        "imports": lambda: _let_go_of_files(now - timedelta(days=kept.imports)),
        "import_notes": lambda: _forget_rows(now - timedelta(days=kept.import_notes)),
        "merges": lambda: _forget_what_was_two(now - merging.UNDO_DAYS),
        "closed": lambda: _ask_for_closed(now - timedelta(days=kept.closed), now),
        "links": lambda: _delete(MailLink.objects.filter(Q(expires_at__lt=now) | Q(revoked_at__lt=now - APART))),
        "presses": lambda: _delete(Press.objects.filter(at__lt=now - timedelta(days=1))),
        "files": lambda: _delete(_files(now)),
        "copies": lambda: _delete(Export.objects.filter(asked_at__lt=now - EXPORTS)),
    }
    apart = Apart("The cleaning")
    counts = {kind: apart.do(kind, step) for kind, step in steps.items()}
    counts |= apart.do("logs", _age) or {}
    apart.do("sessions", call_command, "clearsessions")
    live = Session.objects.values("session_key")
    counts["devices"] = apart.do("devices", _delete, UserSession.objects.exclude(session_key__in=live))
    Cleaning.objects.filter(started_at__lt=now - REPORTS).delete()
    cleaning.counts = {kind: count for kind, count in counts.items() if count}
    cleaning.failed, cleaning.finished_at = apart.failed, now
    cleaning.save()
    return cleaning


def _delete(rows: QuerySet) -> int:
    """Delete rows, a batch at a time, so that no lock and no transaction is long. Returns how many."""
    count = 0
    while pks := list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH]):
        rows.model._base_manager.filter(pk__in=pks).delete()
        count += len(pks)
    return count


def _mails(before: datetime) -> QuerySet[OutboundMessage]:
    """Mails that are over, but for those to somebody on hold."""
    held = Hold.objects.in_force().values("person")
    return OutboundMessage.objects.filter(state__in=OVER, created_at__lt=before).exclude(person__in=held)


def _files(now: datetime) -> QuerySet[PrivateFile]:
    """Files that a person deleted, once nobody can bring them back, but for those of somebody on hold."""
    gone = Q(pk__in=resume.gone(now)) | Q(pk__in=paper.gone(now))
    return PrivateFile.objects.filter(gone).exclude(person__in=Hold.objects.in_force().values("person"))


def _let_go_of_files(before: datetime) -> int:
    """Files that nobody went on with, but for a student’s on hold: the content goes, and the rows read from it."""
    count = AlumniImport.objects.filter(
        created_at__lt=before,
        state__in=[AlumniImport.State.CHECKED, AlumniImport.State.UNREADABLE, AlumniImport.State.FAILED],
    ).update(state=AlumniImport.State.CANCELLED, content=b"", verdicts=[], counts={})
    waiting = ContactImport.objects.filter(created_at__lt=before, state=ContactImport.State.CHOOSING)
    return count + _delete(waiting.exclude(student__in=Hold.objects.in_force().values("person")))


def _forget_rows(before: datetime) -> int:
    """What became of each row of an import names everybody in the file; the counts stay."""
    old = AlumniImport.objects.filter(created_at__lt=before, state=AlumniImport.State.DONE).exclude(verdicts=[])
    return old.update(verdicts=[], content=b"")


def _forget_what_was_two(before: datetime) -> int:
    """Two entries as they were before they became one, which can no longer be undone; that they did stays."""
    held = Hold.objects.in_force().values("person")
    old = ContactMerge.objects.filter(merged_at__lt=before).exclude(before={}).exclude(student__in=held)
    return old.update(before={})


def _ask_for_closed(before: datetime, now: datetime) -> int:
    """Have accounts deleted that were closed long ago; for seven days the office can still keep one."""
    seen = Q(last_login__lt=before) | Q(last_login=None, joined_at__lt=before)
    asked = Erasure.objects.values("number")
    closed = User.objects.filter(seen, is_active=False).exclude(roles__len=0).exclude(roles__contains=[Role.OFFICE])
    return sum(_asked(person, now) for person in closed.exclude(pk__in=asked).order_by("pk")[:AT_ONCE])


def _asked(person: User, now: datetime) -> int:
    try:
        erasures.ask(person, by=Erasure.By.OFFICE, now=now)
    except Refused:  # there is a hold
        return 0
    return 1


def _age() -> dict[str, int]:
    """Let the two logs grow old, by the function that the owner of the tables left for it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT privacy_age()")
        (counts,) = cursor.fetchone()
    return dict(json.loads(counts))


# --- what the office reads --------------------------------------------------------------------------------------------


def told(cleaning: Cleaning) -> str:
    """Say what one night took away."""
    parts = [f"{cleaning.counts[kind]} {words}" for kind, words in KINDS.items() if kind in cleaning.counts]
    return ", ".join(parts) if parts else "Nothing was old enough"
