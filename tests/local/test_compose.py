"""What docker-compose.yml promises of every part: little rights, bounded memory and logs, a pinned image."""

import pytest
import yaml
from django.conf import settings

FILE = yaml.safe_load((settings.BASE_DIR / "docker-compose.yml").read_text())
PARTS = FILE["services"]
WORKS = ("web", "worker", "beat", "loop")


@pytest.mark.parametrize("part", PARTS)
def test_each_part_has_only_the_rights_it_needs(part):
    told = PARTS[part]
    assert told["cap_drop"] == ["ALL"]
    assert told["read_only"] is True
    assert told["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in told
    assert set(told["logging"]["options"]) == {"max-size", "max-file"}


@pytest.mark.parametrize("part", sorted({*PARTS} - {"own-backups"}))
def test_none_takes_all_the_memory(part):
    assert PARTS[part]["mem_limit"]


@pytest.mark.parametrize("part", PARTS)
def test_images_are_pinned_and_doors_open_to_this_machine_alone(part):
    image = PARTS[part]["image"]
    assert image == "rapport" or ("." in image.partition(":")[2] and not image.endswith("latest"))
    assert all(port.startswith("127.0.0.1:") for port in PARTS[part].get("ports", []))


@pytest.mark.parametrize("part", WORKS)
def test_what_people_reach_is_not_the_owner_of_the_tables(part):
    assert "//rapport_app:" in PARTS[part]["environment"]["DATABASE_URL"]


def test_only_the_owner_migrates_and_it_looks_for_a_backup():
    told = PARTS["prepare"]
    assert told["command"] == ["python", "manage.py", "prepare"]
    assert "//rapport:" in told["environment"]["DATABASE_URL"]
    assert told["environment"]["APP_DATABASE_URL"] == PARTS["web"]["environment"]["DATABASE_URL"]
    assert told["volumes"] == ["backups:/backups:ro"]


@pytest.mark.parametrize("part", ["postgres", "valkey", "worker", "beat"])
def test_what_dies_in_silence_is_asked_how_it_is(part):
    assert PARTS[part]["healthcheck"]["test"]
    assert PARTS[part]["restart"] == "unless-stopped"
