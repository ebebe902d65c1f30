"""A mail server that keeps every mail as a file instead of delivering it: python -m apps.local.sink PORT FOLDER

One mail is one `.eml` file, named by the moment it came, so that names sort by time. Who it was addressed to on the
wire (which may differ from its To line) stands on top of it as X-Sent-To. `mailbox` reads them.
"""

import asyncio
import itertools
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

LARGEST = 10 * 1024 * 1024


class Sink:
    """The part of the mail server that has a mail in hand (aiosmtpd calls it a handler)."""

    def __init__(self, folder: str) -> None:
        self.folder = Path(folder)
        self.numbers = itertools.count(1)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        name = f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}-{next(self.numbers):04}"
        begun = self.folder / f"{name}.part"
        to = ", ".join(envelope.rcpt_tos)
        try:
            begun.write_bytes(f"X-Sent-To: {to}\r\n".encode() + (envelope.original_content or b""))
            begun.rename(self.folder / f"{name}.eml")
        except OSError as error:  # a full disk: half a mail is none, and whoever sends tries again
            begun.unlink(missing_ok=True)
            return f"452 4.3.1 Not now: {error.strerror}"
        return f"250 OK: kept as {name}"


async def serve(port: int, folder: str) -> None:
    """Take mail until SIGTERM."""
    sink = Sink(folder)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(sink, enable_SMTPUTF8=True, data_size_limit=LARGEST, hostname="localhost"), "127.0.0.1", port
    )
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with server:
        await stop.wait()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), sys.argv[2]))
