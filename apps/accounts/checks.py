"""What is asked before Rapport starts: do Python and the database mean the same hour? (reliability.md 5)

Python's zone data is the pinned package's and must know the newest rules: older data stops the start. The database
renders no local time of ours, so that its older data is a warning, for whoever looks at times in SQL.
"""

import zoneinfo
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, Warning, register
from django.core.checks.registry import Tags
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

H = timedelta(hours=1)
FACTS = (  # zone, instant, hours ahead of UTC: what data of recent years knows and older data does not
    ("America/Vancouver", datetime(2026, 12, 1, tzinfo=UTC), -7 * H),
    ("America/Mexico_City", datetime(2026, 7, 1, tzinfo=UTC), -6 * H),
    ("Asia/Amman", datetime(2026, 12, 1, tzinfo=UTC), 3 * H),
    ("America/Chicago", datetime(2026, 12, 1, tzinfo=UTC), -6 * H),
)
ZONES = (
    *("America/Vancouver", "America/Chicago", "America/New_York", "America/Mexico_City", "America/Sao_Paulo"),
    *("Europe/London", "Europe/Berlin", "Africa/Cairo", "Asia/Amman", "Asia/Kolkata", "Australia/Lord_Howe"),
    *("Pacific/Kiritimati", "Pacific/Pago_Pago", "Pacific/Auckland"),
)
MOMENTS = tuple(datetime(year, month, 15, 12, tzinfo=UTC) for year in (2026, 2027, 2028) for month in (1, 4, 7, 11))


@register(Tags.compatibility)
def zone_data_is_new(app_configs: Sequence[AppConfig] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Refuse zone data that is missing or older than the rules we know of."""
    wrong = [zone for zone, at, ahead in FACTS if _ahead(zone, at) != ahead]
    if not wrong:
        return []
    hint = "Install the tzdata package of uv.lock, and leave PYTHONTZPATH empty."
    return [Error(f"The time zone data is out of date: {', '.join(wrong)}.", hint=hint, id="rapport.E001")]


@register(Tags.database)
def database_means_the_same_hour(
    app_configs: Sequence[AppConfig] | None = None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Say where the database reads a wall clock otherwise than Python does."""
    found = [_differing(connections[alias]) for alias in databases or []]
    wrong = sorted({zone for zones in found for zone in zones})
    if not wrong:
        return []
    hint = "Rapport never lets PostgreSQL render local time; who reads times in SQL should update its zone data."
    return [Warning(f"PostgreSQL reads these clocks otherwise: {', '.join(wrong)}.", hint=hint, id="rapport.W001")]


def _differing(connection: BaseDatabaseWrapper) -> list[str]:
    pairs = [(zone, at) for zone in ZONES for at in MOMENTS]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT zone, at, at AT TIME ZONE zone FROM unnest(%s::text[], %s::timestamptz[]) AS asked(zone, at)",
            [[zone for zone, _ in pairs], [at for _, at in pairs]],
        )
        return [
            zone
            for zone, at, read in cursor.fetchall()
            if read != at.astimezone(UTC).replace(tzinfo=None) + _ahead(zone, at)
        ]


def _ahead(zone: str, at: datetime) -> timedelta | None:
    """Return how far a zone is ahead of UTC at an instant, or None where the data does not know the zone."""
    try:
        return at.astimezone(zoneinfo.ZoneInfo(zone)).utcoffset()
    except zoneinfo.ZoneInfoNotFoundError:
        return None
