"""How people pass through the flows is counted, and nobody can be told by it."""

from __future__ import annotations

from sqlalchemy import select

from checkin.models.passages import Passage
from checkin.queries import flow_counts
from tests.cast import ANA, BEN, REX
from tests.the_line import TheLine


def test_which_ways_people_take_is_counted_without_knowing_who(line: TheLine) -> None:
    line.runtime.start()
    for phone, minutes in ((ANA, 1), (BEN, 5), (REX, 60)):
        line.answers(phone, "CHECKIN")
        line.clock.forward(minutes=minutes)
        line.answers(phone, "1" if phone == ANA else "5")
    line.answers(REX, "STOP")
    line.clock.forward(seconds=10)
    line.answers(REX, "START")

    left = line.runtime.read(lambda session: flow_counts.left(session, "check_in"))
    medians = line.runtime.read(lambda session: flow_counts.median_waits(session, "check_in"))

    assert {(one.outcome, one.times) for one in left if one.step == "mood"} == {("(onward)", 3)}
    assert medians["mood"] == 300
    with line.runtime.readers() as session:
        rows = session.scalars(select(Passage)).all()
    assert not {"contact_id", "conversation_id"} & set(Passage.__table__.columns.keys())
    assert {row.day.hour for row in rows} == {0}


def test_counting_costs_a_turn_no_statement(line: TheLine, statements: list[str]) -> None:
    line.runtime.start()
    line.answers(ANA, "CHECKIN")
    statements.clear()
    line.answers(ANA, "1")
    assert not any("passages" in statement for statement in statements)

    line.clock.forward(seconds=10)
    line.answers(ANA, "no")
    assert sum("passages" in statement for statement in statements) == 1, "those of many turns together"
