"""A file that goes along with a mail: whole, under its name, and no trouble for anybody else's mail."""

import pytest

from apps.mail import delivery, outbox
from apps.mail.letter import letter
from apps.mail.models import Attachment, Halt, OutboundMessage, State, Suppression
from apps.mail.outbox import File, Occasion
from tests.mail.samples import SAMPLES

pytestmark = pytest.mark.django_db(transaction=True)
PDF = b"%PDF-1.7\n" + bytes(range(256)) * 9 + b"\n.\n..\n%%EOF"


def promise(key="k", to="ingrid@corvane.example", *, content=PDF):
    file = File("Amira-Haddad-resume.pdf", "application/pdf", content) if content else None
    return outbox.queue("thank_you", to=to, occasion=Occasion(key), context=SAMPLES["thank_you"](), file=file)


def run():
    return delivery.deliver_due(engine="test")


def test_it_arrives_whole_beside_the_text(smtp):
    promise()
    assert run() == 1
    [mail] = smtp.messages
    [part] = [part for part in mail.walk() if part.get_filename()]
    assert (part.get_filename(), part.get_content_type()) == ("Amira-Haddad-resume.pdf", "application/pdf")
    assert part.get_payload(decode=True) == PDF
    assert mail.get_content_type() == "multipart/mixed"
    assert [p.get_content_type() for p in mail.iter_parts()] == ["multipart/alternative", "application/pdf"]
    assert mail.get_body(("plain",)).get_content().strip()


def test_the_largest_that_may_be_kept_arrives(smtp):
    whole = b"%PDF-1.7\n" + b"\x00\x0d\x0a.\xff" * (1024 * 1024 - 4) + b"%%EOF"
    promise(content=whole)
    assert run() == 1
    [part] = [part for part in smtp.messages[0].walk() if part.get_filename()]
    assert part.get_payload(decode=True) == whole


def test_a_server_that_finds_it_too_large_holds_up_nobody_and_blames_no_address(smtp):
    smtp.always["ingrid@corvane.example"] = "552-size"
    large, small = promise("large"), promise("small", "ben@corvane.example", content=b"")
    run()
    states = {m.key: m.state for m in OutboundMessage.objects.filter(kind="thank_you")}
    assert states == {large.key: State.FAILED, small.key: State.SENT}
    assert (Halt.objects.count(), Suppression.objects.count()) == (0, 0)


def test_a_provider_gets_it_as_a_file(db):
    mail = letter(promise(), by_provider=True)
    assert [(a.filename, a.content, a.mimetype) for a in mail.attachments] == [
        ("Amira-Haddad-resume.pdf", PDF, "application/pdf")
    ]


def test_only_a_mail_that_has_a_file_asks_for_it(django_assert_num_queries):
    with_file, without = promise(), promise("other", content=b"")
    with django_assert_num_queries(0):
        letter(without).message()
    with django_assert_num_queries(1):
        letter(with_file).message()


def test_a_promise_that_is_taken_back_lets_go_of_its_file():
    promise()
    assert outbox.cancel(Occasion("k"))
    assert Attachment.objects.count() == 0


def test_asking_twice_keeps_one():
    promise()
    assert promise() is None
    assert Attachment.objects.count() == 1
