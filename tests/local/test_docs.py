"""`make docs`: pages that the code itself tells, and the check that they are fresh."""

import pytest
from django.core.management import CommandError, call_command

from apps.local.management.commands import docs


def test_the_pages_in_docs_are_fresh():
    call_command("docs", check=True)


@pytest.mark.parametrize("name", ["lifecycle.md", "access.md"])
def test_a_page_that_lags_behind_is_named(tmp_path, monkeypatch, name):
    monkeypatch.setattr(docs, "FOLDER", tmp_path)
    call_command("docs")
    (tmp_path / name).write_text("What was so last week")
    with pytest.raises(CommandError, match=f"docs/{name} is not as the code says"):
        call_command("docs", check=True)


def test_every_address_has_a_door_and_none_of_the_local_stack_is_told():
    page = docs.access()
    assert "| `/healthz` | everybody |\n" in page
    assert "nobody" not in page
    assert "/local/" not in page
