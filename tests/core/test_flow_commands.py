"""`checkin flows ...`, as Oda types it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from checkin.cli.flow_commands import app
from tests.core.seeded import CARE, SHIPPED, files

run = CliRunner()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of her own."""
    for name, text in files().items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_a_good_folder_is_said_to_be_good(folder: Path) -> None:
    result = run.invoke(app, ["check", str(folder)])

    assert result.exit_code == 0
    assert result.output.splitlines()[-1] == "No mistakes found."


def test_what_each_flow_costs_at_most_is_told_beside_it(folder: Path) -> None:
    told = run.invoke(app, ["check", str(folder)]).output

    assert [line.partition(" M403 info the longest way through takes ")[2] != "" for line in told.splitlines()] == [
        True, False, True, False, False,
    ]  # fmt: skip


def test_a_mistake_is_told_at_its_line_with_what_to_do_and_exit_code_1(folder: Path) -> None:
    (folder / "care.yaml").write_text(CARE.replace("  - id: bye\n", "  - id: menu\n"), encoding="utf-8")

    result = run.invoke(app, ["check", str(folder)])

    assert result.exit_code == 1
    first, hint, count = result.output.splitlines()  # nothing else is said about a folder that cannot be used
    assert "/care.yaml:" in first
    assert first.endswith("E102 error the id 'menu' is used twice")
    assert hint.startswith("    Line")
    assert count == "1 error, 0 warnings"
    assert "\x1b[" not in result.output, "plain when piped"


def test_findings_as_json(folder: Path) -> None:
    (folder / "care.yaml").write_text(CARE.replace("      - {else: menu}\n", ""), encoding="utf-8")

    result = run.invoke(app, ["check", "--json", str(folder)])

    assert result.exit_code == 0, "a warning is no error"
    told = [(load["code"], load["severity"]) for load in json.loads(result.output) if load["severity"] != "info"]
    assert told == [("W203", "warning")]


def test_a_file_means_its_folder(folder: Path) -> None:
    assert run.invoke(app, ["check", str(folder / "care.yaml")]).exit_code == 0


def test_CHECKIN_FLOWS_names_the_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHECKIN_FLOWS", str(folder))
    (folder / "care.yaml").write_text("", encoding="utf-8")

    assert run.invoke(app, ["check"]).exit_code == 1


def test_transcripts_are_played_and_counted() -> None:
    result = run.invoke(app, ["test", str(SHIPPED)])

    assert result.exit_code == 0, result.output
    assert "0 failed" in result.output


def test_a_transcript_that_fails_is_told_at_its_line(tmp_path: Path) -> None:
    shutil.copytree(SHIPPED, tmp_path / "flows")
    menu = tmp_path / "flows" / "main_menu.yaml"
    menu.write_text(menu.read_text(encoding="utf-8").replace("What would you like?", "And now?"), encoding="utf-8")

    result = run.invoke(app, ["test", str(tmp_path / "flows"), "-k", "Ben hangs up at the menu"])

    assert result.exit_code == 1
    assert "main_menu.test.yaml" in result.output
    assert "without 'What would you like?'" in result.output


def test_the_check_can_also_say_what_is_never_tested(folder: Path) -> None:
    result = run.invoke(app, ["check", "--tests", str(folder)])

    assert result.exit_code == 1
    assert "T902 error no transcript plays 'care'" in result.output


def test_talking_from_a_pipe() -> None:
    result = run.invoke(app, ["talk", "-v", str(SHIPPED)], input="STORY\n5\nthanks\n/wait 3h\n")

    assert result.exit_code == 0
    assert "These are stories from peers" in result.output
    assert "pass that on to the person who told it" in result.output
    assert "NoteListen" in result.output


def test_talking_as_a_call() -> None:
    result = run.invoke(app, ["talk", "--voice", str(SHIPPED)], input="9\n/silence\n/hangup\n")

    assert "oprima 1" in result.output
    assert "ended: hung_up" in result.output


@pytest.mark.parametrize(("form", "begins"), [("mermaid", "flowchart TD"), ("dot", "digraph"), ("svg", "<?xml")])
def test_drawings(form: str, begins: str) -> None:
    assert run.invoke(app, ["draw", "check_in", str(SHIPPED), "--as", form]).output.startswith(begins)


def test_reading_and_cost() -> None:
    assert run.invoke(app, ["read", "check_in", str(SHIPPED)]).output.startswith("Check-in\n")
    assert "check_in" in run.invoke(app, ["cost", str(SHIPPED)]).output
    every = run.invoke(app, ["cost", str(SHIPPED), "--flow", "check_in", "--most", "3"]).output
    assert "mood: answer → " in every
    assert "cheaper paths aren't shown" in every
    priced = run.invoke(app, ["cost", str(SHIPPED), "--flow", "check_in", "--segment", "0.01", "--minute", "0.02"])
    assert "0 segments" not in priced.output
    assert run.invoke(app, ["cost", str(SHIPPED), "--flow", "nowhere"]).exit_code == 2


def test_a_flow_that_is_not_there_is_said() -> None:
    assert run.invoke(app, ["draw", "nowhere", str(SHIPPED)]).exit_code == 2


TALKS = """\
# what she promises
tests:
  - name: how it goes   # by text
    flow: care
    talk:
      - us: {has: ["How are you", 'STOP']}
      - them: "1"
      - us: {has: "Talk with a peer?"}
    expect: {tags: [low_mood]}
"""


def test_new_words_are_accepted_into_the_conversations_that_fail_by_nothing_else(folder: Path, tmp_path: Path) -> None:
    talks = folder / "transcripts" / "care.test.yaml"
    talks.parent.mkdir()
    talks.write_text(TALKS, encoding="utf-8")
    before = tmp_path / "before"
    shutil.copytree(folder, before)
    (folder / "care.yaml").write_text(CARE.replace("How are you, from", "How is it going, from"), encoding="utf-8")

    refused = run.invoke(app, ["test", str(folder), "-k", "how"])
    assert refused.exit_code == 1
    assert talks.read_text(encoding="utf-8") == TALKS

    result = run.invoke(app, ["test", str(folder), "-k", "how", "--accept", "--before", str(before)])
    assert result.exit_code == 0, result.output
    assert "- How are you, from 1 to 5?\n+ How is it going, from 1 to 5?\n  in 1 conversation\n" in result.output
    assert talks.read_text(encoding="utf-8") == TALKS.replace("How are you", "How is it going"), "comments stay"

    (folder / "care.yaml").write_text(CARE.replace("[low_mood]", "[blue]"), encoding="utf-8")
    other = run.invoke(app, ["test", str(folder), "-k", "how", "--accept", "--before", str(before)])
    assert other.exit_code == 1
    assert "0 conversations have the new words" in other.output
