"""Waves come due together and are carried out in any order, late or early: nobody is left out, nor the backup."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select, update

from checkin.dispatch import dispatcher
from checkin.outbox.models import Outbox
from checkin.outbox.outcomes import Done, Outcome, Skipped
from checkin.relays.models import Offer
from checkin.volunteers.models import Volunteer
from tests import make
from tests.examples import examples
from tests.services.phones import ben_asks_for_a_peer, relay
from tests.the_line import TheLine

BACKUP = "+15555550150"
TEAM = [f"+155555502{n:02d}" for n in range(9)]


def with_a_backup(line: TheLine) -> None:
    policy = replace(line.runtime.policy_of("default"), backup=make.number(BACKUP))
    make.put(line.runtime, policy_of=lambda _line: policy)


def join(line: TheLine, *numbers: str) -> None:
    for number in numbers:
        line.runtime.do(lambda uow, number=number: make.volunteer(uow, number, f"V{number[-2:]}"))


def leave(line: TheLine, *numbers: str) -> None:
    """They are off duty from now on."""
    keys = [make.keys().blind_index("number:default", number) for number in numbers]
    gone = update(Volunteer).where(Volunteer.number_key.in_(keys)).values(on_duty=False)
    line.runtime.do(lambda uow: uow.session.execute(gone))


def waves(line: TheLine) -> list[str]:
    """The rows of the waves to come, as they are due."""
    to_come = select(Outbox.id).where(Outbox.kind == "next_wave", Outbox.done_at.is_(None))
    return line.runtime.read(lambda s: list(s.scalars(to_come.order_by(Outbox.run_after, Outbox.id))))


def offers(line: TheLine) -> list[str | None]:
    """Whom Ben's relay was offered to; None: the backup number."""
    return line.runtime.read(
        lambda s: list(s.scalars(select(Offer.volunteer_id).where(Offer.relay_id == relay(line).id)))
    )


def carry_out(line: TheLine, rows: Sequence[str]) -> list[Outcome | None]:
    return [dispatcher.dispatch(line.runtime, row) for row in rows]


def test_two_waves_that_come_due_together_may_be_carried_out_the_wrong_way_round(line: TheLine) -> None:
    with_a_backup(line)
    join(line, *TEAM[:5])
    ben_asks_for_a_peer(line)
    line.clock.forward(seconds=85)
    assert carry_out(line, reversed(waves(line)))[0] == Done()
    assert len(set(offers(line))) == 6, "all five, and the backup"
    assert offers(line).count(None) == 1


def test_the_backup_rings_however_the_team_has_grown_or_shrunk_since(line: TheLine) -> None:
    with_a_backup(line)
    join(line, *TEAM[:6])
    ben_asks_for_a_peer(line)
    leave(line, *TEAM[3:6])
    join(line, *TEAM[6:])
    line.clock.forward(seconds=85)
    carry_out(line, waves(line))
    assert offers(line).count(None) == 1


def test_a_plan_that_has_become_shorter_than_what_was_asked_still_has_its_backup(line: TheLine) -> None:
    with_a_backup(line)
    join(line, *TEAM[:6])
    ben_asks_for_a_peer(line)
    first = line.runtime.read(lambda s: [row for row in s.scalars(select(Offer.volunteer_id)) if row])
    busy = update(Volunteer).where(Volunteer.id.not_in(first)).values(rest_until=line.clock.now.replace(year=2030))
    line.runtime.do(lambda uow: uow.session.execute(busy))  # everyone else rests when their wave is due
    for _ in range(4):
        line.clock.forward(seconds=21)
        due = select(Outbox.id).where(Outbox.kind == "next_wave", Outbox.run_after <= line.clock.now)
        carry_out(line, line.runtime.read(lambda s, due=due: list(s.scalars(due.order_by(Outbox.run_after)))))
    assert offers(line).count(None) == 1


@settings(max_examples=examples(60), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), team=st.integers(0, 9))
def test_in_any_order_and_however_late(
    data: st.DataObject, team: int, sqlite_engine: Engine, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The rows are carried out in any order, each at any time after it was due; people come and go meanwhile."""
    with sqlite_engine.connect() as connection, connection.begin() as outer:
        line = TheLine.on(connection, tmp_path_factory.mktemp("waves"))
        with_a_backup(line)
        join(line, *TEAM[:team])
        ben_asks_for_a_peer(line)
        rows = data.draw(st.permutations(waves(line)), label="order")
        if team:
            leave(line, *data.draw(st.lists(st.sampled_from(TEAM[:team]), max_size=4), label="who leave"))
        if data.draw(st.booleans(), label="somebody comes") and team < len(TEAM):
            join(line, TEAM[team])
        end = relay(line).limit_at - line.clock.now
        for row in rows:
            due = line.runtime.read(lambda s, row=row: s.get_one(Outbox, row).run_after)
            late = data.draw(st.integers(0, 10), label="seconds late")
            line.clock.now = max(line.clock.now, due) + late * (end / 1000)
            carry_out(line, [row])
        fit = line.runtime.read(lambda s: list(s.scalars(select(Volunteer.id).where(Volunteer.on_duty.is_not(False)))))
        asked = offers(line)
        assert asked.count(None) == 1, "the backup rings, once"
        assert set(fit) <= set(asked), "and nobody who was there is left out"
        outer.rollback()


def test_what_was_asked_is_not_asked_again_by_a_row_that_comes_late(line: TheLine) -> None:
    join(line, *TEAM[:7])
    ben_asks_for_a_peer(line)
    line.clock.forward(seconds=45)
    rows = waves(line)
    said = carry_out(line, [rows[1], rows[0]])
    assert said == [Done(), Skipped("already asked")]
    assert len(offers(line)) == len(set(offers(line))) == 7
