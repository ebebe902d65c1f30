"""A broker that takes every call and says nothing, as behind a broken network; told so, it lets all through, and may
fall silent again: then what is said on a call that stands arrives once it speaks."""

import socket
import socketserver
from contextlib import suppress
from threading import Event, Thread


class SilentBroker(socketserver.ThreadingTCPServer):
    """Between Rapport and its Valkey: silent until `speaks` is set. Whoever called before that must call again."""

    allow_reuse_address = daemon_threads = True
    request_queue_size = 64

    def __init__(self, broker_port):
        self.speaks, self.over, self.calls, self.broker_port = Event(), Event(), 0, broker_port
        super().__init__(("127.0.0.1", 0), _Call)
        Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    @property
    def port(self):
        return self.server_address[1]

    def falls_silent(self):
        self.speaks.clear()

    def close(self):
        self.over.set()
        self.speaks.set()  # nobody waits for it any more
        self.shutdown()
        self.server_close()

    def handle_error(self, request, client_address):
        """Who waited for an answer goes away in the middle: that is what we are here for."""


class _Call(socketserver.BaseRequestHandler):
    def handle(self):
        self.server.calls += 1
        if not self.server.speaks.is_set():
            self.server.over.wait()
            return
        with socket.create_connection(("127.0.0.1", self.server.broker_port)) as broker:
            back = Thread(target=_carry, args=(broker, self.request, self.server.speaks), daemon=True)
            back.start()
            _carry(self.request, broker, self.server.speaks)
            back.join()


def _carry(one, other, speaks):
    with suppress(OSError):
        while data := one.recv(65536):
            speaks.wait()
            other.sendall(data)
    with suppress(OSError):
        other.shutdown(socket.SHUT_WR)
