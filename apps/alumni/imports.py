"""An advancement office's export becomes the directory (R205): `check` what would happen, `apply` it.

import_reading.py reads the file, import_verdicts.py says what becomes of each row, import_runs.py is what the office
does with it.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime

from django.db import IntegrityError, transaction

from apps.accounts import erased
from apps.accounts.models import User
from apps.alumni import accounts
from apps.alumni.import_reading import Progress, Reading
from apps.alumni.import_verdicts import STATE, Verdict, judged
from apps.alumni.import_writes import Writer
from apps.alumni.models import Listing
from apps.web.answers import Refused

NOT_LISTED = (Listing.HIDDEN, Listing.REMOVED, Listing.RESTING, Listing.CLOSED)
PLAIN_ROWS = 200  # rows without a remark that are kept to be looked at


class Plan:
    """What becomes of the rows: how many of which kind, every verdict with a remark and the first few without."""

    def __init__(self) -> None:
        self.verdicts: list[Verdict] = []
        self._outcomes: Counter[str] = Counter()
        self._listings: Counter[str] = Counter()
        self._noted = self._plain = self._erased = 0

    def add(self, verdict: Verdict) -> None:
        self._outcomes[verdict.outcome] += 1
        self._listings[verdict.listing] += 1
        self._noted += bool(verdict.notes)
        self._erased += verdict.reason == erased.REASON
        if not (verdict.reason or verdict.notes):
            self._plain += 1
            if self._plain > PLAIN_ROWS:
                return
        self.verdicts.append(verdict)

    @property
    def counts(self) -> dict[str, int]:
        return {
            "rows": self._outcomes.total(),
            **{outcome: self._outcomes[outcome] for outcome in ("new", "changed", "unchanged", "skipped")},
            "listed": self._listings[Listing.LISTED],
            "invited": self._listings[Listing.INVITED],
            "not_listed": sum(self._listings[one] for one in NOT_LISTED),
            "noted": self._noted,
            "erased": self._erased,
        }


def check(
    reading: Reading,
    *,
    progress: Progress | None = None,
    with_fields: bool = False,
    tell: Callable[[Verdict], None] | None = None,
) -> Plan:
    """Return the Plan: for every row what would happen to it, and why. Writes nothing. `tell` hears every verdict."""
    return _gathered(judged(reading, None, progress, with_fields), tell)


def _gathered(verdicts: Iterator[Verdict], tell: Callable[[Verdict], None] | None) -> Plan:
    plan = Plan()
    for verdict in verdicts:
        plan.add(verdict)
        if tell:
            tell(verdict)
    return plan


def apply(
    reading: Reading,
    *,
    by: User | None,
    now: datetime,
    progress: Progress | None = None,
    with_fields: bool = False,
    tell: Callable[[Verdict], None] | None = None,
) -> Plan:
    """Bring the rows in, all or none, and return the Plan that was carried out. Raises Refused where it cannot be done.

    `by` is the office person who pressed the button, or None for the command; the AlumniImport row remembers them.
    """
    if reading.problems:
        raise Refused(reading.problems[0])
    try:
        with transaction.atomic(), Writer(STATE, now) as writer:
            plan = _gathered(judged(reading, writer, progress, with_fields), tell)
            writer.finish()
            accounts.follow_file(writer.moved, by=by, now=now)
    except IntegrityError as error:
        raise Refused(
            "Someone changed the directory while we read the file. Nothing was imported. Preview it again."
        ) from error
    if progress:
        progress(reading.total, reading.total)
    return plan
