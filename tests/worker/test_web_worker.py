"""The web server reads and writes as slowly as whoever is there, and loses nothing of it."""

from __future__ import annotations

import http.client
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.real_line import free_port
from tests.worker.answering import LONG

pytestmark = pytest.mark.processes

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Where one process with two threads listens."""
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "-c",
        "/dev/null",
        "-k",
        "checkin.web.gunicorn_worker.WebWorker",
        "--threads",
        "2",
    ]
    with (tmp_path_factory.mktemp("web") / "log").open("wb") as log:
        server = subprocess.Popen(
            [*command, "--bind", f"127.0.0.1:{port}", "tests.worker.answering:app"],
            cwd=ROOT,
            stdout=log,
            stderr=log,
        )
    ends = time.monotonic() + 20
    while time.monotonic() < ends:
        with suppress(OSError):
            socket.create_connection(("127.0.0.1", port)).close()
            break
        time.sleep(0.05)
    yield port
    server.terminate()
    assert server.wait(20) == 0


def test_a_kept_connection_is_answered_again_and_again(port: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    for size in (0, 1, 100_000, 256 * 1024):
        connection.request("POST", "/read", b"x" * size)
        assert connection.getresponse().read() == str(size).encode()
    connection.close()


@pytest.mark.parametrize("size", [256 * 1024 + 1, 3_000_000])
def test_a_large_body_comes_whole_to_whoever_reads_it(port: int, size: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("POST", "/read", b"x" * size, {"Expect": "100-continue"})
    assert connection.getresponse().read() == str(size).encode()
    connection.close()


def test_a_long_answer_is_handed_out_while_others_are_answered(port: int) -> None:
    """Three slow readers, two threads: who comes after them waits for none of them, and each gets all of it."""
    readers = []
    for _ in range(3):
        reader = socket.socket()
        reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        reader.connect(("127.0.0.1", port))
        reader.sendall(b"GET /long HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        readers.append(reader)
    time.sleep(0.2)
    began = time.monotonic()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", "/")
    assert connection.getresponse().read() == b"ok"
    assert time.monotonic() - began < 1
    connection.close()
    for reader in readers:
        with reader, reader.makefile("rb") as file:
            assert len(file.read().partition(b"\r\n\r\n")[2]) == LONG


def test_a_large_body_that_nobody_reads_ends_the_connection(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as sock:
        sock.sendall(b"POST /ignore HTTP/1.1\r\nHost: x\r\nContent-Length: 900000\r\n\r\n")
        sock.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        with sock.makefile("rb") as file:
            assert file.read().count(b"HTTP/1.1 200 OK") == 1
