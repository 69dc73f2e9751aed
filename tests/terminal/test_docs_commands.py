"""Every command that a page of ours names is one that there is, with the options it's given."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml

from checkin.cli.main import ELSEWHERE, app, load

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
GONE = {"CHANGELOG.md"}
"""What was is named there, too."""

NAMED = re.compile(r"(?:`|^)(?:bin/)?checkin ([a-z][^`#\n]*)", re.MULTILINE)


def commands(page: Path) -> Iterator[list[str]]:
    """As they stand in a sentence or by themselves, in words; what comes after a pipe is another's."""
    for found in NAMED.finditer(page.read_text(encoding="utf-8")):
        yield shlex.split(re.split(r"[|;&>]| {2,}", found.group(1).replace("'", ""))[0].replace("…", ""))


def test_pages_name_many() -> None:
    assert sum(1 for page in PAGES for _ in commands(page)) > 80


@pytest.mark.parametrize("page", [page for page in PAGES if page.name not in GONE], ids=lambda page: page.name)
def test_every_command_that_is_named_is_there(page: Path) -> None:
    wrong = [" ".join(words) for words in commands(page) if not is_there(words)]
    assert wrong == []


def is_there(words: list[str]) -> bool:
    """Down the groups to a command, which then knows each of the options."""
    here: Any = typer.main.get_command(app)
    rest = list(words)
    first = True
    while hasattr(here, "commands") and rest and re.fullmatch(r"[a-z][a-z-]*", rest[0]):
        name = rest.pop(0).rstrip(",.")
        found = load(name) if first and name in ELSEWHERE else here.commands.get(name)
        if found is None:
            return False
        here, first = found, False
    known = {option for parameter in here.params for option in parameter.opts} | {"--help"}
    asked = {word.partition("=")[0].rstrip(",.") for word in rest if word.startswith("--")}
    return here.name == "test" or asked <= known


def test_the_runbook_has_every_alarm() -> None:
    (group,) = yaml.safe_load((ROOT / "deploy" / "alerts.yaml").read_text())["groups"]
    page = (ROOT / "docs" / "runbook.md").read_text(encoding="utf-8")
    assert [rule["alert"] for rule in group["rules"] if f"*{rule['alert']}*" not in page] == []


def test_a_command_that_is_not_there_is_noticed() -> None:
    assert is_there(["outbox", "list", "failed"])
    assert is_there(["upgrade", "--check"])
    assert not is_there(["outbox", "again"])
    assert not is_there(["upgrade", "--sideways"])
    assert not is_there(["follow-ups"])
