"""A restored copy stays silent until somebody adopts it (J1)."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import MailLink
from apps.installation import belonging
from apps.installation.models import Installation
from apps.mail import delivery, outbox
from apps.mail.models import DeliveryCycle, OutboundMessage, State
from apps.reminders import sweep
from apps.reminders.models import Sweep
from tests import world

pytestmark = pytest.mark.django_db
SAID = {"what": "A passkey was added.", "timestamp": timezone.now(), "ip": "192.0.2.7"}


def look_again():
    """Look at the connection as if it were made now."""
    belonging.look(None, connections[DEFAULT_DB_ALIAS])


@pytest.fixture
def adopted():
    belonging.adopt()
    look_again()
    yield
    Installation.objects.all().delete()
    look_again()


@pytest.fixture(params=["cluster", "database", "site_url"])
def copy(request, adopted):
    """A database that came from elsewhere; made anew for each thing that tells so."""
    Installation.objects.update(**{request.param: "elsewhere"})
    look_again()


def promise(key, **occasion):
    return outbox.queue("security_notice", to="a@x.example", occasion=outbox.Occasion(key, **occasion), context=SAID)


def signed_in(person):
    client = Client()
    client.force_login(person, backend="apps.accounts.backends.Backend")
    return client


def test_one_that_nobody_has_prepared_belongs_to_whoever_uses_it():
    assert not belonging.is_copy()
    assert Client().get("/").status_code in (200, 302)


def test_the_adopted_one_works(adopted):
    assert not belonging.is_copy()
    assert signed_in(world.student()).get(reverse("today")).status_code == 200


def test_nothing_leaves_a_copy_and_nothing_moves_in_it(copy):
    promise("k1")
    assert delivery.deliver_due(engine="test") == 0
    assert sweep.run(timezone.now()) == 0
    assert OutboundMessage.objects.get().state == State.PENDING
    assert not DeliveryCycle.objects.exists()
    assert not Sweep.objects.exists()


def test_no_session_and_no_link_of_the_original_opens_it(copy):
    student = world.student()
    link = MailLink.make(purpose="answer", object_id=1, person=student)
    for client, path in ((signed_in(student), reverse("today")), (Client(), f"/a/{link}/"), (Client(), "/")):
        page = client.get(path)
        assert page.status_code == 503
        assert "This is a copy of Rapport." in page.content.decode()
    assert signed_in(student).post(reverse("account_login"), {"login": student.email}).status_code == 503


def test_those_that_watch_are_told(copy):
    assert Client().get("/healthz").status_code == 200
    ready = Client().get("/readyz")
    assert (ready.status_code, ready.json()["installation"]) == (503, "a copy")


def test_adopted_it_is_open_at_once_also_to_a_process_that_knew_it_as_a_copy(copy):
    assert Client().get("/").status_code == 503
    call_command("adopt")
    assert Client().get("/").status_code in (200, 302)


def test_adopting_signs_everybody_out(copy):
    client = signed_in(world.student())
    call_command("adopt")
    assert client.get(reverse("today")).status_code == 302


def test_links_stay_good_at_the_same_address_and_end_at_another(adopted):
    student = world.student()
    token = MailLink.make(purpose="answer", object_id=1, person=student)
    Installation.objects.update(cluster="elsewhere")
    call_command("adopt")
    assert MailLink.objects.found(token, timezone.now())
    Installation.objects.update(site_url="https://elsewhere.example")
    call_command("adopt")
    assert MailLink.objects.found(token, timezone.now()) is None


def test_what_the_original_may_have_sent_waits_for_the_office(copy):
    now = timezone.now()
    promise("due")
    promise("later", due_at=now + timedelta(hours=1))
    OutboundMessage.objects.filter(key="due").update(next_at=now - timedelta(minutes=1))
    call_command("adopt")
    assert dict(OutboundMessage.objects.values_list("key", "state")) == {"due": "uncertain", "later": "pending"}
    assert [message.key for message in OutboundMessage.objects.needs_a_human()] == ["due"]


def test_what_it_surely_did_not_send_leaves_when_told(copy):
    promise("due")
    call_command("adopt", "--send-due")
    assert OutboundMessage.objects.get().state == State.PENDING


def test_a_second_prepare_does_not_adopt(copy):
    call_command("prepare")
    assert belonging.is_copy()
