"""Oda reads the inbox at the terminal: `checkin inbox`."""

from __future__ import annotations

import stat
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import Result
from sqlalchemy import select
from typer.testing import CliRunner

from checkin import delivery
from checkin.commands.inbox_commands import app
from checkin.gateway.audio import mime
from checkin.models.outbox import Outbox
from checkin.runtime import Runtime
from checkin.services import calls, texts
from flows.inputs import Pressed, Recorded
from tests import make
from tests.cast import ANA, BEN
from tests.media.sounds import wav
from tests.services.test_pictures import photo

Run = Callable[..., Result]


@pytest.fixture
def run(runtime: Runtime) -> Run:
    """`checkin inbox ...` as Oda types it."""
    return lambda *words: CliRunner().invoke(app, [str(word) for word in words])


def ana_writes(runtime: Runtime, words: str) -> None:
    for body in ("hello", "4", words, "DONE"):
        arrived = make.text(ANA, body)
        runtime.do(lambda work, arrived=arrived: texts.receive(work, arrived))


def test_a_picture_that_was_left_is_written_to_a_file(runtime: Runtime, run: Run, tmp_path: Path) -> None:
    runtime.gateway.pictures["ME1"] = photo()
    for body, sids in (("hello", ()), ("4", ()), ("", ("ME1",)), ("DONE", ())):
        arrived = replace(make.text(ANA, body), media_count=len(sids), pictures=sids)
        runtime.do(lambda work, arrived=arrived: texts.receive(work, arrived))
    for _, row_id in runtime.due(100):
        delivery.perform(runtime, row_id)
    (fetch,) = runtime.read(lambda s: s.scalars(select(Outbox.id).where(Outbox.kind == "fetch_picture")).all())
    delivery.perform(runtime, fetch)
    assert "pictures" in run("show", 1).stdout
    assert run("show", 1, "--pictures", tmp_path).exit_code == 0
    assert (tmp_path / "case-1-1.jpg").read_bytes().startswith(b"\xff\xd8")


def ben_speaks(runtime: Runtime) -> str:
    """Ben leaves a recorded message; answers the network's id of it."""
    call, recorded = make.call(BEN), make.sid("RE")
    runtime.do(lambda work: calls.begin(work, call))
    for turn, what in enumerate((Pressed("4"), Recorded(recorded, 12)), 1):
        runtime.do(lambda work, turn=turn, what=what: calls.answer(work, call.sid, turn, what))
    return recorded


def test_anas_message_is_listed_read_claimed_and_closed(run: Run, runtime: Runtime) -> None:
    assert run("list").stdout == "Nothing waits in the inbox.\n"
    ana_writes(runtime, "When does the group meet?\nCall me.")
    heading, row = run("list").stdout.splitlines()
    assert heading == "number\tkind\tpriority\talias\tage\tstate\treason"
    assert row.split("\t")[:2] == ["1", "message"]
    assert "\topen\t" in row
    shown = run("show", 1).stdout
    assert shown.endswith("\nWhen does the group meet?\nCall me.\n")
    assert "5555550101" not in shown + row
    assert run("claim", 1, "--by", "Oda").stdout == "Oda has case 1. When it is done: checkin inbox close 1\n"
    assert run("claim", 1, "--by", "Vee").stderr == "checkin: Oda has case 1 already\n"
    assert "claimed by  Oda" in run("show", 1).stdout
    assert run("close", 1).stdout == "Case 1 is closed.\n"
    assert run("list").stdout == "Nothing waits in the inbox.\n"
    assert "\tclosed\t" in run("list", "--all").stdout


def test_bens_message_is_heard_once_it_was_fetched(run: Run, runtime: Runtime, tmp_path: Path) -> None:
    recorded = ben_speaks(runtime)
    early = run("show", 1, "--audio", tmp_path / "ben.mp3")
    assert (early.exit_code, "not fetched from the network yet" in early.stderr) == (2, True)
    assert not (tmp_path / "ben.mp3").exists()
    assert "0:12 long; it is not fetched" in run("show", 1).stdout
    assert isinstance(runtime.gateway, make.Network)
    runtime.gateway.recordings[recorded] = wav(12)
    runtime.clock = make.Clock(runtime.clock())
    runtime.clock.forward(minutes=1)
    for _, row_id in runtime.due(50):
        delivery.perform(runtime, row_id)
    assert "0:12 long; --audio FILE" in run("show", 1).stdout
    assert "is in" in run("show", 1, "--audio", tmp_path / "ben.mp3").stdout
    assert mime((tmp_path / "ben.mp3").read_bytes()) == "audio/mpeg"
    assert stat.S_IMODE((tmp_path / "ben.mp3").stat().st_mode) == 0o600
    again = run("show", 1, "--audio", tmp_path / "ben.mp3")
    assert (again.exit_code, "is there already: name another file" in again.stderr) == (2, True)
    nowhere = run("show", 1, "--audio", tmp_path / "no" / "ben.mp3")
    assert (nowhere.exit_code, "name another file" in nowhere.stderr) == (2, True)


def test_words_cannot_steer_the_terminal(run: Run, runtime: Runtime) -> None:
    ana_writes(runtime, "look \x1b[2J\x07 [bold]here[/bold]")
    shown = run("show", 1).stdout
    assert "[bold]here[/bold]" in shown
    assert "\x1b" not in shown
    assert "\x07" not in shown


def test_a_mistake_is_one_line(run: Run, runtime: Runtime, tmp_path: Path) -> None:
    ana_writes(runtime, "Hello, team.")
    for words, says in (
        (("show", 9), "there is no case 9: checkin inbox list --all"),
        (("close", 9), "there is no case 9"),
        (("show", 1, "--audio", tmp_path / "ana.mp3"), "case 1 has no recording"),
        (("claim", 1, "--by", " "), "say who takes it up: write --by NAME"),
    ):
        result = run(*words)
        assert (result.exit_code, says in result.stderr, result.stderr.count("\n")) == (2, True, 1), result.output
