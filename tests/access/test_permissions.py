"""The page of permissions holds those that are asked, and no other: by a door, the only way into a view."""

import rules.permissions

from tests.test_access import DOORS, patterns


def test_every_permission_is_asked_by_a_door_and_every_door_asks_one_that_is_there():
    doors = {pattern.callback.door for pattern in patterns() if pattern.name in DOORS}
    asked = {door for door in doors if door not in ("public", "signed_in") and not door.startswith("link:")}
    assert set(rules.permissions.permissions) == asked
