"""bin/setup.py where there is no Python that will do: it asks uv for one, and says clearly when that fails too."""

import os
import shutil
import subprocess
import sys

import pytest
from django.conf import settings

NEEDED = (".python-version", "pyproject.toml", "uv.lock", "bin/setup.py")
# As if run by a Python that has vanished: the one it runs on is then no candidate.
RUN = "import runpy, sys; sys.executable = '/nowhere/python3'; runpy.run_path('bin/setup.py')"
UV = """#!/bin/sh
[ "$1" = --version ] && echo "uv 9.9.9" && exit 0
echo "$@" >> asked
exit {status}
"""


@pytest.fixture
def bare(tmp_path):
    """A checkout on a machine with nothing on its PATH but a uv; returns a way to run its setup."""
    for name in NEEDED:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(settings.BASE_DIR / name, tmp_path / name)
    path = tmp_path / "path"
    path.mkdir()

    def run(status):
        (path / "uv").write_text(UV.format(status=status))
        (path / "uv").chmod(0o755)
        env = {"PATH": str(path), "HOME": str(tmp_path)}
        return subprocess.run([sys.executable, "-c", RUN], cwd=tmp_path, env=env, capture_output=True, text=True)

    run.folder = tmp_path
    return run


@pytest.mark.skipif(any(map(os.path.exists, ("/opt/pyenv", "/usr/local/pyenv"))), reason="a Python is found there")
def test_without_a_python_one_is_asked_for_and_the_want_of_it_told(bare):
    answer = bare(status=2)
    assert answer.returncode == 1
    assert answer.stderr.startswith("Rapport needs Python 3.12 or newer. None is on the PATH or in pyenv, and uv could")
    assert answer.stderr.count("\n") == 1
    asked = (bare.folder / "asked").read_text()
    assert asked == f"sync --frozen --quiet --python {(settings.BASE_DIR / '.python-version').read_text()}"
    assert "no Python 3.12 or newer on the PATH or in pyenv" in answer.stdout


def test_a_lock_file_that_does_not_hold_is_told(bare):
    (bare.folder / "path" / "python3.13").symlink_to(sys.executable)
    answer = bare(status=2)
    assert (answer.returncode, answer.stderr) == (1, "uv could not make .venv from uv.lock: see above.\n")
