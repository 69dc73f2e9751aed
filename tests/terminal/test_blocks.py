"""Oda blocks at the terminal: `checkin blocks`; and sees the lines of the installation: `checkin lines`."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import typer
from click.testing import Result
from sqlalchemy import select
from typer.testing import CliRunner

from checkin.cli import block_commands, line_commands
from checkin.contacts.models import Contact
from checkin.conversations import inbound_text
from checkin.runtime import Runtime
from tests import make
from tests.cast import ANA, LINE

Run = Callable[..., Result]


@pytest.fixture
def run(runtime: Runtime) -> Run:
    """`checkin blocks ...` as Oda types it."""
    return lambda *words: CliRunner().invoke(block_commands.app, list(words))


def test_ana_is_blocked_listed_looked_at_and_let_back_in(runtime: Runtime, run: Run) -> None:
    runtime.do(lambda work: inbound_text.receive(work, make.text(ANA, "hello")))
    alias = runtime.read(lambda s: s.scalars(select(Contact)).one()).alias
    assert run("list").stdout == "Nobody is blocked.\n"
    done = run("add", alias.lower(), "--reason", "threats in two calls", "--for", "12h")
    assert f"{alias} is blocked until " in done.stdout
    listed = run("list").stdout
    assert "threats in two calls" in listed
    assert "active" in listed
    assert ANA not in listed
    again = run("add", alias, "--reason", "threats once more")
    assert (again.exit_code, "blocked already" in again.stderr) == (2, True)
    assert run("review", alias, "--confirm", "--for", "60d").exit_code == 0
    assert "not blocked any more" in run("lift", alias).stdout
    assert run("list").stdout == "Nobody is blocked.\n"
    assert "lifted" in run("list", "--all").stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("add", "Nobody Here", "--reason", "threats"), "no contact of this line"),
        (("lift", "Nobody Here"), "no contact of this line"),
        (("add", "Nobody Here", "--reason", "threats", "--for", "long"), "is not a length of time"),
    ],
)
def test_a_mistake_is_one_line(run: Run, words: tuple[str, ...], said: str) -> None:
    done = run(*words)
    assert (done.exit_code, said in done.stderr, done.stderr.count("\n")) == (2, True, 1)


def test_the_lines_are_shown_with_what_is_their_own(runtime: Runtime) -> None:
    alone = typer.Typer()
    alone.command()(line_commands.lines)
    done = CliRunner().invoke(alone, [])
    assert done.exit_code == 0, done.exception
    shown = done.stdout.splitlines()
    assert shown[0].split("\t")[:3] == ["line", "name", "number"]
    assert shown[1].split("\t")[:3] == ["default", "Harbor Line", LINE]
