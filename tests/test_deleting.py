"""What the models say is deleted by the database is deleted by it, also what was written a moment before."""

from django.apps import apps
from django.db import connection, models

from apps.accounts.models import MailLink
from apps.mail import outbox
from apps.mail.models import DeliveryAttempt, OutboundMessage, Unsubscribe
from apps.reminders.models import Notice
from apps.students.models import StudentProfile
from tests import world

ACTIONS = {models.DB_CASCADE: "c", models.DB_SET_NULL: "n"}
IN_DATABASE = """
    SELECT key.confdeltype FROM pg_constraint key
    JOIN pg_attribute attribute ON attribute.attrelid = key.conrelid AND attribute.attnum = key.conkey[1]
    WHERE key.contype = 'f' AND key.conrelid = %s::regclass AND attribute.attname = %s
"""


def by_database():
    fields = (field for model in apps.get_models() for field in model._meta.local_fields if field.is_relation)
    return [field for field in fields if field.remote_field.on_delete in ACTIONS]


def test_every_such_key_is_one_of_the_database(db):
    found = {}
    for field in by_database():
        with connection.cursor() as cursor:
            cursor.execute(IN_DATABASE, [field.model._meta.db_table, field.column])
            found[str(field)] = [action for [action] in cursor.fetchall()]
    assert found
    assert found == {str(field): [ACTIONS[field.remote_field.on_delete]] for field in by_database()}


def test_what_belongs_to_a_person_goes_with_the_row(db):
    """A row that is written after Django asked what to delete, and before it deletes, forbids nothing."""
    person = world.student("Amira Haddad")
    mail = remind(person)
    notice = remember(person, mail)
    Unsubscribe.objects.create(person=person, topic="digest")
    DeliveryAttempt.objects.create(message=mail, n=1, worker="w", started_at=world.NOW, outcome="sent")
    StudentProfile.objects.filter(user=person).delete()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM accounts_user WHERE id = %s", [person.pk])
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert not Notice.objects.filter(pk=notice.pk).exists()
    assert not any(model.objects.exists() for model in (OutboundMessage, DeliveryAttempt, Unsubscribe, MailLink))


def test_a_notice_outlives_its_mail(db):
    person = world.student("Amira Haddad")
    mail = remind(person)
    notice = remember(person, mail)
    mail.delete()
    notice.refresh_from_db()
    assert notice.message_id is None


def remind(person):
    notice = {"title": "Thank Teresa", "text": "", "url": "/talks/1/"}
    return outbox.queue("reminder", to=person, occasion=outbox.Occasion("r"), context={"notices": [notice]})


def remember(person, mail):
    about = {"rule": "write-down", "subject_id": 1, "due_at": world.NOW, "url": "/today/", "title": "Write"}
    return Notice.objects.create(key="k", thing="t", person=person, message=mail, **about)
