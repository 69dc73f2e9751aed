"""Finds the mistakes in a folder of flows before a caller does."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from flows.checks import (
    answer_words,
    chains,
    declared,
    keys,
    notes,
    paths,
    placeholders,
    privacy,
    safety,
    spoken,
    text_costs,
    translations,
    variables,
)
from flows.checks.subject import CommonNames, Rule, Subject, handed_over
from flows.checks.team import about_team
from flows.checks.yaml_traps import traps
from flows.library import Library
from flows.loading import read
from flows.model.findings import Finding

RULES: tuple[Rule, ...] = (
    *paths.RULES,
    *chains.RULES,
    *declared.RULES,
    *variables.RULES,
    *keys.RULES,
    *spoken.RULES,
    *answer_words.RULES,
    *text_costs.RULES,
    *translations.RULES,
    *placeholders.RULES,
    *safety.RULES,
    *privacy.RULES,
    *notes.RULES,
)
"""Every rule about one flow. What cannot even be read is found by flows.model.parse and flows.library."""


def check(library_or_path: Library | Path | str) -> list[Finding]:
    """Everything that is wrong with a library, or with the folder of one, in the order of the files.

    A folder that cannot be read as flows gives only the findings that say why.
    """
    if isinstance(library_or_path, Library):
        return sorted([*about_flows(library_or_path), *about_team(library_or_path)])
    library, findings = read(library_or_path)
    findings = [*findings, *about_files(_texts(Path(library_or_path)))]
    if library is not None:
        findings += [*about_flows(library), *about_team(library)]
    return sorted(set(findings))


def about_flows(library: Library) -> list[Finding]:
    """What the rules say about each flow of a library."""
    handed = handed_over(library.flows)
    shared = CommonNames.of(library.flows.values(), library.lines.values())
    subjects = [Subject(flow, library, handed, shared) for flow in library.flows.values()]
    return [finding for subject in subjects for rule in RULES for finding in rule(subject)]


def about_flow(library: Library, name: str) -> list[Finding]:
    """What the rules say about this flow of a library: what `about_flows` says, without the others."""
    shared = CommonNames.of(library.flows.values(), library.lines.values())
    subject = Subject(library.flows[name], library, handed_over(library.flows), shared)
    return [finding for rule in RULES for finding in rule(subject)]


def about_files(files: Mapping[str, str]) -> list[Finding]:
    """Values in these files (name -> text) that YAML reads as something else."""
    return [finding for name, text in files.items() for finding in traps(text, name)]


def _texts(folder: Path) -> dict[str, str]:
    texts = {}
    for file in sorted(folder.glob("*.yaml")):
        try:
            texts[file.name] = file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            continue  # flows.library says so
    return texts
