"""Oda calls the line, reads the greeting aloud, and makes it the greeting: `checkin flows clips`."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from sqlalchemy import select

from checkin.cases.models import Case
from checkin.conversations import inbound_call
from checkin.messages.models import Recording
from checkin.runtime import Runtime
from checkin.stories import recordings
from flows.engine.inputs import Pressed, Recorded
from flows.loading import load
from tests import make
from tests.cast import ODA
from tests.media.sounds import wav
from tests.terminal import test_publishing as publishing
from tests.terminal.test_publishing import run

environ = publishing.environ


@pytest.fixture
def case(runtime: Runtime) -> int:
    """The number of the message that Oda left: she pressed 4, spoke, and the worker fetched it."""
    call = make.call(ODA)
    runtime.do(lambda uow: inbound_call.begin(uow, call))
    key = next(
        choice.key
        for step in runtime.library.flows["main_menu"].steps
        for name, choice in (getattr(step, "choices", None) or {}).items()
        if name == "message"
    )
    runtime.do(lambda uow: inbound_call.answer(uow, call.sid, 1, Pressed(key)))
    runtime.do(lambda uow: inbound_call.answer(uow, call.sid, 2, Recorded(make.sid("RE"), 4)))
    with runtime.readers() as session:
        recording = session.scalars(select(Recording.id)).one()
        number = session.scalars(select(Case.number)).one()
    runtime.media.put(recording, wav(4))
    runtime.do(lambda uow: recordings.fetched(uow, recording, recording, 4))
    return number


def test_a_prompt_is_recorded_by_telephone(runtime: Runtime, case: int) -> None:
    before = run("clips", "list", str(runtime.settings.flows)).output
    assert "main_menu\twelcome\ten\tmachine\t" in before

    result = run("clips", "take", str(case), "main_menu", "welcome")
    assert result.exit_code == 0, result.output
    assert "4 seconds long" in result.output

    flow = load(runtime.settings.flows).flows["main_menu"]
    (clip,) = flow.step("welcome").say.audio.values()  # type: ignore[attr-defined]
    assert clip.startswith("clips/main_menu.welcome.en.")
    assert (runtime.settings.flows / clip).stat().st_mode & 0o444
    assert flow.hash != runtime.library.flows["main_menu"].hash, "callers hear it once it is published"
    assert "main_menu\twelcome\ten\trecorded\t" in run("clips", "list", str(runtime.settings.flows)).output
    assert runtime.read(lambda session: session.scalars(select(Case.state)).one()) == "closed"


def test_a_file_becomes_a_prompt_too(runtime: Runtime) -> None:
    file = runtime.settings.state / "hola.wav"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(wav(2))

    assert run("clips", "add", str(file), "main_menu", "welcome", "-l", "es").exit_code == 0
    assert list((runtime.settings.flows / "clips").glob("main_menu.welcome.es.*.mp3"))


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("take", "99", "main_menu", "welcome"), "there's no case 99"),
        (("take", "99", "nowhere", "welcome"), "there's no flow 'nowhere'"),
        (("take", "99", "main_menu", "nowhere"), "says nothing at 'nowhere'"),
        (("take", "99", "main_menu", "welcome", "-l", "fr"), "it has them in en, es"),
        (("add", "nothing.mp3", "main_menu", "welcome"), "can't be read"),
    ],
)
def test_what_cannot_be_is_said(runtime: Runtime, words: tuple[str, ...], says: str) -> None:
    result = run("clips", *words)

    assert result.exit_code == 2
    assert says in result.output


def test_the_page_records_a_prompt_as_it_is_written(
    runtime: Runtime, case: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = (Path(__file__).parents[2] / "docs" / "flows.md").read_text(encoding="utf-8")
    (block,) = (text for text in re.findall(r"^```sh\n(.*?)^```", page, re.M | re.S) if "clips take" in text)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "hola.mp3").write_bytes(wav(2))
    for command in block.splitlines():
        words = shlex.split(command.replace("take 12", f"take {case}"))
        result = run(*words[2:], *(["--yes"] if words[2] == "publish" else []))
        assert result.exit_code == 0, (command, result.output)
    assert "Published main_menu" in result.output
