"""How people pass through the flows is counted, and nobody can be told by it."""

from __future__ import annotations

from sqlalchemy import select

from checkin.publishing import flow_counts
from checkin.publishing.models import StepCount
from flows.views import step_counts
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

    left = line.runtime.read(lambda session: flow_counts.passed(session, "check_in"))
    medians = flow_counts.median_waits(left)

    assert {(item.outcome, item.times) for item in left if item.step == "mood"} == {("(onward)", 1)}
    assert sum(item.times for item in left if item.step == "mood") == 3
    assert medians["mood"] == 300
    with line.runtime.readers() as session:
        rows = session.scalars(select(StepCount)).all()
    assert not {"contact_id", "conversation_id"} & set(StepCount.__table__.columns.keys())
    assert {(row.until.day, row.until.hour) for row in rows} == {(1, 0)}, "nothing but the month"


def test_counting_costs_a_turn_no_statement(line: TheLine, statements: list[str]) -> None:
    line.runtime.start()
    line.answers(ANA, "CHECKIN")
    statements.clear()
    line.answers(ANA, "1")
    assert not any("step_counts" in statement for statement in statements)

    line.clock.forward(seconds=10)
    line.answers(ANA, "no")
    assert sum("step_counts" in statement for statement in statements) == 1, "those of many turns together"


def test_a_way_that_many_take_is_one_row(line: TheLine) -> None:
    line.runtime.start()
    for _ in range(12):
        line.answers(ANA, "CHECKIN")
        line.clock.forward(minutes=3)
        line.answers(ANA, "5")
        line.answers(ANA, "MENU")
        line.clock.forward(seconds=10)
    line.answers(REX, "hello")

    with line.runtime.readers() as session:
        rows = session.scalars(select(StepCount).where(StepCount.flow == "check_in", StepCount.step == "mood")).all()
    assert [(row.seconds, row.times) for row in rows if row.outcome == "(onward)"] == [(180, 12)]
    counted = line.runtime.read(lambda session: flow_counts.passed(session, "check_in"))
    assert flow_counts.median_waits(counted)["mood"] == 180


def test_two_waits_that_are_about_as_long_are_counted_alike() -> None:
    assert [step_counts.about(seconds) for seconds in (0, 9, 99, 100, 3604, 3650, 86_400)] == [
        0, 9, 99, 100, 3600, 3700, 86_000,
    ]  # fmt: skip
