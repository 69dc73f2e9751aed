"""Changes single values in a YAML text: everything else, comments and layout included, stays byte for byte.

A dumper would write the whole file anew. Here each value is written in its own place and in its own style (quotes, a
block), and the text is read again: it must say what it said before but for these values.
"""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Mapping
from copy import deepcopy
from typing import Any

import yaml

from flows.model.text import Path
from flows.model.yaml_source import read_yaml, tree

WIDTH = 120
"""Characters of a line, where a value stands in several."""

_PLAIN = re.compile(r"[^\W\d_][\w' .()/!?¿¡…’-]*(?<! )")
_MEANS_ELSE = re.compile(r"(y|n|yes|no|on|off|true|false|null|nan|inf)", re.I)


def edited(text: str, changes: Mapping[Path, str]) -> str:
    """This text with these values in place of those at their paths. Raises ValueError where it can't be done."""
    before = read_yaml(text, "")
    if before.findings:
        raise ValueError(str(before.findings[0]))
    wanted = deepcopy(before.values)
    for path, value in changes.items():
        _put(wanted, path, value)
    root, _ = tree(text, "")
    places = sorted(((_node(root, path), value) for path, value in changes.items()), key=lambda at: -_start(at[0]))
    for node, value in places:
        text = _written(text, node, value)
    if read_yaml(text, "").values != wanted:
        raise ValueError("these words can't be put in their place: change them in the text of the file")
    return text


def _written(text: str, node: yaml.ScalarNode, value: str) -> str:
    """The text with this value in the node's place, in the node's style if that can hold it, else in double quotes."""
    start, end = _start(node), node.end_mark.index
    if node.style in ("|", ">"):
        end = start + len(text[start:end].rstrip())
    margin = len(text[text.rfind("\n", 0, start) + 1 : start])
    below = text[start:end].partition("\n")[2]
    indent = len(below) - len(below.lstrip(" ")) if below else margin
    for words in _ways(node, value, margin, indent, several="\n" in text[start:end]):
        if _reads(words, value):
            return text[:start] + words + text[end:]
    return text[:start] + json.dumps(value, ensure_ascii=False) + text[end:]


def _ways(node: yaml.ScalarNode, value: str, margin: int, indent: int, *, several: bool) -> list[str]:
    """How it may be written, the best first."""
    quoted = json.dumps(value, ensure_ascii=False)
    if node.style == "|":
        return ["|-\n" + textwrap.indent(value, " " * indent)]
    if node.style == ">":
        return [">-\n" + textwrap.indent(textwrap.fill(value, WIDTH - indent, break_on_hyphens=False), " " * indent)]
    if node.style == "'":
        return ["'" + value.replace("'", "''") + "'"] if "\n" not in value else []
    if node.style is None and _PLAIN.fullmatch(value) and not _MEANS_ELSE.fullmatch(value):
        return [value]
    if several:
        lines = textwrap.wrap(quoted, WIDTH - max(margin, indent), break_long_words=False, break_on_hyphens=False)
        return [("\n" + " " * indent).join(lines)]
    return []


def _reads(words: str, value: str) -> bool:
    return bool(read_yaml(f"value: {words}\n", "").values == {"value": value})


def _start(node: yaml.Node) -> int:
    return int(node.start_mark.index)


def _node(root: Any, path: Path) -> yaml.ScalarNode:
    """The value at this path. Raises ValueError where there is none, or none that is one value."""
    node = root
    for part in path:
        if isinstance(node, yaml.MappingNode):
            node = next((value for key, value in node.value if str(key.value) == str(part)), None)
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
        else:
            node = None
    if not isinstance(node, yaml.ScalarNode):
        raise ValueError(f"there's no text at {'.'.join(map(str, path))}")
    return node


def _put(values: Any, path: Path, value: str) -> None:
    """Put the value where the path leads. Raises ValueError where it leads nowhere."""
    try:
        for part in path[:-1]:
            values = values[part]
        values[path[-1]] = value
    except (KeyError, IndexError, TypeError):
        raise ValueError(f"there's no text at {'.'.join(map(str, path))}") from None
