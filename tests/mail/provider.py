"""A small HTTP server on loopback that speaks as Postmark does, records what it took, and fails as told.

    def test_something(postmark):
        postmark.next("500")                 # the next message; then the one after it: postmark.next("500", "drop")
        ...
        assert [m["To"] for m in postmark.taken] == [...]

Modes: "ok"; "inactive" and "wrong-address", refusals of the recipient; "401", "429", "500", "503"; "drop" takes the
message and hangs up without a word, "half" within the answer, "nonsense" answers with what is no JSON, "silent" says
nothing until the test is over.
"""

import json
import threading
from collections import Counter, deque
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

KEY = "a-key-of-the-server"
REFUSALS = {
    "inactive": (
        406,
        "You tried to send to a recipient that has been marked as inactive.\nFound inactive addresses: {to}.\n"
        "Inactive recipients are ones that have generated a hard bounce or a spam complaint. ",
    ),
    "wrong-address": (300, "Invalid 'To' address: '{to}'."),
}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        server = self.server.postmark
        mail = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        mode = server.coming.popleft() if server.coming else "ok"
        if self.path != "/email" or self.headers["X-Postmark-Server-Token"] != KEY:
            mode = "401"
        if mode in ("ok", "drop", "half", "nonsense", "500"):
            server.taken.append(mail)
        self.answer(mode, mail)

    def answer(self, mode, mail):
        if mode == "silent":
            self.server.postmark.over.wait()
        if mode in ("drop", "silent"):
            self.close_connection = True
        elif mode == "half":
            self.send_response(200)
            self.send_header("Content-Length", "400")
            self.end_headers()
            self.wfile.write(b'{"ErrorCode": 0')
            self.close_connection = True
        elif mode == "nonsense":
            self.say(200, "all is well")
        elif mode in REFUSALS:
            code, words = REFUSALS[mode]
            self.say(422, {"ErrorCode": code, "Message": words.format(to=mail["To"])})
        elif mode == "ok":
            number = f"pm-{len(self.server.postmark.taken)}"
            self.say(200, {"ErrorCode": 0, "Message": "OK", "MessageID": number, "To": mail["To"]})
        else:
            self.say(int(mode), {"ErrorCode": 10, "Message": f"It said {mode}"})

    def say(self, status, words):
        body = (words if isinstance(words, str) else json.dumps(words)).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *words):
        pass


class Postmark:
    def __init__(self):
        self.taken, self.coming, self.over = [], deque(), threading.Event()
        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        self.http.postmark = self
        self.url = f"http://127.0.0.1:{self.http.server_port}/"
        self.thread = threading.Thread(target=self.http.serve_forever, kwargs={"poll_interval": 0.05})
        self.thread.start()

    def next(self, *modes):
        self.coming.extend(modes)

    @property
    def copies(self):
        """Return subject -> number of copies that it took, whatever it answered."""
        return Counter(mail["Subject"] for mail in self.taken)

    def stop(self):
        self.over.set()
        self.http.shutdown()
        self.http.server_close()
        self.thread.join()


@pytest.fixture
def postmark(settings):
    server = Postmark()
    settings.MAIL_PROVIDER = "postmark"
    settings.MAILERS = {"default": {"BACKEND": "anymail.backends.postmark.EmailBackend", "OPTIONS": {"timeout": 5}}}
    settings.ANYMAIL = {
        "POSTMARK_SERVER_TOKEN": KEY,
        "POSTMARK_API_URL": server.url,
        "WEBHOOK_SECRET": "rapport:a-long-secret",
        "SEND_DEFAULTS": {"track_clicks": False, "track_opens": False},
    }
    yield server
    server.stop()
