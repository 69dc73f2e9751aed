"""docs/flows.md is what an organizer learns from, so everything in it must be true."""

from __future__ import annotations

import re
import shlex
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

import flows
from checkin.cli.flow_commands import app
from flows.catalogues.maintenance import extract
from flows.checks.checker import about_flows
from flows.importers.studio.conversion import convert
from flows.importers.studio.export import read_export
from flows.library import Library
from flows.loading import build
from flows.model.catalogue import path_of
from flows.model.findings import Finding
from flows.model.lines import SchedulesFile
from flows.model.template_filters import FILTERS
from flows.model.templates import _KEPT_FILTERS
from flows.model.yaml_source import read_yaml
from flows.parsing import parse_flow
from flows.steps.table import VERBS
from flows.transcripts.files import parse_transcripts
from flows.transcripts.runner import run
from tests.core.seeded import CARE, SHIPPED, WORDS, files

PAGE = (Path(flows.__file__).parents[1] / "docs" / "flows.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```", PAGE, re.M | re.S)
FLOWS = [text for kind, text in BLOCKS if text.startswith("flow:")]
STEPS = [text for kind, text in BLOCKS if kind == "yaml" and text.startswith("- ")]
HEADS = [text for kind, text in BLOCKS if text.startswith("outbound:")]
TALKS = [text for kind, text in BLOCKS if text.startswith("tests:")]
SCHEDULES = [text for kind, text in BLOCKS if text.startswith("schedules:")]
TEAM = [text for kind, text in BLOCKS if text.startswith("languages:")]
PUBLISHING = [text for kind, text in BLOCKS if kind == "text" or "flows publish" in text]
"""They need a line with a database: tests/services/test_publishing_docs.py."""

CATALOGUES = [text for kind, text in BLOCKS if kind == "po"]
EXPORTS = [text for kind, text in BLOCKS if kind == "json"]
COMMANDS = [line for kind, text in BLOCKS if kind == "sh" and text not in PUBLISHING for line in text.splitlines()]
ROWS = re.findall(r"^\| `([^`]+)` \| (?:`([^`]*)`)? ?\| `([A-Z]\d{3} [^`]+)` \|$", PAGE, re.M)
LINES = """\
lines:
  - {key: default, number: "+15555550100", name: Harbor Line, languages: [en, es], calls: NAME, texts: NAME,
     crisis_number: "988"}
"""


def name_of(text: str) -> str:
    return text.split("\n", 1)[0].removeprefix("flow: ")


def library_of(text: str) -> tuple[Library | None, list[Finding]]:
    name = name_of(text)
    line = LINES if "voice" in text.split("steps:")[0] else LINES.replace("calls: NAME", "calls: care")
    files = {f"{name}.yaml": text, "words.yaml": WORDS, "lines.yaml": line.replace("NAME", name)}
    if "calls: care" in line:
        files["care.yaml"] = CARE
    library, findings = build(files)
    found = [*findings, *(about_flows(library) if library else ())]
    return library, [finding for finding in found if finding.code != "M403"]


def test_every_block_of_the_page_is_tested_by_something_here() -> None:
    read = [FLOWS, STEPS, HEADS, TALKS, SCHEDULES, TEAM, CATALOGUES, EXPORTS]
    assert sum(map(len, read)) + sum(kind in ("sh", "text") for kind, _ in BLOCKS) == len(BLOCKS)


def test_the_words_for_volunteers_are_said() -> None:
    made, found = build({**files(), "team.yaml": TEAM[0]})
    assert made is not None, found
    assert made.team.fill("relays.passed", ["en"], {})[0] == "Handed on. Thanks for saying so!"


@pytest.mark.parametrize("text", FLOWS, ids=name_of)
def test_a_whole_flow_on_the_page_is_clean(text: str) -> None:
    assert library_of(text)[1] == []


@pytest.mark.parametrize("text", STEPS)
def test_steps_on_the_page_can_be_put_into_a_flow(text: str) -> None:
    evening = FLOWS[0]
    inside = "".join(f"  {line}\n" for line in text.splitlines())

    _, findings = library_of(evening.replace("steps:\n", f"steps:\n{inside}", 1))

    assert findings == []


@pytest.mark.parametrize("text", HEADS)
def test_lines_for_the_head_of_a_flow_are_understood(text: str) -> None:
    flow, findings = parse_flow(FLOWS[0].replace("on_error:", f"{text}on_error:", 1), "evening.yaml")

    assert flow is not None, findings
    assert (flow.body.outbound.attempts.max, flow.body.outbound.machine) == (2, "hang_up")


@pytest.mark.parametrize("text", TALKS)
def test_the_conversations_on_the_page_go_as_written(text: str) -> None:
    library, _ = library_of(FLOWS[0])
    assert library is not None
    placed, findings = parse_transcripts(text, "evening.test.yaml")
    assert findings == []

    for item in placed:
        for channel in item.transcript.channel:
            assert run(library, item.transcript, channel).problems == (), (item.transcript.name, channel)


@pytest.mark.parametrize(("old", "new", "says"), ROWS)
def test_a_mistake_on_the_page_is_found_as_the_page_says(old: str, new: str, says: str) -> None:
    assert FLOWS[0].count(old) == 1
    _, findings = library_of(FLOWS[0].replace(old, new))

    told = [f"{finding.code} {finding.severity} {finding.text}".replace("`", "'") for finding in findings]
    assert any(line.startswith(says) for line in told), told


def test_the_page_shows_as_many_errors_as_it_promises() -> None:
    assert len(ROWS) == 6


@pytest.mark.parametrize("text", CATALOGUES)
def test_a_catalogue_on_the_page_is_said(text: str) -> None:
    line = LINES.replace("NAME", "evening")
    named = {"evening.yaml": FLOWS[0], "words.yaml": WORDS, "lines.yaml": line}

    library, findings = build(named, translations={path_of("fr"): text})

    assert findings == []
    assert library is not None
    assert library.flows["evening"].step("bye").say.text["fr"] == "Dormez bien. Nous sommes là."  # type: ignore[attr-defined]
    fresh = extract(library, "fr", datetime(2026, 3, 2, tzinfo=UTC))
    assert text.rpartition("msgstr")[0] in fresh, "it looks as po-extract writes it"


def test_the_import_on_the_page_becomes_what_the_page_says() -> None:
    (text,) = EXPORTS
    made = convert(read_export(text), "helpline")
    library, findings = build({**files(), **made.files})

    assert library is not None, findings
    steps = {step.id: step for step in library.flows["helpline"].steps}
    assert [steps[name].verb for name in ("menu", "ring", "tape")] == ["ask", "peer", "record"]
    assert steps["menu"].then["timeout"] == "quiet"
    assert steps["menu"].then["invalid"] == "to_a_person"
    assert [item.place for item in made.report.of("stub")] == ["tell"]
    assert [item.place for item in made.report.of("review")] == ["ring", "tape"]
    assert "55501" not in made.files["helpline.yaml"]


@pytest.mark.parametrize("text", SCHEDULES)
def test_schedules_on_the_page_can_be_read(text: str) -> None:
    source = read_yaml(text, "schedules.yaml")
    assert source.findings == ()
    assert SchedulesFile.model_validate(source.values).schedules


def test_the_commands_on_the_page_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(SHIPPED, tmp_path / "flows" / "definitions")
    (tmp_path / "helpline.json").write_text(EXPORTS[0], encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    for command in COMMANDS:
        words = shlex.split(command)
        if words[:2] == ["bin/checkin", "flows"]:
            result = CliRunner().invoke(app, words[2:], input="1\n")
            assert result.exit_code == 0, (command, result.output)
        elif words[0] == "cp":
            shutil.copytree(words[2], words[3])
        else:
            assert words == ["export", "CHECKIN_FLOWS=my-flows"]
    assert (tmp_path / "main_menu.svg").read_text(encoding="utf-8").startswith("<?xml")


def test_the_page_names_every_step_every_filter_and_every_finding() -> None:
    codes = set()
    for path in Path(flows.__file__).parent.rglob("*.py"):
        codes |= set(re.findall(r'"([YEWVMLXSPT]\d{3})"', path.read_text(encoding="utf-8")))

    assert [code for code in sorted(codes) if code not in PAGE] == []
    assert [verb for verb in VERBS if f"| `{verb}` |" not in PAGE] == []
    assert [name for name in {*FILTERS, *_KEPT_FILTERS} if f"`{name}`" not in PAGE] == []
