"""The line's own processes as the Procfile starts them, and a carrier that takes everything and notes when.

For what only real processes show: how long something takes from one to the other, and what a deploy does to calls.
"""

from __future__ import annotations

import http.client
import json
import os
import re
import socket
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

from twilio.request_validator import RequestValidator

from checkin import assembly
from checkin.core.processes import Process, Processes, procfile
from checkin.core.settings import Settings
from checkin.runtime import Runtime
from tests import make
from tests.cast import LINE

TOKEN = "t" * 32
TWILIO_WAITS = 15.0
"""Seconds from asking us to hanging up on us."""

_KINDS = {"Calls": ("CA", "calls"), "Messages": ("SM", "messages")}


@dataclass(frozen=True)
class Request:
    """What the carrier was asked, and when (time.monotonic)."""

    at: float
    path: str
    form: dict[str, str]


@dataclass
class Carrier:
    """Takes every call and text, and does nothing with them.

    sound: what every recording holds. together: it answers no new call before so many are asked for.
    """

    url: str
    asked: list[Request] = field(default_factory=list)
    sound: bytes = b""
    together: threading.Barrier | None = None

    def since(self, moment: float, resource: str) -> list[Request]:
        """What it was asked for since then: new Calls, or Messages."""
        return [item for item in list(self.asked) if item.at >= moment and item.path.endswith(f"/{resource}.json")]

    def await_some(self, many: int, moment: float, resource: str, within: float = 30.0) -> list[Request]:
        """The same, once there are so many."""
        ends = time.monotonic() + within
        while len(found := self.since(moment, resource)) < many:
            assert time.monotonic() < ends, f"{len(found)} of {many} {resource} were asked for within {within} s"
            time.sleep(0.002)
        return found


class _Handler(BaseHTTPRequestHandler):
    """What the carrier is asked over HTTP."""

    carrier: Carrier
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # one packet for an answer: two would wait for each other

    def do_POST(self) -> None:
        """Something new, or a change: it is noted and taken."""
        at, carrier = time.monotonic(), self.carrier
        sent = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        form = {name: values[-1] for name, values in parse_qs(sent, keep_blank_values=True).items()}
        path = urlsplit(self.path).path
        carrier.asked.append(Request(at, path, form))
        if carrier.together is not None and path.endswith("/Calls.json"):
            with suppress(threading.BrokenBarrierError):
                carrier.together.wait(10)
        kind = next((sid for name, (sid, _) in _KINDS.items() if f"/{name}" in path), "XX")
        self._say(201, {"sid": f"{kind}{len(carrier.asked):032x}", "status": "queued"})

    def do_GET(self) -> None:
        """A recording, or its log, which is empty."""
        if self.path.endswith(".wav"):
            self._send(200, "audio/wav", self.carrier.sound)
            return
        kind = next((many for name, (_, many) in _KINDS.items() if f"/{name}.json" in self.path), "things")
        self._say(200, {kind: [], "next_page_uri": None, "page": 0, "page_size": 1000})

    def do_DELETE(self) -> None:
        """Gone."""
        self._say(204, None)

    def log_message(self, *_: object) -> None:
        """Nobody reads it."""

    def _say(self, status: int, body: object) -> None:
        self._send(status, "application/json", b"" if body is None else json.dumps(body).encode())

    def _send(self, status: int, kind: str, said: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)
        self.wfile.flush()


@contextmanager
def carrier() -> Iterator[Carrier]:
    """One that listens."""
    made = Carrier("")
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"carrier": made}))
    server.daemon_threads = True
    made.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()


@dataclass(frozen=True)
class Answer:
    """What a webhook was answered, and after how many seconds."""

    status: int
    body: str
    took: float

    @property
    def goes_on_at(self) -> str:
        """The path of ours to which the keys that are pressed now go."""
        found = re.search(r'action="([^"]+)"', self.body)
        assert found is not None, self.body
        where = urlsplit(found[1].replace("&amp;", "&"))
        return where.path + (f"?{where.query}" if where.query else "")

    @property
    def apologizes(self) -> bool:
        """Whether it is what leaves when all fails."""
        return "went wrong" in self.body


@dataclass
class RealLine:
    """Processes of one line. `environ` is what each is told."""

    environ: dict[str, str]
    carrier: Carrier
    processes: Processes
    port: int
    account: str = make.SID
    token: str = TOKEN
    public_url: str = ""
    number: str = LINE

    @property
    def url(self) -> str:
        """Where its webhooks are."""
        return self.public_url or f"http://127.0.0.1:{self.port}"

    def start(self, name: str) -> Process:
        """Start this process of the Procfile."""
        return self.processes.start(name, procfile()[name], self.environ)

    def runtime(self) -> Runtime:
        """Our own way to its database."""
        return assembly.build(Settings.from_env(self.environ))

    def twilio_posts(self, path: str, form: dict[str, str], within: float = 60.0) -> Answer:
        """One webhook, signed. Raises OSError when nobody answers."""
        form = {"AccountSid": self.account, "To": self.number, **form}
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Twilio-Signature": RequestValidator(self.token).compute_signature(f"{self.url}{path}", form),
        }
        began = time.monotonic()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=within)
        try:
            connection.request("POST", path, urlencode(form), headers)
            came = connection.getresponse()
            return Answer(came.status, came.read().decode(), time.monotonic() - began)
        finally:
            connection.close()

    def await_web(self, within: float = 60.0) -> None:
        """Wait until the web process answers."""
        ends = time.monotonic() + within
        while True:
            with suppress(OSError), urllib.request.urlopen(f"{self.url}/healthz", timeout=2):
                return
            assert time.monotonic() < ends, f"the web process does not answer:\n{self.logs()}"
            time.sleep(0.05)

    def logs(self) -> str:
        """Everything that they have said."""
        return "\n".join(file.read_text(errors="replace") for file in sorted(self.processes.logs.glob("*.log")))

    def stop(self) -> list[str]:
        """End them in order; answers who would not."""
        return self.processes.stop()


@contextmanager
def real_line(
    folder: Path, database: str, redis: str, names: Sequence[str] = ("web", "worker", "clock")
) -> Iterator[RealLine]:
    """Those processes of the Procfile, on this database (with its tables) and Redis."""
    with carrier() as network:
        port = free_port()
        environ = {name: value for name, value in os.environ.items() if not name.startswith(("TWILIO", "CHECKIN"))} | {
            "PUBLIC_URL": f"http://127.0.0.1:{port}", "PORT": str(port), "DATABASE_URL": database, "REDIS_URL": redis,
            "TWILIO_ACCOUNT_SID": make.SID, "TWILIO_AUTH_TOKEN": TOKEN, "TWILIO_API_URL": network.url,
            "CHECKIN_LINE_NUMBER": LINE, "CHECKIN_SECRET": make.SECRET, "CHECKIN_STATE": str(folder),
            "WEB_CONCURRENCY": "1" if database.startswith("sqlite") else "2",
        }  # fmt: skip
        line = RealLine(environ, network, Processes(folder / "log"), port)
        try:
            for name in names:
                line.start(name)
            if "web" in names:
                line.await_web()
            yield line
        finally:
            line.stop()


def free_port() -> int:
    """One that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(true: Callable[[], object], within: float = 30.0, what: str = "it never came") -> None:
    """Wait until it is so."""
    ends = time.monotonic() + within
    while not true():
        assert time.monotonic() < ends, what
        time.sleep(0.02)
