"""The first day of a student, an alum and a coach, by the keyboard alone, on a phone, and without JavaScript."""

import json
import shutil

import pytest

from tests.browser import newcomers
from tests.browser.evidence import evidence
from tests.browser.hands import HANDS
from tests.stack import Lived, ready_folder

# One stack for all: they stay on one worker (tests/conftest.py, LONG).
pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def stack():
    folder = ready_folder("--empty")
    running = Lived(folder, "--empty")
    settle = "import json; from tests.browser import newcomers; print(json.dumps(newcomers.settle()))"
    yield running, json.loads(running.run(settle))
    running.close()
    shutil.rmtree(folder)


@pytest.mark.parametrize("hands", HANDS)
@pytest.mark.parametrize("newcomer", newcomers.JOURNEYS)
def test_the_first_day(stack, browser, tmp_path, newcomer, hands):
    running, sessions = stack
    day = newcomers.Day(running, sessions, browser, newcomer, hands, tmp_path)
    with evidence(f"first-day-{newcomer}-{hands}", running, day.people):
        for step in newcomers.JOURNEYS[newcomer]:
            step(day)
    day.close()
