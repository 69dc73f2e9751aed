"""Ben waits: every round of the loop says the next true thing, with the worker dead and the network deaf."""

from __future__ import annotations

import pytest

from checkin.core.unit_of_work import UnitOfWork
from checkin.relays import wait_loop
from checkin.relays.models import Relay
from checkin.stories import service as stories
from checkin.telephony.port import MaybeDone, TryLater
from checkin.volunteers.models import Alert
from flows.engine.effects import HangUp, Play, Say
from tests.cast import BEN, VAL, VEE
from tests.services.phones import ZOE, ben_asks_for_a_peer, count, phone_of, relay, volunteers
from tests.the_line import TheLine


def a_story(line: TheLine, seconds: int = 40, language: str = "en") -> None:
    new = stories.NewStory("A first year", ["sober"], language, "Words.", media_key="abc", seconds=seconds)
    line.runtime.do(lambda uow: stories.add(uow, "default", new, who="Oda", publish=True))


def test_zero_leaves_a_message_and_the_phones_stop(line: TheLine) -> None:
    volunteers(line, VEE)
    ben = ben_asks_for_a_peer(line)
    line.carries_out()
    vee = phone_of(line, VEE)
    said = ben.comes_round("0")
    assert "message" in said.lower()
    assert relay(line).state == "message"
    line.carries_out()
    assert line.network.ended == [vee.sid]


def test_star_goes_to_the_menu(line: TheLine) -> None:
    volunteers(line, VEE)
    ben = ben_asks_for_a_peer(line)
    said = ben.comes_round("*")
    assert relay(line).state == "left"
    assert not ben.waits
    assert said


def test_the_loop_gives_up_at_the_limit_without_any_worker(line: TheLine) -> None:
    volunteers(line, VEE)
    ben = ben_asks_for_a_peer(line)
    rounds = 0
    while ben.waits:
        line.clock.forward(seconds=9)
        ben.comes_round()
        rounds += 1
        assert rounds < 20, "Ben never gets out"
    assert "No peer is free" in ben.says
    assert line.clock.now - relay(line).opened_at < relay(line).limit_at - relay(line).opened_at + (
        line.runtime.policy_of("default").ring_inline_after * 2
    )


def test_the_last_quiet_is_no_longer_than_what_is_left(line: TheLine) -> None:
    volunteers(line, VEE)
    ben = ben_asks_for_a_peer(line)
    line.clock.forward(seconds=117)
    ben.comes_round()
    assert ben.reply.spoken[-1].wait.total_seconds() <= 3


def test_without_a_worker_the_loop_rings_by_itself(line: TheLine) -> None:
    volunteers(line, VEE, VAL)
    carried: list[str] = []
    line.runtime.transactions.after_commit.append(lambda uow: carried.extend(uow.inline))
    ben = ben_asks_for_a_peer(line)
    line.clock.forward(seconds=3)
    ben.comes_round()
    assert carried == []
    line.clock.forward(seconds=3)
    ben.comes_round()
    assert len(carried) == 2


def test_without_a_worker_the_later_waves_come_too(line: TheLine) -> None:
    from checkin.dispatch import dispatcher

    volunteers(line, VEE, VAL, ZOE)

    def carry_out(uow: UnitOfWork) -> None:
        for row_id in uow.inline:
            dispatcher.dispatch(line.runtime, row_id)

    line.runtime.transactions.after_commit.append(carry_out)
    ben = ben_asks_for_a_peer(line)
    for _ in range(6):
        line.clock.forward(seconds=6)
        ben.comes_round()
    assert {call.to for call in line.network.calls} == {VEE, VAL, ZOE}
    phone_of(line, VEE).takes_it()
    ben.comes_round()
    assert ben.room is not None


def test_a_short_story_passes_the_time(line: TheLine) -> None:
    volunteers(line, VEE)
    a_story(line)
    ben = ben_asks_for_a_peer(line)
    ben.comes_round()
    assert any(isinstance(part, Play) for part in ben.reply.spoken)
    assert ben.waits


@pytest.mark.parametrize(("seconds", "language"), [(90, "en"), (40, "es")])
def test_no_story_that_is_long_or_in_another_language(line: TheLine, seconds: int, language: str) -> None:
    volunteers(line, VEE)
    a_story(line, seconds, language)
    ben = ben_asks_for_a_peer(line)
    assert "still looking" in ben.comes_round()


def test_where_no_story_fits_music_passes_the_time_and_is_there_to_be_played(line: TheLine) -> None:
    volunteers(line, VEE)
    ben = ben_asks_for_a_peer(line)
    ben.comes_round()
    (clip,) = (part.clip for part in ben.reply.spoken if isinstance(part, Say) and part.clip)
    assert (line.runtime.settings.flows / clip).is_file()
    line.clock.forward(seconds=100)
    ben.comes_round()
    assert not [part for part in ben.reply.spoken if isinstance(part, Say) and part.clip], "too little time is left"


def test_no_story_begins_that_would_outlast_the_wait(line: TheLine) -> None:
    volunteers(line, VEE)
    a_story(line, 40)
    ben = ben_asks_for_a_peer(line)
    line.clock.forward(seconds=90)
    assert "still looking" in ben.comes_round()


def test_after_a_sign_of_crisis_no_story_starts_by_itself(line: TheLine) -> None:
    volunteers(line, VEE)
    a_story(line)
    call = line.rings(BEN)
    call.speaks("I want to die")
    call.presses("0")
    from tests.services.phones import Caller

    ben = Caller(line, call)
    assert ben.waits
    assert "still looking" in ben.comes_round()


def test_the_loop_brings_ben_to_the_room_when_the_fetch_was_lost(line: TheLine) -> None:
    volunteers(line, VEE)
    ben = ben_asks_for_a_peer(line)
    line.carries_out()
    vee = phone_of(line, VEE)
    vee.takes_it()
    line.network.fail.append(TryLater("no network"))
    line.carries_out()
    assert line.network.moved == []
    ben.comes_round()
    assert ben.room == vee.room


def test_a_leg_that_is_being_fetched_stands_aside_so_that_it_is_not_pulled_out_again(line: TheLine) -> None:
    volunteers(line, VEE)
    ben = ben_asks_for_a_peer(line)
    line.carries_out()
    vee = phone_of(line, VEE)
    vee.takes_it()
    line.carries_out()
    ben.comes_round()
    assert ben.room is None, "the fetch is on its way"
    assert ben.waits
    ben.is_fetched()
    assert ben.room == vee.room


def test_a_fetch_that_never_comes_is_not_waited_for(line: TheLine) -> None:
    volunteers(line, VEE)
    ben = ben_asks_for_a_peer(line)
    line.carries_out()
    phone_of(line, VEE).takes_it()
    line.network.fail.append(MaybeDone("timeout"))
    line.carries_out()
    line.clock.forward(seconds=3)
    ben.comes_round()
    assert ben.room is not None


def test_nobody_is_fetched_who_is_in_the_room_already(line: TheLine) -> None:
    volunteers(line, VEE)
    ben = ben_asks_for_a_peer(line)
    line.carries_out()
    phone_of(line, VEE).takes_it()
    ben.comes_round()
    line.carries_out()
    assert line.network.moved == []


def test_giving_up_is_said_at_once_not_at_the_end_of_a_story(line: TheLine) -> None:
    volunteers(line, VEE)
    ben = ben_asks_for_a_peer(line)
    line.carries_out()
    line.clock.forward(seconds=120)
    line.carries_out()
    assert relay(line).state == "unanswered"
    assert "No peer is free" in ben.is_fetched()


def test_a_round_that_comes_twice_after_the_end_says_the_same(line: TheLine) -> None:
    volunteers(line, VEE)
    ben = ben_asks_for_a_peer(line)
    then = ben.reply.then
    line.clock.forward(seconds=121)
    ben.comes_round()
    first = ben.reply
    again = line.runtime.do(lambda uow: wait_loop.wait(uow, then.relay, then.tick, None, ben.call.sid))
    assert again == first


def test_the_team_is_told_once_that_nobody_took_it(line: TheLine) -> None:
    volunteers(line, VEE)
    ben = ben_asks_for_a_peer(line)
    line.clock.forward(seconds=121)
    ben.comes_round()
    line.carries_out()
    line.clock.forward(seconds=60)
    line.carries_out()
    assert count(line, Alert, Alert.kind == "no_peer") == 1


def test_an_unknown_relay_or_a_strangers_call_is_ended(line: TheLine) -> None:
    volunteers(line, VEE)
    ben_asks_for_a_peer(line)
    token = relay(line).token
    for wrong in (("0" * 32, "CA" + "1" * 32), (token, "CA" + "1" * 32)):
        reply = line.runtime.do(lambda uow, wrong=wrong: wait_loop.wait(uow, wrong[0], 1, "0", wrong[1]))
        assert reply.spoken == (HangUp(),)
    assert count(line, Relay, Relay.state == "open") == 1
