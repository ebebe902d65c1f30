"""The audit log holds every change of what is watched, however it was made (K2)."""

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts import roles
from apps.accounts.models import Role, User
from apps.audit.models import AuditEntry
from apps.mail import outbox
from apps.mail.models import State, Suppression
from apps.office import people
from apps.policy.models import Holiday, Phrase, Policy, SearchWord
from apps.shelf.models import Resource
from apps.students.models import Cohort
from tests import world

SAID = {"what": "A passkey was added.", "timestamp": timezone.now(), "ip": "192.0.2.7"}
pytestmark = pytest.mark.django_db


def told(subject):
    """Return (act, before, after) of every line about a table, oldest first."""
    rows = AuditEntry.objects.filter(subject=subject).order_by("pk")
    return list(rows.values_list("act", "before", "after"))


@pytest.fixture
def office(db):
    return world.office("Farid Noor")


def test_an_act_a_bulk_update_and_a_statement_by_hand_leave_a_line_alike():
    person = world.student("Amira Haddad")
    User.objects.filter(pk=person.pk).update(email="amira@x.example")
    AuditEntry.objects.all().delete()
    roles.give(person, Role.COACH)
    User.objects.filter(pk=person.pk).update(is_active=False)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_user SET email = 'new@x.example' WHERE id = %s", [person.pk])
    assert told("accounts_user") == [
        ("changed", {"roles": ["student"]}, {"roles": ["coach", "student"]}),
        ("changed", {"is_active": True}, {"is_active": False}),
        ("changed", {"email": "amira@x.example"}, {"email": "new@x.example"}),
    ]


def test_a_new_person_and_one_who_is_deleted_leave_a_line():
    person = User.objects.create_user("a@x.example", name="A B")
    number = person.pk
    person.delete()
    acts = (
        AuditEntry.objects.filter(subject="accounts_user", row=str(number)).order_by("pk").values_list("act", flat=True)
    )
    assert list(acts) == ["added", "removed"]


def test_what_is_not_watched_leaves_none():
    person = world.student("Amira Haddad")
    before = AuditEntry.objects.count()
    person.set_password("a-secret-that-is-long")
    person.pronouns = "she"
    person.save()
    assert AuditEntry.objects.count() == before
    assert "a-secret" not in str(list(AuditEntry.objects.values()))


def test_each_setting_of_the_office_tells_what_stood_there():
    Policy.objects.update(alum_monthly_cap=3)
    AuditEntry.objects.all().delete()
    Policy.objects.update(alum_monthly_cap=5)
    assert told("policy_policy") == [("changed", {"alum_monthly_cap": 3}, {"alum_monthly_cap": 5})]


@pytest.mark.parametrize(
    ("make", "subject"),
    [
        (lambda: Holiday.objects.create(on="2026-12-25", name="Christmas"), "policy_holiday"),
        (lambda: Resource.objects.create(title="Guide", text="Read it.", topic="first"), "shelf_resource"),
        (lambda: Phrase.objects.create(kind="asks", pattern="any openings"), "policy_phrase"),
        (lambda: SearchWord.objects.create(kind="place", phrase="the Port", means="Duluth"), "policy_searchword"),
        (lambda: Cohort.objects.create(name="Nursing"), "students_cohort"),
        (lambda: Suppression.objects.create(address="x@x.example"), "mail_suppression"),
    ],
)
def test_what_the_office_keeps_leaves_a_line_when_it_comes_and_goes(make, subject):
    make().delete()
    assert [act for act, _, _ in told(subject)] == ["added", "removed"]


def test_a_mail_leaves_a_line_when_the_office_decides_about_it_and_none_by_itself(office):
    message = outbox.queue("security_notice", to="a@x.example", occasion=outbox.Occasion("k1"), context=SAID)
    message.state = State.FAILED
    message.save()
    assert told("mail_outboundmessage") == []
    outbox.resend(message, by=office, now=timezone.now())
    message.refresh_from_db()
    ((act, before, after),) = told("mail_outboundmessage")
    assert (act, before["state"], after["state"], after["handled_by_id"]) == ("changed", "failed", "pending", office.pk)


# --- who did it -------------------------------------------------------------------------------------------------------


def posted(person, name, data):
    client = Client(REMOTE_ADDR="203.0.113.9")
    client.force_login(person, backend="apps.accounts.backends.Backend")
    return client.post(name, data)


def test_a_line_says_who_did_it_and_from_where(office):
    student = world.student("Amira Haddad")
    url = reverse("office_person_close", args=[student.pk])
    assert posted(office, url, {}).status_code == 302
    line = AuditEntry.objects.filter(subject="accounts_user", row=str(student.pk)).latest("pk")
    assert (line.actor, line.origin, line.after) == (office.pk, "203.0.113.9", {"is_active": False})


def test_the_next_to_use_the_connection_is_not_taken_for_them(office):
    student = world.student("Amira Haddad")
    posted(office, reverse("office_person_close", args=[student.pk]), {})
    people.reopen(student, by=office, now=timezone.now())
    line = AuditEntry.objects.filter(subject="accounts_user").latest("pk")
    assert (line.actor, line.origin) == (None, None)


def test_also_after_a_view_that_broke(office, monkeypatch):
    client = Client(raise_request_exception=False)
    client.force_login(office, backend="apps.accounts.backends.Backend")

    def broken(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr(people, "close", broken)
    student = world.student("Amira Haddad")
    assert client.post(reverse("office_person_close", args=[student.pk])).status_code == 500
    User.objects.filter(pk=student.pk).update(is_active=False)
    assert AuditEntry.objects.filter(subject="accounts_user").latest("pk").actor is None
