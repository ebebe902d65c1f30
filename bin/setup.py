"""Make `.venv` from uv.lock: find or obtain Python 3.12 or newer, find or obtain uv, and let uv do the rest.

Runs with any python3 from 3.8 on, before anything of ours is installed, so it uses the standard library only. It does
nothing when the environment already matches the lock file. Every failure is one sentence on stderr and exit status 1.
"""

import fcntl
import glob
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
OWN_UV = ROOT / ".local" / "uv"
STAMP = VENV / "made-from"
OLDEST = (3, 12)
WANTED = (ROOT / ".python-version").read_text().strip()  # tried first; any other from OLDEST on will do


class Trouble(Exception):
    """What stands in the way, in a sentence that says what to do."""


def main():
    os.chdir(ROOT)
    try:
        if not is_current():
            make()
    except KeyboardInterrupt:
        sys.exit(130)
    except (Trouble, OSError) as error:
        sys.exit(str(error))


def is_current():
    """Whether the environment was made from this lock file and still starts."""
    made_from = STAMP.read_text() if STAMP.exists() else ""
    return made_from == fingerprint() and said([str(VENV / "bin" / "python"), "-c", "print('here')"]) == "here"


def fingerprint():
    """Return what the environment depends on, as one hash."""
    files = ["uv.lock", "pyproject.toml", ".python-version", "bin/setup.py"]
    return hashlib.sha256(b"\0".join((ROOT / name).read_bytes() for name in files)).hexdigest()


def make():
    (ROOT / ".local").mkdir(exist_ok=True)
    with open(ROOT / ".local" / "setup.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two `make` at once: the second finds it done
        if is_current():
            return
        python = find_python()
        sync(find_uv(python), python)
        STAMP.write_text(fingerprint())


# --- Python -----------------------------------------------------------------------------------------------------------


def find_python():
    """Return the path of a Python that will do, or None."""
    found = {}
    for candidate in candidates():
        answer = said([candidate, "-c", "import ctypes, ssl, sys; print(*sys.version_info[:2], sys.executable)"])
        if answer:
            major, minor, path = answer.split(" ", 2)
            found.setdefault((int(major), int(minor)), path)
    usable = [version for version in found if version >= OLDEST]
    if not usable:
        return None
    best = max(usable, key=lambda version: ("%d.%d" % version == WANTED, version))  # noqa: UP031 - Python 3.8
    say("Python %d.%d at %s" % (*best, found[best]))  # noqa: UP031
    return found[best]


def candidates():
    names = ["python" + WANTED, "python3.14", "python3.13", "python3.12", "python3"]
    places = [shutil.which(name) for name in names] + [sys.executable]
    roots = [os.environ.get("PYENV_ROOT"), os.path.expanduser("~/.pyenv"), "/opt/pyenv", "/usr/local/pyenv"]
    for root in filter(None, roots):
        places += sorted(glob.glob(os.path.join(root, "versions", "3.*", "bin", "python")))
    return list(dict.fromkeys(filter(None, places)))


# --- uv ---------------------------------------------------------------------------------------------------------------


def find_uv(python):
    """Return the path of a uv that works: one of our own, one on the PATH, or one we install."""
    for candidate in [str(OWN_UV / "bin" / "uv"), shutil.which("uv")]:
        if candidate and (said([candidate, "--version"]) or "").startswith("uv "):
            return candidate
    say("installing uv into " + str(OWN_UV))
    shutil.rmtree(str(OWN_UV), ignore_errors=True)
    for interpreter in dict.fromkeys(filter(None, [python, sys.executable])):
        if install_uv(interpreter):
            return str(OWN_UV / "bin" / "uv")
    raise Trouble(
        "uv could not be installed with %s: see above. Without a network, or behind a proxy, set PIP_INDEX_URL or "
        "HTTPS_PROXY; or install uv yourself and run make again." % (python or sys.executable)
    )


def install_uv(interpreter):
    """Install uv with the interpreter's own venv and pip, or with its pip alone. Returns whether it worked."""
    if said([interpreter, "-c", "import ensurepip, venv; print('here')"]) == "here":
        install = [str(OWN_UV / "bin" / "python"), "-m", "pip"]
        made = subprocess.call([interpreter, "-m", "venv", str(OWN_UV)]) == 0
    elif said([interpreter, "-m", "pip", "--version"]):
        install = [interpreter, "-m", "pip"]
        made = True
    else:
        raise Trouble(
            interpreter + " can make no virtual environment: its ensurepip is missing. "
            "On Debian or Ubuntu: apt install python3-venv. Then run make again."
        )
    target = [] if install[0] != interpreter else ["--target", str(OWN_UV)]
    quietly = ["install", "--quiet", "--disable-pip-version-check"]
    return made and subprocess.call([*install, *quietly, *target, "uv>=0.8"]) == 0


def sync(uv, python):
    """Let uv make the environment exactly as locked; without a Python at hand it obtains one."""
    if python is None:
        say("no Python 3.12 or newer on the PATH or in pyenv: asking uv to obtain " + WANTED)
    say("making .venv from uv.lock")
    env = dict(os.environ, UV_PROJECT_ENVIRONMENT=str(VENV))
    env.pop("VIRTUAL_ENV", None)
    # The machine's own certificates: a campus proxy signs with one that only the machine knows.
    env.setdefault("UV_NATIVE_TLS", "1")
    if subprocess.call([uv, "sync", "--frozen", "--quiet", "--python", python or WANTED], env=env) == 0:
        return
    if python is None:
        raise Trouble(
            "Rapport needs Python 3.12 or newer. None is on the PATH or in pyenv, and uv could not obtain one: see "
            "above. Install one (apt install python3.13, brew install python@3.13, pyenv install 3.13), then run make "
            "again."
        )
    raise Trouble("uv could not make .venv from uv.lock: see above.")


# --- asking and saying ------------------------------------------------------------------------------------------------


def said(command):
    """Return what a command printed, or None where it cannot be run or fails (a pyenv shim without a version)."""
    try:
        answer = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return answer.stdout.decode(errors="replace").strip() if answer.returncode == 0 else None


def say(sentence):
    print("setup   | " + sentence, flush=True)


main()
