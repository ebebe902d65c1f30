"""Is this process alive (/healthz), and can Rapport do its work (/readyz)? For machines that watch; no sign-in."""

import tomllib
from datetime import UTC, datetime, timedelta

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Max
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from apps.accounts.access import public
from apps.installation import belonging
from apps.reminders.models import Sweep

VERSION = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text())["project"]["version"]
SWEEP_AGE = timedelta(minutes=2)  # four sweeps missed: the worker or beat is away


@public
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """Say that the process answers; it asks nothing else, so a broken database restarts no web server."""
    return JsonResponse({"status": "ok", "version": VERSION})


@public
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Say what works, part by part; 503 when one of them does not."""
    parts = {"database": _database(), "broker": _broker()}
    if parts["database"] == "ok":
        parts |= {"installation": _installation(), "migrations": _migrations(), "sweep": _sweep(datetime.now(UTC))}
    is_ready = all(answer.startswith("ok") for answer in parts.values())
    return JsonResponse({"ready": is_ready, "version": VERSION, **parts}, status=200 if is_ready else 503)


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return "does not answer"
    return "ok"


def _broker() -> str:
    try:
        with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2) as client:
            client.ping()
    except redis.RedisError:
        return "does not answer"
    return "ok"


def _installation() -> str:
    try:
        return "a copy" if belonging.is_copy() else "ok"
    except DatabaseError:
        return "unknown"


def _migrations() -> str:
    executor = MigrationExecutor(connection)
    waiting = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    return f"{waiting} not applied" if waiting else "ok"


def _sweep(now: datetime) -> str:
    """How long ago a look at what is due last came to its end: a living worker is no proof of progress."""
    try:
        finished_at = Sweep.objects.aggregate(last=Max("finished_at"))["last"]
    except DatabaseError:
        return "unknown"
    if finished_at is None:
        return "none yet"
    age = now - finished_at
    return f"{'ok' if age <= SWEEP_AGE else 'late'}, {int(age.total_seconds())} s ago"
