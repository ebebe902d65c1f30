"""What a mail server pipes to us: bounces and automatic replies are noted on their mail, the rest is kept out."""

import base64
import io
import re
import sys
import time
from datetime import date, timedelta
from email.utils import format_datetime
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.db import OperationalError
from django.urls import reverse
from django.utils import timezone

from apps.mail import delivery, incoming, outbox, returned, suppression
from apps.mail.models import OutboundMessage, ReceivedMail, State, Suppression
from apps.policy.models import Policy
from tests.mail.returned_samples import BACK_ON, OTHERS, POSTFIX, SAMPLES
from tests.mail.test_delivery import as_it_stands, promise, remind, run, warn

pytestmark = pytest.mark.django_db(transaction=True)

NOBODY = "Postfix, nobody there"


def receive(monkeypatch, data, *, to=""):
    """Pipe a mail in as a mail server does. Returns (exit code, what was said)."""
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(data)))
    said, wrong = io.StringIO(), io.StringIO()
    try:
        call_command("receive_mail", to=to, stdout=said, stderr=wrong)
    except SystemExit as end:
        return end.code, wrong.getvalue()
    return 0, said.getvalue()


def sample(name, message, *, to="", at=None, number=1):
    """Return a sample as it comes back about `message`."""
    said = (SAMPLES[name][3] if name in SAMPLES else OTHERS[name]).replace("bounce.1@", f"bounce.{number}@")
    names = {
        "{id}": message.message_id.strip("<>"),
        "{to}": to or message.recipient,
        "{date}": format_datetime(at or timezone.now()),
    }
    block = POSTFIX.replace("Diagnostic-Code", "DIAGNOSTIC-CODE").replace("failed", "Failed")
    for key, value in names.items():
        block, said = block.replace(key, value), said.replace(key, value)
    said = said.replace("{block}", base64.encodebytes(block.encode()).decode())
    return said.encode()


def stopped():
    return list(Suppression.objects.in_force().values_list("address", flat=True))


@pytest.fixture
def sent(smtp):
    message = warn()
    run()
    return as_it_stands(message)


@pytest.mark.parametrize("name", SAMPLES)
def test_each_form_is_read_as_what_it_is(sent, monkeypatch, name):
    sort, is_nobody_there, words, _ = SAMPLES[name]
    assert receive(monkeypatch, sample(name, sent))[0] == 0
    row = ReceivedMail.objects.get()
    assert (row.message, row.sort) == (sent, sort)
    assert words in row.words
    assert row.back_on == (date.fromisoformat(BACK_ON[name]) if name in BACK_ON else None)
    assert as_it_stands(sent).state == (State.RETURNED if sort == "came_back" else State.SENT)
    assert stopped() == []
    second = warn("second")
    run()
    receive(monkeypatch, sample(name, second, number=2))
    assert stopped() == ([sent.recipient] if is_nobody_there else [])


@pytest.mark.parametrize("ends", ["\r\n", "\n"])
@pytest.mark.parametrize("name", SAMPLES)
def test_line_ends_change_nothing(sent, monkeypatch, name, ends):
    receive(monkeypatch, sample(name, sent).replace(b"\n", ends.encode()))
    assert ReceivedMail.objects.get().sort == SAMPLES[name][0]


@pytest.mark.parametrize("name", OTHERS)
def test_anything_else_is_kept_out_and_said(sent, monkeypatch, name):
    code, said = receive(monkeypatch, sample(name, sent))
    assert (code, "Ignored" in said) == (0, True)
    assert (ReceivedMail.objects.exists(), as_it_stands(sent).state, stopped()) == (False, State.SENT, [])


def test_the_same_mail_twice_counts_once(sent, monkeypatch):
    assert "Saved" in receive(monkeypatch, sample(NOBODY, sent))[1]
    assert "Already saved" in receive(monkeypatch, sample(NOBODY, sent))[1]
    receive(monkeypatch, sample(NOBODY, sent, number=2))
    assert (stopped(), sent.attempts_made.filter(outcome="returned").count()) == ([], 1)


def test_a_bounce_that_names_no_mail_of_ours_silences_nobody(sent, monkeypatch):
    for number in range(3):
        forged = sample(NOBODY, sent, number=number).replace(sent.pk.hex.encode(), f"{number:032x}".encode())
        assert "Ignored" in receive(monkeypatch, forged)[1]
    assert (as_it_stands(sent).state, stopped()) == (State.SENT, [])


def test_a_bounce_about_another_address_silences_neither(smtp, monkeypatch):
    """Who forwards their mail to an address that is wrong still has one that is right; who names another, nothing."""
    for n in range(3):
        message = warn(f"k{n}")
        run()
        receive(monkeypatch, sample(NOBODY, message, to="victim@corvane.example", number=n))
        assert as_it_stands(message).state == State.RETURNED
    assert stopped() == []


def test_an_automatic_reply_of_a_month_of_mails_suppresses_nobody(smtp, monkeypatch):
    for n in range(4):
        message = warn(f"k{n}")
        run()
        receive(monkeypatch, sample("Outlook, away", message))
    assert (stopped(), ReceivedMail.objects.count()) == ([], 4)
    assert OutboundMessage.objects.exclude(state=State.SENT).count() == 0
    assert len(smtp.messages) == 4  # and nobody is answered


def test_a_reply_is_kept_on_the_page_of_its_mail_with_the_day_they_are_back(sent, monkeypatch, as_, office):
    receive(monkeypatch, sample("Outlook, away", sent))
    page = as_(office).get(reverse("office_message", args=[sent.pk])).content.decode()
    assert "Automatic reply" in page
    assert re.search(r"Back on .{0,20}December 14", page)


def test_what_a_person_answers_reaches_the_office_once_and_opens_no_door(sent, monkeypatch, smtp):
    token = "t" * 43
    quoting = sample("a person", sent) + f"see https://rapport.example.edu/a/{token}/\n\n> quoted {token}\n".encode()
    for _ in range(2):
        receive(monkeypatch, quoting)
    run()
    mail = smtp.messages[-1]
    assert (mail["To"], mail["Reply-To"], mail["Auto-Submitted"]) == (
        Policy.now().office_email,
        sent.recipient,
        "auto-generated",
    )
    text = mail.get_body("plain").get_content()
    assert ("Thank you, Tuesday is fine." in text, token in text, "quoted" in text) == (True, False, False)
    assert OutboundMessage.objects.filter(kind="reply_forwarded").count() == 1


def test_an_answer_to_a_mail_in_a_students_name_reaches_the_student(smtp, monkeypatch, student):
    message = remind(student, sender=outbox.sender_of(student))
    run()
    receive(monkeypatch, sample("a person", message))
    assert OutboundMessage.objects.get(kind="reply_forwarded").recipient == student.email


def test_an_old_bounce_says_nothing_about_the_copy_that_was_sent_again(sent, monkeypatch, office):
    receive(monkeypatch, sample(NOBODY, sent))
    outbox.resend(as_it_stands(sent), by=office, now=timezone.now())
    receive(monkeypatch, sample(NOBODY, sent, number=2))
    assert as_it_stands(sent).state == State.PENDING
    run()
    receive(monkeypatch, sample(NOBODY, sent, number=3, at=timezone.now() - timedelta(hours=2)))
    assert as_it_stands(sent).state == State.SENT
    receive(monkeypatch, sample(NOBODY, sent, number=4))
    assert as_it_stands(sent).state == State.RETURNED


def test_what_was_perhaps_sent_is_settled(smtp, monkeypatch):
    smtp.next("drop-after")
    message = promise()
    run()
    assert as_it_stands(message).state == State.UNCERTAIN
    receive(monkeypatch, sample("delivered after all", message))
    assert as_it_stands(message).state == State.SENT


def test_what_is_just_leaving_is_to_be_told_again(smtp, monkeypatch):
    message = promise()
    [row] = delivery.claim()
    delivery.fence(row)
    code, said = receive(monkeypatch, sample(NOBODY, as_it_stands(message)))
    assert (code, "being sent right now" in said) == (75, True)
    assert not ReceivedMail.objects.exists()


@pytest.mark.parametrize("error", [OperationalError("connection refused"), ZeroDivisionError("of ours")])
def test_when_it_cannot_be_noted_the_mail_server_keeps_it(sent, monkeypatch, error):
    def fails(report):
        raise error

    monkeypatch.setattr(incoming, "take", fails)
    code, said = receive(monkeypatch, sample(NOBODY, sent))
    assert (code, "Traceback" in said, str(error) in said) == (75, False, True)


def test_the_address_it_came_to_names_the_message(sent, monkeypatch, settings, smtp):
    settings.MAIL_RETURN_PATH = "bounces@rapport.example.edu"
    message = warn("second")
    run()
    path = f"bounces+{message.pk.hex}@rapport.example.edu"
    assert smtp.messages[-1].envelope_from == path
    bare = sample("Exim, nobody there", message).partition(b"------ This is a copy")[0]
    assert "Ignored" in receive(monkeypatch, bare)[1]
    assert "Saved" in receive(monkeypatch, bare, to=path)[1]
    assert as_it_stands(message).state == State.RETURNED
    told = b"Delivered-To: " + path.encode() + b"\n" + bare.replace(b"E1uPqWx", b"E2uPqWx")
    assert "Saved" in receive(monkeypatch, told)[1]


def test_a_message_takes_no_more_than_so_many_notes(sent, monkeypatch):
    monkeypatch.setattr(incoming, "MOST_OF_ONE", 2)
    said = [receive(monkeypatch, sample(NOBODY, sent, number=n))[1][:5] for n in range(4)]
    assert said == ["Saved", "Saved", "Ignor", "Ignor"]


def hostile():
    """Return mails that nobody sends in good faith, by what is wrong with them."""
    deep = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(5000))
    nested = b"Content-Type: message/rfc822\n\n" * 20_000
    blocks = b"\n".join(
        b"Final-Recipient: rfc822; a%d@b.example\nAction: failed\nStatus: 5.1.1\n" % n for n in range(9000)
    )
    return {
        "20 MB": b"Subject: x\n\n" + b"a" * 20_000_000,
        "20 MB of lines": b"Subject: x\n\n" + b"\n" * 20_000_000,
        "one header of 2 MB": b"Subject: " + b"x" * 2_000_000,
        "a header folded for ever": b"Content-Type: multipart/mixed;\n" + b' a=";";\n' * 200_000,
        "parameters": b"Content-Type: text/plain" + b';a="' * 100_000 + b"\n\nx",
        "deep": deep,
        "a mail in a mail in a mail": nested,
        "NUL": b"Subject: a\x00b\n\n\x00" * 1000,
        "NUL in the names": b"\x00From: x\nIn-Reply-To: <\x00>\n\n",
        "no such charset": b"Subject: =?no-such?q?=FF?=\nContent-Type: text/plain; charset=no-such\n\n\xff\xfe\x00",
        "an encoded word that is none": b"Subject: =?utf-8?b?////?=\nFrom: =?utf-8?q?=ED=A0=80?= <a@b.example>\n\nx",
        "a charset that is no text": b"Content-Type: text/plain; charset=base64\n\nabc",
        "idna as charset": b"Content-Type: text/plain; charset=idna\n\n" + b"a." * 500,
        "base64 that is none": b"Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\n!!!!",
        "blocks": b"Content-Type: multipart/x; boundary=b\n\n--b\nContent-Type: message/delivery-status\n\n" + blocks,
        "ids": b"References: " + b" ".join(b"<%032x@x.example>" % n for n in range(3000)) + b"\n\nx",
        "a date that is none": b"Auto-Submitted: x\nDate: Mon, 99 Foo 99999 99:99 +9999999\n\nback on 31 June 9999",
        "bytes": bytes(range(256)) * 2000,
        "Latin": b"Subject: \xe9\xe8\nFrom: \xff@\xfe\nTo: \x80\n\n\xe9",
        "words that a pattern may choke on": b"From: mailer-daemon@x\n\n" + (b"user " + b"a" * 80 + b" ") * 5000,
        "angles": b"Content-Type: text/html\nFrom: postmaster@x\n\n" + b"<" * 400_000,
    }  # fmt: skip


@pytest.mark.parametrize("name", hostile())
def test_hostile_mail_is_read_in_bounded_time_and_noted_nowhere(sent, monkeypatch, name):
    data, began = hostile()[name], time.process_time()
    for some in (data, sample(NOBODY, sent)[:200] + data, data + sample(NOBODY, sent)):
        code, said = receive(monkeypatch, some)
        assert (code, "Traceback" in said) == (0, False)
    assert time.process_time() - began < 15


@pytest.mark.parametrize("name", hostile())
def test_hostile_mail_about_a_mail_of_ours_is_no_error_either(sent, monkeypatch, name):
    said = f"In-Reply-To: {sent.message_id}\n".encode() + hostile()[name]
    assert receive(monkeypatch, said)[0] == 0


DAYS = {
    "I will return on Monday, January 4, 2027.": date(2027, 1, 4),
    "I'm away through 12/18/2026": date(2026, 12, 18),
    "Out of office till 2026-12-05": date(2026, 12, 5),
    "from 1 December to 9 December": date(2026, 12, 9),
    "I will be back at my desk on the 3rd of December.": date(2026, 12, 3),
    "Je serai de retour le 7 décembre 2026": date(2026, 12, 7),
    "Vuelvo; estaré de regreso el 8 de enero": date(2027, 1, 8),
    "Ich bin ab dem 15.12.2026 wieder da, bis 14.12.2026 nicht": date(2026, 12, 14),
    "I returned on 3 May 2019 and am away now": None,
    "back soon": None,
    "I will be back on 31 June": None,
}


@pytest.mark.parametrize("words", DAYS)
def test_the_day_somebody_is_back_is_read_as_people_write_it(words):
    assert returned._back_on(words, date(2026, 11, 29)) == DAYS[words]


CODES = [
    ("5.1.1", "", True),
    ("5.0.0", "User unknown", True),
    ("5.4.1", "Recipient address rejected: Access denied. AS(201806281)", True),
    ("5.4.310", "DNS domain corvane.example does not exist", True),
    ("5.5.0", "Requested action not taken: mailbox unavailable", True),
    ("5.2.1", "The email account that you tried to reach is disabled", True),
    ("5.2.2", "mailbox full", False),
    ("5.2.2", "The user unknown is over quota", False),
    ("5.7.1", "Message rejected as spam", False),
    ("5.7.26", "This mail has been blocked because the sender is unauthenticated (DMARC)", False),
    ("5.3.4", "message size exceeds limit", False),
    ("5.4.6", "hop count exceeded - possible mail loop", False),
    ("5.5.2", "Syntax error", False),
    ("5.4.7", "Delivery expired", False),
    ("", "Something went wrong", False),
    ("4.1.1", "User unknown", False),
    ("4.2.2", "mailbox full", False),
]


@pytest.mark.parametrize(("status", "words", "counts"), CODES)
def test_only_an_address_that_is_wrong_for_good_counts(status, words, counts):
    assert returned.is_nobody_there(status, words) is counts


def test_the_count_is_that_of_the_webhook(sent, monkeypatch, office):
    """What was refused before somebody took the address off the list does not count again."""
    receive(monkeypatch, sample(NOBODY, sent))
    suppression.add(sent.recipient, reason="x", by=office)
    suppression.lift(Suppression.objects.get(), by=office)
    second = warn("second")
    run()
    receive(monkeypatch, sample(NOBODY, second, number=2))
    assert stopped() == []
