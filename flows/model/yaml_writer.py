"""Writes a flow as YAML that a peer can read: one line for what is short, quotes round every sentence."""

from __future__ import annotations

import re
from typing import Any

import yaml

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*|\d+[smhdw](\d+[smhdw])*")
_MEANS_ELSE = re.compile(r"(y|n|yes|no|on|off|true|false|null|nan|inf)", re.I)
_SHORT = 100


class Quoted(str):
    """A string that always stands in quotes: a sentence, or anything that YAML may read as something else."""

    __slots__ = ()


class _Flowing(dict[str, Any]):
    """A mapping that is written in one line."""


class _Row(list[Any]):
    """A list that is written in one line."""


class Dumper(yaml.SafeDumper):
    """Lists are indented below their key, no value is written as a reference to another one."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        return super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:
        return True


Dumper.add_representer(
    Quoted, lambda dumper, value: dumper.represent_scalar("tag:yaml.org,2002:str", str(value), style='"')
)
Dumper.add_representer(
    _Flowing, lambda dumper, value: dumper.represent_mapping("tag:yaml.org,2002:map", value.items(), flow_style=True)
)
Dumper.add_representer(
    _Row, lambda dumper, value: dumper.represent_sequence("tag:yaml.org,2002:seq", list(value), flow_style=True)
)


def write(header: dict[str, Any], steps: list[dict[str, Any]], remark: str) -> str:
    """The text of a flow's file."""
    top = yaml.dump(
        _ready(header), Dumper=Dumper, sort_keys=False, allow_unicode=True, width=10_000, default_flow_style=False
    )
    body = "".join(("\n" if "id" in step else "") + _step(step) for step in steps)
    return f"# {remark}\n{top}\nsteps:{body}" if body.startswith("\n") else f"# {remark}\n{top}\nsteps:\n{body}"


def _step(step: dict[str, Any]) -> str:
    text = yaml.dump(
        [_ready(step)], Dumper=Dumper, sort_keys=False, allow_unicode=True, width=10_000, default_flow_style=False
    )
    return "".join(f"  {line}\n" if line else "\n" for line in text.splitlines())


def _ready(value: Any, deep: int = 0) -> Any:
    if isinstance(value, dict):
        made = {key: _ready(part, deep + 1) for key, part in value.items()}
        return _Flowing(made) if deep and len(str(made)) < _SHORT else made
    if isinstance(value, list):
        listed = [_ready(part, deep + 1) for part in value]
        return listed if any(isinstance(part, dict) for part in listed) else _Row(listed)
    if isinstance(value, str):
        return value if _PLAIN.fullmatch(value) and not _MEANS_ELSE.fullmatch(value) else Quoted(value)
    return value
