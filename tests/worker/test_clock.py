"""The clock finds what is due by itself: without Redis it waits, two do no harm, and a dead worker loses nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from redis import Redis
from sqlalchemy import Engine, delete, select, update
from sqlalchemy.exc import OperationalError

from checkin.outbox import dead_letters, outbox, recurring_jobs
from checkin.outbox.client import ENQUEUE_AGAIN_AFTER, RedisQueue
from checkin.outbox.models import Heartbeat, Outbox
from checkin.outbox.outcomes import ATTEMPTS, Done
from checkin.reconciliation import dead_letters as dead_letter_desk
from checkin.runtime import Runtime
from checkin.web.reads.health import health
from tests import make
from worker.clock import CLAIM_LASTS, DEEP, LONGEST_PAUSE_SECONDS, RELEASE_EVERY, Clock

HOUR = timedelta(hours=1)


@dataclass
class Deaf:
    """A doorbell that nobody hears until it is mended."""

    mended: bool = False
    enqueued: list[str] = field(default_factory=list)

    def enqueue(self, queue: str, ids: list[str]) -> bool:
        self.enqueued.extend(ids)
        return self.mended

    def waiting(self, queue: str) -> int:
        return 0

    def reachable(self) -> bool:
        return self.mended


@pytest.fixture
def time() -> make.Clock:
    return make.Clock()


@pytest.fixture
def runtime(engine: Engine, tmp_path: Path, time: make.Clock) -> Runtime:
    """A line on each database in turn, committing for real."""
    with engine.connect() as connection:
        made = make.make_runtime(connection, tmp_path, make.Network(), time)
    make.commits_to(made, engine)
    made.do(recurring_jobs.ensure)
    made.do(lambda uow: uow.session.execute(update(Outbox).values(run_after=uow.now + 1000 * HOUR)))
    return made


@pytest.fixture
def later(runtime: Runtime) -> Callable[..., str]:
    """Add a row that nobody was knocked for: later(kind, after) answers its id."""

    def add(kind: str = "send_message", after: timedelta = timedelta()) -> str:
        row = runtime.do(lambda uow: outbox.later(uow, kind, uow.new_id(), uow.now + after))
        runtime.do(lambda uow: uow.session.execute(update(Outbox).where(Outbox.id == row.id).values(queued_at=None)))
        return row.id

    return add


@pytest.fixture
def bell(redis_url: str) -> Iterator[RedisQueue]:
    enqueue = RedisQueue(redis_url)
    yield enqueue
    enqueue.close()


def waiting(redis_url: str) -> dict[str, list[str]]:
    """The rows that wait in each queue, in their order."""
    with Redis.from_url(redis_url, decode_responses=True) as client:
        return {queue: client.lrange(f"rq:queue:{queue}", 0, -1) for queue in ("ring", "text", "bulk", "upkeep")}


def test_what_is_due_is_put_in_its_queue_and_what_is_not_waits(
    runtime: Runtime, later: Callable[..., str], time: make.Clock, bell: RedisQueue, redis_url: str
) -> None:
    ring, text, tomorrow = later("ring_offer"), later("send_message"), later("follow_up", 24 * HOUR)
    runtime.outbox.queue = bell
    clock = Clock(runtime)
    assert clock.tick() == 2
    assert waiting(redis_url) == {"ring": [ring], "text": [text], "bulk": [], "upkeep": []}
    assert clock.tick() == 0
    time.forward(hours=24)
    assert clock.tick() == 3
    assert (waiting(redis_url)["text"], waiting(redis_url)["bulk"]) == ([text], [tomorrow])


def test_two_clocks_put_each_row_in_its_queue_once(
    runtime: Runtime, later: Callable[..., str], bell: RedisQueue, redis_url: str
) -> None:
    rows = {later() for _ in range(20)}
    runtime.outbox.queue = bell
    due = runtime.outbox.due(100)
    Clock(runtime).tick()
    runtime.outbox.due = lambda _limit, queue: [row for row in due if row[0] == queue]  # type: ignore[method-assign] - the other clock looked at the same moment
    Clock(runtime).tick()
    assert sorted(waiting(redis_url)["text"]) == sorted(rows)


def test_without_redis_every_row_is_enqueued_until_somebody_hears(runtime: Runtime, later: Callable[..., str]) -> None:
    row = later()
    runtime.outbox.queue = deaf = Deaf()
    clock = Clock(runtime)
    assert [clock.tick() for _ in range(3)] == [0, 0, 0]
    deaf.mended = True
    assert clock.tick() == 1
    assert clock.tick() == 0
    assert deaf.enqueued == [row] * 4


def test_a_row_that_redis_forgot_is_enqueued_again(
    runtime: Runtime, later: Callable[..., str], time: make.Clock, bell: RedisQueue, redis_url: str
) -> None:
    row = later()
    runtime.outbox.queue = bell
    Clock(runtime).tick()
    with Redis.from_url(redis_url) as client:
        client.flushall()
    time.forward(seconds=15)
    Clock(runtime).tick()
    assert waiting(redis_url)["text"] == [row]


def test_a_row_whose_worker_died_is_given_back(runtime: Runtime, later: Callable[..., str], time: make.Clock) -> None:
    runtime.outbox.queue = Deaf(mended=True)
    row = later()
    assert runtime.do(lambda uow: outbox.claim(uow, row)) is not None
    clock = Clock(runtime)
    assert [clock.tick() for _ in range(RELEASE_EVERY)] == [0] * RELEASE_EVERY
    time.forward(seconds=CLAIM_LASTS.total_seconds())
    assert clock.tick() == 1


def test_a_row_that_costs_its_worker_each_time_is_set_aside_and_told(
    runtime: Runtime, later: Callable[..., str], time: make.Clock
) -> None:
    runtime.outbox.queue = Deaf(mended=True)
    poison, good = later(), later()
    for _ in range(ATTEMPTS):
        assert runtime.do(lambda uow: outbox.claim(uow, poison)) is not None
        time.forward(seconds=CLAIM_LASTS.total_seconds())
        assert [row.id for row in runtime.do(lambda uow: dead_letters.release(uow, CLAIM_LASTS))] == [poison]
    assert Clock(runtime).tick() == 1, "the good one"
    row = runtime.read(lambda session: session.get_one(Outbox, poison))
    assert (row.outcome, row.result) == ("dead letter", "after 8 tries: its worker died each time")
    found = runtime.read(lambda session: health(session, time.now))
    assert found.given_up == ("send_message",)
    assert "failed after many tries: send_message" in found.troubles()
    assert runtime.do(lambda uow: dead_letter_desk.retry(uow, poison, "Oda"))
    assert not runtime.do(lambda uow: dead_letter_desk.retry(uow, good, "Oda")), "that one was never set aside"
    assert runtime.do(lambda uow: outbox.claim(uow, poison)) is not None


def test_a_row_that_kills_its_worker_before_it_is_claimed_is_tried_less_often_and_then_set_aside(
    runtime: Runtime, later: Callable[..., str], time: make.Clock
) -> None:
    row, pauses = later(), []
    for _ in range(ATTEMPTS):
        time.now = max(time.now, runtime.read(lambda session: session.get_one(Outbox, row)).run_after)
        aside = runtime.do(lambda uow: dead_letters.cost_a_worker(uow, row))
        kept = runtime.read(lambda session: session.get_one(Outbox, row))
        pauses.append(round((kept.run_after - time.now).total_seconds()))
    assert aside
    assert pauses[:-1] == [4, 8, 16, 32, 64, 128, 256]
    assert (kept.outcome, kept.result) == ("dead letter", "after 8 tries: its worker died")


def test_whose_worker_died_with_another_row_does_not_count(runtime: Runtime, later: Callable[..., str]) -> None:
    taken, done = later(), later()
    runtime.do(lambda uow: outbox.claim(uow, taken))
    runtime.do(lambda uow: outbox.settle(uow, done, Done()))
    for row in (taken, done):
        assert not runtime.do(lambda uow, row=row: dead_letters.cost_a_worker(uow, row))
    for row, tries in ((taken, 1), (done, 0)):
        assert runtime.read(lambda session, row=row: session.get_one(Outbox, row)).attempts == tries


def test_what_is_stuck_is_told_until_it_is_given_back(
    runtime: Runtime, later: Callable[..., str], time: make.Clock
) -> None:
    runtime.outbox.queue = Deaf(mended=True)
    row = later()
    runtime.do(lambda uow: outbox.claim(uow, row))
    assert runtime.read(lambda session: health(session, time.now)).stuck == 0
    time.forward(seconds=CLAIM_LASTS.total_seconds() + 1)
    assert runtime.read(lambda session: health(session, time.now)).stuck == 1
    Clock(runtime).tick()
    assert runtime.read(lambda session: health(session, time.now)).stuck == 0


def test_a_queue_that_is_deep_in_work_is_not_filled_further(
    runtime: Runtime, later: Callable[..., str], bell: RedisQueue, redis_url: str
) -> None:
    for _ in range(DEEP + 20):
        later()
    ring = later("ring_offer")
    runtime.outbox.queue = bell
    assert Clock(runtime).tick() == DEEP + 21
    more = [later() for _ in range(5)]
    assert Clock(runtime).tick() == 0
    assert waiting(redis_url)["ring"] == [ring]
    assert sorted(runtime.outbox.more("text", 10)) == sorted(more), "whoever is at work there goes on with them"


def test_a_row_that_was_enqueued_does_not_wait_until_a_whole_backlog_is_done(
    runtime: Runtime, later: Callable[..., str], bell: RedisQueue, time: make.Clock
) -> None:
    first = [later() for _ in range(3)]
    runtime.outbox.queue = bell
    Clock(runtime).tick()
    time.forward(seconds=ENQUEUE_AGAIN_AFTER.total_seconds() + 1)
    behind = [later() for _ in range(20)]  # due later than those
    assert set(runtime.outbox.more("text", 3)) == set(first), "the oldest first"
    assert set(runtime.outbox.more("text", 50)) == {*first, *behind}


def test_two_clocks_see_to_it_that_every_recurring_job_has_one_row(engine: Engine, runtime: Runtime) -> None:
    runtime.do(lambda uow: uow.session.execute(delete(Outbox)))
    runtime.outbox.queue = Deaf(mended=True)
    Clock(runtime).tick()
    Clock(runtime).tick()
    kinds = runtime.read(lambda session: session.scalars(select(Outbox.kind)).all())
    assert sorted(kinds) == sorted(recurring_jobs.EVERY)


def test_it_says_that_it_lives(runtime: Runtime, time: make.Clock) -> None:
    clock = Clock(runtime)
    for _ in range(6):
        clock.tick()
        time.forward(seconds=1)
    said = runtime.read(lambda session: session.scalars(select(Heartbeat.at).where(Heartbeat.name == "clock")).one())
    assert time.now - said == timedelta(seconds=1)


def test_a_database_that_is_away_is_waited_for_longer_and_longer_and_never_given_up(runtime: Runtime) -> None:
    pauses: list[float] = []

    class Stop:
        def wait(self, seconds: float) -> bool:
            pauses.append(seconds)
            return len(pauses) == 7

    def away(_limit: int, _queue: str) -> list[tuple[str, str]]:
        if len(pauses) == 5:
            return []
        raise OperationalError("SELECT 1", None, Exception("gone"))

    runtime.outbox.due = away  # type: ignore[method-assign]
    Clock(runtime).run(Stop())
    assert pauses == [2.0, 4.0, 8.0, LONGEST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS, 1.0, 2.0]
