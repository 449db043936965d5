"""A real server of the OpenAI chat protocol that misbehaves as the first part of the path says."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

PIECES = ("桥长", "1149米", "[1]。")

_STATUS = {"key": 401, "model": 404, "busy": 429, "down": 500, "refused": 400}


class Provider(ThreadingHTTPServer):
    """Counts requests by behaviour, keeps their bodies, and notices clients that leave."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.seen: Counter[str] = Counter()
        self.bodies: list[dict[str, Any]] = []
        self.text: tuple[str, ...] = PIECES
        self.sent = 0
        self.left = threading.Event()

    def url(self, behaviour: str) -> str:
        """Return the base address whose requests are answered with ``behaviour``."""
        return f"http://127.0.0.1:{self.server_port}/{behaviour}/v1"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Keep quiet about clients that left: that is what some tests want."""


def running() -> Iterator[Provider]:
    """Yield a server that runs until the end of the test."""
    server = Provider()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    server: Provider

    def do_POST(self) -> None:
        behaviour = self.path.split("/")[1]
        self.server.seen[behaviour] += 1
        self.server.bodies.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        first = self.server.seen[behaviour] == 1
        name, _, then = behaviour.partition("-then-")
        if then and not first:
            name = then
        if name in _STATUS:
            self._status(_STATUS[name])
        elif name == "garbage":
            self._begin()
            self.wfile.write(b"data: {not json at all\n\n")
        elif name == "page":
            self._begin("text/html")
            self.wfile.write(b"<html><body>Welcome</body></html>")
        elif name == "silent":
            # Not even the head of the answer comes.
            self._wait_for_leaving()
        elif name == "slow":
            self._begin()
            self._wait_for_leaving()
        else:
            self._stream(name)

    def _status(self, status: int) -> None:
        body = json.dumps({"error": {"message": f"test says {status}"}}).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        if status == 429:
            self.send_header("Retry-After", "0.05")
        self.end_headers()
        self.wfile.write(body)

    def _begin(self, kind: str = "text/event-stream") -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.end_headers()

    def _stream(self, name: str) -> None:
        self._begin()
        if name == "cut":
            self._piece("桥长")
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        if name == "stall":
            self._piece("桥长")
            self._wait_for_leaving()
            return
        if name == "endless":
            try:
                while True:
                    self._piece("长")
                    time.sleep(0.001)
            except OSError:
                self.server.left.set()
            return
        for piece in self.server.text:
            self._piece(piece)
        self._piece("", finished=True)
        self.wfile.write(b"data: [DONE]\n\n")

    def _piece(self, text: str, *, finished: bool = False) -> None:
        chunk: dict[str, Any] = {
            "id": "1",
            "object": "chat.completion.chunk",
            "created": 0,
            "model": "m",
            "choices": [
                {
                    "index": 0,
                    "delta": {"content": text},
                    "finish_reason": "stop" if finished else None,
                }
            ],
        }
        self.wfile.write(f"data: {json.dumps(chunk)}\n\n".encode())
        self.wfile.flush()
        self.server.sent += 1

    def _wait_for_leaving(self) -> None:
        """Say nothing until the client closes the connection."""
        self.connection.settimeout(20)
        try:
            gone = not self.connection.recv(1)
        except OSError:
            gone = False
        if gone:
            self.server.left.set()

    def log_message(self, *_: object) -> None:
        """Keep the test's output quiet."""
