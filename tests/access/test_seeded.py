"""Hostile queries and bodies by chance, with a seed (attack.py): 0 of them is an error of ours.

In the suite a small part is tried; `make attack` tries 2,000 queries and 3,000 bodies. RAPPORT_ATTACK_SEED chooses
other dice. What fails is told with all that one needs to ask it again.
"""

import os

import pytest

from tests.access.attack import Attack
from tests.test_access import staged

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.whole,
    # Of an upload that breaks off, Django leaves the temporary file to the collector, which closes and deletes it.
    pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning"),
    pytest.mark.filterwarnings("ignore:.*upload:pytest.PytestUnraisableExceptionWarning"),
]

QUERIES = int(os.environ.get("RAPPORT_ATTACK", "80"))
BODIES = QUERIES * 3 // 2
SEED = int(os.environ.get("RAPPORT_ATTACK_SEED", "20261130"))


@pytest.mark.parametrize("kind", ["queries", "bodies"])
def test_nothing_that_is_sent_is_an_error_of_ours(everybody, kind, capsys, caplog):
    for name in ("django.request", "django.security"):
        caplog.set_level("CRITICAL", logger=name)
    attack = Attack(everybody, staged(everybody), seed=SEED)
    count = QUERIES if kind == "queries" else BODIES
    getattr(attack, kind)(count)
    if count > 1000:
        with capsys.disabled():
            print(f"\nattack: {count} {kind}, seed {SEED}: {dict(sorted(attack.statuses.items()))}")  # noqa: T201
    assert attack.statuses.total() == count
    assert not attack.failed, "\n".join(map(str, attack.failed))
