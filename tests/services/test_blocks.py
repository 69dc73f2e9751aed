"""Blocking a contact: exactly this one, for a while, with a review; and nobody is left without the crisis number."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from checkin.cases import blocks
from checkin.cases.models import Block
from checkin.core.audit_models import Audit
from checkin.core.errors import UserError
from checkin.relays import service as relays
from checkin.volunteers.models import Alert
from tests import make
from tests.cast import ANA, BEN, ODA, VEE
from tests.services.phones import ben_asks_for_a_peer, phone_of, relay, volunteers
from tests.the_line import TheLine


def ana_is_blocked(line: TheLine, **how: timedelta) -> None:
    line.answers(ANA, "hello")
    ana = line.contact(ANA)
    line.runtime.do(
        lambda uow: relays.block(uow, uow.session.get_one(type(ana), ana.id), "threats in two calls", "Oda", **how)
    )


def the_block(line: TheLine) -> Block:
    return line.runtime.read(lambda s: s.scalars(select(Block).order_by(Block.created_at.desc()).limit(1)).one())


def decide(line: TheLine, how: object, *given: object) -> None:
    contact_id = the_block(line).contact_id
    ana = line.contact(ANA)
    assert ana.id == contact_id
    line.runtime.do(lambda uow: how(uow, uow.session.get_one(type(ana), ana.id), *given))


def test_a_blocked_contact_reads_the_crisis_number_and_nothing_else(line: TheLine) -> None:
    volunteers(line, VEE)
    ana_is_blocked(line)
    said = line.answers(ANA, "PEER")
    assert "988" in said
    assert "911" in said
    assert "looking for a peer" not in said
    line.carries_out()
    assert line.sent_to(VEE) == []


def test_signs_of_danger_are_answered_as_everybodys(line: TheLine) -> None:
    ana_is_blocked(line)
    assert "You matter" in line.answers(ANA, "i want to kill myself")
    assert "988" in line.answers(ANA, "HELP")


def test_a_blocked_caller_hears_the_crisis_number_and_the_call_ends(line: TheLine) -> None:
    ana_is_blocked(line)
    call = line.rings(ANA)
    assert "9 8 8" in call.says
    assert call.reply.then is None


def test_nobody_else_is_touched(line: TheLine) -> None:
    volunteers(line, VEE)
    ana_is_blocked(line)
    assert "looking for a peer" in line.answers(BEN, "PEER")
    assert "welcome" in line.rings("anonymous").says


def test_time_alone_ends_it(line: TheLine) -> None:
    ana_is_blocked(line, length=timedelta(hours=12))
    line.clock.forward(hours=11, minutes=59)
    assert "988" in line.answers(ANA, "MENU")
    line.clock.forward(minutes=1)
    assert "What would you like?" in line.answers(ANA, "MENU")


def test_it_is_lifted_and_written_down(line: TheLine) -> None:
    ana_is_blocked(line)
    decide(line, blocks.lift, "Oda")
    assert "What would you like?" in line.answers(ANA, "MENU")
    audit = line.runtime.read(lambda s: s.execute(select(Audit.who, Audit.what).order_by(Audit.id)).all())
    assert audit == [("Oda", "blocked a contact"), ("Oda", "removed a block")]


def test_the_leads_are_told_when_it_is_to_be_looked_at_again(line: TheLine) -> None:
    line.runtime.do(lambda uow: make.volunteer(uow, ODA, "Oda", lead=True))
    ana_is_blocked(line, review=timedelta(days=7))
    line.clock.forward(days=6, hours=23)
    line.carries_out()
    assert line.sent_to(ODA) == []
    line.clock.forward(hours=1)
    line.carries_out()
    assert line.sent_to(ODA) == [f"The block of {line.contact(ANA).alias} needs another look."]
    decide(line, blocks.confirm, "Oda", timedelta(days=60))
    line.clock.forward(days=13)
    line.carries_out()
    assert len(line.sent_to(ODA)) == 1, "confirming it puts the next look off"


def test_a_volunteers_block_is_for_an_organizer_to_decide(line: TheLine) -> None:
    volunteers(line, VEE)
    line.runtime.do(lambda uow: make.volunteer(uow, ODA, "Oda", lead=True, always=False))
    line.answers(ANA, "PEER")
    line.answers(VEE, f"TAKE {relay(line).number}")
    assert "an organizer will look at it" in line.answers(VEE, "BLOCK")
    line.carries_out()
    assert f"A volunteer asks that {line.contact(ANA).alias} is blocked. Please look at it." in line.sent_to(ODA)
    assert the_block(line).state == "proposed"
    assert line.contact(ANA).blocked_until is None
    decide(line, blocks.confirm, "Oda")
    assert line.contact(ANA).blocked_until == line.clock.now + blocks.USUAL
    assert relay(line).state in ("left", "unanswered")
    assert "988" in line.answers(ANA, "hello?")


def test_an_organizer_may_not_agree(line: TheLine) -> None:
    volunteers(line, VEE)
    line.answers(ANA, "PEER")
    line.answers(VEE, f"TAKE {relay(line).number}")
    line.answers(VEE, "BLOCK")
    line.answers(VEE, "BLOCK")
    decide(line, blocks.dismiss, "Oda")
    assert line.contact(ANA).blocked_until is None
    assert [item.kind for item in line.runtime.read(lambda s: s.scalars(select(Alert)).all())].count(
        "block_proposed"
    ) == 1


def test_while_she_is_with_vee_a_block_sets_vee_free(line: TheLine) -> None:
    volunteers(line, VEE)
    line.answers(ANA, "PEER")
    line.answers(VEE, f"TAKE {relay(line).number}")
    ana_is_blocked(line)
    line.carries_out()
    assert "left" in line.sent_to(VEE)[-1]
    assert "988" in line.answers(ANA, "are you there?")


def test_a_withheld_caller_is_blocked_for_this_call_and_no_other(line: TheLine) -> None:
    volunteers(line, VEE)
    rex = ben_asks_for_a_peer(line, "anonymous")
    line.carries_out()
    vee = phone_of(line, VEE)
    vee.takes_it()
    rex.is_fetched() if line.network.moved else rex.comes_round()
    assert "won't be asked" in line.answers(VEE, "BLOCK")
    assert the_block(line).one_call
    vee.comes_out()
    assert "9 8 8" in rex.comes_out()
    assert rex.reply.then is None
    assert "welcome" in line.rings("anonymous").says, "the next anonymous caller is somebody else"


@pytest.mark.parametrize(
    ("reason", "length"), [("", blocks.USUAL), ("ok", blocks.USUAL), ("too long", timedelta(days=900))]
)
def test_a_block_needs_a_reason_and_an_end(line: TheLine, reason: str, length: timedelta) -> None:
    line.answers(ANA, "hello")
    ana = line.contact(ANA)
    with pytest.raises(UserError):
        line.runtime.do(lambda uow: relays.block(uow, uow.session.get_one(type(ana), ana.id), reason, "Oda", length))


def test_forgetting_does_not_undo_a_block(line: TheLine) -> None:
    ana_is_blocked(line)
    line.answers(ANA, "FORGET")
    line.answers(ANA, "FORGET")
    assert "988" in line.answers(ANA, "PEER")
