"""What docker-compose.yml promises of every part: little rights, bounded memory and logs, a pinned image, a pulse."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from django.conf import settings

FILE = yaml.safe_load((settings.BASE_DIR / "docker-compose.yml").read_text())
PARTS = FILE["services"]
WORKS = ("web", "worker", "beat", "loop")
PINNED = re.compile(r"[a-z0-9./-]+:v?\d+\.\d+[a-z0-9.-]*@sha256:[0-9a-f]{64}")
BY_IMAGE = {"web"}  # its image says how it is asked (Dockerfile)


def lacks(told):
    """Return what a part must have and has not, by name."""
    ends = told.get("restart") == "no"
    asked = told.get("healthcheck", {})
    has = {
        "cap_drop": told.get("cap_drop") == ["ALL"],
        "read_only": told.get("read_only") is True,
        "no-new-privileges": told.get("security_opt") == ["no-new-privileges:true"],
        "unprivileged": "privileged" not in told,
        "mem_limit": bool(told.get("mem_limit")),
        "log rotation": {"max-size", "max-file"} == set(told.get("logging", {}).get("options", {})),
        "healthcheck": bool(asked.get("test")) or (ends and asked.get("disable") is True),
        "restart": ends or told.get("restart") == "unless-stopped",
    }
    return {name for name, is_so in has.items() if not is_so}


@pytest.mark.parametrize("part", PARTS)
def test_each_part_has_little_rights_and_bounds_and_is_asked_how_it_is(part):
    assert lacks(PARTS[part]) - ({"healthcheck"} if part in BY_IMAGE else set()) == set()


@pytest.mark.parametrize(
    "key", ["cap_drop", "read_only", "security_opt", "mem_limit", "logging", "healthcheck", "restart"]
)
def test_a_part_without_one_of_them_is_noticed(key):
    assert len(lacks({name: value for name, value in PARTS["worker"].items() if name != key})) == 1


def test_the_image_says_how_the_site_is_asked():
    assert "HEALTHCHECK" in (settings.BASE_DIR / "Dockerfile").read_text()


@pytest.mark.parametrize("part", PARTS)
def test_images_are_pinned_and_doors_open_to_this_machine_alone(part):
    image = PARTS[part]["image"]
    assert image == "rapport:local" or PINNED.fullmatch(image)
    assert all(port.startswith("127.0.0.1:") for port in PARTS[part].get("ports", []))


def test_the_image_of_rapport_is_built_from_pinned_ones():
    lines = [line.split() for line in (settings.BASE_DIR / "Dockerfile").read_text().splitlines() if line]
    stages = {line[3] for line in lines if line[0] == "FROM" and line[2:3] == ["AS"]}
    begun = {line[1] for line in lines if line[0] == "FROM"}
    copied = {word.removeprefix("--from=") for line in lines for word in line if word.startswith("--from=")}
    assert all(PINNED.fullmatch(image) for image in (begun | copied) - stages)


@pytest.mark.parametrize("part", WORKS)
def test_what_people_reach_is_not_the_owner_of_the_tables(part):
    assert "//rapport_app:" in PARTS[part]["environment"]["DATABASE_URL"]


def test_only_the_owner_migrates_and_it_looks_for_a_backup():
    told = PARTS["prepare"]
    assert told["command"] == ["python", "manage.py", "prepare"]
    assert "//rapport:" in told["environment"]["DATABASE_URL"]
    assert told["environment"]["APP_DATABASE_URL"] == PARTS["web"]["environment"]["DATABASE_URL"]
    assert told["volumes"] == ["backups:/backups:ro"]


@pytest.mark.parametrize(
    "linter",
    [["compose-lint", "--fail-on", "medium", "docker-compose.yml"], ["hadolint", "Dockerfile"]],
    ids=lambda c: c[0],
)
def test_the_linters_have_nothing_to_say(linter):
    program = Path(sys.executable).parent / linter[0]
    said = subprocess.run([program, *linter[1:]], cwd=settings.BASE_DIR, capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stdout + said.stderr
