"""Ben asks for a peer: who is asked, in which waves, and what he is told when nobody is there."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from checkin.core.unit_of_work import UnitOfWork
from checkin.messages.models import Conversation
from checkin.outbox.models import Outbox
from checkin.relays import service as relays
from checkin.relays.candidates import candidates
from checkin.relays.models import Offer, Relay
from flows.engine.effects import ConnectPeer
from tests import make
from tests.cast import ANA, BEN, VAL, VEE
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


def rung(line: TheLine) -> list[str]:
    """Whose phone was rung, in order of number."""
    return sorted(call.to for call in line.network.calls)


def test_ben_is_promised_how_long_it_takes_and_how_to_leave(line: TheLine) -> None:
    volunteers(line, VEE)
    ben = ben_asks_for_a_peer(line)
    assert "up to 2 minutes" in ben.says
    assert "Press 0" in ben.says
    assert ben.waits


def test_with_nobody_on_shift_ben_is_told_at_once(line: TheLine) -> None:
    volunteers(line, VEE, VAL, always=False)
    ben = ben_asks_for_a_peer(line)
    assert not ben.waits
    assert "No peer is free" in ben.says
    asked = relay(line)
    assert (asked.state, asked.ended_at) == ("closed", asked.opened_at), "he asked, and that is counted"
    assert rung(line) == []


def test_when_everyone_is_in_a_relay_ben_is_told_at_once(line: TheLine) -> None:
    volunteers(line, VEE)
    ben_asks_for_a_peer(line, ANA)
    ben = ben_asks_for_a_peer(line)
    assert not ben.waits
    assert "No peer is free" in ben.says
    with line.runtime.sessions() as session:
        assert sorted(session.scalars(select(Relay.state))) == ["busy", "open"], "he asked, and that is counted"


def test_nobody_is_asked_in_a_language_they_do_not_speak(line: TheLine) -> None:
    volunteers(line, VEE, VAL)
    ben = line.rings(BEN)
    ben.presses("9")
    ben.presses("1")
    assert count(line, Offer) == 0
    assert "libre" in ben.says


def test_those_who_speak_another_language_are_asked_once_ben_says_that_it_will_do(line: TheLine) -> None:
    volunteers(line, VEE, VAL)
    ben = line.rings(BEN)
    for key in ("9", "1", "1"):
        ben.presses(key)
    assert "Estamos buscando" in ben.says
    assert count(line, Offer) == 2


def test_three_are_asked_first_then_three_more_then_everyone(line: TheLine) -> None:
    numbers = [f"+155555502{n:02}" for n in range(8)]
    for number in numbers:
        line.runtime.do(lambda uow, number=number: make.volunteer(uow, number, number))
    ben_asks_for_a_peer(line)
    line.carries_out()
    waves = [len(line.network.calls)]
    for _ in range(3):
        line.clock.forward(seconds=20)
        line.carries_out()
        waves.append(len(line.network.calls))
    assert waves == [3, 6, 8, 8]


def test_whoever_was_idle_longest_is_asked_first(line: TheLine) -> None:
    volunteers(line, VEE, VAL, ZOE)
    ben = ben_asks_for_a_peer(line)
    line.carries_out()
    first = rung(line)
    ben.hangs_up()
    line.clock.forward(minutes=1)
    line.network.calls.clear()
    ben_asks_for_a_peer(line)
    line.carries_out()
    assert set(rung(line)) | set(first) == {VEE, VAL, ZOE}


def test_a_volunteer_who_calls_for_themselves_is_never_rung_for_it(line: TheLine) -> None:
    volunteers(line, VEE, VAL)
    line.runtime.do(lambda uow: None)
    ben_asks_for_a_peer(line)
    line.carries_out()
    assert BEN not in rung(line)


def test_the_same_turn_twice_opens_one_relay(line: TheLine) -> None:
    volunteers(line, VEE)
    ben = ben_asks_for_a_peer(line)
    first = ben.reply
    ben.call.presses("1")
    assert count(line, Relay) == 1
    assert ben.reply == first


def test_a_second_call_takes_the_place_of_the_first(line: TheLine) -> None:
    volunteers(line, VEE, VAL, ZOE, KIM)
    ben_asks_for_a_peer(line)
    line.carries_out()
    first = relay(line)
    again = ben_asks_for_a_peer(line)
    assert again.waits
    assert relay(line).id != first.id
    assert count(line, Relay, Relay.state == "open") == 1
    assert count(line, Offer, Offer.live, Offer.relay_id == first.id) == 0


def test_numbers_of_relays_count_up_by_line(line: TheLine) -> None:
    volunteers(line, VEE, VAL, ZOE, KIM)
    ben_asks_for_a_peer(line)
    ben_asks_for_a_peer(line, ANA)
    assert relay(line).number == 2


def test_everything_that_is_due_later_is_written_down_at_once(line: TheLine) -> None:
    volunteers(line, VEE, VAL, ZOE, KIM)
    ben_asks_for_a_peer(line)
    assert count(line, Outbox, Outbox.kind == "ring_offer") == 3
    assert count(line, Outbox, Outbox.kind == "next_wave") == 3, "the fourth, and then all of them once more"
    assert count(line, Outbox, Outbox.kind == "give_up", Outbox.run_after == relay(line).limit_at) == 1


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"on_duty": False}, "off duty"),
        ({"off_rotation": True}, "paused"),
        ({"channels": ["text"]}, "wrong channel"),
        ({"failures": 5}, "bad number"),
    ],
)
def test_who_is_left_out_is_left_out(line: TheLine, values: dict[str, object], reason: str) -> None:
    volunteers(line, VEE, **values)
    assert not ben_asks_for_a_peer(line).waits
    assert count(line, Offer) == 0


def test_what_matching_knows_comes_in_one_statement(line: TheLine) -> None:
    volunteers(line, VEE, VAL)
    ben = ben_asks_for_a_peer(line)
    line.carries_out()
    phone_of(line, VEE).takes_it()
    ben.comes_round()
    line.clock.forward(minutes=20)
    ben.comes_out()
    now = line.clock.now
    found = line.runtime.read(
        lambda s: {k.volunteer.id: k for k in candidates(s, "default", "voice", now, line.runtime.policy_of("default"))}
    )
    vee = found[volunteer(line, VEE).id].candidate
    assert vee.week == timedelta(minutes=20)
    assert (vee.today, vee.calls, vee.texts) == (1, 0, 0)
    assert vee.rest_until is not None
    assert vee.rest_until > now
    val = found[volunteer(line, VAL).id]
    assert (val.candidate.calls, val.candidate.today, val.times_asked) == (0, 0, 0)
    assert val.candidate.idle_since == offer_to(line, VAL).planned_at


def test_only_those_are_asked_whom_ben_wishes_for_and_handing_on_keeps_the_wish(line: TheLine) -> None:
    volunteers(line, VEE)
    volunteers(line, VAL, ZOE, wishes=["woman"])
    line.answers(ANA, "hello")
    ana = line.contact(ANA)

    def look(uow: UnitOfWork) -> None:
        talk = uow.session.scalars(select(Conversation).where(Conversation.contact_id == ana.id)).one()
        action = ConnectPeer(None, "en", wish="woman")
        relays.open(uow, uow.session.get_one(type(ana), ana.id), talk, action, language="en")

    line.runtime.do(look)
    line.clock.forward(minutes=5)
    line.carries_out()
    assert (len(line.sent_to(VEE)), len(line.sent_to(VAL)), len(line.sent_to(ZOE))) == (0, 1, 1)
    line.answers(VAL, f"TAKE {relay(line).number}")
    line.answers(VAL, "PASS")
    line.carries_out()
    assert line.sent_to(VEE) == []
