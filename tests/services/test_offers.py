"""Vee's phone rings: what she hears, what she presses, and what becomes of Ben."""

from __future__ import annotations

import itertools

import pytest

from checkin.outbox.models import Outbox
from checkin.relays.models import Offer
from tests.cast import BEN, VAL, VEE
from tests.services.phones import (
    KIM,
    ZOE,
    ben_asks_for_a_peer,
    count,
    offer_to,
    phone_of,
    relay,
    volunteer,
    volunteers,
)
from tests.the_line import TheLine


def test_the_whisper_says_what_matters_and_nothing_of_ben(line: TheLine) -> None:
    volunteers(line, VEE)
    ben_asks_for_a_peer(line)
    line.carries_out()
    line.clock.forward(seconds=30)
    said = phone_of(line, VEE).picks_up()
    assert "Harbor Line" in said
    assert "English" in said
    assert "30 seconds" in said
    assert line.contact(BEN).alias not in said
    assert BEN[-4:] not in said


def test_the_whisper_is_in_the_volunteers_own_language(line: TheLine) -> None:
    volunteers(line, VEE, languages=["es", "en"])
    ben_asks_for_a_peer(line)
    line.carries_out()
    assert "inglés" in phone_of(line, VEE).picks_up()


@pytest.mark.parametrize(
    ("speaks", "heard"),
    [("en", "They showed signs of danger within the last day."), ("es", "notamos señales de peligro")],
)
def test_the_whisper_says_that_there_was_danger_and_not_in_which_words(line: TheLine, speaks: str, heard: str) -> None:
    volunteers(line, VEE, languages=[speaks, "en"])
    line.answers(BEN, "i want to die")
    line.clock.forward(hours=23)
    ben_asks_for_a_peer(line)
    line.carries_out()
    said = phone_of(line, VEE).picks_up()
    assert heard in said
    assert "die" not in said


def test_what_was_long_ago_is_not_said(line: TheLine) -> None:
    volunteers(line, VEE)
    line.answers(BEN, "i want to die")
    line.clock.forward(hours=25)
    ben_asks_for_a_peer(line)
    line.carries_out()
    assert "danger" not in phone_of(line, VEE).picks_up()


def test_one_takes_it_and_both_are_led_into_one_room(line: TheLine) -> None:
    volunteers(line, VEE)
    ben = ben_asks_for_a_peer(line)
    line.carries_out()
    vee = phone_of(line, VEE)
    vee.takes_it()
    ben.comes_round()
    assert vee.room == ben.room == relay(line).room
    assert relay(line).state == "joined"


def test_taking_it_twice_is_taking_it_once(line: TheLine) -> None:
    volunteers(line, VEE)
    ben_asks_for_a_peer(line)
    line.carries_out()
    vee = phone_of(line, VEE)
    vee.takes_it()
    room = vee.room
    vee.presses("1")
    assert vee.room == room
    assert count(line, Offer, Offer.state == "accepted") == 1


def test_the_second_to_press_hears_that_someone_is_there(line: TheLine) -> None:
    volunteers(line, VEE, VAL)
    ben_asks_for_a_peer(line)
    line.carries_out()
    vee, val = phone_of(line, VEE), phone_of(line, VAL)
    vee.picks_up()
    val.picks_up()
    vee.presses("1")
    assert "Someone is with them already" in val.presses("1")
    assert val.room is None
    assert offer_to(line, VAL).state == "canceled"


def test_the_other_phones_stop_ringing_when_one_has_taken_it(line: TheLine) -> None:
    volunteers(line, VEE, VAL)
    ben_asks_for_a_peer(line)
    line.carries_out()
    val = phone_of(line, VAL)
    phone_of(line, VEE).takes_it()
    line.carries_out()
    assert line.network.ended == [val.sid]


def test_someone_who_is_listening_to_the_question_is_told_not_cut_off(line: TheLine) -> None:
    volunteers(line, VEE, VAL)
    ben_asks_for_a_peer(line)
    line.carries_out()
    val = phone_of(line, VAL)
    val.picks_up()
    phone_of(line, VEE).takes_it()
    line.carries_out()
    assert (val.sid, f"https://line.example/webhooks/offers/{val.token}") in line.network.moved
    assert "Someone is with them already" in val.picks_up()


def test_a_wrong_key_is_forgiven_once(line: TheLine) -> None:
    volunteers(line, VEE)
    ben_asks_for_a_peer(line)
    line.carries_out()
    vee = phone_of(line, VEE)
    vee.picks_up()
    assert "press 1" in vee.presses("7")
    vee.presses("1")
    assert vee.room is not None


def test_two_wrong_keys_pass_it_on(line: TheLine) -> None:
    volunteers(line, VEE)
    ben_asks_for_a_peer(line)
    line.carries_out()
    vee = phone_of(line, VEE)
    vee.picks_up()
    vee.presses("7")
    vee.presses("7")
    assert (offer_to(line, VEE).state, offer_to(line, VEE).reason) == ("declined", "wrong key")


@pytest.mark.parametrize(("keys", "reason"), [("2", "not now"), (None, "no key")])
def test_whoever_declines_is_thanked_and_the_next_are_asked_at_once(
    line: TheLine, keys: str | None, reason: str
) -> None:
    volunteers(line, VEE, VAL, ZOE, KIM)
    ben_asks_for_a_peer(line)
    line.carries_out()
    rung = {call.to for call in line.network.calls}
    assert len(rung) == 3
    for number in rung:
        phone = phone_of(line, number)
        phone.picks_up()
        assert "hank" in phone.presses(keys)
        assert offer_to(line, number).reason == reason
    line.carries_out()
    assert {call.to for call in line.network.calls} == {VEE, VAL, ZOE, KIM}, "no clock was needed for the second wave"


def test_a_voicemail_hears_nothing_and_takes_nothing(line: TheLine) -> None:
    volunteers(line, VEE)
    ben_asks_for_a_peer(line)
    line.carries_out()
    assert phone_of(line, VEE).picks_up("machine_start") == ""
    assert offer_to(line, VEE).state == "machine"


def test_a_volunteer_who_hangs_up_before_deciding_does_not_leave_ben_waiting_for_them(line: TheLine) -> None:
    volunteers(line, VEE)
    ben = ben_asks_for_a_peer(line)
    line.carries_out()
    vee = phone_of(line, VEE)
    vee.picks_up()
    vee.status("completed")
    assert offer_to(line, VEE).reason == "hung up"
    line.carries_out()
    assert relay(line).state == "unanswered"
    assert "No peer is free" in ben.is_fetched()


def test_a_one_that_arrives_after_the_phone_was_put_down_joins_nobody(line: TheLine) -> None:
    volunteers(line, VEE, VAL)
    ben_asks_for_a_peer(line)
    line.carries_out()
    vee = phone_of(line, VEE)
    vee.picks_up()
    vee.status("completed")
    vee.presses("1")
    assert vee.room is None
    assert relay(line).state == "open"


def test_when_ben_has_gone_whoever_picks_up_is_told_and_thanked(line: TheLine) -> None:
    volunteers(line, VEE, VAL)
    ben = ben_asks_for_a_peer(line)
    line.carries_out()
    vee, val = phone_of(line, VEE), phone_of(line, VAL)
    vee.picks_up()
    ben.hangs_up()
    line.carries_out()
    assert relay(line).state == "left"
    assert line.network.ended == [val.sid]
    assert "They had to go" in vee.presses("1")
    assert "They had to go" in val.picks_up()
    assert count(line, Offer, Offer.live) == 0


@pytest.mark.parametrize("order", list(itertools.permutations(["ringing", "in-progress", "completed", "completed"])))
def test_statuses_only_move_forward(line: TheLine, order: tuple[str, ...]) -> None:
    volunteers(line, VEE, VAL)
    ben_asks_for_a_peer(line)
    line.carries_out()
    vee = phone_of(line, VEE)
    for status in order:
        vee.status(status)
    assert (offer_to(line, VEE).state, offer_to(line, VEE).call_status) == ("declined", "completed")


@pytest.mark.parametrize(("status", "state"), [("busy", "busy"), ("no-answer", "no_answer"), ("failed", "failed")])
def test_how_a_call_ended_is_kept(line: TheLine, status: str, state: str) -> None:
    volunteers(line, VEE, VAL)
    ben_asks_for_a_peer(line)
    line.carries_out()
    phone_of(line, VEE).status(status)
    assert (offer_to(line, VEE).state, offer_to(line, VEE).live) == (state, False)


def test_a_number_that_fails_five_times_is_left_out_until_someone_looks(line: TheLine) -> None:
    volunteers(line, VEE, VAL)
    for _ in range(5):
        ben = ben_asks_for_a_peer(line)
        line.carries_out()
        phone_of(line, VEE).status("failed")
        ben.hangs_up()
        line.clock.forward(minutes=3)
    assert volunteer(line, VEE).failures == 5
    line.network.calls.clear()
    ben_asks_for_a_peer(line)
    line.carries_out()
    assert {call.to for call in line.network.calls} == {VAL}


def test_nothing_about_ben_stands_in_what_the_network_is_asked(line: TheLine) -> None:
    volunteers(line, VEE, VAL, ZOE, KIM)
    ben_asks_for_a_peer(line)
    line.carries_out()
    for call in line.network.calls:
        assert BEN[1:] not in call.url + call.status_url + call.from_
    assert count(line, Outbox, Outbox.about_id.contains(BEN[1:])) == 0
