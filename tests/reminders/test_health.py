"""What /healthz and /readyz tell a machine that watches."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db.migrations.recorder import MigrationRecorder

from apps.local import servers
from apps.reminders.models import Sweep


@pytest.fixture
def swept(db):
    """A look at what is due that has just come to its end."""
    now = datetime.now(UTC)
    return Sweep.objects.create(started_at=now - timedelta(seconds=2), finished_at=now - timedelta(seconds=1))


def test_the_process_is_alive_without_asking_the_database(client, django_assert_num_queries, db):
    with django_assert_num_queries(0):
        answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["status"]) == (200, "ok")


def test_all_is_ready(client, swept):
    answer = client.get("/readyz")
    said = answer.json()
    assert (answer.status_code, said["ready"], said["database"], said["broker"]) == (200, True, "ok", "ok")
    assert (said["migrations"], said["sweep"]) == ("ok", "ok, 1 s ago")


def test_a_worker_that_looks_no_more_is_noticed(client, swept):
    Sweep.objects.update(finished_at=swept.finished_at - timedelta(minutes=5))
    Sweep.objects.create(started_at=datetime.now(UTC))  # begun and never finished: no proof of progress
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["sweep"].startswith("late, 30")


def test_before_the_first_look_it_is_not_ready(client, db):
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["sweep"]) == (503, "none yet")


def test_a_broker_that_is_away_is_named(client, swept, settings):
    settings.REDIS_URL = f"redis://127.0.0.1:{servers.free_port()}/0"
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["broker"]) == (503, "does not answer")


def test_a_migration_that_waits_is_counted(client, swept):
    MigrationRecorder.Migration.objects.filter(app="usersessions").order_by("-name")[0].delete()
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["migrations"]) == (503, "1 not applied")
