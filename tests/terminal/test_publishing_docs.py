"""What docs/flows.md says about publishing is done as it is written there."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from checkin.runtime import Runtime
from tests import make
from tests.cast import ANA, BEN, REX
from tests.terminal.test_publishing import OTHER, QUESTION, asked, edit, environ, flow_file, run

PAGE = (Path(__file__).parents[2] / "docs" / "flows.md").read_text(encoding="utf-8")
SECTION = PAGE.split("## Publish, look back, go back")[1].split("\n## ")[0]
(COMMANDS,) = re.findall(r"^```sh\n(.*?)^```", SECTION, re.M | re.S)
(SHOWN,) = re.findall(r"^```text\n(.*?)^```", SECTION, re.M | re.S)
ASKS = {"publish", "rollback"}

__all__ = ["environ", "flow_file"]


def test_the_commands_work_in_their_order_and_show_what_the_page_shows(
    runtime: Runtime, flow_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for phone in (ANA, BEN, REX):
        asked(runtime, phone)
    edit(flow_file, QUESTION, OTHER)

    outputs = {}
    for command in COMMANDS.splitlines():
        program, group, *words = shlex.split(command)
        assert (program, group) == ("bin/checkin", "flows")
        result = run(*words, *(["--yes"] if words[0] in ASKS else []))
        assert result.exit_code == 0, (command, result.output)
        outputs.setdefault(words[0], result.output)
    assert "people go on with the new check_in" in result.output

    assert [line for line in SHOWN.splitlines() if f"  {line}\n" not in outputs["publish"]] == []
    assert outputs["diff"].rstrip("\n") == SHOWN.splitlines()[0].split("; ")[0]
    assert "3 waiting here" in (tmp_path / "now.svg").read_text(encoding="utf-8")
    assert runtime.settings.flows != make.FLOWS
