"""A database for every benchmark: a copy of one that is made for the run. What one leaves, no other finds."""

from contextlib import contextmanager

from django.core.cache import caches
from django.db import connection
from django.test.utils import setup_databases, teardown_databases


@contextmanager
def made():
    """Create, migrate and afterwards drop what worlds are copied from, beside the configured database."""
    connection.settings_dict["TEST"]["NAME"] = f"bench_{connection.settings_dict['NAME']}"
    databases = setup_databases(verbosity=0, interactive=False, serialized_aliases=[])
    try:
        yield
    finally:
        teardown_databases(databases, verbosity=0)


@contextmanager
def world(name):
    """Go on in a copy, and drop it afterwards."""
    creation, empty = connection.creation, connection.settings_dict["NAME"]
    connection.close()
    creation.clone_test_db(suffix=name, verbosity=0)
    connection.settings_dict["NAME"] = creation.get_test_db_clone_settings(name)["NAME"]
    caches["near"].clear()
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = empty
        creation.destroy_test_db(verbosity=0, suffix=name)
