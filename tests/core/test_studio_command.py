"""`checkin flows import studio`, as Oda types it."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from checkin.cli.flow_commands import app
from tests.core.seeded import files

HERE = Path(__file__).parent / "studio"
run = CliRunner()


def test_a_flow_is_written_with_its_report(tmp_path: Path) -> None:
    told = run.invoke(app, ["import", "studio", str(HERE / "hotline.json"), "-o", str(tmp_path / "mine")])

    assert told.exit_code == 0
    assert sorted(file.name for file in (tmp_path / "mine").iterdir()) == ["hotline.import.md", "hotline.yaml"]
    assert "stub   tell_team: make-http-request" in told.output
    assert "write `calls: hotline` in lines.yaml" in told.output
    report = (tmp_path / "mine" / "hotline.import.md").read_text(encoding="utf-8")
    assert [line for line in report.splitlines() if line.startswith("## ")] == [
        "## Stub (3)", "## Review (3)", "## Added (6)", "## Left out (1)", "## Mapped (8)",
    ]  # fmt: skip


def test_check_fails_until_the_stubs_are_written(tmp_path: Path) -> None:
    for name, text in files().items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    run.invoke(app, ["import", "studio", str(HERE / "hotline.json"), "-o", str(tmp_path)])

    told = run.invoke(app, ["check", str(tmp_path)])

    assert told.exit_code == 1
    assert told.output.count("E210 error this step wasn't imported") == 3


def test_without_a_folder_the_flow_is_shown(tmp_path: Path) -> None:
    told = run.invoke(app, ["import", "studio", str(HERE / "survey.json"), "--name", "after group"])

    assert told.exit_code == 0
    assert "\nflow: after_group\n" in told.stdout
    assert "stub" in told.stderr


def test_nothing_that_is_there_is_written_over(tmp_path: Path) -> None:
    (tmp_path / "hotline.import.md").write_text("mine", encoding="utf-8")
    told = run.invoke(app, ["import", "studio", str(HERE / "hotline.json"), "-o", str(tmp_path)])

    assert told.exit_code == 2
    assert [file.name for file in tmp_path.iterdir()] == ["hotline.import.md"]
    assert (tmp_path / "hotline.import.md").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b'{"states": [{"name": 1}]}', b"[" * 5000])
def test_what_is_no_flow_is_said_and_nothing_is_written(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "flow.json"
    file.write_bytes(content)

    told = run.invoke(app, ["import", "studio", str(file), "-o", str(tmp_path / "mine")], env={"COLUMNS": "400"})

    assert told.exit_code == 2
    assert "flow.json" in told.output.replace("\n", "")
    assert not (tmp_path / "mine").exists()


def test_a_file_that_is_not_there_and_a_wrong_sub_flow_are_said(tmp_path: Path) -> None:
    assert run.invoke(app, ["import", "studio", str(tmp_path / "none.json")]).exit_code == 2
    told = run.invoke(app, ["import", "studio", str(HERE / "survey.json"), "--subflow", "FW1"])
    assert told.exit_code == 2
    assert "name_of_our_flow" in told.output
