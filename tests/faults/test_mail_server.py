"""Mail servers that stall, hang up, refuse and come back (reliability.md 7, A11, A13-A15)."""

import sys
import time
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.db.models import F
from django.utils import timezone

from apps.mail.alerts import health
from apps.mail.models import DeliveryAttempt, OutboundMessage, Trouble
from tests.faults.ground import LEASE, TIMEOUT_S, later, ours, promise, scaled, settled, states
from tests.stack import until

DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("mode", "after", "most"),
    [
        ("421", "pending", 0),
        ("450", "pending", 0),
        ("drop", "pending", 0),
        ("drop-after", "uncertain", 1),
        ("silent", "uncertain", 1),
    ],
)
def test_one_message_that_the_server_breaks(ground, post, found, mode, after, most):  # A11
    broken, *_ = promise(5)
    post.always[broken.recipient] = mode
    ground.loop()
    until(lambda: states() == {after: 1, "sent": 4}, or_say=lambda: str(states()))
    post.always.clear()
    later(minutes=2)
    settled()
    figures = found(f"A11 {mode}", broken=1)
    assert (figures.lost, figures.extra, states()) == ([], most, {"sent": 5})
    assert figures.max_copies == 1 + most


def test_a_server_that_greets_nobody_and_one_that_is_full(ground, post, found):  # A11
    promise(5)
    post.greetings.extend(["stall", "refuse"])
    ground.loop()
    until(lambda: health(timezone.now()).channel_error, or_say="Nobody noticed.")
    assert states() == {"pending": 5}
    settled()
    figures = found("A11 greeting")
    assert (figures.lost, figures.extra, states()) == ([], 0, {"sent": 5})
    assert not ours().exclude(attempts=1).exists()  # what nobody could try has not been tried


@pytest.mark.alone
def test_a_slow_server_is_waited_for(ground, post, found):  # A11
    post.pause_s = TIMEOUT_S / 4
    promise(4)
    ground.loop()
    settled()
    figures = found("A11 slow")
    assert (figures.lost, figures.extra, states()) == ([], 0, {"sent": 4})
    assert not ours().exclude(attempts=1).exists()


def test_a_server_that_does_not_answer_the_goodbye(ground, post, found):  # A11
    post.quit_stalls = True
    promise(2)
    ground.loop()
    settled()
    promise(2, key="next")
    settled()
    figures = found("A11 goodbye")
    assert (figures.lost, figures.extra, states()) == ([], 0, {"sent": 4})


def test_broken_tls_stops_the_channel_and_nothing_else(ground, post, found, tmp_path):  # A11
    post.certificate = certificate(tmp_path)
    post.greetings.extend(["no-tls"] * 2)
    promise(3)
    trusted = {"EMAIL_URL": post.url.replace("smtp:", "smtp+tls:"), "SSL_CERT_FILE": post.certificate[0]}
    ground.program("tls", sys.executable, "manage.py", "deliver", "--loop", **trusted)
    try:
        until(lambda: "SSL" in health(timezone.now()).channel_error, or_say="Nobody noticed.")
        settled()
    finally:
        ground.end_all()
        post.certificate = None
    figures = found("A11 tls")
    assert (figures.lost, figures.extra, states()) == ([], 0, {"sent": 3})
    assert not ours().exclude(attempts=1).exists()


def certificate(folder):
    """Return the files of a fresh certificate for 127.0.0.1, and of its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now - DAY, now + DAY)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    files = folder / "certificate.pem", folder / "key.pem"
    files[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    pkcs8 = serialization.PrivateFormat.PKCS8
    files[1].write_bytes(key.private_bytes(serialization.Encoding.PEM, pkcs8, plain))
    return [str(path) for path in files]


@pytest.mark.alone
def test_a_server_that_refuses_every_text_for_a_while(ground, post, found):  # A11
    post.usually = "554"
    promise(scaled(30))
    ground.loop()
    five_minutes_ago = F("began_at") - timedelta(minutes=5)
    until(lambda: Trouble.objects.filter(name="channel").update(began_at=five_minutes_ago), or_say="Nobody noticed.")
    until(OutboundMessage.objects.filter(kind="office_alert").exists, or_say="The office was not told.")
    assert (post.copies, DeliveryAttempt.objects.count() < 10) == ([], True)
    post.usually, mended_at = "250", time.time()
    settled()
    figures = found("A11 refused", mended_in=f"{max(copy.at for copy in post.copies) - mended_at:.1f}s")
    assert (figures.lost, figures.extra, states()) == ([], 0, {"sent": scaled(30)})
    assert max(copy.at for copy in post.copies) - mended_at <= 120
    assert OutboundMessage.objects.filter(kind="office_alert").count() == 1
    assert not ours().exclude(attempts=1).exists()


def test_not_now_for_two_hours(ground, post, found):  # A13
    count = scaled(20)
    promise(count)
    post.usually = "450"
    ground.loop()
    tries = 0
    for minutes in (2, 6, 18, 72, 22):  # two hours, and each wait with a fifth more
        tries += 1
        until(lambda n=tries: not ours().exclude(attempts=n, state="pending").exists(), or_say="Not tried.")
        later(minutes=minutes)
    assert post.copies == []
    post.usually = "250"
    later(hours=4)
    settled()
    figures = found("A13", tries=tries)
    assert (figures.lost, figures.extra, states()) == ([], 0, {"sent": count})
    assert max(ours().values_list("attempts", flat=True)) <= tries + 1


def test_an_address_that_nobody_has_is_tried_once(ground, post, found):  # A14
    promise(5)
    for n in range(5):
        post.always[f"m{n}@there.example"] = "550"
    post.always.pop("m4@there.example")
    ground.loop()
    settled()
    later(hours=7)
    promise(1, key="next")
    settled()
    figures = found("A14", refused=4)
    assert (figures.lost, figures.extra, states()) == ([], 0, {"failed": 4, "sent": 2})
    assert not ours().exclude(attempts=1).exists()
    assert ours().needs_a_human().count() == 4


@pytest.mark.alone
def test_poison_delays_nobody(ground, post, found):  # A15
    rows = promise(scaled(100))
    poison = [row.pk for row in rows[::10]]
    OutboundMessage.objects.filter(pk__in=poison).update(recipient="jürgen@there.example")  # no server takes that
    ground.loop()
    settled()
    figures = found("A15", poison=len(poison))
    assert (figures.lost, figures.extra) == ([], 0)
    assert states() == {"failed": len(poison), "sent": len(rows) - len(poison)}
    assert not ours().exclude(attempts=1).exists()
    assert figures.late_s[-1] < LEASE.total_seconds() + 20  # a busy machine
