"""A mail server that fails as it is told, in threads of the test, and remembers every copy that it read to the dot.

    post.usually = "450"                    # until it is told otherwise
    post.coming.extend(["drop", "550"])     # the next messages, one each
    post.always["x@there.example"] = "550"
    post.greetings.append("stall")          # the next connection

Messages: "250" taken; "421", "450" and "550" at the recipient, "554" at the text; "drop" hangs up before the dot,
"drop-after" after it, "silent" never answers the dot. Held messages wait for `post.let_go()`: "hold-rcpt" at the
recipient, "hold-text" with the text read but for its end, "hold-answer" after the dot.
Connections: "stall" greets nobody, "refuse" says 421,
"no-tls" breaks off in the middle of STARTTLS. `pause_s` is waited before every answer.
A server of its own process, for the benchmark: python -m tests.faults.post, which prints its port.
"""

import socket
import socketserver
import ssl
import time
from collections import Counter, deque
from contextlib import suppress
from dataclasses import dataclass
from threading import Event, Lock, Thread

LONGEST_HOLD_S = 120
BAD = {"421": b"421 4.3.2 closing", "450": b"450 4.2.0 not now", "550": b"550 5.1.1 nobody of that name"}


@dataclass(frozen=True)
class Copy:
    message_id: str
    to: str
    at: float  # seconds since 1970, on this machine


class Gone(Exception):
    """The conversation is over."""


class Post(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True
    request_queue_size = 64

    def __init__(self):
        self.copies, self.connections, self.lock = [], 0, Lock()
        self.reset()
        super().__init__(("127.0.0.1", 0), Conversation)
        self.port = self.server_address[1]
        self.certificate = None
        Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def reset(self):
        self.copies.clear()
        self.connections, self.usually, self.pause_s, self.quit_stalls = 0, "250", 0, False
        self.always, self.coming, self.greetings = {}, deque(), deque()
        self.held, self.may_go, self.over = Event(), Event(), Event()

    def close(self):
        self.let_go()
        self.over.set()
        self.shutdown()
        self.server_close()

    @property
    def url(self):
        return f"smtp://127.0.0.1:{self.port}"

    def mode(self, address):
        with self.lock:
            return self.always.get(address) or (self.coming.popleft() if self.coming else self.usually)

    def hold(self):
        """Wait for `let_go`, having said that somebody waits."""
        self.held.set()
        self.may_go.wait(LONGEST_HOLD_S)

    def let_go(self):
        self.may_go.set()

    def hold_again(self):
        """Hold the next message that is to be held, too."""
        self.held.clear()
        self.may_go.clear()

    def count(self):
        """Return Message-ID -> number of copies."""
        with self.lock:
            return Counter(copy.message_id for copy in self.copies)

    def handle_error(self, request, client_address):
        """A worker that is killed breaks its line: that is what we are here for."""


class Conversation(socketserver.StreamRequestHandler):
    disable_nagle_algorithm = True
    to, mode = "", "250"

    def handle(self):
        self.server.connections += 1
        greeting = self.server.greetings.popleft() if self.server.greetings else ""
        with suppress(OSError, Gone):
            self._greet(greeting)
            while line := self.rfile.readline():
                self._answer(line.strip(), greeting)

    def finish(self):
        super().finish()
        self.connection.close()

    def _say(self, *lines):
        if self.server.pause_s:
            self.server.over.wait(self.server.pause_s)
        self.wfile.write(b"".join(line + b"\r\n" for line in lines))

    def _greet(self, greeting):
        if greeting == "stall":
            self.server.over.wait(LONGEST_HOLD_S)
            raise Gone
        if greeting == "refuse":
            self._say(b"421 4.3.2 too many of you")
            raise Gone
        self._say(b"220 post")

    def _answer(self, line, greeting):
        word = line[:4].upper()
        if word == b"EHLO":
            self._say(*([b"250-post", b"250 STARTTLS"] if self.server.certificate else [b"250 post"]))
        elif word == b"STAR":
            self._say(b"220 go on")
            self._secure(greeting)
        elif word == b"RCPT":
            self._recipient(line)
        elif word == b"DATA":
            self._text()
        elif word == b"QUIT":
            self._part()
        else:
            self._say(b"250 ok")

    def _secure(self, greeting):
        if greeting == "no-tls":
            self.wfile.write(b"this is no TLS\r\n")
            raise Gone
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*self.server.certificate)
        self.connection = context.wrap_socket(self.connection, server_side=True)
        self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb", 0)

    def _recipient(self, line):
        self.to = line.partition(b"<")[2].partition(b">")[0].decode()
        self.mode = self.server.mode(self.to)
        if self.mode == "hold-rcpt":
            self.server.hold()
        self._say(BAD.get(self.mode, b"250 ok"))
        if self.mode == "421":
            raise Gone

    def _text(self):
        if self.mode == "drop":
            self._hang_up_saying(b"354 go on")
        self._say(b"354 go on")
        message_id, in_head = "", True
        while (line := self.rfile.readline()) != b".\r\n":
            if not line:
                raise Gone
            in_head = in_head and line != b"\r\n"
            if in_head and line[:11].lower() == b"message-id:":
                message_id = line[11:].strip().decode()
        if self.mode == "554":
            self._say(b"554 5.7.1 not this text")
            return
        self._keep(Copy(message_id, self.to, time.time()))

    def _hang_up_saying(self, line):
        """Say a last word and hang up in one packet: whoever reads the word can see that nobody listens any more."""
        if hasattr(socket, "TCP_CORK"):  # Linux
            self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_CORK, 1)
        self._say(line)
        self.connection.shutdown(socket.SHUT_WR)
        raise Gone

    def _keep(self, copy):
        with self.server.lock:
            self.server.copies.append(copy)
        if self.mode == "hold-answer":
            self.server.hold()
        if self.mode == "silent":
            self.server.over.wait(LONGEST_HOLD_S)
        if self.mode in ("drop-after", "silent"):
            raise Gone
        self._say(b"250 taken")

    def _part(self):
        if self.server.quit_stalls:
            self.server.over.wait(LONGEST_HOLD_S)
        self._say(b"221 bye")
        raise Gone


if __name__ == "__main__":
    post = Post()
    print(post.port, flush=True)  # noqa: T201
    post.over.wait()
