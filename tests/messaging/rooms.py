"""Stand in for the services of chat rooms: a local server that answers as they do, and the line to it."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import requests
from requests.adapters import HTTPAdapter


class ChatServer(ThreadingHTTPServer):
    """Keep what is posted in `posts` (host, path, query, JSON) and answer with `answers` in turn, then with success.

    An answer is a status and a body, or None to break the line off after the message was read.
    """

    def __init__(self) -> None:
        self.posts: list[tuple[str, str, str, Any]] = []
        self.answers: list[tuple[int, object] | None] = []
        self.headers: dict[str, str] = {}
        super().__init__(("127.0.0.1", 0), _Handler)
        self._thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01})

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self.shutdown()
        self._thread.join()
        self.server_close()

    @property
    def texts(self) -> list[str]:
        """Return the messages' texts, whatever each service calls them."""
        return [next(iter((post.get("content") or post["text"]).values())) for *_, post in self.posts]


class _Handler(BaseHTTPRequestHandler):
    server: ChatServer

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        parts = urlsplit(self.path)
        self.server.posts.append((self.headers["X-Host"], parts.path, parts.query, body))
        answer = self.server.answers.pop(0) if self.server.answers else (200, {"errcode": 0, "errmsg": "ok"})
        if answer is None:
            self.connection.close()
            return
        status, said = answer
        self.send_response(status)
        for name, value in self.server.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(said if isinstance(said, bytes) else json.dumps(said).encode())

    def log_message(self, format: str, *arguments: object) -> None:
        """Keep the test's output clean."""


class ToServer(HTTPAdapter):
    """Carry every request to the local server, with the host it was meant for in a header."""

    def __init__(self, server: ChatServer) -> None:
        super().__init__(max_retries=0)
        self._address = f"127.0.0.1:{server.server_port}"

    def send(self, request: requests.PreparedRequest, *args: Any, **named: Any) -> requests.Response:
        parts = urlsplit(str(request.url))
        request.headers["X-Host"] = parts.netloc
        request.url = urlunsplit(("http", self._address, parts.path, parts.query, ""))
        return super().send(request, *args, **named)
