"""docs/follow-ups.md is what an organizer learns from, so everything in it must be true."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

import flows
from checkin.cli.main import ELSEWHERE, load
from checkin.telephony.rules.error_codes import MEANINGS
from flows.model.lines import FollowUpRules, Sending
from flows.model.plans import PlansFile
from flows.model.yaml_source import read_yaml
from tests.make import library

PAGE = (Path(flows.__file__).parents[1] / "docs" / "follow-ups.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```", PAGE, re.M | re.S)
YAML = [read_yaml(text, "docs/follow-ups.md") for kind, text in BLOCKS if kind == "yaml"]
COMMANDS = [line for kind, text in BLOCKS if kind == "sh" for line in text.splitlines()]


def test_what_the_page_writes_in_yaml_can_be_read() -> None:
    shapes = {"plans": PlansFile, "follow_ups": FollowUpRules, "sending": Sending}
    read = []
    for source in YAML:
        assert source.findings == ()
        [(name, value)] = source.values.items()
        shapes[name].model_validate({"plans": value} if name == "plans" else value)
        read.append(name)
    assert sorted(read) == sorted(shapes)


@pytest.mark.parametrize("command", COMMANDS)
def test_the_commands_of_the_page_exist(command: str) -> None:
    program, group, word, *_ = shlex.split(command)
    assert program == "bin/checkin"
    assert group in ELSEWHERE
    found = load(group)
    words = getattr(found, "commands", None) or [name for option in found.params for name in option.opts]
    assert word in words


def test_the_page_names_every_plan_that_we_ship_and_no_other() -> None:
    table = set(re.findall(r"^\| `(\w+)` \|", PAGE, re.M))
    assert table == set(library().plans)


def test_the_eleven_stand_where_the_page_says() -> None:
    assert len(library().plans["caring_contacts"].at) == 11
    assert not library().plans["caring_contacts"].asks
    assert MEANINGS[21610].kind == "opted_out"
