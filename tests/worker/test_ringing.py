"""A wave's phones are asked for side by side, and the child that rings loads nothing first."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from checkin.conversations import inbound_call
from checkin.core.unit_of_work import UnitOfWork
from checkin.messages import service as messages
from checkin.messages.models import Recording
from checkin.outbox import outbox
from checkin.outbox.models import Outbox
from checkin.runtime import Runtime
from checkin.volunteers.models import Volunteer
from flows.engine.inputs import Pressed
from tests import make
from tests.cast import BEN, VAL, VEE
from tests.media.sounds import wav
from tests.real_line import RealLine, real_line, until

pytestmark = pytest.mark.processes

ZOE = "+15555550113"


@pytest.fixture
def line(engine: Engine, redis_url: str, tmp_path: Path) -> Iterator[RealLine]:
    """A line whose worker is started by the test."""
    with real_line(tmp_path, engine.url.render_as_string(hide_password=False), redis_url, names=()) as line:
        yield line


@pytest.fixture
def runtime(line: RealLine) -> Iterator[Runtime]:
    built = line.runtime()
    yield built
    built.outbox.queue.close()  # type: ignore[attr-defined]
    built.close()


def ben_asks_for_a_peer(runtime: Runtime) -> str:
    """Three phones are to ring. His call's SID."""
    for number, name in ((VEE, "Vee"), (VAL, "Val"), (ZOE, "Zoe")):
        runtime.do(lambda uow, number=number, name=name: make.volunteer(uow, number, name))
    arrived = make.call(BEN)
    turn = runtime.do(lambda uow: inbound_call.begin(uow, arrived)).then.turn  # type: ignore[union-attr]
    runtime.do(lambda uow: inbound_call.answer(uow, arrived.sid, turn, Pressed("1")))
    return arrived.sid


def all_done(runtime: Runtime) -> bool:
    """Whether nothing is left that is due."""
    left = select(Outbox.id).where(Outbox.done_at.is_(None), Outbox.run_after <= runtime.clock())
    return not runtime.read(lambda session: list(session.scalars(left)))


def test_the_phones_of_a_wave_are_asked_for_side_by_side(line: RealLine, runtime: Runtime) -> None:
    line.carrier.together = threading.Barrier(3)  # none is answered before all three were asked for
    line.start("worker")
    ben_asks_for_a_peer(runtime)
    asked = line.carrier.await_some(3, 0, "Calls", within=40)
    assert {item.form["To"] for item in asked} == {VEE, VAL, ZOE}
    until(lambda: all_done(runtime))
    assert not line.carrier.together.broken


def test_a_child_imports_nothing(line: RealLine, runtime: Runtime, tmp_path: Path) -> None:
    line.carrier.sound = wav(2)
    notes = tmp_path / "notes"
    command = [sys.executable, "-m", "tests.worker.noting"]
    line.processes.start("worker", command, line.environ | {"NOTES": str(notes)})
    call = ben_asks_for_a_peer(runtime)

    def more(uow: UnitOfWork) -> None:
        vee = uow.session.scalars(select(Volunteer).limit(1)).one()
        messages.send(uow, line="default", body="An alert.", kind="alert", volunteer=vee)
        recording = Recording(
            id=uow.new_id(), line="default", call_sid=call, sid=make.sid("RE"), state="waiting", created_at=uow.now
        )
        uow.session.add(recording)
        outbox.later(uow, "fetch_recording", recording.id, uow.now)

    runtime.do(more)
    until(lambda: all_done(runtime), 40)
    assert len(line.carrier.since(0, "Calls")) == 3
    assert len(line.carrier.since(0, "Messages")) == 1
    imported = {name for note in notes.read_text().splitlines() for name in json.loads(note)}
    assert imported == set()
