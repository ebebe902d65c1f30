"""An import whose worker is killed in the middle, or that is canceled there, leaves nothing (R205)."""

import signal
import sys

import pytest
from django.utils import timezone

from apps.alumni import import_runs
from apps.alumni.models import AlumniImport, AlumniProfile, Word
from tests.stack import until

ROWS = 20_000
WORK = "from apps.alumni import tasks; tasks.take_up()"


@pytest.fixture
def imported(ground):
    Word.objects.all().delete()
    rows = "".join(f"K{n},Person Number{n},person{n}@alum.example,Y\n" for n in range(ROWS))
    content = f"Constituent ID,Full Name,Email,Directory Opt-In\n{rows}".encode()
    return AlumniImport.objects.create(
        file_name="k.csv", content=content, state="running", started_at=timezone.now(), counts={"rows": ROWS}
    )


@pytest.fixture
def in_the_middle(ground, imported):
    """Return a worker that has brought in some rows, and not yet all."""
    worker = ground.program("import", sys.executable, "manage.py", "shell", "-v", "0", "-c", WORK)
    until(lambda: done_rows() > 0, or_say=lambda: ground.said("import"))
    assert worker.process.poll() is None
    return worker.process


def done_rows():
    return AlumniImport.objects.values_list("done_rows", flat=True).get()


def left():
    return AlumniImport.objects.get().state, AlumniProfile.objects.count(), Word.objects.count()


def test_a_killed_import_leaves_nothing_and_is_taken_up_again(ground, imported, in_the_middle):
    in_the_middle.send_signal(signal.SIGKILL)
    in_the_middle.wait(30)
    assert left() == ("running", 0, 0)
    again = ground.program("again", sys.executable, "manage.py", "shell", "-v", "0", "-c", WORK)
    until(lambda: again.process.poll() is not None, or_say=lambda: ground.said("again"))
    assert left()[:2] == ("done", ROWS)


def test_a_canceled_import_leaves_nothing(ground, imported, in_the_middle):
    assert import_runs.cancel(imported, now=timezone.now())
    assert in_the_middle.wait(60) == 0
    assert left() == ("cancelled", 0, 0)
    assert "Traceback" not in ground.said("import")
