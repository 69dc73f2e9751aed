"""An operator moves a line in and out at the terminal: `checkin move-in`, `checkin move-out`."""

from __future__ import annotations

import csv
import re
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from sqlalchemy import func, select
from typer.testing import CliRunner

from checkin.cli.main import app
from checkin.compliance.models import MoveIn
from checkin.contacts.models import Contact
from checkin.messages.models import Message
from checkin.moving.rules.kinds import KINDS
from checkin.runtime import Runtime

EXAMPLES = Path(__file__).parents[2] / "docs" / "moving-in"
Run = Callable[..., Result]


@pytest.fixture
def run(runtime: Runtime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(tmp_path)

    def typed(command: str, *words: object) -> Result:
        return CliRunner().invoke(app, [command, *(str(word) for word in words)])

    return typed


def people(runtime: Runtime) -> int:
    return runtime.read(lambda session: session.scalar(select(func.count()).select_from(Contact)) or 0)


def test_the_examples_of_the_manual_move_in_and_what_moves_out_moves_in_again(
    run: Run, runtime: Runtime, tmp_path: Path
) -> None:
    for kind in ("stops", "blocks", "contacts", "volunteers", "shifts", "stories"):
        went = run("move-in", EXAMPLES / f"{kind}.csv", "--kind", kind, "--from", "the manual")
        assert went.exit_code == 0, went.output
        assert " 0 changed, 0 already here, 0 left out." in went.output
    for kind in KINDS:
        assert run("move-out", "--kind", kind).exit_code == 0
        file = tmp_path / f"{kind}.csv"
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        with file.open(encoding="utf-8-sig", newline="") as told:
            written = list(csv.reader(told))
        assert tuple(written[0]) == KINDS[kind].out
        if kind != "stories":  # it isn't reviewed yet, so nobody hears it
            again = run("move-in", file, "--kind", kind, "--from", "ourselves")
            assert f"0 added, 0 changed, {len(written) - 1} already here, 0 left out." in again.output, again.output
    assert runtime.read(lambda session: session.scalar(select(func.count()).select_from(Message))) == 0


def test_a_dry_run_changes_nothing_and_says_what_is_wrong(run: Run, runtime: Runtime, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text("number;name\n+15555550101;Ana\nnobody;Ben\n", encoding="cp1252")
    went = run("move-in", file, "--kind", "contacts", "--dry-run", "--report", tmp_path / "report.csv")
    assert went.exit_code == 1
    assert "1 added, 0 changed, 0 already here, 1 left out." in went.output
    assert "that isn't a full phone number" in (tmp_path / "report.csv").read_text(encoding="utf-8-sig")
    assert people(runtime) == 0
    assert runtime.read(lambda session: session.scalars(select(MoveIn)).all()) == []


def test_an_import_is_undone_by_its_id(run: Run, runtime: Runtime, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text("number\n" + "".join(f"+1555555{1000 + n}\n" for n in range(120)))
    went = run("move-in", file, "--kind", "contacts", "--from", "a spreadsheet")
    assert people(runtime) == 120
    found = re.search(r"--undo (\w{32})", went.output)
    assert found
    assert "120 removed, 0 kept" in run("move-in", "--undo", found[1]).output
    assert people(runtime) == 0


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ((), "name the file"),
        (("nowhere.csv", "--kind", "contacts"), "can't be read"),
        (("people.csv", "--kind", "people"), "choose what the file holds"),
        (("people.csv", "--kind", "contacts"), "say where the file is from"),
        (("--undo", "nothing"), "no import with this id"),
    ],
)
def test_what_cannot_be_is_said_in_a_line(run: Run, tmp_path: Path, words: tuple[str, ...], why: str) -> None:
    (tmp_path / "people.csv").write_text("number\n+15555550101\n")
    went = run("move-in", *words)
    assert went.exit_code == 2
    assert why in went.output
