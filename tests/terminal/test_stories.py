"""The samples come in at the terminal and at the first start: `checkin stories samples`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from sqlalchemy import select
from typer.testing import CliRunner

from checkin.cli.story_commands import app
from checkin.runtime import Runtime
from checkin.samples import library
from checkin.stories import files
from checkin.stories.models import Story
from checkin.stories.samples import begin_with_samples, load_samples
from checkin.stories.service import NewStory
from checkin.telephony.audio import mime

Run = Callable[..., Result]


@pytest.fixture
def run(runtime: Runtime) -> Run:
    return lambda *words: CliRunner().invoke(app, [str(word) for word in words])


def rows(runtime: Runtime) -> list[Story]:
    return list(runtime.read(lambda session: session.scalars(select(Story)).all()))


def kept(runtime: Runtime) -> list[Path]:
    return sorted(runtime.settings.media.iterdir()) if runtime.settings.media.exists() else []


def test_the_samples_are_loaded_once_and_can_be_heard(run: Run, runtime: Runtime) -> None:
    samples = len(library.stories()) + 2 * len(library.tips())
    assert f"{samples} sample stories and tips added" in run("samples").output
    assert "already here" in run("samples").output
    told = [row for row in rows(runtime) if row.kind == "story"]
    assert len(told) == len(kept(runtime)) == len(library.stories())
    assert len(rows(runtime)) - len(told) == 2 * len(library.tips()) >= 20, "in both languages"
    for story in told:
        assert mime(runtime.media.open(story.media_key or "")) == "audio/mpeg"
        assert story.words_encrypted


def test_samples_begin_an_empty_line_only(runtime: Runtime) -> None:
    porch = NewStory("The porch", ["sober"], "en", "I sat on the porch.")
    files.take_in(runtime, "default", porch, None, who="Oda", publish=False)
    assert begin_with_samples(runtime, "default") == 0
    assert len(rows(runtime)) == 1


def test_samples_that_fail_halfway_leave_nothing(runtime: Runtime) -> None:
    told: list[str] = []

    def stop_at_the_third(sample: library.Sample) -> None:
        told.append(sample.name)
        if len(told) == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load_samples(runtime, "default", each=stop_at_the_third)
    assert rows(runtime) == []
    assert kept(runtime) == []


def test_without_its_tables_it_says_what_to_run(run: Run, runtime: Runtime, tmp_path: Path) -> None:
    (tmp_path / "var" / "line.db").unlink()
    result = run("samples")
    assert result.exit_code == 2
    assert "checkin db upgrade" in result.stderr
