"""A real SMTP server on loopback that records what arrives and fails as told.

    def test_something(smtp):
        smtp.next("550")                        # the next message; then the one after it: smtp.next("550", "drop")
        smtp.always["x@there.example"] = "550"
        ...
        assert [m["Subject"] for m in smtp.messages] == [...]

Modes: "250", at the recipient "450", "550", "421", at the text "554-data", "552-size"; "drop" hangs up before the dot,
"drop-after" after it, "stall" reads the dot and answers nothing until the test is over.

A copy counts as arrived when the server has read its dot, whatever it answered.
"""

import asyncio
import email
import email.policy
import socket
from collections import Counter, deque

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP


class Faulty(SMTP):
    """aiosmtpd, but it can hang up in the middle of a message."""

    async def smtp_DATA(self, arg):
        if self.envelope and getattr(self.envelope, "mode", "") == "drop":
            self.transport.close()
            return
        await super().smtp_DATA(arg)


class Server(Controller):
    def __init__(self):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.messages, self.connections, self.always, self.coming = [], 0, {}, deque()
        self.stalled = None
        super().__init__(self, hostname="127.0.0.1", port=port)

    def factory(self):
        self.connections += 1
        return Faulty(self, hostname="sink", enable_SMTPUTF8=False, decode_data=False)

    def next(self, *modes):
        self.coming.extend(modes)

    @property
    def copies(self):
        """Return Message-ID -> number of copies that arrived."""
        return Counter(message["Message-ID"] for message in self.messages)

    async def handle_RCPT(self, server, session, envelope, address, options):
        mode = self.always.get(address) or (self.coming.popleft() if self.coming else "250")
        envelope.mode = mode
        if mode in ("450", "550", "421"):
            return f"{mode} not now" if mode != "550" else "550 5.1.1 nobody of that name"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if envelope.mode == "554-data":
            return "554 5.7.1 not this text"
        if envelope.mode == "552-size":
            return "552 5.3.4 message too large"
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        message.envelope_from, message.envelope_to = envelope.mail_from, envelope.rcpt_tos
        message.raw = envelope.content
        self.messages.append(message)
        if envelope.mode == "drop-after":
            server.transport.close()
        if envelope.mode == "stall":
            self.stalled = asyncio.Event()
            await self.stalled.wait()
        return "250 taken"

    def stop(self, no_assert=False):
        if self.stalled:
            self.loop.call_soon_threadsafe(self.stalled.set)
        super().stop(no_assert)


def mailers(server, **options):
    """Return the MAILERS setting that points at `server`."""
    options = {"host": "127.0.0.1", "port": server.port, "timeout": 5} | options
    return {"default": {"BACKEND": "apps.mail.smtp.EmailBackend", "OPTIONS": options}}


@pytest.fixture
def smtp(settings):
    server = Server()
    server.start()
    server.connections = 0  # but for its own first look whether it stands
    settings.MAILERS = mailers(server)
    yield server
    server.stop()
