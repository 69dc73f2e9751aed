"""Every fault, by name: what goes wrong, while follow-ups are sent or people text."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from redis import Redis

from checkin.core.rules.failpoints import CLOCK, WEB, WORKER, Point
from tests.faults.lab import ALL, Lab, until

Job = Literal["follow-ups", "texts"]
Hurt = Callable[[Lab, int], None]
"""Makes it go wrong; it is told how many people there are. The line is running, and what is due was just written."""


@dataclass(frozen=True)
class Fault:
    """One row of the table. job: what is going on. quick: also in the test suite. people: as many (0: as the run says).

    first: it goes wrong before anything is due, else after. stopped: which processes are not running when it begins.
    """

    name: str
    hurt: Hurt
    job: Job = "follow-ups"
    quick: bool = False
    people: int = 0
    first: bool = False
    stopped: tuple[str, ...] = ()


def nothing(_lab: Lab, _many: int) -> None:
    """All goes well."""


def carrier(what: str, on: str = "messages.create", share: float = 0.5, **how: Any) -> Hurt:
    """The network misbehaves for this share of what it is asked."""

    def hurt(lab: Lab, many: int) -> None:
        lab.network.fails(on, what, times=max(1, round(many * share)), **how)

    return hurt


def dies_at(name: str, point: Point) -> Hurt:
    """SIGKILL of a whole process, with everything it forked, when it first passes this point; then it is started."""

    def hurt(lab: Lab, _many: int) -> None:
        lab.start(name, crash_at=point)
        if name != "web":  # that one dies when somebody texts
            lab.bury(name)
            lab.start(*(each for each in ALL if each not in lab.processes))

    return hurt


def under_way(lab: Lab, texts: int) -> None:
    """Wait until so many more texts have left: it goes wrong while the others are under way."""
    wanted = lab.sent + texts
    until(lambda: lab.sent >= wanted, 30, f"{texts} texts to leave")


def flushed(lab: Lab, many: int) -> None:
    """Everything Redis knew is gone, twice."""
    with Redis.from_url(lab.redis.url) as client:
        for _ in range(2):
            under_way(lab, max(1, many // 6))
            client.flushall()


def redis_away(lab: Lab, many: int) -> None:
    """Redis is stopped, and comes back a few seconds later."""
    under_way(lab, max(1, many // 6))
    lab.redis.stop()
    time.sleep(4)
    lab.redis.start()


def redis_killed(lab: Lab, many: int) -> None:
    """Redis is killed and comes back at once, with what it had on disk."""
    under_way(lab, max(1, many // 6))
    assert lab.redis.process is not None
    lab.redis.process.kill()
    lab.redis.process.wait()
    lab.redis.process = None
    lab.redis.start()


def database_restarted(lab: Lab, many: int) -> None:
    """PostgreSQL restarts in a hurry; on SQLite somebody else holds the file for three seconds."""
    url = lab.environ["DATABASE_URL"]
    under_way(lab, max(1, many // 6))
    if url.startswith("sqlite"):
        with sqlite3.connect(url.removeprefix("sqlite:///"), timeout=10) as held:
            held.execute("BEGIN EXCLUSIVE")
            time.sleep(3)
            held.rollback()
        return
    lab.restart_database()


def all_killed(lab: Lab, many: int) -> None:
    """Web, worker and clock are killed at once while they are at it, and started again."""
    under_way(lab, max(1, many // 6))
    lab.kill("web", "worker", "clock")
    lab.start()


REFUSED = {"code": 21614, "status": 400}

FAULTS: tuple[Fault, ...] = (
    Fault("nothing goes wrong", nothing, quick=True),
    Fault("refused (400, error 21614)", carrier("refuse", **REFUSED), first=True),
    Fault("busy (429)", carrier("busy"), quick=True, first=True),
    Fault("500, and nothing was done", carrier("error_before"), first=True),
    Fault("500, and it was sent", carrier("error_after"), quick=True, first=True),
    Fault("connection cut, and nothing was done", carrier("drop_before"), first=True),
    Fault("connection cut, and it was sent", carrier("drop_after"), quick=True, first=True),
    Fault("the answer takes longer than we wait, and it was sent", carrier("slow", share=0.2, seconds=8), first=True),
    Fault("the answer is no JSON, and it was sent", carrier("garbage"), first=True),
    Fault("receipts come before the answer", carrier("early"), first=True),
    Fault("receipts are lost", carrier("lose", "callback.text", 2.0), first=True),
    Fault("receipts come twice", carrier("twice", "callback.text", 2.0), first=True),
    Fault("receipts come in the wrong order", carrier("swap", "callback.text", 1.0), first=True),
    Fault("receipts come late", carrier("late", "callback.text", 1.0, seconds=60), first=True),
    *(
        Fault(f"worker killed: {point}", dies_at("worker", point), stopped=("worker",), quick=point == "called")
        for point in WORKER
    ),
    *(
        # a worker that is there would carry everything out before the clock finds any of it
        Fault(f"clock killed: {point}", dies_at("clock", point), stopped=("clock", "worker"))
        for point in CLOCK
    ),
    *(Fault(f"web killed: {point}", dies_at("web", point), "texts", first=True, stopped=("web",)) for point in WEB),
    Fault("web, worker and clock killed at once", all_killed),
    Fault("Redis flushed", flushed, quick=True),
    Fault("Redis stopped for a while", redis_away),
    Fault("Redis killed and started", redis_killed),
    Fault("database restarted", database_restarted, quick=True),
    Fault("1,000 due at once", nothing, people=1000),
)
