"""What was stored before a rule, brought under it: for data migrations."""

import logging
from collections.abc import Callable, Mapping
from typing import Any

from django.db import IntegrityError, models, transaction

type Rule = Callable[[str], str | None]  # what a value is by the rule of today; None where it can be nothing

log = logging.getLogger(__name__)
AT_ONCE = 1000


def rewrite(
    rows: models.QuerySet[Any],
    rules: Mapping[str, Rule],
    *,
    follow: Callable[[Any, dict[str, str]], object] | None = None,
) -> int:
    """Write the columns of `rows` anew, each by its rule, and return how many rows were left as they were.

    A row is left where a rule makes nothing of it, and where somebody else has what it would become. Doing it again
    changes nothing. `follow` writes what hangs on a row, and is told its new values.
    """
    last, left, count = 0, 0, 0
    while some := list(rows.filter(pk__gt=last).order_by("pk").only("pk", *rules)[:AT_ONCE]):
        last = some[-1].pk
        for row in some:
            found = {name: rule(getattr(row, name)) for name, rule in rules.items() if getattr(row, name)}
            new = {name: value for name, value in found.items() if value is not None and value != getattr(row, name)}
            is_done = not new or _write(rows, row, new, follow)
            left += not is_done or None in found.values()
            count += bool(new) and is_done
    if count or left:
        log.warning("%s: %s rows are written as they are now, %s could not be", rows.model._meta.label, count, left)
    return left


def _write(
    rows: models.QuerySet[Any],
    row: Any,
    new: dict[str, str],
    follow: Callable[[Any, dict[str, str]], object] | None,
) -> bool:
    """Write one row in a savepoint of its own: somebody else may have that address. Returns whether it was written."""
    try:
        with transaction.atomic(using=rows.db):
            rows.model.objects.using(rows.db).filter(pk=row.pk).update(**new)
            if follow:
                follow(row, new)
    except IntegrityError:
        return False
    return True
