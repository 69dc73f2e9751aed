"""Oda keeps the file that outlives a backup, and plays it back: `checkin erasures`."""

from __future__ import annotations

import shutil
from pathlib import Path

from sqlalchemy import make_url
from typer.testing import CliRunner

from checkin.cli.erasure_commands import app
from checkin.conversations import inbound_text
from checkin.runtime import Runtime
from tests import make
from tests.cast import ANA, BEN


def run(*words: str) -> tuple[int, str]:
    came = CliRunner().invoke(app, list(words))
    return came.exit_code, came.output


def says(runtime: Runtime, who: str, *words: str) -> None:
    for body in words:
        runtime.do(lambda uow, body=body: inbound_text.receive(uow, make.text(who, body)))


def test_after_a_restore_the_forgotten_are_forgotten_and_who_left_is_let_be(runtime: Runtime, tmp_path: Path) -> None:
    database, backup, file = (
        Path(make_url(runtime.settings.database_url).database or ""),
        tmp_path / "backup",
        tmp_path / "kept",
    )
    says(runtime, ANA, "hi")
    says(runtime, BEN, "hi")
    runtime.close()
    shutil.copy(database, backup)
    says(runtime, ANA, "FORGET", "FORGET")
    says(runtime, BEN, "STOP")
    code, said = run("save", str(file))
    assert (code, said.split(" are in ")[0]) == (0, "1 deletions and 1 STOPs and STARTs")
    assert not {ANA, BEN} & set(file.read_text().split())
    runtime.close()
    for left in database.parent.glob("line.db*"):
        left.unlink()
    shutil.copy(backup, database)
    code, said = run("replay", str(file))
    assert code == 0
    assert said.endswith("1 deleted again, and 1 STOPs and STARTs restored, of 2 in the file.\n")
    assert "0 deleted again, and 0 STOPs and STARTs" in run("replay", str(file))[1]


def test_a_file_that_is_none_changes_nothing_and_says_so(runtime: Runtime, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_text("groceries\n")
    code, said = run("replay", str(other))
    assert code != 0
    assert "isn't a file of erasures" in said
    code, said = run("replay", str(tmp_path / "nowhere"))
    assert code != 0
    assert "can't be read" in said
