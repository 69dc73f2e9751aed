"""The network refuses, stumbles and stays silent while phones are to be rung; Ben is never left with it."""

from __future__ import annotations

from sqlalchemy import select

from checkin.dispatch import dispatcher
from checkin.outbox.models import Outbox
from checkin.outbox.outcomes import Unknown
from checkin.relays import offer_calls
from checkin.relays.models import Offer
from checkin.telephony.port import MaybeDone, Refused, TryLater
from checkin.volunteers.models import Alert
from tests import make
from tests.cast import VAL, VEE
from tests.services.phones import ZOE, Phone, ben_asks_for_a_peer, count, offer_to, phone_of, relay, volunteers
from tests.the_line import TheLine


def rows(line: TheLine, kind: str) -> list[str]:
    """Outbox rows of this kind that are still to be done."""
    return line.runtime.read(
        lambda s: list(s.scalars(select(Outbox.id).where(Outbox.kind == kind, Outbox.done_at.is_(None))))
    )


def test_one_number_that_is_refused_does_not_touch_the_others(line: TheLine) -> None:
    volunteers(line, VEE, VAL)
    ben_asks_for_a_peer(line)
    line.network.fail.append(Refused("not a number", 21211))
    line.carries_out()
    assert len(line.network.calls) == 1
    assert count(line, Offer, Offer.state == "failed") == 1
    assert count(line, Offer, Offer.state == "ringing") == 1
    assert relay(line).state == "open"


def test_when_no_phone_can_be_rung_ben_is_told_at_once_and_the_team_why(line: TheLine) -> None:
    volunteers(line, VEE, VAL, ZOE)
    ben = ben_asks_for_a_peer(line)
    line.network.fail.extend([Refused("account", 20003)] * 3)
    line.carries_out()
    assert relay(line).state == "unanswered"
    assert "No peer is free" in ben.is_fetched()
    alert = line.runtime.read(lambda s: s.scalars(select(Alert)).one())
    assert alert.kind == "ringing_failed"
    assert "TWILIO_AUTH_TOKEN" in alert.rule


def test_a_call_that_was_not_taken_is_asked_for_again_soon(line: TheLine) -> None:
    volunteers(line, VEE)
    ben_asks_for_a_peer(line)
    line.network.fail.append(TryLater("busy"))
    line.carries_out()
    assert line.network.calls == []
    line.clock.forward(seconds=2)
    line.carries_out()
    assert [call.to for call in line.network.calls] == [VEE]


def test_a_call_that_is_never_taken_fails_after_three_tries(line: TheLine) -> None:
    volunteers(line, VEE)
    ben_asks_for_a_peer(line)
    line.network.fail.extend([TryLater("busy", 20429)] * 3)
    for _ in range(3):
        line.carries_out()
        line.clock.forward(seconds=2)
    line.carries_out()
    assert offer_to(line, VEE).state == "failed"
    assert relay(line).state == "unanswered"


def test_a_call_of_unknown_fate_may_still_be_answered(line: TheLine) -> None:
    volunteers(line, VEE)
    ben = ben_asks_for_a_peer(line)
    line.network.fail.append(MaybeDone("timeout"))
    line.carries_out()
    vee = Phone(line, offer_to(line, VEE).token)
    vee.takes_it()
    ben.comes_round()
    assert ben.room == vee.room
    assert offer_to(line, VEE).call_sid == vee.sid


def test_a_worker_that_died_while_ringing_does_not_ring_twice(line: TheLine) -> None:
    volunteers(line, VEE)
    ben_asks_for_a_peer(line)
    offer = offer_to(line, VEE)
    line.runtime.do(lambda uow: offer_calls.to_ring(uow, offer.id, 1))
    assert isinstance(line.runtime.do(lambda uow: offer_calls.to_ring(uow, offer.id, 2)), Unknown)


def test_a_phone_that_was_just_being_rung_when_another_took_it_is_let_go(line: TheLine) -> None:
    volunteers(line, VEE, VAL)
    ben_asks_for_a_peer(line)
    val = offer_to(line, VAL)
    ring = line.runtime.do(lambda uow: offer_calls.to_ring(uow, val.id, 1))
    assert not isinstance(ring, str)
    Phone(line, offer_to(line, VEE).token).takes_it()
    line.runtime.do(lambda uow: offer_calls.rung(uow, val.id, "CA" + "9" * 32))
    line.carries_out()
    assert "CA" + "9" * 32 in line.network.ended


def test_nobody_is_rung_for_a_relay_that_is_over(line: TheLine) -> None:
    volunteers(line, VEE)
    ben = ben_asks_for_a_peer(line)
    ben.hangs_up()
    line.carries_out()
    assert line.network.calls == []


def test_somebody_who_went_off_duty_meanwhile_is_not_rung(line: TheLine) -> None:
    volunteers(line, VEE, VAL, ZOE)
    ben_asks_for_a_peer(line)
    asked = {number for number in (VEE, VAL, ZOE) if offer_to(line, number) is not None}
    tired = asked.pop()
    assert line.answers(tired, "OFF")
    line.carries_out()
    assert tired not in {call.to for call in line.network.calls}
    assert offer_to(line, tired).state == "skipped"


def test_a_fetch_that_finds_the_call_over_sets_the_volunteer_free(line: TheLine) -> None:
    """Ben hung up, and the network never told us."""
    volunteers(line, VEE)
    ben_asks_for_a_peer(line)
    line.carries_out()
    vee = phone_of(line, VEE)
    vee.takes_it()
    line.network.fail.append(Refused("over", 21220))
    line.carries_out()
    assert relay(line).state == "ended"
    line.clock.forward(seconds=3)
    line.carries_out()
    assert line.network.ended == [vee.sid]
    assert count(line, Offer, Offer.live) == 0


def test_rows_carried_out_twice_do_nothing_twice(line: TheLine) -> None:
    volunteers(line, VEE, VAL)
    ben_asks_for_a_peer(line)
    due = [row_id for _, row_id in line.doorbell.enqueued]
    for row_id in due * 2:
        dispatcher.dispatch(line.runtime, row_id)
    assert len(line.network.calls) == 2


def test_phones_ring_no_longer_than_ben_waits(line: TheLine) -> None:
    volunteers(line, VEE)
    ben_asks_for_a_peer(line)
    line.clock.forward(seconds=110)
    line.carries_out()
    assert line.network.calls[0].ring_for.total_seconds() == 10


def test_the_backup_number_rings_last_and_can_take_it(line: TheLine) -> None:
    from dataclasses import replace

    policy = line.runtime.policy_of("default")
    backup = replace(policy, backup=make.number("+15555550150"))
    make.put(line.runtime, policy_of=lambda _line: backup)
    volunteers(line, VEE)
    ben = ben_asks_for_a_peer(line)
    line.carries_out()
    assert [call.to for call in line.network.calls] == [VEE]
    phone_of(line, VEE).status("no-answer")
    line.carries_out()
    assert [call.to for call in line.network.calls] == [VEE, VEE], "everyone is asked twice before it"
    phone_of(line, VEE).status("no-answer")
    line.carries_out()
    assert line.network.calls[-1].to == "+15555550150"
    token = line.network.calls[-1].url.rpartition("/")[2]
    phone = Phone(line, token)
    phone.takes_it()
    ben.comes_round()
    assert ben.room == phone.room


def test_a_phone_we_did_not_know_was_ringing_is_let_go_once_we_hear_of_it(line: TheLine) -> None:
    volunteers(line, VEE)
    ben = ben_asks_for_a_peer(line)
    line.network.fail.append(MaybeDone("reset"))
    line.carries_out()
    ben.hangs_up()
    line.carries_out()
    vee = Phone(line, offer_to(line, VEE).token)
    vee.status("ringing")
    line.carries_out()
    assert line.network.ended == [vee.sid]
