"""`make docs`: pages that the code itself tells, and the check that they are fresh."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from apps.local.documents import access, data_model, rooms
from apps.local.management.commands import docs

PAGES = ["lifecycle.md", "access.md", "data-model.md", "architecture.md"]
ARCHITECTURE = """# Architecture

Ours to write.

<!-- rooms: made by make docs -->
old
<!-- end of rooms -->

Also ours.

<!-- method: made by make docs -->
<!-- end of method -->

The end.
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(docs, "FOLDER", tmp_path)
    (tmp_path / "architecture.md").write_text(ARCHITECTURE)
    return tmp_path


def test_the_pages_in_docs_are_fresh():
    call_command("docs", check=True)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_that_lags_behind_is_named(folder, name):
    call_command("docs")
    call_command("docs", check=True)
    text = (folder / name).read_text()
    (folder / name).write_text(text.replace("```\n", "```\nWhat was so last week\n", 1) if "```" in text else "Old")
    with pytest.raises(CommandError, match=f"docs/{name} doesn’t match the code"):
        call_command("docs", check=True)


def test_of_the_architecture_only_the_pictures_are_written(folder):
    call_command("docs")
    text = (folder / "architecture.md").read_text()
    assert text.count("```mermaid\n") == 2
    assert "old" not in text
    blocks = [part.partition("<!-- end")[0] for part in text.split("made by make docs -->\n")[1:]]
    for block, drawn in zip(blocks, ("old\n", ""), strict=True):
        text = text.replace(block, drawn)
    assert text == ARCHITECTURE


def test_an_architecture_without_a_place_for_a_picture_says_so(folder):
    (folder / "architecture.md").write_text(ARCHITECTURE.replace("<!-- end of method -->", ""))
    with pytest.raises(CommandError, match="no place for a picture: <!-- method"):
        call_command("docs")


def _package(folder: Path, **files: str) -> Path:
    for path, text in files.items():
        file = folder / f"{path.replace('__', '/')}.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return folder


def test_the_picture_leaves_out_what_follows_from_two_arrows(tmp_path):
    folder = _package(
        tmp_path / "house",
        cellar="",
        hall__door="from house import cellar\nfrom house.hall.mat import wipe",
        hall__migrations__old="from house import roof",
        roof="from house.hall.door import shut\nfrom house.cellar import wine\nfrom garden import hall",
        urls="from house import roof",
    )
    assert rooms.imports_between(folder, "house") == {"cellar": set(), "hall": {"cellar"}, "roof": {"cellar", "hall"}}
    assert rooms.picture(folder, "house") == (
        "```mermaid\nflowchart TD\n    cellar\n    hall\n    roof\n    hall --> cellar\n    roof --> hall\n```"
    )


def test_every_address_has_a_door_and_none_of_the_local_stack_is_told():
    page = access.access()
    assert "| `/healthz` | everybody |\n" in page
    assert "nobody" not in page
    assert "/local/" not in page


def test_a_table_says_what_it_is_for_what_it_points_at_and_what_the_database_keeps():
    page = data_model.data_model()
    assert "## local" not in page
    assert "    SavedAlum }o--|| AlumniProfile : alum\n" in page
    assert (
        "### SavedAlum\n\nA student's bookmark in the directory.\n\n| field | holds |\n| --- | --- |\n"
        "| **`student`** | a User |\n| **`alum`** | an AlumniProfile |\n| `created_at` | DateTime |\n\n"
        "Kept by the database: `saved_once`.\n" in page
    )
