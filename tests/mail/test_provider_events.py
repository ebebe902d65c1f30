"""What a provider tells afterwards, as it posts it: taken when it is signed, once, and only about mail of ours."""

import base64
import hashlib
import hmac
import json
from datetime import timedelta

import pytest
from anymail.signals import AnymailTrackingEvent, EventType, RejectReason
from django.test import Client
from django.utils import timezone

from apps.mail import delivery, outbox, provider_events, suppression
from apps.mail.models import OutboundMessage, State, Suppression, Unsubscribe
from tests import world
from tests.mail.test_delivery import as_it_stands, later, promise, remind, run, warn

pytestmark = pytest.mark.django_db(transaction=True)

SECRET = "rapport:a-long-secret"


def auth(secret=SECRET):
    return {"Authorization": "Basic " + base64.b64encode(secret.encode()).decode()}


def tell(event, headers=None):
    client = Client(enforce_csrf_checks=True)
    words = event if isinstance(event, str) else json.dumps(event)
    return client.post("/mail/events/", words, "application/json", headers=auth() if headers is None else headers)


def about(message, kind="Bounce", **fields):
    said = {
        "RecordType": kind,
        "Type": "SpamComplaint" if kind == "SpamComplaint" else "HardBounce",
        "MessageID": message.provider_id,
        "Email": message.recipient,
        "Details": "smtp;550 5.1.1 nobody\nof that name",
        "BouncedAt": timezone.now().isoformat(),
        "Metadata": {"message": message.pk.hex},
    }
    return said | fields


def rows():
    return list(Suppression.objects.in_force().values_list("address", "cause"))


@pytest.fixture
def sent(postmark):
    message = promise()
    run()
    return as_it_stands(message)


def test_a_mail_that_came_back_is_shown_to_a_human_once(sent):
    for _ in range(3):
        assert tell(about(sent)).status_code == 200
    assert (as_it_stands(sent).state, sent.last_error) == (State.RETURNED, "smtp;550 5.1.1 nobody of that name")
    assert [attempt.outcome for attempt in sent.attempts_made.order_by("pk")] == ["sent", "returned"]
    assert OutboundMessage.objects.needs_a_human().get() == sent
    assert rows() == []


def test_the_second_that_came_back_suppresses_the_address(sent):
    second = promise("b", to="Ingrid@corvane.example")
    run()
    tell(about(sent))
    tell(about(as_it_stands(second)))
    assert rows() == [("Ingrid@corvane.example", "refused")]
    assert Suppression.objects.get().message == second


def test_a_complaint_suppresses_at_once_and_leaves_the_message_sent(sent):
    for _ in range(2):
        assert tell(about(sent, "SpamComplaint")).status_code == 200
    assert rows() == [("ingrid@corvane.example", "complaint")]
    assert as_it_stands(sent).state == State.SENT
    third = promise("c")
    run()
    assert as_it_stands(third).state == State.FAILED


def test_who_wants_no_more_at_the_provider_gets_no_more_reminders(postmark):
    person = world.student("Amira Haddad", coach=None)
    first = remind(person, rule="cadence")
    run()
    change = about(as_it_stands(first), "SubscriptionChange", Recipient=person.email, SuppressSending=True)
    for _ in range(2):
        tell(change | {"SuppressionReason": "ManualSuppression", "ChangedAt": timezone.now().isoformat()})
    second, code = remind(person, "r2", rule="close-loop"), promise("b", to=person)
    run()
    assert [as_it_stands(message).state for message in (second, code)] == [State.OBSOLETE, State.SENT]
    assert rows() == []


def test_who_has_no_account_can_refuse_no_reminders(sent):
    change = about(sent, "SubscriptionChange", Recipient=sent.recipient, SuppressSending=True)
    change |= {"SuppressionReason": "ManualSuppression", "ChangedAt": timezone.now().isoformat()}
    assert tell(change).status_code == 200
    assert (rows(), Unsubscribe.objects.exists()) == ([], False)


def test_what_was_said_before_an_address_was_taken_off_puts_it_on_no_more(sent, office):
    said = about(sent, "SpamComplaint")
    tell(said)
    suppression.lift(Suppression.objects.get(), by=office)
    tell(said)
    assert rows() == []
    tell(about(sent, "SpamComplaint", BouncedAt=(timezone.now() + timedelta(minutes=1)).isoformat()))
    assert rows() == [("ingrid@corvane.example", "complaint")]


def test_an_old_bounce_says_nothing_about_the_mail_that_was_sent_again(postmark, office):
    sent = warn()
    run()
    said = about(as_it_stands(sent))
    tell(said)
    outbox.resend(as_it_stands(sent), by=office, now=timezone.now())
    tell(said)
    assert as_it_stands(sent).state == State.PENDING
    assert run() == 1
    tell(said)
    assert (as_it_stands(sent).state, sent.provider_id) == (State.SENT, "pm-2")


def test_word_of_a_delivery_settles_what_was_perhaps_sent(postmark):
    postmark.next("drop")
    message = promise()
    run()
    assert as_it_stands(message).state == State.UNCERTAIN
    delivered = about(message, "Delivery", MessageID="pm-7", Recipient=message.recipient, Details="250 taken")
    del delivered["Email"]
    assert tell(delivered).status_code == 200
    assert (as_it_stands(message).state, message.provider_id, message.last_error) == (State.SENT, "pm-7", "")
    later(hours=1)
    assert run() == 0
    assert postmark.copies[message.subject] == 1


def test_a_word_that_comes_before_our_own_is_to_be_said_again(postmark):
    message = promise()
    [row] = delivery.claim()
    delivery.fence(row)
    assert tell(about(as_it_stands(message))).status_code == 503
    assert as_it_stands(message).state == State.SENDING


@pytest.mark.parametrize(
    "kind", ["SoftBounce", "DMARCPolicy", "Blocked", "VirusNotification", "TemplateRenderingFailed"]
)
def test_what_is_not_the_fault_of_an_address_is_shown_and_does_not_count(postmark, kind):
    messages = [promise("a"), promise("b")]
    run()
    for message in messages:
        tell(about(as_it_stands(message), Type=kind))
    assert ({as_it_stands(message).state for message in messages}, rows()) == ({State.RETURNED}, [])


SAID = [
    ("brevo", {"event": "soft_bounce"}, False),
    ("brevo", {"event": "hard_bounce"}, True),
    ("mailgun", {"severity": "permanent"}, True),
    ("mailjet", {"event": "bounce", "hard_bounce": False}, False),
    ("mailjet", {"event": "bounce", "hard_bounce": True}, True),
    ("sparkpost", {"msys": {"message_event": {"bounce_class": "22"}}}, False),
    ("sparkpost", {"msys": {"message_event": {"bounce_class": "10"}}}, True),
]


@pytest.mark.parametrize(("provider", "said", "counts"), SAID)
def test_each_provider_says_in_its_own_way_that_a_bounce_may_pass(settings, provider, said, counts):
    settings.MAIL_PROVIDER = provider
    event = AnymailTrackingEvent(event_type=EventType.BOUNCED, reject_reason=RejectReason.BOUNCED, esp_event=said)
    assert provider_events._is_nobody_there(event) is counts


def test_a_complaint_that_says_no_time_is_as_old_as_its_mail(sent, office):
    said = about(sent, "SpamComplaint")
    del said["BouncedAt"]
    tell(said)
    suppression.lift(Suppression.objects.get(), by=office)
    tell(said)
    assert rows() == []


@pytest.mark.parametrize("headers", [{}, auth("rapport:another"), auth("rapport"), {"Authorization": "Basic ???"}])
def test_without_the_secret_it_is_refused(sent, headers):
    assert tell(about(sent), headers).status_code == 403
    assert as_it_stands(sent).state == State.SENT


@pytest.mark.parametrize("words", ["", "no json", "[]", '"x"', "{}", '{"RecordType": "Bounce"}', '{"Email": null}'])
def test_nonsense_changes_nothing(sent, words):
    assert tell(words).status_code in (200, 400)
    assert (as_it_stands(sent).state, rows()) == (State.SENT, [])


def test_other_mail_of_the_same_account_is_none_of_ours(sent):
    for other in (
        {"MessageID": "x"},
        {"Email": "b@x.example"},
        {"MessageID": None},
        {"Metadata": {"message": "x" * 32}},
    ):
        said = about(sent, MessageID="pm-99") | {"Metadata": {}} | other
        assert tell(said).status_code == 200
        assert tell(said | {"RecordType": "SpamComplaint"}).status_code == 200
    assert (as_it_stands(sent).state, rows()) == (State.SENT, [])


def test_nobody_listens_without_a_provider_or_a_secret(sent, settings):
    settings.ANYMAIL |= {"WEBHOOK_SECRET": ""}
    assert tell(about(sent)).status_code == 404
    settings.ANYMAIL |= {"WEBHOOK_SECRET": SECRET}
    settings.MAIL_PROVIDER = ""
    assert tell(about(sent)).status_code == 404
    assert as_it_stands(sent).state == State.SENT


def test_a_provider_may_look_whether_anybody_is_there(postmark):
    assert (Client().head("/mail/events/").status_code, Client().get("/mail/events/").status_code) == (200, 405)


def test_a_provider_that_signs_must_sign(sent, settings):
    """Mailgun signs each event by itself; the secret alone is not enough."""
    settings.MAIL_PROVIDER = "mailgun"
    settings.ANYMAIL |= {"MAILGUN_API_KEY": "k", "MAILGUN_WEBHOOK_SIGNING_KEY": "sign"}
    stamp, token = str(int(timezone.now().timestamp())), "t" * 50
    right = hmac.new(b"sign", f"{stamp}{token}".encode(), hashlib.sha256).hexdigest()
    failed = {
        "event": "failed",
        "severity": "permanent",
        "reason": "bounce",
        "recipient": sent.recipient,
        "timestamp": float(stamp),
        "id": "e1",
        "message": {"headers": {"message-id": sent.provider_id}},
        "user-variables": {"message": sent.pk.hex},
        "delivery-status": {"code": 550, "message": "5.1.1 nobody"},
    }
    for signature, status in (("0" * 64, 403), (right, 200)):
        said = {"signature": {"timestamp": stamp, "token": token, "signature": signature}, "event-data": failed}
        assert tell(said).status_code == status
    OutboundMessage.objects.filter(pk=sent.pk).update(provider_id="<pm-1>")
    tell({"signature": {"timestamp": stamp, "token": token, "signature": right}, "event-data": failed})
    assert as_it_stands(sent).state == State.RETURNED
