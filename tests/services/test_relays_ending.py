"""Ben and Vee have talked, or lost each other: what both hear, and that Vee is free again."""

from __future__ import annotations

import itertools

import pytest

from checkin.relays.models import Offer, Relay
from checkin.volunteers.models import Alert
from tests import make
from tests.cast import BEN, ODA, VAL, VEE
from tests.services.phones import (
    Caller,
    Phone,
    ben_asks_for_a_peer,
    count,
    offer_to,
    phone_of,
    relay,
    volunteer,
    volunteers,
)
from tests.the_line import TheLine


def together(line: TheLine) -> tuple[Caller, Phone]:
    """Ben and Vee in their room."""
    volunteers(line, VEE)
    ben = ben_asks_for_a_peer(line)
    line.carries_out()
    vee = phone_of(line, VEE)
    vee.takes_it()
    vee.status("in-progress")
    ben.comes_round()
    return ben, vee


def test_after_the_talk_ben_is_asked_how_it_was(line: TheLine) -> None:
    ben, vee = together(line)
    line.clock.forward(minutes=12)
    assert "Take a breath" in vee.comes_out()
    assert "How was it" in ben.comes_out()
    assert (relay(line).state, relay(line).left_by) == ("ended", "volunteer")


def test_vee_rests_and_is_asked_how_she_is(line: TheLine) -> None:
    ben, vee = together(line)
    line.clock.forward(minutes=12)
    vee.comes_out()
    line.carries_out()
    assert volunteer(line, VEE).rest_until > line.clock.now
    assert [text for text in line.sent_to(VEE) if "How are you doing after that" in text]
    ben.comes_out()
    ben.hangs_up()
    assert not ben_asks_for_a_peer(line).waits, "Vee rests"


@pytest.mark.parametrize(("answer", "care"), [("1", "fine"), ("2", "tough"), ("Fine!", "fine")])
def test_vee_says_how_she_is(line: TheLine, answer: str, care: str) -> None:
    _, vee = together(line)
    line.clock.forward(minutes=12)
    vee.comes_out()
    assert line.answers(VEE, answer)
    assert offer_to(line, VEE).care == care


def test_call_me_takes_vee_off_the_rotation_and_tells_the_leads(line: TheLine) -> None:
    line.runtime.do(lambda uow: make.volunteer(uow, ODA, "Oda", lead=True, channels=[]))
    _, vee = together(line)
    line.clock.forward(minutes=12)
    vee.comes_out()
    assert "call you" in line.answers(VEE, "3")
    assert volunteer(line, VEE).off_rotation
    assert count(line, Alert, Alert.kind == "volunteer_call") == 1
    line.carries_out()
    assert any("Vee had a hard one" in text for text in line.sent_to(ODA))


def test_whoever_is_lost_within_seconds_is_offered_again(line: TheLine) -> None:
    ben, vee = together(line)
    line.clock.forward(seconds=4)
    vee.status("completed")
    assert "Press 1 to be connected again" in ben.comes_out()
    ben.comes_round("1")
    assert ben.waits
    assert relay(line).state == "open"
    line.carries_out()
    assert phone_of(line, VEE).picks_up(), "Vee is asked again: she has not rested, since they hardly spoke"


def test_whoever_is_lost_and_presses_nothing_goes_on(line: TheLine) -> None:
    ben, vee = together(line)
    line.clock.forward(seconds=4)
    vee.status("completed")
    ben.comes_out()
    assert "How was it" in ben.comes_round()
    assert count(line, Relay) == 1


def test_vee_who_is_gone_before_ben_reached_the_room_is_said_too(line: TheLine) -> None:
    volunteers(line, VEE)
    ben = ben_asks_for_a_peer(line)
    line.carries_out()
    vee = phone_of(line, VEE)
    vee.takes_it()
    vee.status("completed")
    assert "We lost the peer" in ben.comes_round()
    ben.comes_round("1")
    assert ben.waits


def test_when_ben_hangs_up_vees_leg_is_ended_if_it_lives_on(line: TheLine) -> None:
    ben, vee = together(line)
    line.clock.forward(minutes=3)
    ben.hangs_up()
    assert (relay(line).state, relay(line).left_by) == ("ended", "contact")
    line.carries_out()
    assert line.network.ended == []
    line.clock.forward(seconds=3)
    line.carries_out()
    assert line.network.ended == [vee.sid]


def test_a_leg_that_ended_by_itself_is_left_alone(line: TheLine) -> None:
    ben, vee = together(line)
    line.clock.forward(minutes=3)
    ben.hangs_up()
    vee.status("completed")
    line.clock.forward(seconds=3)
    line.carries_out()
    assert line.network.ended == []


STORY = ("vee leaves", "vee completed", "room closes", "ben comes out")


@pytest.mark.parametrize("order", list(itertools.permutations(STORY)))
def test_the_end_of_a_talk_is_the_same_in_whatever_order_it_is_told(line: TheLine, order: tuple[str, ...]) -> None:
    ben, vee = together(line)
    line.clock.forward(minutes=5)
    for event in order:
        if event == "vee leaves":
            vee.comes_out()
        elif event == "vee completed":
            vee.status("completed")
        elif event == "room closes":
            vee.room_tells("conference-end", "last-participant-left")
        else:
            assert "How was it" in ben.comes_out()
    assert relay(line).state == "ended"
    assert count(line, Offer, Offer.live) == 0
    line.carries_out()
    assert len([text for text in line.sent_to(VEE) if "How are you doing after" in text]) == 1


@pytest.mark.parametrize("lost", STORY[:3])
def test_one_piece_of_news_is_enough(line: TheLine, lost: str) -> None:
    _, vee = together(line)
    line.clock.forward(minutes=5)
    for event in STORY[:3]:
        if event != lost:
            continue
        if event == "vee leaves":
            vee.comes_out()
        elif event == "vee completed":
            vee.status("completed")
        else:
            vee.room_tells("conference-end")
    assert relay(line).state == "ended"
    assert count(line, Offer, Offer.live) == 0


def test_the_same_news_twice_from_ben_is_answered_alike(line: TheLine) -> None:
    ben, _ = together(line)
    line.clock.forward(minutes=5)
    room = ben.reply
    ben.comes_out()
    first = ben.reply
    ben.call.reply = room
    ben.comes_out()
    assert ben.reply == first


def test_numbers_add_up(line: TheLine) -> None:
    volunteers(line, VEE, VAL)
    ben = ben_asks_for_a_peer(line)
    line.carries_out()
    phone_of(line, VEE).takes_it()
    ben.comes_round()
    line.clock.forward(minutes=5)
    ben.comes_out()
    over = ("accepted", "declined", "no_answer", "busy", "failed", "machine", "canceled", "skipped")
    assert count(line, Offer, Offer.state.in_(over)) == count(line, Offer) == 2


def test_ben_is_nobody_to_vee_in_every_text_she_got(line: TheLine) -> None:
    _, vee = together(line)
    line.clock.forward(minutes=5)
    vee.comes_out()
    line.carries_out()
    assert not [text for text in line.sent_to(VEE) if BEN[1:] in text]
