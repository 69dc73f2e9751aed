"""HELP is answered every time, and alarms the leads when nobody looks after whoever sent it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from checkin.core.unit_of_work import UnitOfWork
from checkin.volunteers import alerts
from checkin.volunteers.models import Alert
from tests.cast import ANA, BEN, VEE
from tests.services.phones import relay, volunteers
from tests.the_line import TheLine


def raised(line: TheLine) -> list[str]:
    return [kind for kind, _count in counted(line)]


def counted(line: TheLine) -> list[tuple[str, int]]:
    """Every alert, and how often it happened."""
    rows = select(Alert.kind, Alert.count).order_by(Alert.raised_at, Alert.id)
    return line.runtime.read(lambda session: [(kind, count) for kind, count in session.execute(rows)])


def test_help_again_and_again_is_answered_and_alarms_once(line: TheLine) -> None:
    for _ in range(3):
        assert "988" in line.answers(ANA, "HELP")
        line.clock.forward(minutes=5)
    assert counted(line) == [("help", 3)]
    line.answers(BEN, "help me")
    assert raised(line) == ["help", "help"], "somebody else's cry is another one"


def test_a_cry_after_somebody_has_looked_is_a_new_one(line: TheLine) -> None:
    line.answers(ANA, "HELP")

    def look(uow: UnitOfWork) -> None:
        [alert] = uow.session.scalars(select(Alert)).all()
        alerts.close(uow, alert, "Oda")

    line.runtime.do(look)
    line.answers(ANA, "AYUDA")
    assert counted(line) == [("help", 1), ("help", 1)]
    line.clock.forward(hours=2)
    line.answers(ANA, "HELP")
    assert counted(line) == [("help", 1), ("help", 2)], "until somebody looks it is the same one"


@pytest.mark.parametrize("word", ["INFO", "Info ", "info."])
def test_who_only_asks_who_we_are_alarms_nobody(line: TheLine, word: str) -> None:
    assert "988" in line.answers(ANA, word)
    assert raised(line) == []


def test_with_a_peer_the_peer_reads_it_and_the_leads_are_left_alone(line: TheLine) -> None:
    volunteers(line, VEE)
    line.answers(ANA, "PEER")
    line.answers(VEE, f"TAKE {relay(line).number}")
    assert "988" in line.answers(ANA, "HELP")
    line.carries_out()
    assert raised(line) == []
    assert line.sent_to(VEE)[-1].endswith(": HELP")


def test_signs_of_danger_are_counted_every_time(line: TheLine) -> None:
    line.answers(ANA, "HELP")
    for _ in range(2):
        line.clock.forward(seconds=1)
        line.answers(ANA, "i want to die")
    line.answers(ANA, "HELP")
    assert counted(line) == [("help", 1), ("crisis", 2)], "whoever may be in danger is looked at already"
