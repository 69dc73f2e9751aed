"""Rules about values that YAML, old or new, reads as something else than was meant."""

from __future__ import annotations

import re
from collections.abc import Iterator

import yaml

from flows.model.findings import Finding
from flows.model.yaml_source import tree

_OLD_BOOLEAN = re.compile(r"yes|no|on|off|y|n", re.I)
_OLD_SIXTIES = re.compile(r"[-+]?[1-9]\d*(:[0-5]?\d)+")
_OLD_OCTAL = re.compile(r"[-+]?0\d+")
_PHONE = re.compile(r"\+[1-9]\d{6,14}|[1-9]\d{9,14}")


def traps(text: str, file: str) -> Iterator[Finding]:
    """Y002 for values that a YAML 1.1 tool would change; Y003 for telephone numbers without quotes. Keys are safe."""
    root, fault = tree(text, file)
    if fault is not None:
        return  # whoever reads the file says so
    for node in _values(root):
        if node.style:
            continue
        line, column = node.start_mark.line + 1, node.start_mark.column + 1
        value = node.value
        if _PHONE.fullmatch(value):
            yield Finding(file, line, column, "Y003", "error",
                          "without quotes, a phone number is read as an integer",
                          'Put it in quotes, like "+15555550100".')  # fmt: skip
        elif any(old.fullmatch(value) for old in (_OLD_BOOLEAN, _OLD_SIXTIES, _OLD_OCTAL)):
            yield Finding(file, line, column, "Y002", "warning", f"{value} means something else to older YAML tools",
                          f'Put it in quotes: "{value}".')  # fmt: skip


def _values(node: yaml.Node | None) -> Iterator[yaml.ScalarNode]:
    ahead = [node]
    while ahead:
        here = ahead.pop()
        if isinstance(here, yaml.ScalarNode):
            yield here
        elif isinstance(here, yaml.MappingNode):
            ahead += [value for _, value in here.value]
        elif isinstance(here, yaml.SequenceNode):
            ahead += here.value
