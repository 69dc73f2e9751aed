"""Vee's phone can't be reached: after five times it is set aside, and Oda hears of it once."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from checkin.core.unit_of_work import UnitOfWork
from checkin.messages import service as messages
from checkin.relays import preview
from checkin.relays.rules.matching import Need
from checkin.telephony.port import Refused
from checkin.volunteers import service as volunteers
from checkin.volunteers.models import Alert
from tests.cast import ODA, VAL, VEE
from tests.services.phones import ben_asks_for_a_peer, phone_of
from tests.services.schedule import find, team
from tests.the_line import TheLine

TOLD = (
    "The phone of Vee couldn't be reached 5 times in a row and isn't rung anymore. Check the number, then resume them."
)


@pytest.fixture
def two(line: TheLine) -> TheLine:
    """Vee is rung, Oda leads and only reads."""
    team(line, VEE, always=True)
    team(line, ODA, lead=True, always=True, channels=["text"])
    return line


def fails(line: TheLine, times: int, how: str = "refused") -> None:
    """Ben asks for a peer, and Vee's phone can't be rung; so often."""
    for _ in range(times):
        ben = ben_asks_for_a_peer(line)
        if how == "refused":
            line.network.fail.append(Refused("no such number", 21211))
        line.carries_out()
        if how == "failed":
            for _ in range(2):
                phone_of(line, VEE).status("failed")
        ben.hangs_up()
        line.clock.forward(minutes=2)
        line.carries_out()


def told(line: TheLine) -> list[str]:
    return [text for text in line.sent_to(ODA) if "The phone of" in text]


def reason(line: TheLine) -> str | None:
    def find_vee(uow: UnitOfWork) -> str | None:
        asked = preview.who(uow, Need("default", "voice"))
        return next(candidate.reason for candidate in asked if volunteers.name_of(uow, candidate.volunteer) == "Vee")

    return line.runtime.do(find_vee)


@pytest.mark.parametrize("how", ["refused", "failed"])
def test_five_times_and_no_more(two: TheLine, how: str) -> None:
    fails(two, 4, how)
    assert (reason(two), told(two)) == (None, [])
    fails(two, 1, how)
    assert (reason(two), told(two)) == ("bad number", [TOLD])
    fails(two, 2, "not at all")
    assert told(two) == [TOLD]
    kinds = two.runtime.read(lambda s: list(s.scalars(select(Alert.kind))))
    assert kinds.count("bad_number") == 1


def test_once_it_was_put_right_it_counts_anew(two: TheLine) -> None:
    fails(two, 5)
    two.runtime.do(lambda uow: volunteers.resume(uow, find(uow, VEE), "Oda"))
    assert reason(two) is None
    fails(two, 5)
    assert told(two) == [TOLD, TOLD]


def test_taking_a_call_in_between_begins_the_count_anew(two: TheLine) -> None:
    fails(two, 4)
    ben_asks_for_a_peer(two)
    two.carries_out()
    vee = phone_of(two, VEE)
    vee.picks_up()
    vee.presses("1")
    assert two.runtime.do(lambda uow: find(uow, VEE).failures) == 0


def test_trouble_of_our_own_account_is_not_hers(two: TheLine) -> None:
    for _ in range(6):
        ben = ben_asks_for_a_peer(two)
        two.network.fail.append(Refused("account", 20003))
        two.carries_out()
        ben.hangs_up()
        two.clock.forward(minutes=2)
    assert (reason(two), told(two)) == (None, [])


def texts(line: TheLine, number: str, code: int) -> None:
    def send(uow: UnitOfWork) -> None:
        messages.send(uow, line="default", volunteer=find(uow, number), body="?", kind="notice")

    line.runtime.do(send)
    line.network.fail.append(Refused("refused", code))
    line.carries_out()


def test_a_phone_for_texts_alone_that_takes_none_is_set_aside_too(two: TheLine) -> None:
    team(two, VAL, always=True, channels=["text"])
    for _ in range(5):
        texts(two, VAL, 30006)
    assert [text.split(" could")[0] for text in told(two)] == ["The phone of Val"]
    two.answers(VAL, "ON")
    assert two.runtime.do(lambda uow: find(uow, VAL).failures) == 0


def test_texts_that_fail_do_not_silence_a_phone_that_rings(two: TheLine) -> None:
    for _ in range(6):
        texts(two, VEE, 30006)
    assert (reason(two), told(two)) == (None, [])


def test_whoever_opted_out_at_the_network_gets_no_texts(two: TheLine) -> None:
    texts(two, VEE, 21610)
    assert two.runtime.do(lambda uow: find(uow, VEE).stopped_at) == two.clock.now
