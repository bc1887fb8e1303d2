"""A local web address that counts its visitors: the other end of the heartbeat."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Sink(ThreadingHTTPServer):
    """Keep the path of every request in `pings`; listens on a port the system chooses, on this machine only."""

    def __init__(self) -> None:
        self.pings: list[str] = []
        super().__init__(("127.0.0.1", 0), _Answer)
        self._thread = threading.Thread(target=self.serve_forever)

    @property
    def url(self) -> str:
        """Return the address to visit."""
        return f"http://127.0.0.1:{self.server_port}/ping"

    def start(self) -> None:
        """Answer requests from now on."""
        self._thread.start()

    def stop(self) -> None:
        """Answer no more."""
        self.shutdown()
        self._thread.join()
        self.server_close()


class _Answer(BaseHTTPRequestHandler):
    server: Sink

    def do_GET(self) -> None:
        self.server.pings.append(self.path)
        self.send_response(204)
        self.end_headers()

    def log_message(self, format: str, *arguments: object) -> None:
        """Keep the test's output clean."""
