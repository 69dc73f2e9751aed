"""Somebody who redials rings nobody for ever, and is never left without the crisis number and a way to be heard."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from checkin.cases.models import Case
from checkin.core.rules.call_budget import CallBudget
from checkin.relays.models import Offer, Relay
from checkin.volunteers.models import Alert
from tests import make
from tests.cast import ANA, BEN, VEE
from tests.the_line import ACall, TheLine

pytestmark = pytest.mark.both

WITHHELD = "anonymous"


@pytest.fixture
def line(line: TheLine) -> TheLine:
    """A line with a lead on duty."""
    line.runtime.do(lambda uow: make.volunteer(uow, VEE, "Vee", lead=True))
    return line


def redials(line: TheLine, from_: str, times: int, *, attested: bool = True, danger: bool = False) -> ACall:
    """Calls, asks for a peer, hangs up, and calls again; still on the line the last time."""
    for _ in range(times):
        call = line.rings(from_, attested=attested)
        if danger:
            call.speaks("i want to kill myself")
        call.presses("0")
        if times > 1:
            call.hangs_up()
            line.carries_out()
    return call


def rung(line: TheLine) -> int:
    return line.runtime.read(lambda s: s.scalar(select(func.count()).select_from(Offer))) or 0


def alerts(line: TheLine) -> list[Alert]:
    return line.runtime.read(lambda s: list(s.scalars(select(Alert).where(Alert.kind == "call_budget"))))


def told(line: TheLine) -> list[str]:
    line.carries_out()
    return [text for text in line.sent_to(VEE) if "aren't ringing anyone" in text]


def test_phones_ring_five_times_in_ten_minutes(line: TheLine) -> None:
    redials(line, BEN, 14)
    assert rung(line) == 5
    line.clock.forward(minutes=10, seconds=1)
    redials(line, BEN, 1)
    assert rung(line) == 6


def test_phones_ring_fifteen_times_a_day(line: TheLine) -> None:
    for _ in range(5):
        redials(line, BEN, 5)
        line.clock.forward(minutes=11)
    assert rung(line) == 15
    line.clock.forward(days=1)
    redials(line, BEN, 1)
    assert rung(line) == 16


def test_beyond_it_there_is_the_crisis_number_a_story_and_a_message(line: TheLine) -> None:
    redials(line, BEN, 6)
    call = redials(line, BEN, 1)
    assert "No peer is free right now" in call.says
    assert "9 8 8" in call.says
    for offered in ("story", "message"):
        assert offered in call.says
    call.presses("2")
    call.records()
    call.hangs_up()
    line.carries_out()
    assert line.runtime.read(lambda s: s.scalar(select(func.count()).select_from(Case))) == 1
    assert any("CLAIM 1" in text for text in line.sent_to(VEE)), "the lead is told of the message at once"


def test_the_leads_hear_of_it_once(line: TheLine) -> None:
    redials(line, BEN, 12)
    (alert,) = alerts(line)
    assert alert.count == 7
    assert alert.rule == "5 waits in 10 minutes"
    assert len(told(line)) == 1
    assert line.contact(BEN).alias in told(line)[0]


def test_nobody_uses_up_what_is_somebody_elses(line: TheLine) -> None:
    redials(line, BEN, 8)
    redials(line, BEN, 8, attested=False)
    assert rung(line) == 10, "what is only claimed in Ben's name takes nothing from his own phone, nor the other way"
    redials(line, ANA, 1)
    assert rung(line) == 11


def test_withheld_callers_share_a_larger_one(line: TheLine) -> None:
    redials(line, WITHHELD, 22)
    assert rung(line) == 20
    (alert,) = alerts(line)
    assert alert.contact_id is None
    assert len(told(line)) == 1
    assert "hide their number" in told(line)[0]


def test_forged_calls_with_one_number_are_told_of_once(line: TheLine) -> None:
    redials(line, BEN, 9, attested=False)
    (alert,) = alerts(line)
    assert alert.count == 4
    assert len(told(line)) == 1


def test_whoever_says_that_they_are_in_danger_is_rung_for_three_times_as_often(line: TheLine) -> None:
    redials(line, BEN, 7, danger=True)
    assert rung(line) == 7
    assert alerts(line) == []
    call = redials(line, BEN, 10, danger=True)
    assert rung(line) == 15
    assert "9 8 8" in call.says


def test_a_line_sets_its_own(line: TheLine) -> None:
    ours = line.runtime.policy_of
    make.put(line.runtime, policy_of=lambda name: replace(ours(name), calls=CallBudget(burst=2)))
    redials(line, BEN, 4)
    assert rung(line) == 2


def test_texts_are_none_of_it(line: TheLine) -> None:
    redials(line, BEN, 6)
    line.answers(BEN, "PEER")
    asked = select(func.count()).select_from(Relay).where(Relay.channel == "sms")
    assert line.runtime.read(lambda s: s.scalar(asked)) == 1
