"""What a migration makes of rows that are there already."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from apps.network.models import Contact
from tests import world

BEFORE = [("network", "0005_contact_imports")]


@pytest.mark.whole
@pytest.mark.django_db(transaction=True)
def test_two_of_one_mail_both_stay_and_the_first_has_the_key(student, other_student, now):
    MigrationExecutor(connection).migrate(BEFORE)
    people = [
        (student, "Ana Ruiz", "ana@x.example", "linkedin.com/in/ana", None),
        (student, "A. Ruiz", "ANA@x.example", "https://www.linkedin.com/in/Ana/", None),
        (student, "Removed", "ana@x.example", "", now),
        (other_student, "Ana Ruiz", "ana@x.example", "", None),
    ]
    with connection.cursor() as cursor:
        for person, name, email, linkedin, archived in people:
            cursor.execute(
                "INSERT INTO network_contact (student_id, name, sort_key, pronouns, title, relation, source, email,"
                " phone, linkedin, city, time_zone, notes, is_private, version, created_at, archived_at)"
                " VALUES (%s, %s, %s, '', '', 'friend', '', %s, '', %s, '', '', '', false, 1, now(), %s)",
                [person.pk, name, name.lower(), email, linkedin, archived],
            )
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())
    keys = Contact.objects.order_by("pk").values_list("name_key", "email_key", "linkedin_key")
    assert list(keys) == [
        ("ana ruiz", "ana@x.example", "in/ana"),
        ("a ruiz", "", ""),
        ("removed", "ana@x.example", ""),
        ("ana ruiz", "ana@x.example", ""),
    ]
    assert world.contact(other_student, "Ben").name_key == "ben"
