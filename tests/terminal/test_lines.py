"""Oda sees the lines of the installation: `checkin lines`."""

from __future__ import annotations

import typer
from typer.testing import CliRunner

from checkin.cli import line_commands
from checkin.runtime import Runtime
from tests.cast import LINE


def test_the_lines_are_shown_with_what_is_their_own(runtime: Runtime) -> None:
    alone = typer.Typer()
    alone.command()(line_commands.lines)
    done = CliRunner().invoke(alone, [])
    assert done.exit_code == 0, done.exception
    shown = done.stdout.splitlines()
    assert shown[0].split("\t")[:3] == ["line", "name", "number"]
    assert shown[1].split("\t")[:3] == ["default", "Harbor Line", LINE]
