"""Flows of Twilio Studio for tests, and what became of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from flows.checks.checker import about_flows
from flows.importers.studio.conversion import Imported, convert
from flows.importers.studio.export import read_export
from flows.library import Library
from flows.loading import build
from flows.model.findings import Finding
from tests.core.seeded import files

HERE = Path(__file__).parent / "studio"


def imported(name: str, **subflows: str) -> Imported:
    return convert(read_export((HERE / f"{name}.json").read_text(encoding="utf-8")), name, subflows)


def small(*states: dict[str, Any], event: str = "incomingMessage") -> Imported:
    """The import of a flow with these widgets, which begins with the first."""
    trigger = {"name": "Trigger", "type": "trigger", "transitions": [{"event": event, "next": states[0]["name"]}]}
    return convert(read_export(json.dumps({"states": [trigger, *states], "initial_state": "Trigger"})), "small")


def widget(name: str, kind: str, /, *ways: dict[str, Any], **properties: Any) -> dict[str, Any]:
    return {"name": name, "type": kind, "transitions": list(ways), "properties": properties}


def way(event: str, to: str | None = None, **condition: str) -> dict[str, Any]:
    conditions = [{"arguments": [condition.pop("about")], **condition}] if condition else []
    return {"event": event, "next": to, "conditions": conditions}


def library_of(made: Imported) -> tuple[Library, list[Finding]]:
    library, findings = build({**files(), **made.files})
    assert library is not None, findings
    return library, about_flows(library)


def refused(made: Imported) -> set[str]:
    """By what our checker refuses it."""
    return {
        finding.code for finding in library_of(made)[1] if finding.file in made.files and finding.severity == "error"
    }


def told(made: Imported, kind: Any) -> dict[str, str]:
    return {item.place: item.text for item in made.report.of(kind)}
