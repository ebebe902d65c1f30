"""A copy of somebody's data, from the wish to the download (R254): what `Export` records.

A worker makes it. The row is the truth; Celery only makes it prompt: `take_up` finds what nobody works at. Whoever
works holds a lock that goes with them, so that one copy is made once, and one whose worker died is taken up again.
"""

import io
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import MailLink, User
from apps.clock import times
from apps.database.apart import Apart, alone
from apps.mail import outbox
from apps.mail.outbox import Occasion
from apps.privacy import export
from apps.privacy.models import Export
from apps.web.answers import Refused

PURPOSE = "own-data"
LASTS = timedelta(days=1)  # the link, and the file behind it
APART = timedelta(days=1)  # between two wishes
MOST_ATTEMPTS = 3
State = Export.State


def latest(person: User) -> Export | None:
    return Export.objects.defer("content").filter(person=person).order_by("-asked_at", "-pk").first()


def again_at(last: Export | None) -> datetime | None:
    """Return when the next copy can be asked for; None where it can be at any time."""
    return None if last is None or last.state == State.FAILED else last.asked_at + APART


def ask(person: User, *, by: User, now: datetime) -> Export:
    """Have a copy made for a person, as they or the office wish. Raises Refused within a day of the last one."""
    if not person.is_active:
        raise Refused("This account is closed, so no link can be emailed. Use “manage.py export_person” instead.")
    at = again_at(latest(person))
    if at is not None and now < at:
        raise Refused(f"A copy can be made once a day. The next one can be made {times.until(at, now, by.time_zone)}.")
    try:
        with transaction.atomic():
            return Export.objects.create(person=person, asked_by=None if by == person else by, asked_at=now)
    except IntegrityError as error:
        raise Refused("A copy is being prepared already. We’ll email you when it’s ready.") from error


# --- what a worker does -----------------------------------------------------------------------------------------------


def take_up(*, now: datetime) -> None:
    """Make what waits, or was left by a worker that died; forget the files that nobody fetched."""
    for pk in Export.objects.under_way().order_by("pk").values_list("pk", flat=True):
        run(pk, now=now)
    Export.objects.over(now).update(state=State.EXPIRED, content=b"", ended_at=now)


def run(pk: int, *, now: datetime) -> None:
    """Make one copy and mail its link. What goes wrong is tried again twice, then stands on the row."""
    with alone("own data", pk) as is_mine:
        wish = _begun(pk, now) if is_mine else None
        if wish is not None:
            Apart("A worker").do(f"copy {pk} of a person’s data", _make, wish, now)


def _begun(pk: int, now: datetime) -> Export | None:
    wish = Export.objects.under_way().select_related("person").filter(pk=pk).first()
    if wish is None:
        return None
    rows = Export.objects.filter(pk=pk)
    if wish.attempts >= MOST_ATTEMPTS:
        rows.update(state=State.FAILED, ended_at=now)
        return None
    rows.update(state=State.RUNNING, attempts=F("attempts") + 1, done_tables=0)
    return wish


def _make(wish: Export, now: datetime) -> None:
    file = io.BytesIO()

    def tell(done: int, total: int) -> None:
        Export.objects.filter(pk=wish.pk).update(done_tables=done, total_tables=total)

    export.write(wish.person, file, now=now, progress=tell)
    ready_at = timezone.now()
    with transaction.atomic():
        made = Export.objects.filter(pk=wish.pk, state=State.RUNNING).update(
            state=State.READY,
            content=file.getvalue(),
            size=file.tell(),
            ready_at=ready_at,
            expires_at=ready_at + LASTS,
        )
        if made:
            _mail(wish, ready_at)


def _mail(wish: Export, ready_at: datetime) -> None:
    """Mail the one link that opens it."""
    person, until = wish.person, ready_at + LASTS
    token = MailLink.make(purpose=PURPOSE, object_id=wish.pk, person=person, expires_at=until)
    outbox.queue(
        "data_ready",
        to=person,
        occasion=Occasion(f"own-data:{wish.pk}", expires_at=until),
        context={
            "url": settings.SITE_URL + reverse("data_enter", args=[token]),
            "until": times.when(until, None, person.time_zone),
            "by_office": wish.asked_by_id is not None,
        },
    )


# --- the download -----------------------------------------------------------------------------------------------------


@transaction.atomic
def fetch(wish: Export, *, now: datetime) -> bytes:
    """Hand the file out, once; after it there is no file and no link. Raises Refused where it is gone."""
    fresh = Export.objects.select_for_update(no_key=True, of=("self",)).get(pk=wish.pk)
    if fresh.state != State.READY or fresh.expires_at is None or fresh.expires_at <= now:
        raise Refused("This file was downloaded already, or its day is over. You can ask for a new one.")
    content = bytes(fresh.content)
    Export.objects.filter(pk=fresh.pk).update(state=State.FETCHED, content=b"", ended_at=now)
    MailLink.objects.revoke(purpose=PURPOSE, object_id=fresh.pk, now=now)
    return content
