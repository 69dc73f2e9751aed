"""Somebody outside is told every minute that all is well, and hears nothing as soon as it isn't."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
import requests
from structlog.testing import capture_logs

from checkin.core.unit_of_work import UnitOfWork
from checkin.outbox import outbox
from checkin.outbox.models import Heartbeat
from tests.the_line import TheLine
from worker.pinging import Pinging

URL = "https://ping.example/secret-of-ours"


@dataclass
class Outside:
    """Addresses, and what is wrong with them."""

    wrong: dict[str, int | Exception] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def __call__(self, url: str) -> int:
        self.asked.append(url)
        answer = self.wrong.get(url, 200)
        if isinstance(answer, Exception):
            raise answer
        return answer


def beat(uow: UnitOfWork) -> None:
    for name in ("worker:ring", "clock"):
        uow.session.merge(Heartbeat(name=name, at=uow.now))


@pytest.fixture
def outside() -> Outside:
    return Outside()


@pytest.fixture
def pinging(line: TheLine, outside: Outside) -> Pinging:
    line.runtime.do(beat)
    return Pinging(line.runtime, URL, outside)


def test_all_is_well(pinging: Pinging, outside: Outside) -> None:
    with capture_logs() as logged:
        assert pinging.once()
        assert pinging.once()
    assert outside.asked == ["https://line.example/healthz", URL] * 2
    assert logged == []


def test_a_worker_that_died_is_missed(line: TheLine, pinging: Pinging, outside: Outside) -> None:
    line.clock.forward(minutes=2)
    assert not pinging.once()
    assert outside.asked == []
    line.runtime.do(beat)
    assert pinging.once()


def test_a_web_process_that_does_not_answer_is_missed(pinging: Pinging, outside: Outside) -> None:
    outside.wrong["https://line.example/healthz"] = requests.ConnectionError("refused")
    assert not pinging.once()
    assert URL not in outside.asked


def test_what_nobody_carries_out_is_missed(line: TheLine, pinging: Pinging, outside: Outside) -> None:
    line.runtime.do(lambda uow: outbox.later(uow, "reconcile", uow.new_id(), uow.now))
    line.clock.forward(minutes=2)
    line.runtime.do(beat)
    assert not pinging.once()
    assert outside.asked == []


@pytest.mark.parametrize("answer", [404, 500, 301, requests.Timeout(URL)])
def test_an_address_that_fails_is_logged_once_and_never_named(
    pinging: Pinging, outside: Outside, answer: int | Exception
) -> None:
    outside.wrong[URL] = answer
    with capture_logs() as logged:
        assert [pinging.once() for _ in range(3)] == [False] * 3
        outside.wrong.clear()
        assert pinging.once()
    assert [row["event"] for row in logged] == ["no_ping", "ping_goes_on"]
    assert "secret-of-ours" not in str(logged)
