"""A real S3-compatible server for the tests: rclone's, from PyPI. It checks signatures and is up in 0.1 s.

Chosen over moto because that imitates Amazon without checking who asks, and brings fifty packages. Its buckets are
folders, so that a test sees what lies there.
"""

from __future__ import annotations

import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from checkin.telephony.s3_store import Bucket

RCLONE = Path(sys.executable).with_name("rclone")
ACCESS, SECRET = "line", "a-secret-of-the-bucket"


@dataclass(frozen=True)
class BucketServer:
    """url: where it listens. folder: its buckets, each a folder in it."""

    url: str
    folder: Path
    process: subprocess.Popen[bytes] = field(repr=False)

    def new(self, prefix: str = "media") -> tuple[Bucket, Path]:
        """An empty bucket, and where its objects lie."""
        name = f"line-{secrets.token_hex(4)}"
        (self.folder / name).mkdir()
        time.sleep(0.05)  # until the server has looked again
        return Bucket(name, prefix, "us-east-1", ACCESS, SECRET, self.url), self.folder / name / prefix


@contextmanager
def serving(folder: Path) -> Iterator[BucketServer]:
    """A server of its own on a free port, stopped at the end."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(RCLONE), "serve", "s3", str(folder), "--config", "/dev/null", "--dir-cache-time", "10ms"]
    # with no time at all it keeps a core busy; a test that looks behind its back is not as quick as this
    command += ["--addr", f"127.0.0.1:{port}", "--auth-key", f"{ACCESS},{SECRET}", "--no-modtime"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _until_it_listens(port, process)
        yield BucketServer(f"http://127.0.0.1:{port}", folder, process)
    finally:
        process.terminate()
        process.wait(10)


def _until_it_listens(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(500):
        assert process.poll() is None, "rclone did not start"
        try:
            socket.create_connection(("127.0.0.1", port), 0.2).close()
            return
        except OSError:
            time.sleep(0.02)
    raise AssertionError("rclone did not listen within ten seconds")
