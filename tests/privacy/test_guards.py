"""The database forgets a person only where that is recorded, also for Rapport's own role; no file brings them back."""

from datetime import timedelta

import pytest
from django.db import Error, IntegrityError, connection, transaction
from django.utils import timezone

from apps.accounts import erased as held_off
from apps.alumni import erased, import_reading, imports
from apps.alumni.models import AlumniImport, AlumniProfile
from apps.audit import app_role
from apps.audit.models import AuditEntry
from apps.mail.models import OutboundMessage
from apps.privacy import erasures
from apps.privacy.models import Erasure, Hold
from tests import world
from tests.privacy import canaries

pytestmark = pytest.mark.django_db
ROLE = app_role.AppRole("rapport_app_that_forgets", "secret")


def forget(number):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT privacy_forget(%s, 'A former student')", [number])


@pytest.fixture
def as_app(everybody, stage):
    app_role.grant(ROLE)
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {ROLE.name}")
    yield
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")


@pytest.mark.parametrize("name", ["student", "alum", "coach"])
def test_rapports_own_role_erases(everybody, stage, as_app, name):
    person = everybody[name]
    erasures.at_once(person, now=timezone.now())
    assert canaries.found(person.email, person.name) == set()


def test_nobody_is_forgotten_without_a_recorded_erasure(everybody, stage, as_app):
    number, later = stage.student.pk, timezone.now() + timedelta(days=1)
    with pytest.raises(Error, match="no erasure of person"):
        forget(number)
    wish = Erasure.objects.create(number=number, by="person", asked_at=timezone.now(), due_at=later, state="running")
    with pytest.raises(Error, match="no erasure of person"):
        forget(number)  # not due
    Erasure.objects.filter(pk=wish.pk).update(due_at=timezone.now())
    hold = Hold.objects.create(person=stage.student, reason="Case 12", set_at=timezone.now())
    with pytest.raises(Error, match="no erasure of person"):
        forget(number)
    hold.delete()
    with pytest.raises(Error, match="no erasure of person"):
        forget(stage.alum.pk)  # somebody else
    assert AuditEntry.objects.filter(after__email=stage.student.email).exists()
    forget(number)
    assert not AuditEntry.objects.filter(after__email=stage.student.email).exists()
    assert AuditEntry.objects.filter(after__email=stage.alum.email).exists()


def test_a_promised_mail_still_stays_as_it_was_written(everybody, stage):
    change = {"subject": "Another"}
    with pytest.raises(IntegrityError, match="stays as it was written"), transaction.atomic():
        OutboundMessage.objects.filter(pk=stage.rows.message.pk).update(**change)
    now = timezone.now()
    Erasure.objects.create(number=stage.alum.pk, by="person", asked_at=now, due_at=now, state="running")
    with pytest.raises(IntegrityError, match="stays as it was written"), transaction.atomic():
        OutboundMessage.objects.filter(pk=stage.rows.message.pk).update(**change)


FILE = """Constituent ID,Name,Email,Directory opt-in
{},Ingrid Solheim,ingrid@new.example,Yes
77,Someone Else,else@x.example,Yes
"""


def bring_in(external_id):
    reading = import_reading.read(FILE.format(external_id).encode(), now=timezone.now(), default_zone="America/Chicago")
    return imports.apply(reading, by=None, now=timezone.now())


def test_the_next_file_does_not_bring_them_back():
    alum = world.alum("Ingrid Solheim", external_id="001942")
    AlumniImport.objects.create(
        file_name="a.csv", content=b"001942,Ingrid", verdicts=[[1, "001942", "Ingrid Solheim", "", "", "", ""]]
    )
    erasures.at_once(alum, now=timezone.now())
    entry = AlumniProfile.objects.get()
    assert entry.external_id == erased.mark("001942")
    assert "001942" not in entry.external_id
    assert canaries.found("Solheim", "001942") == set()
    for _ in range(2):
        plan = bring_in("001942")
        assert plan.counts["skipped"] == 1
        assert AlumniProfile.objects.listed().get().name == "Someone Else"
        assert canaries.found("Solheim", "001942") == set()
        assert held_off.REASON in {verdict.reason for verdict in plan.verdicts}
    bring_in("001943")  # another person
    assert AlumniProfile.objects.listed().filter(name="Ingrid Solheim").exists()
