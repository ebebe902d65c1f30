"""The local mail server keeps what it is sent, and the pages show it: text, HTML under its own policy, files."""

import smtplib
import subprocess
import sys
from email.message import EmailMessage

import pytest
from django.conf import settings
from django.urls import reverse

from apps.clock import times
from apps.local import mailbox, servers
from apps.policy.models import Policy

ICS = b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"


def letter():
    mail = EmailMessage()
    mail["From"] = "Noor Haddad <noor@tamarack.example>"
    mail["To"] = "Zoë <zoe@alumni.example>"
    mail["Subject"] = "Zwanzig Minuten für ein Gespräch – thank you"
    mail["Date"] = "Thu, 12 Nov 2026 16:40:00 +0000"
    mail.set_content("Dear Zoë,\nplease answer here: http://127.0.0.1:8000/answer/abc/\n.\n")
    mail.add_alternative('<p style="color:red">Dear Zoë<script>alert(1)</script></p>', subtype="html")
    mail.add_attachment(ICS, maintype="text", subtype="calendar", filename="talk.ics")
    return mail


@pytest.fixture
def kept(tmp_path, monkeypatch):
    """The folder of a local mail server that was sent one letter, over SMTP."""
    port = servers.free_port()
    sink = subprocess.Popen([sys.executable, "-m", "apps.local.sink", str(port), str(tmp_path)], cwd=settings.BASE_DIR)
    try:
        with _connected(port, sink) as smtp:
            smtp.send_message(letter(), to_addrs=["zoe@alumni.example", "hidden@alumni.example"])
    finally:
        sink.terminate()
        assert sink.wait(10) == 0
    monkeypatch.setenv("RAPPORT_MAIL", str(tmp_path))
    return tmp_path


def _connected(port, sink):
    while sink.poll() is None:
        try:
            return smtplib.SMTP("127.0.0.1", port, timeout=10)
        except ConnectionRefusedError:
            continue
    pytest.fail("the mail server ended")


def test_a_mail_is_kept_as_it_was_sent(kept):
    (mail,) = mailbox.mails()
    assert mail.subject == letter()["Subject"]
    assert mail.to == "zoe@alumni.example, hidden@alumni.example"
    assert mail.text == "Dear Zoë,\nplease answer here: http://127.0.0.1:8000/answer/abc/\n.\n"
    assert [name for _, name, _ in mail.attachments] == ["talk.ics"]
    assert list(kept.iterdir()) == [mail.path]


def test_the_list_and_the_page_of_one_mail(kept, client, db):
    (mail,) = mailbox.mails()
    assert letter()["Subject"] in client.get(reverse("local_mails")).content.decode()
    page = client.get(reverse("local_mail", args=[mail.name])).content.decode()
    assert 'href="http://127.0.0.1:8000/answer/abc/"' in page
    assert "Dear Zoë," in page


def test_a_visitor_reads_the_offices_clock(kept, client, db):
    Policy.now()
    Policy.objects.update(time_zone="Europe/Dublin")
    page = client.get(reverse("local_mails")).content.decode()
    (mail,) = mailbox.mails()
    assert "When, in Dublin" in page
    assert times.clock(mail.sent_at, "Europe/Dublin") in page


def test_the_html_stands_alone_and_may_run_nothing(kept, client, db):
    (mail,) = mailbox.mails()
    answer = client.get(reverse("local_mail_html", args=[mail.name]))
    assert answer.content.decode() == mail.html
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy


def test_a_file_is_handed_out_as_a_file(kept, client, db):
    (mail,) = mailbox.mails()
    ((number, _, _),) = mail.attachments
    answer = client.get(reverse("local_mail_file", args=[mail.name, number]))
    assert answer.content == ICS
    assert answer["Content-Disposition"] == 'attachment; filename="talk.ics"'


@pytest.mark.parametrize("name", ["local_mail", "local_mail_html"])
def test_a_mail_that_is_not_there(kept, client, db, name):
    assert client.get(reverse(name, args=["nothing"])).status_code == 404
    (mail,) = mailbox.mails()
    assert client.get(reverse("local_mail_file", args=[mail.name, 0])).status_code == 404


def test_without_a_mail_server_of_its_own_the_page_says_so(client, db, monkeypatch):
    monkeypatch.delenv("RAPPORT_MAIL", raising=False)
    assert "Emails go to the server in EMAIL_URL" in client.get(reverse("local_mails")).content.decode()
