"""A flow while it is being written: read and checked among the flows that are live, without a folder of its own."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from flows.library import Library
from flows.model.findings import Finding, errors, worst_first
from flows.model.flow import Flow, FlowFile
from flows.model.yaml_writer import write
from flows.parsing import parse_flow
from flows.references import references
from flows.steps.table import VERBS

_FIRST = ("id", *VERBS)
MOST_KEPT = 32


@dataclass(frozen=True)
class Draft:
    """What a text makes. flow: None while it cannot run. library: the live one with it; None with any error in it.

    findings: what is wrong with it or, because of it, with others; errors first, then its own, as they stand in it.
    """

    flow: Flow | None
    library: Library | None
    findings: tuple[Finding, ...]

    @property
    def errors(self) -> tuple[Finding, ...]:
        """What stands against publishing it."""
        return errors(self.findings)


class _Same:
    """A library, which is another one after every publication: what was read among it need not be read again."""

    def __init__(self, library: Library) -> None:
        self.library = library

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.library is self.library

    def __hash__(self) -> int:
        return id(self.library)


def read_draft(text: str, name: str, library: Library, clips: Mapping[str, str]) -> Draft:
    """The flow `name` as it is written in `text`, among the flows of `library`.

    clips: the digest of each recorded prompt, by its path. The last few are kept: each page about a flow asks.
    """
    return _read(text, name, _Same(library), tuple(sorted(clips.items())))


@lru_cache(MOST_KEPT)
def _read(text: str, name: str, among_these: _Same, known_clips: tuple[tuple[str, str], ...]) -> Draft:
    from flows.checks.checker import about_files, about_flow  # 300 modules: graphs, for whoever writes flows

    library, clips = among_these.library, dict(known_clips)
    file = f"{name}.yaml"
    flow, found = parse_flow(text, file, clips, list(library.catalogues.values()))
    found = [*found, *about_files({file: text})]
    if flow is None or flow.name != name:
        return Draft(None, None, _in_order(found, file))
    among = library.with_current([flow])
    if library.settings is not None:
        known = set(references(library.flows, library.settings, clips, ()))
        found += [
            reference for reference in references(among.flows, library.settings, clips, ()) if reference not in known
        ]
    found += about_flow(among, name)
    return Draft(flow, None if errors(found) else among, _in_order(found, file))


def text_of(flow: Flow, remark: str) -> str:
    """A published version as YAML to go on from. Its comments are not known any more; `remark` stands at its top."""
    values: dict[str, Any] = json.loads(flow.definition)["flow"]
    header = {key: values[key] for key in FlowFile.model_fields if key in values and key != "steps"}
    return write(header, [_ordered(step) for step in values["steps"]], remark)


def _ordered(step: dict[str, Any]) -> dict[str, Any]:
    """What a step is called and what it does stand first."""
    return {key: step[key] for key in [*(key for key in _FIRST if key in step), *step]}


def _in_order(found: list[Finding], file: str) -> tuple[Finding, ...]:
    return tuple(worst_first(sorted(set(found), key=lambda finding: (finding.file != file, finding))))
