"""Whoever can write to Redis can hold a worker up, and have it do nothing: it runs our one job and nothing else."""

from __future__ import annotations

import os
import pickle
import signal
import socket
import subprocess
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis
from rq import Callback, Queue
from rq.command import send_kill_horse_command, send_shutdown_command
from rq.group import Group
from rq.job import Dependency, Job, JobStatus
from rq.repeat import Repeat
from rq.suspension import suspend
from rq.webhook import Webhook

from checkin.outbox import outbox
from checkin.outbox.client import TASK
from checkin.outbox.registry import QUEUES
from checkin.runtime import Runtime
from tests.worker.test_worker import children, result, until
from worker.jobs import RowQueue

pytestmark = pytest.mark.processes

ROW = "ab" * 16
"""An id as rows have them."""


class Evil:
    """Pickled, it runs a command where it is read."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.system, (f"touch {self.mark}",)


@pytest.fixture
def mark(tmp_path: Path) -> Iterator[Path]:
    """The file that is there once a command of the attacker's has run."""
    yield tmp_path / "pwned"
    assert not (tmp_path / "pwned").exists()


@pytest.fixture
def redis(redis_url: str) -> Iterator[Redis]:
    with Redis.from_url(redis_url) as client:
        yield client


def carried_out(runtime: Runtime, queue: str) -> None:
    """A row of ours in this queue is still done."""
    kinds = {"ring": "cancel_offer", "text": "text_timeout", "bulk": "send_again", "upkeep": "close_call"}
    row = runtime.do(lambda uow: outbox.later(uow, kinds[queue], uow.new_id(), uow.now).id)
    until(lambda: result(runtime, row))


def await_dropped(redis: Redis, names: Queue, log: Path, many: int) -> None:
    until(lambda: names.count == 0 and log.read_text().count("strange_job_dropped") >= many)
    until(lambda: redis.llen(f"{names.key}:intermediate") == 0)


@pytest.mark.parametrize("queue", QUEUES)
def test_no_job_but_ours_is_run_in_any_queue(
    worker: subprocess.Popen[bytes], runtime: Runtime, redis: Redis, mark: Path, tmp_path: Path, queue: str
) -> None:
    until(lambda: len(children(worker.pid)) == len(QUEUES))
    before = children(worker.pid)
    names = Queue(queue, connection=redis, serializer="json")
    touch = f"touch {mark}"
    with socket.create_server(("127.0.0.1", 0)) as listener:
        hook = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        hooks = [Webhook(hook, job_status="finished"), Webhook(hook, job_status="failed")]
        names.enqueue("os.system", touch)
        names.enqueue("os.system", touch, job_id=ROW)
        names.enqueue(TASK, touch, job_id="cd" * 16)
        names.enqueue(TASK, "ef" * 16, touch, job_id="ef" * 16)
        for number, name in enumerate(("on_success", "on_failure", "on_stopped")):
            row = f"{number:032x}"
            names.enqueue(TASK, row, job_id=row, **{name: Callback("os.abort")})
        names.enqueue(TASK, f"{4:032x}", job_id=f"{4:032x}", webhooks=hooks)
        names.enqueue(TASK, f"{5:032x}", job_id=f"{5:032x}", meta={"words": "of a stranger"})
        names.enqueue(TASK, f"{6:032x}", job_id=f"{6:032x}", repeat=Repeat(times=1000))
        first = Job.create(TASK, [f"{7:032x}"], id=f"{7:032x}", connection=redis, serializer="json", origin=queue)
        first.set_status(JobStatus.QUEUED)
        first.save()
        names.enqueue("os.system", touch, depends_on=Dependency(first, allow_failure=True))
        names.push_job_id(first.id)
        await_dropped(redis, names, tmp_path / "worker.log", 10)
        carried_out(runtime, queue)
        listener.setblocking(False)
        with pytest.raises(BlockingIOError):
            listener.accept()
    assert children(worker.pid) == before
    assert str(mark) not in (tmp_path / "worker.log").read_text()


def test_what_is_no_job_at_all_ends_no_worker(
    worker: subprocess.Popen[bytes], runtime: Runtime, redis: Redis, mark: Path, tmp_path: Path
) -> None:
    until(lambda: len(children(worker.pid)) == len(QUEUES))
    before = children(worker.pid)
    ring, bomb = Queue("ring", connection=redis), zlib.compress(b"[" * 50_000_000)
    redis.rpush(ring.key, b"\xff\xfe", "a:b:c", "../../etc/passwd", "x" * 100_000)
    for number, data in enumerate((b"", bomb, b"not packed", zlib.compress(b"[[[" * 50), pickle.dumps(Evil(mark)))):
        row = f"{number:032x}"
        redis.hset(f"rq:job:{row}", mapping={"data": data, "status": "queued", "origin": "ring", "timeout": "x" * 99})
        redis.rpush(ring.key, row)
    redis.zadd("rq:wip:ring", {f"{ROW}:1": 1, "nonsense": 1, b"\xff": 1})
    redis.rpush("rq:queue:ring:intermediate", b"\xff", "nonsense")
    await_dropped(redis, ring, tmp_path / "worker.log", 9)
    carried_out(runtime, "ring")
    assert children(worker.pid) == before


@pytest.fixture
def spoilt(redis: Redis) -> None:
    """What RQ keeps under its own names is of another kind, before a worker begins."""
    names = ["rq:workers", "rq:queues", f"rq:job:{ROW}"]
    for queue in QUEUES:
        names += [f"rq:{name}:{queue}" for name in ("workers", "wip", "finished", "failed")]
        names.append(f"rq:queue:{queue}:intermediate")
        redis.rpush(f"rq:queue:{queue}", ROW)
    redis.mset(dict.fromkeys(names, "spoilt"))


def test_one_write_does_not_stop_the_workers_for_ever(
    spoilt: None, worker: subprocess.Popen[bytes], runtime: Runtime, redis: Redis
) -> None:
    until(lambda: not any(redis.exists(f"rq:queue:{queue}") for queue in QUEUES))
    for queue in QUEUES:
        carried_out(runtime, queue)
    assert worker.poll() is None


def test_a_queue_that_is_none_is_thrown_away(redis: Redis) -> None:
    redis.set("rq:queue:text", "no list")
    assert RowQueue.lmove(redis, "rq:queue:text", None) is None
    assert not redis.exists("rq:queue:text")


def test_nothing_is_unpickled_and_no_command_obeyed(
    worker: subprocess.Popen[bytes], runtime: Runtime, redis: Redis, mark: Path
) -> None:
    until(lambda: len(children(worker.pid)) == len(QUEUES))
    before = children(worker.pid)
    group = Group.create(redis)
    redis.sadd("rq:groups", group.name)
    redis.sadd(group.key, ROW)
    redis.hset(f"rq:job:{ROW}", mapping={"data": pickle.dumps(Evil(mark)), "meta": pickle.dumps(Evil(mark))})
    redis.zadd("rq:scheduled:ring", {ROW: 1})
    until(lambda: len(redis.smembers("rq:workers")) == len(QUEUES))
    suspend(redis)
    for name in redis.smembers("rq:workers"):
        redis.publish(f"rq:pubsub:{name.decode().rpartition(':')[2]}", b"\xff")
        send_shutdown_command(redis, name.decode().rpartition(":")[2])
        send_kill_horse_command(redis, name.decode().rpartition(":")[2])
    for queue in QUEUES:
        carried_out(runtime, queue)
    until(lambda: not mark.exists() and redis.get("rq:clean_registries:ring") is None, 12)
    assert children(worker.pid) == before
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(20) == 0
