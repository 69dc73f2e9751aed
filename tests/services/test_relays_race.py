"""Vee and Val press 1 at the same instant, on connections of their own: one of them has Ben."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from checkin.core.reply import Reply
from checkin.relays.models import Offer, Relay
from tests.cast import ANA, BEN, VAL, VEE
from tests.services.at_once import at_once
from tests.services.phones import Phone, ben_asks_for_a_peer, offer_to, relay, volunteers
from tests.the_line import TheLine

pytestmark = pytest.mark.both

ROUNDS = 10


def test_two_press_one_at_once_and_one_has_ben(busy: TheLine) -> None:
    volunteers(busy, VEE, VAL, daily_limit=10_000)
    for _ in range(ROUNDS):
        ben = ben_asks_for_a_peer(busy)
        phones = [Phone(busy, offer_to(busy, number).token) for number in (VEE, VAL)]
        for phone in phones:
            phone.picks_up()
        at_once(*(lambda phone=phone: phone.presses("1") for phone in phones))
        winners = [phone for phone in phones if phone.room is not None]
        assert len(winners) == 1
        (loser,) = (phone for phone in phones if phone.room is None)
        assert "Someone is with them already" in loser.says
        with busy.runtime.sessions() as session:
            states = sorted(session.scalars(select(Offer.state).where(Offer.relay_id == relay(busy).id)))
        assert states == ["accepted", "canceled"]
        ben.hangs_up()
        busy.clock.forward(hours=1)


def test_ben_hangs_up_while_vee_presses_one(busy: TheLine) -> None:
    volunteers(busy, VEE, daily_limit=10_000)
    for _ in range(ROUNDS):
        ben = ben_asks_for_a_peer(busy)
        vee = Phone(busy, offer_to(busy, VEE).token)
        vee.picks_up()
        answers = at_once(lambda vee=vee: vee.presses("1"), ben.hangs_up)
        assert not [answer for answer in answers if isinstance(answer, Exception)]
        after = relay(busy)
        assert after.state == ("ended" if vee.room else "left")
        with busy.runtime.sessions() as session:
            assert not session.scalars(select(Offer.id).where(Offer.live)).all()
        busy.clock.forward(hours=1)


def test_one_declines_while_the_other_takes_it(busy: TheLine) -> None:
    volunteers(busy, VEE, VAL, daily_limit=10_000)
    for _ in range(ROUNDS):
        ben = ben_asks_for_a_peer(busy)
        vee, val = (Phone(busy, offer_to(busy, number).token) for number in (VEE, VAL))
        vee.picks_up()
        val.picks_up()
        answers = at_once(lambda vee=vee: vee.presses("1"), lambda val=val: val.presses("2"))
        assert not [answer for answer in answers if isinstance(answer, Exception)]
        assert vee.room is not None
        assert relay(busy).state == "joined"
        ben.hangs_up()
        busy.clock.forward(hours=1)


def test_two_callers_at_once_never_ring_the_same_volunteer(busy: TheLine) -> None:
    volunteers(busy, VEE, VAL, daily_limit=10_000)
    for _ in range(ROUNDS):
        callers = [busy.rings(number) for number in (ANA, BEN)]
        answers = at_once(*(lambda call=call: call.presses("1") for call in callers))
        assert not [answer for answer in answers if isinstance(answer, Exception)]
        with busy.runtime.sessions() as session:
            live = session.execute(
                select(Offer.volunteer_id, Relay.id).join(Relay, Relay.id == Offer.relay_id).where(Offer.live)
            ).all()
        assert len({volunteer_id for volunteer_id, _ in live}) == len(live) == 2
        assert all(isinstance(call.reply, Reply) for call in callers)
        for call in callers:
            call.hangs_up()
        busy.clock.forward(hours=1)
