"""The network guesses that a machine picked up: a hint that frees the next phone sooner, and keeps nobody waiting."""

from __future__ import annotations

from dataclasses import replace

import pytest

from checkin.core.reply import OfferKeys
from checkin.relays import call_backs, offers
from tests import make
from tests.cast import ANA, VAL, VEE
from tests.services.left_messages import Ana, ana_leaves_a_message, vee_calls
from tests.services.phones import ben_asks_for_a_peer, offer_to, phone_of, relay, says, volunteers
from tests.the_line import TheLine


def guess(line: TheLine, token: str, sid: str, who: str) -> None:
    line.runtime.do(lambda uow: offers.guessed(uow, token, sid, who))


@pytest.fixture
def listening(line: TheLine) -> TheLine:
    """A line that has `machine_detection` switched on."""
    before = line.runtime.policy_of
    make.put(line.runtime, policy_of=lambda key: replace(before(key), detect_machines=True, first_wave=1))
    return line


def test_it_is_off_unless_the_line_has_switched_it_on(line: TheLine) -> None:
    volunteers(line, VEE)
    ben_asks_for_a_peer(line)
    line.carries_out()
    assert [call.machine_url for call in line.network.calls] == [None]


def test_who_picks_up_hears_the_question_at_once_and_the_guess_comes_later(listening: TheLine) -> None:
    volunteers(listening, VEE)
    ben_asks_for_a_peer(listening)
    listening.carries_out()
    vee = phone_of(listening, VEE)
    where = listening.network.calls[0].machine_url
    assert (where or "").startswith(f"https://line.example/webhooks/offers/{vee.token}/machine#")
    vee.picks_up()
    assert isinstance(vee.reply.then, OfferKeys)
    guess(listening, vee.token, vee.sid, "human")
    assert offer_to(listening, VEE).live
    assert vee.presses("1")
    assert vee.room is not None


def test_a_machine_is_hung_up_on_and_the_next_phone_rings_at_once(listening: TheLine) -> None:
    volunteers(listening, VEE, VAL)
    ben_asks_for_a_peer(listening)
    listening.carries_out()
    (first,) = listening.network.calls
    vee = phone_of(listening, first.to)
    vee.picks_up()
    guess(listening, vee.token, vee.sid, "machine_start")
    listening.carries_out()
    assert listening.network.ended == [vee.sid]
    assert len(listening.network.calls) == 2
    assert offer_to(listening, first.to).state == "machine"


def test_whoever_pressed_1_is_no_machine(listening: TheLine) -> None:
    volunteers(listening, VEE)
    ben = ben_asks_for_a_peer(listening)
    listening.carries_out()
    vee = phone_of(listening, VEE)
    vee.takes_it()
    guess(listening, vee.token, vee.sid, "machine_start")
    listening.carries_out()
    ben.is_fetched()
    assert ben.room == vee.room
    assert listening.network.ended == []


def ana_is_called(line: TheLine, *also: str) -> Ana:
    volunteers(line, VEE)
    vee_calls(line, ana_leaves_a_message(line, also=also))
    return Ana(line)


def ana_guessed(line: TheLine, ana: Ana, who: str) -> None:
    line.runtime.do(lambda uow: call_backs.guessed(uow, ana.token, ana.sid, who))


def test_nothing_is_left_on_the_machine_of_ana_who_did_not_agree_to_it(line: TheLine) -> None:
    ana = ana_is_called(line)
    assert (ana.call.machine_url is not None, ana.call.after_beep) == (True, False)
    ana.picks_up()
    ana_guessed(line, ana, "machine_start")
    line.carries_out()
    assert ana.sid in line.network.ended
    assert "couldn't be connected" in line.sent_to(VEE)[-1]


@pytest.mark.parametrize(("also", "named"), [(("messages", "name"), True), (("messages",), False)])
def test_words_are_left_where_she_agreed_and_our_name_only_if_she_did(
    line: TheLine, also: tuple[str, ...], named: bool
) -> None:
    ana = ana_is_called(line, *also)
    assert ana.call.after_beep
    said = ana.picks_up()
    assert ("Harbor Line" in said) == named
    ana_guessed(line, ana, "machine_end_beep")
    line.carries_out()
    assert (ana.sid, f"https://line.example/webhooks/relays/{ana.token}/back/message") in line.network.moved
    assert ana.sid not in line.network.ended, "that would cut the words off"
    left = says(line.runtime.do(lambda uow: call_backs.on_machine(uow, ana.token)))
    assert ("Harbor Line" in left) == named
    assert ANA[1:] not in left
    assert "voicemail picked up" in line.sent_to(VEE)[-1]
    assert relay(line).left_by == "machine"


def test_a_machine_that_is_still_greeting_is_not_silence(line: TheLine) -> None:
    ana = ana_is_called(line, "messages")
    ana.picks_up()
    assert "press 1" in ana.presses(None)
    assert "here whenever" in ana.presses(None)
