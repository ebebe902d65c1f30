"""Programs of npm that only the benchmark needs: installed into .local when it first asks, never by `make run`."""

import shutil
import subprocess
from pathlib import Path

from django.conf import settings

VERSIONS = {"lighthouse": "12.8.2", "vnu-jar": "26.9.27"}


class Missing(Exception):
    """What this machine has not, in a few words."""


def package(name, needs):
    """Return the folder of a package, installed if need be. Raises Missing where a program is not here."""
    for program in ("npm", needs):
        if not shutil.which(program):
            raise Missing(f"not measured: there is no {program} here")
    shelf = Path(settings.BASE_DIR) / ".local" / "npm"
    folder = shelf / f"{name}-{VERSIONS[name]}"
    if not (folder / "node_modules" / name).exists():
        folder.mkdir(parents=True, exist_ok=True)
        command = ["npm", "install", "--prefix", str(folder), "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
        done = subprocess.run([*command, f"{name}@{VERSIONS[name]}"], capture_output=True, text=True, check=False)
        if done.returncode:
            shutil.rmtree(folder)
            raise Missing(f"not measured: npm could not install {name}: {done.stderr.strip()[-200:]}")
    return folder / "node_modules" / name
