"""Mail by way of a provider, over a real HTTP conversation with a small server on loopback that speaks its API."""

import base64
import os
import subprocess
import sys
from urllib.parse import urlsplit

import icalendar
import pytest
from django.conf import settings as configured
from django.db import connection
from django.utils import timezone

from apps.mail import alerts
from apps.mail.models import OutboundMessage, Phase, State, Suppression
from apps.mail.outbox import Sender
from tests.mail.provider import KEY
from tests.mail.test_delivery import H, as_it_stands, later, promise, remind, run
from tests.mail.test_outbox import CALENDAR

pytestmark = pytest.mark.django_db(transaction=True)


def test_what_was_promised_leaves_once(postmark):
    message = promise()
    assert (run(), run()) == (1, 0)
    [mail] = postmark.taken
    headers = {header["Name"]: header["Value"] for header in mail["Headers"]}
    assert (mail["To"], mail["Subject"]) == ("ingrid@corvane.example", "KQ7-3MX is your code for Rapport")
    assert headers["Message-ID"] == message.message_id
    assert (mail["TextBody"], mail["HtmlBody"]) == (message.text, message.html)
    assert (mail["TrackOpens"], mail["TrackLinks"]) == (False, "None")
    message = as_it_stands(message)
    assert (message.state, message.phase, message.provider_id) == ("sent", "answered", "pm-1")
    assert message.attempts_made.get().reply == "postmark took it as pm-1"


def test_a_reminder_keeps_its_one_click(postmark, student):
    message = remind(student, sender=Sender("Amira Haddad", "amira@tamarack.example"))
    assert run() == 1
    [mail] = postmark.taken
    headers = {header["Name"]: header["Value"] for header in mail["Headers"]}
    assert headers["List-Unsubscribe"] == message.headers["List-Unsubscribe"]
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["ReplyTo"] == "amira@tamarack.example"
    assert mail["From"].startswith("Amira Haddad via")


def test_an_invitation_goes_as_a_file(postmark):
    promise(ics=(CALENDAR.encode(), "REQUEST"))
    assert run() == 1
    [file] = postmark.taken[0]["Attachments"]
    assert (file["Name"], file["ContentType"]) == ("invite.ics", "text/calendar; method=REQUEST; charset=utf-8")
    assert icalendar.Calendar.from_ical(base64.b64decode(file["Content"]))["METHOD"] == "REQUEST"


@pytest.mark.parametrize("mode", ["inactive", "wrong-address"])
def test_a_refused_recipient_is_not_tried_again_and_the_second_refusal_suppresses(postmark, mode):
    postmark.next(mode, "ok", mode)
    first, other = (
        promise("a", due_at=timezone.now() - H, expires_at=timezone.now() + H),
        promise("b", to="o@x.example"),
    )
    assert run() == 1
    assert [as_it_stands(m).state for m in (first, other)] == [State.FAILED, State.SENT]
    assert first.attempts_made.get().phase == Phase.ENVELOPE
    assert not Suppression.objects.exists()
    promise("c")
    run()
    assert [(row.address, row.cause) for row in Suppression.objects.all()] == [("ingrid@corvane.example", "refused")]
    third = promise("d")
    run()
    assert as_it_stands(third).state == State.FAILED
    assert "ingrid@corvane.example" not in [mail["To"] for mail in postmark.taken]


@pytest.mark.parametrize("mode", ["drop", "half", "nonsense", "500"])
def test_in_doubt_it_is_perhaps_sent_and_sent_once_more_only(postmark, mode):
    postmark.next(mode, mode)
    message = promise(expires_at=timezone.now() + H)
    assert run() == 0
    assert (as_it_stands(message).state, message.phase) == (State.UNCERTAIN, Phase.AFTER_DOT)
    assert run() == 0  # not at once
    for minutes in (2, 30, 30):
        later(minutes=minutes)
        run()
    assert as_it_stands(message).state == State.UNCERTAIN
    assert postmark.copies[message.subject] == 2
    assert OutboundMessage.objects.needs_a_human().get() == message


def test_a_provider_that_says_nothing(postmark, settings):
    settings.MAILERS["default"]["OPTIONS"]["timeout"] = 0.3
    postmark.next("silent")
    message = promise()
    assert run() == 0
    assert as_it_stands(message).state == State.UNCERTAIN


@pytest.mark.parametrize("mode", ["429", "503"])
def test_a_busy_provider_took_nothing_and_is_left_alone_until_the_next_look(postmark, mode):
    postmark.next(mode)
    first = promise("a", due_at=timezone.now() - H, expires_at=timezone.now() + H)
    second = promise("b", to="o@x.example")
    assert run() == 0
    assert [as_it_stands(m).state for m in (first, second)] == [State.PENDING, State.PENDING]
    assert (first.attempts, second.attempts) == (0, 0)
    assert mode in alerts.health(timezone.now()).channel_error
    later(minutes=2)
    assert run() == 2
    assert alerts.health(timezone.now()).channel_error == ""


def test_in_trouble_it_gets_one_message_a_look(postmark):
    postmark.next("500")
    promise("a", due_at=timezone.now() - H, expires_at=timezone.now() + H)
    second = promise("b", to="o@x.example")
    run()
    assert as_it_stands(second).attempts == 0


def test_a_wrong_key_stops_the_channel_and_loses_nothing(postmark, settings):
    settings.ANYMAIL |= {"POSTMARK_SERVER_TOKEN": "another"}
    message = promise()
    assert run() == 0
    assert as_it_stands(message).state == State.PENDING
    assert "401" in alerts.health(timezone.now()).channel_error


def test_where_nobody_listens_nothing_left(postmark, settings):
    settings.ANYMAIL |= {"POSTMARK_API_URL": "http://127.0.0.1:1/"}
    message = promise()
    assert run() == 0
    assert (as_it_stands(message).state, message.phase) == (State.PENDING, Phase.NONE)
    later(minutes=2)
    settings.ANYMAIL |= {"POSTMARK_API_URL": postmark.url}
    assert run() == 1


def test_what_cannot_be_written_for_it_fails_alone(postmark):
    poison = promise("a", due_at=timezone.now() - H, expires_at=timezone.now() + H)
    OutboundMessage.objects.update(recipient='"@x.example')  # a quotation that never ends
    neighbour = promise("b")
    assert run() == 1
    assert [as_it_stands(m).state for m in (poison, neighbour)] == [State.FAILED, State.SENT]


# --- what an installation sets ----------------------------------------------------------------------------------------


def loaded(code, **env):
    ours = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    command = [sys.executable, "-c", f"from config import settings as s; print({code})"]
    done = subprocess.run(command, env=ours | env, cwd=configured.BASE_DIR, capture_output=True, text=True, check=False)
    return done.stdout.strip() or done.stderr.strip().splitlines()[-1]


def test_a_provider_is_chosen_by_the_environment():
    env = {"MAIL_PROVIDER": "mailgun", "MAIL_PROVIDER_KEY": "k", "MAIL_WEBHOOK_SECRET": "a:b"}
    env["MAIL_PROVIDER_OPTIONS"] = "sender_domain=mg.example.edu,webhook_signing_key=w"
    assert loaded("s.MAILERS['default']['BACKEND'], s.ANYMAIL['WEBHOOK_SECRET']", **env) == (
        "anymail.backends.mailgun.EmailBackend a:b"
    )
    own = "s.ANYMAIL['MAILGUN_API_KEY'], s.ANYMAIL['MAILGUN_SENDER_DOMAIN'], s.ANYMAIL['MAILGUN_WEBHOOK_SIGNING_KEY']"
    assert loaded(own, **env) == "k mg.example.edu w"
    assert loaded("s.MAILERS['default']['BACKEND']") == "apps.mail.smtp.EmailBackend"


def test_a_process_that_knows_only_its_environment_sends_by_it(postmark):
    message = promise()
    database = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    env = {"MAIL_PROVIDER": "postmark", "MAIL_PROVIDER_KEY": KEY, "DATABASE_URL": database}
    env |= {"MAIL_PROVIDER_OPTIONS": f"api_url={postmark.url},message_stream=letters", "PYTHONWARNINGS": "error"}
    ours = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    command = [sys.executable, "manage.py", "deliver"]
    done = subprocess.run(command, env=ours | env, cwd=configured.BASE_DIR, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "1 sent\n"), done.stderr
    assert [(mail["Subject"], mail["MessageStream"]) for mail in postmark.taken] == [(message.subject, "letters")]
    assert as_it_stands(message).provider_id == "pm-1"


def test_an_unknown_provider_or_one_without_a_key_is_said_at_once():
    assert "MAIL_PROVIDER is one of" in loaded("1", MAIL_PROVIDER="pigeon")
    assert "MAIL_PROVIDER_KEY" in loaded("1", MAIL_PROVIDER="postmark")
