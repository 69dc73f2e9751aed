"""A number that costs a lot gets the crisis text like anybody, and not for ever: strangers earn on each answer."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from checkin.core.rules.reply_budget import HIGH_COST
from checkin.messages.models import Message
from checkin.volunteers.models import Alert
from tests.cast import ANA, VEE
from tests.make import volunteer
from tests.the_line import TheLine

SATELLITE, PAID, ABROAD = "+881612345678", "+19005550100", "+447911123456"
DANGER = "I want to die"


@pytest.fixture(params=[SATELLITE, PAID, ABROAD])
def dear(request: pytest.FixtureRequest) -> str:
    """A number that the line does not write to."""
    number: str = request.param
    return number


def cries(line: TheLine, who: str, times: int, words: str = DANGER, every: timedelta = timedelta(minutes=2)) -> int:
    """So many times, each a little later. How often they were answered with where help is."""
    answered = 0
    for _ in range(times):
        line.clock.now += every
        answered += "988" in line.answers(who, words)
    return answered


def alerts(line: TheLine) -> dict[str, int]:
    """How often each kind of alert happened; there is one of each."""
    rows = line.runtime.read(lambda session: session.execute(select(Alert.kind, Alert.count)).all())
    assert len({kind for kind, _count in rows}) == len(rows)
    return {kind: count for kind, count in rows}  # noqa: C416 - rows are no pairs to a type checker


def test_signs_of_danger_are_answered_ten_times_a_day(line: TheLine, dear: str) -> None:
    assert cries(line, dear, 40) == HIGH_COST.daily == 10
    line.clock.forward(days=1)
    assert cries(line, dear, 40) == 10, "and as often the next day"


def test_a_robot_gets_no_more_by_being_slow_or_brief(line: TheLine, dear: str) -> None:
    line.clock.now = line.clock.now.replace(hour=0, minute=0)
    assert cries(line, dear, 60, "HELP", timedelta(minutes=20)) == 10


def test_what_is_not_answered_takes_nothing_from_it(line: TheLine, dear: str) -> None:
    for n in range(50):
        assert line.answers(dear, f"a robot says this and that, number {n}") == ""
    assert cries(line, dear, 10) == 10


def test_all_of_it_is_kept_and_the_leads_know(line: TheLine, dear: str) -> None:
    line.runtime.do(lambda uow: volunteer(uow, VEE, "Vee", lead=True))
    cries(line, dear, 25)
    assert alerts(line) == {"elsewhere": 1, "crisis": 25, "reply_budget": 1}
    kept = line.runtime.read(lambda session: list(session.scalars(select(Message).where(Message.inbound))))
    assert len(kept) == 25
    line.carries_out()
    told = line.sent_to(VEE)
    assert len(told) == 4, "of danger twice within the hour"
    assert sum("may be in crisis" in text and "can't be answered by text" in text for text in told) == 2


def test_a_cry_that_goes_unanswered_still_alarms_somebody_later(line: TheLine, dear: str) -> None:
    line.runtime.do(lambda uow: volunteer(uow, VEE, "Vee", lead=True))
    cries(line, dear, 12)
    line.carries_out()
    before = len(line.sent_to(VEE))
    line.clock.forward(hours=2)
    assert cries(line, dear, 1) == 0
    line.carries_out()
    assert alerts(line)["crisis"] == 13
    assert len(line.sent_to(VEE)) == before + 1


def test_stop_is_obeyed_beyond_it(line: TheLine, dear: str) -> None:
    cries(line, dear, 12)
    assert line.answers(dear, "STOP") == ""
    assert line.contact(dear).opted_out_at is not None


def test_whoever_the_line_writes_to_is_answered_each_time(line: TheLine) -> None:
    assert cries(line, ANA, 40) == 40
    assert alerts(line)["crisis"] == 40
