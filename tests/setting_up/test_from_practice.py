"""What a practice line gives to the real one if wanted: flows, volunteers, stories, and never what people told it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import time
from pathlib import Path

import pytest
from sqlalchemy import func, select

from checkin.assembly import build
from checkin.contacts.models import Contact
from checkin.core import practice_settings, schema
from checkin.core.database import make_engine
from checkin.core.settings import Settings
from checkin.core.unit_of_work import UnitOfWork
from checkin.publishing import definitions
from checkin.publishing import service as publishing
from checkin.runtime import Runtime
from checkin.stories.files import take_in
from checkin.stories.models import Story
from checkin.stories.service import NewStory
from checkin.volunteers import invitations, queries, shifts
from checkin.volunteers import service as volunteers
from checkin.volunteers.profile import Offered
from checkin.volunteers.shifts import Times
from flows.parsing import parse_flow
from tests import make
from tests.cast import VEE
from tests.make import FLOWS
from tests.setting_up.conftest import SettingUp

REAL = "+14155552671"


@pytest.fixture
def practice(tmp_path: Path) -> Iterator[Runtime]:
    """A line on the practice network with a story, two volunteers and a changed flow."""
    state = tmp_path / "practice"
    environ = practice_settings.make({"CHECKIN_STATE": str(state)}) | {"CHECKIN_STATE": str(state)}
    settings = Settings.from_env(environ)
    engine = make_engine(settings.database_url)
    schema.upgrade(engine)
    engine.dispose()
    runtime = build(settings)
    runtime.start()
    take_in(
        runtime,
        "default",
        NewStory("A walk", ["hope"], "en", "I went for a walk."),
        None,
        who="Oda",
        publish=True,
        ready=True,
    )
    runtime.do(fill)
    yield runtime
    runtime.close()


def fill(uow: UnitOfWork) -> None:
    offered = Offered(languages=["en"], always=False)
    real = invitations.take_on(uow, "default", "Rosa", REAL, offered, "Oda", agreed=True)
    invitations.take_on(uow, "default", "Vee", VEE, offered, "Oda", agreed=True)
    shifts.add(uow, real, Times(time(22), time(1), days=["mon"]))
    words = (FLOWS / "check_in.yaml").read_text(encoding="utf-8")
    changed, _ = parse_flow(words.replace("Would you like to talk with", "Should we look for"), "check_in.yaml")
    assert changed is not None
    before = definitions.live(uow.session)["check_in"].hash
    assert before != changed.hash
    publishing.publish(uow, [changed], "Oda", {}, {"check_in": before})


def hers(oda: SettingUp) -> Runtime:
    runtime = build(Settings.from_env(oda.env))
    runtime.start()
    return runtime


def test_what_is_wanted_comes_along_and_nothing_else(oda: SettingUp, practice: Runtime, tmp_path: Path) -> None:
    done = oda.runs("--yes", from_practice="all", practice_state=str(tmp_path / "practice"))
    assert done.exit_code == 0, done.output
    assert "1 with made-up numbers were left out" in done.output
    runtime = hers(oda)
    try:
        (rosa,) = runtime.read(lambda session: queries.team(session, "default"))
        assert runtime.look(lambda uow: volunteers.number_of(uow, rosa).e164) == REAL
        (shift,) = runtime.read(lambda session: queries.shifts_of(session, rosa.id))
        assert (shift.starts_at, shift.minutes) == ("22:00", 180)
        assert runtime.read(lambda session: list(session.scalars(select(Story.state)))) == ["published"]
        assert runtime.read(lambda session: session.scalar(select(func.count()).select_from(Contact))) == 0
        live = runtime.read(definitions.live)["check_in"].hash
        assert live == practice.read(definitions.live)["check_in"].hash
        assert live != make.library().flows["check_in"].hash
    finally:
        runtime.close()
    again = oda.runs("--yes", from_practice="all", practice_state=str(tmp_path / "practice"))
    assert "the flows are the same already" in again.output
    assert "brought 0 volunteers" in again.output
    assert "brought 0 stories" in again.output


def test_without_being_asked_nothing_comes(oda: SettingUp, practice: Runtime) -> None:
    oda.runs("--yes")
    runtime = hers(oda)
    try:
        assert runtime.read(lambda session: queries.team(session, "default")) == []
        assert runtime.read(lambda session: session.scalar(select(func.count()).select_from(Story))) == 0
    finally:
        runtime.close()


def test_a_practice_line_that_is_not_there_is_said_before_anything_changes(oda: SettingUp, tmp_path: Path) -> None:
    for more, why in (("all", "there's no practice line"), ("people", "is nothing to bring")):
        refused = oda.runs("--yes", from_practice=more, practice_state=str(tmp_path / "nowhere"))
        assert refused.exit_code == 2
        assert why in refused.stderr
    assert oda.env == {}
