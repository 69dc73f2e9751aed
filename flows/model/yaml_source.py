"""YAML read with care: YAML 1.2 values, every place known, and nothing in it that could hurt.

Tags, anchors, aliases, duplicate keys and tabs are refused, and so is a file that is too large or too deep, before any
tree is built. (PyYAML alone would read `no` as false and `9:30` as 570, and keep the last of two equal keys silently.)
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import yaml
from yamlcore import CCoreLoader

from flows.model.findings import Finding

LARGEST = 256 * 1024
DEEPEST = 16
MOST_EVENTS = 60_000
LONGEST_NUMBER = 30
"""Figures of one number: what is longer is a telephone number, a key or an attack, and costs more the longer it is."""

MOST_FINDINGS = 100
"""Of one kind, from one file: whoever has more mends these first."""

STRING = "tag:yaml.org,2002:str"
_TAB = re.compile(r"^ *\t", re.MULTILINE)

Path = Iterable[str | int]


@dataclass(frozen=True)
class Source:
    """A YAML file that was read: its values, and where each of them stands."""

    file: str
    values: Any
    findings: tuple[Finding, ...] = ()
    _root: Any = field(default=None, repr=False, compare=False)
    _below: dict[int, dict[str, tuple[Any, Any]]] = field(default_factory=dict, repr=False, compare=False)

    @property
    def located(self) -> bool:
        """Whether lines are known."""
        return self._root is not None

    def where(self, path: Path = ()) -> tuple[int, int]:
        """Line and column, from 1, of the value at `path`, or of the deepest part of it that exists."""
        node, mark = self._root, None
        for part in path:
            found = self._child(node, part)
            if found is None:
                break
            mark, node = found
        mark = mark or (node.start_mark if node is not None else None)
        return (mark.line + 1, mark.column + 1) if mark else (1, 1)

    def finding(self, path: Path, code: str, text: str, hint: str = "", severity: Any = "error") -> Finding:
        """A finding at the place of `path`."""
        line, column = self.where(path)
        return Finding(self.file, line, column, code, severity, text, hint)

    def _child(self, node: Any, part: str | int) -> tuple[Any, Any] | None:
        """The mark and the node of one step down, or None. The keys of a mapping are looked through once."""
        if isinstance(node, yaml.MappingNode):
            if id(node) not in self._below:
                self._below[id(node)] = {str(key.value): (key.start_mark, value) for key, value in reversed(node.value)}
            return self._below[id(node)].get(str(part))
        if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            return node.value[part].start_mark, node.value[part]
        return None


def read_yaml(text: str, file: str) -> Source:
    """The values of one YAML document. On any fault `values` is None and `findings` says what is wrong."""
    root, fault = tree(text, file)
    if fault is not None:
        return Source(file, None, (fault,))
    findings: list[Finding] = []
    values = _value(root, CCoreLoader(""), file, findings)
    return Source(file, None if findings else values, tuple(findings), root)


@lru_cache(2)
def tree(text: str, file: str) -> tuple[Any, Finding | None]:
    """The nodes of one document, or why there are none. Nothing else may compose: what is nested deeply enough ends
    the whole process in the library's own stack, so that is looked for first."""
    if fault := _refusal(text, file):
        return None, fault
    try:
        root = CCoreLoader(text).get_single_node()
    except yaml.YAMLError as error:
        return None, _unreadable(error, file)
    return root, Finding(file, 1, 1, "Y001", "error", "the file is empty", "") if root is None else None


def _refusal(text: str, file: str) -> Finding | None:
    """The first thing in `text` that we do not accept, found without building anything."""
    if len(text) > LARGEST or len(text.encode("utf-8", "replace")) > LARGEST:
        return Finding(file, 1, 1, "Y001", "error", f"the file is larger than {LARGEST // 1024} kB", "Split it up.")
    if tab := _TAB.search(text):
        line, column = text.count("\n", 0, tab.end()) + 1, tab.end() - tab.start()
        return Finding(file, line, column, "Y001", "error", "a tab in the indentation", "Indent with spaces.")
    try:
        return _refused_event(text, file)
    except (yaml.YAMLError, UnicodeError) as error:
        return _unreadable(error, file)


def _refused_event(text: str, file: str) -> Finding | None:
    """Too deep, too much, an anchor, an alias or a tag: the scan stops at the first, before any tree is built."""
    depth = 0
    for count, event in enumerate(yaml.parse(text, Loader=CCoreLoader)):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        tag = getattr(event, "tag", None)
        if depth > DEEPEST or count > MOST_EVENTS:
            what = "nested too deeply" if depth > DEEPEST else "too much in one file"
            fault = what, "Split it into several steps or flows."
        elif isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            fault = "anchors and aliases (& and *) aren't allowed", "Write it out, or quote it if it's meant as text."
        elif tag is not None:
            fault = f"the tag {tag} isn't allowed", "Take it out, or put the value in quotes."
        else:
            continue
        mark: Any = event.start_mark
        return Finding(file, mark.line + 1, mark.column + 1, "Y001", "error", *fault)
    return None


def _value(node: Any, loader: Any, file: str, findings: list[Finding]) -> Any:
    if len(findings) >= MOST_FINDINGS:
        return None
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, loader, file, findings)
    if isinstance(node, yaml.SequenceNode):
        return [_value(part, loader, file, findings) for part in node.value]
    if not node.style and len(node.value) > LONGEST_NUMBER and node.tag != STRING:
        findings.append(_here(node, file, f"a number of over {LONGEST_NUMBER} figures", "Put it in quotes."))
        return None
    return loader.construct_object(node)


def _mapping(node: Any, loader: Any, file: str, findings: list[Finding]) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key = _value(key_node, loader, file, findings) if isinstance(key_node, yaml.ScalarNode) else None
        if len(findings) >= MOST_FINDINGS:
            break
        if not isinstance(key, str | int) or isinstance(key, bool):
            findings.append(_here(key_node, file, "a key must be a word or a number", "Put it in quotes."))
            continue
        if str(key) in result:
            findings.append(_here(key_node, file, f"the key {key!r} is listed twice", "Keep one of them."))
        result[str(key)] = _value(value_node, loader, file, findings)
    return result


def _here(node: Any, file: str, text: str, hint: str) -> Finding:
    return Finding(file, node.start_mark.line + 1, node.start_mark.column + 1, "Y001", "error", text, hint)


def _unreadable(error: Exception, file: str) -> Finding:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "it isn't YAML"
    return Finding(file, line, column, "Y001", "error", f"can't be read: {problem}",
                   "Look at the indentation, the quotes and the colons here and in the line above.")  # fmt: skip
