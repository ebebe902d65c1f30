"""One person with many tabs: what they press in all of them at once is there once, or asks kindly to press again."""

from threading import Event

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection, transaction
from django.test import Client
from django.urls import reverse

from apps.network.models import Contact, ContactImport
from tests.races.together import at_once

pytestmark = pytest.mark.whole

TABS = 24


@pytest.mark.django_db(transaction=True)
def test_the_mapping_exercise_in_many_tabs_adds_each_name_once(student):
    def tab(n):
        client = Client(raise_request_exception=False)
        client.force_login(student, backend="apps.accounts.backends.Backend")
        client.get(reverse("healthz"))
        typed = {"relation": "friend", "names": "Ada Moe\nBo Lund\nCai Wen", "once": f"tab {n}"}
        return lambda: client.post(reverse("map_people"), typed).status_code

    assert set(at_once(*[tab(n) for n in range(TABS)])) <= {302, 503}
    assert sorted(Contact.objects.values_list("name", flat=True)) == ["Ada Moe", "Bo Lund", "Cai Wen"]


@pytest.mark.django_db(transaction=True)
def test_who_waited_too_long_for_the_first_press_is_asked_to_press_again(student):
    client = Client()
    client.force_login(student, backend="apps.accounts.backends.Backend")
    client.get(reverse("healthz"))
    typed = {"name": "Ada Moe", "relation": "friend", "once": "k1"}

    held, answered = Event(), Event()

    def hold():
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM accounts_user WHERE id = %s FOR UPDATE", [student.pk])
            held.set()
            assert answered.wait(60)

    def press():
        assert held.wait(60)
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '200ms'")
        try:
            return client.post(reverse("contact_add"), typed)
        finally:
            answered.set()

    _, answer = at_once(hold, press)
    assert not isinstance(answer, OperationalError)
    assert (answer.status_code, "Try again" in answer.content.decode()) == (503, True)
    assert not Contact.objects.exists()
    assert client.post(reverse("contact_add"), typed).status_code == 302
    assert Contact.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_file_of_people_brought_in_from_two_tabs_brings_each_in_once(student):
    client = Client(raise_request_exception=False)
    client.force_login(student, backend="apps.accounts.backends.Backend")
    rows = "".join(f"Ada{n},Moe,ada{n}@x.example\n" for n in range(5))

    def upload():
        file = SimpleUploadedFile("c.csv", f"First Name,Last Name,Email\n{rows}".encode())
        return client.post(reverse("contact_import"), {"file": file}).status_code

    assert set(at_once(upload, upload, upload)) <= {302, 503}
    imported = ContactImport.objects.get()
    posted = {"shown": "2,3,4,5,6", "row": ["2", "3", "4"], "relation": "friend", "act": "bring"}
    pressed = at_once(*[lambda: client.post(imported.get_absolute_url(), posted).status_code] * 4)
    assert set(pressed) <= {302, 422, 503}
    assert Contact.objects.count() == 3
