"""No request of a relay takes more than eight statements."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.cast import ANA, VAL, VEE
from tests.services.conftest import MOST, shown
from tests.services.phones import ZOE, ben_asks_for_a_peer, phone_of, relay, volunteers
from tests.the_line import TheLine

pytestmark = pytest.mark.both


def test_a_call_from_asking_to_goodbye(line: TheLine, statements: list[str]) -> None:
    def few(act: Callable[[], object]) -> None:
        statements.clear()
        act()
        assert len(statements) <= MOST, shown(statements)

    volunteers(line, VEE)
    call = line.rings("+15555550102")
    few(lambda: call.presses("1"))
    call.hangs_up()
    ben = ben_asks_for_a_peer(line)
    line.carries_out()
    vee = phone_of(line, VEE)
    line.clock.forward(seconds=9)
    few(ben.comes_round)
    few(lambda: vee.status("ringing"))
    few(vee.picks_up)
    few(lambda: vee.presses("1"))
    few(ben.comes_round)
    line.clock.forward(minutes=5)
    few(vee.comes_out)
    few(ben.comes_out)


def test_a_wait_that_is_in_vain(line: TheLine, statements: list[str]) -> None:
    volunteers(line, VEE, VAL)
    ben = ben_asks_for_a_peer(line)
    line.clock.forward(seconds=121)
    statements.clear()
    ben.comes_round()
    assert len(statements) <= MOST, shown(statements)


def test_a_talk_by_text(line: TheLine, statements: list[str]) -> None:
    volunteers(line, VEE, VAL, ZOE)
    line.answers(ANA, "MENU")
    for from_, body in (
        (ANA, "PEER"),
        (ANA, "hello"),
        (VEE, "TAKE 1"),
        (VEE, "hello Ana"),
        (ANA, "hi"),
        (VEE, "DONE"),
        (VEE, "1"),
    ):
        line.clock.forward(seconds=2)
        statements.clear()
        line.answers(from_, body)
        assert len(statements) <= MOST, f"{body}:\n" + shown(statements)
    assert relay(line).state == "ended"
