"""`python -m tests.bench.waiting`, as somebody types it."""

from __future__ import annotations

from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from checkin.core.errors import UserError
from tests.bench.waiting.__main__ import simulate_shift


def run(*arguments: str) -> str:
    """What the command prints."""
    app = typer.Typer()
    app.command()(simulate_shift)
    done = CliRunner().invoke(app, ["--nights", "3", *arguments])
    if done.exception is not None:
        raise done.exception
    return done.output


def test_it_tells_waits_and_loads_on_every_way(tmp_path: Path) -> None:
    said = run("--volunteers", "3", "--takes", "0.6,0.2", "--chart", str(tmp_path / "waits.svg"))
    lines = said.splitlines()
    assert lines[0].split("\t")[:2] == ["phones ring", "half with a peer"]
    assert [line.split("\t")[0] for line in lines[1:5]] == [
        "ours: waves", "one by one", "one by one, for ever", "all at once",
    ]  # fmt: skip
    assert [line.split("\t")[1] for line in lines if line.startswith("V0")] == ["60%", "20%", "60%"]
    assert (tmp_path / "waits.svg").read_text().startswith("<svg")


def test_it_says_the_same_twice() -> None:
    assert run("--seed", "7") == run("--seed", "7")


@pytest.mark.parametrize("takes", ["a lot", "1.2", "0.4,,"])
def test_shares_that_make_no_sense_are_said_to(takes: str) -> None:
    with pytest.raises(UserError, match=r"like 0\.6,0\.4,0\.2"):
        run("--takes", takes)


def test_a_line_that_is_not_there_is_said_to() -> None:
    with pytest.raises(UserError, match="there's no line 'harbour'"):
        run("--line", "harbour")
