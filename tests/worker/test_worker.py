"""The real worker, in processes of its own: it carries rows out, survives its children's deaths, and ends in order."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from redis import Redis
from sqlalchemy import Engine, select, update

from checkin import assembly
from checkin.core.settings import Settings
from checkin.core.unit_of_work import UnitOfWork
from checkin.messages.models import Recording
from checkin.outbox import outbox
from checkin.outbox.client import RedisQueue
from checkin.outbox.models import Heartbeat, Outbox
from checkin.outbox.registry import QUEUES
from checkin.runtime import Runtime
from tests import cast, make
from worker import process

pytestmark = pytest.mark.processes

ROOT = Path(__file__).parents[2]
HOUR = timedelta(hours=1)


def until(true: Callable[[], object], seconds: float = 20) -> None:
    """Wait until it is so; a test that would wait for ever fails instead."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.02)


@dataclass
class SlowNetwork:
    """A telephone network that thinks for a while before it answers anything."""

    url: str
    asked: threading.Event
    answer: threading.Event


@pytest.fixture
def network() -> Iterator[SlowNetwork]:
    asked, answer = threading.Event(), threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_DELETE(self) -> None:
            asked.set()
            answer.wait(20)
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Tests are quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield SlowNetwork(f"http://127.0.0.1:{server.server_port}", asked, answer)
    answer.set()
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def environ(engine: Engine, redis_url: str, network: SlowNetwork, tmp_path: Path) -> dict[str, str]:
    """What the processes of this line are told."""
    return {
        "PUBLIC_URL": "https://line.example",
        "TWILIO_ACCOUNT_SID": make.SID,
        "TWILIO_AUTH_TOKEN": "t" * 32,
        "TWILIO_API_URL": network.url,
        "CHECKIN_LINE_NUMBER": cast.LINE,
        "CHECKIN_SECRET": make.SECRET,
        "CHECKIN_STATE": str(tmp_path),
        "DATABASE_URL": engine.url.render_as_string(hide_password=False),
        "REDIS_URL": redis_url,
    }


@pytest.fixture
def runtime(environ: dict[str, str]) -> Iterator[Runtime]:
    built = assembly.build(Settings.from_env(environ))
    yield built
    assert isinstance(built.outbox.queue, RedisQueue)
    built.outbox.queue.close()
    built.close()


@pytest.fixture
def module() -> str:
    """What is run: the worker."""
    return "worker"


@pytest.fixture
def worker(environ: dict[str, str], tmp_path: Path, module: str) -> Iterator[subprocess.Popen[bytes]]:
    """`python -m worker`, all queues, its log in worker.log."""
    with (tmp_path / "worker.log").open("wb") as log:
        process = subprocess.Popen([sys.executable, "-m", module], env=environ, cwd=ROOT, stdout=log, stderr=log)
    yield process
    if process.poll() is None:
        process.terminate()
    process.wait(20)


def add(runtime: Runtime, kind: str) -> str:
    return runtime.do(lambda uow: outbox.later(uow, kind, uow.new_id(), uow.now).id)


def delete_a_recording(runtime: Runtime) -> str:
    """A row that calls the network, which is slow."""

    def write(uow: UnitOfWork) -> str:
        recording = Recording(
            id=uow.new_id(),
            line="default",
            call_sid=make.sid("CA"),
            sid=make.sid("RE"),
            state="lost",
            created_at=uow.now,
        )
        uow.session.add(recording)
        return outbox.later(uow, "delete_recording", recording.id, uow.now).id

    return runtime.do(write)


def result(runtime: Runtime, row_id: str) -> str | None:
    row = runtime.read(lambda session: session.get_one(Outbox, row_id))
    return ": ".join(said for said in (row.outcome, row.result) if said) or None


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def test_rows_of_every_queue_are_carried_out_and_redis_is_left_clean(
    runtime: Runtime, worker: subprocess.Popen[bytes], redis_url: str
) -> None:
    rows = [add(runtime, kind) for kind in ("cancel_offer", "text_timeout", "close_call")]
    until(lambda: all(result(runtime, row) for row in rows))
    with Redis.from_url(redis_url, decode_responses=True) as client:
        until(lambda: not client.keys("rq:job:*"))
        assert not [key for key in client.keys("rq:*") if "result" in key or "failed" in key]
    beats = runtime.read(lambda session: set(session.scalars(select(Heartbeat.name))))
    assert beats == {f"worker:{queue}" for queue in QUEUES}
    assert worker.poll() is None


def test_a_worker_that_waits_for_a_row_is_not_given_up_by_its_own_connection(redis_url: str) -> None:
    """The connection that was made first is the one on which it waits. With redis-py's own patience, which is as long
    as the wait, it was lost each time, and the worker slept for up to a minute while phones should have rung."""
    with process.connect(redis_url) as connection:
        process.await_redis(connection)
        worker = process._worker("ring", connection)
        first = connection.connection_pool.get_connection()
        assert first.socket_timeout >= worker.dequeue_timeout + 5
        assert worker.max_connection_wait_time <= process.BEAT_SECONDS
        connection.connection_pool.release(first)


def test_a_worker_that_is_killed_is_replaced_and_the_next_row_is_carried_out(
    runtime: Runtime, worker: subprocess.Popen[bytes]
) -> None:
    until(lambda: len(children(worker.pid)) == len(QUEUES))
    before = children(worker.pid)
    for child in before:
        os.kill(child, signal.SIGKILL)
    until(lambda: len(set(children(worker.pid)) - set(before)) == len(QUEUES))
    row = add(runtime, "close_call")
    until(lambda: result(runtime, row))


@pytest.mark.parametrize("module", ["tests.worker.deadly"])
def test_a_row_that_kills_whoever_claims_it_is_set_aside(runtime: Runtime, worker: subprocess.Popen[bytes]) -> None:
    row = runtime.do(lambda uow: outbox.later(uow, "close_call", uow.new_id(), uow.now + HOUR).id)
    tried = update(Outbox).where(Outbox.id == row).values(attempts=6, run_after=runtime.clock())
    runtime.do(lambda uow: uow.session.execute(tried))
    runtime.outbox.queue.enqueue("upkeep", [row])
    until(lambda: result(runtime, row) == "retry: its worker died")
    runtime.do(lambda uow: uow.session.execute(tried.values(attempts=7)))
    until(lambda: runtime.outbox.queue.enqueue("upkeep", [row]) and result(runtime, row) != "retry: its worker died")
    assert result(runtime, row) == "dead letter: after 8 tries: its worker died"
    assert worker.poll() is None


def test_asked_to_stop_it_finishes_what_it_has_in_hand(
    runtime: Runtime, worker: subprocess.Popen[bytes], network: SlowNetwork
) -> None:
    row = delete_a_recording(runtime)
    assert network.asked.wait(20)
    worker.terminate()
    time.sleep(0.3)
    assert worker.poll() is None
    network.answer.set()
    assert worker.wait(20) == 0
    assert result(runtime, row) is not None
