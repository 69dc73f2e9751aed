"""Told to stop, the worker ends within its grace whatever Redis does, takes nothing from the next Redis, and says all
that without a traceback. Redis and the worker go in every order, with and without something in hand.
"""

from __future__ import annotations

import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import psutil
import pytest
from sqlalchemy import Engine

from checkin.core.embedded_redis import EmbeddedRedis
from checkin.core.processes import Process
from checkin.core.unit_of_work import UnitOfWork
from checkin.messages.models import Recording
from checkin.outbox import outbox
from checkin.outbox.models import Outbox
from checkin.outbox.registry import QUEUES
from checkin.runtime import Runtime
from tests import make
from tests.real_line import RealLine, real_line, until
from worker.supervisor import GRACE_SECONDS, LAST_SECONDS

pytestmark = [pytest.mark.processes, pytest.mark.long]

SOON = 8.0
"""Seconds in which whoever has nothing in hand is gone, whatever they were just asking Redis."""


@dataclass
class Lab:
    """A worker with a Redis of its own, on a network that takes its time."""

    line: RealLine
    folder: Path
    redis: EmbeddedRedis
    asked: threading.Event = field(default_factory=threading.Event)
    answer: threading.Event = field(default_factory=threading.Event)
    frozen: list[subprocess.Popen[bytes]] = field(default_factory=list)
    drips: bool = False

    @property
    def worker(self) -> Process:
        return self.line.processes.running[-1]

    def runtime(self) -> Runtime:
        return self.line.runtime()

    def redis_dies(self) -> None:
        assert self.redis.process is not None
        self.redis.process.kill()
        self.redis.process.wait()

    def redis_freezes(self) -> None:
        """It takes connections and answers nobody."""
        assert self.redis.process is not None
        self.frozen.append(self.redis.process)
        self.redis.process.send_signal(signal.SIGSTOP)

    def another_redis(self) -> None:
        """An empty one at the same address."""
        self.redis = EmbeddedRedis(self.redis.url, self.folder / "redis-2")
        self.redis.start()

    def told_to_stop(self) -> None:
        self.worker.popen.terminate()

    def family(self) -> list[psutil.Process]:
        worker = psutil.Process(self.worker.popen.pid)
        return [worker, *worker.children(recursive=True)]


def a_row(uow: UnitOfWork) -> str:
    """Something to do that asks nobody."""
    return outbox.later(uow, "close_call", uow.new_id(), uow.now).id


def a_slow_row(uow: UnitOfWork) -> str:
    """Something to do for which the network is asked, and takes its time."""
    recording = Recording(
        id=uow.new_id(), line="default", call_sid=make.sid("CA"), sid=make.sid("RE"), state="lost", created_at=uow.now
    )
    uow.session.add(recording)
    return outbox.later(uow, "delete_recording", recording.id, uow.now).id


def result(runtime: Runtime, row_id: str) -> str | None:
    row = runtime.read(lambda session: session.get_one(Outbox, row_id))
    return ": ".join(said for said in (row.outcome, row.result) if said) or None


@pytest.fixture
def lab(sqlite_engine: Engine, engine_emptied: None, tmp_path: Path) -> Iterator[Lab]:
    folder = Path(tempfile.mkdtemp(prefix="stop-"))
    redis = EmbeddedRedis(f"unix://{folder / 'redis.sock'}", folder / "redis")
    redis.start()
    url = sqlite_engine.url.render_as_string(hide_password=False)
    with real_line(tmp_path, url, redis.url, names=()) as line:
        lab = Lab(line, folder, redis)
        with slow_network(lab) as network:
            line.environ["TWILIO_API_URL"] = network
            line.start("worker")
            until(lambda: len(psutil.Process(lab.worker.popen.pid).children()) == len(QUEUES), 40)
            runtime = lab.runtime()
            row = runtime.do(a_row)
            until(lambda: result(runtime, row) and len(lab.family()) == 1 + len(QUEUES), 40)
            runtime.close()
            yield lab
            lab.answer.set()
            for frozen in lab.frozen:
                frozen.kill()  # nothing, if it is gone
                frozen.wait()
    lab.redis.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def engine_emptied(sqlite_engine: Engine) -> Iterator[None]:
    from checkin.core.models import Base

    yield
    with sqlite_engine.begin() as connection:
        for table in reversed(Base.metadata.sorted_tables):
            connection.execute(table.delete())


class slow_network:
    """A network that answers when it is let; or, if it drips, never to the end."""

    def __init__(self, lab: Lab) -> None:
        class Handler(BaseHTTPRequestHandler):
            def do_DELETE(self) -> None:
                lab.asked.set()
                if lab.drips:
                    self._drip()
                lab.answer.wait(40)
                self.send_response(204)
                self.end_headers()

            def _drip(self) -> None:
                """Begin an answer that goes on for ever, always just in time to be waited for."""
                with suppress(OSError):
                    self.wfile.write(b"HTTP/1.1 204 No Content\r\nSlow: ")
                    while not lab.answer.wait(1):
                        self.wfile.write(b"a")

            def log_message(self, *_: object) -> None:
                """Tests are quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True

    def __enter__(self) -> str:
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{self.server.server_port}"

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()


def dies_then_told(lab: Lab) -> None:
    lab.redis_dies()
    lab.told_to_stop()


def told_then_dies(lab: Lab) -> None:
    lab.told_to_stop()
    lab.redis_dies()


def freezes_then_told(lab: Lab) -> None:
    lab.redis_freezes()
    time.sleep(0.5)
    lab.told_to_stop()


def told_then_freezes(lab: Lab) -> None:
    lab.told_to_stop()
    lab.redis_freezes()


def long_dead_then_told(lab: Lab) -> None:
    lab.redis_dies()
    time.sleep(4)
    lab.told_to_stop()


def dead_and_back_then_told(lab: Lab) -> None:
    lab.redis_dies()
    time.sleep(0.5)
    lab.another_redis()
    lab.told_to_stop()


ORDERS = [dies_then_told, told_then_dies, freezes_then_told, told_then_freezes, long_dead_then_told,
          dead_and_back_then_told]  # fmt: skip


def gone(family: list[psutil.Process]) -> bool:
    return not [item for item in family if item.is_running() and item.status() != psutil.STATUS_ZOMBIE]


def takes_nothing_any_more(lab: Lab, family: list[psutil.Process]) -> None:
    """Nobody of them is left, so a new Redis at the same place is nobody's, and what waits in it stays there."""
    until(lambda: gone(family), 2, "somebody outlived the worker")
    lab.redis_dies()
    lab.another_redis()
    runtime = lab.runtime()
    row = runtime.do(a_row)
    time.sleep(1)
    assert result(runtime, row) is None
    runtime.outbox.queue.close()  # type: ignore[attr-defined]
    runtime.close()
    said = lab.line.logs()
    assert "Traceback" not in said, said[-3000:]


@pytest.mark.parametrize("order", ORDERS)
def test_with_nothing_in_hand_it_is_gone_soon(lab: Lab, order: Callable[[Lab], None]) -> None:
    family = lab.family()
    order(lab)
    assert lab.worker.popen.wait(SOON) == 0
    takes_nothing_any_more(lab, family)


@pytest.mark.parametrize("order", ORDERS)
def test_what_it_has_in_hand_is_finished_first(lab: Lab, order: Callable[[Lab], None]) -> None:
    runtime = lab.runtime()
    row = runtime.do(a_slow_row)
    assert lab.asked.wait(20)
    family = lab.family()
    order(lab)
    time.sleep(1)
    assert lab.worker.popen.poll() is None
    lab.answer.set()
    assert lab.worker.popen.wait(GRACE_SECONDS + LAST_SECONDS) == 0
    assert result(runtime, row) == "done"
    runtime.outbox.queue.close()  # type: ignore[attr-defined]
    runtime.close()
    takes_nothing_any_more(lab, family)


def test_what_never_ends_is_ended_when_the_grace_is_over(lab: Lab) -> None:
    runtime = lab.runtime()
    lab.drips = True
    row = runtime.do(a_slow_row)
    assert lab.asked.wait(20)
    family = lab.family()
    lab.told_to_stop()
    began = time.monotonic()
    assert lab.worker.popen.wait(GRACE_SECONDS + 2 * LAST_SECONDS + 2) == 0
    assert time.monotonic() - began <= GRACE_SECONDS + 2 * LAST_SECONDS
    assert result(runtime, row) is None, "the clock gives it back"
    runtime.outbox.queue.close()  # type: ignore[attr-defined]
    runtime.close()
    takes_nothing_any_more(lab, family)
