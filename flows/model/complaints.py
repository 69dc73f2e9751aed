"""What pydantic found, in words for an author and at the line they wrote."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from pydantic import ValidationError

from flows.model.findings import Finding
from flows.model.yaml_source import MOST_FINDINGS, Source

Steps = Mapping[str, list[str]]
"""The keys of each step of a flow, by its verb; none in other files."""

_NO_VERB = "union_tag_not_found"


def complaints(
    error: ValidationError, source: Source, code: str = "E101", *, steps: Steps = MappingProxyType({})
) -> list[Finding]:
    """Each fault once, at the place that the author can change."""
    found: dict[tuple[int, int, str], Finding] = {}
    faults = error.errors(include_url=False, include_context=True)
    for fault in faults[:MOST_FINDINGS]:
        if fault["type"] == "too_short" and any(_inside(other["loc"], fault["loc"]) for other in faults):
            continue  # a list whose only items are faulty is not too short
        path = _place(fault["loc"], source.values, steps)
        text, hint = _in_words(fault, path, source.values, steps)
        finding = source.finding(path, code, text, hint)
        found.setdefault((finding.line, finding.column, text), finding)
    return sorted(found.values())


def _inside(loc: tuple[str | int, ...], whole: tuple[str | int, ...]) -> bool:
    return len(loc) > len(whole) and loc[: len(whole)] == whole


def _place(loc: tuple[str | int, ...], values: Any, steps: Steps) -> tuple[str | int, ...]:
    """The path in the author's file: pydantic also names the union's tags, which stand in no file."""
    path: list[str | int] = []
    node = values
    for number, part in enumerate(loc):
        last = number == len(loc) - 1
        if isinstance(node, dict) and str(part) in node:
            if part in steps and path[-2:-1] == ["steps"] and len(path) == 2 and _is_tag(loc, number, node):
                continue
            path.append(str(part))
            node = node[str(part)]
        elif isinstance(node, list) and isinstance(part, int) and part < len(node):
            path.append(part)
            node = node[part]
        elif last and part not in ("[key]",) and not (isinstance(part, str) and part.startswith("function-")):
            path.append(part)
    return tuple(path)


def _is_tag(loc: tuple[str | int, ...], number: int, step: dict[str, Any]) -> bool:
    """Whether this part of a step's path is the tag; the verb's own key follows it or the path goes on elsewhere."""
    return number == 2 and (len(loc) == 3 or loc[3] != loc[2] or loc[2] in step)


def _in_words(fault: Any, path: tuple[str | int, ...], values: Any, steps: Steps) -> tuple[str, str]:
    kind, message = fault["type"], fault["msg"].removeprefix("Value error, ")
    name = next((part for part in reversed(path) if isinstance(part, str)), "")
    if kind == _NO_VERB:
        return _verbs(fault["input"], steps)
    if kind == "extra_forbidden":
        return f"the key {name!r} isn't known here", _did_you_mean(name, path, values, steps)
    if kind == "missing":
        return f"the key {name!r} is missing", f"Add `{name}: ...`."
    if kind == "value_error":
        return message, ""
    return f"{name}: {message[:1].lower()}{message[1:]}", "See the table of steps in docs/flows.md."


def _verbs(step: Any, steps: Steps) -> tuple[str, str]:
    keys = [key for key in step if isinstance(key, str)] if isinstance(step, dict) else []
    verbs = [key for key in keys if key in steps]
    if len(verbs) > 1:
        return f"one step has {len(verbs)} verbs: {', '.join(verbs)}", "Make each a step of its own, after a `- `."
    common = {"id", "to", "then", "note", "save", "wait", "tries", "once"}
    for key in keys:
        if key not in common and (near := difflib.get_close_matches(key, steps, 1)):
            return f"{key!r} isn't a step", f"Did you mean `{near[0]}`?"
    return "this step has no verb", f"Write one of: {', '.join(steps)}."


def _did_you_mean(name: str, path: tuple[str | int, ...], values: Any, steps: Steps) -> str:
    if len(path) == 3 and path[0] == "steps":
        step = values["steps"][path[1]]
        known = next((keys for verb, keys in steps.items() if verb in step), [])
        near = difflib.get_close_matches(name, known, 1)
        return f"Did you mean `{near[0]}`?" if near else f"Known here: {', '.join(known)}."
    return "Take it out, or correct its spelling."
