"""What is promised and how it reads on the line: the row, the headers, the parts, the calendar, hostile words."""

import email
import email.policy
import re
from datetime import timedelta

import icalendar
import pytest
from django.db import Error, IntegrityError, transaction
from django.utils import timezone

from apps.mail import outbox
from apps.mail.kinds import KINDS
from apps.mail.letter import letter
from apps.mail.models import DeliveryAttempt, OutboundMessage, State, Suppression
from apps.mail.outbox import Occasion, Sender
from apps.mail.rendering import wrapped
from apps.wording.text import one_line
from tests.mail.samples import SAMPLES

pytestmark = pytest.mark.django_db

CALENDAR = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n"


def promise(key="k", to="ingrid@corvane.example", code="KQ7-3MX", *, sender=None, ics=None, **occasion):
    occasion = Occasion(key, **occasion)
    return outbox.queue("sign_in_code", to=to, occasion=occasion, sender=sender, context={"code": code}, ics=ics)


def remind(person, key="r", title="Thank Teresa", *, sender=None, **occasion):
    notice = {"title": title, "text": "", "url": "/talks/1/"}
    occasion = Occasion(key, **occasion)
    return outbox.queue("reminder", to=person, occasion=occasion, sender=sender, context={"notices": [notice]})


def on_the_line(message):
    return email.message_from_bytes(letter(message).message().as_bytes(), policy=email.policy.default)


def read(mail, subtype):
    """What a reader sees of a part, with the line ends of this machine instead of a mail's."""
    return mail.get_body((subtype,)).get_content().replace("\r\n", "\n")


# --- the promise ------------------------------------------------------------------------------------------------------


def test_an_occasion_is_mailed_once():
    assert promise("k").key == "k"
    assert promise("k", to="somebody@else.example") is None
    assert OutboundMessage.objects.get().recipient == "ingrid@corvane.example"


def test_a_promise_is_part_of_the_act():
    def act():
        promise()
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), transaction.atomic():
        act()
    assert not OutboundMessage.objects.exists()


def test_to_a_person(student):
    message = remind(student)
    assert (message.person, message.is_to_person, message.recipient) == (student, True, student.email)
    assert (message.topic, message.rank) == ("reminder", 2)


BY_HAND = {
    "request_sent_to_alum",
    "request_countered",
    "request_question",
    "thank_you",
    "coach_letter",
    "help_request_answered",
    "introduction_asked",
    "introduction_made",
    "conduct_warning",
    "progress_update",
}


@pytest.mark.parametrize("sample", SAMPLES)
def test_machines_answer_only_what_a_person_wrote(sample, student):
    """RFC 3834: a letter is answered as any letter is; to what we made nobody's machine need say a word."""
    kind = sample.split()[0]
    sent = on_the_line(outbox.queue(kind, to=student, occasion=Occasion(sample), context=SAMPLES[sample]()))
    ours = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}
    assert {name: sent[name] for name in ours} == (dict.fromkeys(ours) if kind in BY_HAND else ours)


def test_every_kind_has_its_life():
    lives = {kind: value.life for kind, value in KINDS.items()}
    others = {kind: life for kind, life in lives.items() if life != timedelta(hours=24)}
    assert others == {
        "sign_in_code": timedelta(minutes=10),
        "no_account": timedelta(minutes=10),
        "address_code": timedelta(minutes=15),
        "password_link": timedelta(hours=1),
        "profile_check": timedelta(days=14),
        "alum_invitation": timedelta(days=14),
        "reminder": timedelta(days=7),
    }
    reminders = {kind for kind, value in KINDS.items() if value.is_reminder}
    assert reminders == {"reminder", "digest", "profile_check", "alum_invitation", "progress_update"}
    message = promise(due_at=timezone.now() + timedelta(hours=3))
    assert message.expires_at - message.due_at == timedelta(minutes=10)


def test_an_unknown_kind_is_refused():
    with pytest.raises(ValueError, match="no mail of the kind 'newsletter'"):
        outbox.queue("newsletter", to="a@x.example", occasion=Occasion("k"))


@pytest.mark.parametrize(
    "address", ["a@x.example, b@x.example", "a@x.example\nBcc: b@x.example", "a", "", "A <a@x.example>"]
)
def test_only_one_plain_address(address):
    with pytest.raises(ValueError, match="Not one e-mail address"):
        promise(to=address)
    with pytest.raises(ValueError, match="Not one e-mail address"):
        promise(sender=Sender("Amira Haddad", address or " "))


def test_one_nudge_for_a_transaction(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as hooks, transaction.atomic():
        promise("a")
        promise("b")
    assert hooks == [outbox.nudge]


@pytest.fixture
def no_broker(monkeypatch):
    """Point Celery to a port where nobody listens, and give it its broker back afterwards."""
    app = outbox.current_app
    there = app.conf.broker_url
    monkeypatch.setattr(outbox.Broker, "away_until", 0.0)
    app.conf.broker_url = "redis://127.0.0.1:1/0"
    app.amqp._producer_pool = app._pool = None
    yield
    app.conf.broker_url = there
    app.amqp._producer_pool = app._pool = None


def test_a_nudge_without_a_broker_hurts_nobody(no_broker, caplog):
    outbox.nudge()
    outbox.nudge()  # does not ask again: pages stay quick
    assert caplog.text.count("No broker to nudge") == 1


def test_the_mail_of_an_occasion_is_taken_back_once():
    taken, other = (
        promise("a", subject_key="request:7", subject_no=1),
        promise("b", to="b@x.example", subject_key="request:7", subject_no=2),
    )
    later = timezone.now() + timedelta(hours=1)
    assert outbox.cancel(Occasion("a", subject_key="request:7", due_at=later)) is True  # the key alone names it
    assert [OutboundMessage.objects.get(pk=m.pk).state for m in (taken, other)] == ["cancelled", "pending"]
    assert outbox.cancel(Occasion("a")) is False
    assert outbox.cancel(Occasion("c")) is False


# --- how it reads -----------------------------------------------------------------------------------------------------


def test_a_mail_in_the_name_of_a_student(student):
    message = promise(sender=outbox.sender_of(student))
    mail = on_the_line(message)
    assert mail["From"] == "Amira Haddad via Tamarack Career Office <rapport@localhost.localdomain>"
    assert mail["Reply-To"] == student.email
    assert (mail["To"], mail["Message-ID"]) == ("ingrid@corvane.example", message.message_id)
    assert "List-Unsubscribe" not in mail
    assert [part.get_content_type() for part in mail.walk()] == ["multipart/alternative", "text/plain", "text/html"]


def test_a_reminder_from_the_office(student, settings):
    mail = on_the_line(remind(student))
    assert mail["From"].startswith("Rapport at Tamarack <")
    assert mail["List-Unsubscribe"].startswith(f"<{settings.SITE_URL}/unsubscribe/")
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["List-Unsubscribe"][1:-1] in read(mail, "plain")


def test_the_words_arrive_as_they_were_written():
    code = "Ærøskøbing – “naïve” 東京\n.\n..dots\n" + "long " * 300
    message = promise(code=code)
    mail = on_the_line(message)
    assert mail["Subject"] == message.subject
    assert (read(mail, "plain"), read(mail, "html")) == (message.text, message.html)
    assert max(map(len, letter(message).message().as_bytes().split(b"\r\n"))) <= 998


def test_plain_words_go_as_they_are():
    message = promise()
    for part in ("text", "html"):
        setattr(message, part, getattr(message, part).translate(dict(zip(map(ord, "’“”"), '\'""', strict=True))))
    raw = letter(message).message().as_bytes()
    assert b"KQ7-3MX\r\n" in raw
    assert b"quoted-printable" not in raw
    assert b"\n" not in raw.replace(b"\r\n", b"")


@pytest.mark.parametrize("odd", ["x\r\nBcc: c@x.example", "x\nBcc: c@x.example", "x\r", "x\r\n\r\nHello"])
def test_a_line_break_in_a_header_is_never_composed(odd):
    message = promise()
    message.headers = {"X-Odd": odd}
    with pytest.raises(ValueError, match="A line break in the header X-Odd"):
        letter(message).message().as_bytes()


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Ken Griffey, Jr.", "Ken Griffey Jr. via Tamarack Career Office"),
        ("Dr. Ana Núñez", "Dr. Ana Núñez via Tamarack Career Office"),
        ("Support: dean@bank.example", "Support dean bank example via Tamarack Career Office"),
        ("Wolfeschlegelsteinhausenbergerdorff Ana María", "Wolfeschlegelsteinhausenbergerdorff Ana María via Tamarack"),
        ("יעל " * 20, f"{'יעל ' * 12}via Tamarack"),
    ],
)
def test_a_name_in_from_is_one_that_mail_programs_take(student, name, shown):
    student.name = name
    student.save()
    message = promise(sender=outbox.sender_of(student))
    address = on_the_line(message)["From"].addresses[0]
    # Python sets a blank between two encoded words, where a mail program sets none.
    assert address.display_name.replace(" ", "") == shown.replace(" ", "")
    assert address.addr_spec == "rapport@localhost.localdomain"
    assert len(shown) <= 64
    assert max(map(len, re.findall(r"=\?[^ ]*\?=", letter(message).message()["From"])), default=0) <= 75


def test_names_beyond_ascii(student):
    message = promise(sender=Sender("Zoë Müller-Łukasz, 東京", "z@x.example"))
    assert (
        on_the_line(message)["From"].addresses[0].display_name == "Zoë Müller-Łukasz, 東京 via Tamarack Career Office"
    )


HOSTILE = [
    "x\r\nBcc: victim@x.example",
    "x\nSubject: other",
    '"; <script>alert(1)</script>',
    "<img src=x onerror=alert(1)> <b>bold</b>",
    "a\u202egnirts\u2066",
    "=?utf-8?q?=0D=0ABcc:_victim=40x.example?=",
    "boss@bank.example <boss@bank.example>",
    "\x00\x1b[31m\ud800",
    "END:VCALENDAR",
    "{{ policy }} {% now 'Y' %}",
]


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_add_no_header_no_element_no_recipient(student, words):
    message = remind(student, title=words, sender=Sender(words))
    mail = on_the_line(message)
    assert sorted(mail.keys()) == sorted(on_the_line(remind(student, "calm", "Words", sender=Sender("Name"))).keys())
    assert mail["To"] == student.email
    assert [a.addr_spec for a in mail["From"].addresses] == ["rapport@localhost.localdomain"]
    html = mail.get_body(("html",)).get_content()
    assert ("<script" in html, "<img" in html, "<b>" in html) == (False, False, False)
    assert html.count("<") == remind(student, "calm2", "Words").html.count("<")
    assert "Rapport at" not in mail["Subject"]  # templates in words stay words


def test_one_line_and_wrapped():
    assert one_line(" a\r\n\tb\u2028c\x00 ") == "a b c"
    assert wrapped("\n\na\n\n\n\nb  \n" + "word " * 20 + "\nhttps://x.example/" + "y" * 100) == (
        "a\n\nb\n" + " ".join(["word"] * 14) + "\n" + " ".join(["word"] * 6) + "\nhttps://x.example/" + "y" * 100 + "\n"
    )


def test_an_invitation_has_its_calendar_twice_with_one_method():
    mail = on_the_line(promise(ics=(CALENDAR.encode(), "REQUEST")))
    parts = {part.get_content_type(): part for part in mail.walk()}
    assert list(parts) == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "text/calendar",
        "application/ics",
    ]
    for part in (parts["text/calendar"], parts["application/ics"]):
        calendar = icalendar.Calendar.from_ical(part.get_payload(decode=True))
        assert part.get_param("method") == calendar["METHOD"] == "REQUEST"
    assert parts["application/ics"].get_filename() == "invite.ics"


def test_what_others_may_see():
    message = promise(code="SECRET")
    assert "SECRET" not in message.shown_subject + message.shown_text
    request = OutboundMessage(
        kind="thank_you", subject="s", text="Look:\nhttps://x.example/a/" + "A1_-" * 11 + "/\nbye"
    )
    assert request.shown_text == "Look:\nhttps://x.example/a/…/\nbye"


# --- what the database refuses ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changes",
    [
        {"state": "lost"},
        {"phase": "somewhere"},
        {"state": State.SENT},
        {"sent_at": "2026-01-01T00:00Z"},
        {"state": State.LEASED},
        {"recipient": "a@x.example,b@x.example"},
        {"from_name": "a\nb"},
        {"ics_method": "REQUEST"},
        {"is_to_person": True},
    ],
)
def test_the_database_refuses_what_cannot_be(changes):
    promise()
    with pytest.raises(IntegrityError):
        OutboundMessage.objects.update(**changes)


@pytest.mark.parametrize("field", ["subject", "text", "html", "key", "kind", "message_id"])
def test_a_promised_mail_stays_as_it_was_written(field):
    promise()
    with pytest.raises(Error, match="stays as it was written"):
        OutboundMessage.objects.update(**{field: "other"})


def test_a_sent_one_cannot_be_sent_again():
    promise()
    OutboundMessage.objects.update(state=State.SENT, sent_at=timezone.now())
    with pytest.raises(Error, match="stays as it was written"):
        OutboundMessage.objects.update(state=State.PENDING, sent_at=None)


def test_an_attempt_is_never_rewritten():
    DeliveryAttempt.objects.create(message=promise(), n=1, worker="w", started_at=timezone.now(), outcome=State.SENT)
    with pytest.raises(Error, match="stays as it was written"):
        DeliveryAttempt.objects.update(n=2)


def test_an_address_is_suppressed_once_whatever_its_case():
    Suppression.objects.create(address="A@x.example", reason="550")
    with pytest.raises(IntegrityError):
        Suppression.objects.create(address="a@X.example", reason="550")
