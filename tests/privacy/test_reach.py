"""For every model it is decided whether and how its rows are a person's (R254)."""

import pytest
from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import models

from apps.accounts.models import User
from apps.privacy import reach
from tests import world

SECRETS = {"password", "token_hash", "session_key", "session_data", "key", "lease_token"}


def labels():
    return {model._meta.label for model in apps.get_models() if model._meta.managed}


def test_every_model_is_in_the_table_once():
    assert labels() == reach.THEIRS.keys() | reach.LEFT_OUT.keys()
    assert not reach.THEIRS.keys() & reach.LEFT_OUT.keys()
    assert all(reach.LEFT_OUT.values())


def test_a_model_that_points_at_a_person_is_not_left_out_as_nobodys():
    """A new key to a person in a model that was nobody's is noticed, too."""
    pointing = {
        model._meta.label
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if field.is_relation and field.related_model is User
    }
    assert (
        pointing & {label for label, why in reach.LEFT_OUT.items() if why in (reach.NOBODYS, reach.KEPT_BY_US)} == set()
    )


@pytest.mark.parametrize("label", reach.THEIRS)
def test_every_way_asks_for_columns_that_are_there_and_no_secret(db, label):
    person = world.person()
    for way in reach.THEIRS[label]:
        names = reach.columns(label, way)
        assert not SECRETS & {*names}, label
        assert names
        list(reach.rows(label, way, person).values_list("pk", *names))
        for name in (*way.only, *way.without):
            try:
                reach.model_of(label)._meta.get_field(name)
            except FieldDoesNotExist:
                pytest.fail(f"{label} has no {name}")


def test_what_is_private_to_coaches_is_not_the_students(everybody, stage):
    found = [
        row.text
        for label in ("coaching.CoachNote", "coaching.SharedNote")
        for way in reach.THEIRS[label]
        for row in reach.rows(label, way, stage.student)
    ]
    assert found == [stage.rows.shared_note.text]


def test_no_row_of_somebody_else_is_found(everybody, stage):
    """The other student and the other alum have next to nothing: nothing of Amira's or Ingrid's is theirs."""
    for name in ("other_student", "other_alum", "other_coach"):
        person = everybody[name]
        found = {
            label for label, ways in reach.THEIRS.items() for way in ways if reach.rows(label, way, person).exists()
        }
        assert found <= {"accounts.User", "students.StudentProfile", "alumni.AlumniProfile", "audit.AuditEntry"}, name


def test_columns_never_hold_generated_text():
    assert not any(
        isinstance(field, models.GeneratedField) and field.attname in reach.columns(label, way)
        for label, ways in reach.THEIRS.items()
        for way in ways
        for field in reach.model_of(label)._meta.concrete_fields
    )
