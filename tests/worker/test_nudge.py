"""Redis is a doorbell: it is told ids and nothing else, and whoever knocks never waits long for it."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis
from rq.utils import import_attribute

from checkin.core.embedded_redis import EmbeddedRedis
from checkin.outbox.client import TASK, RedisQueue
from checkin.outbox.registry import QUEUES

ROW = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def own_redis(own_folder: Path, tmp_path: Path) -> Iterator[EmbeddedRedis]:
    """A Redis that a test may stop and stall."""
    with EmbeddedRedis(f"unix://{own_folder / 'stalled.sock'}", tmp_path / "redis") as server:
        yield server


def keys(url: str) -> dict[str, str]:
    """Everything that Redis knows, as text."""
    with Redis.from_url(url) as client:
        dumped = {}
        for key in client.scan_iter():
            kind = client.type(key).decode()
            read = {"hash": client.hgetall, "list": lambda k: client.lrange(k, 0, -1), "set": client.smembers}[kind]
            dumped[key.decode()] = repr(read(key))
        return dumped


def test_the_job_that_is_named_is_there() -> None:
    assert callable(import_attribute(TASK))


def test_a_row_waits_in_its_queue_once_however_often_it_is_enqueued(redis_url: str) -> None:
    enqueue = RedisQueue(redis_url)
    assert enqueue.enqueue("ring", [ROW])
    assert enqueue.enqueue("ring", [ROW, "f" * 32])
    with Redis.from_url(redis_url) as client:
        assert client.lrange("rq:queue:ring", 0, -1) == [ROW.encode(), b"f" * 32]
        assert client.llen("rq:queue:text") == 0
    enqueue.close()


def test_redis_is_told_the_id_and_the_name_of_the_task_alone(redis_url: str) -> None:
    enqueue = RedisQueue(redis_url)
    enqueue.enqueue("text", [ROW])
    with Redis.from_url(redis_url) as client:
        job = {name.decode(): value for name, value in client.hgetall(f"rq:job:{ROW}").items()}
        lives = client.ttl(f"rq:job:{ROW}")
    assert set(keys(redis_url)) == {f"rq:job:{ROW}", "rq:queue:text", "rq:queues"}
    assert job["description"] == b"outbox row"
    assert 0 < lives <= 60
    enqueue.close()


def test_a_queue_that_is_not_ours_is_a_mistake_of_ours(redis_url: str) -> None:
    enqueue = RedisQueue(redis_url)
    with pytest.raises(KeyError):
        enqueue.enqueue("default", [ROW])
    assert QUEUES == ("ring", "text", "bulk", "upkeep")
    enqueue.close()


def test_when_redis_is_gone_enqueuing_is_given_up_at_once(tmp_path: Path) -> None:
    enqueue = RedisQueue(f"unix://{tmp_path / 'nobody.sock'}")
    began = time.monotonic()
    assert not enqueue.enqueue("ring", [ROW])
    assert not enqueue.reachable()
    assert time.monotonic() - began < 0.5


def test_when_redis_stalls_one_waits_a_second_and_the_next_ones_not_at_all(own_redis: EmbeddedRedis) -> None:
    now = [0.0]
    enqueue = RedisQueue(own_redis.url, monotonic=lambda: now[0])
    assert enqueue.enqueue("ring", [ROW])
    assert own_redis.process is not None
    os.kill(own_redis.process.pid, signal.SIGSTOP)
    try:
        began = time.monotonic()
        assert not enqueue.enqueue("text", ["a" * 32])
        assert time.monotonic() - began < 2
        began = time.monotonic()
        assert not any(enqueue.enqueue("text", ["b" * 32]) for _ in range(20))
        assert time.monotonic() - began < 0.1
    finally:
        os.kill(own_redis.process.pid, signal.SIGCONT)
    now[0] += 5
    assert enqueue.enqueue("text", ["b" * 32])
    enqueue.close()


def test_what_waits_survives_a_restart_of_redis(own_folder: Path, tmp_path: Path) -> None:
    url = f"unix://{own_folder / 'again.sock'}"
    for _ in range(2):
        with EmbeddedRedis(url, tmp_path / "redis"):
            enqueue = RedisQueue(url)
            assert enqueue.enqueue("upkeep", [ROW])
            with Redis.from_url(url) as client:
                assert client.lrange("rq:queue:upkeep", 0, -1) == [ROW.encode()]
            enqueue.close()
