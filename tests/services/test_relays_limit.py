"""A call has its limit, and both are told a while before it."""

from __future__ import annotations

from checkin.relays import call_ending, call_limit
from checkin.telephony.port import MaybeDone, TryLater
from checkin.telephony.rules.arrivals import RoomEvent
from tests.cast import VEE
from tests.services.phones import Phone, ben_asks_for_a_peer, phone_of, relay, says, volunteers
from tests.the_line import TheLine


def ben_talks_with_vee(line: TheLine) -> Phone:
    volunteers(line, VEE)
    ben = ben_asks_for_a_peer(line)
    line.carries_out()
    vee = phone_of(line, VEE)
    vee.takes_it()
    ben.comes_round()
    assert ben.room == vee.room
    return vee


def warned(line: TheLine) -> str:
    return says(line.runtime.do(lambda uow: call_limit.warning(uow, relay(line).token)))


def test_both_are_told_five_minutes_before_the_end_and_once(line: TheLine) -> None:
    ben_talks_with_vee(line)
    line.clock.forward(minutes=54)
    line.carries_out()
    assert line.network.announced == []
    line.clock.forward(minutes=1)
    line.carries_out()
    token = relay(line).token
    assert line.network.announced == [(relay(line).room, f"https://line.example/webhooks/relays/{token}/warning")]
    assert "ends in 5 minutes" in warned(line)
    line.clock.forward(minutes=1)
    line.carries_out()
    assert len(line.network.announced) == 1


def test_it_says_how_much_is_left_when_it_comes_late(line: TheLine) -> None:
    ben_talks_with_vee(line)
    line.clock.forward(minutes=59)
    assert "ends in a minute" in warned(line)


def test_a_talk_that_is_over_is_not_spoken_into(line: TheLine) -> None:
    ben_talks_with_vee(line).comes_out()
    line.clock.forward(minutes=55)
    line.carries_out()
    assert line.network.announced == []
    assert warned(line) == ""


def test_a_busy_network_is_asked_again_and_one_that_may_have_spoken_is_not(line: TheLine) -> None:
    ben_talks_with_vee(line)
    line.clock.forward(minutes=55)
    line.network.fail += [TryLater("busy"), MaybeDone("reset")]
    line.carries_out()
    assert relay(line).warned_at is None
    line.clock.forward(seconds=3)
    line.carries_out()
    line.clock.forward(seconds=10)
    line.carries_out()
    assert line.network.announced == []
    assert line.network.fail == []
    assert relay(line).warned_at is not None


def test_what_the_network_could_not_speak_into_the_room_is_spoken_again(line: TheLine) -> None:
    ben_talks_with_vee(line)
    line.clock.forward(minutes=55)
    line.carries_out()
    told = RoomEvent("announcement-fail", sequence=9)
    line.runtime.do(lambda uow: call_ending.room_event(uow, relay(line).token, told))
    line.carries_out()
    assert len(line.network.announced) == 1
    line.clock.forward(seconds=16)
    line.carries_out()
    assert len(line.network.announced) == 2
    heard = RoomEvent("announcement-end", sequence=10)
    line.runtime.do(lambda uow: call_ending.room_event(uow, relay(line).token, heard))
    line.clock.forward(seconds=60)
    line.carries_out()
    assert len(line.network.announced) == 2
