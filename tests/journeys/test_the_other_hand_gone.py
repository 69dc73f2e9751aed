"""The worker is killed while phones ring, and Redis is stopped: a caller gets out of the wait in time all the same."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager

import psutil
import pytest

from checkin.core.embedded_redis import EmbeddedRedis
from tests.journeys.house import House
from tests.phones import Phone

pytestmark = pytest.mark.processes

Take = Callable[..., Phone]

NOBODY = "No peer is free right now"
"""How the flow goes on when nobody took it."""

PROMISED = 120
"""Seconds: the spoken limit of the wait, by the clock of the line."""


@pytest.fixture
def house(own_house: House) -> House:
    """A line that something may be done to."""
    return own_house


@contextmanager
def no_worker(house: House, _: ExitStack) -> Iterator[None]:
    """Every worker dies by SIGKILL, and nobody starts another until the end of this."""
    (supervisor,) = [process for process in house.processes("checkin worker") if process.ppid() == house.process.pid]
    supervisor.send_signal(signal.SIGSTOP)
    for worker in supervisor.children():
        worker.send_signal(signal.SIGKILL)
    try:
        yield
    finally:
        supervisor.send_signal(signal.SIGCONT)


@contextmanager
def no_redis(house: House, until_the_end: ExitStack) -> Iterator[None]:
    """Redis is gone until the end of this, then there is an empty one."""
    (redis,) = house.processes("unixsocket:")
    redis.kill()
    psutil.wait_procs([redis], 5)
    try:
        yield
    finally:
        until_the_end.enter_context(EmbeddedRedis(f"unix://{house.state / 'redis.sock'}", house.state / "redis"))


def ben_waits(house: House, phone: Take) -> Phone:
    ben = phone("Ben", patient=False)
    ben.calls()
    ben.presses("1")
    ben.hears("up to 2 minutes")
    return ben


def gets_out_in_time(house: House, ben: Phone) -> None:
    """Ben hears that nobody is free when his two minutes are over, and not much later."""
    house.network.forward(seconds=PROMISED)
    ben.hears(NOBODY, within=15)


@pytest.mark.parametrize("gone", [no_worker, no_redis])
def test_ben_gets_out_of_the_wait_and_the_next_caller_is_joined(
    house: House,
    own_vee: Phone,
    phone: Take,
    until_the_end: ExitStack,
    gone: Callable[..., AbstractContextManager[None]],
) -> None:
    ben = ben_waits(house, phone)
    own_vee.rings(within=15)
    with gone(house, until_the_end):
        gets_out_in_time(house, ben)
        ben.hangs_up()
        own_vee.stops_ringing(within=15)

        ana = ben_waits(house, phone)
        own_vee.rings(within=20)
        own_vee.answers()
        own_vee.presses("1")
        ana.is_talking_with(own_vee, within=20)
        ana.hangs_up()
        own_vee.is_off_the_phone(within=20)
    assert house.process.poll() is None
    assert house.network.refusals() == []
