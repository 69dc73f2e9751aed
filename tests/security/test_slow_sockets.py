"""Slow and silent connections cost whoever makes them more than us: texts and calls are answered as ever.

Figures with 40 and 400 of each kind: python -m tests.bench.slow_sockets, in docs/security.md.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import psutil
import pytest
from sqlalchemy import Engine

from tests import slow
from tests.real_line import RealLine, real_line, until

pytestmark = pytest.mark.processes

HEALTHZ = b"GET /healthz HTTP/1.1\r\nHost: x\r\n"


@pytest.fixture
def line(engine: Engine, redis_url: str, tmp_path: Path) -> Iterator[RealLine]:
    """The web alone, as the Procfile starts it."""
    url = engine.url.render_as_string(hide_password=False)
    with real_line(tmp_path, url, redis_url, names=("web",)) as line:
        yield line


def open_socket(line: RealLine) -> socket.socket:
    sock = socket.create_connection(("127.0.0.1", line.port), timeout=20)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return sock


def heard(sock: socket.socket) -> bytes:
    """Everything until the other side ends."""
    said = b""
    while came := sock.recv(65_536):
        said += came
    return said


def test_texts_and_calls_are_answered_while_every_kind_of_slow_connection_is_held(line: RealLine) -> None:
    with ExitStack() as stack:
        for kind in slow.KINDS:
            stack.enter_context(slow.held(line.port, kind, 40))
        took = slow.probe(line, 3)
    assert {name: max(times) for name, times in took.items() if max(times) >= 1} == {}
    with slow.held(line.port, "silent", 1300):  # more than are taken: whoever has been waited for longest gives way
        took = slow.probe(line, 2)
    assert {name: max(times) for name, times in took.items() if max(times) >= 1} == {}
    assert "Traceback" not in line.logs()


def test_how_a_connection_is_cut_up_changes_nothing(line: RealLine) -> None:
    """Byte by byte, two requests at once, a kept connection, and one that closes: each is answered as it should be."""
    with open_socket(line) as sock:
        for byte in HEALTHZ + b"\r\n":
            sock.sendall(bytes([byte]))
        first = sock.recv(65_536)
        sock.sendall((HEALTHZ + b"\r\n") * 2 + HEALTHZ + b"Connection: close\r\n\r\n")
        rest = heard(sock)
    assert first.startswith(b"HTTP/1.1 200 OK")
    assert rest.count(b"HTTP/1.1 200 OK") == 3


REFUSED = (
    (HEALTHZ + b"X: " + b"a" * 40_000, b"431"),
    (HEALTHZ + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", b"411"),
    (HEALTHZ + b"Content-Length: 4\r\nContent-Length: 40\r\n\r\n" + b"abcd" * 10, b"400"),
    (b"POST /webhooks/sms HTTP/1.1\r\nHost: x\r\nContent-Length: 900000\r\n\r\nBody=", b"413"),
    (b"POST /webhooks/sms HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nBody=", b"403"),
)


def test_what_is_refused_is_refused_at_once_and_the_connection_ends(line: RealLine) -> None:
    for sent, status in REFUSED:
        began = time.monotonic()
        with open_socket(line) as sock:
            sock.sendall(sent)
            sock.shutdown(socket.SHUT_WR)
            assert heard(sock).split(b" ", 2)[1] == status, sent[:80]
        assert time.monotonic() - began < 1
    with open_socket(line) as sock:  # a body that nobody reads is not what comes next on the connection
        sock.sendall(HEALTHZ + b"Content-Length: 900000\r\n\r\n" + HEALTHZ + b"\r\n")
        assert heard(sock).count(b"HTTP/1.1 200 OK") == 1


def test_a_process_that_is_told_to_end_does_so_though_connections_are_held(line: RealLine) -> None:
    master = psutil.Process(line.processes.running[0].popen.pid)
    with slow.held(line.port, "dripping body", 20), slow.held(line.port, "silent", 20):
        until(lambda: master.children())
        master.terminate()
        assert master.wait(6) == 0
