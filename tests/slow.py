"""Connections that are slow on purpose, and how soon the line answers others meanwhile."""

from __future__ import annotations

import socket
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal, get_args

from tests.real_line import RealLine

Kind = Literal["unfinished head", "silent", "dripping body", "announced body", "reads nothing", "never hangs up"]
KINDS: tuple[Kind, ...] = get_args(Kind)

DRIP_EVERY = 1.0
"""Seconds between two bytes. Whoever was closed meanwhile comes back."""

_POST = b"POST /webhooks/sms HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
_LARGEST_FILE = b"/static/vendor/ace/ace.js"

_FIRST: dict[Kind, bytes] = {
    "unfinished head": b"GET /healthz HTTP/1.1\r\nX-Slow: ",
    "silent": b"",
    "dripping body": _POST + b"Content-Length: 60000\r\n\r\nBody=",
    "announced body": _POST + b"Content-Length: 60000\r\n\r\n",
    "reads nothing": b"GET " + _LARGEST_FILE + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    "never hangs up": b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
}
_DRIPS = ("unfinished head", "dripping body")


@contextmanager
def held(port: int, kind: Kind, many: int) -> Iterator[None]:
    """So many of this kind, all the while."""
    stop = threading.Event()
    sockets: list[socket.socket | None] = [_open(port, kind) for _ in range(many)]

    def hold() -> None:
        while not stop.wait(DRIP_EVERY):
            for place, sock in enumerate(sockets):
                if stop.is_set():
                    return
                if sock is None or not _still_there(sock, kind):
                    if sock is not None:
                        sock.close()
                    sockets[place] = _open(port, kind)

    holder = threading.Thread(target=hold)
    holder.start()
    try:
        yield
    finally:
        stop.set()
        holder.join()
        for sock in sockets:
            if sock is not None:
                sock.close()


def _open(port: int, kind: Kind) -> socket.socket | None:
    sock = socket.socket()
    if kind == "reads nothing":
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    sock.settimeout(2)
    try:
        sock.connect(("127.0.0.1", port))
        sock.sendall(_FIRST[kind])
    except OSError:
        sock.close()
        return None
    sock.setblocking(False)
    return sock


def _still_there(sock: socket.socket, kind: Kind) -> bool:
    try:
        if kind in _DRIPS:
            sock.send(b"a")
        if kind != "reads nothing" and sock.recv(4096) == b"" and kind != "never hangs up":
            return False
    except BlockingIOError:
        return True
    except OSError:
        return False
    return True


def probe(line: RealLine, seconds: float, every: float = 0.2) -> dict[str, list[float]]:
    """Signed texts and calls, and /healthz, for so long: how many seconds each took. Each must be answered."""
    took: dict[str, list[float]] = {"text": [], "call": [], "healthz": []}
    ends, n = time.monotonic() + seconds, 0
    while time.monotonic() < ends:
        n += 1
        came = f"{time.time_ns():032x}"
        who = f"+1415555{n % 20:04d}"
        text = {"MessageSid": f"SM{came}", "From": who, "Body": "menu", "NumMedia": "0"}
        took["text"].append(_answered(line, "/webhooks/sms", text))
        took["call"].append(_answered(line, "/webhooks/voice", {"CallSid": f"CA{came}", "From": who}))
        took["healthz"].append(_is_healthy(line))
        time.sleep(every)
    return took


def _is_healthy(line: RealLine) -> float:
    began = time.monotonic()
    try:
        urllib.request.urlopen(f"{line.url}/healthz", timeout=20).close()
    except OSError:
        return float("inf")
    return time.monotonic() - began


def _answered(line: RealLine, path: str, form: dict[str, str]) -> float:
    began = time.monotonic()
    try:
        answer = line.twilio_posts(path, form, within=20)
    except OSError:
        return float("inf")
    assert answer.status == 200, answer
    assert not answer.apologizes, answer.body
    return time.monotonic() - began
