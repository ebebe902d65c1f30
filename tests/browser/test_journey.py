"""The main job from end to end: four people at four browsers, the real worker and the real mail server."""

import shutil

import pytest

from tests.browser import journey
from tests.browser.evidence import evidence
from tests.stack import Lived, ready_folder

# One stack for both runs: they stay on one worker (tests/conftest.py, LONG).
pytestmark = pytest.mark.browser

CASTS = {
    True: journey.Cast(1, "Amira Haddad", "Ingrid Solheim", "Ruth Amsel", "Olive Marsh"),
    False: journey.Cast(2, "Tilda Wilkes", "Saoirse Devlin", "Dele Okafor", "Petra Lindqvist"),
}


@pytest.fixture(scope="module")
def stack():
    folder = ready_folder("--empty")
    running = Lived(folder, "--empty")
    yield running
    running.close()
    shutil.rmtree(folder)


@pytest.mark.parametrize("scripts", [True, False], ids=["with_scripts", "without_scripts"])
def test_from_the_first_file_to_staying_in_touch(stack, browser, tmp_path, scripts):
    play = journey.Play(stack, browser, CASTS[scripts], tmp_path, scripts)
    with evidence(f"journey-{'with' if scripts else 'without'}-scripts", stack, play.people):
        for step in journey.STEPS:
            step(play)
    play.close()
