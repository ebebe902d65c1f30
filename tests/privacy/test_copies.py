"""A copy of one's own data: asked for on a page, made by a worker, fetched once by a mailed link (R254)."""

import io
import re
import zipfile
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import MailLink
from apps.mail.models import OutboundMessage
from apps.privacy import copies, export, tasks
from apps.privacy.models import Export
from apps.web.answers import Refused
from tests.access.stage import browser

PAGE, ASK = "/me/data/", "/me/data/copy/"


def page(response):
    return re.sub(r"\s+", " ", response.content.decode())


def link_in(message):
    return re.search(r"/data/[\w-]{40,}/", message.text).group()


@pytest.mark.parametrize("name", ["student", "alum", "coach", "office"])
def test_everybody_asks_and_fetches_a_zip_once(everybody, as_, name):
    person = everybody[name]
    client = as_(person)
    assert "Email me a copy" in page(client.get(PAGE))
    assert client.post(ASK).url == PAGE
    [wish] = Export.objects.all()
    assert (wish.state, wish.person, wish.asked_by) == ("waiting", person, None)
    assert "We’re preparing your copy." in page(client.get(PAGE))
    tasks.look()
    message = OutboundMessage.objects.get(kind="data_ready")
    assert message.recipient == person.email
    assert "Your copy is ready." in page(client.get(PAGE))

    stranger = browser()  # the mail is opened on another device, not signed in
    opened = stranger.get(link_in(message), follow=True)
    assert "Your copy is ready" in page(opened)
    assert opened.headers["Cache-Control"] == "private, no-store"
    assert Export.objects.get().state == "ready"  # a mail scanner that follows the link takes nothing
    file = stranger.post(opened.request["PATH_INFO"])
    assert file.headers["Content-Type"] == "application/zip"
    assert person.email in zipfile.ZipFile(io.BytesIO(file.content)).read("data.json").decode()

    wish.refresh_from_db()
    assert (wish.state, bytes(wish.content)) == ("fetched", b"")
    assert stranger.post(opened.request["PATH_INFO"]).status_code == 410
    assert browser().get(link_in(message)).status_code == 410
    assert "You downloaded your last copy on" in page(client.get(PAGE))


def test_once_a_day(as_, student):
    client = as_(student)
    client.post(ASK)
    assert "We’re preparing your copy." in page(client.post(ASK, follow=True))
    tasks.look()
    assert "Email me a copy" not in page(client.get(PAGE))
    assert "A copy can be made once a day." in page(client.post(ASK, follow=True))
    assert Export.objects.count() == 1
    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        as_(student).post(ASK)
    assert Export.objects.count() == 2


def test_a_link_lasts_a_day_and_its_file_as_long(as_, student):
    as_(student).post(ASK)
    tasks.look()
    message = OutboundMessage.objects.get(kind="data_ready")
    assert message.expires_at == Export.objects.get().expires_at
    copies.take_up(now=timezone.now() + timedelta(hours=25))
    wish = Export.objects.get()
    assert (wish.state, bytes(wish.content)) == ("expired", b"")
    assert "The link to your last copy expired" in page(as_(student).get(PAGE))
    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        assert browser().get(link_in(message)).status_code == 410


def test_a_late_press_after_the_day_says_so(student, as_):
    as_(student).post(ASK)
    tasks.look()
    with pytest.raises(Refused, match="its day is over"):
        copies.fetch(Export.objects.get(), now=timezone.now() + timedelta(hours=25))


def test_progress_is_told_to_the_page_that_asks_every_second(as_, student):
    client = as_(student)
    client.post(ASK)
    Export.objects.update(state="running", done_tables=7, total_tables=40)
    part = client.get(PAGE, headers={"HX-Request": "true"})
    assert "<html" not in page(part)
    assert 'hx-trigger="every 1s"' in page(part)
    assert 'max="40" value="7"' in page(part)
    assert "HX-Refresh" not in part.headers
    assert '<noscript><meta http-equiv="refresh" content="3"></noscript>' in page(client.get(PAGE))
    Export.objects.update(state="ready", ready_at=timezone.now(), expires_at=timezone.now() + copies.LASTS)
    assert client.get(PAGE, headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"


def test_what_fails_again_and_again_is_said_and_can_be_asked_for_anew(as_, student, monkeypatch):
    def broken(*args, **kwargs):
        raise ValueError("a row that cannot be read")

    client = as_(student)
    client.post(ASK)
    with monkeypatch.context() as patch:
        patch.setattr(export, "write", broken)
        for _ in range(copies.MOST_ATTEMPTS + 1):
            tasks.look()
    assert "We couldn’t prepare your copy." in page(client.get(PAGE))
    assert not OutboundMessage.objects.filter(kind="data_ready").exists()
    client.post(ASK)
    tasks.look()
    assert Export.objects.latest("asked_at").state == "ready"


def test_a_closed_account_gets_no_link(office, student):
    student.is_active = False
    student.save()
    with pytest.raises(Refused, match="export_person"):
        copies.ask(student, by=office, now=timezone.now())


def test_a_copy_that_a_dead_worker_left_is_made_by_the_next(student, as_):
    as_(student).post(ASK)
    Export.objects.update(state="running", attempts=1)
    tasks.look()
    assert Export.objects.get().state == "ready"
    tasks.look()
    assert OutboundMessage.objects.filter(kind="data_ready").count() == 1
    assert MailLink.objects.filter(purpose=copies.PURPOSE).count() == 1


def test_the_restored_copy_of_a_database_makes_none(student, as_, monkeypatch):
    as_(student).post(ASK)
    monkeypatch.setattr("apps.installation.belonging.is_copy", lambda: True)
    tasks.look()
    assert Export.objects.get().state == "waiting"


def test_the_account_leads_there(as_, student):
    assert reverse("my_data") in page(as_(student).get(reverse("account")))
