"""A carrier's end of the wire: a real server on this machine that does as it is told and remembers all it was asked."""

from __future__ import annotations

import json
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from checkin.telephony.twilio import TwilioGateway

ACCOUNT = "AC" + "a" * 32
TOKEN = "the-token-that-nobody-may-see"


@dataclass(frozen=True)
class Asked:
    """One request as it came."""

    method: str
    path: str
    query: dict[str, list[str]]
    form: dict[str, list[str]]
    headers: dict[str, str]

    @property
    def authorization(self) -> str | None:
        return self.headers.get("authorization")


Act = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Wire:
    """What the server was asked, and what it does next: each act once, the last one for ever."""

    url: str = ""
    asked: list[Asked] = field(default_factory=list)
    acts: list[Act] = field(default_factory=list)

    def does(self, *acts: Act) -> None:
        self.acts = list(acts)

    @property
    def forms(self) -> list[dict[str, str]]:
        return [{name: values[0] for name, values in item.form.items()} for item in self.asked]


def says(status: int, body: Any = None, headers: dict[str, str] | None = None) -> Act:
    """Answer with JSON (or with bytes as they are)."""

    def act(handler: BaseHTTPRequestHandler) -> None:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        handler.send_response(status)
        for name, value in (headers or {}).items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content)

    return act


def refuses(status: int, code: int, message: str) -> Act:
    """Twilio's way of saying no, with its message that quotes numbers."""
    return says(status, {"code": code, "message": message, "more_info": "https://twilio.com", "status": status})


def resets(handler: BaseHTTPRequestHandler) -> None:
    """Read everything, then break the connection."""
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.connection.close()


def hangs(until: threading.Event) -> Act:
    """Never answer."""
    return lambda handler: [until.wait(5), resets(handler)][0]  # type: ignore[return-value]


def _server(wire: Wire) -> ThreadingHTTPServer:
    class Handler(BaseHTTPRequestHandler):
        def _take(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            parts = urlsplit(self.path)
            self.asked = Asked(
                self.command,
                parts.path,
                parse_qs(parts.query),
                parse_qs(body, keep_blank_values=True),
                {name.lower(): value for name, value in self.headers.items()},
            )
            wire.asked.append(self.asked)
            act = wire.acts.pop(0) if len(wire.acts) > 1 else wire.acts[0]
            act(self)

        do_GET = do_POST = do_DELETE = _take

        def log_message(self, *_: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 64

    return Server(("127.0.0.1", 0), Handler)


def _served() -> Iterator[Wire]:
    wire = Wire()
    server = _server(wire)
    thread = threading.Thread(target=lambda: server.serve_forever(0.01), daemon=True)
    thread.start()
    wire.url = f"http://127.0.0.1:{server.server_address[1]}"
    yield wire
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def wire() -> Iterator[Wire]:
    yield from _served()


@pytest.fixture
def elsewhere() -> Iterator[Wire]:
    """Somebody else's server."""
    yield from _served()


@pytest.fixture
def gateway(wire: Wire) -> TwilioGateway:
    return TwilioGateway(ACCOUNT, TOKEN, wire.url, timeout=(5, 5))
